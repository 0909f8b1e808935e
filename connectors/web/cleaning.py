"""What a customer typed, without what no keyboard types: control characters, direction overrides, lone surrogates."""

from __future__ import annotations

import re

# C0 and C1 controls but tab and line feed, zero-width and direction characters, non-characters, and surrogates:
# half of a pair reaches us by JSON's \ud800 and cannot be written as UTF-8. The joiner U+200D stays, emoji need it.
_UNTYPED = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f"
    "\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]"
)


def clean_text(raw: str) -> str:
    """The text that was meant: line ends are \\n, untypable characters are gone, no blanks around."""
    return _UNTYPED.sub("", raw.replace("\r\n", "\n").replace("\r", "\n")).strip()
