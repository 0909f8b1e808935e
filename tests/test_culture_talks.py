"""Talks about films, songs, people and sights on a graph that nobody declared, in which most turns leave the thing out.

tests/graphs/culture_talks.jsonl was written without looking at how the graph is understood: a line is a talk, a turn
says which attribute of which thing is asked; none is scored where it is empty, and `-` is one that nothing answers.
leisure_talks.jsonl was written in the same way on another graph, chattier, with the attributes in a list `asked`.
"""

from __future__ import annotations

import json
from collections import Counter
from typing import Any

import pytest

from nlu.memory import Memory
from tests.support.demo import PROJECT, Bank, bank_of, snapshot_of

GRAPHS = PROJECT / "tests" / "graphs"


@pytest.fixture(scope="module")
def culture() -> Bank:
    return bank_of(snapshot_of([GRAPHS / "culture.csv"]))


@pytest.fixture(scope="module")
def leisure() -> Bank:
    return bank_of(snapshot_of([GRAPHS / "leisure.csv"]))


def outcomes(bank: Bank, talks: str) -> Counter[str]:
    """Turns by what became of them."""
    found: Counter[str] = Counter()
    for line in (GRAPHS / talks).read_text(encoding="utf-8").splitlines():
        memory = Memory()
        for turn in json.loads(line):
            made = bank.reply(turn["text"], memory)
            memory = Memory.from_json(made.memory.to_json())
            said = {(f.subject_name, f.predicate) for f in made.facts}
            wanted = wanted_of(turn)
            answered = made.outcome == "answered"
            if wanted is None:
                found["unknown answered" if answered else "unknown"] += 1
            elif wanted:
                found["right" if wanted <= said else "wrong" if answered else "refused"] += 1
    return found


def wanted_of(turn: dict[str, Any]) -> set[tuple[str, str]] | None:
    """The (thing, attribute) that the turn asks for; None where nothing answers, empty where it is not scored."""
    asked = turn.get("asked", [[turn.get("subject"), turn.get("predicate")]])
    if asked == ["-"] or turn.get("predicate") == "-":
        return None
    return {(subject, predicate) for subject, predicate in asked if predicate}


def test_most_turns_are_understood_though_they_name_nothing(culture: Bank) -> None:
    found = outcomes(culture, "culture_talks.jsonl")
    asked = found["right"] + found["wrong"] + found["refused"]
    assert found["right"] >= 0.9 * asked, found
    assert found["wrong"] <= 0.05 * asked, found
    assert found["unknown answered"] <= 1, found


def test_chatty_talks_about_films_songs_and_sights(leisure: Bank) -> None:
    """40 talks of 292 turns, written before the understanding was looked at; most turns name nothing."""
    found = outcomes(leisure, "leisure_talks.jsonl")
    asked = found["right"] + found["wrong"] + found["refused"]
    assert found["right"] >= 0.8 * asked, found
    assert found["wrong"] <= 0.1 * asked, found
    assert found["unknown answered"] <= 2, found


@pytest.mark.parametrize(
    ("talk", "subject", "predicate"),
    [
        (("裴小川多高", "183，好高。哪里人"), "裴小川", "出生地"),
        (("灰狼合唱团的成员有谁", "好可惜。他们最有名的歌是哪首"), "灰狼合唱团", "代表作品"),
        (("月牙海面积有多大", "为什么这么出名，有什么特点"), "月牙海", "特点"),
        (("想吃糖水，老南门糖水铺在哪",), "老南门糖水铺", "地址"),
        (("鹭栖酒店多少钱", "离哪个景点近", "这景点门票呢"), "白鹭洲公园", "门票"),
        (("雨巷尽头谁唱的", "她哪家公司的", "这首歌有多长"), "雨巷尽头", "歌曲时长"),
        (("南方以南的导演是谁", "她哪年出生", "男主角是谁"), "南方以南", "主演"),
        (("临江市有哪些好玩的", "古城门票多少"), "临江古城", "门票"),
        (("老南门糖水铺和鹭栖酒店哪个评分高", "酒店的地址是", "糖水铺的呢"), "老南门糖水铺", "地址"),
        (("铁佛寺和白鹭洲公园，门票分别多少", "前面那个电话是多少"), "铁佛寺", "电话"),
        (("铁佛寺和白鹭洲公园，门票分别多少", "后面那个呢"), "白鹭洲公园", "门票"),
        (("沈岸是哪里人", "他第一部科幻叫什么来着，星尘驿站对吧，几分"), "星尘驿站", "评分"),
        (("南方以南多少分", "哪个国家的"), "南方以南", "制片国家/地区"),
        (("夏末的琴房评分", "什么时候的电影啊"), "夏末的琴房", "上映日期"),
        (("裴小川是哪里人", "他多大了"), "裴小川", "出生日期"),
        (("星尘补给站票房", "具体是多少"), "星尘补给站", "票房"),
        (("雾都来信谁导的", "他还拍过啥", "雾都来信的主演有谁", "片子长吗"), "雾都来信", "片长"),
    ],
)
def test_what_a_chatty_turn_leaves_out_is_found(
    leisure: Bank, talk: tuple[str, ...], subject: str, predicate: str
) -> None:
    made = leisure.talk(*talk)[-1]
    assert made.outcome == "answered"
    assert {(f.subject_name, f.predicate) for f in made.facts} == {(subject, predicate)}


def test_what_a_film_lacks_is_not_made_up_for_by_a_description(leisure: Bank) -> None:
    assert leisure.talk("夏末的琴房评分", "票房怎么样")[-1].outcome == "unanswerable"


def test_a_remark_is_not_dropped_where_it_names_what_is_asked_about(leisure: Bank) -> None:
    assert leisure.talk("月牙海门票", "那个飞天崖真不错，门票多少")[-1].outcome != "answered"


@pytest.mark.parametrize(
    "text", ["你知道北岸没有灯塔这部电影吗", "听过没有灯的夜里吗", "给我讲讲纸飞机航线吧", "澄湖是什么"]
)
def test_a_thing_is_described_by_its_prose_where_nobody_defined_it(culture: Bank, text: str) -> None:
    made = culture.reply(text)
    assert made.outcome == "answered"
    assert len(made.facts[0].text) >= 24
    assert made.facts[0].text in made.message.plain()


def test_another_thing_of_the_kind_does_not_answer_for_one_that_lacks_it(culture: Bank) -> None:
    replies = culture.talk("栖云山的电话", "澄湖的门票", "电话是多少")
    assert "0839" in replies[0].message.plain()
    assert replies[2].outcome != "answered"
