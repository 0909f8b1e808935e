"""Questions for a figure to be worked out, and turns that change or complete its operands (那五年呢, 20万)."""

from __future__ import annotations

from dataclasses import replace

from kg.answer import Assumed, Assumption
from kg.facts import CALCULATION, EntityKind, Qualifier
from kg.query import Ask, Entity, Query
from kg.values import Kind
from nlu.calculations import asked_calculators, inputs_of, merged, wants_working_out
from nlu.cases_said import qualifiers_of
from nlu.parsing.scene import Scene
from nlu.readings import Reading
from nlu.things import Thing, assumptions_of

SUPPORT, CARRIED, UNNAMED, EXACT = 1.0, 0.95, 0.9, 0.95
_OTHER_ASKS = ("yes_no", "why", "where", "who", "when", "source", "compare", "most", "least", "best", "list")
_RATE = ("利率", "费率")


def calculation(scene: Scene) -> Reading | None:
    """10万存三年定期利息多少: an amount, and words that ask what comes of it."""
    analysis = scene.analysis
    if analysis.has(*_OTHER_ASKS):
        return None
    inputs = inputs_of(analysis)
    has_amount = any(i.value.kind is Kind.MONEY for i in inputs)
    if not has_amount and (analysis.has("how", "define") or not wants_working_out(analysis.text)):
        return None
    things = _calculable(scene)
    carried = None if things else _carried_focus(scene)
    calculators = asked_calculators(_without(things, scene), inputs, need_context=False) if things else ()
    calculators = calculators or asked_calculators(analysis.text, inputs, need_context=not things)
    if carried is not None and not calculators:
        calculators = asked_calculators(analysis.text, inputs, need_context=False)
    if not calculators:
        return None
    focus = tuple(t.entity for t in things) or ((carried,) if carried else ())
    query = Query(Ask.CALCULATE, focus, predicates=calculators, inputs=_with_cases(inputs, focus, scene))
    support = max((t.support for t in things), default=CARRIED if carried else UNNAMED)
    assumptions = _said(focus) if carried else assumptions_of(things)
    return Reading(query, support, SUPPORT, 1.0, carried=carried is not None, assumptions=assumptions)


def recalculation(scene: Scene, back: bool = False) -> Reading | None:
    """A turn that completes or changes the last calculation: its amount, term, method, rate, case or its thing.

    `back` takes one up again that the talk has left.
    """
    last = next((q for q in scene.memory.frames if q.ask is Ask.CALCULATE), None)
    if last is None:
        return None
    waiting = bool(scene.memory.asked)
    current = scene.memory.last is last or back
    inputs = inputs_of(scene.analysis, scene.memory.asked)
    things = _calculable(scene)
    focus = tuple(t.entity for t in things) or tuple(replace(e, how="carried") for e in last.focus)
    inputs = _with_cases(inputs, focus, scene)
    fills = any(i.name == scene.memory.asked for i in inputs)
    if not (fills or (current and (inputs or things))) or _asks_something_else(scene, inputs):
        return None
    named = asked_calculators(scene.analysis.text, inputs, need_context=False) if things else ()
    calculators = tuple(dict.fromkeys((*last.predicates, *named)))
    query = replace(last, focus=focus, predicates=calculators, inputs=merged(last.inputs, inputs))
    return Reading(query, CARRIED, SUPPORT, 1.0, carried=True, assumptions=() if waiting else _said(focus))


def _without(things: list[Thing], scene: Scene) -> str:
    """The text without the names of these things, so that 定期 in 三年定期 asks for nothing."""
    inside = {i for t in things for i in range(t.start, t.end)}
    return "".join(" " if i in inside else c for i, c in enumerate(scene.analysis.text))


def _calculable(scene: Scene) -> list[Thing]:
    """The named things that have a calculator: members, else classes; near matches only where nothing is exact."""
    having = [t for t in scene.named if CALCULATION in scene.lexicon.predicates_of(t.entity.id)]
    exact = [t for t in having if not t.others and t.support >= EXACT] or having
    return [t for t in exact if not t.is_class] or exact


def _carried_focus(scene: Scene) -> Entity | None:
    """What the talk was about, where it has a calculator and the turn names nothing else."""
    last = scene.memory.last
    if last is None or len(last.focus) != 1 or any(not t.as_predicate for t in scene.classes):
        return None
    entity = last.focus[0]
    known = CALCULATION in scene.lexicon.predicates_of(entity.id)
    return replace(entity, how="carried", surface="") if known else None


def _with_cases(inputs: tuple[Qualifier, ...], focus: tuple[Entity, ...], scene: Scene) -> tuple[Qualifier, ...]:
    """Cases in words (渠道=手机银行, 住房套数=首套) stand beside the figures."""
    known = {p for e in focus for p in scene.lexicon.predicates_of(e.id)}
    known = known or {p for p, _, _ in scene.lexicon.qualifier_values}
    predicates = sorted(known - {CALCULATION})
    spoken = (q for q in qualifiers_of(scene.analysis, predicates, scene.lexicon) if q.value.kind is Kind.TEXT)
    return merged(tuple(spoken), inputs)


def _asks_something_else(scene: Scene, inputs: tuple[Qualifier, ...]) -> bool:
    """The turn names an attribute of its own, or asks another kind of question."""
    if scene.analysis.has(*_OTHER_ASKS, "define", "how"):
        return True
    words = {w for i in inputs for w in (i.name, i.value.text)} | {*_RATE}
    targets = asked_calculators(scene.analysis.text, inputs, need_context=False)
    named = [p for p in scene.analysis.predicates if not p.value and not words & set(p.predicates)]
    terms = not inputs and any(m.best.kind is EntityKind.TERM for m in scene.analysis.mentions)
    return bool(named or terms) and not targets


def _said(focus: tuple[Entity, ...]) -> tuple[Assumption, ...]:
    return (Assumption(Assumed.CARRIED, "", "、".join(e.name for e in focus)),) if focus else ()
