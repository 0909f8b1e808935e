"""Conditions on the members of a class where nobody declared the attributes: all that was said, or none is answered."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.support.demo import Bank, bank_of, snapshot_of

HOSTELS = {
    "松风旅舍": ("410", "4.6", "舒适型", ("免费停车", "游泳池")),
    "望湖旅舍": ("520", "4.8", "豪华型", ("游泳池",)),
    "枕溪旅舍": ("180", "4.1", "经济型", ("免费停车",)),
    "听雨旅舍": ("460", "3.9", "舒适型", ("洗衣房",)),
    "青石旅舍": ("1200", "4.9", "豪华型", ("游泳池", "洗衣房")),
    "云栖旅舍": ("260", "4.4", "经济型", ("洗衣房",)),
}
PARKS = {"百鸟园": "30元", "柳堤公园": "0元", "石林谷": "120元", "古塔园": "45元"}


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    """Places to stay and to see; prices without a unit, as other people's files have them."""
    path: Path = tmp_path_factory.mktemp("town") / "town.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "predicate", "object", "subject_type"])
        for name, (price, score, sort, has) in HOSTELS.items():
            writer.writerow([name, "实例", "旅舍", "旅舍"])
            rows = [("价格", price), ("评分", score), ("类型", sort), *(("设施", h) for h in has)]
            writer.writerows([name, predicate, value, "旅舍"] for predicate, value in rows)
        for name, price in PARKS.items():
            writer.writerow([name, "实例", "公园", "公园"])
            writer.writerow([name, "门票", price, "公园"])
    return bank_of(snapshot_of([path]))


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("帮我推荐一个价格在400-500元之间的旅舍", {"松风旅舍", "听雨旅舍"}),
        ("有没有价格300元以下的旅舍", {"枕溪旅舍", "云栖旅舍"}),
        ("找一家价格500元以下、评分4.5分以上的旅舍", {"松风旅舍"}),
        ("可以帮我找一个最低价格是1000元以上的旅舍吗", {"青石旅舍"}),
        ("帮我找一个价格在200-300元的经济型旅舍", {"云栖旅舍"}),
        ("我想找个有游泳池的旅舍住，推荐一家吧", {"松风旅舍", "望湖旅舍", "青石旅舍"}),
        ("票价50元以下的公园有哪些", {"百鸟园", "柳堤公园", "古塔园"}),
        ("有没有免费的公园推荐", {"柳堤公园"}),
        ("想找一个门票是100元以上的公园，求推荐", {"石林谷"}),
    ],
)
def test_all_conditions_hold_for_what_is_listed(town: Bank, text: str, members: set[str]) -> None:
    made = town.reply(text)
    assert made.outcome == "answered", made.message.text
    assert {f.subject_name for f in made.facts} == members


@pytest.mark.parametrize(
    "text", ["帮我找一个能住5人的旅舍，评分4分以上", "推荐一个面积30平方米以上、评分4分以上的旅舍"]
)
def test_a_figure_that_nothing_takes_is_not_left_out(town: Bank, text: str) -> None:
    made = town.reply(text)
    assert made.outcome != "answered", made.message.text


def test_the_figures_of_a_class_are_still_told_where_no_condition_is_said(town: Bank) -> None:
    made = town.reply("这些公园的门票各是多少")
    assert made.outcome == "answered"
    assert {f.subject_name for f in made.facts} == set(PARKS)
