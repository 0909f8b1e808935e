"""Ontology files: declarations read, and every fault said at its line."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.ontology_files import is_ontology_file, read_ontology
from kg.values import Kind

HEADER = "name,aliases,datatype,unit,cardinality,domain,range,inverse,better_is,template,risk_notice\n"


def write(tmp_path: Path, text: str, name: str = "ontology.csv") -> Path:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    return path


def test_declarations(tmp_path: Path) -> None:
    write(
        tmp_path,
        HEADER
        + "起购金额,起购|门槛| 起购,money,元,one,产品,,,low,,有风险\n发行机构,,entity,,many,产品,机构,发行产品,,,\n",
    )
    ontology, problems = read_ontology([tmp_path])
    assert problems == []
    amount = ontology.get("起购金额")
    assert (amount.datatype, amount.unit, amount.many, amount.better_is) == (Kind.MONEY, "元", False, "low")
    assert amount.aliases == ("起购", "门槛")
    assert (amount.domain, amount.risk_notice, amount.declared) == ("产品", "有风险", True)
    assert ontology.get("发行机构").many
    assert ontology.get("发行机构").inverse == "发行产品"
    undeclared = ontology.get("没有的")
    assert (undeclared.declared, undeclared.many, undeclared.datatype) == (False, True, Kind.TEXT)


def test_the_short_header_and_several_files(tmp_path: Path) -> None:
    write(tmp_path, "name,aliases,datatype\n甲,,text\n", "ontology.csv")
    write(tmp_path, "name,aliases,datatype\n乙,,date\n", "ontology_more.csv")
    write(tmp_path, "subject,predicate,object\na,b,c\n", "facts.csv")
    ontology, problems = read_ontology([tmp_path])
    assert (sorted(ontology.predicates), problems) == (["乙", "甲"], [])


FAULTS = [
    ("起购金额,,money,元,one,,,,,,\n起购金额,,money,元,one,,,,,,\n", 3, "谓语已在 ontology.csv:2 声明过"),
    (",,text,,,,,,,,\n", 2, "是空的"),
    ("甲,,数字,,,,,,,,\n", 2, "没有这种数据类型"),
    ("甲,,text,,few,,,,,,\n", 2, "基数不对"),
    ("甲,,text,,one,,,,best,,\n", 2, "不认识"),
    ("甲,,text\n", 2, "有3格，列名有11格"),
    ("甲,,text,,one,,,,,起购金额是1万元,\n", 2, "写死了数字「1」"),
    ("甲,,text,,one,,,,,最长三年,\n", 2, "写死了数字"),
]


@pytest.mark.parametrize(("text", "line", "what"), FAULTS)
def test_faults(tmp_path: Path, text: str, line: int, what: str) -> None:
    write(tmp_path, HEADER + text)
    _, problems = read_ontology([tmp_path])
    assert [p.line for p in problems] == [line]
    assert what in problems[0].what
    assert problems[0].remedy


def test_ontology_files_are_known_by_their_header(tmp_path: Path) -> None:
    assert is_ontology_file(write(tmp_path, "\ufeffname,aliases,datatype,unit\n", "x.csv"))
    assert not is_ontology_file(write(tmp_path, "subject,predicate,object\n", "y.csv"))
    assert not is_ontology_file(write(tmp_path, "", "z.csv"))
