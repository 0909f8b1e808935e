"""The check of a whole load: every row, and what rows say together. Nothing stops at the first finding."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from kg.checks.classes import ClassTree
from kg.checks.contradictions import Contradictions
from kg.checks.faq import FaqCheck
from kg.checks.names import AlikeNames
from kg.checks.promises import promises
from kg.memory import without_cycles
from kg.ontology import Ontology
from kg.problems import Problem, Severity, limited
from kg.reader.rows import Row
from kg.typed_rows import ParsedRow, parse_row


def _nothing(name: str) -> Iterable[ParsedRow]:
    return ()


def _forget(_row: ParsedRow) -> None:
    """Whoever only checks needs no rows afterwards."""


@dataclass(frozen=True, slots=True)
class Known:
    """What the graph already holds, as far as a check needs it: (class, superclass) names, facts about a name."""

    superclasses: Iterable[tuple[str, str]] = ()
    facts_about: Callable[[str], Iterable[ParsedRow]] = _nothing


def check(
    source: Iterable[Row | Problem],
    ontology: Ontology,
    known: Known | None = None,
    keep: Callable[[ParsedRow], None] = _forget,
) -> list[Problem]:
    """Everything that is wrong or doubtful in a load, by file and line.

    `source` is iterated twice (`kg.reader.TripleFiles` can be). Errors keep rows out of the graph;
    warnings and notices don't. `keep` is given every row that can be read, so that a load need not read them again.
    """
    with without_cycles():
        return _check(source, ontology, known or Known(), keep)


def _check(
    source: Iterable[Row | Problem], ontology: Ontology, known: Known, keep: Callable[[ParsedRow], None]
) -> list[Problem]:
    tree = ClassTree(known.superclasses)
    faq = FaqCheck(ontology, tree, known.facts_about)
    names, contradictions = AlikeNames(), Contradictions()
    problems: list[Problem] = []
    doubts: list[Problem] = []
    for item in parsed_items(source, ontology):
        if isinstance(item, Problem):
            problems.append(item)
            continue
        keep(item)
        tree.add(item.row)
        faq.add(item.row)
        names.see(item.row)
        contradictions.see(item)
        doubts.extend(promises(item))
    problems.extend(tree.circles())
    doubts.extend(_second_pass(source, ontology, _Passed(tree, faq, names, contradictions)))
    problems.extend(contradictions.problems())
    problems.extend(faq.problems())
    problems.extend(limited(doubts))
    problems.extend(limited(contradictions.gaps()))
    problems.extend(limited(names.problems(faq.questions)))
    return _in_order(problems)


def parsed_items(source: Iterable[Row | Problem], ontology: Ontology) -> Iterator[ParsedRow | Problem]:
    """Typed rows, and the problems of those that have none, in order."""
    for item in source:
        parsed = item if isinstance(item, Problem) else parse_row(item, ontology)
        if isinstance(parsed, list):
            yield from parsed
        else:
            yield parsed


@dataclass(frozen=True, slots=True)
class _Passed:
    """What the first pass found, for the second."""

    tree: ClassTree
    faq: FaqCheck
    names: AlikeNames
    contradictions: Contradictions


def _second_pass(source: Iterable[Row | Problem], ontology: Ontology, first: _Passed) -> Iterator[Problem]:
    """Misfits against the finished class tree; on the way what the other checks have to see whole."""
    limited_to_classes = any(p.domain or p.range for p in ontology.predicates.values())
    alike, again = first.names.settle(), first.contradictions.settle()
    if not (limited_to_classes or first.faq.needs_facts or alike or again):
        return
    first.faq.want()
    told: set[tuple[str, str]] = set()
    for row in source:
        if isinstance(row, Problem):
            continue
        predicate = ontology.get(row.predicate)
        if alike:
            first.names.add(row)
        if (again and not predicate.many) or first.faq.wants(row):
            _look_whole(parse_row(row, ontology), first)
        if predicate.domain or predicate.range:
            misfits = list(first.tree.misfits(row, predicate))
            if misfits and (row.subject, row.predicate) not in told:
                told.add((row.subject, row.predicate))
                yield from misfits


def _look_whole(parsed: ParsedRow | list[Problem], first: _Passed) -> None:
    if isinstance(parsed, ParsedRow):
        if not parsed.predicate.many:
            first.contradictions.add(parsed)
        if first.faq.wants(parsed.row):
            first.faq.gather(parsed)


def _in_order(problems: list[Problem]) -> list[Problem]:
    """By file as first met, then by line; errors before warnings at one place."""
    files = {name: index for index, name in enumerate(dict.fromkeys(p.file for p in problems))}
    rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    return sorted(problems, key=lambda p: (files[p.file], p.line, rank[p.severity]))
