"""What pointing words mean: the things of the talk that they fit, newest first, and the scene with these filled in."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import takewhile
from typing import TypeVar

from kg.facts import EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold
from kg.query import Ask, Entity, Query
from nlu.followups.pointing import Pointer, Pointing, pointers
from nlu.followups.scenes import SET_ASKS, Span, as_thing, with_things
from nlu.followups.siblings import extreme_named, part_named, sibling
from nlu.memory import OFFERED_ROLE, SOURCE_ROLE, Met
from nlu.parsing.scene import Scene
from nlu.things import Thing

_T = TypeVar("_T")
LONGEST_NOUN = 8
_ITSELF = "它其该"
"""Words that no part of a name tells more of: 管理它的 is no 管理那个."""
_ADVERB = re.compile("(?:还|也|都|又)(?![款清本贷息有])")
PERSON_WORDS = ("人", "者", "员", "经理", "长", "师", "总", "演", "作家", "教授", "医生")
"""Ends of class names and roles that people have, for graphs whose classes are not declared."""


_OF_PEOPLE = "手者员家师人星"


@dataclass(frozen=True, slots=True)
class Pointed:
    """One way to read the pointing words of a turn: the scene with the things filled in."""

    scene: Scene
    things: tuple[Thing, ...]


def pointed(scene: Scene) -> list[Pointed]:
    """The ways to read the pointing words, likeliest first; empty when nothing points or nothing is found."""
    named = [(t.start, t.end) for t in scene.things if t.start >= 0]
    found = [p for p in pointers(scene.analysis.text) if not any(p.start < b and a < p.end for a, b in named)]
    starts = {p.start for p in found}
    found = [p for p in found if not (p.recalled and p.end in starts)]  # 刚才第一个 is the first one
    if not found or scene.memory.last is None:
        return []
    ways: list[list[tuple[Span, tuple[Entity, ...]]]] = [[]]
    for pointer in found:
        options = _options(pointer, scene)
        if options:
            ways = [[*way, option] for way in ways for option in options[: (2 if len(found) == 1 else 1)]]
    return [_filled(scene, way) for way in ways if way]


def _names_itself(pointer: Pointer, scene: Scene) -> bool:
    """那个稳盈2号, 刚才的稳盈1号: the words point to what is named right behind them."""
    return any(t.start == pointer.end and not t.is_class for t in scene.things)


def _options(pointer: Pointer, scene: Scene) -> list[tuple[Span, tuple[Entity, ...]]]:
    """(span, entities) that one pointer may mean, likeliest first."""
    if _told_by_value(pointer, scene):
        return []
    offered = _offered(pointer, scene)
    tells = pointer.kind in (Pointing.ONE, Pointing.PREVIOUS) and scene.analysis.text[pointer.start] not in _ITSELF
    described = _described(pointer, scene) if tells else None
    if described is not None:
        return [(described[0], (described[1],))]
    end, fitting = _noun_behind(pointer, scene)
    adverb = _ADVERB.match(scene.analysis.text, end)
    span = (pointer.start, adverb.end() if adverb else end)
    if pointer.kind is Pointing.PLACES:
        last = scene.memory.last
        pair = last.focus if last and len(last.focus) == 2 and pointer.of_two else scene.memory.shown
        picked = placed(pointer, pair)
        return [(span, picked)] if picked else []
    last = scene.memory.last
    if pointer.ahead and last is not None and len(last.focus) == 2 and not fitting:
        return [(span, last.focus[:1])]
    if offered is not None and (offered in fitting or not (fitting or pointer.bare or _names_class(pointer, scene))):
        return [(span, (offered,)), *((span, way) for way in _singular(pointer, scene))]
    if fitting:
        return _fitting(pointer, span, fitting, scene)
    if _names_itself(pointer, scene):
        return []
    return [(span, way) for way in _FINDERS[pointer.kind](pointer, scene)]


def _offered(pointer: Pointer, scene: Scene) -> Entity | None:
    """What the bank brought up, where the words may mean it: 那个 right below its card, 推荐的那款 at any time."""
    if pointer.kind is not Pointing.ONE:
        return None
    if pointer.offered:
        return scene.memory.offered_ever
    return scene.memory.offered_last if pointer.far and not pointer.recalled else None


def _told_by_value(pointer: Pointer, scene: Scene) -> bool:
    """半年的那个: a demand on the members, told in the words before."""
    before = scene.analysis.text[: pointer.start].removesuffix("的")
    return pointer.kind is Pointing.ONE and any(v.end == len(before) for v in scene.analysis.values)


def _fitting(
    pointer: Pointer, span: Span, fitting: Sequence[Entity], scene: Scene
) -> list[tuple[Span, tuple[Entity, ...]]]:
    """What the noun behind the words fits: one, or for several all of them."""
    if pointer.kind is not Pointing.MANY:
        return [(span, (e,)) for e in fitting[:1]]
    many = _several(pointer, fitting, scene)
    return [(span, many)] if many else []


def _names_class(pointer: Pointer, scene: Scene) -> bool:
    """那个大额存单: a kind of which nothing came up is itself what is meant."""
    return any(c.start == pointer.end for c in scene.classes)


def placed(pointer: Pointer, shown: Sequence[_T]) -> tuple[_T, ...]:
    """The shown entities at the places that a pointer names; none when out of reach."""
    if pointer.first:
        return tuple(shown[: pointer.first])
    if pointer.last:
        return tuple(shown[-pointer.last :])
    if not 1 <= abs(pointer.place) <= len(shown):
        return ()
    return (shown[pointer.place - 1 if pointer.place > 0 else pointer.place],)


def _singular(pointer: Pointer, scene: Scene) -> list[tuple[Entity, ...]]:
    """它, 这个, 刚才那个: what was asked about last, then what its answer led to."""
    last = scene.memory.last
    if last is None or pointer.bare or _names_class(pointer, scene):
        return []
    focus = scene.memory.shown if last.ask in SET_ASKS else _winner(last, scene) or last.focus
    about = [tuple(focus)] if focus else []
    persons = {e.id for e in _persons(scene)}
    objects = [(e,) for e in objects_met(scene) if e.id not in {f.id for f in focus} | persons]
    told = last.ask is Ask.VALUE and len(objects) == 1 and len(last.predicates) == 1
    return [*objects, *about] if told else [*about, *objects[:1]]


def objects_met(scene: Scene) -> list[Entity]:
    """The things that the last answer led to, its documents aside."""
    known = {e.id for e in scene.memory.last.focus} if scene.memory.last else set()
    started = False
    found: list[Entity] = []
    for met in scene.memory.met:
        if met.role == OFFERED_ROLE:
            continue
        if met.role and met.role != SOURCE_ROLE and met.entity.id not in known:
            found.append(met.entity)
            started = True
        elif started or met.entity.id not in known:
            break
    return found


def _winner(last: Query, scene: Scene) -> tuple[Entity, ...]:
    """Who came out first where it was asked which one does."""
    order = last.order
    extreme = next((x for x in scene.memory.display.extremes if order and x.predicate == order.predicate), None)
    if last.ask is not Ask.COMPARE or order is None or extreme is None:
        return ()
    first = extreme.high if order.descending else extreme.low
    return tuple(e for e in last.focus if e.id == first)


def _described(pointer: Pointer, scene: Scene) -> tuple[Span, Entity] | None:
    """便宜的那个, 海贝湾那个: told by an adjective or by a part of the name that stands before the pointing words."""
    text = scene.analysis.text
    start = max((text.rfind(mark, 0, pointer.start) + 1 for mark in ",，。;； "), default=0)
    before = text[start : pointer.start]
    singled = extreme_named(before, scene.memory.display.extremes)
    found = next((e for e in scene.memory.shown if e.id == singled), None)
    found = found or part_named(before, candidates(scene), scene.lexicon)
    if found is None and scene.memory.last is not None:
        found = sibling(before, scene.memory.last.focus, scene.lexicon)
    return ((start, pointer.end), found) if found is not None else None


def _people(scene: Scene) -> list[Entity]:
    """Persons of the talk; without any that is known to be one, what a role of a person led to, then any object."""
    led = (m for m in scene.memory.met if m.role and m.role != OFFERED_ROLE)
    objects = [m.entity for m in led if not _is_class(m.entity, scene.lexicon)]
    focus = list(scene.memory.last.focus) if scene.memory.last else []
    return _persons(scene) or [*objects[:1], *focus[:1]]


def _persons(scene: Scene) -> list[Entity]:
    met = [m for m in scene.memory.met if not _is_class(m.entity, scene.lexicon)]
    return [m.entity for m in met if is_person(m, scene.lexicon)]


def is_person(met: Met, lexicon: Lexicon) -> bool:
    """Whether a thing of the talk is a person: by its kind, else by the words for its classes or role."""
    info = lexicon.entity(met.entity.id)
    if info is not None and info.kind is not EntityKind.OTHER:
        return info.kind is EntityKind.PERSON
    names = [lexicon.name_of(c) for c in lexicon.classes_of(met.entity.id)]
    return any(n.endswith(PERSON_WORDS) for n in (*names, met.role) if n)


def _houses(scene: Scene) -> list[Entity]:
    """他家: the firm behind what is talked about."""
    kinds = ((m.entity, scene.lexicon.entity(m.entity.id)) for m in scene.memory.met)
    return [e for e, info in kinds if info is not None and info.kind is EntityKind.ORGANISATION]


def _other(scene: Scene) -> list[Entity]:
    """另一个: of two on display the one that was not spoken of last."""
    last, shown = scene.memory.last, scene.memory.shown
    if last is None or len(shown) != 2:
        return []
    spoken = {e.id for e in _winner(last, scene) or last.focus}
    left = [e for e in shown if e.id not in spoken]
    return left if len(left) == 1 else []


def _previous(scene: Scene) -> list[Entity]:
    """The one before: of two that were compared the first, else the one asked about before this one."""
    last = scene.memory.last
    if last is not None and len(last.focus) > 1:
        return [last.focus[0]]
    now = {e.id for e in last.focus} if last else set()
    return [m.entity for m in scene.memory.met if not m.role and m.entity.id not in now]


def _several(pointer: Pointer, fitting: Sequence[Entity], scene: Scene) -> tuple[Entity, ...]:
    """它们, 这两个: those asked about together, those shown, or the newest ones of one kind."""
    last, shown = scene.memory.last, scene.memory.shown
    if last is None:
        return ()
    number = pointer.number
    picked = bool(last.focus) and {e.id for e in last.focus} < {e.id for e in shown}
    together = shown if last.ask in SET_ASKS or (picked and len(last.focus) == 1) else last.focus
    if len(together) > 1 and (not number or len(together) == number):
        return tuple(together)
    recent = list(fitting) or alike(scene)
    if len(recent) > 1 and last.ask not in SET_ASKS:
        return tuple(reversed(recent[: number or len(recent)]))
    return tuple(shown[: number or len(shown)]) if len(shown) > 1 else ()


def alike(scene: Scene) -> list[Entity]:
    """Things asked about of late that are of one kind with the newest, newest first."""
    asked = [m.entity for m in scene.memory.met if not m.role]
    return list(takewhile(lambda e: _same_kind(e, asked[0], scene.lexicon), asked))


def _same_kind(one: Entity, other: Entity, lexicon: Lexicon) -> bool:
    levels = [lexicon.class_levels(e.id)[:1] for e in (one, other)]
    if not all(levels):
        return levels[0] == levels[1]
    return bool(set(levels[0][0]) & set(levels[1][0]))


def candidates(scene: Scene) -> list[Met]:
    """All things of the talk, newest first, then those on display."""
    return [*scene.memory.spoken_of, *(Met(e) for e in scene.memory.shown)]


def _noun_behind(pointer: Pointer, scene: Scene) -> tuple[int, list[Entity]]:
    """Where the words end with the noun that follows them (这家公司, 那个颐养产品), and which things it fits."""
    text = scene.analysis.text
    for size in range(min(LONGEST_NOUN, len(text) - pointer.end), 0, -1):
        said = text[pointer.end : pointer.end + size]
        known = [m for m in candidates(scene) if _called(said, m, scene.lexicon)]
        if known:
            return pointer.end + size, list({m.entity.id: m.entity for m in known}.values())
    return pointer.end, []


def _called(said: str, met: Met, lexicon: Lexicon) -> bool:
    """Whether a thing may be called so: by the end of its name, its class or its role, with a part of its name before
    it (颐养产品)."""
    wanted = fold(said).text
    info = lexicon.entity(met.entity.id)
    if info is None or info.is_class:
        return False
    names = [fold(n).text for n in (info.name, *info.aliases)]
    nouns = [fold(lexicon.name_of(c)).text for c in lexicon.classes_of(info.id)] + [met.role, *names]
    for size in range(len(wanted), 0, -1):
        part, noun = wanted[: len(wanted) - size], wanted[len(wanted) - size :]
        if (any(n.endswith(noun) for n in nouns if n) or _begins(noun, info.id, lexicon)) and (
            not part or any(part in n for n in names)
        ):
            return True
    return False


def _begins(noun: str, entity_id: str, lexicon: Lexicon) -> bool:
    """这首歌 of a 歌曲: one character less than the name of the class, which is no word for people (歌手)."""
    classes = (fold(lexicon.name_of(c)).text for c in lexicon.classes_of(entity_id))
    return any(c[:-1] == noun and c[-1] not in _OF_PEOPLE for c in classes if c)


def _is_class(entity: Entity, lexicon: Lexicon) -> bool:
    info = lexicon.entity(entity.id)
    return bool(info and info.is_class)


def _filled(scene: Scene, way: Sequence[tuple[Span, tuple[Entity, ...]]]) -> Pointed:
    spans = [span for span, _ in way]
    things = tuple(as_thing(e, scene.lexicon, span) for span, entities in way for e in entities)
    things = tuple({t.entity.id: t for t in things}.values())
    return Pointed(with_things(scene, things, spans), things)


_FINDERS: dict[Pointing, Callable[[Pointer, Scene], list[tuple[Entity, ...]]]] = {
    Pointing.ONE: _singular,
    Pointing.MANY: lambda pointer, scene: [many] if (many := _several(pointer, (), scene)) else [],
    Pointing.PERSON: lambda _, scene: [(e,) for e in _people(scene)[:2]],
    Pointing.PREVIOUS: lambda _, scene: [(e,) for e in _previous(scene)[:1]],
    Pointing.OTHER: lambda _, scene: [(e,) for e in _other(scene)],
    Pointing.HOUSE: lambda pointer, scene: [(e,) for e in _houses(scene)[:1]] or _singular(pointer, scene),
}
