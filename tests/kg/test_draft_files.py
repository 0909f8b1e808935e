"""Files of drafts: what is taken, what is refused, and that a correction touches nothing else."""

from __future__ import annotations

import io
import zipfile

import openpyxl
import pytest

from kg.draft_files import Edit, FileRefused, Records, as_folder, checked_file, edited, safe_name

CONTENT = '主语,谓语,宾语\r\n甲,特点,"一,二"\r\n乙,特点,好,多\r\n丙,特点,"没合上\r\n'.encode()


@pytest.mark.parametrize(
    "name",
    [
        "../products.csv",
        "/etc/passwd.csv",
        "..\\x.csv",
        "a/b.csv",
        ".hidden.csv",
        "~$x.xlsx",
        "x.txt",
        "x",
        "a\0b.csv",
        "a\u202egpj.csv",
        "长" * 130 + ".csv",
        "",
    ],
)
def test_names_that_are_no_plain_file_names_are_refused(name: str) -> None:
    with pytest.raises(FileRefused):
        safe_name(name)


@pytest.mark.parametrize("name", ["产品.csv", "利率 2026.xlsx", "A-b_c.CSV"])
def test_plain_names_are_kept(name: str) -> None:
    assert safe_name(name) == name


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("空.csv", b"", "空文件"),
        ("大.csv", b"x" * 50_000_001, "命令行"),
        ("假.xlsx", b"not a workbook", "不是 .xlsx"),
    ],
)
def test_files_that_are_not_taken_say_why(name: str, content: bytes, told: str) -> None:
    with pytest.raises(FileRefused, match=told):
        checked_file(name, content)


def test_records_stand_at_their_physical_lines() -> None:
    records = Records(CONTENT)
    found = [records[place] for place in range(len(records))]
    assert [(r.line, r.last) for r in found] == [(1, 1), (2, 2), (3, 3), (4, 4)]
    assert found[1].cells == ("甲", "特点", "一,二")
    assert found[3].fault and found[3].raw.startswith("丙")


@pytest.mark.parametrize(
    ("edits", "line", "wanted"),
    [
        ([Edit(2, 2, "三")], 1, "甲,特点,三\r\n"),
        ([Edit(2, 2, '引"号')], 1, '甲,特点,"引""号"\r\n'),
        ([Edit(3, raw="乙,特点,好")], 2, "乙,特点,好\r\n"),
        ([Edit(4, raw="丙,特点,合上了")], 3, "丙,特点,合上了\r\n"),
        ([Edit(0, raw="丁,特点,新")], 4, "丁,特点,新\r\n"),
    ],
)
def test_an_edit_rewrites_its_own_record_and_no_other_byte(edits: list[Edit], line: int, wanted: str) -> None:
    _name, made = edited("x.csv", CONTENT, edits)
    before, after = CONTENT.decode().splitlines(True), made.decode().splitlines(True)
    assert after[line] == wanted
    assert [row for i, row in enumerate(after) if i != line] == [row for i, row in enumerate(before) if i != line]


def test_several_edits_meet_the_lines_that_were_seen() -> None:
    _name, made = edited("x.csv", CONTENT, [Edit(2, raw=""), Edit(3, raw="乙,特点,好"), Edit(4, raw="")])
    assert made.decode() == "主语,谓语,宾语\r\n乙,特点,好\r\n"


def test_a_broken_record_takes_no_cell_and_an_unknown_line_nothing() -> None:
    with pytest.raises(FileRefused, match="整行"):
        edited("x.csv", CONTENT, [Edit(4, 0, "丁")])
    with pytest.raises(FileRefused, match="没有第 9 行"):
        edited("x.csv", CONTENT, [Edit(9, 0, "丁")])


def test_bytes_that_are_no_text_survive_an_edit_elsewhere() -> None:
    content = "主语,谓语,宾语\n甲,特点,".encode() + b"\xff\xfe" + "\n乙,特点,好\n".encode()
    _name, made = edited("x.csv", content, [Edit(3, 2, "坏")])
    assert b"\xff\xfe" in made
    assert made.endswith("乙,特点,坏\n".encode())


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_a_byte_order_mark_stays_as_it_was(mark: bytes) -> None:
    _name, made = edited("x.csv", mark + "主语,谓语,宾语\n甲,特点,好\n".encode(), [Edit(2, 2, "坏")])
    assert made.startswith(mark) and made.startswith(b"\xef\xbb\xbf") is bool(mark)


def test_a_workbook_becomes_a_csv_when_it_is_edited() -> None:
    book, out = openpyxl.Workbook(), io.BytesIO()
    for row in (("主语", "谓语", "宾语"), ("甲", "特点", "好")):
        book.active.append(row)
    book.save(out)
    name, made = edited("利率.xlsx", out.getvalue(), [Edit(2, 2, "坏")])
    assert (name, "甲,特点,坏" in made.decode("utf-8-sig")) == ("利率.csv", True)


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    from kg.reader.xlsx_file import read_xlsx

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * 20_000_000)
    with as_folder({"弹.xlsx": out.getvalue()}) as folder:
        [problem] = read_xlsx(folder / "弹.xlsx", "弹.xlsx")  # type: ignore[misc]
    assert "解压后太大" in str(problem)
