"""Plots for the documentation: every segment and feature with its name, nothing that is not well-formed."""

from __future__ import annotations

from xml.dom.minidom import parseString

import numpy as np
import pandas as pd

from customer.drawing import Bar, bars
from customer.plots import feature_name, importance_plot, segment_plot
from customer.propensity.learners import Logistic
from customer.propensity.model import Calibration, ResponseModel


def _texts(svg: str) -> list[str]:
    return [t.firstChild.data for t in parseString(svg).getElementsByTagName("text")]  # type: ignore[union-attr]


def test_names_are_escaped_and_nothing_is_longer_than_its_panel() -> None:
    svg = bars("<标题>", [("一", [Bar("甲&乙", 2.0, "2"), Bar("负", -1.0, "-1")]), ("空", [])])
    assert {"<标题>", "甲&乙", "一", "空"} <= set(_texts(svg))
    widths = [float(r.getAttribute("width")) for r in parseString(svg).getElementsByTagName("rect")][1:]
    assert widths == [300.0, 0.0]


def test_segments_are_drawn_by_their_middle_customers() -> None:
    middle = {"recency": 3.0, "frequency": 80.0, "monetary": 270_000.0}
    poor = {"recency": 90.0, "frequency": 5.0, "monetary": 900.0}
    segments = [{"id": "s1", "name": "长尾", "middle": poor}, {"id": "s2", "name": "高价值", "middle": middle}]
    found = _texts(segment_plot({"segments": segments, "shares": {"s1": 0.4, "s2": 0.6}}))
    assert found.index("高价值") < found.index("长尾") and "270,000 元" in found and "60.0%" in found


def test_the_weightiest_feature_comes_first() -> None:
    fitted = Logistic(np.array([0.1, 3.0]), np.zeros(2), 0.0, np.zeros(2), np.ones(2))
    model = ResponseModel("o", "logistic", ("age", "looks_理财"), fitted, Calibration())
    rows = pd.DataFrame({"age": [1.0, -1.0, 0.5], "looks_理财": [1.0, 0.0, 2.0]})
    found = _texts(importance_plot({"o": model}, rows))
    assert found.index("看过理财") < found.index("年龄")
    assert feature_name("没有的") == "没有的"
