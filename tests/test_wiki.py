"""An encyclopaedia in its messy form: 41 invented things, most without a class, nothing declared.

Values hold several items, brackets and units; things are called by common words, by what attributes are called, like
one another, or longer than anybody says. `wiki.csv` was written without a look at what is understood; the first
figures, and what was mended after them: docs/evaluation.md. In its questions {} is the thing's name; rows without a
predicate ask what the thing does not say, or of things that are not there.
"""

from __future__ import annotations

import csv
from collections import Counter
from pathlib import Path

import pytest

from tests.support.demo import PROJECT, Bank, bank_of, snapshot_of

TABLE = PROJECT / "tests" / "graphs" / "wiki.csv"
RIGHT, WRONG, ANSWERED = 0.95, 0.015, 0.11
"""The least share right and the most wrong of what can be answered, the most answered of what cannot."""


def rows() -> list[dict[str, str]]:
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.fixture(scope="module")
def wiki(tmp_path_factory: pytest.TempPathFactory) -> Bank:
    path: Path = tmp_path_factory.mktemp("wiki") / "things.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["subject", "predicate", "object", "subject_type"])
        writer.writerows([r["thing"], r["predicate"], r["value"], r["kind"]] for r in rows() if r["predicate"])
    return bank_of(snapshot_of([path]))


def test_most_are_found_and_few_mistaken(wiki: Bank) -> None:
    found: Counter[str] = Counter()
    for row in rows():
        for asked in filter(None, row["questions"].split("|")):
            made = wiki.reply(asked.replace("{}", row["thing"]))
            said = {(f.subject_name, f.predicate) for f in made.facts if f.predicate != "实例"}
            answered = made.outcome == "answered"
            if not row["predicate"]:
                found["answered" if answered else "kept silent"] += 1
            else:
                right = said == {(row["thing"], row["predicate"])}
                found["refused" if not answered else "right" if right else "wrong"] += 1
    asked_of_known = found["right"] + found["wrong"] + found["refused"]
    assert found["right"] >= RIGHT * asked_of_known, found
    assert found["wrong"] <= WRONG * asked_of_known, found
    assert found["answered"] <= ANSWERED * (found["answered"] + found["kept silent"]), found


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("作家李宛什么时候出生的", "李宛(作家)"),
        ("打羽毛球的李宛是哪年生的", "李宛(羽毛球运动员)"),
        ("《糖》是哪年出版的", "糖(李宛小说)"),
        ("小说糖的作者是谁", "糖(李宛小说)"),
        ("霍恩出生在哪里", "埃德加·冯·霍恩"),
        ("埃德加冯霍恩的出生地", "埃德加·冯·霍恩"),
        ("临州猎隼的队长是谁", "临州猎隼足球俱乐部"),
        ("衡山老母的坐骑是什么", "烛衡"),
        ("《作者》哪年发行的", "作者"),
        ("作者这首歌有多长", "作者"),
    ],
)
def test_things_are_found_by_what_people_call_them(wiki: Bank, question: str, thing: str) -> None:
    assert {f.subject_name for f in wiki.reply(question).facts} == {thing}


@pytest.mark.parametrize(
    ("question", "predicate"),
    [
        ("破浪者号是驱逐舰还是护卫舰", "舰型"),
        ("澜湾晨报是日报还是周报", "出版周期"),
        ("云雾雀舌是绿茶还是红茶", "茶类"),
    ],
)
def test_of_two_alternatives_one_is_what_is_told(wiki: Bank, question: str, predicate: str) -> None:
    assert {f.predicate for f in wiki.reply(question).facts} == {predicate}


@pytest.mark.parametrize(
    "question",
    [
        "小纸人西游第二季什么时候出",
        "明湖晚报的发行量",
        "韩宁宗的年号是什么",
        "破浪者号的舰长是谁",
        "临州猎隼的队医是谁",
        "《糖》的译者是谁",
        "为什么不回家的片尾曲是什么",
    ],
)
def test_others_do_not_answer_for_what_is_not_there(wiki: Bank, question: str) -> None:
    assert wiki.reply(question).outcome == "unanswerable"
