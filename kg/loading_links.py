"""Objects of undeclared predicates that are names of things: a plain `subject,predicate,object` file joins up.

Without an ontology and without object columns nobody says whether 张三 in `某片,导演,张三` is a text or the
person whose own rows stand elsewhere. It is the person when exactly one thing of that name is spoken of.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from kg.facts import DEFINITION, UNSPOKEN
from kg.loading_head import Head
from kg.typed_rows import ParsedRow
from kg.values import Kind

MAX_NAME = 40
MIN_NAME = 2
_NEVER = UNSPOKEN | {DEFINITION}


def linked(rows: Sequence[ParsedRow], head: Head) -> Sequence[ParsedRow]:
    """`rows` with the objects that name one known thing turned from text into that thing."""
    wanted = {row.row.object for row in rows if _may_link(row)}
    if not wanted:
        return rows
    known = _single(rows, wanted, head.ids_by_name(wanted) if head.revision else {})
    if not known:
        return rows
    return [replace(row, value=None) if _may_link(row) and row.row.object in known else row for row in rows]


def _may_link(row: ParsedRow) -> bool:
    if row.predicate.declared or row.value is None or row.value.kind is not Kind.TEXT:
        return False
    cells = row.row
    return MIN_NAME <= len(cells.object) <= MAX_NAME and cells.predicate not in _NEVER and cells.object != cells.subject


def _single(rows: Iterable[ParsedRow], wanted: set[str], in_graph: Mapping[str, Sequence[str]]) -> set[str]:
    """Names among `wanted` under which rows and graph together speak of one thing only."""
    ids = {name: set(found) for name, found in in_graph.items()}
    types: dict[str, set[str]] = {}
    for row in rows:
        cells = row.row
        if cells.subject in wanted:
            ids.setdefault(cells.subject, set()).update(filter(None, (cells.subject_id,)))
            types.setdefault(cells.subject, set()).update(filter(None, (cells.subject_type,)))
    return {name for name, found in ids.items() if len(found) <= 1 and len(types.get(name, ())) <= 1}
