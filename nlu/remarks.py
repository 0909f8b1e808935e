"""Remarks: what a customer says of an answer before he goes on to ask: 183，好高。哪里人; 词写得太好了，谁写的啊."""

from __future__ import annotations

import re

from nlu.analysis import PUNCTUATION, Analysis
from nlu.several import inquires, stretches
from nlu.words import words

_OPENS = frozenset(
    (
        *"哦哇嗯噢唉哎啊哈嘿好真太挺很蛮没不也还是对",
        *(
            "难怪",
            "怪不得",
            "可惜",
            "不错",
            "听",
            "听着",
            "看着",
            "好像",
            "当然",
            "果然",
            "确实",
            "其实",
            "终于",
            "有点",
        ),
        *(
            "谢谢",
            "多谢",
            "好吧",
            "好的",
            "这么",
            "那么",
            "居然",
            "竟然",
            "原来",
            "哈哈",
            "不想",
            "厉害",
            "太好了",
            "太棒了",
            "真不错",
        ),
    )
)
"""Words with which a remark begins: whatever begins otherwise may be the name of something."""
_OF_SOMETHING = re.compile(r"^.(?:.得)?[太真挺很好].{1,3}$")
"""词写得太好了, 歌真好听: one character can be no name."""
_OF_WHAT = frozenset(("原来", "居然", "竟然", "听", "对"))
"""Words behind which a name may follow: 原来是黄山啊."""
MOST, LEAST = 4, 2
"""Unexplained characters behind its first word up to which a remark names nothing."""


def without_remark(analysis: Analysis) -> str:
    """The one stretch of a message that asks, where the rest is remarks, or names nothing where that stretch does.

    Empty where nothing asks or several do, or where what is said besides may name what is asked about.
    """
    pieces = stretches(analysis.text)
    asking = [(a, b) for a, b in pieces if inquires(analysis, a, b)]
    if len(pieces) <= 1 or len(asking) != 1:
        return ""
    start, end = asking[0]
    named = [m for m in analysis.mentions if not m.best.is_class]
    if any(not (start <= m.start and m.end <= end) for m in named):
        return ""
    besides = [(a, b) for a, b in pieces if (a, b) != (start, end)]
    figures = any(not (start <= v.start and v.end <= end) for v in analysis.values)
    told = bool(named) and not figures
    if not told and not all(_is_remark(analysis, a, b) for a, b in besides):
        return ""
    return analysis.text[start:end].strip("".join(PUNCTUATION))


def _is_remark(analysis: Analysis, start: int, end: int) -> bool:
    said = analysis.text[start:end].strip("".join((*PUNCTUATION, " ")))
    if all(c.isdigit() or c in ".%" for c in said) or _OF_SOMETHING.match(said):
        return True
    first = words(said)[:1]
    if not first or first[0] not in _OPENS:
        return False
    begin = analysis.text.find(said, start) + len(first[0])
    explained = [(p.start, p.end) for p in analysis.predicates] + [(m.start, m.end) for m in analysis.mentions]
    left = sum(not any(a <= i < b for a, b in explained) for i in range(begin, begin + len(said) - len(first[0])))
    return left <= (LEAST if first[0] in _OF_WHAT else MOST)
