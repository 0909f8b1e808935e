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
STAYS = {"百鸟园": "1小时 - 2小时", "柳堤公园": "2小时", "石林谷": "2小时 - 4小时", "古塔园": "1小时"}
TASTES = {"百鸟园": "4.6", "柳堤公园": "4.1", "石林谷": "4.8", "古塔园": "3.9"}


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
            writer.writerow([name, "游玩时间", STAYS[name], "公园"])
            writer.writerow([name, "评分", TASTES[name], "公园"])
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
        ("可以帮我安排一个门票100元以上，评分是4.5分以上的公园吗", {"石林谷"}),
        ("能不能介绍一个票价50元以下、评分4.5以上的公园", {"百鸟园"}),
        ("价格在40-50元之间的公园有推荐的吗", {"古塔园"}),
        ("有没有4.5分以上的公园", {"百鸟园", "石林谷"}),
        ("逛完街想去一个免费公园，有推荐的吗", {"柳堤公园"}),
        ("想找个最低价格是1000-1300元，评分在4.5分以上的旅舍住下", {"青石旅舍"}),
        ("推荐一个舒适旅舍吧", {"松风旅舍", "听雨旅舍"}),
        ("想住有免费停车的旅馆，价格最好在200元以下，推荐一家", {"枕溪旅舍"}),
        ("有没有价格300-500元，评分是4.5分以上的旅舍给我推荐一个啊", {"松风旅舍"}),
        ("明天想找一个价格在300-500元，评分4.5分以上的旅舍住，有什么好的建议吗", {"松风旅舍"}),
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


@pytest.mark.parametrize(
    ("text", "members"),
    [
        ("推荐一个游玩时间2小时的公园", {"柳堤公园"}),
        ("想找个能玩1小时 - 2小时的公园，推荐一下", {"百鸟园"}),
        ("有没有游玩时间在1小时-4小时的公园推荐", {"百鸟园", "柳堤公园", "石林谷", "古塔园"}),
    ],
)
def test_a_duration_that_stands_as_written_is_meant_as_such(town: Bank, text: str, members: set[str]) -> None:
    made = town.reply(text)
    assert made.outcome == "answered", made.message.text
    assert {f.subject_name for f in made.facts} == members
