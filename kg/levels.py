"""Levels such as R2, PR2 and C3, and the words that banks use for them (中低风险)."""

from __future__ import annotations

RANGES = {"R": (1, 5), "C": (1, 5)}
"""Lowest and highest level of the scales that have an end: product risk R1–R5, customer tolerance C1–C5."""

_RISK_WORDS = {
    "低风险": 1,
    "中低风险": 2,
    "较低风险": 2,
    "中风险": 3,
    "中等风险": 3,
    "中高风险": 4,
    "较高风险": 4,
    "高风险": 5,
}
_CUSTOMER_WORDS = {"保守型": 1, "谨慎型": 1, "稳健型": 2, "平衡型": 3, "成长型": 4, "进取型": 5, "激进型": 5}
"""Only in cells: 稳健型 in a question is said of products too."""

_CHINESE = {c: i for i, c in enumerate("〇一二三四五")}
_WORDS = "|".join(sorted(_RISK_WORDS, key=len, reverse=True))
PATTERN = rf"(?<![A-Za-z\d])(?:P?R|C|p?r|c)\d(?!\d|[A-Za-z]|-\d|\.\d)级?|(?<!极)(?:{_WORDS})"
"""Regular expression of one level in a sentence."""


def read(text: str) -> tuple[str, int]:
    """(scale, number) of a matched level."""
    if text in _RISK_WORDS:
        return "R", _RISK_WORDS[text]
    letters = text.rstrip("级0123456789").upper().removeprefix("P")
    return letters, int(text.rstrip("级")[-1])


def read_word(text: str) -> tuple[str, int] | None:
    """(scale, number) of a level that is written as a word in a cell: 中低风险, 稳健型, 二级, 五星."""
    word = text.removesuffix("等级")
    if word in _RISK_WORDS:
        return "R", _RISK_WORDS[word]
    if word in _CUSTOMER_WORDS:
        return "C", _CUSTOMER_WORDS[word]
    if len(word) == 2 and word[1] in "级星档" and (word[0] in _CHINESE or word[0].isdigit()):
        return word[1], _CHINESE[word[0]] if word[0] in _CHINESE else int(word[0])
    return None


def fault(scale: str, number: int) -> str:
    """Why a level does not exist, or an empty string."""
    low, high = RANGES.get(scale, (0, 99))
    return "" if low <= number <= high else f"等级只有{scale}{low}到{scale}{high}"
