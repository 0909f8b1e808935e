"""Other people's data sets become triples and conversations whose answers are known; invented records of their form."""

from __future__ import annotations

import csv
import json
import zipfile
from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from app.evaluation.cases import Expectation, SetError, Turn, read_set
from app.evaluation.foreign.crosswoz import conversations, is_crosswoz, read_base, read_dialogues, write_triples
from app.evaluation.foreign.crosswoz_conditions import Condition, condition, meets
from app.evaluation.foreign.finance import FINANCE, finance_questions, is_finance, scope
from app.evaluation.foreign.talks import crosswoz_talks
from app.evaluation.reading import Reply
from app.evaluation.reliability import drawing, reliability
from app.evaluation.report import Judged
from app.evaluation.scoring import Judgement, Mark
from app.settings import load_settings
from kg.answer import Outcome

PARK = {"领域": "景点", "名称": "枫露园", "门票": 0, "评分": 4.6, "电话": None, "周边餐馆": ["老灶台", "\u0001"]}
DINER = {"领域": "餐馆", "名称": "老灶台", "人均消费": 55, "评分": 4.2, "推荐菜": ["石锅鱼", "糍粑"]}
HOTEL = {"领域": "酒店", "名称": "白鹭旅馆", "价格": 320, "酒店设施": ["停车场"]}


def message(role: str, text: str, acts: list[list[str]], state: list[list[object]] | None = None) -> dict[str, object]:
    """One message as the data set has it."""
    return {"role": role, "content": text, "dialog_act": acts, "user_state": state or []}


TALK = [
    message("usr", "找个免费的公园", [["Inform", "景点", "门票", "免费"], ["Request", "景点", "名称", ""]]),
    message("sys", "枫露园不错", [["Recommend", "景点", "名称", "枫露园"]]),
    message(
        "usr",
        "评分多少，附近有什么吃的",
        [["Request", "景点", "评分", ""], ["Request", "景点", "周边餐馆", ""]],
        [[1, "景点", "名称", "枫露园", True], [1, "景点", "评分", "", True], [1, "景点", "周边餐馆", [], True]],
    ),
    message("sys", "4.6分，有老灶台", [["Inform", "景点", "评分", "4.6分"]]),
    message(
        "usr",
        "电话呢",
        [["Request", "景点", "电话", ""]],
        [[1, "景点", "名称", "枫露园", True], [1, "景点", "电话", "", True]],
    ),
    message("usr", "谢谢", [["General", "thank", "none", "none"]]),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for file, record in (("attraction_db.json", PARK), ("hotel_db.json", HOTEL), ("restaurant_db.json", DINER)):
        (tmp_path / file).write_text(json.dumps([[record["名称"], record]], ensure_ascii=False), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "val.json.zip", "w") as packed:
        packed.writestr("val.json", json.dumps({"7": {"messages": TALK}}, ensure_ascii=False))
    return tmp_path


def test_a_folder_of_another_kind_is_none(tmp_path: Path, folder: Path) -> None:
    assert is_crosswoz(folder)
    assert not is_crosswoz(tmp_path / "nothing")


def test_records_become_triples_without_what_is_empty(folder: Path, tmp_path: Path) -> None:
    count = write_triples(read_base(folder), tmp_path / "out.csv")
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as lines:
        rows = [(r["subject"], r["predicate"], r["object"]) for r in csv.DictReader(lines)]
    assert len(rows) == count
    assert ("枫露园", "实例", "景点") in rows
    assert ("枫露园", "周边餐馆", "老灶台") in rows
    assert {p for s, p, _ in rows if s == "枫露园"} == {"实例", "门票", "评分", "周边餐馆"}


def test_conversations_expect_what_the_records_hold(folder: Path, tmp_path: Path) -> None:
    lines = list(conversations(read_base(folder), read_dialogues(folder)))
    (tmp_path / "talks.jsonl").write_text("\n".join(json.dumps(one, ensure_ascii=False) for one in lines), "utf-8")
    case = read_set(tmp_path / "talks.jsonl").cases[0]
    assert [(t.text, t.unscored) for t in case.turns] == [
        ("找个免费的公园", False),
        ("枫露园不错", True),
        ("评分多少，附近有什么吃的", False),
        ("电话呢", False),
    ]
    found, both, lacking = (case.turns[i] for i in (0, 2, 3))
    assert found.expect.members == ("枫露园",)
    assert (both.kind, both.phenomenon) == ("attributes", "introduced")
    assert both.expect.any_facts == (
        ((("枫露园", "评分", "4.6"),),),
        ((("枫露园", "周边餐馆", "老灶台"),),),
    )
    assert (lacking.phenomenon, [o.value for o in lacking.expect.outcome]) == ("omitted", ["unanswerable"])


@pytest.mark.parametrize(
    ("slot", "value", "wanted"),
    [
        ("评分", "4.5分以上", Condition("评分", low=4.5)),
        ("价格", "300-400元", Condition("价格", low=300, high=400)),
        ("人均消费", "50元以下", Condition("人均消费", high=50)),
        ("门票", "免费", Condition("门票", low=0, high=0)),
        ("评分", "5分", Condition("评分", low=5, high=5)),
        ("酒店设施-停车场", "是", Condition("酒店设施", "停车场")),
        ("酒店设施-停车场", "否", None),
        ("门票", "便宜些", None),
        ("推荐菜", "石锅鱼", Condition("推荐菜", "石锅鱼")),
    ],
)
def test_conditions_as_written(slot: str, value: str, wanted: Condition | None) -> None:
    assert condition(slot, value) == wanted


@pytest.mark.parametrize(
    ("record", "demand", "met"),
    [
        (PARK, Condition("门票", low=0, high=0), True),
        (PARK, Condition("评分", low=4.7), False),
        (PARK, Condition("电话", low=1), False),
        (DINER, Condition("推荐菜", "糍粑"), True),
        (DINER, Condition("推荐菜", "糍"), False),
        (HOTEL, Condition("价格", low=300, high=400), True),
    ],
)
def test_what_meets_a_condition(record: dict[str, object], demand: Condition, met: bool) -> None:
    assert meets(record, demand) is met


def test_questions_about_finance_or_not(tmp_path: Path) -> None:
    rows = "id,question,answer\n0,存款利息多少,是\n1,今天吃什么,否\n2,没有答案的,\n3,明天下雨吗,否\n"
    (tmp_path / FINANCE).write_text("\ufeff" + rows, encoding="utf-8")
    assert is_finance(tmp_path)
    found = scope(finance_questions(tmp_path), lambda text: "存款" in text or "下雨" in text)
    assert (found.inside.hits, found.inside.of) == (1, 1)
    assert (found.outside.hits, found.outside.of) == (1, 2)


def test_a_graph_server_of_the_bank_is_never_filled(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://localhost:1")
    with (
        pytest.raises(SetError, match="NEO4J_URI"),
        crosswoz_talks(folder, load_settings({"JINWEN_HOME": str(folder / "home")}), lambda _: None),
    ):
        raise AssertionError("opened")


def judged(outcome: Outcome, confidence: float, mark: Mark) -> Judged:
    """One judged turn."""
    turn = Turn("问", "attribute", "-", Expectation(), date(2026, 11, 20))
    return Judged("dev", "1", "single", turn, Reply("答", outcome, confidence=confidence), Judgement(mark))


def test_reliability_is_told_by_outcome() -> None:
    turns = [judged(Outcome.ANSWERED, 0.9, Mark.EXACT)] * 27 + [judged(Outcome.ANSWERED, 0.9, Mark.WRONG)] * 3
    turns += [judged(Outcome.UNANSWERABLE, 0.4, Mark.REFUSED)] * 2
    answered, refused = reliability(turns)
    assert (answered.outcome, answered.turns, round(answered.error, 6)) == (Outcome.ANSWERED, 30, 0.0)
    assert round(refused.error, 6) == 0.4
    drawn = ElementTree.fromstring(drawing([answered, refused], "甲<乙"))
    assert len(drawn.findall("{http://www.w3.org/2000/svg}circle")) == 1
