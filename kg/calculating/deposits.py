"""Interest of deposits and bonds, and what a wealth product would bring at its benchmark.

Rules: 人民币利率管理规定 and the bank's own 计息规则: whole months or years count as such (principal × rate × years);
odd days count by the day, a year having the days that the graph states (`计息天数`).
"""

from __future__ import annotations

from decimal import Decimal

from kg.calculating.model import (
    MONTHS_A_YEAR,
    Calculator,
    Figure,
    Figures,
    Line,
    Term,
    cents,
    constant,
    exact,
    money,
    money_range,
    result,
    share,
    whole_months,
    years,
)

AMOUNT, TERM, RATE, DAYS, YEAR = "金额", "期限", "利率", "天数", "计息天数"
MONTHLY = "每月存入"
HIGH = "最高利率"
INTEREST, TOTAL = "利息", "到期本息合计"


def _fixed(figures: Figures) -> tuple[Line, ...]:
    amount, rate, term = figures[AMOUNT], figures[RATE], figures[TERM]
    if term.months is None and figures.get(YEAR) is not None:
        return _by_day(figures.with_figure(_days(term)))
    return _with_total(amount, amount.number * share(rate) * years(term), (amount, " × ", rate, " × ", *_years(term)))


def _years(term: Figure) -> tuple[Term, ...]:
    """3年; 3个月 ÷ 12."""
    if term.months is not None and term.months % MONTHS_A_YEAR:
        return (term, " ÷ ", constant(MONTHS_A_YEAR), "个月")
    return (term,)


def _days(term: Figure) -> Figure:
    return Figure(DAYS, term.number, term.text, fact_id=term.fact_id, given=term.given)


def _by_day(figures: Figures) -> tuple[Line, ...]:
    amount, rate, days, year = figures[AMOUNT], figures[RATE], figures[DAYS], figures[YEAR]
    interest = amount.number * share(rate) * days.number / year.number
    return _with_total(amount, interest, (amount, " × ", rate, " × ", days, " ÷ ", year))


def _with_total(amount: Figure, interest: Decimal, formula: tuple[Term, ...]) -> tuple[Line, ...]:
    gain = money(interest, amount.unit)
    whole = money(amount.number + cents(interest), amount.unit)
    return (Line(INTEREST, gain, formula), Line(TOTAL, whole, (amount, " + ", result(INTEREST, gain))))


def _instalments(figures: Figures) -> tuple[Line, ...]:
    """零存整取: the sum of months that each instalment lies, n(n+1)/2, at the monthly rate."""
    amount, rate, term = figures[MONTHLY], figures[RATE], figures[TERM]
    months = whole_months(term)
    lying = Decimal(months * (months + 1)) / 2
    gain = amount.number * lying * share(rate) / MONTHS_A_YEAR
    interest, paid = money(gain, amount.unit), money(amount.number * months, amount.unit)
    whole = money(cents(amount.number * months) + cents(gain), amount.unit)
    product = Figure("累计月数", lying, f"{lying:f}")
    return (
        Line("存入合计", paid, (amount, " × ", constant(months), "个月")),
        Line(INTEREST, interest, (amount, " × ", product, " × ", rate, " ÷ ", constant(MONTHS_A_YEAR))),
        Line(TOTAL, whole, (result("存入合计", paid), " + ", result(INTEREST, interest))),
    )


def _drawn_monthly(figures: Figures) -> tuple[Line, ...]:
    """整存零取: equal parts of the principal are drawn each month; the mean of the first and last balance bears it."""
    amount, rate, term = figures[AMOUNT], figures[RATE], figures[TERM]
    months = whole_months(term)
    each = amount.number / months
    mean = money((amount.number + each) / 2, amount.unit)
    interest = money((amount.number + each) / 2 * months * share(rate) / MONTHS_A_YEAR, amount.unit)
    formula: tuple[Term, ...] = (
        result("平均余额", mean),
        " × ",
        constant(months),
        "个月 × ",
        rate,
        " ÷ ",
        constant(MONTHS_A_YEAR),
    )
    drawn = money(each, amount.unit)
    return (Line("每月支取本金", drawn, (amount, " ÷ ", constant(months))), Line(INTEREST, interest, formula))


def _interest_monthly(figures: Figures) -> tuple[Line, ...]:
    """存本取息 and certificates that pay every month."""
    amount, rate, term = figures[AMOUNT], figures[RATE], figures[TERM]
    each = money(amount.number * share(rate) / MONTHS_A_YEAR, amount.unit)
    whole = money(amount.number * share(rate) * years(term), amount.unit)
    return (
        Line("每月利息", each, (amount, " × ", rate, " ÷ ", constant(MONTHS_A_YEAR))),
        Line(INTEREST, whole, (amount, " × ", rate, " × ", *_years(term))),
    )


def _illustrated(figures: Figures) -> tuple[Line, ...]:
    """What the benchmark would bring; from the lower to the upper end where it is a range."""
    amount, rate, term = figures[AMOUNT], figures[RATE], figures[TERM]
    top = figures.get(HIGH) or rate
    high = top.number_to if top.number_to is not None else top.number
    low, last = (amount.number * r / 100 * years(term) for r in (rate.number, high))
    length: tuple[Term, ...] = _years(term) if term.months is not None else (term, " ÷ ", constant(365), "天")
    rates: tuple[Term, ...] = (rate,) if top is rate else ("（", rate, "至", top, "）")
    return (Line("测算收益", money_range(low, last, amount.unit), (amount, " × ", *rates, " × ", *length)),)


DEPOSITS = (
    Calculator("定期利息", (AMOUNT, TERM), RATE, exact(_fixed), optional=(YEAR,)),
    Calculator("按日利息", (AMOUNT, TERM), RATE, exact(_by_day), optional=(YEAR,)),
    Calculator("零存整取利息", (MONTHLY, TERM), RATE, exact(_instalments)),
    Calculator("整存零取利息", (AMOUNT, TERM), RATE, exact(_drawn_monthly)),
    Calculator("按月付息", (AMOUNT, TERM), RATE, exact(_interest_monthly)),
    Calculator("收益测算", (AMOUNT, TERM), RATE, exact(_illustrated), optional=(HIGH,), promised=False),
)
