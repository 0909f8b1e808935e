"""The decisions of one conversation as a report that needs no engineer to read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy.engine import Connection, Row

from growth import history
from growth.case import WishScope
from growth.history import Recorded
from growth.telling import decision_in_words, reason_in_words, texts


def session_report(
    connection: Connection,
    session: str,
    found: Sequence[Recorded],
    time: Callable[[datetime], str],
    asked: Mapping[str, str],
    *,
    who: str = "",
) -> list[str]:
    """The lines: each decision with its steps, what was shown and done with it, and what the customer wished. `asked`
    is what was said by turn, masked as it is recorded; `who` keeps the wishes to those of one customer."""
    lines: list[str] = []
    for number, made in enumerate(found, 1):
        channel = texts()["channels"].get(made.channel, made.channel)
        lines.append(f"第{number}次决定  {time(made.at)}  客户 {made.customer}  {channel}")
        if said := asked.get(made.turn_id):
            lines.append(f"  客户问：{said}")
        lines.append(f"  结果：{_outcome(made)}")
        lines += [f"  {line}" for line in decision_in_words(made.steps, _names(made))]
        if made.offer or made.would_have:
            chance = "没有用模型" if made.chance is None else f"响应概率 {made.chance:.1%}"
            lines.append(f"  {chance}；算上对照组和随机探索，同样的情形有 {made.propensity:.1%} 的机会展示它")
        for entry in history.entries(connection, made.id):
            lines.append(f"  台账：{time(entry.at)} {texts()['contacts'][entry.kind]}")
        lines.append("")
    wishes = history.wishes_of_session(connection, session, who)
    lines += [f"客户意愿：{time(w.at)} {_wish(w)}" for w in wishes]
    return lines


def _outcome(made: Recorded) -> str:
    names = _names(made)
    if made.offer:
        return f"展示了“{names.get(made.offer, made.offer)}”"
    if made.told:
        return f"应客户的要求，列出了{'、'.join(names.get(o, o) for o in made.told)}"
    step = next((s for s in reversed(made.steps) if s.reason is made.reason), None)
    words = reason_in_words(step) if step else texts()["reasons"][made.reason.value]
    would = f"；若没有这一条，会展示“{names.get(made.would_have, made.would_have)}”" if made.would_have else ""
    return f"没有展示，因为{words}{would}"


def _names(made: Recorded) -> dict[str, str]:
    return {s.offer: s.detail["product"] for s in made.steps if s.offer and "product" in s.detail}


def _wish(row: Row) -> str:
    if row.scope == WishScope.RISK.value:
        return f"{'也可以推荐' if row.allow else '只接受'}：风险等级R{row.of}及以下的产品"
    name = row.name or row.of or "任何产品"
    if row.scope == WishScope.CHANNEL.value:
        name = f"在{texts()['channels'].get(row.of, row.of)}"
    return f"{'可以推荐' if row.allow else '不要推荐'}：{name}"
