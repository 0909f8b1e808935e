"""Scene: what the readings of a turn are made from, and which named things stand for themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.facts import DEFINITION, UNSPOKEN, EntityKind
from kg.lexicon.lexicon import EntityInfo, Lexicon
from kg.query import Entity
from nlu.analysis import Analysis
from nlu.asked import asked_of
from nlu.compounds import compounded
from nlu.exclusion import excluded
from nlu.meaning import synonymous
from nlu.memory import Memory
from nlu.things import Thing, things_of
from nlu.topics import TopicIndex
from nlu.words import STOP, words

RANGE_SUPPORT = 0.9
_IS = ("是", "属于", "算", "》是", "》属于")
LAST_WORD = 2
"""Characters of the word that says what the members of a class are: 公司 of 上市公司."""
MOST_CLASSES = 60
"""Classes up to which another word for one of them is looked for."""


@dataclass(frozen=True, slots=True)
class Scene:
    """All that the readings are made from."""

    analysis: Analysis
    lexicon: Lexicon
    memory: Memory
    things: tuple[Thing, ...]
    classes: tuple[Thing, ...]
    topics: TopicIndex
    leans: bool = False
    """The turn is known to lean on what went before: the second of several questions in one message."""

    @property
    def named(self) -> tuple[Thing, ...]:
        """Instances and classes in order of place."""
        return tuple(sorted((*self.things, *self.classes), key=lambda t: t.start))


def scene_of(analysis: Analysis, lexicon: Lexicon, memory: Memory, topics: TopicIndex) -> Scene:
    """Decide which named things stand for themselves and which are names of predicates or mere apposition."""
    analysis = compounded(analysis, lexicon)
    named = things_of(analysis, lexicon)
    named += _ranges(analysis, named, lexicon)
    named += _by_synonym(analysis, named, lexicon)
    plain = [t for t in named if not t.as_predicate]
    asks_predicate = bool(plain or memory.last or analysis.values)
    meant = plain if asks_predicate and not _defines(analysis, plain) else named
    instances = [t for t in meant if not t.is_class and not _mere_word(t, meant, analysis, lexicon)]
    classes = [t for t in meant if t.is_class and not _apposed(t, instances, lexicon, analysis)]
    return Scene(analysis, lexicon, memory, tuple(instances), tuple(classes), topics)


def _ranges(analysis: Analysis, named: Sequence[Thing], lexicon: Lexicon) -> list[Thing]:
    """从业最久的基金经理: the name of a relation stands for the class that it points to, when a set is asked for and no
    class is named."""
    if any(t.is_class for t in named) or not analysis.has("list", "count", "most", "least", "best"):
        return []
    found = []
    for mention in analysis.predicates:
        ranges = {lexicon.ontology.get(p).range for p in mention.predicates if not mention.value} - {""}
        for info in (i for name in ranges for i in lexicon.by_name(name)):
            alike = set(words(info.name)) & set(words(mention.surface))
            if info.is_class and alike and lexicon.member_count(info.id):
                entity = Entity(info.id, info.name, mention.surface, "alias")
                found.append(Thing(entity, info.kind, True, RANGE_SUPPORT, mention.start, mention.end))
    return found[:1]


def _by_synonym(analysis: Analysis, named: Sequence[Thing], lexicon: Lexicon) -> list[Thing]:
    """餐厅 for a class called 餐馆: another word for a class where nothing is named and members are asked for; only
    where nobody declared what they have, since there nobody has given the class its other names either."""
    asks = analysis.has("list", "count", "most", "least", "best") or bool(analysis.values)
    if named or not asks:
        return []
    loose = loose_classes(lexicon)
    said = dict.fromkeys(words(analysis.unnamed_text()))
    for word in said:
        asked = any(p.label == "who" and word in p.surface for p in analysis.phrases)  # 哪家公司
        ending = [c for c in loose if _ends_alike(c.name, word) or (asked and c.name == word)] if len(word) > 1 else []
        if len(ending) == 1:
            at = analysis.text.find(word)
            entity = Entity(ending[0].id, ending[0].name, word, "alias")
            return [Thing(entity, ending[0].kind, True, RANGE_SUPPORT, at, at + len(word))]
    for cls in loose:
        for word in said:
            if len(word) > 1 and synonymous((word,), (cls.name,)) == 1.0:
                at = analysis.text.find(word)
                entity = Entity(cls.id, cls.name, word, "alias")
                return [Thing(entity, cls.kind, True, RANGE_SUPPORT, at, at + len(word))]
    return []


def _ends_alike(name: str, word: str) -> bool:
    """Whether a class is called by the end of its name, or by another word for that: 公司 or 企业 for 上市公司."""
    end = name[-LAST_WORD:]
    return len(name) > LAST_WORD and (name.endswith(word) or synonymous((word,), (end,)) == 1.0)


@lru_cache(maxsize=4)
def loose_classes(lexicon: Lexicon) -> tuple[EntityInfo, ...]:
    """The classes whose members have undeclared attributes only; none where there are too many to go through."""
    found = [c for c in lexicon.class_ids if lexicon.member_count(c)] if len(lexicon.class_ids) <= MOST_CLASSES else []
    loose = (c for c in found if not any(lexicon.ontology.get(p).declared for p in lexicon.member_predicates(c)))
    return tuple(info for info in map(lexicon.entity, loose) if info is not None)


def _mere_word(thing: Thing, meant: Sequence[Thing], analysis: Analysis, lexicon: Lexicon) -> bool:
    """代销 in 你们代销几家保险公司, 首付 in 首套房首付几成: a term that does not have what is asked is a word of the
    question, not what it is about, unless nothing else is there to be asked."""
    if thing.kind is not EntityKind.TERM or wants_definition(analysis) or analysis.has("source"):
        return False
    if analysis.has("compare") and all(t.kind is EntityKind.TERM for t in meant):
        return False
    if asked_of(thing.entity.id, analysis, lexicon).predicates:
        return False
    asks = any(not p.value for p in analysis.predicates) or analysis.has("how_much", "how_long", "how_old", "when")
    return asks or any(t.kind is not EntityKind.TERM for t in meant)


def _defines(analysis: Analysis, plain: Sequence[Thing]) -> bool:
    return not plain and wants_definition(analysis)


def wants_definition(analysis: Analysis) -> bool:
    """Whether the turn asks what something is."""
    return analysis.has("define") or any(DEFINITION in p.predicates for p in analysis.predicates)


def _apposed(cls: Thing, instances: Sequence[Thing], lexicon: Lexicon, analysis: Analysis) -> bool:
    """稳盈1号理财: the class only says what the named member is. Not so where membership is asked."""
    own = [t for t in instances if cls.entity.id in lexicon.classes_of(t.entity.id)]
    if analysis.has("yes_no", "list", "count"):
        return analysis.has("list") and any(cls.start == t.end for t in own)  # 推荐稳盈1号理财
    return any(abs(cls.start - t.end) <= 2 or _is_of_kind(t, cls, analysis.text) for t in own)


def _is_of_kind(thing: Thing, cls: Thing, text: str) -> bool:
    """X是哪个国家的电影, X是几级保护动物: the class at the end only says what the thing is."""
    ends = not any(c.isalnum() and c not in STOP for c in text[cls.end :])
    return ends and 0 <= thing.end < cls.start and text.startswith(_IS, thing.end)


def class_options(scene: Scene, cls: Thing) -> list[str]:
    """Predicates that members of a class, or the class itself, can be asked for."""
    predicates = (*scene.lexicon.member_predicates(cls.entity.id), *scene.lexicon.predicates_of(cls.entity.id))
    return [p for p in dict.fromkeys(predicates) if p not in UNSPOKEN]


def members_of(scene: Scene) -> Thing | None:
    """The class whose members are asked for; the most special of several nested ones."""
    counted = (c for c in scene.classes if scene.lexicon.member_count(c.entity.id))
    classes = [c for c in counted if c.start < 0 or not excluded(c.start, c.end, scene.analysis)]
    if not classes:
        return None
    return max(classes, key=lambda c: (len(scene.lexicon.ancestors(c.entity.id)), c.support, c.start))


def with_predicate(scene: Scene) -> list[Thing]:
    """The named things, those first that have what is asked, products and matters before the bank itself."""

    def rank(thing: Thing) -> tuple[float, bool, bool, int]:
        asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
        support = asked.support if asked.predicates else 0.0
        return (-round(support, 1), thing.kind is EntityKind.ORGANISATION, thing.is_class, thing.start)

    return sorted(scene.named, key=rank)
