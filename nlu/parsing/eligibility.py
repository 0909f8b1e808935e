"""Whether the customer may have a thing: 我22岁学生能办白金卡吗, and turns that tell more of himself."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.facts import EntityKind, Qualifier
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Query
from kg.values import Kind, Op, Value
from nlu.parsing.evidence import reading_of
from nlu.parsing.scene import Scene
from nlu.predicates import of_kind
from nlu.readings import Reading
from nlu.selves import answer_to, asks_for_oneself, names_somebody, statements, told
from nlu.things import Thing

SUPPORT, CARRIED = 0.96, 0.95
FEW, MYRIAD = 1000, 10_000
_ANOTHER = re.compile(r"^(?:那|换)|[呢吗么不][？?。!！\s]*$")
_WANTS_TERMS = ("how", "define", "list", "most", "least", "how_old", "how_long", "how_much", "who", "source", "why")


def eligible(scene: Scene) -> Reading | None:
    """The conditions of the named thing against what is known of the customer; without any of that, the conditions."""
    thing = _conditional(scene)
    if thing is None:
        return None
    able = scene.analysis.first("eligible")
    asks = able is not None and ("不" in able.surface or scene.analysis.has("yes_no"))
    fresh = statements(scene.analysis.text, _names(scene))
    asks = asks or (asks_for_oneself(scene.analysis.text) and (bool(fresh) or names_somebody(scene.analysis.text)))
    if not asks or (scene.analysis.has(*_WANTS_TERMS) and not fresh):
        return None
    money = any(s.value.kind is Kind.MONEY for s in scene.analysis.values)
    if money and not any(s.value.kind is Kind.MONEY for s in fresh):
        return None
    said = told(scene.memory.profile, fresh)
    query = Query(Ask.ELIGIBLE, (thing.entity,), predicates=_conditions(thing, said, scene.lexicon), inputs=said)
    reading = reading_of(query, [thing], SUPPORT, scene)
    return replace(reading, explained=1.0) if fresh else reading


def more_of_oneself(scene: Scene) -> Reading | None:
    """A turn that answers what was asked, or tells more, while the last question was whether one may have a thing; or
    that asks the same of another thing."""
    last = next((q for q in scene.memory.frames if q.ask is Ask.ELIGIBLE), None)
    if last is None:
        return None
    waiting, current = scene.memory.asked, scene.memory.last is last
    fresh = statements(scene.analysis.text, _names(scene))
    fresh = told(fresh, _to_question(scene, waiting) or _another_age(scene, last))
    thing = _conditional(scene)
    told_now = bool(fresh) and (current or scene.memory.wanted is not None or bool(waiting))
    named = [p for p in scene.analysis.predicates if not p.value and not _said_in(p.start, p.end, fresh, scene)]
    another = thing is not None and current and bool(_ANOTHER.search(scene.analysis.text))
    if not (told_now or another) or named:
        return None
    said = told(scene.memory.profile, fresh)
    focus = (thing.entity,) if thing else tuple(replace(e, how="carried") for e in last.focus)
    predicates = _conditions(thing, said, scene.lexicon) if thing else last.predicates
    query = Query(Ask.ELIGIBLE, focus, predicates=predicates, inputs=said)
    return Reading(query, CARRIED, SUPPORT, 1.0, carried=True)


def _said_in(start: int, end: int, fresh: tuple[Qualifier, ...], scene: Scene) -> bool:
    """Whether words that name a predicate are part of what the customer says of himself (年收入25万)."""
    words = scene.analysis.text[start:end]
    return any(words in s.name or s.name in words or words in s.value.text or s.value.text in words for s in fresh)


def _to_question(scene: Scene, asked: str) -> tuple[Qualifier, ...]:
    """The answer to the bot's last question: 是的, 没有, or a bare figure."""
    wanted = scene.memory.wanted
    if wanted is None or wanted.name != asked:
        return ()
    plain = answer_to(wanted, scene.analysis.text)
    if plain is not None:
        return (plain,)
    values = [s.value for s in scene.analysis.values]
    if len(values) == 1 and wanted.value.number is not None and values[0].number is not None:
        given = values[0] if values[0].kind is not Kind.NUMBER else _in_unit(values[0], wanted.value)
        if given.kind is wanted.value.kind:
            return (Qualifier(asked, given.op, replace(given, op=Op.EQ)),)
    return ()


def _another_age(scene: Scene, last: Query) -> tuple[Qualifier, ...]:
    """62呢: a bare number after an age was judged."""
    values = [s.value for s in scene.analysis.values]
    told_age = next((i for i in last.inputs if i.value.kind is Kind.AGE), None)
    if told_age is None or len(values) != 1 or values[0].kind is not Kind.NUMBER:
        return ()
    return (replace(told_age, value=_in_unit(values[0], told_age.value)),)


def _in_unit(bare: Value, wanted: Value) -> Value:
    """A bare number in the unit of what was asked for; a few, where tens of thousands are wanted, are counted in them
    (28 to a yearly income of 20万元)."""
    in_myriads = bare.number is not None and wanted.number is not None and 0 < bare.number < FEW and "万" in wanted.text
    if wanted.kind is Kind.MONEY and in_myriads and bare.number is not None:
        return replace(bare, kind=wanted.kind, unit=wanted.unit, number=bare.number * MYRIAD, text=f"{bare.text}万元")
    return replace(bare, kind=wanted.kind, unit=wanted.unit, text=f"{bare.text}{wanted.unit}")


def _conditional(scene: Scene) -> Thing | None:
    """The named thing that has conditions, members before classes."""
    having = [t for t in scene.named if _own_conditions(t, scene.lexicon)]
    if len(having) > 1 and all(t.start < 0 for t in having):
        return None  # 学生能办的呢, after a list: the first of it is no answer
    return min(having, key=lambda t: t.is_class, default=None)


def _own_conditions(thing: Thing, lexicon: Lexicon) -> list[str]:
    return of_kind(lexicon.predicates_of(thing.entity.id), (Kind.CONDITION,), lexicon.ontology)


def _conditions(thing: Thing, said: tuple[Qualifier, ...], lexicon: Lexicon) -> tuple[str, ...]:
    """Conditions, and bounds on the age that stand by themselves (投保年龄) where an age is said."""
    found = _own_conditions(thing, lexicon)
    if any(s.value.kind is Kind.AGE for s in said):
        found += of_kind(lexicon.predicates_of(thing.entity.id), (Kind.AGE,), lexicon.ontology)
    return tuple(dict.fromkeys(found))


def _names(scene: Scene) -> list[tuple[int, int]]:
    """Places of the products named: 学生 in 学生卡 says nothing of the customer."""
    return [(t.start, t.end) for t in scene.named if t.kind is EntityKind.PRODUCT]
