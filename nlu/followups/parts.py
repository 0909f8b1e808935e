"""A thing of the talk called by the beginning or the end of its name: 古城 of 临江古城, 糖水铺 of 老南门糖水铺.

A part of a declared product's name is often a kind or a condition as well (公务员 of 公务员贷, 混合类): there
only where something is asked of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from kg.lexicon.text import fold
from kg.query import Entity
from nlu.analysis import ASKING, FILLER
from nlu.followups.definite import none_declared
from nlu.followups.referents import candidates
from nlu.followups.scenes import Span, as_thing, with_things
from nlu.followups.siblings import ENOUGH
from nlu.parsing.scene import Scene

_POINTS = re.compile(r"[那这]一?[个家间座所款只种部本首条位处张]?$")
_BEHIND = re.compile(r"(?:[那这]一?[个家间座所款只种部本首条位处张]|[里那这][里边面头]?)?")


def part_called(scene: Scene) -> Scene:
    """The scene with the part filled in by what it calls; as it is where something is named, or nothing or several
    things of the talk are called so."""
    if any(t.start >= 0 for t in scene.things):
        return scene
    known = {e.id: _names(e, scene) for e in _known(scene)}
    for (start, end), entity_id in _called(scene, known):
        before = _POINTS.search(scene.analysis.text[:start])
        behind = _BEHIND.match(scene.analysis.text, end)
        span = (before.start() if before else start, behind.end() if behind else end)
        thing = as_thing(Entity(entity_id, scene.lexicon.name_of(entity_id)), scene.lexicon, span)
        return with_things(scene, [thing], [span])
    return scene


def _known(scene: Scene) -> Iterator[Entity]:
    """What the talk has come to, things only."""
    asks = _asks(scene)
    for met in candidates(scene):
        info = scene.lexicon.entity(met.entity.id)
        if info is None or info.is_class:
            continue
        if none_declared(scene.lexicon.predicates_of(info.id), scene) or (asks and not _of_a_kind(met.entity, scene)):
            yield met.entity


def _of_a_kind(entity: Entity, scene: Scene) -> bool:
    """Of the class of what is talked about: how such differ is looked at elsewhere (`siblings`)."""
    last, lexicon = scene.memory.last, scene.lexicon
    known = {c for e in (last.focus if last else ()) for level in lexicon.class_levels(e.id)[:1] for c in level}
    return any(c in known for level in lexicon.class_levels(entity.id)[:1] for c in level)


def _asks(scene: Scene) -> bool:
    named = any(not m.value for m in scene.analysis.predicates)
    return (named or bool(scene.analysis.cues & ASKING - {FILLER, "list"})) and not scene.analysis.has("exclude")


def _names(entity: Entity, scene: Scene) -> tuple[str, ...]:
    info = scene.lexicon.entity(entity.id)
    return tuple(fold(n).text for n in (info.name, *info.aliases)) if info is not None else ()


def _called(scene: Scene, known: dict[str, tuple[str, ...]]) -> Iterator[tuple[Span, str]]:
    """(span, id) of the longest parts of names that only one thing has, among the words that nothing explains."""
    for start, end in scene.analysis.rest:
        for span in _within(start, end):
            part = fold(scene.analysis.text[span[0] : span[1]]).text
            found = [i for i, names in known.items() if _ends(part, names)]
            if len(found) == 1:
                yield span, found[0]
                return


def _within(start: int, end: int) -> Iterable[Span]:
    """Stretches of a span, longest first."""
    for size in range(end - start, ENOUGH - 1, -1):
        for begin in range(start, end - size + 1):
            yield begin, begin + size


def _ends(part: str, names: tuple[str, ...]) -> bool:
    return any(name != part and (name.startswith(part) or name.endswith(part)) for name in names)
