"""The 360 view: all that is known of a customer as entries with source and time, and which of them a role may see."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from customer.model import ANY_CHANNEL, Claim, Customer, Score, Sex


class Group(StrEnum):
    """Parts of the view; a role sees whole parts."""

    PROFILE = "profile"
    SEGMENT = "segment"
    RISK = "risk"
    CONSENT = "consent"
    SERVICE = "service"
    ASSETS = "assets"
    IDENTITY = "identity"
    CONTACTS = "contacts"
    CONVERSATIONS = "conversations"
    OFFERS = "offers"
    REASONS = "reasons"


LABELS: Mapping[Group, str] = {
    Group.PROFILE: "基本情况",
    Group.SEGMENT: "分群",
    Group.RISK: "风险承受能力",
    Group.CONSENT: "授权",
    Group.SERVICE: "服务事项",
    Group.ASSETS: "收入和持有",
    Group.IDENTITY: "身份标识",
    Group.CONTACTS: "接触记录",
    Group.CONVERSATIONS: "对话",
    Group.OFFERS: "下一步建议",
    Group.REASONS: "建议的理由",
}
_PURPOSES = {"marketing": "营销", "personalised": "个性化推荐"}
_STATES = {"granted": "同意", "withdrawn": "已撤回"}
_SIGNALS = {
    "overdue": "逾期",
    "complaint": "投诉处理中",
    "loss_report": "挂失",
    "fraud_fear": "疑似受骗",
    "bereavement": "亲属身故",
    "hardship": "还款困难",
    "handoff": "人工服务中",
}
_IDENTITIES = {
    "id_number": "证件号",
    "phone": "手机号",
    "unionid": "微信 unionid",
    "openid": "微信 openid",
    "app_user": "手机银行用户",
    "card": "卡号",
}
_SEXES = {Sex.FEMALE: "女", Sex.MALE: "男"}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the view: what it is, what it says, who said so and as of when."""

    group: Group
    label: str
    value: str
    source: str
    as_of: datetime


def entries(who: Customer, today: date) -> tuple[Entry, ...]:
    """What the customer tables know, in the order in which it is read. What is unknown is left out."""
    made = [*_profile(who, today), *_assets(who), *_said(who)]
    order = list(Group)
    return tuple(sorted(made, key=lambda e: order.index(e.group)))


def score_entries(scores: Iterable[Score]) -> tuple[Entry, ...]:
    """What the response models expect, the likeliest first."""
    best = sorted(scores, key=lambda s: (-s.probability, s.offer))
    return tuple(Entry(Group.OFFERS, s.offer, f"{s.probability:.1%}", s.model, s.as_of) for s in best)


def visible(found: Iterable[Entry], groups: Iterable[Group]) -> tuple[Entry, ...]:
    """The entries of the groups that somebody may see."""
    allowed = frozenset(groups)
    return tuple(e for e in found if e.group in allowed)


def money(amount: Decimal) -> str:
    """An amount as people read it."""
    return f"{amount:,.2f}元"


def _profile(who: Customer, today: date) -> Iterable[Entry]:
    def line(group: Group, label: str, claim: Claim[Any] | None, text: str) -> Iterable[Entry]:
        if claim is not None:
            yield Entry(group, label, text, claim.source, claim.as_of)

    age = who.age_on(today)
    if age is not None:
        yield from line(Group.PROFILE, "年龄", who.birth_date, f"{age}岁")
    if who.sex:
        yield from line(Group.PROFILE, "性别", who.sex, _SEXES[who.sex.value])
    for label, claim in (("地区", who.region), ("开户日期", who.opened_on)):
        yield from line(Group.PROFILE, label, claim, str(claim.value) if claim else "")
    for label, flag in (("本行员工", who.employee), ("贵宾客户", who.vip)):
        yield from line(Group.PROFILE, label, flag, "是" if flag and flag.value else "否")
    for label, claim in (("分群", who.segment), ("人生阶段", who.life_stage)):
        yield from line(Group.SEGMENT, label, claim, claim.value if claim else "")
    if who.monthly_income:
        yield from line(Group.ASSETS, "月收入", who.monthly_income, money(who.monthly_income.value))
    if who.risk:
        until = f"有效期至 {who.risk.expires_on}" if who.risk.expires_on else "没有有效期"
        state = "" if who.risk.valid_on(today) else "，现已失效"
        text = f"{who.risk.rating}（{who.risk.assessed_on} 测评，{until}{state}）"
        yield Entry(Group.RISK, "评级", text, who.risk.source, who.risk.as_of)


def _assets(who: Customer) -> Iterable[Entry]:
    for held in who.holdings:
        parts = [money(held.amount)] if held.amount is not None else []
        parts += [f"{held.since} 起"] if held.since else []
        parts += [f"{held.matures} 到期"] if held.matures else []
        yield Entry(Group.ASSETS, held.product, "，".join(parts) or "持有", held.source, held.as_of)
    for known in who.identities:
        yield Entry(Group.IDENTITY, _IDENTITIES[known.kind], known.shown, known.source, known.as_of)


def _said(who: Customer) -> Iterable[Entry]:
    for word in who.consents:
        channel = "全部渠道" if word.channel == ANY_CHANNEL else word.channel
        label = f"{_PURPOSES.get(word.purpose, word.purpose)}（{channel}）"
        yield Entry(Group.CONSENT, label, _STATES[word.state], word.source, word.at)
    for matter in who.signals:
        until = f"，{matter.until:%Y-%m-%d} 止" if matter.until else "，未了结"
        text = f"{matter.since:%Y-%m-%d} 起{until}"
        yield Entry(Group.SERVICE, _SIGNALS[matter.kind], text, matter.source, matter.since)
