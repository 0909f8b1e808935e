"""Templates of SMS and e-mail, filled."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("templates.yml")
SMS_REFUSE = "拒收请回复R"
_BREAKS = re.compile(r"[\r\n\u2028\u2029]+")
_UNSEEN = re.compile("[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


@dataclass(frozen=True, slots=True)
class Template:
    """One template. `marketing` ones are only sent to who has not refused, and say how to refuse."""

    name: str
    subject: str
    text: str
    marketing: bool

    def filled(self, parts: Mapping[str, str]) -> str:
        """The text with its places filled, in one line. Raises KeyError for a place that is not."""
        clean = {name: _UNSEEN.sub("", _BREAKS.sub(" ", value)) for name, value in parts.items()}
        return self.text.format_map(clean)


@lru_cache(maxsize=1)
def templates() -> dict[str, Template]:
    """Templates by name."""
    loaded = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return {name: Template(name, t["subject"], t["text"], t["marketing"]) for name, t in loaded.items()}
