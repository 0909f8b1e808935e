"""The desk on a real graph: a change from upload to rollback, and what it refuses on the way."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.editing import desk, entities, reading
from app.editing.desk import NotAllowed
from app.editing.operations import run_operation
from app.editing.parts import Parts
from app.graph_process import GraphEndpoint
from connectors.editor.ports import DeskRefused, No
from dialogue.message import Message
from dialogue.store import Store, TurnRecord
from dialogue.turn import TurnIn, TurnOut
from kg.answer import Outcome
from kg.draft_files import Edit
from kg.drafts import DraftMoved
from kg.journal import Act
from kg.lexicon.lexicon import read_meta
from kg.publishing import Overtaken, settle_published
from kg.query import Ask, Entity, Query
from kg.store import Note
from kg.withdrawal import withdrawn
from tests.support.desk import desk_parts

DAY = date(2026, 11, 20)
HEADER = "subject,predicate,object\n"
BAD = f"{HEADER}稳盈1号,起购金额,五万块儿吧\n稳盈1号,年利率\n".encode()


@pytest.fixture
def parts(arcadedb_endpoint: GraphEndpoint, tmp_path: Path) -> Iterator[Parts]:
    with desk_parts(arcadedb_endpoint, tmp_path) as made:
        yield made


def drafted(parts: Parts, rows: str, who: str = "王敏", message: str = "调整") -> dict[str, Any]:
    made = desk.open_draft(parts, who, {"改.csv": (HEADER + rows).encode()}, message, False)
    assert made["findings"]["errors"] == 0, made["findings"]
    return made


def submitted(parts: Parts, rows: str, who: str = "王敏") -> dict[str, Any]:
    made = drafted(parts, rows, who)
    return desk.submit(parts, who, made["id"], made["version"], "")


def value(parts: Parts, predicate: str = "起购金额") -> str:
    [fact] = parts.graph.at().facts_of(["稳盈1号"], [predicate])
    return fact.text


def test_a_change_goes_its_whole_way_and_back(parts: Parts) -> None:
    made = desk.open_draft(parts, "王敏", {"改.csv": BAD}, "", False)
    assert [(p["line"], p["severity"]) for p in made["findings"]["problems"]] == [(2, "error"), (3, "error")]
    with pytest.raises(NotAllowed, match="错误"):
        desk.submit(parts, "王敏", made["id"], made["version"], "改价")
    edits = [Edit(2, 2, "5万元"), Edit(3, raw="")]
    made = desk.edit_file(parts, "王敏", made["id"], made["version"], file="改.csv", edits=edits)
    assert (made["findings"]["errors"], made["changes"]["counts"]["changed"]) == (0, 1)
    made = desk.submit(parts, "王敏", made["id"], made["version"], "改价")
    impact = made["findings"]["impact"]
    assert [(c["question"], c["shift"]) for c in impact["changes"]] == [("稳盈1号的起购金额是多少", "changed")]
    assert "1万元" in impact["changes"][0]["old"] and "5万元" in impact["changes"][0]["new"]
    assert (impact["questions"], impact["again"]) == (2, 1)
    done = desk.publish(parts, "李强", made["id"], made["version"])
    published = done["published"]
    assert (published["number"], published["author"], published["approver"]) == (2, "王敏", "李强")
    assert "1 题答案改变" in published["checks"]
    assert (parts.settings.lexicons / parts.graph.graph_id / "2").is_dir()
    assert value(parts) == "5万元"
    back = desk.rollback(parts, "李强", 1, "没有核准")
    assert back is not None and (back["number"], back["restores"], value(parts)) == (3, 1, "1万元")
    acts = [e["act"] for e in reading.log(parts, 5)["revisions"][1]["story"]]
    assert acts == ["drafted", "edited", "submitted", "published"]
    assert reading.log(parts, 5)["revisions"][0]["story"][0]["detail"]["message"] == "没有核准"


def test_a_rollback_takes_the_words_of_the_revision_that_it_restores(parts: Parts) -> None:
    first = parts.before(1).ask("松涛1号的起购金额是多少", DAY)[0]
    waiting = submitted(parts, "松涛1号,实例,理财产品\n松涛1号,起购金额,3万元\n")
    desk.publish(parts, "李强", waiting["id"], waiting["version"])
    assert "3万元" in parts.before(2).ask("松涛1号的起购金额是多少", DAY)[0].text
    desk.rollback(parts, "李强", 1, "没有核准")
    folder = parts.settings.lexicons / parts.graph.graph_id
    words = [read_meta(folder / str(number))["words"] for number in (1, 2, 3)]
    assert (words[2] == words[0], words[1] == words[0]) == (True, False)
    assert read_meta(folder / "3")["revision"] == 3
    assert parts.before(3).ask("松涛1号的起购金额是多少", DAY)[0] == first


def test_nobody_publishes_his_own_work_unless_it_is_urgent_and_said(parts: Parts) -> None:
    made = submitted(parts, "稳盈1号,起购金额,2万元\n")
    with pytest.raises(NotAllowed, match="另一个人"):
        desk.publish(parts, "王敏", made["id"], made["version"])
    done = desk.publish(parts, "王敏", made["id"], made["version"], urgent="挂牌价写错了")
    assert (done["published"]["urgent"], parts.graph.head().urgent) == ("挂牌价写错了", "挂牌价写错了")


def test_who_edited_it_may_not_approve_it(parts: Parts) -> None:
    made = drafted(parts, "稳盈1号,起购金额,2万元\n")
    made = desk.edit_file(parts, "李强", made["id"], 1, file="改.csv", edits=[Edit(2, 2, "3万元")])
    made = desk.submit(parts, "王敏", made["id"], made["version"], "")
    with pytest.raises(NotAllowed):
        desk.publish(parts, "李强", made["id"], made["version"])


def test_what_was_not_seen_is_not_published(parts: Parts) -> None:
    made = submitted(parts, "稳盈1号,起购金额,2万元\n")
    changed = desk.edit_file(parts, "王敏", made["id"], made["version"], file="改.csv", edits=[Edit(2, 2, "9万元")])
    desk.submit(parts, "王敏", made["id"], changed["version"], "")
    with pytest.raises(DraftMoved):
        desk.publish(parts, "李强", made["id"], made["version"])
    assert value(parts) == "1万元"


def test_of_two_publications_one_wins_and_the_other_may_rebase(parts: Parts) -> None:
    one, other = submitted(parts, "稳盈1号,起购金额,2万元\n"), submitted(parts, "稳盈1号,起购金额,3万元\n", "赵云")
    desk.publish(parts, "李强", one["id"], one["version"])
    with pytest.raises(Overtaken) as raised:
        desk.publish(parts, "李强", other["id"], other["version"])
    assert (raised.value.head, raised.value.subjects) == (2, ("稳盈1号",))
    moved = desk.rebase(parts, "赵云", other["id"], other["version"])
    [pair] = moved["changes"]["changed"]
    assert (moved["base"], pair["old"]["object"], pair["new"]["object"]) == (2, "2万元", "3万元")
    again = desk.submit(parts, "赵云", other["id"], moved["version"], "")
    desk.publish(parts, "李强", other["id"], again["version"])
    assert value(parts) == "3万元"


def test_a_draft_whose_publisher_died_after_head_moved_is_settled(parts: Parts) -> None:
    made = submitted(parts, "稳盈1号,起购金额,2万元\n")
    draft = parts.drafts.get(made["id"])
    with parts.graph.writing("李强") as writing:  # and nothing after it: the process was killed here
        writing.publish(draft.delta, Note("王敏", "", approver="李强", draft=draft.id))
    assert [d.id for d in settle_published(parts.graph, parts.drafts)] == [draft.id]
    assert (parts.drafts.find(draft.id).state, parts.drafts.find(draft.id).revision) == ("published", 2)


def test_a_draft_answers_before_it_is_published(parts: Parts) -> None:
    made = drafted(parts, "松涛1号,实例,理财产品\n松涛1号,起购金额,7万元\n")
    said = desk.try_out(parts, made["id"], "松涛1号的起购金额是多少", date(2026, 11, 20))
    assert "7万元" in said["then"]["text"] and "7万元" not in said["now"]["text"]
    assert parts.graph.head().number == 1


def test_words_are_asked_again_and_newly_answered_is_told(parts: Parts) -> None:
    reading.add_golden(parts, "王敏", "松涛1号的起购金额是多少", "", "")
    made = desk.weigh(parts, drafted(parts, "松涛1号,实例,理财产品\n松涛1号,起购金额,7万元\n")["id"])
    assert [(c["question"], c["shift"]) for c in made["findings"]["impact"]["changes"]] == [
        ("松涛1号的起购金额是多少", "newly")
    ]
    assert made["findings"]["impact"]["again"] == 3
    assert Act.GOLDEN_ADDED in {e.act for e in parts.journal.latest()}


def test_a_fact_tells_its_whole_history(parts: Parts) -> None:
    made = submitted(parts, "稳盈1号,起购金额,2万元\n")
    desk.publish(parts, "李强", made["id"], made["version"])
    old, new = reading.history(parts, "稳盈1号", "起购金额")
    assert (old["file"], old["line"], old["editor"], old["rev_to"]) == ("products.csv", 3, "小王", 2)
    assert (new["object"], new["editor"], new["approver"], new["rev_to"]) == ("2万元", "王敏", "李强", None)


def test_an_entity_shows_its_own_and_inherited_facts(parts: Parts) -> None:
    found = reading.entity(parts, "稳盈1号")
    assert {f["predicate"] for f in found["facts"]} == {"实例", "起购金额"}
    assert [(f["predicate"], f["inherited_from"]) for f in found["inherited"]] == [("购买渠道", "理财产品")]
    assert [e["name"] for e in reading.search(parts, "稳盈", 5)] == ["稳盈1号"]


@pytest.mark.parametrize(
    ("operation", "arguments", "why"),
    [
        ("show_draft", {"draft_id": "0" * 12}, No.UNKNOWN),
        ("show_revision", {"number": 99}, No.UNKNOWN),
        ("entity", {"entity_id": "没有"}, No.UNKNOWN),
        ("rollback", {"actor": "李强", "number": 99, "message": "x"}, No.UNKNOWN),
        ("open_draft", {"actor": "a", "files": {"../x.csv": b"x"}, "message": "", "take_out": False}, No.REFUSED),
    ],
)
def test_refusals_are_words_for_the_editor(parts: Parts, operation: str, arguments: dict[str, Any], why: No) -> None:
    with pytest.raises(DeskRefused) as raised:
        run_operation(parts, operation, arguments)
    assert raised.value.why is why and raised.value.detail


HOSTILE: dict[str, tuple[str | bytes, int]] = {
    "cypher in a cell": ('稳盈1号,特点,"\') MATCH (n) DETACH DELETE n //"\n', 0),
    "a formula": ("稳盈1号,特点,\"=cmd|'/c calc'!A1\"\n", 0),
    "markup": ("稳盈1号,特点,<script>alert(1)</script>\n", 0),
    "NUL": ("稳盈1号,特点,a\0b\n", 1),
    "a cell of ten megabytes": (f"稳盈1号,特点,{'x' * 10_000_000}\n", 1),
    "mixed encodings": ("稳盈1号,特点,好\n".encode() * 9 + "稳盈1号,特点,不好\n".encode("gb18030"), 1),
    "a thousand columns": (f"稳盈1号,特点,好{',' * 1000}\n", 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_cells_are_text_or_errors_and_nothing_else(parts: Parts, name: str) -> None:
    rows, errors = HOSTILE[name]
    content = HEADER.encode() + (rows if isinstance(rows, bytes) else rows.encode())
    made = desk.open_draft(parts, "王敏", {"改.csv": content}, "试", False)
    assert bool(made["findings"]["errors"]) is bool(errors)
    shown = reading.rows(parts, made["id"], "改.csv", offset=0, limit=50, lines=[])
    json.dumps([made, shown], ensure_ascii=False).encode()  # as the page gets it
    if not errors:
        waiting = desk.submit(parts, "王敏", made["id"], made["version"], "")
        desk.publish(parts, "李强", made["id"], waiting["version"])
        assert value(parts, "特点") == made["changes"]["added"][0]["object"]
        assert value(parts) == "1万元"


def test_a_load_that_would_remove_much_is_stopped(parts: Parts) -> None:
    many = HEADER + "".join(f"产品{i},特点,好{i}\n" for i in range(100))
    made = desk.open_draft(parts, "王敏", {"多.csv": many.encode()}, "多", False)
    waiting = desk.submit(parts, "王敏", made["id"], made["version"], "")
    desk.publish(parts, "李强", made["id"], waiting["version"])
    half = HEADER + "".join(f"产品{i},特点,好{i}\n" for i in range(10))
    made = desk.open_draft(parts, "王敏", {"多.csv": half.encode()}, "少", True)
    [problem] = made["findings"]["problems"]
    assert "会删除超过 20%" in problem["what"]


def test_a_withdrawn_product_is_answered_as_such_and_comes_back(parts: Parts) -> None:
    made = entities.withdraw(parts, "王敏", "稳盈1号", on=DAY, reason="额度已满", back=False)
    said = desk.try_out(parts, made["id"], "稳盈1号的起购金额是多少", DAY)["then"]["text"]
    assert "稳盈1号已停售" in said and "1万元" in said
    waiting = desk.submit(parts, "王敏", made["id"], made["version"], "")
    desk.publish(parts, "李强", made["id"], waiting["version"])
    assert withdrawn(["稳盈1号"], parts.graph.at(), DAY) == {"稳盈1号"}
    back = entities.withdraw(parts, "王敏", "稳盈1号", on=DAY, reason="", back=True)
    waiting = desk.submit(parts, "王敏", back["id"], back["version"], "")
    desk.publish(parts, "李强", back["id"], waiting["version"])
    assert withdrawn(["稳盈1号"], parts.graph.at(), DAY) == set()


def test_a_renamed_product_keeps_its_id_and_answers_to_both_names(parts: Parts) -> None:
    made = entities.rename(parts, "王敏", "稳盈1号", name="稳盈臻选1号", reason="品牌升级")
    for name in ("稳盈1号", "稳盈臻选1号"):
        assert "1万元" in desk.try_out(parts, made["id"], f"{name}的起购金额是多少", DAY)["then"]["text"]
    waiting = desk.submit(parts, "王敏", made["id"], made["version"], "")
    desk.publish(parts, "李强", made["id"], waiting["version"])
    assert parts.graph.at().entities(["稳盈1号"]) == {"稳盈1号": "稳盈臻选1号"}


def test_a_full_disk_under_the_tables_is_said_and_leaves_the_old_revision(parts: Parts) -> None:
    waiting = submitted(parts, "稳盈1号,起购金额,5万元\n")
    before = parts.before(1).ask("稳盈1号的起购金额是多少", DAY)[0].text
    large = (HEADER + "".join(f"产品{i},特点,好{i}\n" for i in range(2000))).encode()
    with parts.engine.connect() as sql:
        taken = sql.exec_driver_sql("PRAGMA page_count").scalar()
        sql.exec_driver_sql(f"PRAGMA max_page_count={taken}")
    given = {"actor": "王敏", "files": {"多.csv": large}, "message": "", "take_out": False}
    with pytest.raises(DeskRefused, match="磁盘满了") as raised:
        run_operation(parts, "open_draft", given)
    assert raised.value.why is No.AWAY
    assert (parts.graph.head().number, value(parts)) == (1, "1万元")
    assert parts.before(1).ask("稳盈1号的起购金额是多少", DAY)[0].text == before
    with parts.engine.connect() as sql:
        sql.exec_driver_sql("PRAGMA max_page_count=1000000")
    assert desk.publish(parts, "李强", waiting["id"], waiting["version"])["revision"] == 2


def test_questions_of_the_chat_are_found_by_the_entity_they_ask(parts: Parts) -> None:
    for number, (name, session) in enumerate([("稳盈1号", "a"), ("稳盈1号", "b"), ("稳盈11号", "a")]):
        query = Query(Ask.VALUE, (Entity(name, name),), predicates=("起购金额",)).to_json()
        asked = TurnIn(session, f"{name}的起购金额", f"m{number}", DAY)
        out = TurnOut(session, f"t{number}", number, Message("x"), Outcome.ANSWERED, "ask_attribute", 0.9, query=query)
        conversation = Store(parts.engine).conversation(session)
        Store(parts.engine).write_turn(TurnRecord(asked, asked.text, out), conversation, {})
    found = run_operation(parts, "list_asked", {"text": "", "about": "稳盈1号"})
    assert [(a["question"], a["conversations"]) for a in found] == [("稳盈1号的起购金额", 2)]
    assert run_operation(parts, "list_asked", {"text": "", "about": "没有的"}) == []
