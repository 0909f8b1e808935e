"""How well a reading is supported by the words of the turn, and which same-named things it may mean."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.answer import Choice
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold
from kg.query import Ask, Entity, Query
from nlu.analysis import PUNCTUATION
from nlu.asked import asked_text, kind_named
from nlu.parsing.scene import Scene
from nlu.readings import Reading
from nlu.things import Thing, assumptions_of
from nlu.wording import wordings_of
from nlu.words import wide_features

RANKED_SUPPORT = 0.9
"""Above it a predicate was named, below it was ranked by wording."""
UNKNOWN_SUPPORT = 0.9
BARE_SUPPORT = 0.8
"""Support of a list or description that nothing but a bare name asks for."""


def unknown_of(reading: Reading) -> Reading:
    """The things of a reading are known, what is asked of them is not."""
    query = Query(Ask.VALUE, focus=reading.query.focus)
    return replace(reading, query=query, predicate=UNKNOWN_SUPPORT, absent=True)


def reading_of(query: Query, things: Sequence[Thing], predicate: float, scene: Scene) -> Reading:
    """A reading of a turn with the evidence that its words give."""
    choices = _same_names(query, things, scene.lexicon)
    asks_value = query.ask is Ask.VALUE and query.predicates and query.focus
    return Reading(
        query,
        entity=min(t.support for t in things),
        predicate=predicate,
        explained=explained_by(query, scene),
        coverage=coverage_of(query, scene) if asks_value else 1.0,
        assumptions=(*scene.analysis.misspelt, *assumptions_of(things)),
        choices=choices,
    )


def explained_by(query: Query, scene: Scene) -> float:
    """Share of the text that this reading accounts for: names, predicates and values that it leaves unused count
    as unexplained, so that a reading that ignores half of the question loses to one that does not."""
    used_ids = {e.id for e in query.focus} | {c.entity_id for c in query.constraints}
    used_ids |= {query.cls.id} if query.cls else set()
    unused = (
        _unused_predicates(query, used_ids, scene)
        + _unused_values(query, scene)
        + _unused_names(query, used_ids, scene)
    )
    content = sum(1 for c in scene.analysis.text if c not in PUNCTUATION) or 1
    return max(0.0, scene.analysis.explained - unused / content)


def coverage_of(query: Query, scene: Scene) -> float:
    """Weighted share of the words beside the names that the asked predicates and cases explain: their nearest forms
    account for words of theirs, nothing accounts for 停车费 in 停车费多少 when parking is not what is answered."""
    lexicon = scene.lexicon
    text = asked_text(query.focus[0].id, scene.analysis, lexicon)
    wordings = wordings_of(lexicon)
    matches = [m for m in (wordings.match(text, p) for p in query.predicates) if m is not None]
    said = [*(m.form for m in matches), *(q.value.text for q in query.qualifiers)]
    explained = frozenset().union(*(wide_features(form) for form in said))
    wanted = [f for f in wide_features(text) if not f.startswith("r:")]
    return wordings.mass(f for f in wanted if f in explained) / (wordings.mass(wanted) or 1.0)


def _unused_predicates(query: Query, used_ids: set[str], scene: Scene) -> int:
    """Characters that name a predicate which the query neither asks nor demands; question words aside."""
    used = {*query.predicates, *(c.predicate for c in query.constraints), *(q.name for q in query.qualifiers)}
    used |= {query.order.predicate} if query.order else set()
    cues = [(p.start, p.end) for p in scene.analysis.phrases]
    spent = {t.start for t in scene.named if t.entity.id in used_ids}
    unused = 0
    for mention in scene.analysis.predicates:
        is_cue = any(a <= mention.start and mention.end <= b for a, b in cues)
        kind_of = any(u.endswith(kind_named(p)) for u in used for p in mention.predicates)
        if not (mention.value or is_cue or mention.start in spent or used & set(mention.predicates) or kind_of):
            unused += mention.end - mention.start
    return unused


def _unused_values(query: Query, scene: Scene) -> int:
    """Characters of values that the query has no place for; a count that limits an order is used."""
    if query.limit is not None and query.order is not None:
        return 0
    used = {*(c.value for c in query.constraints), *(q.value for q in query.qualifiers)}
    return sum(s.end - s.start for s in scene.analysis.values if s.value not in used)


def _unused_names(query: Query, used_ids: set[str], scene: Scene) -> int:
    """Characters of names that are neither used nor classes of what is."""
    classes = {c for i in used_ids for c in scene.lexicon.classes_of(i)}
    texts = {fold(c.value.text).text for c in query.constraints if c.value is not None}
    others = (
        t
        for t in scene.named
        if t.entity.id not in used_ids | classes and not t.as_predicate and fold(t.entity.surface).text not in texts
    )
    return sum(t.end - t.start for t in others)


def _same_names(query: Query, things: Sequence[Thing], lexicon: Lexicon) -> tuple[Choice, ...]:
    """Several entities answer to the words: each becomes a choice, told apart by its class."""
    thing = next((t for t in things if t.others), None)
    if thing is None:
        return ()
    found = []
    asked = set(query.predicates)
    others = [o for o in thing.others if o.name == thing.entity.name or thing.entity.name != thing.entity.surface]
    for candidate in (Entity(thing.entity.id, thing.entity.name), *(Entity(o.id, o.name) for o in others)):
        if asked and not asked & set(lexicon.predicates_of(candidate.id)):
            continue
        focus = tuple(candidate if e.id == thing.entity.id else e for e in query.focus)
        classes = "、".join(lexicon.name_of(c) for c in lexicon.classes_of(candidate.id)[:1])
        label = f"{candidate.name}（{classes}）" if classes else candidate.name
        found.append(Choice(label, replace(query, focus=focus)))
    return tuple(found) if len(found) > 1 else ()
