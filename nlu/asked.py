"""What a turn asks of a thing: the predicates it names, or those that its words are likely to mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.facts import ALIAS, DEFINITION, UNSPOKEN, EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import PredicateMention
from kg.lexicon.text import fold
from kg.values import Kind
from nlu.analysis import Analysis
from nlu.asked_beside import asked_beside
from nlu.asked_in_case import LATELY, in_its_case, tells_of_a_time, told_by_a_case
from nlu.longer_names import FIGURES, asked_noun, is_other, longer_name
from nlu.meaning import akin, related, synonymous
from nlu.meant import meant
from nlu.predicates import ALIASED, NAMED, Ranked, chance, rank, typed_by_cue
from nlu.wording import is_content, wordings_of
from nlu.words import features, words

_COUNTED = (Kind.COUNT, Kind.NUMBER)
_PER = frozenset(("一天", "一日", "1天", "一年", "1年", "一个月", "1个月", "一次"))
"""Times that a figure may be counted by: 一天能转多少 asks for another limit than 一年能转多少."""
_EXTREME = re.compile(r"^最[高低长短多少大小早晚]")
_OTHERWISE_CALLED = re.compile(
    "别[名称号]|又[叫名称]|[也还][叫称]|另外的名|别的(?:名|叫|称)|[外绰诨雅]号|俗[名称]|昵称|人们?[也都]?(?:管|把)"
)
"""What asks for the other names of a thing."""
_RATE = re.compile(r"([\u4e00-\u9fff]{2})率")
LEAST_WORD = 2
_OR = "还是"
ANOTHER_PERSON = 0.9
"""Probability from which a predicate is meant though a noun asks for somebody whom its name does not speak of."""
TYPED_SUPPORT = 0.62
ACCEPT = 0.5
"""Probability from which a predicate that was not named is taken to be the one asked for."""
RANKED_FLOOR, RANKED_TOP = 0.5, 0.88
"""Support of a predicate found by wording, from improbable to certain; below that of one that was named."""
MEANT_FLOOR = 0.62
"""Support of an undeclared predicate that is meant rather than named, from which it goes up to RANKED_TOP."""
FULL_RECALL, FULLER_LEAD = 0.6, 0.1


@dataclass(frozen=True, slots=True)
class Asked:
    """Predicates asked of a thing, with support 0–1; `absent` are known predicates that it does not have."""

    predicates: tuple[str, ...] = ()
    support: float = 0.0
    absent: tuple[str, ...] = ()
    told: int = 0
    """Characters beside names and question words that an undeclared predicate accounts for."""
    likely: float = 0.0
    """Probability of an undeclared predicate that is meant rather than named."""


@lru_cache(maxsize=512)
def asked_of(entity_id: str, analysis: Analysis, lexicon: Lexicon, skip: frozenset[int] = frozenset()) -> Asked:
    """The predicates that the turn asks of one entity. `skip` are start places of predicate mentions that have
    another role (a sort key, a constraint)."""
    called = _OTHERWISE_CALLED.search(analysis.text) is not None
    has = [p for p in lexicon.predicates_of(entity_id) if p not in UNSPOKEN or (called and p == ALIAS)]
    named = [p for p in analysis.predicates if not p.value and p.start not in skip]
    if len(named) > 1:
        named = [p for p in named if p.predicates[0] != DEFINITION] or named
    text = asked_text(entity_id, analysis, lexicon)
    ranked = in_its_case(rank(text, [p for p in has if p != DEFINITION], lexicon, analysis), analysis, lexicon)
    named = [m for m in named if m.named or not told_by_a_case(ranked, m, has, analysis, lexicon)]
    found: dict[str, float] = {}
    absent: list[str] = []
    elsewhere: list[str] = []  # by an alias only, which says less: 最长几年 is asked of laws and of loans
    for mention in named:
        longer = longer_name(mention, has, analysis, lexicon)
        if longer is not None and longer not in has:
            return Asked(absent=(longer,))
        if longer is not None:
            found.setdefault(longer, ALIASED)
            continue
        fitting = [p for p in mention.predicates if p in has]
        if not fitting and _mere_sign(mention, lexicon):
            continue
        if not fitting:
            (absent if mention.named else elsewhere).append(mention.predicates[0])
            continue
        fuller = _fuller(ranked, mention, fitting)
        support = NAMED if mention.named and not fuller else ALIASED
        found.setdefault(fuller or _nearest(fitting, entity_id, lexicon), support)
    kinds = [_of_that_kind(name, has) for name in absent]
    if all(kinds) and not analysis.has("list", "count"):
        found.update(dict.fromkeys(kinds, ALIASED))
        absent = []
    if not found and elsewhere and not absent:
        found.update(dict.fromkeys(_called_alike(named, has, lexicon), ALIASED))
    if found:
        for predicate, likely in asked_beside(text, [p for p in has if p != DEFINITION], analysis, lexicon):
            found.setdefault(predicate, RANKED_FLOOR + (RANKED_TOP - RANKED_FLOOR) * likely)
        return Asked(tuple(found), max(found.values()), tuple(absent))
    guess = _by_alternatives(has, analysis, lexicon) or _by_meaning(has, text, analysis, lexicon, absent)
    if guess is None:
        other = bool(absent) or any(
            _speaks_of_else(top, entity_id, analysis, lexicon)
            or _is_another_figure(top.predicate, text, lexicon)
            or (not lexicon.ontology.get(top.predicate).declared and _is_another_person(top.predicate, text, analysis))
            for top in ranked[:1]
        )
        guess = _by_wording(ranked, text, analysis, lexicon, other)
    if guess.predicates and not tells_of_a_time(guess.predicates, analysis, lexicon):
        return guess
    return Asked(absent=(*absent, *elsewhere))


def _mere_sign(mention: PredicateMention, lexicon: Lexicon) -> bool:
    """科 in 挂什么科, 门 in 几点开门: a single sign is the name of what only some other thing has."""
    return len(mention.surface) == 1 and not any(lexicon.ontology.get(p).declared for p in mention.predicates)


def _called_alike(named: Sequence[PredicateMention], has: Sequence[str], lexicon: Lexicon) -> list[str]:
    """Amounts a thing has that begin with a word by which another is asked for, which it lacks: 收费标准 where 收费吗
    asks for a 手续费 elsewhere."""
    kinds = {lexicon.ontology.get(p).datatype for m in named for p in m.predicates} & {Kind.MONEY, Kind.PERCENT}
    said = {w for m in named for w in words(m.surface) if len(w) >= LEAST_WORD and is_content(w)}
    return [p for p in has if lexicon.ontology.get(p).datatype in kinds and any(p.startswith(w) for w in said)]


def kind_named(predicate: str) -> str:
    """What a predicate is a kind of: 期限 of 最长期限."""
    return _EXTREME.sub("", predicate)


def _of_that_kind(name: str, has: Sequence[str]) -> str:
    """The one predicate of a thing whose name ends in the named one, which it lacks: 贷款期限 where 期限 is asked, or
    最长期限 of it."""
    longer = [p for p in has if p.endswith(kind_named(name))]
    return longer[0] if len(longer) == 1 else ""


def asked_text(entity_id: str, analysis: Analysis, lexicon: Lexicon) -> str:
    """The words of a turn that may say what is asked of an entity: without its name, its classes and its peers, without
    figures and times."""
    own = {entity_id, *lexicon.classes_of(entity_id)}
    mentioned = {m.best.id: m for m in analysis.mentions}
    peers = mentioned[entity_id].best if entity_id in mentioned else None
    hidden = [(v.start, v.end) for v in analysis.values if v.value.kind not in _COUNTED and v.value.text not in _PER]
    hidden += [(p.start, p.end) for p in analysis.periods if not p.period.text.startswith(LATELY)]
    for mention in analysis.mentions:
        best = mention.best
        if any(c.id in own for c in mention.candidates) or (
            peers is not None and (best.kind, best.is_class) == (peers.kind, peers.is_class)
        ):
            hidden.append((mention.start, mention.end))
    chars = list(analysis.text)
    for start, end in hidden:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def _fuller(ranked: Sequence[Ranked], mention: PredicateMention, fitting: Sequence[str]) -> str:
    """A predicate whose form contains what the mention says and more of the question: 刷几次免年费 for 年费 in
    一年刷几次能免年费. Empty when the mention says it best."""
    top = ranked[0] if ranked else None
    if top is None or top.predicate in fitting or top.match.recall < FULL_RECALL:
        return ""
    said = max((r.score for r in ranked if r.predicate in fitting), default=0.0)
    contains = fold(mention.surface).text in fold(top.match.form).text
    return top.predicate if contains and top.score - said >= FULLER_LEAD else ""


def _nearest(fitting: Sequence[str], entity_id: str, lexicon: Lexicon) -> str:
    """Of several predicates with one alias, the one that the entity has itself, else the first."""
    own = lexicon.own_predicates(entity_id)
    return next((p for p in fitting if p in own), fitting[0])


def _by_alternatives(has: Sequence[str], analysis: Analysis, lexicon: Lexicon) -> Asked | None:
    """The undeclared predicate of which one of two alternatives is a value: 舰型 in 是驱逐舰还是护卫舰."""
    at = analysis.text.find(_OR)
    if at < 0:
        return None
    beside = (m for m in analysis.predicates if m.value and (m.end == at or m.start == at + len(_OR)))
    found = {p for m in beside for p in m.predicates if p in has and not lexicon.ontology.get(p).declared}
    return Asked((*found,), ALIASED) if len(found) == 1 else None


def _by_meaning(
    has: Sequence[str], text: str, analysis: Analysis, lexicon: Lexicon, absent: Sequence[str]
) -> Asked | None:
    """The undeclared predicate that is meant; None when there is none, or when another one is named that is not just
    what other things call it."""
    found = meant(text, [p for p in has if p != DEFINITION], lexicon.ontology, analysis)
    if found is None or _is_another_figure(found.predicate, text, lexicon):
        return None
    if found.probability < ANOTHER_PERSON and _is_another_person(found.predicate, text, analysis):
        return None
    if not all(fold(name).text in found.words or akin(name, found.predicate) for name in absent):
        return None
    support = MEANT_FLOOR + (RANKED_TOP - MEANT_FLOOR) * found.probability
    return Asked((found.predicate,), support, told=found.told, likely=found.probability)


def _speaks_of_else(top: Ranked, entity_id: str, analysis: Analysis, lexicon: Lexicon) -> bool:
    """Whether the turn names, behind a thing, a term of the trade that neither the forms of a predicate nor its cases
    say anything of: 净值 where 估值频率 is nearest."""
    if _another_rate(top, lexicon.name_of(entity_id), analysis):
        return True
    named = next((m for m in analysis.mentions if m.best.id == entity_id), None)
    if named is None:
        return _wants_a_figure(top.predicate, 0, analysis, lexicon)
    if named.best.kind is EntityKind.TERM:
        return False
    cases = "".join(text for _, text in lexicon.cases_of((top.predicate,)))
    if _wants_a_figure(top.predicate, named.end, analysis, lexicon):
        return True
    said = wordings_of(lexicon).asking((top.predicate,)) | frozenset(features(top.match.form))
    terms = (m for m in analysis.mentions if m.best.kind is EntityKind.TERM and m.start >= named.end)
    return any(
        said.isdisjoint(f for f in features(m.surface) if not f.startswith("c:")) and m.surface not in cases
        for m in terms
        if m.how != "typo"
    )


def _another_rate(top: Ranked, name: str, analysis: Analysis) -> bool:
    """通过率, 逾期率, 开通率: a rate of which neither the predicate, its nearest form nor the thing's name speaks."""
    said = name + top.predicate + top.match.form
    rates = _RATE.findall(analysis.text)
    return any("率" not in said or not set(rate) & set(said) for rate in rates)


def _wants_a_figure(predicate: str, start: int, analysis: Analysis, lexicon: Lexicon) -> bool:
    """净值多少 wants a figure, which 估值频率 is none: how much is asked of a term that the predicate is not called."""
    if "how_much" not in analysis.cues or lexicon.ontology.get(predicate).datatype is not Kind.TEXT:
        return False
    cases = "".join(text for _, text in lexicon.cases_of((predicate,)))
    terms = (m for m in analysis.mentions if m.best.kind is EntityKind.TERM and m.start >= start)
    return any(m.surface not in predicate and m.surface not in cases for m in terms)


def _is_another_figure(predicate: str, text: str, lexicon: Lexicon) -> bool:
    """Whether what is asked is called otherwise than the nearest predicate, a figure that nobody declared."""
    known = lexicon.ontology.get(predicate)
    return not known.declared and known.datatype in FIGURES and is_other(asked_noun(text), predicate)


def _is_another_person(predicate: str, text: str, analysis: Analysis) -> bool:
    """Whether somebody is asked for by a noun that says another part in the thing: 译者 is no 作者, 舰长 no 舰型."""
    noun = asked_noun(text, LEAST_WORD) if "who" in analysis.cues else ""
    if not noun or is_other(noun, predicate):
        return bool(noun)
    return noun[-1] not in predicate and not related(noun, predicate).cover and not synonymous((noun,), (predicate,))


def _by_wording(ranked: Sequence[Ranked], text: str, analysis: Analysis, lexicon: Lexicon, other: bool) -> Asked:
    """The predicate nearest to the words, if it is likely enough to be the one asked for; none where the words are
    known to ask for an `other` one, which the thing lacks."""
    likely = chance(ranked, text, lexicon)
    if likely >= ACCEPT and not other:
        return Asked((ranked[0].predicate,), RANKED_FLOOR + (RANKED_TOP - RANKED_FLOOR) * likely)
    if other or is_content(text):
        return Asked()
    only = typed_by_cue([r.predicate for r in ranked if r.typed > 0], analysis)
    return Asked((only,), TYPED_SUPPORT) if only else Asked()
