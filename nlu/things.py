"""Things: the entities and classes that a turn names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from kg.answer import Assumed, Assumption
from kg.facts import EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import Candidate, Mention
from kg.lexicon.text import fold
from kg.query import Entity
from nlu.analysis import Analysis
from nlu.asked import asked_of

MANY_NAMESAKES = 12
FEW_MEMBERS = 60
"""Members of a class up to which it is looked whether another name of the class is rather that of one of them."""
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
