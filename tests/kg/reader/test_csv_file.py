"""Triple CSV: what is read, and that every bad row is said at its line with value and remedy."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.problems import Problem, Severity
from kg.reader import COLUMNS, Row, TripleFiles
from kg.reader.csv_file import read_csv
from kg.reader.rows import MAX_CELL_BYTES, Header, make_row


def read(tmp_path: Path, text: str | bytes, name: str = "t.csv") -> tuple[list[Row], list[Problem]]:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    items = list(read_csv(path, name))
    return [i for i in items if isinstance(i, Row)], [i for i in items if isinstance(i, Problem)]


def test_rows_with_their_lines(tmp_path: Path) -> None:
    rows, problems = read(
        tmp_path, "subject,predicate,object,unit\n稳盈1号, 起购金额 ,1,万元\n\n稳盈1号,风险等级,R2,\n"
    )
    assert problems == []
    assert [(r.subject, r.predicate, r.object, r.unit, r.line) for r in rows] == [
        ("稳盈1号", "起购金额", "1", "万元", 2),
        ("稳盈1号", "风险等级", "R2", "", 4),
    ]
    assert rows[0].file == "t.csv"


def test_chinese_header_in_any_order(tmp_path: Path) -> None:
    header = "宾语,谓语,主语,主语编号,主语类型,宾语编号,宾语类型,单位,限定,生效日,失效日,来源,条款,备注"
    rows, problems = read(tmp_path, f"{header}\n值,谓,主,1,类,2,型,元,期限=3年,2026-01-01,2026-12-31,法,第五条,注\n")
    assert problems == []
    assert [getattr(rows[0], c) for c in COLUMNS] == [
        *("主", "谓", "值", "1", "类", "2", "型", "元", "期限=3年", "2026-01-01", "2026-12-31", "法", "第五条", "注")
    ]


@pytest.mark.parametrize(
    "header", ["头实体,关系,尾实体", "主语,属性,值", "Subject,PREDICATE,object", " subject , predicate ,object"]
)
def test_other_names_of_the_columns(tmp_path: Path, header: str) -> None:
    rows, problems = read(tmp_path, f"{header}\na,b,c\n")
    assert [(r.subject, r.predicate, r.object) for r in rows] == [("a", "b", "c")]
    assert problems == []


def test_byte_order_mark_and_windows_line_ends(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, b"\xef\xbb\xbf" + "subject,predicate,object\r\n甲,乙,丙\r\n".encode())
    assert [(r.subject, r.line) for r in rows] == [("甲", 2)]
    assert problems == []


def test_gb18030_is_read_and_said(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, "主语,谓语,宾语\n存款保险,最高偿付限额,50万元\n".encode("gb18030"))
    assert [r.object for r in rows] == ["50万元"]
    assert [(p.severity, p.line) for p in problems] == [(Severity.NOTICE, 0)]
    assert "GB18030" in problems[0].remedy


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-32"])
def test_utf16_is_refused_with_a_remedy(tmp_path: Path, encoding: str) -> None:
    rows, problems = read(tmp_path, "subject,predicate,object\na,b,c\n".encode(encoding))
    assert rows == []
    assert [p.severity for p in problems] == [Severity.ERROR]
    assert "UTF-8" in problems[0].remedy


def test_quoted_newlines_keep_line_numbers_right(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, 'subject,predicate,object\na,b,"一\n二\n三"\nc,d\ne,f,g\n')
    assert [(r.subject, r.line) for r in rows] == [("a", 2), ("e", 6)]
    assert rows[0].object == "一\n二\n三"
    assert [p.line for p in problems] == [5]


BAD = {
    "wrong cell count": ("a,b\n", "有2格，列名有3格"),
    "too many cells": ("a,b,c,d\n", "有4格，列名有3格"),
    "no subject": (",b,c\n", "是空的"),
    "no object": ("a,b, \n", "是空的"),
    "nul": ("a,b\0,c\n", "NUL"),
    "quote inside": ('a,b,"c"d\n', "引号用错了"),
    "long cell": ("a,b," + "长" * (MAX_CELL_BYTES // 2) + "\n", "超过100 kB"),
    "very long cell": ("a,b," + "长" * 2 * MAX_CELL_BYTES + "\n", "太长"),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_said_and_the_next_is_read(tmp_path: Path, name: str) -> None:
    line, what = BAD[name]
    rows, problems = read(tmp_path, f"subject,predicate,object\n甲,乙,丙\n{line}丁,戊,己\n")
    assert [r.subject for r in rows] == ["甲", "丁"]
    assert [(p.severity, p.file, p.line) for p in problems] == [(Severity.ERROR, "t.csv", 3)]
    assert what in problems[0].what
    assert problems[0].remedy
    assert str(problems[0]).startswith("t.csv:3: ")


def test_a_broken_byte_is_said_at_its_row(tmp_path: Path) -> None:
    good = "".join(f"存款保险,事项{i},内容\n" for i in range(50)).encode()
    rows, problems = read(tmp_path, b"subject,predicate,object\n" + good + b"\xff\xfe,b,c\n" + good)
    assert len(rows) == 100
    assert [(p.line, p.severity) for p in problems] == [(52, Severity.ERROR)]
    assert "UTF-8" in problems[0].what


def test_all_errors_in_one_go(tmp_path: Path) -> None:
    _, problems = read(tmp_path, "subject,predicate,object\na,b\n,b,c\na,b,c,d\n")
    assert [p.line for p in problems] == [2, 3, 4]


def test_an_open_quote_is_said_at_the_line_where_it_opens(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, 'subject,predicate,object\na,b,c\nd,e,"f\ng,h,i\n')
    assert [r.subject for r in rows] == ["a"]
    assert [p.line for p in problems] == [3]
    assert "没有合上" in problems[0].what


@pytest.mark.parametrize(
    ("header", "what"),
    [
        ("subject,predicate\na,b\n", "缺少object（宾语）列"),
        ("稳盈1号,起购金额,1万元\n", "缺少subject（主语）列"),
        ("subject,predicate,object,主语\na,b,c,d\n", "写了两次"),
        (",".join(f"c{i}" for i in range(101)) + "\n", "列数超过100"),
        ("", "文件是空的"),
        ("\n\n", "文件是空的"),
    ],
)
def test_header_faults(tmp_path: Path, header: str, what: str) -> None:
    rows, problems = read(tmp_path, header)
    errors = [p for p in problems if p.severity is Severity.ERROR]
    assert rows == []
    assert errors
    assert what in " ".join(p.what for p in errors)


def test_an_unknown_column_is_only_a_warning(tmp_path: Path) -> None:
    rows, problems = read(tmp_path, "subject,predicate,object,confidence\na,b,c,0.9\n")
    assert [r.subject for r in rows] == ["a"]
    assert [(p.severity, p.value) for p in problems] == [(Severity.WARNING, "confidence")]


def test_missing_file_and_wrong_type_are_problems(tmp_path: Path) -> None:
    (tmp_path / "x.docx").write_bytes(b"")
    items = list(TripleFiles((tmp_path / "none.csv", tmp_path / "x.docx")))
    assert [i.what for i in items if isinstance(i, Problem)] == ["打不开文件", "不认识的文件类型"]


def test_files_of_a_directory_leave_the_ontology_out(tmp_path: Path) -> None:
    (tmp_path / "ontology.csv").write_text("name,aliases,datatype\n", "utf-8")
    (tmp_path / "b.csv").write_text("subject,predicate,object\n1,2,3\n", "utf-8")
    (tmp_path / "a.csv").write_text("subject,predicate,object\n4,5,6\n", "utf-8")
    (tmp_path / "README.md").write_text("x", "utf-8")
    files = TripleFiles.of([tmp_path])
    assert [p.name for p in files.paths] == ["a.csv", "b.csv"]
    assert [i.subject for i in files if isinstance(i, Row)] == ["4", "1"]
    assert list(files) == list(files)


cell = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)
full_cell = cell.filter(lambda text: text.strip() != "")


@given(st.lists(st.tuples(full_cell, full_cell, full_cell), max_size=8))
def test_any_text_survives_the_way_through_csv(
    tmp_path_factory: pytest.TempPathFactory, triples: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS[:3])
        writer.writerows(triples)
    rows = [i for i in read_csv(path, "t.csv") if isinstance(i, Row)]
    assert [(r.subject, r.predicate, r.object) for r in rows] == [tuple(c.strip() for c in t) for t in triples]


@given(st.binary(max_size=400))
def test_any_bytes_give_rows_or_problems(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("csv") / "t.csv"
    path.write_bytes(b"subject,predicate,object\n" + data)
    for item in read_csv(path, "t.csv"):
        assert isinstance(item, Row | Problem)
        assert str(item)


def test_a_line_without_text_is_no_row() -> None:
    header = Header(tuple(range(3)) + (-1,) * (len(COLUMNS) - 3), 3, COLUMNS[:3])
    assert make_row(header, ["", " ", "　"], "t.csv", 2) is None
