"""Node and edge tables of other tools as triples: ids kept, edge properties as qualifiers, problems placed."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.importing import Imported, Mapping, MappingFault, convert, read_mapping
from kg.importing.mapping import translated

PEOPLE = (
    "person_id:ID(Executive),name,gender,age:int,hobbies:string[],:LABEL\n"
    "p1,林一,男,50,钓鱼;下棋,Person\np2,林一,女,,,Person\n"
)
FIRMS = "stock_id:ID(Stock),name,code,:LABEL\n600001,青山股份,600001,Company\n"
EDGES = ":START_ID(Executive),jobs,:END_ID(Stock),:TYPE\np1,董事长;董事,600001,employ_of\np9,董事,600001,employ_of\n"


def rows(
    folder: Path, tables: dict[str, str], mapping: Mapping | None = None
) -> tuple[list[tuple[str, ...]], Imported]:
    paths = []
    for name, text in tables.items():
        (folder / name).write_text(text, encoding="utf-8")
        paths.append(folder / name)
    found = Imported()
    return list(convert(paths, mapping or Mapping(), found)), found


def test_ids_and_edge_properties_are_kept(tmp_path: Path) -> None:
    made, found = rows(tmp_path, {"executive.csv": PEOPLE, "stock.csv": FIRMS, "works.csv": EDGES})
    assert ("林一", "实例", "人物", "p1", "", "", "") in made
    assert ("林一", "实例", "高管", "p2", "", "", "") in made
    assert ("林一", "年龄", "50", "p1", "", "", "") in made
    assert [r[2] for r in made if r[1] == "hobbies"] == ["钓鱼", "下棋"]
    assert ("林一", "任职", "青山股份", "p1", "600001", "职务=董事长、董事", "") in made
    assert (found.nodes, found.edges) == (3, 1)
    assert [(p.file, p.line, p.value) for p in found.problems] == [("works.csv", 3, "p9")]


def test_ids_shared_by_two_spaces_are_told_apart(tmp_path: Path) -> None:
    made, _ = rows(tmp_path, {"a.csv": "x:ID(City),name\n1,杭州\n", "b.csv": "x:ID(River),name\n1,钱塘江\n"})
    assert {r[3] for r in made} == {"1", "River:1"}


def test_plain_titles_and_declared_ones(tmp_path: Path) -> None:
    mapping = Mapping(
        names={"friend_of": "好友"},
        tables={"人.csv": {"class": "会员", "id": "工号"}, "边.csv": {"from": "甲", "to": "乙", "predicate": "师父"}},
    )
    tables = {"人.csv": "工号,姓名,城市\n7,周五,苏州\n8,吴六,\n", "边.csv": "甲,乙,since\n7,8,2020-01-01\n"}
    made, found = rows(tmp_path, tables, mapping)
    assert ("周五", "实例", "会员", "7", "", "", "") in made
    assert ("周五", "城市", "苏州", "7", "", "", "") in made
    assert [r[:5] for r in made if r[1] == "师父"] == [("周五", "师父", "吴六", "7", "8")]
    assert not found.problems


def test_a_table_nobody_understands_is_said(tmp_path: Path) -> None:
    _, found = rows(tmp_path, {"x.csv": "甲,乙\n1,2\n"})
    assert "看不出是节点表还是边表" in str(found.problems[0])


@pytest.mark.parametrize(
    ("english", "chinese"),
    [("employ_of", "任职"), ("birthDate", "出生日期"), ("NetProfit", "净利润"), ("xyzzy_of", ""), ("城市", "城市")],
)
def test_english_titles_in_chinese(english: str, chinese: str) -> None:
    assert translated(english) == chinese


def test_a_mapping_with_unknown_entries_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "map.yml"
    file.write_text("tables:\n  a.csv:\n    klass: 人\n", encoding="utf-8")
    with pytest.raises(MappingFault, match="klass"):
        read_mapping(file)
