"""The difference between what files say and what the graph holds, by the key rules of the fact model.

- A fact of the same key with other content is replaced.
- A file's values of a many-valued predicate for a subject replace those that the file brought before;
  of a single-valued one, also those whose period meets that of a row now in the file.
- Other facts whose rows left their file are `gone`: kept, unless the load replaces.
- Two facts of a single-valued predicate may not hold different values on one day.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from kg.fact_key import content_of, fact_id, group_key, object_key
from kg.facts import Fact
from kg.ontology import Ontology
from kg.problems import Problem, Severity


@dataclass(slots=True)
class FactChanges:
    """Facts by what happens to them; `changed` holds (as it was, as it becomes)."""

    added: list[Fact] = field(default_factory=list)
    changed: list[tuple[Fact, Fact]] = field(default_factory=list)
    removed: list[Fact] = field(default_factory=list)
    gone: list[Fact] = field(default_factory=list)
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def closing(self) -> tuple[Fact, ...]:
        """Facts that end with the new revision."""
        return (*(old for old, _new in self.changed), *self.removed)

    @property
    def opening(self) -> tuple[Fact, ...]:
        """Facts that begin with it."""
        return (*self.added, *(new for _old, new in self.changed))


def without_repeats(facts: Iterable[Fact], ontology: Ontology) -> tuple[list[Fact], list[Problem]]:
    """One fact per key, the first; a second one that says something else is a problem."""
    kept: dict[str, Fact] = {}
    problems: list[Problem] = []
    for fact in facts:
        first = kept.setdefault(fact.id, fact)
        if first is not fact and content_of(first) != content_of(fact) and not ontology.get(fact.predicate).many:
            problems.append(_contradiction(fact, first))
    return list(kept.values()), problems


def changes(
    wanted: Sequence[Fact], current: Iterable[Fact], ontology: Ontology, *, files: Collection[str], replace: bool
) -> FactChanges:
    """What must change so that the graph says what the files say.

    `current` holds the standing facts of all subjects that the files speak of or once spoke of; `files`
    are the loaded files' names.
    """
    result = FactChanges()
    standing = {fact_id(f, many=ontology.get(f.predicate).many): f for f in current}
    for fact in wanted:
        old = standing.pop(fact.id, None)
        if old is None:
            result.added.append(fact)
        elif old.id == fact.id and content_of(old) == content_of(fact) and not _moved(old, fact, files):
            result.unchanged += 1
        else:
            result.changed.append((old, fact))
    left = {f.subject_id for f in standing.values()}
    spoken_of = _SpokenOf((f for f in wanted if f.subject_id in left), ontology)
    kept: list[Fact] = []
    for old in standing.values():
        if old.file not in files:
            kept.append(old)
        elif replace or spoken_of.again(old):
            result.removed.append(old)
        else:
            result.gone.append(old)
            kept.append(old)
    result.problems = _contradictions(result.opening, [*kept, *wanted], ontology)
    return result


def _moved(old: Fact, new: Fact, files: Collection[str]) -> bool:
    """Whether the row is now in another file than the loaded one that brought it."""
    return old.file != new.file and old.file in files


class _SpokenOf:
    """What a file now says on subjects and predicates, to tell replaced rows from gone ones."""

    def __init__(self, wanted: Iterable[Fact], ontology: Ontology) -> None:
        self._ontology = ontology
        self._many: set[tuple[str, str, str]] = set()
        self._one: dict[tuple[str, str, str, str], list[Fact]] = defaultdict(list)
        for fact in wanted:
            if ontology.get(fact.predicate).many:
                self._many.add((fact.file, fact.subject_id, fact.predicate))
            else:
                self._one[(fact.file, *group_key(fact))].append(fact)

    def again(self, old: Fact) -> bool:
        """Whether the file of `old` has other rows in its place."""
        if self._ontology.get(old.predicate).many:
            return (old.file, old.subject_id, old.predicate) in self._many
        return any(overlap(old, new) for new in self._one.get((old.file, *group_key(old)), ()))


def overlap(one: Fact, other: Fact) -> bool:
    """Whether there is a day on which both hold."""
    first, last = date.min, date.max
    return (one.valid_from or first) <= (other.valid_to or last) and (other.valid_from or first) <= (
        one.valid_to or last
    )


def _contradictions(opening: Sequence[Fact], after: Iterable[Fact], ontology: Ontology) -> list[Problem]:
    """Facts among `opening` that say something else than a fact standing afterwards on the same day."""
    groups: dict[tuple[str, str, str], list[Fact]] = defaultdict(list)
    for fact in after:
        if not ontology.get(fact.predicate).many:
            groups[group_key(fact)].append(fact)
    problems: list[Problem] = []
    new_ids = {f.id for f in opening}
    for facts in groups.values():
        if len(facts) == 1 or new_ids.isdisjoint(f.id for f in facts):
            continue
        facts.sort(key=lambda f: f.valid_from or date.min)
        reaching = facts[0]
        for fact in facts[1:]:
            if overlap(reaching, fact) and object_key(reaching) != object_key(fact):
                new, other = (fact, reaching) if fact.id in new_ids else (reaching, fact)
                problems.append(_contradiction(new, other))
            reaching = max(reaching, fact, key=lambda f: f.valid_to or date.max)
    return problems


def _contradiction(fact: Fact, other: Fact) -> Problem:
    """Two values of a single-valued predicate for one day."""
    where = f"{other.file}:{other.line}" if other.file else "已发布的事实"
    value = f"{fact.subject_name} {fact.predicate} = {fact.text}，而 {where} 为 {other.text}"
    since = f"写 {other.valid_from.isoformat()}" if other.valid_from else "留空"
    remedy = f"要改掉旧值，valid_from 和它一样（{since}）；两个都对，用期间分开；旧行已作废，用 --replace"
    return Problem(Severity.ERROR, fact.file, fact.line, "object", value, "同一期间有两个不同的值", remedy)
