"""The number lock: which plain words carry a figure, and that no figure is composed without an origin."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.figures import (
    FigureFault,
    Locked,
    OriginKind,
    Span,
    compose,
    computed,
    fill,
    from_fact,
    from_input,
    from_name,
    join,
    layout,
    loose_figure,
)


@pytest.mark.parametrize(
    "text",
    [
        "年利率1.25%",
        "存３年",
        "最多五十万元",
        "三年",
        "三年期",
        "十个工作日",
        "两个月",
        "百分之三点五",
        "三点五",
        "千分之三",
        "半年",
        "七天",
        "十八岁",
        "一百元",
        "两倍",
        "九五折1",
        "七日年化",  # a name of the trade: it has to come as a name
    ],
)
def test_a_figure_is_found(text: str) -> None:
    assert loose_figure(text)


@pytest.mark.parametrize(
    "text",
    [
        "第一步",
        "请稍等一下",
        "万一遇到问题",
        "这一点",
        "统一办理",
        "唯一的渠道",
        "二维码",
        "三方存管",
        "一般规定",
        "同一天",
        "四舍五入",
        "百分点",
        "千万别泄露密码",
        "另一个",
        "哪一个",
        "",
    ],
)
def test_words_are_no_figures(text: str) -> None:
    assert loose_figure(text) == ""


def test_a_loose_figure_is_refused_with_its_place() -> None:
    with pytest.raises(FigureFault, match="3年"):
        compose("存款期限是", "3年")


def test_a_piece_with_an_origin_may_carry_one() -> None:
    said = compose(from_name("稳盈1号"), "的期限：", from_fact("3个月", "f1"), "。")
    assert said.text == "稳盈1号的期限：3个月。"
    assert [(said.text[s.start : s.end], s.origin.kind) for s in said.spans] == [
        ("稳盈1号", OriginKind.NAME),
        ("3个月", OriginKind.FACT),
    ]
    assert said.fact_ids() == ("f1",)


def test_composed_texts_keep_their_origins_when_composed_again() -> None:
    inner = compose("（", from_fact("R2", "f2"), "）")
    outer = compose(from_name("稳盈1号"), inner, "，共", computed("3", "count", ("f3", "f4")), "个")
    assert outer.text == "稳盈1号（R2），共3个"
    assert outer.fact_ids() == ("f2", "f3", "f4")
    assert outer.spans[1] == Span(5, 7, inner.spans[0].origin)


def test_a_template_is_filled_and_locked() -> None:
    said = fill("{name}的{what}：{value}", name=from_name("甲"), what=from_name("期限"), value=from_input("三年"))
    assert said.text == "甲的期限：三年"
    with pytest.raises(FigureFault):
        fill("利率3%：{name}", name=from_name("甲"))
    with pytest.raises(KeyError):
        fill("{name}", other=from_name("甲"))


def test_join_puts_separators_between_only() -> None:
    assert join("、", [from_fact("1元", "a"), from_fact("2元", "b")]).text == "1元、2元"
    assert join("、", []).text == ""
    assert not Locked()


parts = st.one_of(
    st.text(max_size=8),
    st.builds(from_fact, st.text(max_size=8), st.just("f")),
    st.builds(layout, st.text(max_size=8)),
)


@given(st.lists(parts, max_size=6))
def test_whatever_is_composed_has_no_figure_outside_an_origin(pieces: list[object]) -> None:
    try:
        made = compose(*pieces)  # type: ignore[arg-type]
    except FigureFault:
        assert any(isinstance(p, str) and loose_figure(p) for p in pieces)
        return
    covered = {i for s in made.spans for i in range(s.start, s.end)}
    assert not [c for i, c in enumerate(made.text) if c in "0123456789０１２３４５６７８９" and i not in covered]
