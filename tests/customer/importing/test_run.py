"""An import by mapping: good rows in, bad rows apart with reasons, the same again changes nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.engine import Engine

from connectors.customers.erasing import finish
from customer import tables
from customer.erasing import ask
from customer.errors import CustomerError, MappingError
from customer.identifiers import Identifiers
from customer.importing.mapping import read_mapping
from customer.importing.run import Counts, Importer
from customer.merging import merge_customers
from customer.model import IdentityKind
from customer.parts import Parts
from customer.reading import CustomerReader
from tests.support.customers import emptied_database, scratch_database

TODAY = date(2026, 11, 20)
KEY = Identifiers(b"k" * 32)
CUSTOMERS = """cust,born,gender,income,ccy
C1,1990-01-02,女,"12,000",CNY
C2,19850506,男,0.3万,USD
C3,,,,
C4,2999-01-01,女,1,CNY
C5,1990-01-01,女,abc,CNY
C6,1990-01-01,外星,1,CNY
,1990-01-01,女,1,CNY
C7,1990-01-01,女,1,ZZZ
C8,1990-01-01,女,99999999,CNY
"""
HOLDINGS = """no,cust,what,how much,from
H1,C1,稳盈1号,1000.5,2026-01-01
H2,C9,稳盈1号,1000,2026-01-01
H3,C1,稳盈2号,,
H1,C1,稳盈1号,2000,2026-01-01
"""
MAPPING = """
rates: {USD: 7}
sources:
  - {name: 持有, kind: holdings, file: holdings.csv, as_of: 2026-11-20,
     columns: {id: no, customer: cust, product: what, amount: how much, since: from}}
  - name: 客户
    kind: customers
    file: customers.csv
    as_of: 2026-11-20
    columns: {id: cust, birth_date: born, sex: gender, monthly_income: {column: income, currency: ccy}}
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "sqlite":
        made = scratch_database(tmp_path)
    else:
        made = emptied_database(request.getfixturevalue("postgres_url"), tables.metadata)
    yield made
    made.dispose()


def importing(engine: Engine, folder: Path, mapping: str, **files: str) -> dict[str, Counts]:
    """Writes the files and imports them."""
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    (folder / "mapping.yml").write_text(mapping, encoding="utf-8")
    importer = Importer(engine, folder, KEY)
    return {c.source: c for c in importer.run(read_mapping(folder / "mapping.yml"), TODAY, lambda *_: None)}


def contents(engine: Engine) -> dict[str, list[Any]]:
    """All that an import may change, without its own bookkeeping."""
    with engine.connect() as sql:
        return {
            t.name: sorted(map(repr, sql.execute(select(*[c for c in t.columns if c.name not in ("run", "number")]))))
            for t in tables.metadata.sorted_tables
            if t.name not in ("customer_import", "customer_part", "customer_quarantine")
        }


def test_good_rows_in_and_bad_rows_apart_with_reasons(engine: Engine, tmp_path: Path) -> None:
    made = importing(engine, tmp_path, MAPPING, customers=CUSTOMERS, holdings=HOLDINGS)
    people, held = made["客户"], made["持有"]
    assert (people.rows, people.good, people.flags) == (9, 4, {"monthly_income_outlier": 1})
    assert people.reasons == {"future": 1, "bad_money": 1, "bad_choice": 1, "missing": 1, "bad_currency": 1}
    assert (held.good, held.reasons) == (2, {"unknown_customer": 1, "duplicate": 1})
    with engine.connect() as sql:
        apart = {(r.place, r.reason) for r in sql.execute(select(tables.quarantine))}
    assert ("customers.csv:5", "bad_money") in apart and ("holdings.csv:2", "unknown_customer") in apart
    assert len(apart) == sum(people.reasons.values()) + sum(held.reasons.values())


def test_amounts_in_yuan_and_missing_stays_missing(engine: Engine, tmp_path: Path) -> None:
    importing(engine, tmp_path, MAPPING, customers=CUSTOMERS, holdings=HOLDINGS)
    reader = CustomerReader(engine)
    incomes = {i: c.monthly_income for i in ("C1", "C2", "C3") if (c := reader.customer(i)) is not None}
    assert incomes["C1"] and incomes["C1"].value == Decimal("12000.00")
    assert incomes["C2"] and incomes["C2"].value == Decimal("21000.00")
    assert incomes["C3"] is None
    held = reader.customer("C1")
    assert held and [(h.product, h.amount) for h in held.holdings] == [
        ("稳盈1号", Decimal("2000.00")),
        ("稳盈2号", None),
    ]


def test_the_same_import_again_changes_nothing(engine: Engine, tmp_path: Path) -> None:
    importing(engine, tmp_path, MAPPING, customers=CUSTOMERS, holdings=HOLDINGS)
    before = contents(engine)
    importing(engine, tmp_path, MAPPING, customers=CUSTOMERS, holdings=HOLDINGS)
    assert contents(engine) == before


def test_the_newer_word_wins_and_ignorance_does_not(engine: Engine, tmp_path: Path) -> None:
    importing(engine, tmp_path, MAPPING, customers=CUSTOMERS, holdings=HOLDINGS)
    other = MAPPING.replace("2026-11-20\n", "2026-11-21\n").replace("name: 客户", "name: 别的系统")
    importing(engine, tmp_path, other, customers="cust,born,gender,income,ccy\nC1,,男,,CNY\n", holdings=HOLDINGS)
    who = CustomerReader(engine).customer("C1")
    assert who and who.sex and who.birth_date and who.monthly_income
    assert (who.sex.value, who.sex.source, who.sex.as_of.day) == ("M", "别的系统", 20)
    assert (who.birth_date.value, who.birth_date.source) == (date(1990, 1, 2), "客户")


IDENTITIES = """cust,kind,value
C1,phone,138 0013 8000
C2,phone,+8613800138000
C2,phone,12345
C3,id_number,99999919900102002{c3}
C1,id_number,99999919900102002{c3}
"""
KNOWN = """
  - {name: 标识, kind: identities, file: identities.csv, as_of: 2026-11-20,
     columns: {customer: cust, kind: kind, value: value}}
"""


def test_identifiers_are_kept_as_digests_and_decide_who_is_who(engine: Engine, tmp_path: Path) -> None:
    from customer.demo.people import _check

    identities = IDENTITIES.format(c3=_check("99999919900102002"))
    made = importing(engine, tmp_path, MAPPING + KNOWN, customers=CUSTOMERS, holdings=HOLDINGS, identities=identities)
    assert made["标识"].reasons == {"bad_identifier": 1}
    with engine.connect() as sql:
        kept = sql.execute(select(tables.identity)).all()
        queued = sql.execute(select(tables.review)).all()
        apart = sql.execute(select(tables.quarantine.c.row).where(tables.quarantine.c.source == "标识")).scalar_one()
    assert "13800138000" not in repr(kept) and {r.shown for r in kept} >= {"138****8000"}
    # A telephone of two people with different birth dates is no proof; one identity number is.
    assert [(r.left_id, r.right_id, r.kind) for r in queued] == [("C3", "C2", "conflict")]
    who = CustomerReader(engine).customer("C1")
    assert who and who.id == "C3" and who.merged == ("C1",) and len(who.holdings) == 2
    assert CustomerReader(engine).owner_of(IdentityKind.PHONE, KEY.digest(IdentityKind.PHONE, "13800138000")) == "C3"
    assert apart["value"] == "12345"


MOVEMENTS = """
  - {name: 流水, kind: movements, file: movements.csv, append: true,
     columns: {id: id, customer: cust, at: at, kind: kind, amount: amount}}
"""


def test_movements_are_counted_once_and_unregistered_files_not_at_all(engine: Engine, tmp_path: Path) -> None:
    rows = "id,cust,at,kind,amount\nM1,C1,2026-11-01 08:00,spend,-12.5\nM2,C1,2026-12-01,spend,-1\nM3,C1,,spend,-1\n"
    files = {"customers": CUSTOMERS, "holdings": HOLDINGS, "movements": rows}
    made = importing(engine, tmp_path, MAPPING + MOVEMENTS, **files)["流水"]
    assert (made.good, made.reasons) == (1, {"future": 1, "missing": 1})
    orphan = tmp_path / "customers" / "movements" / "killed" / "流水-00000.parquet"
    orphan.parent.mkdir()
    orphan.write_bytes(b"half")
    assert importing(engine, tmp_path, MAPPING + MOVEMENTS, **files)["流水"].unchanged
    assert len(Parts(tmp_path, engine).paths("movements")) == 1 and not orphan.exists()


def test_a_bank_s_database_is_read_by_sql(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with sqlite3.connect(tmp_path / "bank.db") as bank:
        bank.execute("CREATE TABLE people (no TEXT, born TEXT)")
        bank.execute("INSERT INTO people VALUES ('D1', '1970-01-01')")
    bank.close()
    monkeypatch.setenv("BANK_URL", f"sqlite:///{tmp_path}/bank.db")
    columns = "columns: {id: no, birth_date: born}"
    sql = f"sources: [{{name: 库, kind: customers, sql: 'SELECT * FROM people', url_env: BANK_URL, {columns}}}]"
    assert importing(engine, tmp_path, sql)["库"].good == 1
    with pytest.raises(MappingError, match="BANK_URL 和 sql"):
        importing(engine, tmp_path, sql.replace("people", "nobody"))
    monkeypatch.delenv("BANK_URL")
    with pytest.raises(MappingError, match="环境变量 BANK_URL 没有设置"):
        importing(engine, tmp_path, sql)


@pytest.mark.parametrize(
    ("mapping", "said"),
    [
        ("sources: 1", "缺少 sources 列表"),
        ("sources: [{name: a, kind: nothing, file: x, columns: {}}]", "kind 'nothing'"),
        ("sources: [{name: a, kind: customers, columns: {}}]", "有且只有一个"),
        ("sources: [{name: a, kind: customers, file: x, columns: {idd: no}}]", "不认识 idd"),
        ("sources: [{name: a, kind: risk, file: x, columns: {customer: no}}]", "rating、assessed_on"),
        ("sources: [{name: a, kind: customers, file: x, columns: {id: {column: b, unit: 万元}}}]", "只用于金额"),
        ("sources: [{name: a, kind: customers, file: x, as_of: 那天, columns: {id: b}}]", "as_of '那天'"),
        ("a: [", "不是 YAML"),
        ("sources: [{name: a, kind: customers, file: nowhere.csv, columns: {id: b}}]", "没有文件"),
    ],
)
def test_a_mapping_that_can_t_be_followed_is_said(engine: Engine, tmp_path: Path, mapping: str, said: str) -> None:
    with pytest.raises(MappingError, match=said):
        importing(engine, tmp_path, mapping)


def test_a_missing_column_and_a_wide_row(engine: Engine, tmp_path: Path) -> None:
    mapping = "sources: [{name: a, kind: customers, file: customers.csv, columns: {id: no, region: city}}]"
    with pytest.raises(MappingError, match="没有列 no；有的是 nr、city"):
        importing(engine, tmp_path, mapping, customers="nr,city\nC1,北京\n")
    made = importing(engine, tmp_path, mapping, customers="no,city\nC1,北京,多一格\nC2,上海\n")["a"]
    assert (made.good, made.reasons) == (1, {"bad_row": 1})


def test_gb18030_is_read(engine: Engine, tmp_path: Path) -> None:
    (tmp_path / "customers.csv").write_bytes("编号,城市\nC1,杭州\n".encode("gb18030"))
    mapping = "sources: [{name: a, kind: customers, file: customers.csv, columns: {id: 编号, region: 城市}}]"
    importing(engine, tmp_path, mapping)
    who = CustomerReader(engine).customer("C1")
    assert who and who.region and who.region.value == "杭州"


def test_only_one_import_at_a_time(engine: Engine, tmp_path: Path) -> None:
    import fcntl

    with (tmp_path / "customers.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(CustomerError, match="正在进行"):
            importing(engine, tmp_path, MAPPING, customers=CUSTOMERS, holdings=HOLDINGS)
    with engine.connect() as sql:
        assert sql.execute(select(func.count()).select_from(tables.import_run)).scalar() == 0


RISKS = """
  - {name: 测评, kind: risk, file: risks.csv, as_of: 2026-11-20,
     columns: {customer: cust, assessed_on: day, rating: level}}
"""


@pytest.mark.parametrize("rows", [["C1,2026-06-01,C3", "C3,2026-06-01,C1"], ["C3,2026-06-01,C1", "C1,2026-06-01,C3"]])
def test_two_ids_of_one_person_keep_the_more_careful_assessment_of_a_day(
    engine: Engine, tmp_path: Path, rows: list[str]
) -> None:
    importing(engine, tmp_path, MAPPING, customers=CUSTOMERS, holdings=HOLDINGS)
    with engine.begin() as sql:
        merge_customers(sql, "C3", "C1", reason="同一人", by="小王", at=datetime(2026, 11, 20, tzinfo=UTC))
    for lines in (rows, rows[:1], rows[1:]):
        importing(engine, tmp_path, "sources:" + RISKS, risks="\n".join(["cust,day,level", *lines]))
        who = CustomerReader(engine).customer("C1")
        assert who and who.risk and (who.id, who.risk.rating) == ("C3", "C1")


def test_what_was_erased_is_not_brought_back_by_the_next_import(engine: Engine, tmp_path: Path) -> None:
    identities = "cust,kind,value\nC1,phone,13800138000\nC1,card,6222020000000000\nC2,phone,13900139000\n"
    files = {"customers": CUSTOMERS, "holdings": HOLDINGS, "identities": identities}
    importing(engine, tmp_path, MAPPING + KNOWN, **files)
    at = datetime(2026, 11, 20, tzinfo=UTC)
    with engine.begin() as sql:
        ask(sql, "t1", "C1", channel="web", kept=(), at=at)
    finish(engine, tmp_path, "t1", by="小王", at=at)
    made = importing(engine, tmp_path, MAPPING + KNOWN, **files)
    assert made["标识"].reasons["erased"] == 1 and made["持有"].reasons["erased"] == 0
    with engine.connect() as sql:
        left = {(r.customer_id, r.kind) for r in sql.execute(select(tables.identity))}
        apart = sql.execute(select(tables.quarantine).where(tables.quarantine.c.reason == "erased")).all()
    assert ("C1", "phone") not in left and ("C2", "phone") in left and apart == []
