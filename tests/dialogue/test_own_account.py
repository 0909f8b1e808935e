"""What is a customer's own is read from the core system when he asks for it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest

from customer.core import Account, Bill, CoreUnavailable, Movement
from dialogue.own_account import own_account, speaks_of_own

TODAY = date(2026, 11, 20)


class Core:
    """One customer with a debit account and a card."""

    def accounts(self, customer_id: str, today: date) -> tuple[Account, ...]:
        if customer_id != "C1":
            return ()
        card = Account("credit", "9999", limit=Decimal("20000"), available=Decimal("12345.60"))
        return (card, Account("debit", "1234", balance=Decimal("8888.80")))

    def bills(self, customer_id: str, month: date) -> tuple[Bill, ...]:
        return (Bill("9999", month.replace(day=1), Decimal("321.00"), month.replace(day=20)),)

    def movements(self, customer_id: str, kinds: tuple[str, ...], before: date, limit: int) -> tuple[Movement, ...]:
        all_ = [
            Movement(datetime(2026, 11, 19, 8, 30), "salary", Decimal("9000"), "代发工资", "1234"),
            Movement(datetime(2026, 11, 18, 8, 30), "transfer_out", Decimal("-500"), "6222021234567890123", "1234"),
        ]
        return tuple(m for m in all_ if not kinds or m.kind in kinds)[:limit]


class Away(Core):
    """A core system that does not answer."""

    def accounts(self, customer_id: str, today: date) -> tuple[Account, ...]:
        raise CoreUnavailable("off")


@pytest.mark.parametrize(
    ("text", "said", "unsaid"),
    [
        ("我的余额", ["****1234", "8,888.80元"], ["9999"]),
        ("我卡里还有多少钱", ["8,888.80元"], ["20,000"]),
        ("这个月账单", ["2026年11月", "321.00元", "2026-11-20"], ["8,888"]),
        ("上个月的账单呢", ["2026年10月", "2026-10-20"], []),
        ("我这个月要还多少", ["应还321.00元"], []),
        ("额度还剩多少", ["12,345.60元", "20,000.00元"], ["8,888"]),
        ("上一笔转账", ["转出500.00元", "6222****0123"], ["9,000", "6222021234567890123"]),
        ("上次给别人转了多少钱", ["转出500.00元"], ["9,000"]),
        ("最近转的一笔是转给谁的", ["转出500.00元"], ["9,000"]),
        ("工资到账了吗", ["代发工资9,000.00元"], []),
        ("查下我最近一笔交易记录", ["9,000.00元"], ["500.00"]),
    ],
)
def test_each_matter_shows_its_own_figures_masked(text: str, said: list[str], unsaid: list[str]) -> None:
    shown = own_account(Core(), "C1", text, TODAY)
    assert all(s in shown for s in said) and not any(u in shown for u in unsaid), shown


def test_nothing_found_and_nobody_there_are_two_things() -> None:
    assert "没有查到" in own_account(Core(), "C2", "我的余额", TODAY)
    assert "暂时没有回应" in own_account(Away(), "C1", "我的余额", TODAY)


@pytest.mark.parametrize(
    ("text", "own"),
    [
        ("上一笔转账", True),
        ("最近一笔交易", True),
        ("上次转了多少", True),
        ("最后一笔消费是哪天", True),
        ("转账限额是多少", False),
        ("最近一笔理财怎么买", False),
        ("转账要手续费吗", False),
    ],
)
def test_a_movement_that_took_place_can_only_be_ones_own(text: str, own: bool) -> None:
    assert speaks_of_own(text) is own
