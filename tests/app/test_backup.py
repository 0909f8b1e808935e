"""A backup restored on an empty machine: every revision, the accounts, the drafts, and the same answers."""

from __future__ import annotations

import sqlite3
import tarfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from app.backup import BackupFault, backup, restore_backup
from app.editing import desk
from app.editing.parts import Parts
from app.graph_process import GraphEndpoint
from connectors.staff.accounts import Accounts
from connectors.staff.roles import Role
from customer.parts import Part
from customer.parts import Parts as CustomerParts
from customer.reading import CustomerReader
from dialogue.store.database import connect
from growth import ledger
from growth.case import WishScope
from growth.ledger import Place, Wanted
from kg.facts import OPEN_REVISION
from kg.store import Graph
from tests.support.cli import wipe
from tests.support.customers import write_customer
from tests.support.desk import desk_parts
from tests.support.offers import NOW, customer_of

PASSWORD = "测试用的密码-2026"
DAY = date(2026, 11, 20)


@pytest.fixture
def parts(arcadedb_endpoint: GraphEndpoint, tmp_path: Path) -> Iterator[Parts]:
    with desk_parts(arcadedb_endpoint, tmp_path, approval=False) as made:
        yield made


def changed(parts: Parts, rows: str) -> dict[str, object]:
    made = desk.open_draft(
        parts, "王敏", {"改.csv": f"subject,predicate,object,subject_id\n{rows}".encode()}, "改", False
    )
    return desk.submit(parts, "王敏", made["id"], made["version"], "")


def test_a_restored_backup_answers_the_same(parts: Parts, arcadedb_endpoint: GraphEndpoint, tmp_path: Path) -> None:
    Accounts(parts.engine).add("李强", "", PASSWORD, [Role.APPROVER])
    write_customer(parts.engine, customer_of("c2"))
    rows = pd.DataFrame({"id": ["e1"], "customer": ["c2"], "at": [NOW], "topic": ["理财"], "channel": ["web"]})
    files = CustomerParts(parts.settings.home, parts.engine)
    files.register("events", "行为", [files.write(Part("events", "行为", "d"), rows, "r1/0")], append=False)
    with parts.engine.begin() as sql:
        ledger.write_wishes(sql, "c2", [Wanted(False, WishScope.ALL)], breath="b", place=Place("web"), now=NOW)
    done = changed(parts, "稳盈一号臻选,起购金额,5万元,稳盈1号\n")
    desk.publish(parts, "李强", str(done["id"]), int(str(done["version"])))
    waiting = changed(parts, "稳盈一号臻选,起购金额,9万元,稳盈1号\n")
    (parts.settings.home / "settings.toml").write_text('port = 9000\ndatabase_url = "postgresql://u:secret@h/d"\n')
    question = "稳盈一号臻选的起购金额是多少"
    before, _ = parts.before(2).ask(question, DAY)
    facts = {(f.id, f.text, f.rev_from, f.rev_to, f.file, f.line) for f in parts.graph.at(1).iter_facts()}
    log, graph_id = parts.graph.log(), parts.graph.graph_id
    taken = backup(tmp_path / "金问.tar", parts.graph, replace(parts.settings, models=tmp_path / "none"))
    assert (taken.head, "5万元" in before.text) == (2, True)

    wipe(arcadedb_endpoint)
    home = tmp_path / "anew"
    home.mkdir()
    settings = replace(
        parts.settings, home=home, database_url=f"sqlite:///{home}/jinwen.db", golden=home / "golden.csv", models=home
    )
    at = arcadedb_endpoint
    with Graph.connect(at.uri, at.user, at.password, at.database, home=home) as graph:
        restored = restore_backup(tmp_path / "金问.tar", graph, settings)
        assert restored.rows == taken.rows
    with Graph.connect(at.uri, at.user, at.password, at.database, home=home) as graph:
        anew = Parts(settings, graph, connect(settings.database_url))
        assert (graph.graph_id, graph.log()) == (graph_id, log)
        assert {(f.id, f.text, f.rev_from, f.rev_to, f.file, f.line) for f in graph.at(1).iter_facts()} == facts
        assert graph.at(1).entities(["稳盈1号"]) == {"稳盈1号": "稳盈1号"}
        assert anew.before(2).ask(question, DAY)[0] == before
        assert Accounts(anew.engine).sign_in("李强", PASSWORD, datetime.now(UTC)).name == "李强"
        assert [g.question for g in anew.goldens()] == [g.question for g in parts.goldens()]
        draft = anew.drafts.get(str(waiting["id"]))
        assert desk.publish(anew, "李强", draft.id, draft.version)["revision"] == 3
        known = CustomerReader(anew.engine).customer("c2")
        assert known is not None and known.consents and known.risk is not None
        with anew.engine.connect() as sql:
            assert [w.allow for w in ledger.wishes_of(sql, ["c2"])] == [False], "who wants no offers still wants none"
        assert [p.stat().st_size > 0 for p in CustomerParts(home, anew.engine).paths("events")] == [True]
        told = (home / "settings.toml").read_text()
        assert "port = 9000" in told and "secret" not in told
        with pytest.raises(BackupFault, match="已有第 3 版"):
            restore_backup(tmp_path / "金问.tar", graph, settings)
        anew.engine.dispose()


def test_a_publication_during_a_backup_is_left_out(parts: Parts) -> None:
    from kg.store.dump import dump

    rows = dump(parts.graph, 1)
    first = next(rows)
    done = changed(parts, "稳盈一号臻选,起购金额,5万元,稳盈1号\n")
    desk.publish(parts, "李强", str(done["id"]), int(str(done["version"])))
    found = [first, *rows]
    names = {row[0]: row[1] for sort, row in found if sort == "entity"}
    assert names["稳盈1号"] == "稳盈1号"
    assert all(row[-1] == OPEN_REVISION for sort, row in found if sort == "literal")
    assert [row[0] for sort, row in found if sort == "revision"] == [1]


@pytest.mark.parametrize("damage", ["cut", "changed", "none of ours"])
def test_a_damaged_backup_is_refused_before_anything_is_written(
    parts: Parts, arcadedb_endpoint: GraphEndpoint, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "金问.tar"
    backup(path, parts.graph, replace(parts.settings, models=tmp_path / "none"))
    if damage == "cut":
        path.write_bytes(path.read_bytes()[:3000])
    elif damage == "changed":
        with tarfile.open(path) as archive:
            archive.extractall(tmp_path / "x")  # our own; `filter` came with 3.11.4
        (tmp_path / "x" / "graph.jsonl.gz").write_bytes(b"other")
        with tarfile.open(path, "w") as archive:
            for part in (tmp_path / "x").iterdir():
                archive.add(part, part.name)
    else:
        path.write_bytes(b"nothing")
    wipe(arcadedb_endpoint)
    at, home = arcadedb_endpoint, tmp_path / "anew"
    home.mkdir()
    settings = replace(parts.settings, home=home, database_url=f"sqlite:///{home}/jinwen.db")
    with Graph.connect(at.uri, at.user, at.password, at.database) as graph, pytest.raises(BackupFault):
        restore_backup(path, graph, settings)
    assert not (home / "jinwen.db").exists() or not rows_in(home / "jinwen.db")


def rows_in(path: Path) -> int:
    with sqlite3.connect(path) as sql:
        return int(sql.execute("SELECT count(*) FROM kg_drafts").fetchone()[0])
