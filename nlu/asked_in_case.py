"""What cases and times say of the attribute that is asked: the one that has figures for them is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.answering.stated import period_of_text
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import PredicateMention
from nlu.analysis import Analysis
from nlu.cases_said import qualifiers_of
from nlu.predicates import Ranked

LATELY = ("近", "最近", "这一年", "过去")
"""Beginnings of times that belong to what is asked: 近一年 in 近一年赚了多少."""
_DONE = re.compile(r"[\u4e00-\u9fff](?:了|过|出去?)(?:有?多少|几|多大)")
"""How much, or how many, of what was done: 赚了多少, 卖出几根."""
_SINCE = ("至今", "到现在", "到今天", "以来")
ABOUT_AS_WELL, LEAST_SAID, SHORTLIST = 0.3, 0.3, 4
"""How much worse an attribute that has the cases said may be worded than the nearest, the least it has to be worded,
and how many of the nearest are looked at."""


def in_its_case(ranked: list[Ranked], analysis: Analysis, lexicon: Lexicon) -> list[Ranked]:
    """Of attributes that the words say about as well, that one first which has figures for the cases said: 放了八个月
    按什么利率 is asked of a rate by terms rather than of the rules of interest."""
    if not ranked or not analysis.values:
        return ranked
    least = max(LEAST_SAID, ranked[0].score - ABOUT_AS_WELL)
    close = [r for r in ranked[:SHORTLIST] if r.score >= least and r.typed >= ranked[0].typed]
    best = max(close, key=lambda r: _cases_taken(r.predicate, analysis, lexicon), default=ranked[0])
    if _cases_taken(best.predicate, analysis, lexicon) == _cases_taken(ranked[0].predicate, analysis, lexicon):
        return ranked
    return [best, *(r for r in ranked if r is not best)]


def told_by_a_case(
    ranked: Sequence[Ranked], mention: PredicateMention, has: Sequence[str], analysis: Analysis, lexicon: Lexicon
) -> bool:
    """Whether words that may name an attribute are not meant so, as a nearer one has the case that is said."""
    fitting = [p for p in mention.predicates if p in has]
    top = ranked[0].predicate if ranked and analysis.values else ""
    if not top or not fitting or top in fitting or not _cases_taken(top, analysis, lexicon):
        return False
    return not any(_cases_taken(p, analysis, lexicon) for p in fitting)


def _cases_taken(predicate: str, analysis: Analysis, lexicon: Lexicon) -> int:
    """How many of the figures said are cases of a predicate."""
    said = {v.value.text for v in analysis.values}
    return sum(q.value.text in said for q in qualifiers_of(analysis, (predicate,), lexicon))


def tells_of_a_time(predicates: Sequence[str], analysis: Analysis, lexicon: Lexicon) -> bool:
    """上个月赚了多少, 今年放了多少钱: how much was done in a time is no attribute that holds over it, unless it is
    named (近一年 begins such names) or has a figure for every year."""
    if not analysis.periods or any(p.period.text.startswith(LATELY) for p in analysis.periods):
        return False
    if not all(lexicon.ontology.get(p).declared for p in predicates):
        return False
    if any(period_of_text(case) is not None for _, case in lexicon.cases_of(tuple(predicates))):
        return False
    text = analysis.unnamed_text()
    return _DONE.search(text) is not None and not any(word in text for word in _SINCE)
