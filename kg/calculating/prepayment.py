"""What paying a loan back early saves, with its fee: all of it, or a part with a lower instalment or a shorter term."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal

from kg.calculating.loans import LEVEL, LINEAR, level_payment, month_rate
from kg.calculating.model import (
    Calculator,
    Figure,
    Figures,
    Line,
    MissingFigure,
    Term,
    count,
    exact,
    money,
    result,
    share,
    whole_months,
)

AMOUNT, TERM, RATE, METHOD = "金额", "期限", "利率", "还款方式"
PAID, EARLY, FEE = "已还款时间", "提前还款金额", "违约金比例"


@dataclass(frozen=True, slots=True)
class _Loan:
    """A loan after some instalments: balance, month's rate, months left, and the plan that goes on."""

    balance: Decimal
    rate: Decimal
    left: int
    level: bool
    instalment: Decimal
    """The equal instalment, or the equal part of principal."""

    def interest(self, balance: Decimal, months: int) -> Decimal:
        """Interest still to come when `balance` is paid back in `months`."""
        if self.level:
            return level_payment(balance, self.rate, months) * months - balance
        return balance * self.rate * (months + 1) / 2

    def months_for(self, balance: Decimal) -> int:
        """Months in which the unchanged instalment pays `balance` back, the last one smaller."""
        if not self.level or self.rate == 0:
            return int((balance / self.instalment).to_integral_value(ROUND_CEILING))
        left = -(1 - balance * self.rate / self.instalment).ln() / (1 + self.rate).ln()
        return int(left.to_integral_value(ROUND_CEILING))

    def interest_in(self, balance: Decimal) -> Decimal:
        """Interest when the instalment stays and the term shrinks, month by month."""
        paid = Decimal(0)
        for _ in range(self.months_for(balance)):
            due = balance * self.rate
            paid += due
            balance -= min(balance, self.instalment - due if self.level else self.instalment)
        return paid


def _after(figures: Figures) -> _Loan:
    amount, months, rate = figures[AMOUNT].number, whole_months(figures[TERM]), month_rate(figures[RATE])
    paid = whole_months(figures[PAID])
    if paid >= months:
        raise MissingFigure(PAID)
    left = months - paid
    if figures.word(METHOD) == LINEAR:
        part = amount / months
        return _Loan(amount - part * paid, rate, left, False, part)
    each = level_payment(amount, rate, months)
    balance = amount * (1 + rate) ** paid - (each * ((1 + rate) ** paid - 1) / rate if rate else each * paid)
    return _Loan(balance, rate, left, True, each)


def _early(figures: Figures) -> tuple[Line, ...]:
    loan = _after(figures)
    rest = money(loan.balance)
    standing = Line("剩余本金", rest, (figures[AMOUNT], "按", figures[RATE], "还", figures[PAID], "之后"))
    early = figures.get(EARLY)
    if early is None or early.number >= loan.balance:
        return (standing, *_in_full(loan, rest.number or Decimal(0), figures))
    return (standing, *_in_part(loan, early, figures))


def _in_full(loan: _Loan, balance: Decimal, figures: Figures) -> tuple[Line, ...]:
    saved = money(loan.interest(loan.balance, loan.left))
    fee = _fee(result("剩余本金", money(balance)), figures)
    return (Line("节省利息", saved, ("剩余", Figure("", Decimal(loan.left), str(loan.left)), "期不再产生的利息")), *fee)


def _in_part(loan: _Loan, early: Figure, figures: Figures) -> tuple[Line, ...]:
    before, rest = loan.interest(loan.balance, loan.left), loan.balance - early.number
    lower = before - loan.interest(rest, loan.left)
    shorter = before - loan.interest_in(rest)
    after: tuple[Term, ...] = ("提前还", early, "后，期限不变")
    lines = [Line("节省利息（减少月供）", money(lower), after)]
    if loan.level:
        each = money(level_payment(rest, loan.rate, loan.left))
        lines.insert(0, Line("减少月供后的月供", each, after))
    months = count(loan.months_for(rest), "个月")
    same: tuple[Term, ...] = ("提前还", early, "后，月供不变")
    lines += [Line("缩短期限后还需", months, same), Line("节省利息（缩短期限）", money(shorter), same)]
    return (*lines, *_fee(early, figures))


def _fee(base: Figure, figures: Figures) -> tuple[Line, ...]:
    fee = figures.get(FEE)
    return (Line("提前还款违约金", money(base.number * share(fee)), (base, " × ", fee)),) if fee is not None else ()


def _fee_alone(figures: Figures) -> tuple[Line, ...]:
    """The fee on what is paid back early, the whole amount where no part is named."""
    fee, base = figures[FEE], figures.get(EARLY) or figures[AMOUNT]
    return (Line("提前还款违约金", money(base.number * share(fee)), (base, " × ", fee)),)


PREPAYMENT = (
    Calculator("提前还款", (AMOUNT, TERM, PAID), RATE, exact(_early), (METHOD, FEE, EARLY), (LEVEL, LINEAR)),
    Calculator("提前还款违约金", (EARLY, PAID), FEE, exact(_fee_alone)),
)
