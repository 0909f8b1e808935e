"""Things: the entities and classes that a turn names, and the predicates it asks of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.answer import Assumed, Assumption
from kg.facts import DEFINITION, UNSPOKEN, EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import Candidate, Mention
from kg.lexicon.text import fold
from kg.query import Entity
from nlu.analysis import Analysis
from nlu.predicates import ALIASED, NAMED, rank, typed_by_cue

TYPED_SUPPORT = 0.62
ACCEPT_WORDING = 0.45
ACCEPT_TYPED = 0.2
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


def things_of(analysis: Analysis, lexicon: Lexicon) -> list[Thing]:
    """All named things in order of place, coordinated short forms (稳盈1号和2号) included."""
    predicate_spans = {(p.start, p.end) for p in analysis.predicates if not p.value}
    things = [_thing(m, (m.start, m.end) in predicate_spans) for m in analysis.mentions]
    return things + _coordinated(analysis, things, lexicon)


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
    for phrase in analysis.phrases:
        before = next((t for t in things if t.end == phrase.start), None)
        if phrase.label != "or" or before is None:
            continue
        tail = fold(analysis.text[phrase.end : phrase.end + 12]).text
        head = fold(before.entity.surface or before.entity.name).text
        for keep in range(len(head) - 1, 0, -1):
            names = [n for n in lexicon.name_trie.prefixes(head[:keep] + tail) if len(n) > keep + 1]
            if names:
                row = lexicon.name_trie[max(names, key=len)][0][0]
                info = lexicon.entity_at(int(row))
                end = phrase.end + len(max(names, key=len)) - keep
                entity = Entity(info.id, info.name, analysis.text[phrase.end : end], "alias")
                if all(t.start != phrase.end for t in things):
                    found.append(Thing(entity, info.kind, info.is_class, 0.95, phrase.end, end))
                break
    return found


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
    found: dict[str, float] = {}
    absent: list[str] = []
    for mention in named:
        fitting = [p for p in mention.predicates if p in has]
        if fitting:
            found.setdefault(_nearest(fitting, entity_id, lexicon), NAMED if mention.named else ALIASED)
        else:
            absent.append(mention.predicates[0])
    if found:
        return Asked(tuple(found), min(found.values()), tuple(absent))
    around = [m.surface for m in analysis.mentions if m.best.id != entity_id] + [p.surface for p in named]
    ranked = _by_wording(has, analysis, lexicon, " ".join(around))
    return ranked if ranked.predicates else Asked(absent=tuple(absent))


def _nearest(fitting: Sequence[str], entity_id: str, lexicon: Lexicon) -> str:
    """Of several predicates with one alias, the one that the entity has itself, else the first."""
    own = lexicon.own_predicates(entity_id)
    return next((p for p in fitting if p in own), fitting[0])


def _by_wording(has: Sequence[str], analysis: Analysis, lexicon: Lexicon, around: str) -> Asked:
    """The predicate nearest to the words around the thing: unexplained ones, other names, predicates it lacks."""
    text = f"{analysis.rest_text()} {around}"
    ranked = rank(text, [p for p in has if p != DEFINITION], lexicon.ontology, analysis)
    if not ranked:
        return Asked()
    top = ranked[0]
    if top.wording >= ACCEPT_WORDING or (top.typed and top.wording >= ACCEPT_TYPED):
        return Asked((top.predicate,), min(0.88, 0.5 + top.score * 0.45))
    only = typed_by_cue([r.predicate for r in ranked if r.typed], analysis)
    return Asked((only,), TYPED_SUPPORT) if only else Asked()
