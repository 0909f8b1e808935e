"""What a turn demands of the members of a class: values, texts, relations, classes left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from kg.facts import HOTLINE, INSTANCE_OF, EntityKind
from kg.lexicon.text import fold
from kg.query import Constraint
from kg.values import Kind, Op, Value
from nlu.analysis import PUNCTUATION, ValueSpan
from nlu.constraints import (
    NAMED_ENOUGH,
    begun,
    constraint_of,
    costless,
    free_of,
    presence,
    sort_of,
    text_constraint,
)
from nlu.exclusion import excluded
from nlu.parsing.scene import Scene, class_options, wants_definition
from nlu.phrases import condition_words
from nlu.predicates import rank
from nlu.things import Thing
from nlu.wording import is_content, wordings_of

_IS = re.compile(r"的?(?:是|为|在|有|要|达到?|等于|[:：])")
"""What stands between an attribute and what it is demanded to be."""
_WAY = re.compile(r"(?:上|里)?(?:就?能|可以?|可|上)(?:买|办|购|申)")
"""What follows the name of a way by which something is had."""
_HOUSE = re.compile(r"(?:公司)?(?:旗下|名下|家|那边|发|出|管理?|的)*$")
_IDLE = frozenset({EntityKind.PRODUCT, EntityKind.PERSON, EntityKind.OTHER, EntityKind.ORGANISATION})
_LINKING = frozenset("在正所现目前自己手里上")
"""Signs that may stand between a name and what it does: 许清越在打理哪些基金."""
MOST_FREE = 4
"""Signs before a charge in which a word stands that there is to be none: 不用交年费."""
MANY = 60
"""Names that begin alike, from which a beginning tells nothing."""
MIN_UNHEARD = 2
"""Characters from which a stretch that nothing explains is a demand that was not understood."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What the turn demands of members; `unheard` are words that demand something which no constraint can say."""

    constraints: tuple[Constraint, ...]
    unheard: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    """Those of `unheard` that are figures: never said in passing."""


def demands_on(scene: Scene, cls: Thing, skip: str = "") -> Demands:
    """What the turn demands of members: values, texts, charges that are not to be, and named things they must be
    related to. `skip` is the predicate that orders them."""
    options = [p for p in class_options(scene, cls) if p != skip]
    found, figures = _by_values(scene, options, skip)
    unheard = [*figures]
    named, spent = _by_mentions(scene, options)
    found.extend(named)
    found.extend(_of_a_sort(scene, cls, options, found))
    free = costless(scene.analysis, options, scene.lexicon)
    if free is not None and all(c.predicate != free.predicate for c in found):
        found.append(free)
    found.extend(_related(scene, options))
    found.extend(_excluded_classes(scene, cls))
    texts = [p for p in options if scene.lexicon.ontology.get(p).datatype is Kind.TEXT]
    around = (_before_class(scene, cls, options), _after_class(scene, cls))
    present = next((c for words in around if (c := presence(words, texts, scene.lexicon))), None)
    if present is not None and all(c.predicate != present.predicate for c in found):
        found.append(present)
    if present is None:
        left = [w for w in unexplained(scene, spent) if not is_part(skip, w, scene)]
        starts = {w: c for w in left if (c := begun(w, texts, scene.lexicon) or _of_a_house(w, options, scene))}
        found.extend(starts.values())
        unheard.extend(w for w in left if w not in starts)
        unheard.extend(_idle_names(scene, options, found))
    if not (skip or found or unheard) and ends_in_class(scene, cls):
        unheard.extend(w for w in around[:1] if is_content(w))
    return Demands(tuple(found), tuple(unheard), tuple(figures))


def _by_values(scene: Scene, options: Sequence[str], skip: str) -> tuple[list[Constraint], list[str]]:
    """What figures demand, and those that nothing takes."""
    found: list[Constraint] = []
    unheard: list[str] = []
    for span in scene.analysis.values:
        if _counts_the_best(span, scene) or (skip and span.value.text in skip):
            continue
        constraint = constraint_of(span, scene.analysis, options, scene.lexicon)
        if constraint is None:
            unheard.append(scene.analysis.text[span.start : span.end])
        elif all(c.predicate != constraint.predicate for c in found):
            found.append(constraint)
    return found, unheard


def _by_mentions(scene: Scene, options: Sequence[str]) -> tuple[list[Constraint], list[tuple[int, int]]]:
    """What texts and charges that are not to be demand, and the places of the words that say there is none."""
    standing = {t.start for t in scene.named if t.is_class or not (t.kind is EntityKind.TERM or _is_case(t, scene))}
    found: list[Constraint] = []
    spent: list[tuple[int, int]] = []
    for mention in scene.analysis.predicates:
        constraint = free_of(mention, options, scene.analysis, scene.lexicon)
        spent += [(mention.start - MOST_FREE, mention.start)] if constraint is not None else []
        if mention.value and mention.start not in standing:
            constraint = text_constraint(mention, options, scene.analysis)
        if constraint is not None:
            found.append(constraint)
    return found, spent


def _idle_names(scene: Scene, options: Sequence[str], found: Sequence[Constraint]) -> list[str]:
    """Names that no condition has taken up and none can."""
    cases = {c.value.text for c in found if c.value is not None}
    taken = {c.entity_id for c in found if c.predicate == INSTANCE_OF}
    named = (t for t in scene.things if t.entity.id not in taken and t.entity.surface not in cases)
    return [t.entity.surface for t in named if _stands_idle(t, options, scene)]


def _counts_the_best(span: ValueSpan, scene: Scene) -> bool:
    """三张 in 年费最低的三张: how many are wanted. A bound (4.5分以上) and what an attribute is said to be (评分是5分)
    are demands, whatever superlative stands beside them."""
    first = scene.analysis.text[: span.start].endswith("前")
    ends = first or scene.analysis.has("most", "least", "best")
    counted = span.value.kind in (Kind.COUNT, Kind.NUMBER) and ends
    if not counted or span.value.op is not Op.EQ:
        return False
    said = scene.analysis.text[: span.start]
    return not any(_IS.fullmatch(said, p.end) for p in scene.analysis.predicates if not p.value and p.end < span.start)


def ends_in_class(scene: Scene, cls: Thing) -> bool:
    """Whether the turn is one long name of a set and asks nothing else: 年费两百以内的信用卡."""
    text = scene.analysis.text.rstrip("".join(PUNCTUATION) + "呀啊呢吧哦哈")
    modified = scene.analysis.text[: cls.start].endswith("的") or any(v.end == cls.start for v in scene.analysis.values)
    asks = scene.analysis.cues - {"list", "filler", "most", "least", "best"} or wants_definition(scene.analysis)
    return modified and not asks and 0 < cls.end == len(text)


def _before_class(scene: Scene, cls: Thing, options: Sequence[str]) -> str:
    """The words between the related name before the class and the class: 有保管箱 in 北京有保管箱的网点."""
    before = (t for t in scene.things if t.end <= cls.start)
    stops = [t.end for t in before if set(options) & set(scene.lexicon.incoming_predicates(t.entity.id))]
    return scene.analysis.text[max(stops, default=0) : max(cls.start, 0)].strip().removesuffix("的")


def _of_a_sort(scene: Scene, cls: Thing, options: Sequence[str], found: Sequence[Constraint]) -> list[Constraint]:
    """高档酒店: the words right before the class are a value that the graph writes 高档型."""
    said = next((scene.analysis.text[a:b] for a, b in scene.analysis.rest if b == cls.start), "")
    known = sort_of(said, scene.lexicon) if said else None
    taking = [p for p in known[1] if p in options and all(c.predicate != p for c in found)] if known else []
    return [Constraint(taking[0], Op.EQ, Value(known[0], Kind.TEXT))] if known and taking else []


def is_part(predicate: str, words: str, scene: Scene) -> bool:
    """Whether words are part of what a predicate is called: 从业 of the 从业年限 that is ordered by."""
    match = wordings_of(scene.lexicon).match(words, predicate)
    return match is not None and match.coverage >= NAMED_ENOUGH


def _is_case(thing: Thing, scene: Scene) -> bool:
    """Whether a named thing is said to be the way something is had, not what is had: 手机银行 in 手机银行能买的理财."""
    return any(p.value and p.start == thing.start for p in scene.analysis.predicates) and bool(
        _WAY.match(scene.analysis.text, thing.end)
    )


def _of_a_house(words: str, options: Sequence[str], scene: Scene) -> Constraint | None:
    """鹤川 in 鹤川旗下R4的基金: how the name of the one thing begins that members point to by one of `options`."""
    stem = fold(_HOUSE.sub("", words)).text
    names = scene.lexicon.name_trie.iterkeys(stem) if len(stem) >= MIN_UNHEARD else ()
    rows = {int(row) for name in names for row, _ in scene.lexicon.name_trie[name]}
    found = {}
    for row in rows if len(rows) <= MANY else ():
        info = scene.lexicon.entity_at(row)
        related = [p for p in scene.lexicon.incoming_predicates(info.id) if p in options]
        if related and info.kind is EntityKind.ORGANISATION:
            found[info.id] = related
    if len(found) != 1:
        return None
    ((entity_id, related),) = found.items()
    place = scene.analysis.text.find(words)
    op = Op.NE if excluded(place, place + len(words), scene.analysis) else Op.EQ
    return Constraint(_likeliest(related, scene)[0], op, entity_id=entity_id)


def _stands_idle(thing: Thing, options: Sequence[str], scene: Scene) -> bool:
    """Whether a named thing can be no condition: members do not point to it."""
    idle = thing.kind in _IDLE and thing.start >= 0 and not scene.lexicon.own_predicates(thing.entity.id).count(HOTLINE)
    return idle and not set(options) & set(scene.lexicon.incoming_predicates(thing.entity.id))


def _after_class(scene: Scene, cls: Thing) -> str:
    """The words after the class: 周末开门 in 哪些支行周末开门."""
    return scene.analysis.text[cls.end :].strip("".join(PUNCTUATION)) if cls.end > 0 else ""


def unexplained(scene: Scene, spent: Sequence[tuple[int, int]] = ()) -> list[str]:
    """Stretches of content that nothing took up, words of a relation (云麓基金管理的, 许清越在打理) and `spent` places
    aside."""
    analysis = scene.analysis
    related = [t.end for t in scene.things if t.start >= 0 and scene.lexicon.incoming_predicates(t.entity.id)]
    stretches = [
        (a, b)
        for a, b in analysis.rest
        if b - a >= MIN_UNHEARD and not any(set(analysis.text[end:a]) <= _LINKING for end in related if end <= a)
    ]
    free = [(a, b) for a, b in stretches if not any(start <= b <= end for start, end in spent)]
    return [text for a, b in free if is_content(_outside(text := analysis.text[a:b]))]


def _outside(words: str) -> str:
    """Words without the one that only says that members are spoken of: 里头 in 理财里头最稳的."""
    return words.removeprefix(next((w for w in condition_words("inside") if words.startswith(w)), ""))


def _related(scene: Scene, options: Sequence[str]) -> list[Constraint]:
    """Members that point to a named thing: 云杉理财公司管理的产品."""
    found = []
    for thing in scene.things:
        incoming = [p for p in scene.lexicon.incoming_predicates(thing.entity.id) if p in options]
        named = [p for m in scene.analysis.predicates for p in m.predicates if p in incoming]
        if incoming and thing.kind is not EntityKind.TERM:
            op = Op.NE if excluded(thing.start, thing.end, scene.analysis) else Op.EQ
            found.append(Constraint((named or _likeliest(incoming, scene))[0], op, entity_id=thing.entity.id))
    return found


def _likeliest(predicates: Sequence[str], scene: Scene) -> list[str]:
    """Predicates by how well they go with the words around the names (由甲公司管理 → 管理人)."""
    ranked = rank(scene.analysis.unnamed_text(), predicates, scene.lexicon, scene.analysis)
    return [r.predicate for r in ranked]


def _excluded_classes(scene: Scene, cls: Thing) -> list[Constraint]:
    """Classes within the class, and members of it, that are left out by name (除开云麓货币A)."""
    members = (t for t in scene.things if cls.entity.id in _all_classes(t, scene))
    return [
        Constraint(INSTANCE_OF, Op.NE, entity_id=c.entity.id)
        for c in (*scene.classes, *members)
        if c != cls and excluded(c.start, c.end, scene.analysis)
    ]


def _all_classes(thing: Thing, scene: Scene) -> set[str]:
    """The classes of a thing and all above them."""
    direct = scene.lexicon.classes_of(thing.entity.id)
    return {*direct, *(above for c in direct for above in scene.lexicon.ancestors(c))}
