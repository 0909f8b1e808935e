"""What a customer typed, made safe to read: no control characters, no commands, nothing that identifies."""

from __future__ import annotations

import unicodedata

from customer.privacy import mask

MAX_CHARACTERS = 2000
READ_CHARACTERS = 500
_DROPPED = frozenset({"Cc", "Cf", "Cs", "Co", "Cn"})


def clean(text: str) -> str:
    """The text as the bot sees, records and logs it.

    Rasa executes `/intent{…}`: a leading slash becomes one that is only a character. Line breaks become
    blanks; what is longer than MAX_CHARACTERS is cut.
    """
    spaced = "".join(" " if c in "\t\r\n\u2028\u2029" else c for c in text[: 4 * MAX_CHARACTERS])
    readable = "".join(c for c in spaced if unicodedata.category(c) not in _DROPPED).strip()
    if readable.startswith("/"):
        readable = "／" + readable[1:]
    return mask(readable)[:MAX_CHARACTERS]


def gist(text: str) -> str:
    """What of a long text is understood: its beginning and its end, where the question stands. Understanding takes
    more than twice as long for a text that is twice as long, and nobody may keep a worker busy by typing."""
    if len(text) <= READ_CHARACTERS:
        return text
    half = READ_CHARACTERS // 2
    return f"{text[:half]} {text[-half:]}"
