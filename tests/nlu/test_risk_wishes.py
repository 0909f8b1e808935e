"""Wishes about how risky an offer may be, in many wordings; and what only sounds like one."""

from __future__ import annotations

import pytest

from nlu import intents
from nlu.memory import Memory
from nlu.risk_wishes import HIGHEST, RiskWish, plainly_about_risk
from nlu.wishes import wishes_in
from tests.support.demo import KNOWLEDGE, TODAY, Bank

CAPPED = [
    ("不要给我推高风险的", 3),
    ("高风险的别推", 3),
    ("风险太高的就别给我推荐了", 3),
    ("R3以上的别推", 2),
    ("R3级的产品不用给我介绍了", 2),
    ("高于R3的不要推荐", 3),
    ("风险等级超过R2的不用推给我", 2),
    ("R4、R5的产品以后不要推荐", 3),
    ("不要推R5", 4),
    ("中高风险的我不考虑，别推", 3),
    ("中等风险以上的产品请勿推荐", 2),
    ("以后凡是R3以上的，一律不要推给我", 2),
    ("有风险的一律别推", 1),
    ("太冒险的产品别介绍给我", 3),
    ("别老推那种容易亏的", 3),
    ("保守点，别给我推风险大的东西", 3),
    ("我年纪大了，风险高的就不要给我推了", 3),
    ("风险等级R4及以上的不要出现在推荐里", 3),
    ("推荐里不要有高风险的产品", 3),
    ("我不想看到高风险产品的推荐", 3),
    ("别推风险大的基金", 3),
    ("除了高风险的，其他都可以推荐", 3),
    ("给我发短信可以，但高风险的别发", 3),
]
LIMITED = [
    ("只推R2以下的", 2),
    ("只给我推荐低风险的产品", 2),
    ("给我推低风险的就行", 2),
    ("推荐的时候别超过R2", 2),
    ("以后推荐给我的产品风险不要高于R3", 3),
    ("给我推荐的最高到R2就行了", 2),
    ("除了低风险的都别推", 2),
    ("推荐可以，但风险不能高", 3),
]
RAISED = [
    ("可以推R3的", 3),
    ("R4的也可以推荐给我了", 4),
    ("推荐放宽到R4", 4),
    ("高风险的也可以推了", HIGHEST),
    ("高风险的又想看看推荐了", HIGHEST),
    ("推荐不限风险等级", HIGHEST),
    ("把推荐的风险限制取消吧", HIGHEST),
]
NO_WISH = [
    "推荐几款不要高风险的理财",
    "推荐理财，风险不要太高",
    "给我推荐个风险不超过R2的理财",
    "推荐低风险的理财",
    "高风险的产品有哪些",
    "R3以上的理财有哪些",
    "为什么不推荐高风险的",
    "有没有不推荐R5的理由",
    "风险高不高",
    "这款是R3吗",
    "高风险产品能推荐吗",
    "别推荐稳健A",
]


def _risks(text: str, bank: Bank) -> list[RiskWish]:
    return [w.risk for w in wishes_in(text, bank.lexicon) if w.risk is not None]


@pytest.mark.parametrize(
    ("texts", "made"),
    [
        (CAPPED, lambda level: RiskWish(cap=level)),
        (LIMITED, lambda level: RiskWish(cap=level, up_to=level)),
        (RAISED, lambda level: RiskWish(up_to=level)),
    ],
)
def test_levels_are_read_as_a_limit(bank: Bank, texts: list[tuple[str, int]], made: type[RiskWish]) -> None:
    assert [(t, _risks(t, bank)) for t, level in texts if _risks(t, bank) != [made(level)]] == []


def test_a_wish_about_risk_silences_nothing_else(bank: Bank) -> None:
    loud = [t for t, _ in CAPPED + LIMITED if any(w.everything and not w.allow for w in wishes_in(t, bank.lexicon))]
    assert loud == []


def test_a_kind_said_beside_is_heard_too(bank: Bank) -> None:
    def heard(text: str) -> list[object]:
        found = wishes_in(text, bank.lexicon)
        return [w.risk or (w.allow, tuple(n for _, n in w.kinds)) for w in found]

    assert heard("理财可以推，但是别推R3以上的") == [(True, ("理财产品",)), RiskWish(cap=2)]
    assert heard("保险别推，高风险的也别推") == [(False, ("保险",)), RiskWish(cap=3)]
    assert heard("以后只推低风险理财") == [(False, ()), (True, ("理财产品",)), RiskWish(cap=2, up_to=2)]


def test_what_is_no_limit_from_above_silences_rather_too_much(bank: Bank) -> None:
    [wish] = wishes_in("别推低风险的，收益太低", bank.lexicon)
    assert not wish.allow and wish.everything


def test_plain_ones_need_no_classifier(bank: Bank) -> None:
    """Whatever the classifier makes of them: here it takes each turn for a question."""
    plain = [t for t, _ in CAPPED + LIMITED + RAISED]
    heard = {t: bank.understanding.understand(t, KNOWLEDGE, Memory(), TODAY).intent for t in plain}
    assert {t: i for t, i in heard.items() if i not in (intents.OPT_OUT, intents.OPT_IN)} == {}


def test_questions_and_requests_are_no_wishes() -> None:
    assert [t for t in NO_WISH if plainly_about_risk(t)] == []
