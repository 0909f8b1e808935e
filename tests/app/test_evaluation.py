"""The evaluator: reading sets, judging replies, and the figures it reports."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from app.evaluation import Mark, SetError, Turn, failure_lines, judge, read_set, run, tables
from app.evaluation.cases import expectation
from app.evaluation.reading import numbers_in, read_reply, shown
from app.evaluation.running import set_hash
from app.evaluation.statistics import Share, calibration_error, percentile

SETS = Path(__file__).parents[1] / "eval"
FEE = ["白金卡", "年费", "600元"]
TERMS = [["白金卡", "年费", "600元", "期限=1年"], ["白金卡", "年费", "500元", "期限=3年"]]
NEXT_FEE = ["白金卡", "年费", "680元"]


def reply(text: str = "好的", facts: list[list[str]] | None = None, **rest: Any) -> dict[str, Any]:
    """A batch output line; each fact is subject, predicate, object and perhaps qualifiers."""
    keys = ("subject", "predicate", "object", "qualifiers")
    lines = [dict(zip(keys, fact, strict=False)) for fact in facts or []]
    return {"reply": text, "outcome": "answered", "confidence": 0.9, "latency_ms": 5.0, "facts": lines, **rest}


def mark(expect: Mapping[str, Any], back: Mapping[str, Any]) -> Mark:
    """The mark of one reply."""
    return judge(expectation(expect), read_reply(back)).mark


@pytest.mark.parametrize(
    ("expect", "back", "wanted"),
    [
        ({"facts": [FEE], "facts_only": True}, reply(facts=[FEE]), Mark.EXACT),
        ({"facts": [FEE], "facts_only": True}, reply(facts=[NEXT_FEE]), Mark.WRONG),
        ({"facts": [FEE], "facts_only": True}, reply(facts=[FEE, NEXT_FEE]), Mark.WRONG),
        ({"facts": [FEE], "facts_only": True}, reply(facts=[FEE, ["白金卡", "免息期", "56天"]]), Mark.LOOSE),
        ({"facts": [FEE], "facts_only": True}, reply(facts=[FEE, ["信用卡", "风险提示", "…"]]), Mark.EXACT),
        ({"facts": [FEE]}, reply(facts=[FEE, NEXT_FEE]), Mark.EXACT),
        ({"facts": [FEE]}, reply(facts=[["白金卡", "年费", "600 元"]]), Mark.EXACT),
        ({"facts": [[*FEE, "期限=1年;金额≥5万元"]]}, reply(facts=[[*FEE, "金额≥5万元;期限=1年"]]), Mark.EXACT),
        ({"facts": [[*FEE, "期限=1年"]]}, reply(facts=[[*FEE, "期限=3年"]]), Mark.WRONG),
        ({"facts": [[*FEE, "期限=1年-3年"]]}, reply(facts=[[*FEE, "期限…1年-3年"]]), Mark.EXACT),
        ({"facts": [[*FEE, "期限=1年"]], "facts_only": True}, reply(facts=TERMS), Mark.LOOSE),
        ({"facts": [FEE]}, reply(outcome="clarify"), Mark.CLARIFIED),
        ({"facts": [FEE]}, reply(outcome="fallback"), Mark.REFUSED),
        ({"facts": [FEE]}, reply(outcome="unanswerable"), Mark.REFUSED),
        ({"any_facts": [[[FEE], [NEXT_FEE]]]}, reply(facts=[NEXT_FEE]), Mark.EXACT),
        ({"any_facts": [[[FEE, NEXT_FEE]]]}, reply(facts=[NEXT_FEE]), Mark.WRONG),
        ({"facts": [FEE], "facts_not": [NEXT_FEE]}, reply(facts=[FEE, NEXT_FEE]), Mark.WRONG),
        ({"outcome": "unanswerable"}, reply(facts=[FEE]), Mark.WRONG),
        ({"outcome": "unanswerable"}, reply(outcome="unanswerable"), Mark.EXACT),
        ({"outcome": "out_of_scope"}, reply(outcome="fallback"), Mark.OFF),
        ({"outcome": ["out_of_scope", "chitchat"]}, reply(outcome="chitchat"), Mark.EXACT),
        ({"outcome": "handoff", "reply_has": ["956-0088"]}, reply("稍等", outcome="handoff"), Mark.OFF),
        ({"outcome": ["answered", "unanswerable"], "facts": [FEE]}, reply(outcome="unanswerable"), Mark.EXACT),
        ({"outcome": ["answered", "unanswerable"], "facts": [FEE]}, reply(facts=[NEXT_FEE]), Mark.WRONG),
        ({"intent": "report_urgent"}, reply(intent="ask"), Mark.WRONG),
        ({"intent": "report_urgent"}, reply(intent="report_urgent"), Mark.EXACT),
        ({"faq": "卡丢了怎么办"}, reply(facts=[["卡丢了怎么办", "答案", "请挂失"]]), Mark.EXACT),
        ({"faq": "卡丢了怎么办"}, reply(facts=[FEE]), Mark.WRONG),
        ({"reply_lacks": ["保本"]}, reply("保本"), Mark.WRONG),
        ({"reply_any": ["手机银行", "网点"]}, reply("请看手机银行"), Mark.EXACT),
        ({"verdict": "no"}, reply("可以，1万元起"), Mark.WRONG),
        ({"verdict": "no"}, reply("不够，20万元起"), Mark.EXACT),
        ({"verdict": "yes"}, reply("不能"), Mark.WRONG),
        ({"verdict": "yes"}, reply("（按“大额存单”理解）\n不能"), Mark.WRONG),
    ],
)
def test_judge_marks_facts_outcomes_and_words(expect: dict[str, Any], back: dict[str, Any], wanted: Mark) -> None:
    assert mark(expect, back) is wanted


LONG = [f"网点{n}" for n in "甲乙丙丁戊己庚辛壬癸子丑"]


@pytest.mark.parametrize(
    ("expect", "text", "wanted"),
    [
        ({"members": ["甲卡", "乙卡"], "total": 2}, "有甲卡、乙卡", Mark.EXACT),
        ({"members": ["甲卡", "乙卡"], "total": 2}, "有甲卡", Mark.WRONG),
        ({"members": ["甲卡"], "members_exclude": ["乙卡"], "total": 1}, "甲卡、乙卡", Mark.WRONG),
        ({"members": ["甲卡"], "members_optional": ["乙卡"], "total": 1}, "甲卡、乙卡", Mark.EXACT),
        ({"members": LONG, "total": 12}, "共12家：" + "、".join(LONG[:5]), Mark.EXACT),
        ({"members": LONG, "total": 12}, "、".join(LONG[:5]), Mark.WRONG),
        ({"members": LONG, "total": 12}, "共12家：" + LONG[0], Mark.WRONG),
        ({"members": LONG, "members_optional": ["总行"], "total": 12}, "共13家：" + "、".join(LONG[:3]), Mark.EXACT),
        ({"total": 7, "count": True}, "一共7家", Mark.EXACT),
        ({"total": 7, "count": True}, "一共七家", Mark.EXACT),
        ({"total": 7, "count": True}, "一共17家，利率7.5%", Mark.WRONG),
        ({"best": ["钻石卡"], "candidates": ["金卡"]}, "钻石卡3600元，其次金卡", Mark.EXACT),
        ({"best": ["钻石卡"], "candidates": ["金卡"]}, "金卡，其次钻石卡", Mark.WRONG),
        ({"best": ["钻石卡"], "candidates": ["金卡"]}, "年费不等", Mark.WRONG),
        ({"best": ["乙", "甲"], "candidates": ["丙"], "top": 2}, "甲、乙，丙", Mark.EXACT),
        ({"best": ["乙", "甲"], "candidates": ["丙"], "top": 2}, "甲、丙，乙", Mark.WRONG),
    ],
)
def test_judge_marks_lists_counts_and_superlatives(expect: dict[str, Any], text: str, wanted: Mark) -> None:
    assert mark(expect, reply(text)) is wanted


def test_members_shown_only_as_facts_count() -> None:
    back = reply("见下表", facts=[["甲卡", "年费", "0元"], ["乙卡", "年费", "0元"]])
    assert mark({"members": ["甲卡", "乙卡"], "total": 2}, back) is Mark.EXACT


def test_a_name_inside_a_longer_one_is_not_shown() -> None:
    back = read_reply(reply("云杉稳盈1号最高"))
    assert shown(back, ["稳盈1号", "云杉稳盈1号"]) == ["云杉稳盈1号"]


def test_numbers_are_whole_and_no_percentages() -> None:
    text = "共3款，利率1.55%，12%，20万，两张，R4，稳盈1号，6个月，来源：网点表（2026年11月）"
    assert numbers_in(text) == {3, 2}


def test_wilson_interval_and_percentiles_agree_with_the_textbook() -> None:
    low, high = Share(95, 100).interval
    assert (round(low, 4), round(high, 4)) == (0.8882, 0.9785)
    assert Share(0, 0).interval == (0.0, 1.0)
    assert percentile([5.0, 1.0, 3.0, 2.0, 4.0], 0.5) == 3.0
    assert percentile([1.0, 9.0], 0.99) == 9.0


def test_calibration_error_is_the_gap_between_confidence_and_right() -> None:
    pairs = [(0.95, True), (0.95, True), (0.95, True), (0.95, False)]
    assert calibration_error(pairs) == pytest.approx(0.2)


def write_set(folder: Path, *cases: dict[str, Any], closed: bool = False) -> Path:
    """A set of the given cases in a folder."""
    folder.mkdir(exist_ok=True)
    (folder / "set.json").write_text(json.dumps({"name": folder.name, "today": "2026-11-20", "closed": closed}))
    lines = (json.dumps(case, ensure_ascii=False) for case in cases)
    (folder / "cases.jsonl").write_text("\n".join(lines), encoding="utf-8")
    return folder


SINGLE = {
    "id": "a1",
    "kind": "attribute",
    "phenomenon": "plain",
    "turns": [{"text": "白金卡年费", "expect": {"outcome": "answered", "facts": [FEE]}}],
}
TALK = {
    "id": "c1",
    "kind": "conversation",
    "phenomenon": "switch",
    "turns": [
        {"text": "白金卡年费", "kind": "attribute", "phenomenon": "plain", "expect": {"facts": [FEE]}},
        {
            "text": "明年呢",
            "kind": "time",
            "phenomenon": "period",
            "today": "2026-12-01",
            "expect": {"facts": [NEXT_FEE]},
        },
    ],
}


def test_run_asks_in_order_and_reports(tmp_path: Path) -> None:
    asked: list[tuple[str, str, date]] = []

    def ask(session: str, text: str, today: date) -> dict[str, Any]:
        asked.append((session, text, today))
        return reply("600元", facts=[FEE])

    folder = write_set(tmp_path / "mini", SINGLE, TALK)
    out = tmp_path / "report.json"
    report = run([folder], ask, out)
    assert asked == [
        ("mini-a1", "白金卡年费", date(2026, 11, 20)),
        ("mini-c1", "白金卡年费", date(2026, 11, 20)),
        ("mini-c1", "明年呢", date(2026, 12, 1)),
    ]
    assert [(row.name, row.turns) for row in report.groups()] == [
        (("mini", "conversations"), 2),
        (("mini", "single"), 1),
    ]
    assert report.wrong_of_all() == Share(1, 3)
    written = json.loads(out.read_text(encoding="utf-8"))
    assert written["latency_ms"] == {"p50": 5.0, "p99": 5.0}
    assert [f["text"] for f in written["failures"]] == ["明年呢"]
    assert written["sets"] == {"mini": set_hash([folder / "cases.jsonl"])}
    assert [table.columns[0].header for table in tables(report)] == [
        "kind / phenomenon",
        "kind",
        "set / group",
        "figure",
    ]
    assert list(failure_lines(report))[:2] == ["c1 [time/period] wrong: 明年呢", "    missing 白金卡·年费·680元"]


def test_a_broken_reply_is_an_error_and_the_run_goes_on(tmp_path: Path) -> None:
    def ask(session: str, text: str, today: date) -> dict[str, Any]:
        if "c1" in session:
            raise RuntimeError("graph is down")
        return reply(facts=[FEE])

    report = run([write_set(tmp_path / "mini", SINGLE, TALK)], ask)
    assert [j.judgement.mark for j in report.judged] == [Mark.EXACT, Mark.REFUSED, Mark.REFUSED]
    assert "graph is down" in report.judged[1].reply.text


def test_failures_of_a_closed_set_are_only_shown_when_asked_for(tmp_path: Path) -> None:
    folder = write_set(tmp_path / "shut", SINGLE, closed=True)
    hidden, seen = tmp_path / "hidden.json", tmp_path / "seen.json"
    run([folder], lambda *_: reply(outcome="fallback"), hidden)
    run([folder], lambda *_: reply(outcome="fallback"), seen, show_failures=True)
    assert json.loads(hidden.read_text())["failures"] == []
    assert len(json.loads(seen.read_text())["failures"]) == 1


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('{"id": "x"', "JSONDecodeError"),
        ('{"id": "x", "kind": "a", "phenomenon": "b", "turns": [{"text": "t", "expect": {"fact": []}}]}', "fact"),
        ('{"id": "x", "kind": "a", "phenomenon": "b", "turns": [{"text": "t", "expect": {"outcome": "ok"}}]}', "ok"),
        ('{"id": "x", "kind": "a", "phenomenon": "b", "turns": []}', "turns is empty"),
    ],
)
def test_a_broken_line_is_named(tmp_path: Path, line: str, said: str) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text("\n" + line, encoding="utf-8")
    with pytest.raises(SetError, match=r"bad\.jsonl:2") as caught:
        read_set(file)
    assert said in str(caught.value)


def test_a_set_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetError, match="no questions here"):
        read_set(tmp_path / "nowhere")


def turns_of(name: str) -> list[Turn]:
    """All turns of one of our own sets."""
    return [turn for case in read_set(SETS / name).cases for turn in case.turns]


def test_the_frozen_set_is_the_one_recorded() -> None:
    recorded = (SETS / "frozen.sha256").read_text(encoding="utf-8").split()[0]
    assert set_hash(read_set(SETS / "frozen").files) == recorded, (
        "tests/eval/frozen changed; if that was meant, write the new hash to tests/eval/frozen.sha256 and say why"
    )


def test_the_frozen_set_is_as_large_as_it_should_be() -> None:
    cases = read_set(SETS / "frozen").cases
    single = Counter(case.turns[0].kind for case in cases if case.single)
    talks = [case for case in cases if not case.single]
    assert single["out_of_scope"] >= 200
    assert single["unanswerable"] >= 150
    assert single.total() - single["out_of_scope"] - single["unanswerable"] >= 700
    assert len(talks) >= 150
    assert sum(len(case.turns) for case in talks) >= 700


def test_no_question_stands_in_two_sets() -> None:
    names = ("dev", "dev2", "dev3", "dev4", "dev5", "dev6", "dev8", "frozen")
    sets = [{c.turns[0].text for c in read_set(SETS / n).cases if c.single} for n in names]
    assert not [texts for one, other in combinations(sets, 2) if (texts := one & other)]


@pytest.mark.parametrize("name", ["dev", "dev2", "dev3", "dev4", "dev5", "dev6", "dev8", "frozen"])
def test_every_expected_fact_stands_in_the_demo_graph(name: str) -> None:
    known = graph_facts()
    turns = turns_of(name)
    groups = [fact for turn in turns for group in turn.expect.any_facts for choice in group for fact in choice]
    wanted = [*groups, *(fact for turn in turns for fact in turn.expect.facts)]
    assert len(wanted) > 100
    assert not [fact for fact in wanted if (*fact, "")[:4] not in known]


def graph_facts() -> set[tuple[str, str, str, str]]:
    """Subject, predicate, object with unit, and qualifiers of every row of the demo graph."""
    found = set()
    for file in (SETS.parents[1] / "data" / "triples").glob("*.csv"):
        if file.name.startswith("ontology"):
            continue
        with file.open(encoding="utf-8-sig", newline="") as rows:
            for row in csv.DictReader(rows):
                value = (row["object"] or "").strip() + (row.get("unit") or "").strip()
                qualifiers = (row.get("qualifiers") or "").strip()
                found.add((row["subject"].strip(), row["predicate"].strip(), value, qualifiers))
    return found
