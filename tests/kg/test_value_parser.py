"""Figures in what customers write."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.cells import simple_figure
from kg.units import UNITS
from kg.value_parser import find_values, format_number, format_value, guess_value, parse_value
from kg.values import Kind, Op, Value

# sentence → (words, kind, op, number, upper end)
FOUND: dict[str, list[tuple[str, Kind, Op, str, str | None]]] = {
    "我有50万，想存三年": [("50万", Kind.MONEY, Op.EQ, "500000", None), ("三年", Kind.TERM, Op.EQ, "1095", None)],
    "5万以上的理财有哪些": [("5万以上", Kind.MONEY, Op.GE, "50000", None)],
    "起购金额不超过1万元的R2以下产品": [
        ("不超过1万元", Kind.MONEY, Op.LE, "10000", None),
        ("R2以下", Kind.LEVEL, Op.LE, "2", None),
    ],
    "3到6个月的理财": [("3到6个月", Kind.TERM, Op.RANGE, "91.25", "182.5")],
    "三到六个月": [("三到六个月", Kind.TERM, Op.RANGE, "91.25", "182.5")],
    "1-5万能买什么": [("1-5万", Kind.MONEY, Op.RANGE, "10000", "50000")],
    "收益在2.10%-3.60%": [("2.10%-3.60%", Kind.PERCENT, Op.RANGE, "2.10", "3.60")],
    "R2以下半年以内": [("R2以下", Kind.LEVEL, Op.LE, "2", None), ("半年以内", Kind.TERM, Op.LE, "182.5", None)],
    "半年以内的": [("半年以内", Kind.TERM, Op.LE, "182.5", None)],
    "半年期理财": [("半年", Kind.TERM, Op.EQ, "182.5", None)],
    "超过5万不超过20万": [
        ("超过5万", Kind.MONEY, Op.GT, "50000", None),
        ("不超过20万", Kind.MONEY, Op.LE, "200000", None),
    ],
    "不到18岁能开户吗": [("不到18岁", Kind.AGE, Op.LT, "18", None)],
    "18至65周岁": [("18至65周岁", Kind.AGE, Op.RANGE, "18", "65")],
    "未满十八周岁": [("未满十八周岁", Kind.AGE, Op.LT, "18", None)],
    "百分之三点五的利率": [("百分之三点五", Kind.PERCENT, Op.EQ, "3.5", None)],
    "日息万分之五": [("万分之五", Kind.PERCENT, Op.EQ, "0.05", None)],
    "年息5厘": [("年息5厘", Kind.PERCENT, Op.EQ, "5", None)],
    "月息3厘": [("月息3厘", Kind.PERCENT, Op.EQ, "0.3", None)],
    "降25个基点": [("25个基点", Kind.PERCENT, Op.EQ, "0.25", None)],
    "加30BP": [("30BP", Kind.PERCENT, Op.EQ, "0.30", None)],
    "3.5个点": [("3.5个点", Kind.PERCENT, Op.EQ, "3.5", None)],
    "中低风险的有哪些": [("中低风险", Kind.LEVEL, Op.EQ, "2", None)],
    "R1-R3的": [("R1-R3", Kind.LEVEL, Op.RANGE, "1", "3")],
    "R1到3": [("R1到3", Kind.LEVEL, Op.RANGE, "1", "3")],
    "PR2级以上": [("PR2级以上", Kind.LEVEL, Op.GE, "2", None)],
    "C3客户能买什么": [("C3", Kind.LEVEL, Op.EQ, "3", None)],
    "低于R3的": [("低于R3", Kind.LEVEL, Op.LT, "3", None)],
    "10万到20万之间": [("10万到20万之间", Kind.MONEY, Op.RANGE, "100000", "200000")],
    "在10万和20万之间": [("10万和20万之间", Kind.MONEY, Op.RANGE, "100000", "200000")],
    "1万左右": [("1万左右", Kind.MONEY, Op.ABOUT, "10000", None)],
    "大约5万": [("大约5万", Kind.MONEY, Op.ABOUT, "50000", None)],
    "我有十多万": [("十多万", Kind.MONEY, Op.ABOUT, "100000", None)],
    "超不超过5万": [("超过5万", Kind.MONEY, Op.GT, "50000", None)],
    "有没有超过3%的": [("超过3%", Kind.PERCENT, Op.GT, "3", None)],
    "3个工作日内到账吗": [("3个工作日内", Kind.TERM, Op.LE, "3", None)],
    "T+1到账": [("T+1", Kind.TERM, Op.EQ, "1", None)],
    "1年6个月": [("1年6个月", Kind.TERM, Op.EQ, "547.5", None)],
    "一年半的大额存单": [("一年半", Kind.TERM, Op.EQ, "547.5", None)],
    "两个半月": [("两个半月", Kind.TERM, Op.EQ, "76.041667", None)],
    "利率-0.5%": [("-0.5%", Kind.PERCENT, Op.EQ, "-0.5", None)],
    "收益大于等于3%": [("大于等于3%", Kind.PERCENT, Op.GE, "3", None)],
    "收益≥3%": [("≥3%", Kind.PERCENT, Op.GE, "3", None)],
    "收益>=3%": [(">=3%", Kind.PERCENT, Op.GE, "3", None)],
    "至少存多少，5000行吗": [("5000", Kind.NUMBER, Op.EQ, "5000", None)],
    "我今年三十能办吗": [("三十", Kind.NUMBER, Op.EQ, "30", None)],
    "5w以内的": [("5w以内", Kind.MONEY, Op.LE, "50000", None)],
    "10k够吗": [("10k", Kind.MONEY, Op.EQ, "10000", None)],
    "５万元": [("５万元", Kind.MONEY, Op.EQ, "50000", None)],
    "五萬元": [("五萬元", Kind.MONEY, Op.EQ, "50000", None)],
    "300块钱": [("300块钱", Kind.MONEY, Op.EQ, "300", None)],
    "换1000美金": [("1000美金", Kind.MONEY, Op.EQ, "1000", None)],
    "1万元（含）以上": [("1万元（含）以上", Kind.MONEY, Op.GE, "10000", None)],
    "5万元（不含）以上": [("5万元（不含）以上", Kind.MONEY, Op.GT, "50000", None)],
    "三年还是五年划算": [("三年", Kind.TERM, Op.EQ, "1095", None), ("五年", Kind.TERM, Op.EQ, "1825", None)],
    "1万起购的理财": [("1万", Kind.MONEY, Op.EQ, "10000", None)],
    "免年费要刷几次，6次够不够": [("6次", Kind.COUNT, Op.EQ, "6", None)],
    "两只基金": [("两只", Kind.COUNT, Op.EQ, "2", None)],
    "2024年6月1日的利率": [("2024年6月1日", Kind.DATE, Op.EQ, "739038", None)],
    "9:00-17:00营业吗": [("9:00-17:00", Kind.TIME, Op.RANGE, "540", "1020")],
    "下午3点半关门吗": [("下午3点半", Kind.TIME, Op.EQ, "930", None)],
    "最多赔50万吗": [("50万", Kind.MONEY, Op.EQ, "500000", None)],
    "存五万三年": [("五万", Kind.MONEY, Op.EQ, "50000", None), ("三年", Kind.TERM, Op.EQ, "1095", None)],
    "存5万3年": [("5万", Kind.MONEY, Op.EQ, "50000", None), ("3年", Kind.TERM, Op.EQ, "1095", None)],
    "2万5够吗": [("2万5", Kind.MONEY, Op.EQ, "25000", None)],
    "三万五够吗": [("三万五", Kind.MONEY, Op.EQ, "35000", None)],
    "3块5毛": [("3块5毛", Kind.MONEY, Op.EQ, "3.5", None)],
    "5分钱": [("5分钱", Kind.MONEY, Op.EQ, "0.05", None)],
    "100刀": [("100刀", Kind.MONEY, Op.EQ, "100", None)],
    "打八五折": [("八五折", Kind.PERCENT, Op.EQ, "85", None)],
    "打7折": [("7折", Kind.PERCENT, Op.EQ, "70", None)],
    "LPR-20BP": [("-20BP", Kind.PERCENT, Op.EQ, "-0.20", None)],
    "LPR加30个基点": [("30个基点", Kind.PERCENT, Op.EQ, "0.30", None)],
    "百分百": [("百分百", Kind.PERCENT, Op.EQ, "100", None)],
    "三分之二以上": [("三分之二以上", Kind.PERCENT, Op.GE, "66.666667", None)],
    "1、3、6个月": [
        ("1", Kind.TERM, Op.EQ, "30.416667", None),
        ("3", Kind.TERM, Op.EQ, "91.25", None),
        ("6个月", Kind.TERM, Op.EQ, "182.5", None),
    ],
    "早上八点半到下午五点": [("早上八点半到下午五点", Kind.TIME, Op.RANGE, "510", "1020")],
    "大于3%小于5%": [("大于3%", Kind.PERCENT, Op.GT, "3", None), ("小于5%", Kind.PERCENT, Op.LT, "5", None)],
    "中高风险及以上": [("中高风险及以上", Kind.LEVEL, Op.GE, "4", None)],
    "三十多岁": [("三十多岁", Kind.AGE, Op.ABOUT, "30", None)],
    "年收入20万以上30岁以下": [
        ("20万以上", Kind.MONEY, Op.GE, "200000", None),
        ("30岁以下", Kind.AGE, Op.LE, "30", None),
    ],
}


@pytest.mark.parametrize(("sentence", "expected"), FOUND.items())
def test_find_values(sentence: str, expected: list[tuple[str, Kind, Op, str, str | None]]) -> None:
    found = find_values(sentence)
    said = [(sentence[f.start : f.end], f.value.kind, f.value.op) for f in found]
    assert said == [(words, kind, op) for words, kind, op, _, _ in expected]
    for one, (_, _, _, number, upper) in zip(found, expected, strict=True):
        assert one.value.number == Decimal(number)
        assert one.value.number_to == (None if upper is None else Decimal(upper))


NOTHING = [
    "稳盈1号的风险等级",
    "稳盈一号",
    "第三方存管是什么",
    "三年前的利率",
    "2024年的利率",
    "24年6月的利率",
    "6月15日开门吗",
    "近一年收益率",
    "打956-0088",
    "我的电话13812345678",
    "卡号6222021234567890123",
    "一个产品",
    "一般怎么办",
    "万一丢了怎么办",
    "十分感谢",
    "一下子",
    "我想一起买",
    "第一季度",
    "几十万",
    "几年",
    "多少钱",
    "YS2026001怎么样",
    "千万别告诉别人",
    "半信半疑",
    "百万医疗险",
    "万能险",
    "三方协议",
    "四大行",
    "二维码",
    "",
]


@pytest.mark.parametrize("sentence", NOTHING)
def test_words_that_are_no_figures(sentence: str) -> None:
    assert [f.value.text for f in find_values(sentence)] == []


@pytest.mark.parametrize("sentence", ["R2或R3的理财", "R2、R3的理财", "R2和R3的理财", "R2/R3的理财"])
def test_alternatives_in_a_sentence(sentence: str) -> None:
    found = find_values(sentence)
    assert len(found) == 1
    assert [a.number for a in found[0].value.alternatives] == [2, 3]


def test_money_before_a_personal_loan_is_no_head_count() -> None:
    assert [f.value.kind for f in find_values("5万个人贷款")] == [Kind.MONEY]


@given(st.text(max_size=200))
def test_any_text_is_survived_and_spans_are_in_order(text: str) -> None:
    end = 0
    for found in find_values(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end


@given(st.text(alphabet="零一二两三五十百千万亿年月日天个半点分之%元岁至到-以上下内不超过低于R1259.,", max_size=24))
def test_figure_like_text_is_survived(text: str) -> None:
    end = 0
    for found in find_values(text):
        assert end <= found.start < found.end <= len(text)
        end = found.end


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("三年", Kind.TERM),
        ("20万元", Kind.MONEY),
        ("手机银行", Kind.TEXT),
        ("R2", Kind.LEVEL),
        ("3年以上有房", Kind.TEXT),
    ],
)
def test_guess_value(text: str, kind: Kind) -> None:
    assert guess_value(text).kind is kind


@pytest.mark.parametrize(
    ("kind", "number", "unit", "shown"),
    [
        (Kind.MONEY, "50000", "", "5万元"),
        (Kind.MONEY, "12345.67", "元", "12,345.67元"),
        (Kind.MONEY, "3000", "元", "3,000元"),
        (Kind.MONEY, "120000000", "元", "1.2亿元"),
        (Kind.MONEY, "15000", "美元", "1.5万美元"),
        (Kind.MONEY, "0.5", "元", "0.5元"),
        (Kind.PERCENT, "3.5", "%", "3.50%"),
        (Kind.PERCENT, "20", "%", "20%"),
        (Kind.PERCENT, "0.05", "%", "0.05%"),
        (Kind.TERM, "90", "天", "90天"),
        (Kind.TERM, "5", "工作日", "5个工作日"),
        (Kind.COUNT, "3", "款", "3款"),
        (Kind.AGE, "18", "岁", "18岁"),
        (Kind.LEVEL, "2", "R", "R2"),
        (Kind.DATE, "739038", "", "2024-06-01"),
    ],
)
def test_format_number(kind: Kind, number: str, unit: str, shown: str) -> None:
    assert format_number(kind, Decimal(number), unit) == shown


money = st.builds(lambda cents: Value("", Kind.MONEY, Decimal(cents) / 100, unit="元"), st.integers(1, 10**14))
percent = st.builds(lambda n: Value("", Kind.PERCENT, Decimal(n) / 10_000, unit="%"), st.integers(0, 10**7))
months = st.builds(lambda n: parse_value(f"{n}个月", Kind.TERM), st.integers(1, 600))
days = st.builds(lambda n: Value("", Kind.TERM, Decimal(n), unit="天"), st.integers(1, 20_000))


@given(money | percent | months | days)
def test_what_is_formatted_reads_back_as_the_same_value(value: Value) -> None:
    again = parse_value(format_value(replace(value, text="")), value.kind)
    assert (again.number, again.unit, again.months) == (value.number, value.unit, value.months)


@given(st.dates(min_value=date(1600, 1, 1), max_value=date(2199, 12, 31)))
def test_dates_read_back(day: date) -> None:
    assert parse_value(format_number(Kind.DATE, Decimal(day.toordinal())), Kind.DATE).date == day


@given(
    st.decimals(min_value=-(10**9), max_value=10**9, places=2) | st.integers(-99, 10**10),
    st.sampled_from(("", "", "万", "亿")),
    st.sampled_from(("", "星", "号", "月", "楼", *UNITS)),
)
def test_the_short_way_to_a_figure_leads_where_the_long_one_does(number: Decimal | int, scale: str, unit: str) -> None:
    written = f"{number}{scale}{unit}"
    short = simple_figure(written)
    if short is not None:
        [found] = find_values(written)
        assert (found.start, found.end) == (0, len(written))
        assert replace(found.value, text=written) == short


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("贷陆万两年", ["陆万", "两年"]),
        ("六万两年", ["六万", "两年"]),
        ("提前一两天", []),
        ("一两百元就够", []),
        ("一千两百元", ["一千两百元"]),
        ("两万两千", ["两万两千"]),
        ("两年", ["两年"]),
    ],
)
def test_two_behind_a_scale_begins_another_figure(text: str, found: list[str]) -> None:
    assert [v.value.text for v in find_values(text)] == found
