"""Cells that a spreadsheet would run as a formula: written with an apostrophe in front, read without it.

Figures are left alone: -0.5%, +86 and +86-10-12345678 are no formulas.
"""

from __future__ import annotations

import re

_STARTS = ("=", "@", "\t", "\r", "+", "-")
_FIGURE = re.compile(r"[+\-]\d[\w.,%‰‱\-/ ]*|[+\-]|-+")


def escaped(cell: str) -> str:
    """The cell as it may stand in a file that a spreadsheet opens."""
    return f"'{cell}" if cell.startswith(_STARTS) and not _FIGURE.fullmatch(cell) else cell


def unescaped(cell: str) -> str:
    """The cell that `escaped` was given."""
    return cell[1:] if cell.startswith("'") and escaped(cell[1:]) == cell else cell
