"""Ontology files: the declarations of predicates, read from every CSV whose header begins name,aliases,datatype."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from kg.csv_records import Broken, records
from kg.figures import loose_figure
from kg.ontology import Ontology, Predicate
from kg.problems import Problem, Severity
from kg.values import Kind

_COLUMNS = {
    "name": ("名称", "谓语", "属性"),
    "aliases": ("别名",),
    "datatype": ("数据类型", "类型"),
    "unit": ("单位",),
    "cardinality": ("基数", "单值多值"),
    "domain": ("主语类型", "定义域"),
    "range": ("宾语类型", "值域"),
    "inverse": ("反向", "反向名称"),
    "better_is": ("优劣", "越好"),
    "template": ("回答模板", "模板"),
    "risk_notice": ("风险提示",),
}
_NAMES = {name: name for name in _COLUMNS} | {word: name for name, words in _COLUMNS.items() for word in words}
_KINDS = {kind.value: kind for kind in Kind}
_CARDINALITY = {"one": False, "many": True, "": True, "单值": False, "多值": True}
_BETTER = ("", "low", "high")
_MAX_BYTES = 20_000_000


def is_ontology_file(path: Path) -> bool:
    """Whether a file's header begins name,aliases,datatype (or the Chinese words for them)."""
    if path.suffix.lower() != ".csv" or not path.is_file():
        return False
    with path.open("rb") as file:
        line = file.readline(4096)
    titles = [cell.strip() for cell in line.decode("utf-8-sig", "replace").split(",")[:3]]
    return [_NAMES.get(title.lower()) for title in titles] == ["name", "aliases", "datatype"]


def read_ontology(paths: Iterable[Path]) -> tuple[Ontology, list[Problem]]:
    """All declarations in the ontology files among `paths` (files and directories), and what is wrong with them."""
    predicates: dict[str, Predicate] = {}
    places: dict[str, str] = {}
    problems: list[Problem] = []
    for path in _files(paths):
        for item in _declarations(path):
            if isinstance(item, Problem):
                problems.append(item)
                continue
            line, predicate = item
            if predicate.name in predicates:
                what = f"谓语已在 {places[predicate.name]} 声明过"
                problems.append(_error((path, line), "name", predicate.name, what, "只留一处声明，别名合在一起"))
                continue
            predicates[predicate.name] = predicate
            places[predicate.name] = f"{path.name}:{line}"
    return Ontology(predicates), problems


def _files(paths: Iterable[Path]) -> list[Path]:
    found: list[Path] = []
    for path in paths:
        candidates = sorted(path.glob("*.csv")) if path.is_dir() else [path]
        found.extend(p for p in candidates if is_ontology_file(p))
    return list(dict.fromkeys(found))


def _declarations(path: Path) -> Iterator[tuple[int, Predicate] | Problem]:
    if path.stat().st_size > _MAX_BYTES:
        yield _error((path, 0), "", "", f"本体文件超过{_MAX_BYTES // 10**6} MB", "检查是不是放错了文件")
        return
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        yield _error((path, 0), "", "", "不是 UTF-8 编码", "另存为「CSV UTF-8（逗号分隔）」")
        return
    titles: list[str] = []
    for line, cells in records(text.splitlines(keepends=True)):
        if isinstance(cells, Broken):
            yield _error((path, line), "", "", cells.what, cells.remedy)
        elif not titles:
            titles = [_NAMES.get(cell.strip().lower(), "") for cell in cells]
        elif any(cell.strip() for cell in cells):
            yield from _declaration((path, line), titles, cells)


def _declaration(
    place: tuple[Path, int], titles: list[str], cells: list[str]
) -> Iterator[tuple[int, Predicate] | Problem]:
    if len(cells) != len(titles):
        what = f"有{len(cells)}格，列名有{len(titles)}格"
        yield _error(place, "", ",".join(cells), what, "补上缺的逗号，或给含逗号的文字加英文双引号")
        return
    row = {title: cell.strip() for title, cell in zip(titles, cells, strict=True) if title}
    problems = list(_faults(place, row))
    if problems:
        yield from problems
        return
    yield (
        place[1],
        Predicate(
            name=row["name"],
            aliases=tuple(dict.fromkeys(a.strip() for a in row["aliases"].split("|") if a.strip())),
            datatype=_KINDS[row["datatype"].lower()],
            unit=row.get("unit", ""),
            many=_CARDINALITY[row.get("cardinality", "").lower()],
            domain=row.get("domain", ""),
            range=row.get("range", ""),
            inverse=row.get("inverse", ""),
            better_is=row.get("better_is", "").lower(),
            template=row.get("template", ""),
            risk_notice=row.get("risk_notice", ""),
        ),
    )


def _faults(place: tuple[Path, int], row: dict[str, str]) -> Iterator[Problem]:
    if not row["name"]:
        yield _error(place, "name", "", "是空的", "写上谓语的名称")
    if row["datatype"].lower() not in _KINDS:
        yield _error(place, "datatype", row["datatype"], "没有这种数据类型", f"用 {'、'.join(_KINDS)} 之一")
    if row.get("cardinality", "").lower() not in _CARDINALITY:
        yield _error(place, "cardinality", row["cardinality"], "基数不对", "写 one（单值）或 many（多值）")
    if row.get("better_is", "").lower() not in _BETTER:
        yield _error(place, "better_is", row["better_is"], "不认识", "写 low（越低越好）、high（越高越好）或留空")
    for column in ("template", "risk_notice"):
        if figure := loose_figure(row.get(column, "")):
            what = f"写死了数字「{figure}」"
            yield _error(place, column, row[column], what, "数字只能来自事实：写成事实，这里用占位的花括号")


def _error(place: tuple[Path, int], column: str, value: str, what: str, remedy: str) -> Problem:
    return Problem(Severity.ERROR, place[0].name, place[1], column, value, what, remedy)
