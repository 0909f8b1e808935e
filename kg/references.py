"""References in FAQ answers: {稳盈1号.起购金额}, {定期存款.年利率[期限=3年]}: name, predicate, qualifiers."""

from __future__ import annotations

import re

REFERENCE = re.compile(r"\{([^{}.\[\]]+)\.([^{}\[\]]+?)(?:\[([^\[\]{}]*)\])?\}")
"""Groups: name, predicate, qualifiers (None when there are none)."""
