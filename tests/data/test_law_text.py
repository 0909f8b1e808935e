"""The numeral oracle itself."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tests.data.law_text import Citation, chinese_number, figures, law_name, parse_citation, parse_law

SPELLINGS = [
    (("五十万元", "50万元", "500000元", "500,000元", "人民币50万元"), ("500000", "元")),
    (("十亿元人民币", "10亿元"), ("1000000000", "元")),
    (("五千万元以下", "5000万元", "≤5000万元"), ("50000000", "元")),
    (("百分之二十", "20%", "20％", "≥20%"), ("20", "%")),
    (("万分之五", "0.05%"), ("1/20", "%")),
    (("三分之二以上", "3分之2"), ("2/3", "分数")),
    (("二十日内", "20日", "≤20天"), ("20", "日")),
    (("七个工作日", "7个工作日", "≤7个工作日"), ("7", "工作日")),
    (("六个月", "6个月内"), ("6", "月")),
    (("至少保存十年", "≥10年", "10年"), ("10", "年")),
    (("四十八小时", "48小时"), ("48", "小时")),
    (("不满十四周岁", "<14岁", "14周岁"), ("14", "岁")),
    (("不得少于二人", "2人", "≥2名"), ("2", "人")),
    (("每年两次", "2次"), ("2", "次")),
    (("三倍", "3倍"), ("3", "倍")),
    (("二〇〇八年十月九日", "2008年10月9日", "2008-10-09"), ("2008-10-09", "日期")),
    (("二〇〇八年", "2008年"), ("2008", "年份")),
    (("公历l月1日", "1月1日"), ("01-01", "月日")),
]


@pytest.mark.parametrize(("text", "key"), [(text, key) for texts, key in SPELLINGS for text in texts])
def test_spellings_of_one_figure(text: str, key: tuple[str, str]) -> None:
    assert [figure.key for figure in figures(text)] == [key]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("一倍以上十倍以下罚款", [("1", "倍"), ("10", "倍")]),
        ("处二十万元以上二百万元以下罚款", [("200000", "元"), ("2000000", "元")]),
        ("10万元-50万元", [("100000", "元"), ("500000", "元")]),
        ("六个月至三年以内", [("6", "月"), ("3", "年")]),
        ("集资金额20%以上1倍以下", [("20", "%"), ("1", "倍")]),
    ],
)
def test_ranges_have_two_ends(text: str, found: list[tuple[str, str]]) -> None:
    assert [figure.key for figure in figures(text)] == found


@pytest.mark.parametrize(
    "text",
    [
        "第五条",
        "第十九条第三款第二项",
        "（一）项",
        "第三方",
        "第一次修正",
        "国务院令第660号",
        "一次性金融服务",
        "上一年度",
    ],
)
def test_ordinals_and_words_are_no_figures(text: str) -> None:
    assert figures(text) == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("十", 10),
        ("二十五", 25),
        ("一百二十", 120),
        ("三千零五", 3005),
        ("二〇二四", 2024),
        ("1.5万", 15000),
        ("一亿", 10**8),
    ],
)
def test_chinese_number(text: str, value: int) -> None:
    assert chinese_number(text) == Fraction(value)


def test_chinese_number_refuses_words() -> None:
    with pytest.raises(ValueError, match="not a number"):
        chinese_number("若干")


@pytest.mark.parametrize(
    ("text", "citation"),
    [
        ("第五条", Citation(5, None)),
        ("第十九条第三款", Citation(19, 3)),
        ("第一千二百六十条", Citation(1260, None)),
        ("第四十条第一款第三项", Citation(40, 1)),
    ],
)
def test_citations(text: str, citation: Citation) -> None:
    assert parse_citation(text) == citation


def test_citation_without_article() -> None:
    with pytest.raises(ValueError, match="no article"):
        parse_citation("附则")


def test_sources_name_a_version() -> None:
    assert law_name("反洗钱法（2024年修订）") == ("反洗钱法", "2024")
    assert law_name("存款保险条例") == ("存款保险条例", None)


def test_items_belong_to_their_paragraph() -> None:
    text = "# 法\n2015年公布\n<!-- INFO END -->\n## 第一章\n第一条 甲：\n\n(一)一日；\n\n乙。\n\n第二条 丙。"
    statute = parse_law("某法", text)
    assert statute.articles[1].paragraphs == ("甲：\n(一)一日；", "乙。")
    assert statute.articles[2].text == "丙。"
    assert "2015年" in statute.head
