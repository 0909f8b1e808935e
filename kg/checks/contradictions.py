"""Single-valued predicates that are given two values for the same days and the same case."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from kg.checks.repeats import Repeats
from kg.problems import Problem, Severity
from kg.reader.rows import Row, shown
from kg.typed_rows import ParsedRow, row_problem
from kg.values import Value

_REMEDY = "改成一个值，或用生效日、失效日、限定把两行分开"
_Case = tuple[str, str, tuple[tuple[str, str], ...]]


@dataclass(frozen=True, slots=True)
class _Claim:
    row: Row
    said: tuple[object, ...]
    start: date
    end: date


class Contradictions:
    """Finds the cases that are spoken of again in a first pass, collects their claims in a second, then compares."""

    def __init__(self) -> None:
        self._cases = Repeats()
        self._claims: dict[_Case, list[_Claim]] = {}

    def see(self, parsed: ParsedRow) -> None:
        """First pass: take a row's case in."""
        if not parsed.predicate.many:
            self._cases.add(_case(parsed))

    def settle(self) -> bool:
        """Between the passes; whether a second one is wanted."""
        self._cases.settle()
        return bool(self._cases.wanted)

    def add(self, parsed: ParsedRow) -> None:
        """Second pass: take a row in whole."""
        case = _case(parsed)
        if hash(case) in self._cases.wanted:
            claim = _Claim(parsed.row, _said(parsed), parsed.valid_from or date.min, parsed.valid_to or date.max)
            self._claims.setdefault(case, []).append(claim)

    def problems(self) -> Iterator[Problem]:
        """One finding for either row of every contradiction."""
        for claims in self._claims.values():
            if len(claims) > 1:
                yield from _compare(sorted(claims, key=lambda c: c.start))

    def gaps(self) -> Iterator[Problem]:
        """A warning for every day between two periods of one case on which nothing is said: customers get no answer."""
        for claims in self._claims.values():
            if len(claims) > 1:
                yield from _gaps(sorted(claims, key=lambda c: c.start))


def _case(parsed: ParsedRow) -> _Case:
    row = parsed.row
    qualifiers = tuple((q.name, str(_said_by(q.value))) for q in parsed.qualifiers)
    return row.subject_id or row.subject, row.predicate, qualifiers


def _gaps(claims: list[_Claim]) -> Iterator[Problem]:
    until = claims[0].end
    for claim in claims[1:]:
        if until < date.max and claim.start > until + timedelta(days=1):
            row = claim.row
            what = f"「{row.subject}」的「{row.predicate}」从 {until} 到这一行生效前没有值"
            remedy = "补上中间的一行，或把前一行的失效日、这一行的生效日接上"
            yield row_problem(row, shown("valid_from"), row.valid_from, what, remedy, severity=Severity.WARNING)
        until = max(until, claim.end)


def _said(parsed: ParsedRow) -> tuple[object, ...]:
    row = parsed.row
    return _said_by(parsed.value) if parsed.value is not None else (row.object_id or row.object,)


def _said_by(value: Value) -> tuple[object, ...]:
    """What makes two values the same whatever the wording: 一年 and 12个月 are."""
    if value.number is None:
        return (value.text,)
    return (value.number, value.number_to, value.op, value.unit, tuple(_said_by(a) for a in value.alternatives))


def _compare(claims: list[_Claim]) -> Iterator[Problem]:
    """Claims sorted by their first day: each is held against the earlier ones that still run."""
    running: list[_Claim] = []
    told: set[int] = set()
    for claim in claims:
        running = [c for c in running if c.end >= claim.start]
        against = next((c for c in running if c.said != claim.said and _same_thing(c.row, claim.row)), None)
        if against is not None:
            for one, other in ((against, claim), (claim, against)):
                if id(one) not in told:
                    told.add(id(one))
                    yield _problem(one.row, other.row)
        running.append(claim)


def _same_thing(one: Row, other: Row) -> bool:
    """Two rows that give different classes for one name speak of two things."""
    return not (one.subject_type and other.subject_type) or one.subject_type == other.subject_type


def _problem(row: Row, other: Row) -> Problem:
    rival = f"{other.file}:{other.line} 的「{other.object}」"
    what = f"「{row.subject}」的「{row.predicate}」同一时期有两个值，另一个是 {rival}"
    return row_problem(row, shown("object"), row.object, what, _REMEDY)
