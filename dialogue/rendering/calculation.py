"""Calculations in words: every line with its formula; several cases as a table; what is still to be said, asked for."""

from __future__ import annotations

from collections.abc import Iterator

from dialogue.message import Table
from dialogue.rendering.facts import case_of, object_of
from dialogue.texts import say
from kg.answer import Answer, Worked
from kg.calculating import Figure, Line
from kg.figures import Locked, Part, compose, computed, from_fact, from_input, from_name, join
from kg.lexicon.lexicon import Lexicon

MOST_COLUMNS = 5
MOST_FORMULAS = 3


def calculated(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    """One result in full; several side by side, with the formula once."""
    worked = answer.worked
    if len(worked) == 1:
        return compose(_single(worked[0]), *_remarks(answer)), None
    head: list[Part] = [say("calculated_cases", inputs=_inputs(answer))]
    formulas = {formula.text: formula for w in worked if w.lines for formula in (_in_names(w.lines[0]),)}
    head += [compose("\n", formula) for formula in list(formulas.values())[:MOST_FORMULAS]]
    return compose(*head, *_remarks(answer)), _table(worked)


def _single(worked: Worked) -> Locked:
    if worked.below is not None:
        return _too_little(worked)
    case = _case(worked)
    head = compose(from_name(worked.name, worked.entity_id), *(("（", case, "）") if case else ()), "：")
    return compose(head, *(compose("\n· ", line_of(line)) for line in worked.lines))


def _too_little(worked: Worked) -> Locked:
    fact = worked.below
    assert fact is not None
    name = from_name(worked.name, worked.entity_id)
    return say("below_least", subject=name, predicate=from_name(fact.predicate), value=object_of(fact))


def line_of(line: Line) -> Locked:
    """A result with the formula and the figures that it comes from."""
    value = computed(line.value.text, line.name, _fact_ids(line))
    if not line.formula:
        return compose(from_name(line.name), "：", value)
    return compose(from_name(line.name), "：", value, "（", *(_term(t) for t in line.formula), "）")


def _fact_ids(line: Line) -> list[str]:
    return [t.fact_id for t in line.formula if isinstance(t, Figure) and t.fact_id]


def _term(term: Figure | str) -> Part:
    if isinstance(term, str):
        return computed(term, "sign")
    if term.fact_id:
        return compose(from_name(term.name), from_fact(term.text, term.fact_id))
    said = from_input(term.text) if term.given else computed(term.text, term.name or "constant")
    return compose(from_name(term.name), said)


def _in_names(line: Line) -> Locked:
    """利息 = 金额 × 年利率 × 期限."""
    words = (t if isinstance(t, str) else t.name or t.text for t in line.formula)
    return compose(from_name(line.name), " = ", computed("".join(words), "formula"))


def _case(worked: Worked) -> Locked:
    parts: list[Part] = [from_name(worked.method)] if worked.method else []
    if worked.case is not None and (case := case_of(worked.case)):
        parts.append(case)
    return join("、", parts)


def _inputs(answer: Answer) -> Locked:
    return join("、", (compose(from_name(i.name), from_input(i.value.text)) for i in answer.query.inputs))


def _table(worked: tuple[Worked, ...]) -> Table:
    names = list(dict.fromkeys(line.name for w in worked for line in w.lines))[:MOST_COLUMNS]
    rated = any(w.case is not None for w in worked)
    rows = []
    for item in worked:
        values = {line.name: compose(computed(line.value.text, line.name, _fact_ids(line))).text for line in item.lines}
        cells = [values.get(name, "") for name in names]
        if item.below is not None:
            least = say("under_least", predicate=from_name(item.below.predicate), value=object_of(item.below))
            cells = [least.text, *cells[1:]]
        rate = [object_of(item.case).text if item.case else ""] if rated else []
        rows.append((item.name, _case(item).text, *rate, *cells))
    columns = ("名称", "情形", *(("利率或费率",) if rated else ()), *(names or ["结果"]))
    return Table(columns, tuple(rows))


def _remarks(answer: Answer) -> Iterator[Locked]:
    if not any(w.lines for w in answer.worked):
        return
    yield compose("\n", say("calculated_rounded"))
    if any(not w.promised for w in answer.worked):
        yield compose("\n", say("calculated_not_promised"))


def asked_input(answer: Answer) -> Locked:
    """The question for the next input."""
    about = answer.query.focus
    subject = join("、", (from_name(e.name, e.id) for e in about)) if about else say("this_case")
    calculator = join("、", map(from_name, answer.query.predicates[:1]))
    return say("ask_input", subject=subject, calculator=calculator, input=from_name(answer.missing[0]))
