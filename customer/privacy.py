"""Masking: what identifies a person or an account goes before text is logged or kept; amounts stay."""

from __future__ import annotations

import re
from collections.abc import Callable

_MAIL = re.compile(r"(?<![\w.+-])([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)", re.ASCII)
_IDENTITY = re.compile(
    r"(?<![0-9])([1-9][0-9]{5})(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])"
)
_CARD = re.compile(r"(?<![0-9])(?<![0-9][.,])[0-9](?:[ \-]?[0-9]){11,22}(?![0-9])(?!\.[0-9])")
_PHONE = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[ \-]?)?(1[3-9][0-9])[ \-]?[0-9]{4}[ \-]?([0-9]{4})(?![0-9])(?!\.[0-9])")
_LANDLINE = re.compile(r"(?<![0-9])(0[0-9]{2,3})-([0-9]{7,8})(?![0-9])")
_UNIT = re.compile(
    r"\s*(?:[万亿千百]|元|块|美元|港元|欧元|日元|英镑|人民币|RMB|CNY|USD|￥|¥|%|％|股|份|克)", re.IGNORECASE
)
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
_SHORTEST_CARD, _LONGEST_CARD = 12, 19


def mask(text: str) -> str:
    """`text` with card, identity and telephone numbers and mail addresses made unreadable.

    The ends that help to recognise one's own stay (138****8000). What carries a unit of money is an amount
    and stays; so do short numbers, rates and product codes. Full-width digits count as digits.
    """
    narrow = text.translate(_NARROW)
    folded = _MAIL.sub(r"\1***@\2", narrow)
    folded = _sub_number(_IDENTITY, folded, lambda m: f"{m.group(1)}********{m.group()[-4:]}")
    folded = _sub_number(_PHONE, folded, lambda m: f"{m.group(1)}****{m.group(2)}")
    folded = _LANDLINE.sub(r"\1-********", folded)
    folded = _sub_number(_CARD, folded, _card)
    return text if folded == narrow else folded


def _sub_number(pattern: re.Pattern[str], text: str, masked: Callable[[re.Match[str]], str]) -> str:
    return pattern.sub(lambda m: m.group() if _UNIT.match(text, m.end()) else masked(m), text)


def _card(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    if not _is_card(digits):
        return match.group()
    return f"{digits[:4]}****{digits[-4:]}"


def _is_card(digits: str) -> bool:
    """A payment card: 16 to 19 digits, or fewer with a valid check digit."""
    if len(digits) > _LONGEST_CARD or len(digits) < _SHORTEST_CARD:
        return False
    return len(digits) >= 16 or _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
