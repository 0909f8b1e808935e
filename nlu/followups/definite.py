"""A class that means the one member the talk is about: 酒店的地址 after a hotel was named, 餐馆附近有什么景点."""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.facts import UNSPOKEN
from kg.query import Entity
from nlu.asked import asked_of
from nlu.followups.scenes import as_thing, only_things, with_things
from nlu.meant import meant
from nlu.parsing.scene import Scene
from nlu.parsing.sets import REQUESTED
from nlu.things import Thing

_OWNED = re.compile(r"家?(?:的|附近|周边|周围|旁边|那[里边儿]|这[里边儿])")
_FAR = re.compile(r"那一?[个款种只张家份]$")
_POINTS = re.compile("[这那该此]一?[个家间座所款只种部本首条位处张]?$")
_LED = re.compile(r"^(?:那么?|这|该|此|请问|还有|[，,])*(?:[家个位部本首款座所条只种])?$")
_ASKED = re.compile(r"(?:又|到底)?(?:是|在|叫|有多|多|哪|几|什么)")
_ASKED_OF_IT = re.compile(
    r"(?:那|这|是|它|他)*(?:什么时候|哪一?年|几几年|哪一?国|哪个国家|哪里|谁|什么类型|什么风格).{0,4}的"
)
_PARTICLES = re.compile(r"[呀啊呢吗来着哦\s?？。]*")
SURELY = 0.8
"""Probability of an attribute from which a class in the turn is taken for a word that asks for it."""
_PRECISELY = "具体"
_ANY_MEMBER = re.compile(
    r"(?:有|没有|哪[家个间座所些款只种部本]?|什么|啥|多少|几[家个间座所款只种部本]|[一二两三][家个间座所款只种部本]"
    r"|找|推荐|介绍|其[他它]|别的|所有|全部|各|每[家个]?|的|换|看看|要|去)$"
)


def definite(scene: Scene) -> Scene:
    """The scene with the class filled in by the member that the talk is about; as it is where none is meant."""
    if any(t.start >= 0 for t in scene.things):
        return scene
    for cls in sorted(scene.classes, key=lambda c: c.start):
        if cls.start < 0 or not _stands_for_one(cls, scene):
            continue
        member = _member(cls, scene)
        if member is not None and _asked_of_members(cls, scene):
            span = (_pointed_from(cls, scene), cls.end)
            return with_things(scene, [as_thing(member, scene.lexicon, span)], [span])
    return scene


def of_the_talk(scene: Scene) -> Scene:
    """The scene about what the talk is about, where a class is but a word of what is asked of it: 有什么景点 after a
    town with 著名景点. Only of attributes that nobody declared."""
    last, analysis = scene.memory.last, scene.analysis
    if last is None or last.cls is not None or len(last.focus) != 1 or scene.memory.pending or analysis.values:
        return scene
    classes = [c for c in scene.classes if c.start >= 0]
    own = (last.focus[0].id, *scene.lexicon.classes_of(last.focus[0].id))
    if any(t.start >= 0 for t in scene.things) or not classes or any(c.entity.id in own for c in classes):
        return scene
    if REQUESTED.search(analysis.text) or any(_POINTS.search(analysis.text[: c.start]) for c in classes):
        return scene
    has = [p for p in scene.lexicon.predicates_of(last.focus[0].id) if p not in UNSPOKEN]
    found = meant(analysis.text, has, scene.lexicon.ontology, analysis)
    if found is None or found.probability < SURELY:
        return scene
    return only_things(scene, [as_thing(last.focus[0], scene.lexicon)])


def _pointed_from(cls: Thing, scene: Scene) -> int:
    """Where the words begin that point at the class (这景点, 那家酒店)."""
    before = _POINTS.search(scene.analysis.text[: cls.start])
    return before.start() if before is not None else cls.start


def _stands_for_one(cls: Thing, scene: Scene) -> bool:
    text = scene.analysis.text
    if _ends_the_question(cls, scene):
        return True
    owned = _OWNED.match(text, cls.end) or _has_an_attribute(cls, scene) or _goes_on(cls, scene)
    return bool(owned) and not _ANY_MEMBER.search(text[: cls.start])


def _ends_the_question(cls: Thing, scene: Scene) -> bool:
    """什么时候的电影, 谁拍的电影啊: asked of the one that is talked about, where nobody declared what such have."""
    last, text = scene.memory.last, scene.analysis.text
    if last is None or len(last.focus) != 1 or cls.entity.id not in scene.lexicon.classes_of(last.focus[0].id):
        return False
    ends = _ASKED_OF_IT.fullmatch(text[: cls.start]) and _PARTICLES.fullmatch(text, cls.end)
    return bool(ends) and none_declared(scene.lexicon.predicates_of(last.focus[0].id), scene)


def _goes_on(cls: Thing, scene: Scene) -> bool:
    """歌手是哪里人, 这家公司在哪: the turn begins with the class, and nobody declared what its members have."""
    begins = not _LED.sub("", scene.analysis.text[: cls.start])
    members = scene.lexicon.member_predicates(cls.entity.id)
    return begins and bool(_ASKED.match(scene.analysis.text, cls.end)) and none_declared(members, scene)


def none_declared(predicates: Iterable[str], scene: Scene) -> bool:
    """Whether the attributes are all of a graph that nobody described."""
    return not any(scene.lexicon.ontology.get(p).declared for p in predicates)


def _has_an_attribute(cls: Thing, scene: Scene) -> bool:
    """酒店地址: an attribute right behind the class, where nobody declared it."""
    ends = (cls.end, cls.end + len(_PRECISELY)) if scene.analysis.text.startswith(_PRECISELY, cls.end) else (cls.end,)
    behind = (p for m in scene.analysis.predicates if not m.value and m.start in ends for p in m.predicates)
    return any(not scene.lexicon.ontology.get(p).declared for p in behind)


def _member(cls: Thing, scene: Scene) -> Entity | None:
    """The newest thing of the talk that is of the class; none where the last answer showed a list of them."""
    last = scene.memory.last
    if last is not None and last.cls is not None and last.cls.id == cls.entity.id:
        return None
    met = scene.memory.spoken_of
    if _FAR.search(scene.analysis.text[: cls.start]) and scene.memory.offered_last is not None:
        met = scene.memory.met  # 那个理财 below a card is the one on the card
    return next((m.entity for m in met if cls.entity.id in scene.lexicon.classes_of(m.entity.id)), None)


def _asked_of_members(cls: Thing, scene: Scene) -> bool:
    """Whether what is asked is not known of the class itself, only of its members."""
    asked = asked_of(cls.entity.id, scene.analysis, scene.lexicon)
    above = (cls.entity.id, *scene.lexicon.ancestors(cls.entity.id))
    own = {p for c in above for p in scene.lexicon.own_predicates(c) if p not in UNSPOKEN}
    return not set(asked.predicates) & own
