"""Credit cards: the cost of an instalment plan with its yearly rate, least payment, its penalty, revolving interest."""

from __future__ import annotations

from decimal import Decimal

from kg.calculating.model import (
    HUNDRED,
    MONTHS_A_YEAR,
    Calculator,
    Figures,
    Line,
    constant,
    exact,
    money,
    percent,
    result,
    share,
)

AMOUNT, RATE, PERIODS, DAYS = "金额", "费率", "期数", "期限"
UNPAID = "最低还款未还金额"
LEAST = "最低收费"
_STEPS = 200


def monthly_irr(payments: Decimal, periods: int, principal: Decimal) -> Decimal:
    """The month's rate at which `periods` equal payments are worth `principal`, by bisection; nil where they cost
    nothing."""
    if payments * periods <= principal:
        return Decimal(0)
    low, high = Decimal(0), Decimal(1)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        worth = payments * (1 - (1 + middle) ** -periods) / middle
        low, high = (middle, high) if worth > principal else (low, middle)
    return (low + high) / 2


def _plan(figures: Figures) -> tuple[Line, ...]:
    """Each instalment is principal/n plus principal × rate; the yearly rate is the internal rate of return."""
    amount, rate, periods = figures[AMOUNT], figures[RATE], figures[PERIODS]
    number = int(periods.number)
    each_fee = amount.number * share(rate)
    each = amount.number / number + each_fee
    cost, fee = money(each_fee * number), money(each_fee)
    irr = monthly_irr(each, number, amount.number)
    nominal, effective = irr * MONTHS_A_YEAR * HUNDRED, ((1 + irr) ** MONTHS_A_YEAR - 1) * HUNDRED
    return (
        Line("每期手续费", fee, (amount, " × ", rate)),
        Line("每期还款", money(each), (amount, " ÷ ", periods, " + ", result("每期手续费", fee))),
        Line("总手续费", cost, (result("每期手续费", fee), " × ", periods)),
        Line("折合年化（单利，内部收益率×12）", percent(nominal), ("每期还款的内部收益率 × ", constant(MONTHS_A_YEAR))),
        Line("折合年化（复利）", percent(effective), ("(1+每期内部收益率)^", constant(MONTHS_A_YEAR), " − 1")),
    )


def _least(figures: Figures) -> tuple[Line, ...]:
    amount, rate = figures[AMOUNT], figures[RATE]
    return (Line("最低还款额", money(amount.number * share(rate)), (amount, " × ", rate)),)


def _penalty(figures: Figures) -> tuple[Line, ...]:
    amount, rate, least = figures[UNPAID], figures[RATE], figures.get(LEAST)
    fee = amount.number * share(rate)
    if least is not None and fee < least.number:
        return (Line("违约金", money(least.number), (amount, " × ", rate, "，不足", least, "按最低收")),)
    return (Line("违约金", money(fee), (amount, " × ", rate)),)


def _revolving(figures: Figures) -> tuple[Line, ...]:
    amount, rate, days = figures[AMOUNT], figures[RATE], figures[DAYS]
    return (Line("利息", money(amount.number * share(rate) * days.number), (amount, " × ", rate, " × ", days)),)


CARDS = (
    Calculator("分期费用", (AMOUNT, PERIODS), RATE, exact(_plan)),
    Calculator("最低还款", (AMOUNT,), RATE, exact(_least)),
    Calculator("逾期违约金", (UNPAID,), RATE, exact(_penalty), (LEAST,)),
    Calculator("透支利息", (AMOUNT, DAYS), RATE, exact(_revolving)),
)
