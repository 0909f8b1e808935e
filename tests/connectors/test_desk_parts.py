"""Around the desk: push channels, growth's silence, signing in while waiting, resuming streams, figures, the queue."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from connectors.channels.records import Delivery, Grant, Inbound, Part
from connectors.channels.rendering import as_text, chosen, parts_of
from connectors.desk import streams
from connectors.desk.muted import why_muted
from connectors.desk.overview import Spoke, figures, points
from connectors.desk.views import window_of
from connectors.growth.ports import GrowthDesk
from connectors.identity.conversations import Conversations, conversation_of
from connectors.web.live import Hub
from connectors.web.store import web_stores
from customer.model import Claim, Customer
from customer.tables import signal
from desk import store as handoffs
from desk.machine import opened, step
from desk.model import Accept, Close, Handoff, Impossible, Rated, Reason, Return, State, Tick, Transfer
from desk.queueing import Agent, ahead, next_agent, wait_minutes
from desk.rules import read_rules
from dialogue.message import Message
from dialogue.turn import Principal, PrincipalKind, TurnIn
from growth.catalogue import Catalogue, read_catalogue
from growth.service import Growth
from tests.support.agents import DATA, NOON, StaffedBank
from tests.support.customers import write_customer
from tests.support.demo import TODAY, Bank
from tests.support.offers import OFFERS, customer_of

RULES = read_rules(DATA)


@dataclass
class FakeAdapter:
    """A platform that counts what it takes."""

    channel: str = "wechat"
    account: str = "main"
    keyed: bool = False
    limited: bool = True

    def render(self, message: Message) -> list[Part]:
        return parts_of(message, 2000)

    async def send(self, delivery: Delivery) -> str:
        raise AssertionError("nothing is sent here")


@dataclass(frozen=True)
class MemorySource:
    """The offers on the demo bank in memory."""

    bank: Bank

    def catalogue(self, _growth: Growth, _day: date) -> Catalogue:
        return read_catalogue(OFFERS, self.bank.snapshot, self.bank.lexicon, TODAY)

    def id_of(self, name: str) -> str | None:
        raise AssertionError(name)

    def kinds_of(self, names: list[str]) -> frozenset[str]:
        raise AssertionError(names)


def staffed(tmp_path: Path, adapters: Sequence[FakeAdapter] = ()) -> StaffedBank:
    bank = StaffedBank(tmp_path, adapters=list(adapters))
    with bank.store.engine.begin() as sql:
        for name in ("小林", "小周"):
            handoffs.seen(sql, name, f"{name}（坐席）", bank.now)
            handoffs.set_agent(sql, name, ready=True)
    return bank


async def ask(bank: StaffedBank, session: str, text: str, number: int, **more: object) -> str:
    turn = TurnIn(session, text, f"m{number}", bank.now.date(), **more)  # type: ignore[arg-type]
    return (await bank.engine.handle(turn)).message.text


def standing(bank: StaffedBank, session: str) -> Handoff:
    with bank.store.engine.connect() as sql:
        found = handoffs.standing(sql, session)
    assert found is not None
    return found


async def test_an_agents_words_go_out_where_the_customer_wrote_last(tmp_path: Path) -> None:
    bank = staffed(tmp_path, [FakeAdapter()])
    grant = Grant("message", timedelta(hours=48), 5)
    inbound = Inbound("wechat", "main", "openid-1", "k1", text="转人工", grant=grant)
    session = bank.channels.addresses.of(inbound).session
    await ask(bank, session, "转人工", 1, channel="wechat")
    handoff = standing(bank, session)
    bank.service.act(handoff.id, Accept("小林"), "小林")
    assert await ask(bank, session, "在吗", 2, channel="wechat") == ""
    bank.service.tell(handoff.id, "小林", "您好", "a1")
    bank.service.tell(handoff.id, "小林", "您好", "a1")
    sent = [d.part.text for d in bank.channels.deliveries.of_session(session)]
    assert sent == ["人工客服小林（坐席）已接入，为您服务。", "【人工客服 小林（坐席）】\n您好"]
    left = window_of(bank.channels, session, "wechat")
    assert left.left == 5 and left.until == (NOON + timedelta(hours=48)).astimezone(UTC)
    assert window_of(bank.channels, session, "web").left is None
    bank.store.close()


@pytest.mark.parametrize(("said", "score"), [("1", 1), ("５", 5), ("4分", 4), ("2分 不满意", 2)])
async def test_where_choices_are_numbered_a_number_means_its_score(tmp_path: Path, said: str, score: int) -> None:
    bank = staffed(tmp_path, [FakeAdapter()])
    inbound = Inbound("wechat", "main", "openid-1", "k1", text="转人工", grant=Grant("message", timedelta(hours=48), 5))
    to = bank.channels.addresses.of(inbound)
    await ask(bank, to.session, "转人工", 1, channel="wechat")
    bank.channels.addresses.offer(to.id, [{"text": "不用人工了", "payload": "desk:cancel"}])
    handoff = standing(bank, to.session)
    bank.service.act(handoff.id, Accept("小林"), "小林")
    bank.service.act(handoff.id, Close("小林", "solved"), "小林")
    survey = bank.channels.deliveries.of_session(to.session)[-1].part
    assert as_text(survey).split("\n")[1:6] == [
        "1. 1分 非常不满意",
        "2. 2分 不满意",
        "3. 3分 一般",
        "4. 4分 满意",
        "5. 5分 非常满意",
    ]
    found = chosen(said, bank.channels.addresses.of(inbound).choices) or {"text": said, "payload": ""}
    await ask(bank, to.session, found["text"], 2, channel="wechat", payload=found["payload"])
    with bank.store.engine.connect() as sql:
        rated = handoffs.of_id(sql, handoff.id)
    assert rated is not None and (rated.score, rated.state) == (score, State.ENDED)
    bank.store.close()


async def test_a_channel_whose_people_are_elsewhere_does_not_queue_here(tmp_path: Path) -> None:
    bank = staffed(tmp_path)
    bank.live._rules = replace(bank.live.rules, elsewhere=frozenset({"wechat"}))
    assert await ask(bank, "wechat-1", "转人工", 1, channel="wechat") == "请拨打热线"
    with bank.store.engine.connect() as sql:
        assert handoffs.standing(sql, "wechat-1") is None
    bank.store.close()


async def test_no_offers_while_a_person_is_asked_for(tmp_path: Path) -> None:
    bank = staffed(tmp_path)
    who = Principal(PrincipalKind.CUSTOMER, "C1")
    await ask(bank, "customer-1", "转人工", 1, principal=who)
    with bank.store.engine.connect() as sql:
        [running] = sql.execute(select(signal).where(signal.c.customer_id == "C1")).all()
    assert (running.kind, running.until) == ("handoff", None)
    handoff = standing(bank, "customer-1")
    assert handoff.customer_id == "C1"
    bank.service.act(handoff.id, Accept("小林"), "小林")
    bank.later(minutes=3)
    bank.service.act(handoff.id, Return("小林"), "小林")
    with bank.store.engine.connect() as sql:
        [over] = sql.execute(select(signal).where(signal.c.customer_id == "C1")).all()
    assert handoffs.utc(over.until) == bank.now
    bank.store.close()


async def test_a_vip_is_taken_sooner_and_his_manager_asked_first(tmp_path: Path) -> None:
    bank = staffed(tmp_path)
    write_customer(bank.store.engine, Customer("C9", vip=Claim(True, "核心系统", NOON.astimezone(UTC))))
    bank.live._rules = replace(bank.live.rules, managers={"C9": "小周"})
    who = Principal(PrincipalKind.CUSTOMER, "C9")
    assert "转接人工客服" in await ask(bank, "customer-9", "嗯嗯啊啊", 1, principal=who)
    found = standing(bank, "customer-9")
    assert (found.reason, found.skill, found.wanted) == (Reason.VIP, "贵宾", "小周")
    bank.service.round()
    assert standing(bank, "customer-9").agent == "小周"
    bank.store.close()


async def test_the_desk_says_why_offers_are_muted(tmp_path: Path, bank: Bank) -> None:
    house = staffed(tmp_path)
    write_customer(house.store.engine, customer_of("c2", "C2"))
    growth = GrowthDesk(Growth(house.store.engine, OFFERS), MemorySource(bank), tmp_path)
    assert why_muted(growth, "c2", "web") == []
    now = datetime.now(UTC)
    house.now = now
    with house.store.engine.begin() as sql:
        handoffs.add(sql, handoff(1, now, customer_id="c2"))
    assert any("人工服务中" in line for line in why_muted(growth, "c2", "web"))
    assert why_muted(growth, "", "web") == []
    house.store.close()


async def test_who_signs_in_while_waiting_keeps_his_place(tmp_path: Path) -> None:
    bank = staffed(tmp_path)
    await ask(bank, "web-1", "转人工", 1)
    before = standing(bank, "web-1")
    target, _ = Conversations(bank.store.engine, bank.clock).join("web-1", "C7")
    after = standing(bank, target)
    assert (after.id, after.customer_id, after.queued_at) == (before.id, "C7", before.queued_at)
    bank.service.act(after.id, Accept("小林"), "小林")
    assert await ask(bank, target, "在吗", 2, principal=Principal(PrincipalKind.CUSTOMER, "C7")) == ""
    bank.store.close()


async def test_of_two_handoffs_that_meet_by_signing_in_the_one_with_a_person_stays(tmp_path: Path) -> None:
    bank, target = staffed(tmp_path), conversation_of("C7")
    await ask(bank, target, "转人工", 1, principal=Principal(PrincipalKind.CUSTOMER, "C7"))
    await ask(bank, "web-1", "转人工", 1)
    talking = standing(bank, "web-1")
    bank.service.act(talking.id, Accept("小林"), "小林")
    Conversations(bank.store.engine, bank.clock).join("web-1", "C7")
    assert (standing(bank, target).id, standing(bank, target).state) == (talking.id, State.TALKING)
    bank.store.close()


async def test_a_stream_goes_on_where_it_was_lost(tmp_path: Path) -> None:
    bank, hub = staffed(tmp_path), Hub(6, 100)
    for number, text in enumerate(["一", "二", "三"], 1):
        await ask(bank, "web-1", text, number)
    outbox = web_stores(bank.store).outbox

    async def read(after: int, most: int) -> list[str]:
        stream = streams.talk(hub, outbox, "web-1", after)
        return [(await anext(stream)).decode().split("\n")[0] for _ in range(most)]

    assert await read(0, 4) == [": connected", "id: 1", "id: 2", "id: 3"]
    assert await read(2, 2) == [": connected", "id: 3"]
    hub.customer_types("web-1", 4)
    assert await read(3, 2) == [": connected", "event: typing"]
    bank.store.close()


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=st.lists(st.sampled_from(["客户", "坐席", "接听", "转接", "转回", "转人工", "时间"]), max_size=14))
def test_no_word_is_lost_and_the_bot_is_silent_while_a_person_speaks(
    acts: list[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    bank = staffed(tmp_path_factory.mktemp("desk"))
    said: list[str] = []

    async def play() -> None:
        for number, act in enumerate(acts):
            bank.later(seconds=20)
            with bank.store.engine.connect() as sql:
                found = handoffs.standing(sql, "web-1")
            words = f"话{number}"
            if act in ("客户", "转人工"):
                said.append("转人工" if act == "转人工" else words)
                answer = await ask(bank, "web-1", said[-1], number)
                assert (answer == "") == bool(found and found.bot_silent)
            elif act == "时间":
                bank.service.round()
            elif found is not None:
                try:
                    _do(bank, act, found, words)
                    said.extend([words] if act == "坐席" else [])
                except Impossible:
                    continue

    asyncio.run(play())
    exchanges = web_stores(bank.store).outbox.since("web-1", 0, 500)
    kept = [e.text or e.message.text for e in exchanges if e.text or e.message.speaker]
    assert kept == said
    assert [e.seq for e in exchanges] == list(range(1, len(exchanges) + 1))
    bank.store.close()


def _do(bank: StaffedBank, act: str, found: Handoff, words: str) -> None:
    agent = found.agent or "小林"
    if act == "坐席":
        bank.service.tell(found.id, agent, words, words)
    elif act == "接听":
        bank.service.act(found.id, Accept(agent), agent)
    elif act == "转接":
        bank.service.act(found.id, Transfer(agent, skill="投诉"), agent)
    else:
        bank.service.act(found.id, Return(agent), agent)


def handoff(number: int, asked: datetime, **changes: object) -> Handoff:
    made = opened(f"h{number}", f"s{number}", Reason.ASKED, channel="web", now=asked, rules=RULES, staffed=True)
    return replace(made, **changes)  # type: ignore[arg-type]


def talked(number: int, asked: datetime, wait: int, talk: int, score: int | None) -> Handoff:
    taken, _ = step(handoff(number, asked), Accept("小林"), asked + timedelta(seconds=wait), RULES)
    end = asked + timedelta(seconds=wait + talk)
    done, _ = step(taken, Close("小林", "solved"), end, RULES)
    return step(done, Rated(score), end, RULES)[0] if score else done


def test_figures_of_a_day() -> None:
    found = [
        talked(1, NOON, 10, 100, 5),
        talked(2, NOON, 90, 300, 2),
        handoff(3, NOON, state=State.ENDED, code="cancelled", ended_at=NOON),
        handoff(4, NOON),  # waits still: no verdict yet
        step(handoff(5, NOON), Tick(), NOON + RULES.max_wait, RULES)[0],  # waited in vain
        opened("h6", "s6", Reason.ASKED, channel="web", now=NOON, rules=RULES, staffed=False),  # told at once
    ]
    spoke = [Spoke(session=f"s{n}", channel="web", at=NOON) for n in range(1, 9)]
    told = figures(found, spoke, RULES)
    assert (told.conversations, told.handoffs, told.accepted, told.abandoned) == (8, 6, 2, 1)
    assert told.level == pytest.approx(1 / 4) and told.containment == pytest.approx(0.25)
    assert (told.satisfaction, told.rated, told.mean_wait, told.mean_talk) == (3.5, 2, 50.0, 200.0)


def test_nothing_to_count_is_no_figure() -> None:
    told = figures([], [], RULES)
    assert (told.level, told.containment, told.satisfaction, told.mean_wait) == (None, None, None, None)


def test_points_cover_the_whole_period() -> None:
    start = NOON.replace(hour=0)
    made = points(
        [talked(1, NOON, 10, 60, 5)], [], RULES, start=start, end=start + timedelta(days=1), span=timedelta(hours=1)
    )
    assert len(made) == 24 and [p.start.hour for p in made if p.handoffs] == [12]
    assert date(2026, 11, 23) == made[0].start.date()


def agent(name: str, *skills: str, ready: bool = True, seen: timedelta = timedelta(0)) -> Agent:
    return Agent(name, name, ready, frozenset(skills), NOON - seen)


@pytest.mark.parametrize(
    ("agents", "busy", "changes", "chosen"),
    [
        ([agent("甲"), agent("乙")], {"甲": 1}, {}, "乙"),
        ([agent("甲", "投诉"), agent("乙")], {"乙": 2}, {}, "乙"),
        ([agent("甲"), agent("乙")], {}, {"wanted": "乙"}, "乙"),
        ([agent("甲"), agent("乙", ready=False)], {}, {"wanted": "乙"}, "甲"),
        ([agent("甲")], {"甲": 3}, {}, ""),
        ([agent("甲", seen=timedelta(minutes=2))], {}, {}, ""),
        ([agent("甲"), agent("乙")], {}, {"passed": ("甲",)}, "乙"),
        ([agent("甲", "投诉")], {}, {}, ""),
    ],
)
def test_whom_the_queue_asks(
    agents: list[Agent], busy: dict[str, int], changes: dict[str, object], chosen: str
) -> None:
    assert next_agent(handoff(1, NOON, **changes), agents, busy, 3, NOON) == chosen


def test_the_more_urgent_goes_first_and_the_place_counts_ones_own_skill() -> None:
    early, late = handoff(1, NOON), handoff(2, NOON + timedelta(minutes=1))
    urgent = handoff(3, NOON + timedelta(minutes=2), priority=50)
    other = handoff(4, NOON - timedelta(minutes=1), skill="投诉")
    assert ahead(late, [early, late, urgent, other]) == 2
    assert ahead(urgent, [early, late, urgent, other]) == 0


@pytest.mark.parametrize(
    ("places", "at_work", "free", "minutes"), [(0, 3, 1, 1), (0, 3, 0, 2), (2, 3, 0, 5), (5, 1, 0, 30), (0, 0, 0, 5)]
)
def test_how_long_it_takes(places: int, at_work: int, free: int, minutes: int) -> None:
    assert wait_minutes(places, timedelta(minutes=5), at_work, free) == minutes


async def test_on_postgresql_of_two_who_take_a_customer_one_wins(postgres_url: str, tmp_path: Path) -> None:
    bank = StaffedBank(tmp_path, url=postgres_url)
    session = f"web-{uuid.uuid4().hex}"
    await ask(bank, session, "转人工", 1)
    found = standing(bank, session)
    tries = [asyncio.to_thread(bank.service.act, found.id, Accept(name), name) for name in ("小林", "小周")]
    ended = await asyncio.gather(*tries, return_exceptions=True)
    assert sorted(type(e).__name__ for e in ended) == ["Handoff", "Impossible"]
    assert await ask(bank, session, "在吗", 2) == ""
    after = standing(bank, session)
    assert (after.state, after.asked_at) == (State.TALKING, NOON)
    bank.service.act(after.id, Close(after.agent, "solved"), after.agent)
    bank.store.close()
