"""Calculators against independent references: schedules month by month, and what must hold for all inputs."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal, localcontext

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.calculating import CALCULATORS, Figure, Figures, MissingFigure
from kg.calculating.cards import monthly_irr

CENT = Decimal("0.01")
amounts = st.integers(min_value=1_000, max_value=10_000_000).map(Decimal)
rates = st.integers(min_value=1, max_value=2_400).map(lambda n: Decimal(n) / 100)
terms = st.integers(min_value=2, max_value=360)


def figures(words: str = "", **given_: Decimal | int | str) -> Figures:
    """Figures by name; a term is given in months, money as a number."""
    found = {}
    for name, amount in given_.items():
        number = Decimal(amount)
        months = int(number) if name in ("期限", "已还款时间") else None
        found[name] = Figure(name, number, str(amount), months=months, unit="元" if "金额" in name else "")
    return Figures(found, {"还款方式": words} if words else {})


def lines(calculator: str, bound: Figures) -> dict[str, Decimal]:
    return {line.name: line.value.number or Decimal(0) for line in CALCULATORS[calculator].work(bound)}


def schedule(principal: Decimal, rate: Decimal, months: int, payment: Decimal) -> tuple[Decimal, Decimal]:
    """(balance, interest paid) after `months` payments of `payment`, worked out month by month."""
    balance, interest = principal, Decimal(0)
    for _ in range(months):
        due = balance * rate / 1200
        interest += due
        balance += due - payment
    return balance, interest


@pytest.mark.parametrize(
    ("calculator", "bound", "expected"),
    [
        ("定期利息", figures(金额=100_000, 利率="1.25", 期限=36), {"利息": "3750.00", "到期本息合计": "103750.00"}),
        ("定期利息", figures(金额=50_000, 利率="0.65", 期限=3), {"利息": "81.25"}),
        ("按日利息", figures(金额=100_000, 利率="0.05", 天数=365, 计息天数=360), {"利息": "50.69"}),
        ("按日利息", figures(金额=50_000, 利率="0.30", 天数=30, 计息天数=360), {"利息": "12.50"}),
        ("零存整取利息", figures(每月存入=1_000, 利率="0.65", 期限=12), {"存入合计": "12000.00", "利息": "42.25"}),
        ("按月付息", figures(金额=200_000, 利率="1.50", 期限=36), {"每月利息": "250.00", "利息": "9000.00"}),
        ("申购费", figures(金额=100_000, 费率="1.5"), {"净申购金额": "98522.17", "申购费": "1477.83"}),
        ("申购费", figures(金额=5_000_000, 固定费用=500), {"申购费": "500.00", "净申购金额": "4999500.00"}),
        ("赎回费", figures(金额=100_000, 费率="0.5"), {"赎回费": "500.00", "到手金额": "99500.00"}),
        ("取现手续费", figures(金额=500, 费率=1, 最低收费=10), {"手续费": "10.00"}),
        ("转账手续费", figures(金额=80_000, 费率="0.03", 最高收费=50), {"手续费": "24.00"}),
        ("转账手续费", figures(金额=900_000, 费率="0.03", 最高收费=50), {"手续费": "50.00"}),
        ("最低还款", figures(金额=8_000, 费率=10), {"最低还款额": "800.00"}),
        ("逾期违约金", figures(最低还款未还金额=100, 费率=5, 最低收费=10), {"违约金": "10.00"}),
        ("逾期违约金", figures(最低还款未还金额=500, 费率=5, 最低收费=10), {"违约金": "25.00"}),
        ("透支利息", figures(金额=10_000, 费率="0.05", 期限=30), {"利息": "150.00"}),
        ("分期费用", figures(金额=12_000, 费率="0.70", 期数=12), {"每期还款": "1084.00", "总手续费": "1008.00"}),
        ("贷款还款", figures("等额本息", 金额=1_000_000, 利率="3.2", 期限=360), {"月供": "4324.67"}),
        (
            "贷款还款",
            figures("先息后本", 金额=100_000, 利率="3.6", 期限=12),
            {"每月利息": "300.00", "总利息": "3600.00"},
        ),
        (
            "贷款还款",
            figures("等额本金", 金额=1_000_000, 利率="3.5", 期限=360),
            {"首月月供": "5694.44", "每月递减": "8.10", "总利息": "526458.33"},
        ),
        (
            "逾期利息",
            figures(金额=10_000, 利率="3.6", 加收比例=50, 逾期天数=10, 计息天数=360),
            {"逾期利息": "15.00"},
        ),
    ],
)
def test_figures_of_the_books(calculator: str, bound: Figures, expected: dict[str, str]) -> None:
    got = lines(calculator, bound)
    assert {name: got[name] for name in expected} == {name: Decimal(text) for name, text in expected.items()}


@given(amounts, rates, terms)
def test_equal_instalments_pay_the_loan_off_in_a_schedule(amount: Decimal, rate: Decimal, months: int) -> None:
    got = lines("贷款还款", figures("等额本息", 金额=amount, 利率=rate, 期限=months))
    with localcontext() as context:
        context.prec = 40
        balance, interest = schedule(amount, rate, months, (amount + got["总利息"]) / months)
    assert abs(balance) <= CENT * 2 * (1 + rate / 1200) ** months
    assert abs(interest - got["总利息"]) <= CENT * 2 * (1 + rate / 1200) ** months
    assert got["还款总额"] == amount + got["总利息"]


@given(amounts, rates, terms)
def test_equal_principal_is_the_sum_of_its_months(amount: Decimal, rate: Decimal, months: int) -> None:
    got = lines("贷款还款", figures("等额本金", 金额=amount, 利率=rate, 期限=months))
    part = amount / months
    interest = sum(((amount - part * n) * rate / 1200 for n in range(months)), Decimal(0))
    assert abs(interest - got["总利息"]) <= CENT
    assert got["首月月供"] >= got["末月月供"]


@given(amounts, rates, terms)
def test_equal_principal_never_costs_more_than_equal_instalments(amount: Decimal, rate: Decimal, months: int) -> None:
    level = lines("贷款还款", figures("等额本息", 金额=amount, 利率=rate, 期限=months))
    linear = lines("贷款还款", figures("等额本金", 金额=amount, 利率=rate, 期限=months))
    assert linear["总利息"] <= level["总利息"]


@settings(max_examples=60)
@given(amounts, rates, st.integers(min_value=24, max_value=360), st.data())
def test_early_repayment_against_two_schedules(
    amount: Decimal, rate: Decimal, months: int, data: st.DataObject
) -> None:
    paid = data.draw(st.integers(min_value=1, max_value=months - 2))
    early = (amount / data.draw(st.integers(min_value=20, max_value=100))).quantize(CENT)
    bound = figures("等额本息", 金额=amount, 利率=rate, 期限=months, 已还款时间=paid, 提前还款金额=early, 违约金比例=1)
    got = lines("提前还款", bound)
    with localcontext() as context:
        context.prec = 40
        month = rate / 1200
        payment = amount * month * (1 + month) ** months / ((1 + month) ** months - 1)
        balance, interest = schedule(amount, rate, paid, payment)
        rest_interest = payment * months - amount - interest
    assert abs(balance - got["剩余本金"]) <= CENT
    if early >= balance:
        assert abs(rest_interest - got["节省利息"]) <= CENT
        return
    assert 0 <= got["节省利息（减少月供）"] <= got["节省利息（缩短期限）"] <= rest_interest + CENT
    assert got["提前还款违约金"] == (early / 100).quantize(CENT, ROUND_HALF_UP)
    left, paid_since = balance - early, Decimal(0)
    count = 0
    while left > Decimal("1e-20"):
        due = left * rate / 1200
        paid_since += due
        left -= min(left, payment - due)
        count += 1
    assert got["缩短期限后还需"] == count
    assert abs(rest_interest - paid_since - got["节省利息（缩短期限）"]) <= CENT


@given(amounts, rates)
def test_a_subscription_fee_and_the_net_amount_make_the_whole(amount: Decimal, rate: Decimal) -> None:
    got = lines("申购费", figures(金额=amount, 费率=rate))
    assert got["申购费"] + got["净申购金额"] == amount
    assert abs(got["净申购金额"] * rate / 100 - got["申购费"]) <= CENT


@given(amounts, st.integers(min_value=1, max_value=300).map(lambda n: Decimal(n) / 100), st.integers(2, 60))
def test_the_yearly_rate_of_an_instalment_plan_discounts_it_to_the_amount(
    amount: Decimal, rate: Decimal, periods: int
) -> None:
    payment = amount / periods + amount * rate / 100
    month = monthly_irr(payment, periods, amount)
    worth = sum((payment / (1 + month) ** n for n in range(1, periods + 1)), Decimal(0))
    assert abs(worth - amount) < CENT


def test_a_plan_without_fee_costs_nothing() -> None:
    got = lines("分期费用", figures(金额=1_200, 费率=0, 期数=12))
    assert got["总手续费"] == got["折合年化（复利）"] == 0


def test_a_loan_without_interest_is_its_amount() -> None:
    got = lines("贷款还款", figures("等额本息", 金额=12_000, 利率=0, 期限=12))
    assert got["月供"] == 1_000 and got["总利息"] == 0


@pytest.mark.parametrize("name", sorted(CALCULATORS))
def test_what_is_missing_is_named(name: str) -> None:
    with pytest.raises(MissingFigure):
        CALCULATORS[name].work(Figures({}, {}))


def test_a_benchmark_gives_a_range() -> None:
    rate = Figure("业绩比较基准", Decimal("1.9"), "1.90%-2.40%", Decimal("2.4"))
    bound = figures(金额=100_000, 期限=3).with_figure(Figure("利率", rate.number, rate.text, rate.number_to))
    (line,) = CALCULATORS["收益测算"].work(bound)
    assert line.value.text == "475.00元-600.00元"
