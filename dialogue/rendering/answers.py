"""One Answer becomes one Message; each kind of question has its wording here and its texts in texts.yml."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from dialogue.message import Message, QuickReply, Table
from dialogue.rendering.aggregates import aggregated, changed
from dialogue.rendering.calculation import asked_input, calculated
from dialogue.rendering.derived import derived, differing, of_periods
from dialogue.rendering.eligibility import eligibility
from dialogue.rendering.facts import (
    about_of,
    case_of,
    case_value,
    document_of,
    in_order,
    object_of,
    objects_of,
    period_of,
    predicates_named,
    sources_of,
    subject_of,
)
from dialogue.rendering.focus import focus_of
from dialogue.rendering.unanswered import unanswerable
from dialogue.texts import say
from kg.answer import Answer, Assumed, Assumption, Outcome, Row
from kg.facts import DEFINITION, Fact
from kg.figures import Locked, Part, compose, computed, from_fact, from_input, from_name, join
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Order


def render(answer: Answer, lexicon: Lexicon, carried: Sequence[Assumption] = (), asked: str = "") -> Message:
    """Wording, table, sources, focus and notices of an answer; `carried` is what the parser assumed, `asked` what the
    customer said."""
    if answer.outcome is Outcome.UNANSWERABLE:
        return unanswerable(answer, lexicon, asked)
    if answer.outcome is Outcome.CLARIFY and answer.query.ask is Ask.CALCULATE:
        options = tuple(QuickReply(c.label, c.label) for c in answer.choices)
        return Message(text=asked_input(answer).text, choices=options, focus=focus_of(answer.query, lexicon).text)
    text, table = _WORDINGS[answer.query.ask](answer, lexicon)
    assumed = [_assumption(a) for a in (*carried, *answer.assumptions)]
    if answer.withdrawn:
        assumed.append(compose(say("withdrawn", names=join("、", map(from_name, answer.withdrawn))), "\n"))
    facts = answer.facts_read()
    return Message(
        text=compose(*(a for a in assumed if a), text).text,
        table=table,
        sources=sources_of(facts),
        focus=focus_of(answer.query, lexicon).text,
        notices=answer.notices,
    )


def _assumption(assumed: Assumption) -> Locked | None:
    name = from_name(assumed.read_as)
    if assumed.what is Assumed.PINYIN:
        return compose(say("assumed_pinyin", name=name), "\n")
    if assumed.what in (Assumed.TYPO, Assumed.TRANSLATED):
        return compose(say("assumed_typo", written=from_input(assumed.written), name=name), "\n")
    if assumed.what is Assumed.HOMOPHONE:
        return compose(say("assumed_homophone", written=from_input(assumed.written), name=name), "\n")
    if assumed.what is Assumed.CARRIED and assumed.written:
        return compose(say("assumed_carried", day=computed(assumed.written, "period"), name=name), "\n")
    if assumed.what is Assumed.PERIOD:
        read_as = computed(assumed.read_as, "period")
        return compose(say("assumed_period", written=from_input(assumed.written), read_as=read_as), "\n")
    return None


def _value(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    if answer.rows:
        head = say("member_table", subject=about_of(answer.query), predicate=predicates_named(answer.query.predicates))
        return head, _table(answer, lexicon)
    groups = _by_question(answer)
    if len(groups) == 1 and _is_table(groups[0][2]):
        name, predicate, facts = groups[0]
        note = _inherited(facts)
        head = say("value_table", subject=from_name(name), predicate=from_name(predicate), note=note)
        return head, _case_table(predicate, facts)
    lines = [_sentence(name, predicate, facts) for name, predicate, facts in groups]
    missing = [_missing_line(m, answer) for m in answer.missing]
    return join("\n", [*lines, *missing]), None


def _by_question(answer: Answer) -> list[tuple[str, str, list[Fact]]]:
    """Facts by thing asked about and predicate, in the order asked; inherited ones under the member's name."""
    grouped: dict[tuple[str, str], list[Fact]] = {}
    names = {e.id: e.name for e in answer.query.focus}
    only = answer.query.focus[0].name if len(answer.query.focus) == 1 else ""
    for fact in answer.facts:
        name = only or names.get(fact.subject_id, fact.subject_name)
        grouped.setdefault((name, fact.predicate), []).append(fact)
    return [(name, predicate, in_order(facts)) for (name, predicate), facts in grouped.items()]


def _is_table(facts: Sequence[Fact]) -> bool:
    cases = [tuple(q.name for q in f.qualifiers if q.name != "顺序") for f in facts]
    return len(facts) > 1 and any(cases) and all(len(f.text) <= 40 for f in facts)


def _sentence(name: str, predicate: str, facts: Sequence[Fact]) -> Locked:
    subject, called = from_name(name), from_name(predicate)
    if len(facts) > 1 and (any(len(f.text) > 12 for f in facts) or _is_table(facts)):
        lines = [compose("\n· ", _cased(f)) for f in facts]
        return compose(say("value_list", subject=subject, predicate=called, note=_inherited(facts)), *lines)
    if predicate == DEFINITION:
        return compose(say("definition", subject=subject, definition=objects_of(facts)), _inherited(facts))
    case = case_of(facts[0]) if len(facts) == 1 else compose()
    if case:
        said = say("value_in_case", subject=subject, predicate=called, case=case, value=object_of(facts[0]))
    else:
        said = say("value", subject=subject, predicate=called, value=objects_of(facts))
    return compose(said, _inherited(facts))


def _cased(fact: Fact) -> Locked:
    case = case_of(fact)
    return compose(case, "：", object_of(fact)) if case else compose(object_of(fact))


def _inherited(facts: Sequence[Fact]) -> Locked:
    classes = dict.fromkeys(f.inherited_from for f in facts if f.inherited_from)
    if not classes or any(not f.inherited_from for f in facts):
        return compose()
    return say("inherited", **{"class": join("、", (from_name(c) for c in classes))})


def _missing_line(missing: str, answer: Answer) -> Locked:
    name, _, predicate = missing.rpartition("·")
    subject = from_name(name) if name else about_of(answer.query)
    return say("unknown_value", subject=subject, predicate=from_name(predicate))


def _case_table(predicate: str, facts: Sequence[Fact]) -> Table:
    """Cases as columns, one row a fact; with a column of periods where one case has several."""
    names = list(dict.fromkeys(q.name for f in facts for q in f.qualifiers if q.name != "顺序"))
    dated = len({f.qualifiers for f in facts}) < len(facts) and any(f.valid_from or f.valid_to for f in facts)
    rows = []
    for fact in facts:
        own = {q.name: q for q in fact.qualifiers}
        cells = [case_value(own[name], fact).text if name in own else "" for name in names]
        rows.append((*cells, object_of(fact).text, *((period_of(fact).text,) if dated else ())))
    return Table((*names, predicate, *(("有效期",) if dated else ())), tuple(rows))


def _describe(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    if answer.rows:
        return _list(answer, lexicon)
    lines: list[Part] = []
    for name, predicate, facts in _by_question(answer):
        lines.append(_sentence(name, predicate, facts) if predicate == DEFINITION else _short_line(predicate, facts))
    return join("\n", lines), None


def _short_line(predicate: str, facts: Sequence[Fact]) -> Locked:
    return compose("· ", from_name(predicate), "：", objects_of(facts), _inherited(facts))


def _list(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    query = answer.query
    total = computed(str(answer.total), "count", [r.entity_id for r in answer.rows])
    cls = about_of(query)
    shown = computed(str(len(answer.rows)), "count")
    if query.offset:
        head = say("listed_next", **{"class": cls}, total=total, shown=shown)
    elif answer.total and len(answer.rows) < answer.total:
        head = say("listed_page", **{"class": cls}, total=total, shown=shown)
    else:
        head = say("listed" if query.constraints else "listed_all", **{"class": cls}, total=total)
    return head, _table(answer, lexicon)


def _count(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    total = computed(answer.computed[0].value.text, "count", answer.computed[0].operands)
    name = "counted" if answer.query.constraints else "counted_all"
    head = say(name, **{"class": about_of(answer.query)}, total=total)
    if 0 < len(answer.rows) < (answer.total or 0):
        head = compose(head, say("first_of_them", shown=computed(str(len(answer.rows)), "count")))
    return head, _table(answer, lexicon) if answer.rows else None


def _best(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    if answer.query.cls is None:
        return of_periods(answer), None
    order = answer.query.order
    descending = order is not None and order.descending
    several = (answer.query.limit or 1) > 1 and len(answer.rows) > 1
    ends = ("falling", "rising") if several else ("highest", "lowest")
    direction = say(ends[0] if descending else ends[1])
    predicate = from_name(order.predicate if order else "")
    head = say(
        "sorted" if several else "best", **{"class": about_of(answer.query)}, predicate=predicate, direction=direction
    )
    if len(answer.rows) == 1:
        row = answer.rows[0]
        cells = [objects_of(c.facts) for c in row.cells if c.facts]
        return compose(head, from_name(row.name, row.entity_id), "（", join("；", cells), "）"), None
    return head, _table(answer, lexicon)


def _compare(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    """Attributes down, things across: the shape in which two products are compared on paper."""
    names = tuple(row.name for row in answer.rows)
    rows = tuple(
        (column, *(_cell_text(row, place) for row in answer.rows)) for place, column in enumerate(answer.columns)
    )
    head = say("compared", subjects=join("、", (from_name(r.name, r.entity_id) for r in answer.rows)))
    order = answer.query.order
    if order is not None and answer.first:
        head = compose(_first(answer, order), "\n", head)
    return head, Table(("项目", *names), tuple(r for r in rows if any(r[1:])))


def _differing(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    compared, table = _compare(answer, lexicon)
    return join("\n", (differing(answer), compared)), table


def _aggregated(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    return aggregated(answer, lexicon) if answer.query.cls is not None else derived(answer, lexicon)


def _first(answer: Answer, order: Order) -> Locked:
    """Which of the things compared comes out first, or that none does."""
    predicate = from_name(order.predicate)
    if len(answer.first) == len(answer.rows):
        return say("all_alike", predicate=predicate)
    direction = say("highest" if order.descending else "lowest")
    names = join("、", (from_name(r.name, r.entity_id) for r in answer.rows if r.entity_id in answer.first))
    return say("first_compared", predicate=predicate, direction=direction, names=names)


def _check(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    verdict = say({True: "verdict_yes", False: "verdict_no", None: "verdict_open"}[answer.verdict])
    lines = [_sentence(name, p, facts) for name, p, facts in _by_question(answer) if p != "实例"]
    kinds = [_kind_line(f, lexicon) for f in answer.facts if f.predicate == "实例"]
    return join("\n", [verdict, *lines, *kinds]), None


def _kind_line(fact: Fact, lexicon: Lexicon) -> Locked:
    above = [from_name(lexicon.name_of(c), c) for c in lexicon.ancestors(fact.object_id or "")]
    return compose(subject_of(fact), "是", join("、", [from_fact(fact.object_name, fact.id), *above]), "。")


def _reverse(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    total = computed(str(answer.total), "count")
    about = join("、", (from_name(e.name, e.id) for e in answer.query.focus))
    predicate = predicates_named(answer.query.predicates)
    head = say("reversed", predicate=predicate, object=about, total=total)
    names = [compose("\n· ", from_name(r.name, r.entity_id)) for r in answer.rows]
    return compose(head, *names), None


def _source(answer: Answer, lexicon: Lexicon) -> tuple[Locked, Table | None]:
    documents = {document_of(f).text: document_of(f) for f in answer.facts}
    cited = [say("source_of", documents=join("、", documents.values()))]
    lines = [_sentence(name, predicate, facts) for name, predicate, facts in _by_question(answer)]
    return join("\n", [*cited, *lines]), None


_WORDINGS: dict[Ask, Callable[[Answer, Lexicon], tuple[Locked, Table | None]]] = {
    Ask.VALUE: _value,
    Ask.DESCRIBE: _describe,
    Ask.LIST: _list,
    Ask.COUNT: _count,
    Ask.BEST: _best,
    Ask.COMPARE: _compare,
    Ask.CHECK: _check,
    Ask.REVERSE: _reverse,
    Ask.SOURCE: _source,
    Ask.SUM: _aggregated,
    Ask.AVERAGE: _aggregated,
    Ask.SHARE: aggregated,
    Ask.HISTORY: changed,
    Ask.CALCULATE: calculated,
    Ask.GROWTH: derived,
    Ask.RATIO: derived,
    Ask.DIFFERENCE: _differing,
    Ask.ELIGIBLE: eligibility,
}


def _table(answer: Answer, lexicon: Lexicon) -> Table:
    rows = tuple((r.name, *(_cell_text(r, i) for i in range(len(answer.columns)))) for r in answer.rows)
    return Table(("名称", *answer.columns), rows)


def _cell_text(row: Row, place: int) -> str:
    facts = in_order(row.cells[place].facts)
    return objects_of(facts).text
