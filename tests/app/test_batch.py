"""Batches: what becomes of each line, in which order conversations run, what a result holds."""

import json
import threading
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from app.batch import BadLine, Defaults, Question, new_namespace, read_batch, run_batch
from dialogue.message import Message, Source
from dialogue.turn import FactOut, Namespace, PrincipalKind, TurnIn, TurnOut
from kg.answer import Outcome

TODAY = date(2026, 3, 1)
FIELDS = ["id", "session", "text", "reply", "outcome", "intent", "confidence", "query", "facts", "latency_ms"]
FACT = FactOut("存款保险", "最高偿付限额", "50万元", source="存款保险条例", article="第五条")


def reply(turn: TurnIn) -> TurnOut:
    message = Message(f"答：{turn.text}", sources=(Source("存款保险条例", "第五条"),))
    return TurnOut(
        turn.session, "t", 1, message, Outcome.ANSWERED, "ask_attribute", 0.9, {"v": 1}, (FACT,), latency_ms=3.5
    )


def line(number: object, session: object, text: object, **more: object) -> str:
    return json.dumps({"id": number, "session": session, "text": text, **more}, ensure_ascii=False)


def items(lines: Sequence[str]) -> list[Question | BadLine]:
    return read_batch(lines, new_namespace(), Defaults(TODAY))


def results(lines: Sequence[str], handle: Any = reply, parallel: int = 3) -> list[dict[str, Any]]:
    return list(run_batch(items(lines), handle, parallel=parallel))


def test_a_result_has_the_fields_of_the_design_in_order() -> None:
    (found,) = results([line("a", "s", "最多赔多少")])
    assert list(found) == FIELDS
    assert found["facts"] == [
        {
            "subject": "存款保险",
            "predicate": "最高偿付限额",
            "object": "50万元",
            "qualifiers": "",
            "valid_from": "",
            "valid_to": "",
            "source": "存款保险条例",
            "article": "第五条",
        }
    ]
    assert found["reply"] == "答：最多赔多少\n来源：存款保险条例·第五条"
    assert (found["id"], found["session"], found["outcome"], found["latency_ms"]) == ("a", "s", "answered", 3.5)


def test_facts_beyond_a_thousand_are_cut_and_said_so() -> None:
    def many(turn: TurnIn) -> TurnOut:
        return TurnOut(turn.session, "t", 1, Message("列表"), Outcome.ANSWERED, "", 1.0, None, (FACT,) * 1001)

    (found,) = results([line(1, 1, "全部")], many)
    assert len(found["facts"]) == 1000
    assert found["truncated"] is True


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ("{", "不是合法的 JSON"),
        ('["a"]', "不是 JSON 对象"),
        (line(None, "s", "x"), "缺少 id"),
        (json.dumps({"id": 1, "text": "x"}), "缺少 session"),
        (json.dumps({"id": 1, "session": "s"}), "缺少 text"),
        (line(1, "s", 5), "缺少 text"),
        (line(1, "s", "x", today="明天"), "today 不是日期"),
        (line(1, "s", "x", as_of=20260101), "as_of 不是日期"),
        (line(1, "s", "x", customer=7), "customer 不是文字"),
    ],
)
def test_a_bad_line_becomes_an_error_object_with_its_number(bad: str, told: str) -> None:
    found = results([line(1, "s", "好"), "", bad, line(2, "s", "也好")])
    assert [r["outcome"] for r in found] == ["answered", "error", "answered"]
    assert list(found[1]) == [*FIELDS, "error"]
    assert found[1]["error"].startswith("第 3 行：")
    assert told in found[1]["error"]


def test_a_failed_turn_is_an_error_object_and_the_rest_goes_on() -> None:
    def failing(turn: TurnIn) -> TurnOut:
        if turn.text == "坏":
            raise ConnectionError("gone")
        return reply(turn)

    found = results([line(1, "s", "好"), line(2, "s", "坏"), line(3, "s", "好")], failing)
    assert [r["outcome"] for r in found] == ["answered", "error", "answered"]
    assert "gone" in found[1]["error"]
    assert (found[1]["id"], found[1]["text"]) == (2, "坏")


def test_turns_carry_day_customer_and_a_namespace_of_their_own() -> None:
    lines = [line(1, "s", "x", today="2024-06-01", as_of="2020-01-01", customer="C7"), line(2, "s", "y")]
    first, second = (item.turn for item in items(lines) if isinstance(item, Question))
    assert (first.today, first.as_of) == (date(2024, 6, 1), date(2020, 1, 1))
    assert (first.principal.kind, first.principal.id) == (PrincipalKind.CUSTOMER, "C7")
    assert (second.today, second.as_of, second.principal.kind) == (TODAY, None, PrincipalKind.ANONYMOUS)
    assert first.namespace is second.namespace is Namespace.BATCH
    assert first.session == second.session != items(lines[:1])[0].turn.session  # type: ignore[union-attr]


def test_lines_of_a_session_keep_their_order_while_sessions_overlap() -> None:
    asked: list[tuple[str, str]] = []
    lock = threading.Lock()
    together = threading.Barrier(2, timeout=10)

    def slow(turn: TurnIn) -> TurnOut:
        with lock:
            asked.append((turn.session, turn.text))
        if turn.text == "0":
            together.wait()  # passes only when both conversations are under way
        return reply(turn)

    lines = [line(f"{s}{n}", s, str(n)) for n in range(3) for s in "ab"]
    found = results(lines, slow, parallel=2)
    assert [r["id"] for r in found] == ["a0", "b0", "a1", "b1", "a2", "b2"]
    for session in {session for session, _ in asked}:
        assert [text for one, text in asked if one == session] == ["0", "1", "2"]
