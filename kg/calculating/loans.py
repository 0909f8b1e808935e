"""Repayment of loans: equal instalments, equal principal, interest first, all at the end; overdue interest.

Closed formulas with monthly compounding (month's rate = year's rate / 12), rounded to the cent at the end. A bank's
plan rounds every instalment, so that its last one differs by some cents.
"""

from __future__ import annotations

from decimal import Decimal

from kg.calculating.model import (
    HUNDRED,
    MONTHS_A_YEAR,
    Calculator,
    Figure,
    Figures,
    Line,
    MissingFigure,
    Term,
    constant,
    exact,
    money,
    result,
    share,
    whole_months,
    years,
)

AMOUNT, TERM, RATE, METHOD = "金额", "期限", "利率", "还款方式"
LEVEL, LINEAR, INTEREST_FIRST, AT_END = "等额本息", "等额本金", "先息后本", "到期一次还本付息"
OVERDUE_DAYS, SURCHARGE, YEAR = "逾期天数", "加收比例", "计息天数"
MONTHLY_PAYMENT, TOTAL_INTEREST, TOTAL = "月供", "总利息", "还款总额"


def month_rate(rate: Figure) -> Decimal:
    """The month's rate as a share of one."""
    return share(rate) / MONTHS_A_YEAR


def level_payment(principal: Decimal, rate: Decimal, months: int) -> Decimal:
    """The equal instalment P·r·(1+r)^n / ((1+r)^n − 1); P/n where the rate is nil."""
    if rate == 0:
        return principal / months
    grown = (1 + rate) ** months
    return principal * rate * grown / (grown - 1)


def _level(figures: Figures) -> tuple[Line, ...]:
    amount, months = figures[AMOUNT], whole_months(figures[TERM])
    each = level_payment(amount.number, month_rate(figures[RATE]), months)
    grown: tuple[Term, ...] = (" × (1+", _month(figures), ")^", constant(months))
    below: tuple[Term, ...] = (" ÷ [(1+", _month(figures), ")^", constant(months), " − 1]")
    formula: tuple[Term, ...] = (amount, " × ", _month(figures), *grown, *below)
    return (Line(MONTHLY_PAYMENT, money(each), formula), *_totals(amount, each * months, months))


def _month(figures: Figures) -> Figure:
    """The month's rate as it stands in a formula: 3.2%/12."""
    rate = figures[RATE]
    return Figure("月利率", month_rate(rate), f"{rate.text}÷{MONTHS_A_YEAR}", fact_id=rate.fact_id, given=rate.given)


def _totals(amount: Figure, paid: Decimal, months: int) -> tuple[Line, ...]:
    whole, interest = money(paid), money(paid - amount.number)
    return (
        Line(TOTAL_INTEREST, interest, (result(TOTAL, whole), " − ", amount)),
        Line(TOTAL, whole, (constant(months), "期合计")),
    )


def _linear(figures: Figures) -> tuple[Line, ...]:
    amount, months, rate = figures[AMOUNT], whole_months(figures[TERM]), month_rate(figures[RATE])
    principal = amount.number / months
    interest = amount.number * rate * (months + 1) / 2
    part: tuple[Term, ...] = (amount, " ÷ ", constant(months))
    return (
        Line("首月月供", money(principal + amount.number * rate), (*part, " + ", amount, " × ", _month(figures))),
        Line("每月递减", money(principal * rate), (*part, " × ", _month(figures))),
        Line("末月月供", money(principal * (1 + rate)), (*part, " × (1+", _month(figures), ")")),
        *_totals(amount, amount.number + interest, months),
    )


def _interest_first(figures: Figures) -> tuple[Line, ...]:
    amount, term = figures[AMOUNT], figures[TERM]
    interest = amount.number * share(figures[RATE]) * years(term)
    return (
        Line("每月利息", money(amount.number * month_rate(figures[RATE])), (amount, " × ", _month(figures))),
        Line(TOTAL_INTEREST, money(interest), (amount, " × ", figures[RATE], " × ", term)),
        Line(TOTAL, money(amount.number + interest), (amount, " + ", result(TOTAL_INTEREST, money(interest)))),
    )


def _at_end(figures: Figures) -> tuple[Line, ...]:
    return tuple(line for line in _interest_first(figures) if line.name != "每月利息")


_METHODS = {LEVEL: _level, LINEAR: _linear, INTEREST_FIRST: _interest_first, AT_END: _at_end}


def _repayment(figures: Figures) -> tuple[Line, ...]:
    method = figures.word(METHOD)
    if method not in _METHODS:
        raise MissingFigure(METHOD)
    return _METHODS[method](figures)


def _overdue(figures: Figures) -> tuple[Line, ...]:
    """The contract's rate and the surcharge on it, by the day."""
    amount, rate, days = figures[AMOUNT], figures[RATE], figures[OVERDUE_DAYS]
    surcharge, year = figures[SURCHARGE], figures[YEAR]
    fine = amount.number * share(rate) * (1 + surcharge.number / HUNDRED) * days.number / year.number
    formula: tuple[Term, ...] = (amount, " × ", rate, " × (1+", surcharge, ") × ", days, " ÷ ", year)
    return (Line("逾期利息", money(fine), formula),)


LOANS = (
    Calculator("贷款还款", (AMOUNT, TERM), RATE, exact(_repayment), (METHOD,), (LEVEL, LINEAR, INTEREST_FIRST, AT_END)),
    Calculator("逾期利息", (AMOUNT, OVERDUE_DAYS), RATE, exact(_overdue), (SURCHARGE, YEAR)),
)
