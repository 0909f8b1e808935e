"""Headers of node and edge tables: what each column is, read from its title (`stock_id:ID(Stock)`, `age:int`)."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    """What a column of another tool's table holds."""

    ID = "id"
    NAME = "name"
    LABEL = "label"
    START = "start"
    END = "end"
    TYPE = "type"
    PROPERTY = "property"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True)
class Column:
    """One column; `group` is the id space of ids and ends, `array` says that a cell holds several values."""

    role: Role
    name: str
    group: str = ""
    array: bool = False


_MARKED = re.compile(r"^(?P<name>[^:]*):(?P<what>[A-Za-z_]+)(?:\{[^}]*\})?(?:\((?P<group>[^)]*)\))?(?P<array>\[\])?$")
_ROLES = {
    "id": Role.ID,
    "label": Role.LABEL,
    "start_id": Role.START,
    "end_id": Role.END,
    "type": Role.TYPE,
    "ignore": Role.IGNORE,
}
_PLAIN = {
    Role.ID: ("id", "node_id", "编号", "节点编号", "标识"),
    Role.NAME: ("name", "title", "名称", "姓名", "标题", "名字"),
    Role.LABEL: ("label", "labels", "class", "node_type", "类", "类型", "类别", "标签"),
    Role.START: ("source", "start", "from", "src", "head", "start_id", "from_id", "source_id", "起点", "源", "头"),
    Role.END: ("target", "end", "to", "dst", "tail", "end_id", "to_id", "target_id", "终点", "目标", "尾"),
    Role.TYPE: ("type", "relation", "rel_type", "edge_type", "relationship", "关系", "关系类型"),
}
_SHARED = frozenset((Role.NAME, Role.PROPERTY, Role.IGNORE))  # several columns may have these
_BY_TITLE = {title: role for role, titles in reversed(_PLAIN.items()) for title in titles}


def columns_of(titles: Sequence[str]) -> tuple[Column, ...]:
    """The columns of a header. Marked titles are taken at their word, plain ones by what they are usually called.

    Beside a marked column a plain title never plays the same part: `source` beside `:START_ID` is a property.
    """
    titles = [title.strip() for title in titles]
    read = [_column(title) for title in titles]
    marked = {column.role for column, title in zip(read, titles, strict=True) if ":" in title} - _SHARED
    read = [
        Column(Role.PROPERTY, column.name) if ":" not in title and column.role in marked else column
        for column, title in zip(read, titles, strict=True)
    ]
    edge = {Role.START, Role.END} <= {c.role for c in read}
    return tuple(_settled(column, title, edge, marked) for column, title in zip(read, titles, strict=True))


def _column(title: str) -> Column:
    marked = _MARKED.match(title)
    if marked is None:
        return Column(_BY_TITLE.get(title.lower(), Role.PROPERTY), title)
    role = _ROLES.get(marked["what"].lower())
    name = marked["name"] or marked["group"] or marked["what"]
    if role is not None:
        return Column(role, name, marked["group"] or "")
    return Column(_named(marked["name"]), marked["name"], array=bool(marked["array"]))


def _named(name: str) -> Role:
    return Role.NAME if name.lower() in _PLAIN[Role.NAME] else Role.PROPERTY


def _settled(column: Column, title: str, edge: bool, marked: Collection[Role]) -> Column:
    """`type` names the relation in an edge table and the class in a node table; an edge has no name or id."""
    if ":" in title:
        return column
    if title.lower() in ("type", "类型"):
        meant = Role.TYPE if edge else Role.LABEL
        return Column(Role.PROPERTY if meant in marked else meant, column.name)
    if edge and column.role in (Role.NAME, Role.LABEL):
        return Column(Role.PROPERTY, column.name)
    if edge and column.role is Role.ID:
        return Column(Role.IGNORE, column.name)
    return column if edge or column.role is not Role.TYPE else Column(Role.PROPERTY, column.name)
