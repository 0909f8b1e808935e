"""Scenes with things of the talk filled in and words taken out, so that the parser reads them like named ones."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from kg.facts import EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Entity, Query
from nlu.analysing import analyse
from nlu.analysis import PUNCTUATION, Analysis
from nlu.parsing.scene import Scene, scene_of
from nlu.readings import Reading
from nlu.things import Thing

Span = tuple[int, int]
WHOLE = 0.95
"""Support of the attribute in a question that is taken over from memory."""
_LEAD = re.compile(
    "(?:那么?|就|换成?|改成|要是|如果是?|还是|只看|只要|只说|我?想?要|来|给我|其中"
    "|这里面|这里头?|里面|里头|这些里[面头]?|当中|的|,|，| )+"
)
_ELLIPSIS = re.compile(r"^(那么?|那个|换成?|改成|如果是|要是|还是|只看|只要|回到)|(呢|呐)[？?。!！\s]*$")
SET_ASKS = frozenset({Ask.LIST, Ask.BEST, Ask.COUNT, Ask.REVERSE})


def as_thing(entity: Entity, lexicon: Lexicon, span: Span = (-1, -1), how: str = "carried") -> Thing:
    """A thing of the talk, as if it had been named at `span`."""
    info = lexicon.entity(entity.id)
    kind = info.kind if info else EntityKind.OTHER
    return Thing(Entity(entity.id, entity.name, how=how), kind, bool(info and info.is_class), 1.0, *span)


def with_things(scene: Scene, things: Iterable[Thing], spans: Sequence[Span] = ()) -> Scene:
    """The scene with more things, and without what it read in `spans`."""
    read = scene
    if spans:
        left = without(scene.analysis, spans, scene.lexicon)
        read = replace(scene_of(left, scene.lexicon, scene.memory, scene.topics), leans=scene.leans)
    added = tuple(things)
    return replace(
        read,
        things=(*read.things, *(t for t in added if not t.is_class)),
        classes=(*read.classes, *(t for t in added if t.is_class)),
    )


def shorn(scene: Scene) -> Scene:
    """The scene without the words at its beginning that only say that something is changed: 那就, 只要, 其中."""
    lead = _LEAD.match(scene.analysis.text)
    return with_things(scene, (), [lead.span()]) if lead and lead.end() < len(scene.analysis.text) else scene


def only_things(scene: Scene, things: Iterable[Thing]) -> Scene:
    """The scene about these things and nothing else that is named."""
    return with_things(replace(scene, things=(), classes=()), things)


def without(analysis: Analysis, spans: Sequence[Span], lexicon: Lexicon) -> Analysis:
    """What a turn says besides `spans`: these become blanks, so that places stay what they are and no name is read
    across them."""
    if not spans:
        return analysis
    chars = list(analysis.text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    text = "".join(chars)
    left = analyse(text, lexicon, analysis.today)
    return left if set(text) - PUNCTUATION else replace(left, explained=1.0)


def is_bare(analysis: Analysis) -> bool:
    """Whether the words ask nothing: no predicate, value, time or question word, nothing unexplained."""
    asking = any(p.label not in _LEANING for p in analysis.phrases)
    said = [p for p in analysis.predicates if not p.value]
    return not (asking or said or analysis.values or analysis.periods or analysis.rest)


_LEANING = frozenset(
    {"also", "pronoun", "pronoun_many", "former", "latter", "more", "correction", "or", "filler", "others"}
)


def about(query: Query) -> tuple[Entity, ...]:
    """What a Query is about: its focus, else its class."""
    return query.focus or ((query.cls,) if query.cls else ())


def leans(scene: Scene) -> bool:
    """Whether the words themselves say that they lean on what went before."""
    leaning = scene.leans or bool(_ELLIPSIS.search(scene.analysis.text) or scene.memory.pending)
    return leaning or scene.analysis.has("also", "pronoun", "pronoun_many", "former", "latter", "more", "correction")


def edit_of(query: Query, scene: Scene, support: float = 1.0) -> Reading:
    """A reading that completes the turn from memory."""
    return Reading(query, entity=support, predicate=WHOLE, explained=scene.analysis.explained)


def latest(scene: Scene, asks: Collection[Ask]) -> Query | None:
    """The newest remembered Query of some kinds."""
    return next((q for q in scene.memory.frames if q.ask in asks), None)
