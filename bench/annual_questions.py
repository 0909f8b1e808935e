"""Eighty-odd questions on made-up annual reports, with what a right answer says; worked out from the sheets."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum

from bench.annual import FIGURES, YEARS, Company

TODAY = date(2022, 5, 20)
"""The day on which all are asked: 去年 is the last year reported on."""
LAST = YEARS[-1]
_UNITS = {f.name: f.unit for f in FIGURES}


@dataclass(frozen=True, slots=True)
class Question:
    """`said` must stand in the reply and `unsaid` must not; a `refused` one is not to be answered at all."""

    kind: str
    text: str
    said: tuple[str, ...] = ()
    unsaid: tuple[str, ...] = ()
    refused: bool = False


@dataclass(frozen=True, slots=True)
class _Pool:
    """The companies, and a way to draw those whose reports have what a question needs."""

    every: Sequence[Company]
    dice: random.Random

    def one(self, *needed: tuple[str, int]) -> Company:
        """A company whose sheet has all of these."""
        return self.dice.choice([c for c in self._some() if all(n in c.sheet for n in needed)])

    def two(self, *needed: tuple[str, int]) -> tuple[Company, Company]:
        """Two of them."""
        first, second = self.dice.sample([c for c in self._some() if all(n in c.sheet for n in needed)], 2)
        return first, second

    def lacking(self, *missing: tuple[str, int]) -> Company:
        """A company whose report leaves out the first and has the others."""
        return next(c for c in self.every if missing[0] not in c.sheet and all(m in c.sheet for m in missing[1:]))

    def _some(self) -> Sequence[Company]:
        return self.every[:400]


def questions(every: Sequence[Company], seed: int = 7) -> list[Question]:
    """All of them, about companies drawn by the seed."""
    pool = _Pool(every, random.Random(seed))
    makers = (_single, _several, _growth, _ratio, _over_years, _which_year, _compared, _superlative, _filtered, _texts)
    return [q for make in (*makers, _unanswerable) for q in make(pool)]


_SINGLE = (
    ("{full}2021年净利润是多少", "净利润", 2021),
    ("{short}2020年的营业收入", "营业收入", 2020),
    ("{short}21年研发费用多少", "研发费用", 2021),
    ("{short}去年的资产总计是多少", "资产总计", 2021),
    ("请问{full}在2019年的货币资金是多少元？", "货币资金", 2019),
    ("2018年{full}的存货是多少", "存货", 2018),
    ("{short}二零二零年每股收益多少", "每股收益", 2020),
    ("{short}2020年度归属于母公司股东的净利润", "归属于母公司股东的净利润", 2020),
    ("{full}2019年年报里的员工人数是多少", "员工人数", 2019),
    ("{short}2021年末应收账款余额多少", "应收账款", 2021),
    ("我想知道{short}2017年加权平均净资产收益率", "加权平均净资产收益率", 2017),
    ("{short}2021年前五大客户销售占比是多少", "前五大客户销售占比", 2021),
    ("{short}前年的销售费用", "销售费用", 2020),
    ("{short}2021年归母净利润是多少", "归属于母公司股东的净利润", 2021),
    ("{short}2019年扣非净利润", "扣除非经常性损益的净利润", 2019),
    ("{short}2021年花了多少钱搞研发", "研发费用", 2021),
)


def _single(pool: _Pool) -> Iterator[Question]:
    for text, item, year in _SINGLE:
        company = pool.one(*((item, y) for y in YEARS))
        others = tuple(company.sheet[item, y] for y in YEARS if y != year)
        yield Question("single", _named(text, company), (company.sheet[item, year],), others)


_SEVERAL = (
    ("{short}2019到2021年研发费用分别是多少", "研发费用", (2019, 2020, 2021)),
    ("{short}2019年和2021年的净利润分别是多少", "净利润", (2019, 2021)),
    ("{short}近三年的营业利润是多少", "营业利润", (2019, 2020, 2021)),
    ("{short}2018-2020年的商誉", "商誉", (2018, 2019, 2020)),
)


def _several(pool: _Pool) -> Iterator[Question]:
    for text, item, years in _SEVERAL:
        company = pool.one(*((item, y) for y in YEARS))
        said = tuple(company.sheet[item, y] for y in years)
        others = tuple(company.sheet[item, y] for y in YEARS if y not in years)
        yield Question("several", _named(text, company), said, others)
    company = pool.one(("营业收入", 2020), ("净利润", 2020))
    said = (company.sheet["营业收入", 2020], company.sheet["净利润", 2020])
    yield Question("several", f"{company.short}2020年营业收入和净利润各是多少", said)


_GROWTH = (
    ("{short}2021年营业收入同比增长多少", "营业收入", 2020, 2021),
    ("{full}2020年研发费用增长率是多少", "研发费用", 2019, 2020),
    ("{short}2021年研发费用比2020年增加了百分之几", "研发费用", 2020, 2021),
    ("{short}2021年的资产总计比上年增长了百分之多少", "资产总计", 2020, 2021),
    ("{short}2019到2021年营业收入增长了多少", "营业收入", 2019, 2021),
    ("{short}2020年营收增速是多少", "营业收入", 2019, 2020),
    ("{short}2021年员工人数同比变化多少", "员工人数", 2020, 2021),
)


def _growth(pool: _Pool) -> Iterator[Question]:
    for text, item, before, after in _GROWTH:
        company = pool.one((item, before), (item, after))
        yield Question("growth", _named(text, company), (_percent(_grown(company, item, before, after)),))


_RATIOS = (
    ("{short}2021年资产负债率是多少", "负债合计", "资产总计", 2021, True),
    ("{short}2020年研发费用占营业收入的比例", "研发费用", "营业收入", 2020, True),
    ("{short}2021年净利率是多少", "净利润", "营业收入", 2021, True),
    ("{full}2021年研发人员数量占员工人数的比例是多少", "研发人员数量", "员工人数", 2021, True),
    ("{short}2021年流动比率", "流动资产合计", "流动负债合计", 2021, False),
    ("{short}2020年销售费用占营业收入多少", "销售费用", "营业收入", 2020, True),
    ("{short}2021年净利润除以营业收入是多少", "净利润", "营业收入", 2021, True),
    ("{short}2019年硕士人数占员工总数的比重", "硕士人数", "员工人数", 2019, True),
)


def _ratio(pool: _Pool) -> Iterator[Question]:
    for text, part, whole, year, percent in _RATIOS:
        company = pool.one((part, year), (whole, year))
        quotient = _figure(company, part, year) / _figure(company, whole, year)
        yield Question("ratio", _named(text, company), (_percent(quotient) if percent else _rounded(quotient),))
    company = pool.one(("营业收入", 2019), ("营业成本", 2019))
    sales, costs = _figure(company, "营业收入", 2019), _figure(company, "营业成本", 2019)
    yield Question("ratio", f"{company.short}2019年毛利率", (_percent((sales - costs) / sales),))


_OVER_YEARS = (
    ("{short}2019到2021年净利润合计多少", "净利润", (2019, 2020, 2021), False),
    ("{short}2019-2021年平均研发费用是多少", "研发费用", (2019, 2020, 2021), True),
    ("{short}近三年营业收入总和", "营业收入", (2019, 2020, 2021), False),
    ("{short}2017年至2021年营业利润的平均值", "营业利润", YEARS, True),
)


def _over_years(pool: _Pool) -> Iterator[Question]:
    for text, item, years, mean in _OVER_YEARS:
        company = pool.one(*((item, y) for y in years))
        whole = sum((_figure(company, item, y) for y in years), Decimal(0))
        yield Question("over years", _named(text, company), (_rounded(whole / len(years) if mean else whole),))


_WHICH_YEAR = (
    ("{short}哪一年净利润最高", "净利润", True),
    ("{short}哪年营业收入最低", "营业收入", False),
    ("{short}2017到2021年研发费用最高的是哪一年", "研发费用", True),
    ("{short}货币资金最多的年份", "货币资金", True),
    ("{short}员工人数最多的是哪年", "员工人数", True),
)


def _which_year(pool: _Pool) -> Iterator[Question]:
    for text, item, most in _WHICH_YEAR:
        company = pool.one(*((item, y) for y in YEARS))
        best = (max if most else min)(YEARS, key=lambda y, c=company, i=item: _figure(c, i, y))  # type: ignore[misc]
        others = tuple(str(y) for y in YEARS if y != best and str(y) not in text)
        yield Question("which year", _named(text, company), (str(best), company.sheet[item, best]), others)


_COMPARED = (
    ("{a}和{b}2021年谁的净利润高", "净利润", 2021),
    ("2021年{a}和{b}哪家公司研发费用多", "研发费用", 2021),
    ("对比一下{a}与{b}2019年的资产总计", "资产总计", 2019),
    ("{a}、{b}2020年的净利润分别是多少", "净利润", 2020),
    ("{a}2020年营业收入比{b}高吗", "营业收入", 2020),
)


def _compared(pool: _Pool) -> Iterator[Question]:
    for text, item, year in _COMPARED:
        one, other = pool.two((item, year), *((item, y) for y in YEARS))
        said = (one.sheet[item, year], other.sheet[item, year])
        others = tuple(one.sheet[item, y] for y in YEARS if y != year)
        yield Question("compared", text.format(a=one.short, b=other.short), said, others)
    one, other = pool.two(("营业收入", 2021))
    difference = abs(_figure(one, "营业收入", 2021) - _figure(other, "营业收入", 2021))
    yield Question("compared", f"{one.short}和{other.short}2021年营业收入相差多少", (_rounded(difference),))


_SUPERLATIVE = (
    ("2021年净利润最高的公司是哪家", "净利润", 2021, True, 1),
    ("2020年研发费用最高的三家公司", "研发费用", 2020, True, 3),
    ("2019年营业收入最低的公司是哪一家", "营业收入", 2019, False, 1),
    ("2021年员工人数最多的前5家公司", "员工人数", 2021, True, 5),
    ("哪家公司2018年的货币资金最多", "货币资金", 2018, True, 1),
)


def _superlative(pool: _Pool) -> Iterator[Question]:
    for text, item, year, most, count in _SUPERLATIVE:
        ranked = _ranked(pool, item, year, most)
        said = tuple(word for c in ranked[:count] for word in (c.short, c.sheet[item, year]))
        yield Question("superlative", text, said, (ranked[count].short,))


_FILTERED = (
    ("2021年净利润超过{n}亿的公司有哪些", "净利润", 2021, True, 4),
    ("2020年营业收入低于{n}亿元的公司有哪些", "营业收入", 2020, False, 3),
    ("2019年研发费用超过{n}亿元的公司有几家", "研发费用", 2019, True, 6),
    ("2021年货币资金在{n}亿以上的公司有多少家", "货币资金", 2021, True, 5),
)


def _filtered(pool: _Pool) -> Iterator[Question]:
    for text, item, year, above, count in _FILTERED:
        ranked = _ranked(pool, item, year, above)
        inside, outside = (_figure(ranked[i], item, year) for i in (count - 1, count))
        limit = ((inside + outside) / 2 / 10**8).quantize(Decimal("0.0001"))
        said = tuple(c.short for c in ranked[:count]) if "哪些" in text else (str(count),)
        yield Question("filter", text.format(n=limit.normalize()), said, (ranked[count].short,))


_TEXTS = (
    ("{short}2021年的主营业务是什么", "主营业务", 2021),
    ("{short}2020年的审计机构是哪家", "审计机构", 2020),
    ("{short}2019年董事长是谁", "董事长", 2019),
    ("{short}2021年分红方案", "分红方案", 2021),
    ("{full}2018年的法定代表人是谁", "法定代表人", 2018),
    ("{short}的注册地址在哪里", "注册地址", 0),
    ("{short}的电子信箱是什么", "电子信箱", 0),
    ("{full}的官网是多少", "公司网址", 0),
)


def _texts(pool: _Pool) -> Iterator[Question]:
    for text, item, year in _TEXTS:
        company = pool.one((item, year)) if year else pool.one()
        yield Question("text", _named(text, company), (company.sheet[item, year] if year else company.standing[item],))


_OUTSIDE = (
    ("{short}2015年净利润是多少", "2015"),
    ("{full}2023年的营业收入", "2023"),
    ("{short}2014到2016年净利润合计多少", "2014"),
    ("{short}2017年净利润同比增长多少", "2016"),
    ("{short}2021年市盈率是多少", "市盈率"),
    ("{short}2021年专利数量有多少", "专利数量"),
    ("{short}2020年碳排放量", "碳排放量"),
    ("{short}2021年博士人数", "博士人数"),
    ("{short}2021年其他应付款是多少", "其他应付款"),
    ("{short}2021年存货周转率", "存货周转率"),
    ("{short}2021年广告费占营业收入的比例", "广告费"),
    ("{short}的副总经理是谁", "副总经理"),
)


def _unanswerable(pool: _Pool) -> Iterator[Question]:
    for text, missing in _OUTSIDE:
        yield Question("unanswerable", _named(text, pool.one(("净利润", 2017))), (missing,), refused=True)
    for text, said in (
        ("翠微石化股份有限公司2021年净利润是多少", "翠微石化"),
        ("琅琊电子2020年营业收入多少", "琅琊电子"),
        ("2015年净利润最高的公司是哪家", "2015"),
    ):
        yield Question("unanswerable", text, (said,), refused=True)
    for text, *lacked in (
        ("{short}2021年净利率是多少", ("净利润", 2021), ("营业收入", 2021)),
        ("{short}2020年研发费用是多少", ("研发费用", 2020)),
        ("{short}2020年营业收入同比增长多少", ("营业收入", 2020), ("营业收入", 2019)),
        ("{short}2021年资产负债率", ("负债合计", 2021), ("资产总计", 2021)),
    ):
        company = pool.lacking(*lacked)
        yield Question("unanswerable", _named(text, company), (lacked[0][0],), refused=True)


class Mark(StrEnum):
    """What becomes of a question."""

    RIGHT = "right"
    WRONG = "wrong"
    REFUSED = "refused"
    UNSAID = "refused, but what is missing is not said"


def mark(question: Question, reply: str, *, answered: bool) -> Mark:
    """The mark of a reply in plain text; figures may have thousands separators."""
    plain = reply.replace(",", "")
    said = all(words in plain for words in question.said)
    if question.refused:
        return Mark.WRONG if answered else Mark.RIGHT if said else Mark.UNSAID
    if not answered:
        return Mark.REFUSED
    return Mark.RIGHT if said and not any(words in plain for words in question.unsaid) else Mark.WRONG


def _named(text: str, company: Company) -> str:
    return text.format(full=company.name, short=company.short)


def _figure(company: Company, item: str, year: int) -> Decimal:
    figure = company.figure(item, year)
    assert figure is not None, (company.name, item, year)
    return figure


def _grown(company: Company, item: str, before: int, after: int) -> Decimal:
    """Growth as a share of the absolute earlier figure."""
    old, new = _figure(company, item, before), _figure(company, item, after)
    return (new - old) / abs(old)


def _ranked(pool: _Pool, item: str, year: int, most: bool) -> list[Company]:
    having = [c for c in pool.every if (item, year) in c.sheet]
    key: Callable[[Company], Decimal] = lambda c: _figure(c, item, year)  # noqa: E731
    return sorted(having, key=key, reverse=most)


def _rounded(number: Decimal) -> str:
    return f"{number.quantize(Decimal('0.01'), ROUND_HALF_UP):f}"


def _percent(quotient: Decimal) -> str:
    return f"{_rounded(quotient * 100)}%"
