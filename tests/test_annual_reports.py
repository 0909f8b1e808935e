"""Annual reports of made-up companies, as other people's tools write them: no ontology, figures by year, and questions
whose answers are worked out from the sheets, not read from the graph."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from bench.annual import SHAPES, companies, for_facts
from bench.annual import write as write_reports
from bench.annual_questions import TODAY, Mark, mark, questions
from kg.answer import Outcome
from kg.qualifiers import written
from tests.support.demo import Bank, bank_of, snapshot_of

FACTS = 3000


def reports(folder: Path, shape: str) -> Bank:
    path = folder / f"{shape}.csv"
    write_reports(path, shape, for_facts(FACTS))
    return bank_of(snapshot_of([path]))


@pytest.fixture(scope="module")
def by_qualifier(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    return reports(tmp_path_factory.mktemp("reports"), "qualifier")


def marks(bank: Bank) -> tuple[Counter[Mark], list[str]]:
    counted: Counter[Mark] = Counter()
    missed = []
    for question in questions(for_facts(FACTS)):
        made = bank.reply(question.text, today=TODAY)
        text = made.message.plain()
        found = mark(question, text, answered=made.outcome is Outcome.ANSWERED)
        counted[found] += 1
        if found is not Mark.RIGHT:
            missed.append(f"{found}: {question.text} {question.said} → {text[:120]}")
    return counted, missed


def test_questions_of_annual_reports(by_qualifier: Bank) -> None:
    counted, missed = marks(by_qualifier)
    assert counted[Mark.RIGHT] >= 86, missed
    assert counted[Mark.WRONG] <= 2, missed


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["report_date", "predicate", "validity", "long"])
def test_the_same_questions_of_the_same_reports_written_otherwise(tmp_path: Path, shape: str) -> None:
    counted, missed = marks(reports(tmp_path, shape))
    assert counted[Mark.RIGHT] >= 84, missed
    assert counted[Mark.WRONG] <= 2, missed


@pytest.mark.parametrize(
    ("header", "line", "text"),
    [
        ("公司,年份,指标,数值,单位", "甲公司,2021,净利润,3.2,亿元", "甲公司 净利润 3.2亿元 年份=2021年"),
        ("企业名称,报告期,科目,金额", "甲公司,2021年报,净利润,3.2亿元", "甲公司 净利润 3.2亿元 报告期=2021年报"),
        ("主语,谓语,宾语,年度", "甲公司,净利润,3.2亿元,2021", "甲公司 净利润 3.2亿元 年度=2021年"),
        ("主语,谓语,宾语", "甲公司,2021年净利润,3.2亿元", "甲公司 净利润 3.2亿元 年度=2021年"),
        ("主语,谓语,宾语", "甲公司,净利润（2021年）,3.2亿元", "甲公司 净利润 3.2亿元 年度=2021年"),
        ("主语,谓语,宾语", "甲公司,2021年9月末净利润,3.2亿元", "甲公司 2021年9月末净利润 3.2亿元 "),
    ],
)
def test_where_the_year_of_a_figure_may_stand(tmp_path: Path, header: str, line: str, text: str) -> None:
    (tmp_path / "figures.csv").write_text(f"{header}\n{line}\n", encoding="utf-8")
    facts = [f for f in snapshot_of([tmp_path / "figures.csv"]).facts if f.value is not None]
    assert [f"{f.subject_name} {f.predicate} {f.text} {written(f.qualifiers)}" for f in facts] == [text]


def test_made_up_reports_are_the_same_every_time_and_complete_enough() -> None:
    one, other = companies(40), companies(40)
    assert [c.sheet for c in one] == [c.sheet for c in other]
    assert len({c.short for c in one}) == 40
    lines = sum(len(c.sheet) + len(c.standing) for c in for_facts(FACTS))
    assert 0.9 * FACTS <= lines <= 1.1 * FACTS
    assert set(SHAPES) >= {"qualifier", "predicate", "validity", "long", "wide"}


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (("{a}2021年净利润同比增长多少", "2020年呢"), "2020年比2019年变动率"),
    ],
)
def test_derived_figures_go_on_in_talk(by_qualifier: Bank, turns: tuple[str, ...], said: str) -> None:
    needed = [(item, year) for item in ("净利润", "营业收入") for year in (2019, 2020, 2021)]
    a, b = [c for c in for_facts(FACTS) if all(n in c.sheet for n in needed)][:2]
    replies = by_qualifier.talk(*(t.format(a=a.short, b=b.short) for t in turns), today=TODAY)
    assert said.format(b=b.short) in replies[-1].message.plain()
    assert replies[-1].outcome is Outcome.ANSWERED
