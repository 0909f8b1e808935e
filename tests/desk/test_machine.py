"""The handoff's state machine: tables of what follows what, and laws that hold for whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.hours import BANK_ZONE, Hours, promise
from desk.machine import opened, step
from desk.model import (
    Accept,
    AgentSaid,
    Cancel,
    Close,
    CustomerSaid,
    Decline,
    Event,
    Handoff,
    Impossible,
    Offer,
    Rated,
    Reason,
    Return,
    State,
    TakeOver,
    Tick,
    Transfer,
)
from desk.rules import DeskFileError, Rules, read_rules

DATA = Path(__file__).parents[2] / "data" / "desk"
RULES = read_rules(DATA)
NOON = datetime(2026, 11, 23, 12, tzinfo=BANK_ZONE)
WEEK = Hours(tuple([*[(datetime(1, 1, 1, 9).time(), datetime(1, 1, 1, 18).time())] * 5, None, None]))


def asked(reason: Reason = Reason.ASKED, *, staffed: bool = True, rules: Rules = RULES, **more: object) -> Handoff:
    return opened("h1", "web-1", reason, channel="web", now=NOON, rules=rules, staffed=staffed, **more)  # type: ignore[arg-type]


def after(handoff: Handoff, *events: Event, at: datetime = NOON, rules: Rules = RULES) -> Handoff:
    for event in events:
        handoff, _ = step(handoff, event, at, rules)
    return handoff


def test_the_usual_way_to_a_person_and_back() -> None:
    queued = asked()
    assert (queued.state, queued.bot_silent) == (State.QUEUED, False)
    talking, said = step(queued, Accept("小林"), NOON, RULES)
    assert (talking.state, talking.agent, talking.bot_silent) == (State.TALKING, "小林", True)
    assert [s.text for s in said] == ["desk_joined"]
    survey, said = step(talking, Return("小林"), NOON, RULES)
    assert (survey.state, survey.code, survey.bot_silent) == (State.SURVEY, "returned", False)
    assert [s.survey for s in said] == [False, True]
    ended = after(survey, Rated(5))
    assert (ended.state, ended.score, ended.code) == (State.ENDED, 5, "returned")


@pytest.mark.parametrize(
    ("reason", "vip", "skill", "priority"),
    [
        (Reason.ASKED, False, "综合", 0),
        (Reason.COMPLAINT, False, "投诉", 20),
        (Reason.DISTRESS, False, "投诉", 50),
        (Reason.ASKED, True, "贵宾", 10),
        (Reason.COMPLAINT, True, "投诉", 30),
        (Reason.VIP, True, "贵宾", 20),
    ],
)
def test_a_reason_has_its_skill_and_priority(reason: Reason, vip: bool, skill: str, priority: int) -> None:
    made = asked(reason, vip=vip)
    assert (made.skill, made.priority) == (skill, priority)


def test_where_nobody_is_there_a_message_is_taken_and_a_time_promised() -> None:
    made = asked(staffed=False)
    assert made.state is State.MESSAGE and made.promised_at == NOON + RULES.call_back
    assert after(made, Accept("小林")).state is State.TALKING


@pytest.mark.parametrize(
    ("now", "minutes", "due"),
    [
        ("2026-11-23T12:00", 60, "2026-11-23T13:00"),
        ("2026-11-23T17:30", 60, "2026-11-24T09:30"),
        ("2026-11-23T20:00", 60, "2026-11-24T10:00"),
        ("2026-11-27T17:59", 60, "2026-11-30T09:59"),  # Friday evening to Monday
        ("2026-11-23T08:00", 600, "2026-11-24T10:00"),  # more than a day's work
    ],
)
def test_the_promise_counts_working_time(now: str, minutes: int, due: str) -> None:
    rules = replace(RULES, hours=WEEK, call_back=timedelta(minutes=minutes))
    at = datetime.fromisoformat(now).replace(tzinfo=BANK_ZONE)
    assert promise(at, rules) == datetime.fromisoformat(due).replace(tzinfo=BANK_ZONE)


def test_a_single_day_goes_before_its_weekday() -> None:
    hours = replace(WEEK, days={date(2026, 11, 23): None})
    assert not hours.open_at(NOON) and WEEK.open_at(NOON)
    assert hours.next_open(NOON) == datetime(2026, 11, 24, 9, tzinfo=BANK_ZONE)


def test_an_offer_that_lapses_goes_back_to_its_place_without_that_agent() -> None:
    offered = after(asked(), Offer("小林"))
    back = after(offered, Tick(), at=NOON + RULES.offer)
    assert (back.state, back.passed, back.queued_at) == (State.QUEUED, ("小林",), NOON)
    with pytest.raises(Impossible, match="另一位同事"):
        after(offered, Accept("小周"))


def test_during_a_transfer_the_bot_stays_silent_and_the_named_colleague_is_wanted() -> None:
    moved = after(asked(), Accept("小林"), Transfer("小林", to="小周"))
    assert (moved.state, moved.wanted, moved.bot_silent, moved.transfers) == (State.QUEUED, "小周", True, 1)
    with pytest.raises(Impossible, match="技能组"):
        after(asked(), Accept("小林"), Transfer("小林", skill="没有的"))


def test_a_supervisor_takes_over_and_the_first_agent_can_say_nothing_more() -> None:
    taken = after(asked(), Accept("小林"), TakeOver("主管"))
    assert taken.agent == "主管"
    with pytest.raises(Impossible, match="主管"):
        after(taken, AgentSaid("小林"))


def test_an_agent_who_goes_silent_is_replaced_a_silent_customer_is_asked_once() -> None:
    talking = after(asked(), Accept("小林"))
    lost, said = step(talking, Tick(), NOON + RULES.agent_silence, RULES)
    assert (lost.state, lost.passed, lost.bot_silent, said[0].text) == (State.QUEUED, ("小林",), True, "desk_lost")
    answered = after(talking, AgentSaid("小林"))
    later = NOON + RULES.customer_silence
    asked_once, said = step(answered, Tick(), later, RULES)
    assert asked_once.warned and said[0].text == "desk_still_there"
    assert after(asked_once, CustomerSaid(), at=later).warned is False
    assert after(asked_once, Tick(), at=later + RULES.grace).code == "silent"


def test_codes_are_the_banks() -> None:
    talking = after(asked(), Accept("小林"))
    assert after(talking, Close("小林", "solved")).code == "solved"
    with pytest.raises(Impossible, match="solved"):
        after(talking, Close("小林", "whatever"))


AGENTS = st.sampled_from(["小林", "小周", "主管"])
EVENTS = st.one_of(
    st.builds(Offer, AGENTS),
    st.builds(Accept, AGENTS),
    st.builds(Decline, AGENTS),
    st.builds(TakeOver, AGENTS),
    st.builds(Transfer, AGENTS, st.sampled_from(["综合", "投诉", ""]), st.sampled_from(["", "小周"])),
    st.just(CustomerSaid()),
    st.builds(AgentSaid, AGENTS),
    st.builds(Return, AGENTS),
    st.builds(Close, AGENTS, st.sampled_from(["solved", "x"])),
    st.just(Cancel()),
    st.builds(Rated, st.integers(0, 6)),
    st.just(Tick()),
)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Handoff, datetime]:
    """Whatever may have happened, an impossible event now and then refused."""
    handoff, now = asked(draw(st.sampled_from(list(Reason))), staffed=draw(st.booleans())), NOON
    for event in draw(st.lists(EVENTS, max_size=25)):
        now += timedelta(seconds=draw(st.integers(0, 900)))
        try:
            handoff, _ = step(handoff, event, now, RULES)
        except Impossible:
            continue
    return handoff, now


@given(histories())
def test_a_handoff_is_whole_whatever_happened(history: tuple[Handoff, datetime]) -> None:
    handoff, _ = history
    assert (handoff.state is State.ENDED) == (handoff.deadline is None)
    assert bool(handoff.agent) >= (handoff.state in (State.TALKING, State.OFFERED))
    assert handoff.state not in (State.QUEUED, State.MESSAGE) or handoff.agent == ""
    assert handoff.state is not State.TALKING or handoff.bot_silent
    assert not handoff.bot_silent or handoff.open
    assert (handoff.ended_at is not None) == (handoff.state in (State.SURVEY, State.ENDED))
    assert handoff.score is None or handoff.state is State.ENDED


@given(histories())
def test_every_handoff_ends_by_time_alone(history: tuple[Handoff, datetime]) -> None:
    handoff, now = history
    for _ in range(12):
        if handoff.state is State.ENDED:
            break
        assert handoff.deadline is not None
        now = max(now, handoff.deadline)
        handoff, _ = step(handoff, Tick(), now, RULES)
    assert handoff.state is State.ENDED


@given(histories(), EVENTS)
def test_whether_the_bot_speaks_only_changes_when_the_customer_is_told(
    history: tuple[Handoff, datetime], event: Event
) -> None:
    handoff, now = history
    try:
        moved, said = step(handoff, event, now + timedelta(hours=1), RULES)
    except Impossible:
        return
    assert moved.bot_silent == handoff.bot_silent or said


@given(histories())
def test_a_customers_word_always_waits_for_an_answer(history: tuple[Handoff, datetime]) -> None:
    handoff, now = history
    if not handoff.bot_silent:
        return
    said = after(handoff, CustomerSaid(), at=now)
    assert said.customer_at is not None
    assert said.state is not State.TALKING or (said.deadline is not None and said.deadline <= now + RULES.agent_silence)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("周一: 全天", "周一: 九点"), "rules.yml.hours.周一"),
        (("skill: 综合, priority: 0", "skill: 没有, priority: 0"), "没有这个技能组"),
        (("offer_seconds: 30", "offer_seconds: 0"), "rules.yml.times.offer_seconds"),
        (("failures: 2", "failures: 2\nfailurs: 3"), "failurs"),
        (("2026-10-01: 休息", "昨天: 休息"), "2026-10-01"),
    ],
)
def test_a_mistake_in_the_rules_is_said_with_its_place(tmp_path: Path, change: tuple[str, str], told: str) -> None:
    written = (DATA / "rules.yml").read_text(encoding="utf-8")
    (tmp_path / "rules.yml").write_text(written.replace(*change, 1), encoding="utf-8")
    with pytest.raises(DeskFileError, match=told):
        read_rules(tmp_path)


def test_relationship_managers_are_read_and_a_wrong_header_said(tmp_path: Path) -> None:
    (tmp_path / "rules.yml").write_text((DATA / "rules.yml").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "managers.csv").write_text("客户号,坐席\nC1,小周\n", encoding="utf-8")
    assert read_rules(tmp_path).managers == {"C1": "小周"}
    (tmp_path / "managers.csv").write_text("客户,坐席\nC1,小周\n", encoding="utf-8")
    with pytest.raises(DeskFileError, match="客户号"):
        read_rules(tmp_path)


def test_times_are_aware() -> None:
    assert asked().asked_at.astimezone(UTC).utcoffset() == timedelta(0)
