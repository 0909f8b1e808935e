"""Batches of questions as JSON lines: reading them, running the conversations, writing one result per line in order.

A batch is a namespace of its own: its conversations know nothing of earlier runs and leave nothing behind. A line that
can't be read, and a turn that fails, become results with an `error`; no line is ever lost.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from dialogue.turn import Namespace, Principal, PrincipalKind, TurnIn, TurnOut
from kg.answer import Outcome

MAX_FACTS = 1000
_FACT_FIELDS = ("subject", "predicate", "object", "qualifiers", "valid_from", "valid_to", "source", "article")

Handle = Callable[[TurnIn], TurnOut]
Result = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Defaults:
    """What holds for lines that don't say otherwise."""

    today: date
    as_of: date | None = None
    revision: int | None = None
    customer: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A line that can be asked; `session` is its name within the batch."""

    line: int
    id: Any
    session: Any
    turn: TurnIn


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that can't be; `given` holds what could be read of it."""

    line: int
    problem: str
    given: Mapping[str, Any]

    def __str__(self) -> str:
        return f"第 {self.line} 行：{self.problem}"


def new_namespace() -> str:
    """What the sessions of one run begin with; never used before."""
    return f"batch-{uuid.uuid4().hex[:12]}/"


def read_batch(lines: Iterable[str], namespace: str, defaults: Defaults) -> list[Question | BadLine]:
    """The lines that are not blank, as questions of the namespace."""
    numbered = ((number, line.strip("\ufeff \t\r\n")) for number, line in enumerate(lines, 1))
    return [_read(number, line, namespace, defaults) for number, line in numbered if line]


def batch_turn(line: int, namespace: str, session: str, text: str, given: Defaults) -> TurnIn:
    """The turn of one line."""
    return TurnIn(
        session=f"{namespace}{session}",
        text=text,
        message_id=f"line-{line}",
        today=given.today,
        principal=Principal(PrincipalKind.CUSTOMER, given.customer) if given.customer else Principal(),
        channel="batch",
        namespace=Namespace.BATCH,
        as_of=given.as_of,
        revision=given.revision,
        trace_id=uuid.uuid4().hex,
    )


def run_batch(items: Sequence[Question | BadLine], handle: Handle, *, parallel: int) -> Iterator[Result]:
    """Results in the order of the lines. Lines of one session are asked in order, `parallel` sessions at a time."""
    conversations: dict[str, list[Question]] = {}
    for item in items:
        if isinstance(item, Question):
            conversations.setdefault(item.turn.session, []).append(item)
    results: dict[int, Future[Result]] = {item.line: Future() for item in items if isinstance(item, Question)}

    def talk(questions: Sequence[Question]) -> None:
        for question in questions:
            results[question.line].set_result(_asked(question, handle))

    with ThreadPoolExecutor(max_workers=max(1, parallel), thread_name_prefix="batch") as pool:
        for questions in conversations.values():
            pool.submit(talk, questions)
        try:
            for item in items:
                yield results[item.line].result() if isinstance(item, Question) else error_result(item)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def result_of(given_id: Any, session: Any, text: str, turn: TurnOut) -> Result:
    """One line of output."""
    found: Result = {
        "id": given_id,
        "session": session,
        "text": text,
        "reply": turn.message.plain(),
        "outcome": turn.outcome.value,
        "intent": turn.intent,
        "confidence": turn.confidence,
        "query": turn.query,
        "facts": [{name: getattr(f, name) for name in _FACT_FIELDS} for f in turn.facts[:MAX_FACTS]],
        "latency_ms": turn.latency_ms,
    }
    if turn.truncated or len(turn.facts) > MAX_FACTS:
        found["truncated"] = True
    return found


def error_result(bad: BadLine) -> Result:
    """The output of a line that was not asked or whose turn failed: every field, and `error`."""
    return {
        "id": bad.given.get("id"),
        "session": bad.given.get("session"),
        "text": bad.given.get("text"),
        "reply": "",
        "outcome": Outcome.ERROR.value,
        "intent": "",
        "confidence": 0.0,
        "query": None,
        "facts": [],
        "latency_ms": 0.0,
        "error": str(bad),
    }


def _asked(question: Question, handle: Handle) -> Result:
    text = question.turn.text
    try:
        return result_of(question.id, question.session, text, handle(question.turn))
    except Exception as error:  # one failed turn must not take the other lines with it; it is in the output
        problem = f"没有得到回复（{type(error).__name__}：{error}）"
        given = {"id": question.id, "session": question.session, "text": text}
        return error_result(BadLine(question.line, problem, given))


def _read(number: int, line: str, namespace: str, defaults: Defaults) -> Question | BadLine:
    try:
        data = json.loads(line)
    except ValueError as error:
        return BadLine(number, f"不是合法的 JSON（{error}）；一行写一个对象", {})
    if not isinstance(data, dict):
        return BadLine(number, '不是 JSON 对象；写成 {"id": …, "session": …, "text": …}', {})
    problem = _fault(data)
    if problem:
        return BadLine(number, problem, data)
    try:
        today, as_of = _day(data, "today") or defaults.today, _day(data, "as_of") or defaults.as_of
    except ValueError as error:
        return BadLine(number, str(error), data)
    said = replace(defaults, today=today, as_of=as_of, customer=data.get("customer") or defaults.customer)
    turn = batch_turn(number, namespace, str(data["session"]), data["text"], said)
    return Question(number, data["id"], data["session"], turn)


def _fault(data: Mapping[str, Any]) -> str:
    """What is wrong with the fields of a line, empty when nothing is."""
    for name in ("id", "session"):
        if not isinstance(data.get(name), str | int) or isinstance(data[name], bool):
            return f"缺少 {name}，或它不是文字或整数"
    if not isinstance(data.get("text"), str):
        return "缺少 text，或它不是文字"
    return "" if isinstance(data.get("customer") or "", str) else "customer 不是文字；写客户编号"


def _day(data: Mapping[str, Any], name: str) -> date | None:
    given = data.get(name)
    if given in (None, ""):
        return None
    try:
        return date.fromisoformat(given)
    except (TypeError, ValueError):
        raise ValueError(f"{name} 不是日期：{given!r}；写成 2026-01-31") from None
