"""The class tree of a load: circles in 上位类, and things that a predicate is not meant for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from kg.facts import FAQ_CLASS, INSTANCE_OF, SUBCLASS_OF
from kg.ontology import Predicate
from kg.problems import Problem, Severity
from kg.reader.rows import Row, shown
from kg.typed_rows import row_problem


class ClassTree:
    """Classes by name: who belongs to what, from the load and from what the graph already knows.

    All rows are added first; what is asked afterwards is remembered.
    """

    def __init__(self, known: Iterable[tuple[str, str]] = ()) -> None:
        self._parents: dict[str, dict[str, Row | None]] = {}
        self._classes: dict[str, tuple[str, ...]] = {}
        self._alike: dict[tuple[str, ...], tuple[str, ...]] = {}  # a million members share a few tuples
        self._closed: dict[str, frozenset[str]] = {}
        self._unions: dict[tuple[str, ...], frozenset[str]] = {}
        for child, parent in known:
            self._parents.setdefault(child, {})[parent] = None

    def add(self, row: Row) -> None:
        """Take in what a row says about classes."""
        if row.predicate == SUBCLASS_OF:
            self._parents.setdefault(row.subject, {}).setdefault(row.object, row)
        elif row.predicate == INSTANCE_OF:
            self._join(row.subject, row.object)
        if row.subject_type and row.subject_type != FAQ_CLASS:
            self._join(row.subject, row.subject_type)
        if row.object_type:
            self._join(row.object, row.object_type)

    def _join(self, name: str, cls: str) -> None:
        known = self._classes.get(name, ())
        if cls not in known:
            more = (*known, cls)
            self._classes[name] = self._alike.setdefault(more, more)

    def classes_of(self, name: str) -> frozenset[str]:
        """All classes of a thing or class, itself included when it is a class."""
        direct = self._classes.get(name, ())
        if name in self._parents:
            direct = (*direct, name)
        found = self._unions.get(direct)
        if found is None:
            found = self._unions[direct] = frozenset().union(*map(self._closure, direct))
        return found

    def _closure(self, name: str) -> frozenset[str]:
        found = self._closed.get(name)
        if found is None:
            seen = {name}
            open_ends = [name]
            while open_ends:
                new = [p for p in self._parents.get(open_ends.pop(), ()) if p not in seen]
                seen.update(new)
                open_ends.extend(new)
            found = self._closed[name] = frozenset(seen)
        return found

    def circles(self) -> Iterator[Problem]:
        """One finding for every row of the load that lies on a circle of 上位类, naming the circle."""
        for child, parents in self._parents.items():
            for parent, row in parents.items():
                if row is not None and child in self._closure(parent):
                    path = " → ".join((child, *self._way(parent, child)))
                    remedy = "删去其中一条上位类"
                    yield row_problem(row, shown("object"), row.object, f"上位类成环：{path}", remedy)

    def _way(self, start: str, goal: str) -> list[str]:
        """The shortest chain of superclasses from `start` to `goal`, both named."""
        came: dict[str, str] = {start: ""}
        queue = [start]
        for name in queue:
            if name == goal:
                break
            for parent in self._parents.get(name, ()):
                if parent not in came:
                    came[parent] = name
                    queue.append(parent)
        way = [goal]
        while came[way[-1]]:
            way.append(came[way[-1]])
        return way[::-1]

    def misfits(self, row: Row, predicate: Predicate) -> Iterator[Problem]:
        """Warnings about a subject or object of a class that the predicate is not declared for."""
        ends = (("subject", row.subject, predicate.domain), ("object", row.object, predicate.range))
        for column, name, wanted in ends:
            if not wanted:
                continue
            classes = self.classes_of(name)
            if classes and wanted not in classes:
                what = f"谓语「{row.predicate}」用于「{wanted}」，「{name}」属于 {'、'.join(sorted(classes)[:5])}"
                remedy = f"检查谓语是否用对，或说明「{name}」的类属于「{wanted}」"
                yield row_problem(row, shown(column), name, what, remedy, severity=Severity.WARNING)
