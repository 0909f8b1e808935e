"""Node and edge tables to triple rows, streaming; only ids with their names are held in memory."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kg.cells import ValueFault
from kg.facts import INSTANCE_OF
from kg.importing.headers import Column, Role, columns_of
from kg.importing.mapping import Mapping
from kg.importing.tables import ColumnsOf, Record, Table, read_table
from kg.ontology import Ontology
from kg.problems import Problem, Severity
from kg.qualifiers import parse_qualifier

COLUMNS = ("subject", "predicate", "object", "subject_id", "object_id", "qualifiers", "note")
_SEPARATORS = str.maketrans({";": "、", "；": "、", "\n": " "})


@dataclass(frozen=True, slots=True)
class _Node:
    id: str
    name: str


@dataclass(slots=True)
class Imported:
    """What a conversion found: how many of each, and every problem with its place."""

    nodes: int = 0
    edges: int = 0
    problems: list[Problem] = field(default_factory=list)


def convert(paths: Sequence[Path], mapping: Mapping, found: Imported) -> Iterator[tuple[str, ...]]:
    """Rows of COLUMNS; counts and problems go into `found` while they come.

    Ids stay as they are; where two id spaces share one, the space is written before it. Columns of a node
    become its facts, columns of an edge qualifiers of its fact, empty cells nothing.
    """
    tables = [table for table in (read_table(p, _columns(mapping), found.problems) for p in paths) if table]
    nodes = _Nodes()
    for table in tables:
        if not table.is_edges:
            nodes.collect(table, found)
    for table in tables:
        rows = _edges(table, mapping, nodes, found) if table.is_edges else _facts(table, mapping, nodes, found)
        yield from rows


def _columns(mapping: Mapping) -> ColumnsOf:
    def of(file: str, titles: Sequence[str]) -> tuple[Column, ...]:
        declared = mapping.tables.get(file, {})
        roles = {declared.get("id"): Role.ID, declared.get("name"): Role.NAME}
        roles |= {declared.get("from"): Role.START, declared.get("to"): Role.END}
        roles |= {title: Role.IGNORE for title in declared.get("ignore") or ()}
        read = columns_of(titles)
        return tuple(
            Column(roles[title], column.name, column.group) if title in roles else column
            for title, column in zip(titles, read, strict=True)
        )

    return of


class _Nodes:
    """Ids and names of all nodes, by id space."""

    def __init__(self) -> None:
        self._by_group: dict[str, dict[str, _Node]] = {}
        self._taken: dict[str, str] = {}

    def collect(self, table: Table, found: Imported) -> None:
        """Reads the ids and names of one node table."""
        group = table.group(Role.ID)
        known = self._by_group.setdefault(group, {})
        for record in table.records():
            own = record.first(Role.ID) or record.first(Role.NAME)
            if not own:
                found.problems.append(_problem(record, "", "节点没有编号，也没有名称", "补上编号或名称"))
                continue
            clash = self._taken.setdefault(own, group) != group
            known[own] = _Node(f"{group}:{own}" if clash else own, record.first(Role.NAME) or own)

    def get(self, group: str, own: str) -> _Node | None:
        """The node of an id; without an id space, from whichever has it."""
        if group in self._by_group:
            return self._by_group[group].get(own)
        return next((nodes[own] for nodes in self._by_group.values() if own in nodes), None)


def _facts(table: Table, mapping: Mapping, nodes: _Nodes, found: Imported) -> Iterator[tuple[str, ...]]:
    group = table.group(Role.ID)
    declared = str(mapping.tables.get(table.file, {}).get("class", ""))
    for record in table.records():
        node = nodes.get(group, record.first(Role.ID) or record.first(Role.NAME))
        if node is None:
            continue
        found.nodes += 1
        labels = [
            mapping.called(label) for cell in record.all(Role.LABEL) for label in cell.split(";") if label.strip()
        ]
        classes = [declared] if declared else [*labels, *([mapping.called(group)] if group else [])]
        for name in dict.fromkeys(classes or [mapping.called(Path(table.file).stem)]):
            yield node.name, INSTANCE_OF, name, node.id, "", "", ""
        for column, text in record.properties():
            for value in text.split(";") if column.array else [text]:
                if value.strip():
                    yield node.name, mapping.called(column.name), value.strip(), node.id, "", "", ""


def _edges(table: Table, mapping: Mapping, nodes: _Nodes, found: Imported) -> Iterator[tuple[str, ...]]:
    declared = str(mapping.tables.get(table.file, {}).get("predicate", ""))
    for record in table.records():
        ends = [(role, record.first(role), nodes.get(table.group(role), record.first(role))) for role in _ENDS]
        lost = next((own for _role, own, node in ends if node is None), None)
        if lost is not None:
            found.problems.append(_problem(record, lost, "边的一端没有这个节点", "补上节点，或删去这条边"))
            continue
        kind = record.first(Role.TYPE) or Path(table.file).stem
        (_, _, start), (_, _, end) = ends
        assert start is not None and end is not None  # just checked
        found.edges += 1
        qualifiers, note = _qualifiers(record.properties(), mapping, record, found)
        yield start.name, declared or mapping.called(kind), end.name, start.id, end.id, qualifiers, note


_ENDS = (Role.START, Role.END)


def _qualifiers(
    properties: Iterable[tuple[Column, str]], mapping: Mapping, record: Record, found: Imported
) -> tuple[str, str]:
    """`职务=董事长/董事` and, where a value can't stand in a qualifier, a note that keeps it."""
    kept: list[str] = []
    noted: list[str] = []
    for column, text in properties:
        if not text:
            continue
        written = f"{mapping.called(column.name)}={text.translate(_SEPARATORS)}"
        try:
            parse_qualifier(written, Ontology())
        except ValueFault as fault:
            noted.append(written)
            remedy = "这个值只记在 note 列；要能问到它，改写成普通的文字或数字"
            found.problems.append(_problem(record, text, f"不能作限定：{fault.what}", remedy, Severity.WARNING))
        else:
            kept.append(written)
    return ";".join(kept), ";".join(noted)


def _problem(record: Record, value: str, what: str, remedy: str, severity: Severity = Severity.ERROR) -> Problem:
    return Problem(severity, record.file, record.line, "", value, what, remedy)
