"""What stands twice in one turn: words that point back to a name before them, and classes that only say what it is.

稳盈1号这个产品的期限, 去丽豪酒店，这家酒店的地址, 说到大观园，它的门票: the words behind the name mean the same thing,
so that they are blanked out and the turn is read as if the name stood alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.facts import EntityKind
from nlu.followups.pointing import Pointer, Pointing, pointers
from nlu.followups.referents import is_person
from nlu.followups.scenes import Span, with_things
from nlu.memory import Met
from nlu.parsing.scene import Scene
from nlu.things import Thing

_BETWEEN = re.compile(r"(?:的|这|那|这[一]?[家个间座所款只]|那[一]?[家个间座所款只]|此|该|[\"”》」』’\s])*")
_QUESTION = re.compile(r"谁|哪|什么|啥|多少|几|吗|[?？]")
_SIDE_BY_SIDE = ("和", "跟", "与", "比", "同", "、", "还有", "及")
_OWNED = re.compile(r"的|家的|附近|周边|周围|旁边")
_QUANTIFIED = re.compile(
    r"(?:有|哪[家个间座所些款只]?|什么|啥|多少|几[家个间座所款只]|[一二两三][家个间座所款只]|其[他它]|别的|所有|全部|各|每[家个]?|是|属于|算|的)$"
)

_PLACES, _DEMONSTRATIVE = frozenset("里边儿地"), frozenset("这那")
_ENDS_THERE = re.compile(r"$|[那这]个|[的呢吗呀啊吧,，。.?？!！、\s]|多少|怎么|什么|是|有|在")
_PICKED = re.compile(r"[这那]一?[个家款种只张间位条座][吧呢啊呀]?$")
"""A turn that ends in 那个 picks one out: 我要问杭州运河边那个."""
SAID = 4
"""Characters that nothing explains from which a turn without a question says something."""


def joined(scene: Scene) -> Scene:
    """The scene without the words that only mean what the turn has named before."""
    named = [t for t in scene.things if t.start >= 0]
    if not named:
        return _of_classes(scene)
    spans = [*_pointing_back(scene, named), *_apposed(scene, named), *_owned(scene, named), *_stated(scene, named)]
    read = with_things(scene, (), spans) if spans else scene
    kept = {t.entity.id for t in read.things}
    return read if all(t.entity.id in kept for t in named) else scene  # blanks may take a name apart


def _of_classes(scene: Scene) -> Scene:
    """大额存单那个起存金额: right behind a class the words point at it, and not at what was listed before."""
    text = scene.analysis.text
    ends = {c.end for c in scene.classes if c.start >= 0}
    spans: list[Span] = []
    for pointer in pointers(text):
        plain = pointer.kind is Pointing.ONE and not pointer.recalled and not pointer.bare
        if plain and pointer.start in ends and not _tells_which(pointer, scene):
            spans.append((pointer.start, pointer.end))
            ends.add(pointer.end)
    read = with_things(scene, (), spans) if spans else scene
    return read if len(read.classes) == len(scene.classes) else scene


def _pointing_back(scene: Scene, named: Sequence[Thing]) -> Iterator[Span]:
    """它, 这家酒店, 他家 behind the name."""
    text = scene.analysis.text
    for pointer in pointers(text):
        before = [t for t in named if t.end <= pointer.start]
        inside = any(t.start <= pointer.end and pointer.start < t.end for t in named)
        if not before or pointer.recalled or inside:
            continue
        between = text[before[-1].end : pointer.start]
        told = any(end == pointer.start for _, end in scene.analysis.rest)  # 杭州运河边那个 is told by the words before
        noun = next((m for m in scene.analysis.mentions if m.start == pointer.end and m.best.is_class), None)
        told = told and noun is None and all(p.start != pointer.end for p in scene.analysis.predicates)
        if between.endswith(_SIDE_BY_SIDE) or _QUESTION.search(between) or (told and pointer.kind is Pointing.ONE):
            continue
        if noun is not None and noun.best.id not in scene.lexicon.classes_of(before[-1].entity.id):
            continue
        if noun is not None or _fits(pointer, before[-1], scene):
            yield pointer.start, noun.end if noun is not None else pointer.end


def _fits(pointer: Pointer, thing: Thing, scene: Scene) -> bool:
    """Whether a pointer without a noun may mean the thing."""
    if pointer.kind is Pointing.PERSON:
        return is_person(Met(thing.entity), scene.lexicon)
    if pointer.kind is Pointing.HOUSE:
        return thing.kind in (EntityKind.ORGANISATION, EntityKind.OTHER)
    return pointer.kind is Pointing.ONE and not pointer.bare and not _tells_which(pointer, scene)


def _tells_which(pointer: Pointer, scene: Scene) -> bool:
    """沪深300那个C类: what follows tells one of several; an attribute, a place or nothing does not."""
    text = scene.analysis.text
    if text[pointer.end - 1] in _PLACES or text[pointer.start] not in _DEMONSTRATIVE:
        return False
    asked = any(p.start == pointer.end for p in scene.analysis.predicates if not p.value)
    return not (asked or _ENDS_THERE.match(text, pointer.end))


def _apposed(scene: Scene, named: Sequence[Thing]) -> Iterator[Span]:
    """丽豪酒店这家酒店, 名叫丽豪的酒店."""
    for cls in scene.classes:
        thing = next((t for t in reversed(named) if t.end <= cls.start), None)
        if thing is None or not _is_a(thing, cls, scene):
            continue
        between = scene.analysis.text[thing.end : cls.start]
        if between and _BETWEEN.fullmatch(between):
            yield thing.end, cls.end


def _owned(scene: Scene, named: Sequence[Thing]) -> Iterator[Span]:
    """中山公园的门票和景点的评分: the class has an attribute, and the name before it is of the class."""
    text = scene.analysis.text
    for cls in scene.classes:
        thing = next((t for t in reversed(named) if t.end <= cls.start), None)
        if thing is None or not _is_a(thing, cls, scene) or not _OWNED.match(text, cls.end):
            continue
        if not _QUANTIFIED.search(text[: cls.start]):
            yield cls.start, cls.end


def states(scene: Scene) -> bool:
    """Whether the turn says something about what it names and asks nothing: 推荐您去丽豪，那里很安静."""
    analysis = scene.analysis
    asks = _QUESTION.search(analysis.text) or analysis.cues - {"filler", "list"} or analysis.has("correction")
    said = sum(end - start for start, end in analysis.rest)
    return not (asks or _PICKED.search(analysis.text)) and said >= SAID and any(t.start >= 0 for t in scene.things)


def _stated(scene: Scene, named: Sequence[Thing]) -> Iterator[Span]:
    """推荐您去丽豪，是很不错的酒店: where nothing is asked, the class says something of what is named."""
    if not states(scene):
        return
    for cls in scene.classes:
        if cls.start >= 0 and all(_is_a(t, cls, scene) for t in named):
            yield cls.start, cls.end


def _is_a(thing: Thing, cls: Thing, scene: Scene) -> bool:
    return cls.entity.id in scene.lexicon.classes_of(thing.entity.id)
