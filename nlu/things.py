"""Things: the entities and classes that a turn names, and the predicates it asks of them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.answer import Assumed, Assumption
from kg.facts import DEFINITION, UNSPOKEN, EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import Candidate, Mention, PredicateMention
from kg.lexicon.text import fold
from kg.query import Entity
from kg.values import Kind
from nlu.analysis import Analysis
from nlu.asked_beside import asked_beside
from nlu.longer_names import FIGURES, asked_noun, is_other, longer_name
from nlu.meaning import akin
from nlu.meant import meant
from nlu.predicates import ALIASED, NAMED, Ranked, chance, rank, typed_by_cue
from nlu.wording import is_content, wordings_of
from nlu.words import features, words

_COUNTED = (Kind.COUNT, Kind.NUMBER)
_LATELY = ("近", "最近", "这一年", "过去")
"""Beginnings of times that belong to what is asked: 近一年 in 近一年赚了多少."""
_PER = frozenset(("一天", "一日", "1天", "一年", "1年", "一个月", "1个月", "一次"))
"""Times that a figure may be counted by: 一天能转多少 asks for another limit than 一年能转多少."""
_EXTREME = re.compile(r"^最[高低长短多少大小早晚]")
_RATE = re.compile(r"([\u4e00-\u9fff]{2})率")
LEAST_WORD = 2
TYPED_SUPPORT = 0.62
ACCEPT = 0.5
"""Probability from which a predicate that was not named is taken to be the one asked for."""
RANKED_FLOOR, RANKED_TOP = 0.5, 0.88
"""Support of a predicate found by wording, from improbable to certain; below that of one that was named."""
MEANT_FLOOR = 0.62
"""Support of an undeclared predicate that is meant rather than named, from which it goes up to RANKED_TOP."""
MANY_NAMESAKES = 12
FEW_MEMBERS = 60
"""Members of a class up to which it is looked whether another name of the class is rather that of one of them."""
FULL_RECALL, FULLER_LEAD = 0.6, 0.1
SUPPORT = {
    "exact": 1.0,
    "alias": 0.97,
    "simplified": 0.97,
    "pinyin": 0.85,
    "homophone": 0.82,
    "initials": 0.75,
    "typo": 0.8,
}
_ASSUMED = {"pinyin": Assumed.PINYIN, "initials": Assumed.PINYIN, "homophone": Assumed.HOMOPHONE, "typo": Assumed.TYPO}


@dataclass(frozen=True, slots=True)
class Thing:
    """One thing meant by the turn; `others` are further candidates of the same words."""

    entity: Entity
    kind: EntityKind
    is_class: bool
    support: float
    start: int
    end: int
    others: tuple[Candidate, ...] = ()
    as_predicate: bool = False
    """The same words are also the name of a predicate."""


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


def things_of(analysis: Analysis, lexicon: Lexicon) -> list[Thing]:
    """All named things in order of place, coordinated short forms (稳盈1号和2号) included."""
    predicate_spans = {(p.start, p.end) for p in analysis.predicates if not p.value}
    named = [_thing(m, (m.start, m.end) in predicate_spans) for m in analysis.mentions]
    things = named if analysis.has("list", "count") else [_as_member(t, lexicon) for t in named]
    return [_settled(t, analysis, lexicon) for t in (*things, *_coordinated(analysis, things, lexicon))]


def _as_member(thing: Thing, lexicon: Lexicon) -> Thing:
    """百万医疗, another name of a class, stands in the name of one of its members alone: that one is meant."""
    member = _only_called(thing.entity.surface, thing.entity.id, lexicon) if _by_alias(thing) else ""
    info = lexicon.entity(member) if member else None
    if info is None:
        return thing
    return replace(thing, entity=replace(thing.entity, id=info.id, name=info.name), kind=info.kind, is_class=False)


def _by_alias(thing: Thing) -> bool:
    return thing.is_class and thing.entity.how == "alias" and not thing.others


@lru_cache(maxsize=1024)
def _only_called(surface: str, cls: str, lexicon: Lexicon) -> str:
    """Id of the only member of a class, of few, in whose name the words stand, or empty."""
    if not 0 < lexicon.member_count(cls) <= FEW_MEMBERS:
        return ""
    said = fold(surface).text
    found = [i for i in lexicon.members_of((cls, *lexicon.descendants(cls))) if said in fold(lexicon.name_of(i)).text]
    return found[0] if len(found) == 1 else ""


def _settled(thing: Thing, analysis: Analysis, lexicon: Lexicon) -> Thing:
    """Of several things of one name those that have what is asked, where some have it and some have not."""
    if not 0 < len(thing.others) < MANY_NAMESAKES:
        return thing
    same = [Candidate(thing.entity.id, thing.entity.name, thing.kind, thing.is_class, 1.0), *thing.others]
    having = [c for c in same if asked_of(c.id, analysis, lexicon).predicates]
    if not having or len(having) == len(same):
        return thing
    first = having[0]
    entity = Entity(first.id, first.name, thing.entity.surface, thing.entity.how)
    return replace(thing, entity=entity, kind=first.kind, is_class=first.is_class, others=tuple(having[1:]))


def _thing(mention: Mention, as_predicate: bool) -> Thing:
    best = mention.best
    return Thing(
        entity=Entity(best.id, best.name, mention.surface, mention.how),
        kind=best.kind,
        is_class=best.is_class,
        support=SUPPORT[mention.how] * (0.9 if not mention.exact and len(mention.candidates) > 1 else 1.0),
        start=mention.start,
        end=mention.end,
        others=mention.candidates[1:],
        as_predicate=as_predicate,
    )


def _coordinated(analysis: Analysis, things: Sequence[Thing], lexicon: Lexicon) -> list[Thing]:
    """Names that leave out what they share with the name before them: 稳盈1号和2号."""
    found: list[Thing] = []
    gaps = [(p.start, p.end) for p in analysis.phrases if p.label == "or"]
    gaps += [(t.end, t.end) for t in things if analysis.text[t.end : t.end + 1].isdigit()]  # 稳盈1号2号
    gaps.sort()
    for start, at in gaps:
        before = next((t for t in (*things, *found) if t.end == start), None)
        if before is None or any(t.start == at for t in (*things, *found)):
            continue
        tail = fold(analysis.text[at : at + 12]).text
        short = before in found  # 2号 in 1号2号3号 has left out its own beginning
        head = fold(before.entity.name if short else before.entity.surface or before.entity.name).text
        for keep in range(len(head) - 1, 0, -1):
            names = [n for n in lexicon.name_trie.prefixes(head[:keep] + tail) if _is_variant(n, keep)]
            if names:
                row = lexicon.name_trie[max(names, key=len)][0][0]
                info = lexicon.entity_at(int(row))
                end = at + len(max(names, key=len)) - keep
                entity = Entity(info.id, info.name, analysis.text[at:end], "alias")
                found.append(Thing(entity, info.kind, info.is_class, 0.95, at, end))
                if analysis.text[end : end + 1].isdigit():
                    gaps.append((end, end))
                break
    return found


def _is_variant(name: str, keep: int) -> bool:
    """Whether a name goes on after what it shares with enough to be told by: 2号, or a letter (A and C of one fund)."""
    return len(name) > keep + 1 or (len(name) == keep + 1 and name[-1].isascii() and name[-1].isalpha())


def assumptions_of(things: Sequence[Thing]) -> tuple[Assumption, ...]:
    """What was assumed to read these words as these names."""
    pairs = ((t, _ASSUMED.get(t.entity.how)) for t in things)
    return tuple(Assumption(what, t.entity.surface, t.entity.name) for t, what in pairs if what is not None)


@lru_cache(maxsize=512)
def asked_of(entity_id: str, analysis: Analysis, lexicon: Lexicon, skip: frozenset[int] = frozenset()) -> Asked:
    """The predicates that the turn asks of one entity. `skip` are start places of predicate mentions that have
    another role (a sort key, a constraint)."""
    has = [p for p in lexicon.predicates_of(entity_id) if p not in UNSPOKEN]
    named = [p for p in analysis.predicates if not p.value and p.start not in skip]
    if len(named) > 1:
        named = [p for p in named if p.predicates[0] != DEFINITION] or named
    text = asked_text(entity_id, analysis, lexicon)
    ranked = rank(text, [p for p in has if p != DEFINITION], lexicon, analysis)
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
    guess = _by_meaning(has, text, analysis, lexicon, absent)
    if guess is None:
        other = bool(absent) or any(
            _speaks_of_else(top, entity_id, analysis, lexicon) or _is_another_figure(top.predicate, text, lexicon)
            for top in ranked[:1]
        )
        guess = _by_wording(ranked, text, analysis, lexicon, other)
    return guess if guess.predicates else Asked(absent=(*absent, *elsewhere))


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
    hidden += [(p.start, p.end) for p in analysis.periods if not p.period.text.startswith(_LATELY)]
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


def _by_meaning(
    has: Sequence[str], text: str, analysis: Analysis, lexicon: Lexicon, absent: Sequence[str]
) -> Asked | None:
    """The undeclared predicate that is meant; None when there is none, or when another one is named that is not just
    what other things call it."""
    found = meant(text, [p for p in has if p != DEFINITION], lexicon.ontology, analysis)
    if found is None or _is_another_figure(found.predicate, text, lexicon):
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
