"""Formulas are defused in exports, figures are left alone, and both come back as they were."""

from __future__ import annotations

import pytest

from kg.formulas import escaped, unescaped


@pytest.mark.parametrize(
    "cell",
    ["=1+1", "=cmd|'/c calc'!A1", "@SUM(A1)", "+1+cmd|x!A1", "-2+3", "+HYPERLINK(A1)", "\t=1", "-A1", "--x"],
)
def test_what_a_spreadsheet_would_run_is_escaped_and_read_back(cell: str) -> None:
    assert escaped(cell) == f"'{cell}"
    assert unescaped(escaped(cell)) == cell


@pytest.mark.parametrize(
    "cell", ["-0.5%", "+86", "+86-10-12345678", "-1.25万元", "稳盈1号", "-", "--", "", "'引'", "1-2"]
)
def test_figures_and_texts_are_left_alone(cell: str) -> None:
    assert escaped(cell) == cell == unescaped(cell)
