"""Cells of triple files: what is written under each datatype, and what is refused with which reason."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from kg.cells import ValueFault, parse_value
from kg.values import Kind, Op

D = Decimal

# text, kind, unit column, number, op, unit, upper end
CELLS: list[tuple[str, Kind, str, str | None, Op, str, str | None]] = [
    ("1万元", Kind.MONEY, "", "10000", Op.EQ, "元", None),
    ("0.01元", Kind.MONEY, "", "0.01", Op.EQ, "元", None),
    ("3,000.00元", Kind.MONEY, "", "3000", Op.EQ, "元", None),
    ("1000", Kind.MONEY, "元", "1000", Op.EQ, "元", None),
    ("50", Kind.MONEY, "万元", "500000", Op.EQ, "元", None),
    ("五十万元", Kind.MONEY, "", "500000", Op.EQ, "元", None),
    ("伍万圆整", Kind.MONEY, "", "50000", Op.EQ, "元", None),
    ("人民币50万元", Kind.MONEY, "", "500000", Op.EQ, "元", None),
    ("¥1,000", Kind.MONEY, "", "1000", Op.EQ, "元", None),
    ("￥1000", Kind.MONEY, "", "1000", Op.EQ, "元", None),
    ("5亿元", Kind.MONEY, "", "500000000", Op.EQ, "元", None),
    ("１００元", Kind.MONEY, "", "100", Op.EQ, "元", None),
    ("1萬元", Kind.MONEY, "", "10000", Op.EQ, "元", None),
    ("500美元", Kind.MONEY, "", "500", Op.EQ, "美元", None),
    ("1万美元", Kind.MONEY, "", "10000", Op.EQ, "美元", None),
    ("US$1,000", Kind.MONEY, "", "1000", Op.EQ, "美元", None),
    ("8000港币", Kind.MONEY, "", "8000", Op.EQ, "港元", None),
    ("20万元-200万元", Kind.MONEY, "", "200000", Op.RANGE, "元", "2000000"),
    ("900-1000元", Kind.MONEY, "", "900", Op.RANGE, "元", "1000"),
    ("20-200万元", Kind.MONEY, "", "200000", Op.RANGE, "元", "2000000"),
    ("1000-5万元", Kind.MONEY, "", "1000", Op.RANGE, "元", "50000"),
    ("5万元至20万元", Kind.MONEY, "", "50000", Op.RANGE, "元", "200000"),
    ("5-20", Kind.MONEY, "万元", "50000", Op.RANGE, "元", "200000"),
    ("二十万元以上二百万元以下", Kind.MONEY, "", "200000", Op.RANGE, "元", "2000000"),
    ("5万元(含)-20万元(不含)", Kind.MONEY, "", "50000", Op.RANGE, "元", "199999.99"),
    ("≤50万元", Kind.MONEY, "", "500000", Op.LE, "元", None),
    ("≥20万元", Kind.MONEY, "", "200000", Op.GE, "元", None),
    (">5万元", Kind.MONEY, "", "50000", Op.GT, "元", None),
    ("不超过50万元", Kind.MONEY, "", "500000", Op.LE, "元", None),
    ("不低于人民币100万元", Kind.MONEY, "", "1000000", Op.GE, "元", None),
    ("10万元以上", Kind.MONEY, "", "100000", Op.GE, "元", None),
    ("10万元以下", Kind.MONEY, "", "100000", Op.LE, "元", None),
    ("5万元(不含)以上", Kind.MONEY, "", "50000", Op.GT, "元", None),
    ("1万元起", Kind.MONEY, "", "10000", Op.GE, "元", None),
    ("约10万元", Kind.MONEY, "", "100000", Op.ABOUT, "元", None),
    ("12元/克", Kind.MONEY, "", "12", Op.EQ, "元", None),
    ("3元/月", Kind.MONEY, "", "3", Op.EQ, "元", None),
    ("每笔2元", Kind.MONEY, "", "2", Op.EQ, "元", None),
    ("5角", Kind.MONEY, "", "0.5", Op.EQ, "元", None),
    ("免费", Kind.MONEY, "", "0", Op.EQ, "元", None),
    ("不限", Kind.MONEY, "", None, Op.EQ, "", None),
    ("2.35%", Kind.PERCENT, "", "2.35", Op.EQ, "%", None),
    ("2.35", Kind.PERCENT, "%", "2.35", Op.EQ, "%", None),
    ("２．３５％", Kind.PERCENT, "", "2.35", Op.EQ, "%", None),
    ("2.10%-3.60%", Kind.PERCENT, "", "2.10", Op.RANGE, "%", "3.60"),
    ("2.10-3.60%", Kind.PERCENT, "", "2.10", Op.RANGE, "%", "3.60"),
    ("2.10%～3.60%", Kind.PERCENT, "", "2.10", Op.RANGE, "%", "3.60"),
    ("-0.5%", Kind.PERCENT, "", "-0.5", Op.EQ, "%", None),
    ("百分之三点五", Kind.PERCENT, "", "3.5", Op.EQ, "%", None),
    ("百分之一百", Kind.PERCENT, "", "100", Op.EQ, "%", None),
    ("百分之百", Kind.PERCENT, "", "100", Op.EQ, "%", None),
    ("千分之三", Kind.PERCENT, "", "0.3", Op.EQ, "%", None),
    ("万分之五", Kind.PERCENT, "", "0.05", Op.EQ, "%", None),
    ("日利率万分之五", Kind.PERCENT, "", "0.05", Op.EQ, "%", None),
    ("百分之五以上百分之十以下", Kind.PERCENT, "", "5", Op.RANGE, "%", "10"),
    ("百分之三到百分之五", Kind.PERCENT, "", "3", Op.RANGE, "%", "5"),
    ("25BP", Kind.PERCENT, "", "0.25", Op.EQ, "%", None),
    ("25个基点", Kind.PERCENT, "", "0.25", Op.EQ, "%", None),
    ("3.5个百分点", Kind.PERCENT, "", "3.5", Op.EQ, "%", None),
    ("5‰", Kind.PERCENT, "", "0.5", Op.EQ, "%", None),
    ("六折", Kind.PERCENT, "", "60", Op.EQ, "%", None),
    ("95折", Kind.PERCENT, "", "95", Op.EQ, "%", None),
    ("≥10.5%", Kind.PERCENT, "", "10.5", Op.GE, "%", None),
    ("不得低于百分之八", Kind.PERCENT, "", "8", Op.GE, "%", None),
    ("3年", Kind.TERM, "", "1095", Op.EQ, "天", None),
    ("三年", Kind.TERM, "", "1095", Op.EQ, "天", None),
    ("3年期", Kind.TERM, "", "1095", Op.EQ, "天", None),
    ("12个月", Kind.TERM, "", "365", Op.EQ, "天", None),
    ("6个月", Kind.TERM, "", "182.5", Op.EQ, "天", None),
    ("3月", Kind.TERM, "", "91.25", Op.EQ, "天", None),
    ("半年", Kind.TERM, "", "182.5", Op.EQ, "天", None),
    ("一年半", Kind.TERM, "", "547.5", Op.EQ, "天", None),
    ("1年6个月", Kind.TERM, "", "547.5", Op.EQ, "天", None),
    ("90天", Kind.TERM, "", "90", Op.EQ, "天", None),
    ("15日", Kind.TERM, "", "15", Op.EQ, "天", None),
    ("2周", Kind.TERM, "", "14", Op.EQ, "天", None),
    ("5个工作日", Kind.TERM, "", "5", Op.EQ, "工作日", None),
    ("七个工作日", Kind.TERM, "", "7", Op.EQ, "工作日", None),
    ("T+1", Kind.TERM, "", "1", Op.EQ, "工作日", None),
    ("四十八小时", Kind.TERM, "", "2", Op.EQ, "天", None),
    ("3", Kind.TERM, "年", "1095", Op.EQ, "天", None),
    ("3-5年", Kind.TERM, "", "1095", Op.RANGE, "天", "1825"),
    ("12小时-48小时", Kind.TERM, "", "0.5", Op.RANGE, "天", "2"),
    ("3个月-1年", Kind.TERM, "", "91.25", Op.RANGE, "天", "365"),
    ("3到6个月", Kind.TERM, "", "91.25", Op.RANGE, "天", "182.5"),
    ("不超过三十日", Kind.TERM, "", "30", Op.LE, "天", None),
    ("10个工作日内", Kind.TERM, "", "10", Op.LE, "工作日", None),
    ("至少10年", Kind.TERM, "", "3650", Op.GE, "天", None),
    ("终身", Kind.TERM, "", None, Op.EQ, "", None),
    ("18岁", Kind.AGE, "", "18", Op.EQ, "岁", None),
    ("≥18周岁", Kind.AGE, "", "18", Op.GE, "岁", None),
    ("18-65周岁", Kind.AGE, "", "18", Op.RANGE, "岁", "65"),
    ("年满18周岁", Kind.AGE, "", "18", Op.GE, "岁", None),
    ("不满14周岁", Kind.AGE, "", "14", Op.LT, "岁", None),
    ("28天-60周岁", Kind.AGE, "", "0.076712", Op.RANGE, "岁", "60"),
    ("5张", Kind.COUNT, "张", "5", Op.EQ, "张", None),
    ("2", Kind.COUNT, "次", "2", Op.EQ, "次", None),
    ("≥2人", Kind.COUNT, "人", "2", Op.GE, "人", None),
    ("≥50名", Kind.COUNT, "人", "50", Op.GE, "人", None),
    ("1倍-5倍", Kind.COUNT, "倍", "1", Op.RANGE, "倍", "5"),
    ("一倍以上五倍以下", Kind.COUNT, "倍", "1", Op.RANGE, "倍", "5"),
    ("10克", Kind.NUMBER, "克", "10", Op.EQ, "克", None),
    ("3.14", Kind.NUMBER, "", "3.14", Op.EQ, "", None),
    ("R2", Kind.LEVEL, "", "2", Op.EQ, "R", None),
    ("R2级", Kind.LEVEL, "", "2", Op.EQ, "R", None),
    ("PR3", Kind.LEVEL, "", "3", Op.EQ, "R", None),
    ("r4", Kind.LEVEL, "", "4", Op.EQ, "R", None),
    ("C3", Kind.LEVEL, "", "3", Op.EQ, "C", None),
    ("R2（中低风险）", Kind.LEVEL, "", "2", Op.EQ, "R", None),
    ("中低风险", Kind.LEVEL, "", "2", Op.EQ, "R", None),
    ("中等风险", Kind.LEVEL, "", "3", Op.EQ, "R", None),
    ("平衡型", Kind.LEVEL, "", "3", Op.EQ, "C", None),
    ("二级", Kind.LEVEL, "", "2", Op.EQ, "级", None),
    ("R1-R3", Kind.LEVEL, "", "1", Op.RANGE, "R", "3"),
    ("R3及以下", Kind.LEVEL, "", "3", Op.LE, "R", None),
]


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: f"{cell[0]}-{cell[1]}")
def test_parse_value(cell: tuple[str, Kind, str, str | None, Op, str, str | None]) -> None:
    text, kind, column, number, op, unit, upper = cell
    value = parse_value(text, kind, column)
    assert value.kind is kind
    assert value.number == (None if number is None else D(number))
    assert value.number_to == (None if upper is None else D(upper))
    assert (value.op, value.unit) == (op, unit)


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("3年", 36),
        ("半年", 6),
        ("一年半", 18),
        ("6个月", 6),
        ("2个季度", 6),
        ("90天", None),
        ("1.5年", 18),
        ("3-5年", None),
    ],
)
def test_months_of_terms_are_exact(text: str, months: int | None) -> None:
    assert parse_value(text, Kind.TERM).months == months


@pytest.mark.parametrize(
    "text", ["2026-01-01", "2026/1/1", "2026.1.1", "20260101", "2026年1月1日", "二〇二六年一月一日"]
)
def test_dates(text: str) -> None:
    value = parse_value(text, Kind.DATE)
    assert value.date == date(2026, 1, 1)
    assert value.number == date(2026, 1, 1).toordinal()


def test_the_text_is_kept_as_written_with_the_unit_of_the_column() -> None:
    assert parse_value(" 3,000.00元 ", Kind.MONEY).text == "3,000.00元"
    assert parse_value("50", Kind.MONEY, "万元").text == "50万元"
    assert parse_value("≤50", Kind.MONEY, "万元").text == "≤50万元"


def test_alternatives() -> None:
    value = parse_value("R2或R3", Kind.LEVEL)
    assert [a.number for a in value.alternatives] == [2, 3]
    months = parse_value("3个月或6个月", Kind.TERM)
    assert [a.months for a in months.alternatives] == [3, 6]


def test_text_is_never_refused_for_its_content() -> None:
    assert parse_value("任意 文字 123%", Kind.TEXT).text == "任意 文字 123%"


FAULTS = [
    ("", Kind.MONEY, "", "空"),
    ("很多", Kind.MONEY, "", "没有可读的数字"),
    ("1000", Kind.MONEY, "", "没有单位"),
    ("5万匹", Kind.MONEY, "", "不认识的单位「匹」"),
    ("1000", Kind.MONEY, "匹", "不认识的单位「匹」"),
    ("3年", Kind.MONEY, "", "要写金额，这里写的是期限"),
    ("5%", Kind.MONEY, "", "要写金额，这里写的是比例"),
    ("5元", Kind.PERCENT, "", "要写比例，这里写的是金额"),
    ("5", Kind.PERCENT, "元", "单位「元」不能用在这里"),
    ("3个月、6个月", Kind.TERM, "", "读不出值"),
    ("2026-02-30", Kind.DATE, "", "日历上没有这一天"),
    ("2026年5月", Kind.DATE, "", "完整的日期"),
    ("明天", Kind.DATE, "", "完整的日期"),
    ("R6", Kind.LEVEL, "", "R1到R5"),
    ("R0", Kind.LEVEL, "", "R1到R5"),
    ("C9", Kind.LEVEL, "", "C1到C5"),
    ("AAA", Kind.LEVEL, "", "不是等级"),
    ("10张", Kind.COUNT, "次", "规定的「次」"),
    ("年龄", Kind.CONDITION, "", "不是「属性 比较 值」"),
    ("年龄≥老", Kind.CONDITION, "", "没有可读的数字"),
]


@pytest.mark.parametrize(("text", "kind", "unit", "what"), FAULTS)
def test_faults_say_value_and_remedy(text: str, kind: Kind, unit: str, what: str) -> None:
    with pytest.raises(ValueFault) as caught:
        parse_value(text, kind, unit)
    assert what in caught.value.what
    assert caught.value.remedy
    assert text in str(caught.value)


def test_a_list_in_one_cell_is_told_to_become_rows() -> None:
    with pytest.raises(ValueFault, match="分几行写"):
        parse_value("3个月、6个月", Kind.TERM)
