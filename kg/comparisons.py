"""Comparison words around a figure (不低于, 超过, 以内) and their Ops: 以上 and 以下 include the figure itself."""

from __future__ import annotations

import re

from kg.values import Op

_BEFORE = {
    Op.GE: "≥ >= => 大于等于 大于或等于 高于或等于 高于等于 不低于 不少于 不小于 不短于 不早于 不得低于 不得少于 "
    "不得小于 不得短于 不能低于 不能少于 不应低于 不应少于 至少 至少要 至少有 最少 最低 最短 起码 不下 不下于 达到 达 "
    "年满 已满 满",
    Op.GT: "> 超过 超出 超 大于 高于 多于 长于 早于",
    Op.LE: "≤ <= =< 小于等于 小于或等于 低于或等于 低于等于 不超过 不超出 不超 不高于 不大于 不多于 不长于 不晚于 "
    "不得超过 不得高于 不得大于 不得多于 不得长于 不能超过 不能高于 不应超过 没超过 没有超过 未超过 至多 最多 最高 "
    "最长 最大 顶多 上限",
    Op.LT: "< 低于 小于 少于 短于 不到 不足 不满 未满 未到 未达 未达到 没到 没满 没有到 达不到 不够",
    Op.NE: "≠ != <> 不等于",
    Op.ABOUT: "≈ 约 大约 大概 大约是 差不多 接近 约为",
    Op.EQ: "= == 等于",
}
_HELD = ("存", "放", "拿", "持", "持有", "捂", "用", "交", "借", "满")
_BEFORE[Op.LT] += "".join(
    f" {no}{held}{enough}" for no in ("没", "没有", "未") for held in _HELD for enough in "满够到足"
)
"""没拿够7天, 未存满三个月."""
_AFTER = {
    Op.GE: "以上 之上 及以上 或以上 起步 往上 朝上 或更多 及更多",
    Op.LE: "以下 之下 以内 之内 内 及以下 或以下 及以内 封顶 往下 为限 或更少 或更低",
    Op.ABOUT: "左右 上下 前后 附近 出头 来块 多一点 的样子",
}
_CELL_ONLY_AFTER = {Op.GE: "起 起售 起购 起存"}
"""`1万起` in a cell is a lower bound; in a question 1万起购 names the figure itself."""

_WORDS_BEFORE = {word: op for op, words in _BEFORE.items() for word in words.split()}
_WORDS_AFTER = {word: op for op, words in _AFTER.items() for word in words.split()}
_WORDS_AFTER_CELL = _WORDS_AFTER | {word: op for op, words in _CELL_ONLY_AFTER.items() for word in words.split()}


def _any(words: dict[str, Op]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


_FILLER = r"(?:了|过|是|为|有|要|到|人民币|大约|\(含\))?"
_PREFIX = re.compile(rf"({_any(_WORDS_BEFORE)})\s*{_FILLER}\s*$")
_INCLUDED = r"\s*(\((?:不含|不包含|不包括|含|包含|包括)[^()]{0,4}\)|\(?含\)?(?=以|及))?\s*"
_SUFFIX = re.compile(rf"{_INCLUDED}({_any(_WORDS_AFTER)})?{_INCLUDED}")
_SUFFIX_CELL = re.compile(rf"{_INCLUDED}({_any(_WORDS_AFTER_CELL)})?{_INCLUDED}")
_STRICT = {Op.GE: Op.GT, Op.LE: Op.LT}
_LOOSE = {Op.GT: Op.GE, Op.LT: Op.LE}
_REACH = 12
# 以内的, 内 are suffixes; 内地, 内部 and 以上海 are words of their own.
_NOT_AFTER = re.compile(r"(?:内[地部外销资存涵]|以上海|附近的?网点|前后端)")


def op_before(text: str, start: int) -> tuple[Op | None, int]:
    """The comparison word that ends at `start` and where it begins; (None, start) when there is none."""
    window = text[max(0, start - _REACH) : start]
    found = _PREFIX.search(window)
    while found is not None and _asks(window, found.start()):
        found = _PREFIX.search(window, found.start() + 1)
    if found is None:
        return None, start
    return _WORDS_BEFORE[found[1]], start - len(window) + found.start()


def _asks(window: str, at: int) -> bool:
    """Whether 不 or 没 at `at` only asks: 超不超过, 有没有超过."""
    return at > 0 and window[at] in "不没" and window[at - 1] in ("有", window[at + 1])


def op_after(text: str, end: int, cell: bool = False) -> tuple[Op | None, bool | None, int]:
    """(op, whether the figure itself is included when that is said, end) of the comparison word at `end`."""
    found = (_SUFFIX_CELL if cell else _SUFFIX).match(text, end)
    if found is None or found.end() == end or _NOT_AFTER.match(text, end):
        return None, None, end
    note = found[1] or found[3]
    word = found[2]
    if word is None and note is None:
        return None, None, end
    included = None if note is None else "不" not in note
    stop = found.end()
    while stop > end and text[stop - 1] == " ":
        stop -= 1
    return (_WORDS_AFTER[word] if word in _WORDS_AFTER else _WORDS_AFTER_CELL[word]) if word else None, included, stop


def joined(before: Op | None, after: Op | None, included: bool | None) -> Op:
    """One Op from the words on both sides. The word in front decides; 含 and 不含 make it loose or strict."""
    op = before or after or Op.EQ
    if included is True:
        return _LOOSE.get(op, op)
    if included is False:
        return _STRICT.get(op, op)
    return op
