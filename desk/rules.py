"""The desk's rules as the bank edits them in rules.yml; read whole, every mistake with its place."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

from desk.hours import Hours, Period
from desk.model import Reason
from growth.errors import OfferFileError
from growth.yaml_files import Node, Skipped, read_yaml, text, texts, whole

_WEEK = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")
_CLOSED, _ALWAYS = "休息", "全天"
_FAILED = frozenset({"fallback", "error", "unanswerable"})
_HOURS = "写成 09:00-21:00、全天 或 休息"


class DeskFileError(Exception):
    """rules.yml can't be used; each problem says place, value and remedy."""

    def __init__(self, problems: tuple[str, ...]) -> None:
        super().__init__("；".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Route:
    """Where handoffs of a reason go; a higher priority goes first."""

    skill: str
    priority: int


@dataclass(frozen=True, slots=True)
class Rules:
    """See data/desk/rules.yml, which says what each is for."""

    hours: Hours
    skills: tuple[str, ...]
    routes: Mapping[Reason, Route]
    vip: Route
    codes: Mapping[str, str]
    failures: int = 2
    vip_failures: int = 1
    failed: frozenset[str] = _FAILED
    offer: timedelta = timedelta(seconds=30)
    max_wait: timedelta = timedelta(minutes=10)
    agent_silence: timedelta = timedelta(minutes=5)
    customer_silence: timedelta = timedelta(minutes=10)
    grace: timedelta = timedelta(minutes=3)
    survey: timedelta = timedelta(minutes=60)
    call_back: timedelta = timedelta(minutes=60)
    keep_messages: timedelta = timedelta(days=7)
    target: timedelta = timedelta(seconds=60)
    usual_talk: timedelta = timedelta(minutes=5)
    talks_at_once: int = 3
    managers: Mapping[str, str] = field(default_factory=dict)
    elsewhere: frozenset[str] = frozenset()

    def route(self, reason: Reason, *, vip: bool = False) -> Route:
        """Where a handoff goes: a VIP's to the VIP desk, but a complaint to who answers complaints, first of all."""
        found = self.routes[reason]
        if not vip:
            return found
        skill = self.vip.skill if reason in (Reason.ASKED, Reason.FAILURES, Reason.VIP) else found.skill
        return Route(skill, found.priority + self.vip.priority)


def read_rules(folder: Path) -> Rules:
    """The rules of rules.yml and managers.csv. Raises DeskFileError: nothing is routed by rules that are half read."""
    path = folder / "rules.yml"
    problems: list[str] = []
    try:
        made = _rules(Node(path.name, read_yaml(path), problems), folder)
    except OfferFileError as error:
        raise DeskFileError(error.problems) from None
    except (Skipped, TypeError, ValueError, KeyError) as error:
        raise DeskFileError(tuple(problems) or (f"{path}：{error}；对照文件里的说明改正",)) from None
    if problems:
        raise DeskFileError(tuple(problems))
    return made


def _rules(node: Node, folder: Path) -> Rules:
    skills = node.take("skills", _listed, "写技能组的名称，至少一个")
    times = node.node("times")
    made = Rules(
        hours=_hours(node.node("hours")),
        skills=skills,
        routes=_routes(node.node("reasons"), skills),
        vip=_route(node.node("vip"), skills),
        codes={k: text(v) for k, v in node.node("codes").rest().items()},
        failures=node.take("failures", whole(1, 10), "写 1 到 10 的整数", 2),
        vip_failures=node.take("vip_failures", whole(1, 10), "写 1 到 10 的整数", 1),
        failed=node.take("failed", texts, "写结果的名称", _FAILED),
        offer=_span(times, "offer_seconds", "seconds"),
        max_wait=_span(times, "max_wait_minutes", "minutes"),
        agent_silence=_span(times, "agent_silence_minutes", "minutes"),
        customer_silence=_span(times, "customer_silence_minutes", "minutes"),
        grace=_span(times, "grace_minutes", "minutes"),
        survey=_span(times, "survey_minutes", "minutes"),
        call_back=_span(times, "call_back_minutes", "minutes"),
        keep_messages=_span(times, "keep_messages_days", "days"),
        target=_span(times, "target_seconds", "seconds"),
        usual_talk=_span(times, "usual_talk_minutes", "minutes"),
        talks_at_once=node.take("talks_at_once", whole(1, 20), "写 1 到 20 的整数", 3),
        managers=_managers(folder / "managers.csv"),
        elsewhere=node.take("elsewhere", _channels, "写渠道的名称，如 [wechat]", frozenset()),
    )
    times.done()
    node.done()
    return made


def _span(times: Node, name: str, unit: str) -> timedelta:
    found = times.take(name, whole(1, 100_000), "写 1 以上的整数")
    return timedelta(**{unit: found})


def _hours(node: Node) -> Hours:
    week = tuple(node.take(name, _period, _HOURS) for name in _WEEK)
    days: dict[date, Period | None] = {}
    for name, value in node.node("days").rest().items():
        try:
            days[date.fromisoformat(name)] = _period(value)[0]
        except (TypeError, ValueError):
            node.problem(f"days.{name}", value, f"日期写成 2026-10-01，时间{_HOURS}")
    node.done()
    return Hours(tuple(found[0] for found in week), days)


def _period(value: Any) -> tuple[Period | None]:
    """In a tuple, as None says that a field is missing."""
    written = text(value)
    if written == _CLOSED:
        return (None,)
    if written == _ALWAYS:
        return ((time.min, time.max),)
    start, _, end = written.partition("-")
    hours = time.fromisoformat(start.strip()), time.fromisoformat(end.strip())
    if hours[0] >= hours[1]:
        raise ValueError
    return (hours,)


def _routes(node: Node, skills: tuple[str, ...]) -> dict[Reason, Route]:
    return {reason: _route(node.node(reason.value), skills) for reason in Reason}


def _route(node: Node, skills: tuple[str, ...]) -> Route:
    skill = node.take("skill", text, "写一个技能组的名称")
    if skill not in skills:
        node.problem("skill", skill, f"没有这个技能组；可用的有 {'、'.join(skills)}")
    made = Route(skill, node.take("priority", whole(0, 100), "写 0 到 100 的整数"))
    node.done()
    return made


def _listed(value: Any) -> tuple[str, ...]:
    items = tuple(text(item) for item in value)
    if not items:
        raise ValueError
    return items


def _channels(value: Any) -> frozenset[str]:
    return texts(value) if value else frozenset()


def _managers(path: Path) -> dict[str, str]:
    """Customers' relationship managers: columns 客户号 and 坐席. No file, no managers."""
    if not path.exists():
        return {}
    with path.open(encoding="utf-8-sig", newline="") as lines:
        rows = list(csv.DictReader(lines))
    missing = {"客户号", "坐席"} - set(rows[0] if rows else {"客户号": "", "坐席": ""})
    if missing:
        raise DeskFileError((f"{path}：缺少列 {'、'.join(sorted(missing))}；第一行写 客户号,坐席",))
    return {row["客户号"].strip(): row["坐席"].strip() for row in rows if row["客户号"].strip()}
