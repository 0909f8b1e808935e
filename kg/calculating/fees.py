"""Fees: of funds (外扣法), by percentage with a least and a most, and fixed ones."""

from __future__ import annotations

from kg.calculating.model import Calculator, Figures, Line, constant, exact, money, result, share

AMOUNT, RATE, FIXED = "金额", "费率", "固定费用"
LEAST, MOST = "最低收费", "最高收费"
HELD = "期限"


def _subscription(figures: Figures) -> tuple[Line, ...]:
    """外扣法: net amount = amount / (1 + rate); fee = amount − net amount. A fixed fee is taken off as it is."""
    amount, fixed = figures[AMOUNT], figures.get(FIXED)
    if fixed is not None:
        fee, net = money(fixed.number), money(amount.number - fixed.number)
        return (Line("申购费", fee, (fixed,)), Line("净申购金额", net, (amount, " − ", fixed)))
    rate = figures[RATE]
    net = money(amount.number / (1 + share(rate)))
    fee = money(amount.number - (net.number or 0))
    return (
        Line("申购费", fee, (amount, " − ", result("净申购金额", net))),
        Line("净申购金额", net, (amount, " ÷ (", constant(1), " + ", rate, ")")),
    )


def _redemption(figures: Figures) -> tuple[Line, ...]:
    amount, rate = figures[AMOUNT], figures[RATE]
    fee = money(amount.number * share(rate))
    paid = money(amount.number - (fee.number or 0))
    return (
        Line("赎回费", fee, (amount, " × ", rate)),
        Line("到手金额", paid, (amount, " − ", result("赎回费", fee))),
    )


def _proportional(figures: Figures) -> tuple[Line, ...]:
    """amount × rate, not below the least and not above the most fee; a fixed fee stands for itself."""
    amount, fixed = figures[AMOUNT], figures.get(FIXED)
    if fixed is not None:
        return (Line("手续费", money(fixed.number), (fixed,)),)
    rate, least, most = figures[RATE], figures.get(LEAST), figures.get(MOST)
    fee = amount.number * share(rate)
    plain = (amount, " × ", rate)
    if least is not None and fee < least.number and rate.number > 0:
        return (Line("手续费", money(least.number), (*plain, "，不足", least, "按最低收")),)
    if most is not None and fee > most.number:
        return (Line("手续费", money(most.number), (*plain, "，超过", most, "按最高收")),)
    return (Line("手续费", money(fee), plain),)


FEES = (
    Calculator("申购费", (AMOUNT,), RATE, exact(_subscription), (FIXED,)),
    Calculator("赎回费", (AMOUNT, HELD), RATE, exact(_redemption)),
    *(
        Calculator(name, (AMOUNT,), RATE, exact(_proportional), (FIXED, LEAST, MOST))
        for name in ("转账手续费", "取现手续费", "收款手续费")
    ),
)
