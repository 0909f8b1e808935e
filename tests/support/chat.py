"""A bank assistant without graph and Rasa: an engine that answers from a script, and stores in memory."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from connectors.web.ports import Exchange, Feedback, Readiness, Session, Stores
from dialogue.message import Message, QuickReply, Source, Table
from dialogue.turn import FactOut, TurnIn, TurnOut
from kg.answer import Outcome

RISK = "业绩比较基准不代表未来收益，理财非存款，产品有风险，投资须谨慎。"
SHEET = Source("云杉银行理财产品说明书（2026年版）", "第三节", "2026-01-01")
LAW = Source("存款保险条例", "第五条", "2015-05-01")

REPLIES: dict[str, Message] = {
    "稳盈1号起购金额是多少": Message(
        "稳盈1号的起购金额：1万元", sources=(SHEET,), focus="稳盈1号·起购金额", notices=(RISK,)
    ),
    "那风险等级呢": Message(
        "稳盈1号的风险等级：R2",
        focus="稳盈1号·风险等级",
        corrections=(QuickReply("稳盈2号", "稳盈2号的风险等级"), QuickReply("期限不限", "期限不限")),
    ),
    "云杉银行倒闭了我的存款最多赔多少": Message(
        "存款保险的最高偿付限额：50万元", sources=(LAW,), focus="存款保险·最高偿付限额"
    ),
    "比较稳盈1号和稳盈2号": Message(
        "稳盈1号、稳盈2号的对比如下：",
        table=Table(
            ("", "风险等级", "业绩比较基准", "起购金额", "期限", "赎回规则"),
            (
                ("稳盈1号", "R2", "3.10%", "1万元", "180天", "到期自动赎回，持有期内不可提前赎回"),
                ("稳盈2号", "R3", "3.65%", "5万元", "365天", "每月15日开放赎回"),
            ),
            "稳盈1号与稳盈2号",
        ),
        sources=(SHEET,),
        focus="稳盈1号、稳盈2号",
        notices=(RISK,),
    ),
    "卡丢了怎么办": Message(
        "请马上拨打客服热线400-800-1234，挂失请这样做：\n1. 说明卡号或证件号，办理口头挂失；\n"
        "2. 五日内带身份证到网点办理书面挂失；\n3. 需要时补办新卡。",
        urgent=True,
    ),
    "定期存款": Message(
        "您想了解定期存款的哪一项？",
        choices=(
            QuickReply("利率", "定期存款的利率", "c.1"),
            QuickReply("起存金额", "定期存款的起存金额", "c.2"),
            QuickReply("提前支取", "定期存款的提前支取", "c.3"),
        ),
    ),
    "热线": Message("请拨打客服热线956-0088，手机银行客服每日限额5000元，电话银行限额95000元，报警110。"),
    "坏": Message("<img src=x onerror=\"document.title='坏'\"><b>粗</b>", focus="<i>x</i>"),
}


def scripted(turn: TurnIn) -> Message:
    """The reply of the script, else the question said back as plain text."""
    return REPLIES.get(turn.text) or Message(f"您说的是：{turn.text or turn.payload}")


class Shelf:
    """Committed exchanges by conversation: an Outbox."""

    def __init__(self) -> None:
        self.kept: dict[str, list[Exchange]] = {}

    def since(self, session: str, seq: int, limit: int) -> Sequence[Exchange]:
        return [exchange for exchange in self.kept.get(session, ()) if exchange.seq > seq][:limit]

    def places(self, sessions: Sequence[str]) -> Mapping[str, int]:
        return {session: self.kept[session][-1].seq for session in sessions if self.kept.get(session)}


class ScriptedEngine:
    """Answers by a function; every message id of a conversation once.

    `gate` holds replies back while it is clear; `state` is the readiness; `turns` are those it really answered,
    `waiting` how many stand at the gate.
    """

    def __init__(self, shelf: Shelf, answer: Callable[[TurnIn], Message] = scripted) -> None:
        self._shelf = shelf
        self._answer = answer
        self.state = Readiness(True)
        self.gate: threading.Event | None = None
        self.turns: list[TurnIn] = []
        self.waiting = 0

    def readiness(self) -> Readiness:
        return self.state

    async def handle(self, turn: TurnIn) -> TurnOut:
        if self.gate:
            self.waiting += 1
            await asyncio.to_thread(self.gate.wait)
            self.waiting -= 1
        kept = self._shelf.kept.setdefault(turn.session, [])
        for exchange in kept:
            if exchange.message_id == turn.message_id:
                return replace(_turn_out(turn.session, exchange), repeated=True)
        self.turns.append(turn)
        kept.append(_exchange(len(kept) + 1, turn, self._answer(turn)))
        return _turn_out(turn.session, kept[-1])


@dataclass
class MemorySessions:
    """A SessionStore."""

    kept: dict[str, Session] = field(default_factory=dict)
    at_hand: bool = False

    def open(self, key: str, now: datetime, scene: str = "") -> None:
        self.kept[key] = Session(key, now, now)

    def find(self, key: str) -> Session | None:
        return self.kept.get(key)

    def touch(self, key: str, now: datetime) -> None:
        self.kept[key] = replace(self.kept[key], seen=now)


@dataclass
class MemoryFeedback:
    """A FeedbackStore."""

    kept: dict[tuple[str, int], Feedback] = field(default_factory=dict)

    def put(self, feedback: Feedback) -> None:
        self.kept[feedback.session, feedback.seq] = feedback


@dataclass
class MemorySurveys:
    """A SurveyStore."""

    kept: dict[str, tuple[int, str]] = field(default_factory=dict)

    def put(self, session: str, score: int, comment: str, at: datetime) -> None:
        self.kept[session] = (score, comment)


@dataclass
class Bank:
    """Engine and stores that belong together; they outlive the server in front of them."""

    shelf: Shelf = field(default_factory=Shelf)
    sessions: MemorySessions = field(default_factory=MemorySessions)
    feedback: MemoryFeedback = field(default_factory=MemoryFeedback)
    surveys: MemorySurveys = field(default_factory=MemorySurveys)
    engine: ScriptedEngine = field(init=False)

    def __post_init__(self) -> None:
        self.engine = ScriptedEngine(self.shelf)

    @property
    def stores(self) -> Stores:
        return Stores(self.shelf, self.sessions, self.feedback, self.surveys)


def _exchange(seq: int, turn: TurnIn, message: Message) -> Exchange:
    return Exchange(
        seq=seq,
        turn_id=secrets.token_hex(8),
        message_id=turn.message_id,
        text=turn.text,
        message=message,
        outcome=Outcome.ANSWERED,
        at=datetime.now(UTC),
        facts=len(message.sources),
        revision=1,
        trace_id=turn.trace_id,
    )


def _turn_out(session: str, exchange: Exchange) -> TurnOut:
    return TurnOut(
        session=session,
        turn_id=exchange.turn_id,
        seq=exchange.seq,
        message=exchange.message,
        outcome=exchange.outcome,
        intent="ask",
        confidence=1.0,
        facts=(FactOut("甲", "乙", "丙"),) * exchange.facts,
        revision=exchange.revision,
        trace_id=exchange.trace_id,
    )
