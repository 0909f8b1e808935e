"""Figures that are called by more than the name of a known one: 归母净利润 beside 净利润, 存货周转率 beside 存货.

Where nobody declared what a thing has, the words around a figure's name may make another figure of it. It is looked
for by its full name, of which people say some characters in order (归母净利润 for 归属于母公司股东的净利润); if it has
none of that name, the longer one is not known, and the shorter one is no answer.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import PredicateMention
from kg.lexicon.text import fold
from kg.values import Kind
from nlu.analysis import Analysis
from nlu.meaning import related, synonymous
from nlu.phrases import condition_words
from nlu.wording import is_content
from nlu.words import words

LEAST = 2
"""Characters beside a name from which they may belong to it."""
LEAST_SHORT = 3
"""Characters of a short form."""
ALIKE = 0.7
"""Share of the characters of a word that stand in a name which is then taken to say it."""
_CUT = re.compile(r"[的了在是有和与跟及对从到把被给让多少几谁哪什怎请问我你您他她它这那各比要能会\s]")
_MEASURE = re.compile(r"(?:率|比|比例|倍数|天数|次数|系数|指数)$")
FIGURES = frozenset({Kind.MONEY, Kind.PERCENT, Kind.COUNT, Kind.NUMBER})
_ASKS = re.compile(
    r"(?:分别|各|大概|一共)?(?:是|有|为|达到?|在)?(?:多少|几何|什么|多大|多高|几|谁|哪里|哪儿|哪家|怎么样|如何)?"
    r"(?:元|人|个|家|名|项|%)?[呢吗啊呀?？。!！]*$"
)


def longer_name(mention: PredicateMention, has: Sequence[str], analysis: Analysis, lexicon: Lexicon) -> str | None:
    """The name of the figure that a mention is only a part of: that of a predicate of the thing where one is meant,
    else the words as said. None where the mention stands for itself."""
    loose = [p for p in mention.predicates if p in has and not lexicon.ontology.get(p).declared]
    if not loose or lexicon.ontology.get(loose[0]).datatype not in FIGURES:
        return None
    before, after = _beside(mention, analysis)
    if not before and not after:
        return None
    said = f"{before}{mention.surface}{after}"
    full = [p for p in has if p not in mention.predicates and is_short_for(said, p)]
    return min(full, key=len) if full else said


def _beside(mention: PredicateMention, analysis: Analysis) -> tuple[str, str]:
    """What belongs to a figure's name before and behind a mention, where nothing else explains it."""
    text = analysis.text
    groups = (analysis.mentions, analysis.periods, analysis.values, analysis.predicates)
    read = [(s.start, s.end) for group in groups for s in group]
    read += [(p.start, p.end) for p in analysis.phrases if p.end - p.start > 1]  # 非 in 扣非净利润 excludes nothing
    before = text[max((end for _, end in read if end <= mention.start), default=0) : mention.start]
    after = text[mention.end : min((start for start, _ in read if start >= mention.end), default=len(text))]
    before, after = _CUT.split(before)[-1], _CUT.split(after)[0]
    for word in condition_words("beside_a_figure"):
        before, after = before.replace(word, ""), after.replace(word, "")
    kept = before if len(before) >= LEAST and is_content(before) else ""
    return kept, after if _MEASURE.search(after) else ""


def is_short_for(said: str, name: str) -> bool:
    """Whether words are characters of a longer name in their order, from its first on: 扣非净利润."""
    short, full = fold(said).text, iter(fold(name).text)
    return len(short) >= LEAST_SHORT and name[:1] == said[:1] and all(char in full for char in short)


def asked_noun(text: str, least: int = LEAST_SHORT) -> str:
    """The noun of `least` characters that a turn asks for alone (专利数量 in 2021年专利数量有多少), empty where
    it asks in other words. `text` is the turn with names, figures and times blanked."""
    said = _ASKS.sub("", text.strip().strip("，。,. 《》")).strip().removeprefix("的")
    return said if len(said) >= least and not _CUT.search(said) else ""


def is_other(noun: str, predicate: str) -> bool:
    """Whether a noun names another figure than a predicate, however alike they are: 博士人数 is no 硕士人数. They
    differ in a word that neither means the same nor is written in part."""
    if is_short_for(noun, predicate):
        return False
    said, called = words(noun), words(predicate)
    if said[:1] == called[:1]:
        return False  # 员工总数 and 员工人数 are of the same
    differing = [w for w in said if w not in called and len(w) > 1]
    others = [w for w in called if w not in said and len(w) > 1]
    if not differing or not others:
        return False
    strange = [w for w in differing if sum(c in predicate for c in w) < ALIKE * len(w)]
    return any(synonymous((w,), others) == 0.0 and not related(w, predicate).cover for w in strange)
