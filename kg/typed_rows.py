"""ParsedRow: a row with its value, qualifiers and dates read as its predicate declares them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from kg.cells import ValueFault, parse_value
from kg.dates import parse_date
from kg.facts import FAQ_ABOUT, INSTANCE_OF, SUBCLASS_OF, Qualifier
from kg.ontology import Ontology, Predicate
from kg.problems import Problem, Severity
from kg.qualifiers import parse_qualifier, parts
from kg.reader.rows import Row, shown
from kg.value_parser import guess_value
from kg.values import Kind, Value

_RELATIONS = (INSTANCE_OF, SUBCLASS_OF, FAQ_ABOUT)
_NUMERIC = frozenset(Kind) - {Kind.TEXT, Kind.ENTITY, Kind.CONDITION}
_DATE_REMEDY = "写成 2026-01-01 这样的完整日期，不限则留空"


YEAR = "年度"
"""The case in which the year of a figure stands that was written into its name."""
_DATED = re.compile(
    r"(?P<year>(?:19|20)\d{2})年(?:度|末|底)?[的_\-·:： ]?(?P<name>[^\d月至到\-~以之前后内起].*)"
    r"|(?P<before>.*[^\d])[（(\[_\-](?P<last>(?:19|20)\d{2})年?(?:度|末|底)?[)）\]]?"
)


@dataclass(frozen=True, slots=True)
class ParsedRow:
    """A row as typed data. `value` is None when the object is an entity; qualifiers are sorted by name."""

    row: Row
    predicate: Predicate
    value: Value | None
    qualifiers: tuple[Qualifier, ...]
    valid_from: date | None
    valid_to: date | None


def parse_row(row: Row, ontology: Ontology) -> ParsedRow | list[Problem]:
    """The typed row, or everything that is wrong with it. A year in the name of a predicate that nobody declared
    (2021年净利润, 净利润(2021年)) is a case of the figure without it."""
    predicate = ontology.get(row.predicate)
    if not predicate.declared and (dated := _without_year(row.predicate)) is not None:
        name, year = dated
        row = row._replace(predicate=name, qualifiers=";".join(filter(None, (row.qualifiers, f"{YEAR}={year}年"))))
        predicate = ontology.get(name)
    problems: list[Problem] = []
    value = _value(row, predicate, problems)
    qualifiers = _qualifiers(row, ontology, problems)
    valid_from = _day(row, "valid_from", row.valid_from, problems)
    valid_to = _day(row, "valid_to", row.valid_to, problems)
    if valid_from and valid_to and valid_from > valid_to:
        what = f"失效日早于生效日 {row.valid_from}"
        problems.append(row_problem(row, shown("valid_to"), row.valid_to, what, "改正其中一个日期"))
    return problems or ParsedRow(row, predicate, value, qualifiers, valid_from, valid_to)


@lru_cache(maxsize=4096)
def _without_year(predicate: str) -> tuple[str, str] | None:
    """(name, year) of a figure whose name begins or ends with a year."""
    found = _DATED.fullmatch(predicate)
    if found is None:
        return None
    return found["name"] or found["before"], found["year"] or found["last"]


def is_entity_object(row: Row, predicate: Predicate) -> bool:
    """Whether the object names an entity: by declaration, by an object id or type, or by a predicate of the system."""
    if predicate.declared and predicate.datatype is not Kind.ENTITY:
        return False
    return predicate.datatype is Kind.ENTITY or bool(row.object_id or row.object_type) or row.predicate in _RELATIONS


def _value(row: Row, predicate: Predicate, problems: list[Problem]) -> Value | None:
    if is_entity_object(row, predicate):
        return None
    if not predicate.declared:
        return guess_value(f"{row.object}{row.unit}")
    if predicate.datatype not in _NUMERIC:
        kind = predicate.datatype if predicate.datatype is Kind.CONDITION else Kind.TEXT
        return _parsed(row, row.object, kind, "", problems)
    return _parsed(row, row.object, predicate.datatype, row.unit or predicate.unit, problems)


def _parsed(row: Row, text: str, kind: Kind, unit: str, problems: list[Problem]) -> Value | None:
    try:
        return parse_value(text, kind, unit)
    except ValueFault as fault:
        what = f"谓语「{row.predicate}」的值{fault.what}" if kind is not Kind.TEXT else fault.what
        problems.append(row_problem(row, shown("object"), fault.value, what, fault.remedy))
        return None


def _qualifiers(row: Row, ontology: Ontology, problems: list[Problem]) -> tuple[Qualifier, ...]:
    if not row.qualifiers:
        return ()
    found: dict[str, Qualifier] = {}
    for part in parts(row.qualifiers):
        try:
            qualifier = parse_qualifier(part, ontology)
        except ValueFault as fault:
            problems.append(row_problem(row, shown("qualifiers"), part, f"限定{fault.what}", fault.remedy))
            continue
        if qualifier.name in found:
            what = f"限定「{qualifier.name}」写了两次"
            remedy = "一个限定只写一次，两头都有的写成范围（金额=5万元-20万元）"
            problems.append(row_problem(row, shown("qualifiers"), row.qualifiers, what, remedy))
        found[qualifier.name] = qualifier
    return tuple(sorted(found.values(), key=lambda q: q.name))


def _day(row: Row, column: str, text: str, problems: list[Problem]) -> date | None:
    if not text:
        return None
    day = parse_date(text)
    if day is None:
        what = "不是完整的日期，或日历上没有这一天"
        problems.append(row_problem(row, shown(column), text, what, _DATE_REMEDY))
    return day


def row_problem(
    row: Row, column: str, value: str, what: str, remedy: str, *, severity: Severity = Severity.ERROR
) -> Problem:
    """A finding about a row."""
    return Problem(severity, row.file, row.line, column, value, what, remedy)
