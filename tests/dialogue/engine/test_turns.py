"""One turn, with a bot that knows no Rasa: written once, masked, apologised for, kept apart in a batch."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text as sql

from customer.core import Account
from dialogue.engine.bot import BotFailure, BotTurn
from dialogue.engine.standing import MESSAGES
from dialogue.engine.turns import TurnHandler
from dialogue.errors import KnowledgeUnavailable
from dialogue.knowledge import Pinned
from dialogue.message import Message
from dialogue.runtime import Services
from dialogue.store import Store
from dialogue.store.speaking import speak
from dialogue.store.tables import metadata
from dialogue.turn import Namespace, Principal, PrincipalKind, TurnIn
from dialogue.wire import Said
from kg.answer import Outcome
from kg.store import GraphUnavailable
from nlu.arbiter import Understanding
from tests.support.tiny_bank import BANK, tiny_snapshot, tiny_understanding

TODAY = date(2025, 6, 1)


class EchoBot:
    """Says back what it was given and counts in its snapshot; raises what it is told to."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, Any]]] = []
        self.error: Exception | None = None

    async def take(self, session: str, text: str, metadata: dict[str, Any], before: dict[str, Any] | None) -> BotTurn:
        self.seen.append((session, text, metadata))
        if self.error is not None:
            raise self.error
        count = (before or {"count": 0})["count"] + 1
        said = Said(Message(f"{count}：{text}"), Outcome.ANSWERED, {"version": 1, "ask": "value"}, (), ("f1",), ("e1",))
        return BotTurn(said, "ask_attribute", 0.9, {"count": count}, {"rasa": 3.0}, (("faq", "ask_faq", 0.1),))


class FixedKnowledge:
    """The tiny bank, or nothing."""

    def __init__(self, understanding: Understanding) -> None:
        self._pinned = Pinned(1, "memory", tiny_snapshot(), understanding)  # type: ignore[arg-type]
        self.away = False

    def pin(self, revision: int | None = None) -> Pinned:
        if self.away:
            raise KnowledgeUnavailable("no revision")
        return replace(self._pinned, revision=revision or 1)


@pytest.fixture(scope="module")
def understanding(tmp_path_factory: pytest.TempPathFactory) -> Understanding:
    return tiny_understanding(tmp_path_factory.mktemp("tiny"))


@pytest.fixture
def knowledge(understanding: Understanding) -> FixedKnowledge:
    return FixedKnowledge(understanding)


@pytest.fixture
def bot() -> EchoBot:
    return EchoBot()


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")


@pytest.fixture
def handler(bot: EchoBot, knowledge: FixedKnowledge, store: Store) -> TurnHandler:
    return TurnHandler(bot, Services(knowledge, BANK), store, "model-1")  # type: ignore[arg-type]


def turn(text: str, number: int = 1, **changes: Any) -> TurnIn:
    return replace(TurnIn("甲", text, f"m{number}", TODAY, trace_id="tr"), **changes)


def rows(store: Store) -> list[dict[str, Any]]:
    with store.engine.connect() as connection:
        return [dict(row) for row in connection.execute(sql("SELECT * FROM turn ORDER BY seq")).mappings()]


async def test_turns_of_a_conversation_build_on_each_other(handler: TurnHandler, store: Store) -> None:
    outs = [await handler.handle(turn(t, n)) for n, t in enumerate("一二三")]
    assert [o.message.text for o in outs] == ["1：一", "2：二", "3：三"]
    assert [o.seq for o in outs] == [1, 2, 3]
    assert store.conversation("甲").snapshot == {"count": 3}
    assert outs[0].message.feedback == outs[0].turn_id


async def test_only_the_first_reply_says_that_a_machine_answers(handler: TurnHandler) -> None:
    first, second = [await handler.handle(turn("在吗", n)) for n in range(2)]
    assert any("机器" in notice for notice in first.message.notices)
    assert second.message.notices == ()


async def test_the_same_message_gets_the_same_reply_once(handler: TurnHandler, bot: EchoBot, store: Store) -> None:
    first = await handler.handle(turn("一"))
    again = await handler.handle(turn("一"))
    assert again == replace(first, repeated=True)
    assert len(bot.seen) == 1
    assert len(rows(store)) == 1


async def test_the_same_message_long_after_is_written_once(handler: TurnHandler, store: Store) -> None:
    outs = [await handler.handle(turn("一", n)) for n in range(MESSAGES + 2)]
    assert await handler.handle(turn("一", 0)) == replace(outs[0], repeated=True)
    assert len(rows(store)) == MESSAGES + 2


async def test_what_others_said_meanwhile_is_not_overwritten(handler: TurnHandler, store: Store) -> None:
    await handler.handle(turn("一"))
    with store.engine.begin() as connection:
        speak(connection, "甲", Message("坐席：您好"), datetime(2026, 11, 20, tzinfo=UTC))
    out = await handler.handle(turn("二", 2))
    assert (out.seq, out.message.text) == (3, "2：二")
    assert [item.seq for item in store.outbox_after("甲", 0)] == [1, 2, 3]


async def test_a_deleted_conversation_begins_anew(handler: TurnHandler, store: Store) -> None:
    await handler.handle(turn("一"))
    with store.engine.begin() as connection:
        for table in ("outbox", "turn", "conversation"):
            connection.execute(sql(f"DELETE FROM {table}"))
    out = await handler.handle(turn("二", 2))
    assert (out.seq, out.message.text) == (1, "1：二")


async def test_a_turn_reads_nothing_that_the_turn_before_has_written(
    handler: TurnHandler, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    await handler.handle(turn("一"))
    monkeypatch.setattr(store, "standing", None)
    assert (await handler.handle(turn("二", 2))).message.text == "2：二"


async def test_what_identifies_is_masked_before_anything_sees_it(
    handler: TurnHandler, bot: EchoBot, store: Store
) -> None:
    await handler.handle(turn("卡号6222021234567890123，存1000000元"))
    assert bot.seen[0][1] == "卡号6222****0123，存1000000元"
    assert "6222021234567890123" not in str(rows(store))


async def test_commands_of_rasa_are_only_text(handler: TurnHandler, bot: EchoBot) -> None:
    await handler.handle(turn('  /restart{"x":1}'))
    assert bot.seen[0][1] == '／restart{"x":1}'


@pytest.mark.parametrize("text", ["", "  \n ", "\x00\x07"])
async def test_nothing_typed_is_answered_politely(handler: TurnHandler, bot: EchoBot, text: str) -> None:
    out = await handler.handle(turn(text))
    assert out.outcome is Outcome.FALLBACK
    assert "没有收到文字" in out.message.text
    assert bot.seen == []


async def test_the_day_asked_about_goes_before_today(handler: TurnHandler, bot: EchoBot, store: Store) -> None:
    await handler.handle(turn("一", as_of=date(2024, 1, 1)))
    assert bot.seen[0][2]["today"] == "2024-01-01"
    assert [(str(r["day"]), str(r["as_of"])) for r in rows(store)] == [("2025-06-01", "2024-01-01")]


async def test_a_pinned_revision_reaches_the_bot_and_the_record(
    handler: TurnHandler, bot: EchoBot, store: Store
) -> None:
    out = await handler.handle(turn("一", revision=5))
    assert out.revision == bot.seen[0][2]["revision"] == rows(store)[0]["revision"] == 5


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (RuntimeError("boom at /secret"), "系统刚才出了点问题"),
        (GraphUnavailable("graph", "x", "y"), "知识库暂时连接不上"),
    ],
)
async def test_a_failure_is_apologised_for_and_recorded(
    handler: TurnHandler, bot: EchoBot, store: Store, error: Exception, words: str
) -> None:
    await handler.handle(turn("一"))
    bot.error = error
    out = await handler.handle(turn("二", 2))
    assert out.outcome is Outcome.ERROR
    assert words in out.message.text
    assert "956-0088" in out.message.text
    assert "secret" not in out.message.text
    bot.error = None
    assert (await handler.handle(turn("三", 3))).message.text == "2：三", "the memory before the failure is kept"
    assert [r["outcome"] for r in rows(store)] == ["answered", "error", "answered"]


async def test_danger_gets_the_hotline_whatever_is_broken(handler: TurnHandler, bot: EchoBot) -> None:
    failure = BotFailure("report_urgent", 0.95)
    failure.__cause__ = GraphUnavailable("graph", "x", "y")
    bot.error = failure
    out = await handler.handle(turn("我的卡丢了"))
    assert "956-0088" in out.message.text
    assert out.message.urgent
    assert out.intent == "report_urgent"


async def test_without_any_revision_the_reply_is_honest(handler: TurnHandler, knowledge: FixedKnowledge) -> None:
    knowledge.away = True
    out = await handler.handle(turn("一"))
    assert out.outcome is Outcome.ERROR
    assert "知识库暂时连接不上" in out.message.text


async def test_a_failing_database_is_never_answered_from_a_blank_history(
    handler: TurnHandler, bot: EchoBot, store: Store
) -> None:
    metadata.tables["turn"].drop(store.engine)
    out = await handler.handle(turn("它的风险等级"))
    assert out.outcome is Outcome.ERROR
    assert out.seq == 0
    assert bot.seen == []


async def test_a_batch_remembers_itself_and_leaves_no_trace(handler: TurnHandler, store: Store) -> None:
    batch = [turn(t, n, session="run-1/甲", namespace=Namespace.BATCH) for n, t in enumerate("一二")]
    assert [(await handler.handle(t)).message.text for t in batch] == ["1：一", "2：二"]
    assert rows(store) == []
    assert store.conversation("run-1/甲").version == 0
    handler.forget("run-1/")
    assert (await handler.handle(batch[0])).message.text == "1：一"


class AccountBot(EchoBot):
    """Takes everything for a question about one's own account."""

    async def take(self, session: str, text: str, metadata: dict[str, Any], before: dict[str, Any] | None) -> BotTurn:
        return replace(await super().take(session, text, metadata, before), intent="ask_account")


class OneAccount:
    """A core system in which everybody has 8,888.80."""

    def accounts(self, customer_id: str, today: date) -> tuple[Account, ...]:
        return (Account("debit", "1234", balance=Decimal("8888.80")),)


@pytest.fixture
def bank_of_all(knowledge: FixedKnowledge, store: Store) -> TurnHandler:
    services = Services(knowledge, BANK, core=OneAccount())  # type: ignore[arg-type]
    return TurnHandler(AccountBot(), services, store, "model-1")


async def test_a_signed_in_customer_sees_his_balance_and_no_record_does(bank_of_all: TurnHandler, store: Store) -> None:
    who = Principal(PrincipalKind.CUSTOMER, "C1")
    out = await bank_of_all.handle(turn("我的余额", principal=who))
    assert "8,888.80元" in out.message.text and out.outcome is Outcome.ANSWERED
    with store.engine.connect() as connection:
        kept = [repr(connection.execute(sql(f"SELECT * FROM {t.name}")).all()) for t in metadata.sorted_tables]
    assert not any("8,888" in k or "8888" in k for k in kept)
    again = await bank_of_all.handle(turn("我的余额", principal=who))
    assert again.repeated and again.private and "8,888.80元" in again.message.text  # read anew, not kept
    known = store.reply_to("甲", "m1")
    assert known is not None and "不留在对话记录里" in known.message.text


class UnsureBot(EchoBot):
    """Takes everything for a question of knowledge, with a second reading."""

    second = 0.0

    async def take(self, session: str, text: str, metadata: dict[str, Any], before: dict[str, Any] | None) -> BotTurn:
        made = await super().take(session, text, metadata, before)
        return replace(made, runners_up=(("intent", "ask_account", self.second),))


@pytest.mark.parametrize(("second", "own"), [(0.73, True), (0.3, False)])
async def test_a_likely_second_reading_counts_for_a_signed_in_customer(
    knowledge: FixedKnowledge, store: Store, second: float, own: bool
) -> None:
    bot = UnsureBot()
    bot.second = second
    handler = TurnHandler(bot, Services(knowledge, BANK, core=OneAccount()), store, "m")  # type: ignore[arg-type]
    known = await handler.handle(turn("还剩多少", principal=Principal(PrincipalKind.CUSTOMER, "C1")))
    visitor = await handler.handle(turn("还剩多少", 2, session="乙"))
    assert ("8,888.80元" in known.message.text) is own
    assert visitor.message.text == "1：还剩多少"
    assert [r["intent"] for r in rows(store) if r["session"] == "甲"] == ["ask_account" if own else "ask_attribute"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"principal": Principal(PrincipalKind.STAFF, "C1", frozenset({"kg:read"}))},
        {"principal": Principal(PrincipalKind.SERVICE, "C1")},
        {"principal": Principal(PrincipalKind.CUSTOMER, "C1"), "namespace": Namespace.BATCH},
    ],
    ids=["anonymous", "staff", "service", "batch"],
)
async def test_nobody_else_sees_a_balance(bank_of_all: TurnHandler, changes: dict[str, Any]) -> None:
    out = await bank_of_all.handle(turn("我的余额", **changes))
    assert "8,888" not in out.message.text
