"""Something is named and nothing is asked of it: the last question about it, a demand, a case, a side to compare."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from kg.facts import EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Constraint, Entity, Order, Query
from kg.values import Op
from nlu.asked import asked_of
from nlu.followups.asking import same_focus
from nlu.followups.scenes import about, as_thing, edit_of, leans, only_things, with_things
from nlu.followups.siblings import like_named, rewritten, sibling
from nlu.followups.switching import as_case, demanded, switched
from nlu.parser import parse
from nlu.parsing.comparisons import which_more
from nlu.parsing.evidence import RANKED_SUPPORT
from nlu.parsing.inverse import by_verb
from nlu.parsing.scene import Scene, class_options, members_of
from nlu.parsing.sets import PAGE
from nlu.parsing.superlatives import ORDERED
from nlu.predicates import of_kind
from nlu.readings import Reading
from nlu.things import Thing, assumptions_of

_POINTED = re.compile(r"期?的?(?:[这那]?一?[个款种只张家期位档])?(?=\S)")
ASKED_ENOUGH = 0.75
"""Support from which an attribute is taken to be asked of a thing that only a part of its name tells."""
A_VERB = 2
"""Unexplained characters beside how-much up to which a turn that names a thing asks nothing of its own."""
_BESIDE = re.compile(r"[和跟与同](.{2,12}?)(?:的|[这那]一?[个款种只张家])*(?:相?比|一起)")
_JOINS = re.compile(r"算上|算进|加上|加进|带上|一起比|[和跟与同].{1,12}比")
_DEMANDS = re.compile(r"^(?:那就|就|那)?(?:只|仅)?(?:看|要|留|列)|不要|去掉|除了|的$")
_OF_ANY = re.compile("(?:什么|啥|哪些|别的|其[他它])(?:的|比较)?$")


def sibling_asked(
    scene: Scene, last: Query, find: Callable[[str, Sequence[Entity], Lexicon], Entity | None]
) -> Query | None:
    """海贝湾的呢: a part of the name of another thing of the same class."""
    asks = scene.analysis.has("how", "how_much", "how_long", "who", "where", "when", "why", "yes_no", "list", "count")
    words = scene.analysis.rest_text() + "".join(m.surface for m in scene.analysis.predicates if m.value)
    if find is like_named:  # a figure singles out only a name that is else the same
        words = words or "".join(scene.analysis.text[v.start : v.end] for v in scene.analysis.values[:1])
    if asks or any(not m.value for m in scene.analysis.predicates):
        return None
    other = find(words, last.focus, scene.lexicon) or find(scene.analysis.rest_text(), last.focus, scene.lexicon)
    if other is None:
        return None
    named = only_things(scene, [as_thing(other, scene.lexicon, how="alias")])
    return switched(named, last) or Query(Ask.DESCRIBE, focus=(other,))


def with_a_side(scene: Scene, last: Query) -> Query | None:
    """那3号也算上, 哪个期限最长; 和网购的比哪个低: one more thing beside those that were talked about."""
    ends = scene.analysis.first("most", "least")
    more = ends.label == "most" if ends is not None else which_more(scene.analysis)
    if more is None or last.ask not in (Ask.VALUE, Ask.COMPARE) or not _JOINS.search(scene.analysis.text):
        return None
    named = [t.entity for t in scene.things if _alike(t, last, scene)]
    beside = _BESIDE.search(scene.analysis.text)
    told = sibling(beside.group(1), last.focus[:1], scene.lexicon) if beside is not None and not named else None
    others = named or ([told] if told is not None else [])
    others = others or [e for _, _, e in _siblings_told(scene, replace(last, focus=last.focus[:1]))][:1]
    focus = tuple({e.id: e for e in (*last.focus, *others)}.values())
    said = {p for m in scene.analysis.predicates if not m.value for p in m.predicates}
    has = of_kind(scene.lexicon.predicates_of(focus[0].id), ORDERED, scene.lexicon.ontology) if others else []
    measure = next((p for p in has if p in (said or last.predicates)), "")
    if not measure or len(focus) == len(last.focus):
        return None
    kept = last.qualifiers if (measure,) == last.predicates else ()
    order = Order(measure, more)
    return Query(Ask.COMPARE, focus, predicates=(measure,), qualifiers=kept, order=order, period=last.period)


def asked_of_sibling(scene: Scene, last: Query) -> list[Reading]:
    """首套能还多少年, 90天那款最高多少: a part of the name of another thing of the class, and something asked of it."""
    for start, end, other in _siblings_told(scene, last):
        filled = only_things(with_things(scene, (), [(start, end)]), [as_thing(other, scene.lexicon, how="alias")])
        found = (r for r in parse(filled, unnamed=False) if r.query.ask is Ask.VALUE and not r.absent)
        asked = [r for r in found if r.predicate >= ASKED_ENOUGH]
        if asked:
            return asked
    return []


def _siblings_told(scene: Scene, last: Query) -> Iterator[tuple[int, int, Entity]]:
    """(start, end, thing) of the parts of names in the turn, 那款 behind them included."""
    text = scene.analysis.text
    if len(last.focus) != 1:
        return
    other = rewritten(text, last.focus[0], scene.lexicon)
    at = text.find(other.surface) if other is not None else -1
    if other is not None and at >= 0:
        yield at, _behind(text, at + len(other.surface)), other
    for value in scene.analysis.values:
        told = like_named(text[value.start : value.end], last.focus, scene.lexicon)
        if told is not None:
            yield value.start, _behind(text, value.end), told
    for start, end in scene.analysis.rest:
        if _OF_ANY.search(text[:start]):
            continue  # 还有什么好吃的店: of any that is so
        told = sibling(text[start:end], last.focus, scene.lexicon)
        if told is not None:
            yield start, _behind(text, end), told


def done_by_the_last(scene: Scene, last: Query) -> Query | None:
    """还管哪些基金, of a person: the members of the class that point to what was talked about by what is done."""
    cls = members_of(scene)
    if cls is None or scene.things or len(last.focus) != 1 or not scene.analysis.has("list", "count"):
        return None
    options = set(class_options(scene, cls))
    incoming = [p for p in scene.lexicon.incoming_predicates(last.focus[0].id) if p in options]
    done = by_verb(scene.analysis.rest_text(), incoming)
    if done is None:
        return None
    pointing = Constraint(done.predicate, Op.EQ, entity_id=last.focus[0].id)
    return Query(Ask.LIST, cls=cls.entity, predicates=(done.predicate,), constraints=(pointing,), limit=PAGE)


def _behind(text: str, end: int) -> int:
    match = _POINTED.match(text, end)
    return match.end() if match else end


def of_named(scene: Scene, last: Query) -> list[Reading]:
    """那大额存单呢, 装修贷: the last question about what is named, where nothing is asked of it."""
    if _lacks_a_side(scene, last):
        sides = [*(as_thing(e, scene.lexicon) for e in last.focus[:1]), *scene.named]
        return parse(only_things(scene, sides), unnamed=False)
    demands = last.cls is not None and _DEMANDS.search(scene.analysis.text)
    further = demanded(last, scene.named[0], scene) if demands else None
    if further is not None:
        return [edit_of(further, scene)]
    case = as_case(scene, last) if len(scene.named) > 1 or _asks_nothing(scene) else None  # 网银用U盾的话
    if case is not None and not _alike(scene.named[0], last, scene):
        return [edit_of(case, scene)]
    part = _ends_an_attribute(scene, last)
    if part:
        return part
    words = _of_attribute(replace(scene, things=(), classes=()), last) if _words_for_attribute(scene) else []
    goes_on = leans(scene) or _alike(scene.named[0], last, scene) or _asked_of_it(scene, last)
    if not _asks_nothing(scene) or not goes_on:
        return words
    query = switched(scene, last)
    if query is None:
        return words
    reading = edit_of(query, scene, min(t.support for t in scene.named))
    return [replace(reading, assumptions=assumptions_of(scene.named)), *words]


def _of_attribute(scene: Scene, last: Query) -> list[Reading]:
    """二套的首付呢: what is named is an attribute, asked of what a part of its name tells, or of the last one."""
    return asked_of_sibling(scene, last) or same_focus(scene, last)


def _ends_an_attribute(scene: Scene, last: Query) -> list[Reading]:
    """周边有什么酒店: the class that is named only ends the name of an attribute (周边酒店) of what is talked about."""
    if len(scene.classes) != 1 or scene.things or not last.focus or not scene.analysis.rest:
        return []
    surface = scene.classes[0].entity.surface
    ending = {p for p in scene.lexicon.predicates_of(last.focus[0].id) if p.endswith(surface) and p != surface}
    if not ending:
        return []
    read = same_focus(replace(scene, things=(), classes=()), last)
    return [r for r in read if set(r.query.predicates) & ending]


def _asks_nothing(scene: Scene) -> bool:
    """Whether what is named is only named; how much and how long only repeat what was asked."""
    asks = scene.analysis.has("list", "count", "most", "least", "best", "define", "compare", "source", "how", "why")
    asks = asks or (scene.analysis.has("yes_no") and not scene.analysis.has("also"))
    asked = asked_of(scene.named[0].entity.id, scene.analysis, scene.lexicon)
    named = asked.predicates and asked.support > RANKED_SUPPORT
    said = scene.analysis.rest_text().strip()
    little = not said or (len(said) <= A_VERB and _repeats(scene) and not asked.predicates)  # 明年变多少, 1号给多少
    return not (asks or named or asked.absent) and (leans(scene) or little)


def _repeats(scene: Scene) -> bool:
    """Whether how much or how long is all that is asked."""
    return scene.analysis.has("how_much", "how_long") or bool(scene.analysis.periods)


def _asked_of_it(scene: Scene, last: Query) -> bool:
    """稳盈天天是多少, after the fee of another thing: it has what was asked, and nothing else is."""
    has = scene.lexicon.predicates_of(scene.named[0].entity.id)
    return last.ask is Ask.VALUE and _repeats(scene) and any(p in has for p in last.predicates)


def _lacks_a_side(scene: Scene, last: Query) -> bool:
    """和稳盈2号比哪个收益高: of two that are compared only the other one is named."""
    compares = scene.analysis.has("compare") or "比" in scene.analysis.text
    one = len({t.entity.id for t in scene.named}) == 1 and not scene.named[0].is_class
    return compares and one and len(last.focus) == 1 and _alike(scene.named[0], last, scene)


def _alike(thing: Thing, last: Query, scene: Scene) -> bool:
    """Whether a thing is of one kind with what the last question was about, so that it can take its place: of one
    class next above, or one of the two a kind of the other."""
    lexicon = scene.lexicon
    if any(e.id == thing.entity.id for e in last.focus):
        return False
    above = _next_above(thing.entity.id, scene)
    for entity in about(last):
        if _next_above(entity.id, scene) & above or entity.id in lexicon.classes_of(thing.entity.id):
            return True
        if thing.entity.id in lexicon.classes_of(entity.id):
            return True
    return False


def _next_above(entity_id: str, scene: Scene) -> set[str]:
    levels = scene.lexicon.class_levels(entity_id)
    return set(levels[0]) if levels else set()


def _words_for_attribute(scene: Scene) -> bool:
    """Whether what is named may be words for an attribute of what is talked about: 附属卡呢, 哪个首付最低."""
    known = {e.id for q in scene.memory.frames for e in q.focus}
    terms = all(t.kind is EntityKind.TERM and t.entity.id not in known for t in scene.named)
    thing, last = scene.named[0], scene.memory.last
    alone = leans(scene) and len(scene.named) == 1 and not thing.is_class
    return terms or (alone and last is not None and not _alike(thing, last, scene))
