"""Scenes with things of the talk filled in and words taken out, so that the parser reads them like named ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from kg.facts import EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import Mention, PredicateMention
from kg.query import Ask, Entity, Query
from nlu.analysis import PUNCTUATION, Analysis, PeriodSpan, ValueSpan
from nlu.parsing.scene import Scene
from nlu.phrases import Phrase
from nlu.things import Thing

Span = tuple[int, int]
SET_ASKS = frozenset({Ask.LIST, Ask.BEST, Ask.COUNT, Ask.REVERSE})
_Item = TypeVar("_Item", Mention, PredicateMention, ValueSpan, PeriodSpan, Phrase)


def as_thing(entity: Entity, lexicon: Lexicon, span: Span = (-1, -1), how: str = "carried") -> Thing:
    """A thing of the talk, as if it had been named at `span`."""
    info = lexicon.entity(entity.id)
    kind = info.kind if info else EntityKind.OTHER
    return Thing(Entity(entity.id, entity.name, how=how), kind, bool(info and info.is_class), 1.0, *span)


def with_things(scene: Scene, things: Iterable[Thing], spans: Sequence[Span] = ()) -> Scene:
    """The scene with more things, and without what it read in `spans`."""
    added = tuple(things)

    def kept(known: Sequence[Thing]) -> tuple[Thing, ...]:
        return tuple(t for t in known if not _touches((t.start, t.end), spans))

    return replace(
        scene,
        analysis=without(scene.analysis, spans),
        things=(*kept(scene.things), *(t for t in added if not t.is_class)),
        classes=(*kept(scene.classes), *(t for t in added if t.is_class)),
    )


def only_things(scene: Scene, things: Iterable[Thing]) -> Scene:
    """The scene about these things and nothing else that is named."""
    return with_things(replace(scene, things=(), classes=()), things)


def without(analysis: Analysis, spans: Sequence[Span]) -> Analysis:
    """What a turn says besides `spans`: these become blanks, so that places stay what they are."""
    if not spans:
        return analysis
    chars = list(analysis.text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    text = "".join(chars)
    rest = tuple(r for r in analysis.rest if not _touches(r, spans))
    content = sum(1 for c in text if c not in PUNCTUATION) or 1
    return replace(
        analysis,
        text=text,
        mentions=_outside(analysis.mentions, spans),
        predicates=_outside(analysis.predicates, spans),
        values=_outside(analysis.values, spans),
        periods=_outside(analysis.periods, spans),
        phrases=_outside(analysis.phrases, spans),
        rest=rest,
        explained=1.0 - sum(b - a for a, b in rest) / content,
    )


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


def _outside(items: Sequence[_Item], spans: Sequence[Span]) -> tuple[_Item, ...]:
    return tuple(i for i in items if not _touches((i.start, i.end), spans))


def _touches(span: Span, spans: Sequence[Span]) -> bool:
    return any(span[0] < b and a < span[1] for a, b in spans)
