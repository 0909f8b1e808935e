"""Made-up annual reports: companies × years × items as other people's tools write them, without an ontology.

Every company is invented, and its sheet comes from a seed and its number alone, so that the expected answer to a
question can be worked out without the file.
"""

from __future__ import annotations

import csv
import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from pathlib import Path

SEED = 20261124
YEARS = (2017, 2018, 2019, 2020, 2021)
LACKING_EVERY = 16
"""One line in so many is left out, another one in each report."""
_HEADS = "恒瑞嘉泰盛昌鸿福安宁华茂隆丰佳美永和顺达云海新远正澜霁岚朗骏翊"
_TAILS = "科创辰宇雅锦帆桥湖山川屿松鹭枫泉石岳溪澈衡榆禾"
_TRADES = ("电气", "食品", "药业", "新材", "软件", "机械", "纺织", "环保", "物流", "光电", "化工", "能源")
_PLACES = ("沧澜", "云溪", "白石", "临渊", "青屿", "望海")
_SURNAMES, _GIVEN = "葛陶虞岑柏宁邵阮霍庄简闵", "长风望舒知秋一鸣星河满砚卓然清越"
_AUDITORS = ("衡石会计师事务所", "明鉴会计师事务所", "天秤会计师事务所", "正音会计师事务所")
_PLANS = ("每10股派发现金红利{}元（含税）", "每10股转增{}股")


@dataclass(frozen=True, slots=True)
class Item:
    """One line of a report: its name, the unit its figures are in, and the range they come from."""

    name: str
    unit: str
    low: int
    high: int
    places: int = 2


FIGURES = (
    Item("营业收入", "元", 50_000_000, 9_000_000_000),
    Item("营业成本", "元", 30_000_000, 6_000_000_000),
    Item("净利润", "元", -300_000_000, 2_500_000_000),
    Item("归属于母公司股东的净利润", "元", -300_000_000, 2_400_000_000),
    Item("扣除非经常性损益的净利润", "元", -300_000_000, 2_300_000_000),
    Item("营业利润", "元", -300_000_000, 2_900_000_000),
    Item("利润总额", "元", -300_000_000, 3_000_000_000),
    Item("所得税费用", "元", 100_000, 400_000_000),
    Item("研发费用", "元", 1_000_000, 600_000_000),
    Item("销售费用", "元", 1_000_000, 700_000_000),
    Item("管理费用", "元", 1_000_000, 500_000_000),
    Item("财务费用", "元", -20_000_000, 200_000_000),
    Item("资产总计", "元", 900_000_000, 20_000_000_000),
    Item("负债合计", "元", 100_000_000, 800_000_000),
    Item("所有者权益合计", "元", 200_000_000, 12_000_000_000),
    Item("流动资产合计", "元", 100_000_000, 9_000_000_000),
    Item("流动负债合计", "元", 100_000_000, 700_000_000),
    Item("货币资金", "元", 10_000_000, 3_000_000_000),
    Item("应收账款", "元", 10_000_000, 2_000_000_000),
    Item("存货", "元", 10_000_000, 2_000_000_000),
    Item("固定资产", "元", 10_000_000, 5_000_000_000),
    Item("无形资产", "元", 1_000_000, 900_000_000),
    Item("商誉", "元", 1_000_000, 900_000_000),
    Item("短期借款", "元", 1_000_000, 900_000_000),
    Item("经营活动产生的现金流量净额", "元", -500_000_000, 3_000_000_000),
    Item("投资活动产生的现金流量净额", "元", -900_000_000, 900_000_000),
    Item("每股收益", "元", -100, 500),
    Item("加权平均净资产收益率", "%", -20, 45),
    Item("前五大客户销售占比", "%", 5, 80),
    Item("员工人数", "人", 120, 40_000, 0),
    Item("研发人员数量", "人", 10, 100, 0),
    Item("硕士人数", "人", 5, 100, 0),
)
BUSINESS, PLAN, CHAIRMAN, AUDITOR = "主营业务", "分红方案", "董事长", "审计机构"
TEXTS = (BUSINESS, PLAN, CHAIRMAN, AUDITOR, "法定代表人", "股东人数说明")
"""What a report says in words, once a year."""
STANDING = ("注册地址", "公司网址", "电子信箱")
"""What is said of a company and not of a year."""


@dataclass(frozen=True)
class Company:
    """One invented company; its sheet follows from its number."""

    number: int
    short: str
    trade: str

    @property
    def name(self) -> str:
        """The full name, with its legal form."""
        return f"{self.short}股份有限公司"

    @cached_property
    def sheet(self) -> Mapping[tuple[str, int], str]:
        """Text by (item, year); what a report leaves out is not there."""
        dice = random.Random(SEED * 1_000_003 + self.number)
        return {
            (name, year): text
            for year in YEARS
            for place, (name, text) in enumerate((*_figures(dice), *_texts(self, dice)))
            if (place + 5 * self.number + 3 * year) % LACKING_EVERY
        }

    @cached_property
    def standing(self) -> Mapping[str, str]:
        """What holds in every year."""
        mail = f"{self.number:05d}"
        place = _PLACES[self.number % len(_PLACES)]
        return {
            "注册地址": f"{place}市松涛区{self.short[:2]}路{self.number % 300 + 1}号",
            "公司网址": f"www.c{mail}.example",
            "电子信箱": f"ir@c{mail}.example",
        }

    def figure(self, item: str, year: int) -> Decimal | None:
        """The bare figure, None where the report leaves it out."""
        text = self.sheet.get((item, year))
        return None if text is None else Decimal(text.rstrip("元%人"))


def _figures(dice: random.Random) -> Iterator[tuple[str, str]]:
    for item in FIGURES:
        scale = 10**item.places
        small = item.high <= 1000 and item.unit == "元"
        number = Decimal(dice.randint(item.low * (1 if small else scale), item.high * (1 if small else scale)))
        number = number / (100 if small else scale)
        yield item.name, f"{number:.{item.places}f}{item.unit}"


def _texts(company: Company, dice: random.Random) -> Iterator[tuple[str, str]]:
    person = dice.choice(_SURNAMES) + dice.choice(_GIVEN) + dice.choice(_GIVEN)
    yield (
        BUSINESS,
        (
            f"公司主要从事{company.trade}产品的研发、生产与销售，产品用于{dice.choice(('工业', '民生', '出口'))}领域，"
            f"采取{dice.choice(('以销定产', '直销为主', '经销为主'))}的经营模式，报告期内主营业务未发生重大变化。"
        ),
    )
    yield PLAN, dice.choice(_PLANS).format(dice.randint(1, 9))
    yield CHAIRMAN, person
    yield AUDITOR, dice.choice(_AUDITORS)
    yield "法定代表人", person
    yield "股东人数说明", f"报告期末普通股股东总数为{dice.randint(3000, 90000)}户。"


def companies(count: int) -> list[Company]:
    """The first `count` invented companies; no short name begins another."""
    dice = random.Random(SEED)
    found: dict[str, str] = {}
    while len(found) < count:
        trade = dice.choice(_TRADES)
        found.setdefault(dice.choice(_HEADS) + dice.choice(_TAILS) + dice.choice(_TAILS) + trade, trade)
    return [Company(i, short, trade) for i, (short, trade) in enumerate(found.items())]


def for_facts(facts: int) -> list[Company]:
    """So many companies that their reports hold about `facts` facts."""
    per_company = (len(FIGURES) + len(TEXTS)) * len(YEARS) * (1 - 1 / LACKING_EVERY) + len(STANDING)
    return companies(max(10, round(facts / per_company)))


Rows = Iterator[Sequence[str]]


def _told(every: Sequence[Company]) -> Iterator[tuple[str, str, int | None, str]]:
    """(company, item, year, text) of all reports; what stands for every year has none."""
    for company in every:
        for (item, year), text in company.sheet.items():
            yield company.name, item, year, text
        for item, text in company.standing.items():
            yield company.name, item, None, text


def by_qualifier(every: Sequence[Company]) -> Rows:
    """Triples with the year as qualifier."""
    yield "主语", "谓语", "宾语", "主语类型", "限定"
    for name, item, year, text in _told(every):
        yield name, item, text, "上市公司", f"年度={year}年" if year else ""


def by_report_date(every: Sequence[Company]) -> Rows:
    """Triples whose qualifier is the last day of the period reported on."""
    yield "subject", "predicate", "object", "subject_type", "qualifiers"
    for name, item, year, text in _told(every):
        yield name, item, text, "公司", f"报告期={year}-12-31" if year else ""


def by_predicate(every: Sequence[Company]) -> Rows:
    """Triples whose predicate begins with the year: 2021年净利润."""
    yield "头实体", "关系", "尾实体", "主语类型"
    for name, item, year, text in _told(every):
        yield name, f"{year}年{item}" if year else item, text, "公司"


def by_validity(every: Sequence[Company]) -> Rows:
    """Triples that hold from the first to the last day of the year."""
    yield "subject", "predicate", "object", "subject_type", "valid_from", "valid_to"
    for name, item, year, text in _told(every):
        yield name, item, text, "公司", f"{year}-01-01" if year else "", f"{year}-12-31" if year else ""


def long_table(every: Sequence[Company]) -> Rows:
    """One line a figure, as spreadsheets keep them: company, year, item, number, unit."""
    units = {figure.name: figure.unit for figure in FIGURES}
    yield "公司", "年份", "指标", "数值", "单位"
    for name, item, year, text in _told(every):
        unit = units.get(item, "") if year else ""
        yield name, str(year or ""), item, text.removesuffix(unit), unit


def wide_table(every: Sequence[Company]) -> Rows:
    """One line a company and year, one column an item."""
    items = (*(f.name for f in FIGURES), *TEXTS, *STANDING)
    yield "公司名称", "年度", *items
    for company in every:
        for year in YEARS:
            cells = (company.sheet.get((i, year)) or company.standing.get(i, "") for i in items)
            yield company.name, str(year), *cells


SHAPES: Mapping[str, Callable[[Sequence[Company]], Rows]] = {
    "qualifier": by_qualifier,
    "report_date": by_report_date,
    "predicate": by_predicate,
    "validity": by_validity,
    "long": long_table,
    "wide": wide_table,
}


def write(path: Path, shape: str, every: Sequence[Company]) -> None:
    """The reports of these companies in one of SHAPES."""
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(SHAPES[shape](every))
