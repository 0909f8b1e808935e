"""FAQ rules: references that resolve, no loose figures in answers, no question asked twice."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from kg.cells import ValueFault
from kg.checks.classes import ClassTree
from kg.facts import ALIAS, FAQ_ABOUT, FAQ_ANSWER, FAQ_CLASS, FAQ_VARIANT, Qualifier
from kg.numerals import CHINESE, fold
from kg.ontology import Ontology
from kg.problems import Problem, Severity
from kg.qualifiers import parse_qualifiers
from kg.reader.rows import Row, shown
from kg.references import REFERENCE
from kg.typed_rows import ParsedRow, row_problem
from kg.value_parser import find_values
from kg.values import Kind, Op, Value

FIXED = "固定"
"""In the note of an answer: its figures are meant to stand as they are."""
_BRACES = re.compile(r"\{[^{}]*\}")
_FIGURES = (Kind.MONEY, Kind.PERCENT, Kind.TERM, Kind.AGE, Kind.DATE, Kind.LEVEL)
_FIGURE_WORDS = re.compile(rf"\d|[{CHINESE.replace('一', '')}]|一[{CHINESE}]")
"""一天 and 一年 are words, 低风险 too; 1天, 三年 and 一百元 are figures."""
_PUNCTUATION = re.compile(r"[\s\W_]+")


@dataclass(slots=True)
class _Facts:
    """What the load and the graph say about one name."""

    qualifiers: dict[str, list[tuple[Qualifier, ...]]] = field(default_factory=dict)
    figures: set[tuple[object, ...]] = field(default_factory=set)


class FaqCheck:
    """Collects FAQs in a first pass, facts about what they mention in a second, then compares."""

    def __init__(self, ontology: Ontology, tree: ClassTree, known: Callable[[str], Iterable[ParsedRow]]) -> None:
        self._ontology = ontology
        self._tree = tree
        self._known = known
        self._answers: list[Row] = []
        self._about: dict[str, list[str]] = {}
        self._aliases: dict[str, set[str]] = {}
        self._said: dict[str, Row] = {}
        self._repeats: list[Problem] = []
        self.questions: set[str] = set()
        self._facts: dict[str, _Facts] = {}
        self._wanted: set[str] = set()

    def add(self, row: Row) -> None:
        """First pass: take in what a row says about FAQs."""
        if row.predicate == ALIAS:
            self._aliases.setdefault(row.object, set()).add(row.subject)
        if row.predicate == FAQ_ANSWER:
            self._answers.append(row)
        if row.predicate == FAQ_ABOUT:
            self._about.setdefault(row.subject, []).append(row.object)
        if row.subject_type == FAQ_CLASS or row.predicate in (FAQ_ANSWER, FAQ_VARIANT):
            self.questions.add(row.subject)
            self._ask(row.subject, row)
        if row.predicate == FAQ_VARIANT:
            self._ask(row.object, row)

    def _ask(self, question: str, row: Row) -> None:
        key = _PUNCTUATION.sub("", fold(question)).lower()
        first = self._said.setdefault(key, row)
        if first.subject != row.subject:
            what = f"问法和 {first.file}:{first.line} 的问题「{first.subject}」重复"
            problem = row_problem(row, "", question, what, "删去一处，或换一种问法", severity=Severity.WARNING)
            self._repeats.append(problem)

    @property
    def needs_facts(self) -> bool:
        """Whether a second pass is wanted."""
        return bool(self._answers)

    def want(self) -> None:
        """Between the passes: settle whose facts matter."""
        for row in self._answers:
            names = [match[1] for match in REFERENCE.finditer(row.object)] + self._about.get(row.subject, [])
            for name in names:
                self._wanted.update(self._speakers(name))
        for name in self._wanted:
            for parsed in self._known(name):
                self._take(name, parsed)

    def _speakers(self, name: str) -> set[str]:
        """The name, what it is an alias of, and all their classes: whoever's facts hold for it."""
        names = {name, *self._aliases.get(name, ())}
        return names.union(*(self._tree.classes_of(n) for n in names))

    def wants(self, row: Row) -> bool:
        """Second pass: whether a row is a fact about something that an answer speaks of."""
        return row.subject in self._wanted

    def gather(self, parsed: ParsedRow | list[Problem]) -> None:
        """Second pass: take in such a fact; what is wrong with a bad row was said in the first pass."""
        if isinstance(parsed, ParsedRow):
            self._take(parsed.row.subject, parsed)

    def _take(self, name: str, parsed: ParsedRow) -> None:
        facts = self._facts.setdefault(name, _Facts())
        facts.qualifiers.setdefault(parsed.row.predicate, []).append(parsed.qualifiers)
        values = [q.value for q in parsed.qualifiers]
        if parsed.value is not None:
            values += [parsed.value] if parsed.value.number is not None else []
            values += [found.value for found in find_values(parsed.row.object)]
        for value in values:
            facts.figures.update(_figures(value))

    def problems(self) -> Iterator[Problem]:
        """Repeated questions, unresolved references, loose figures."""
        yield from self._repeats
        for row in self._answers:
            yield from self._references(row)
            if FIXED not in row.note:
                yield from self._loose(row)

    def _references(self, row: Row) -> Iterator[Problem]:
        for match in _BRACES.finditer(row.object):
            reference = REFERENCE.fullmatch(match[0])
            if reference is None:
                what, remedy = "引用写得不对", "写成 {名称.谓语} 或 {名称.谓语[限定=值]}"
            elif fault := self._unresolved(reference[1], reference[2], reference[3] or ""):
                what, remedy = fault, "改正引用，或补上这条事实"
            else:
                continue
            yield row_problem(row, shown("object"), match[0], what, remedy)

    def _unresolved(self, name: str, predicate: str, cases: str) -> str:
        """Why a reference finds no fact, or an empty string."""
        try:
            asked = parse_qualifiers(cases, self._ontology)
        except ValueFault as fault:
            return f"引用里的限定{fault.what}"
        facts = [self._facts[n] for n in self._speakers(name) if n in self._facts]
        if not facts:
            return f"引用的「{name}」没有任何事实"
        given = [q for f in facts for q in f.qualifiers.get(predicate, ())]
        if not given:
            return f"引用的「{name}」没有「{predicate}」"
        if not any(_suits(qualifiers, asked) for qualifiers in given):
            return f"引用的「{name}」的「{predicate}」没有这种情形"
        return ""

    def _loose(self, row: Row) -> Iterator[Problem]:
        plain = _BRACES.sub(lambda m: "…" * len(m[0]), row.object)
        supported: set[tuple[object, ...]] = set()
        for name in self._about.get(row.subject, ()):
            for speaker in self._speakers(name):
                supported |= self._facts[speaker].figures if speaker in self._facts else set()
        for found in find_values(plain):
            value = found.value
            if value.kind in _FIGURES and _FIGURE_WORDS.search(fold(value.text)) and not _figures(value) <= supported:
                what = "答案里写死了数字，它和「关于」的对象的事实对不上"
                remedy = "改成引用 {名称.谓语}；确实不会变的，在 note 列写「固定」"
                yield row_problem(row, shown("object"), value.text, what, remedy)


def _suits(given: tuple[Qualifier, ...], asked: tuple[Qualifier, ...]) -> bool:
    """Whether a fact for the case `given` answers for the case `asked`; what is left open suits."""
    own = {q.name: q.value for q in given}
    return all(q.name not in own or _covers(own[q.name], q.value) for q in asked)


def _covers(given: Value, asked: Value) -> bool:
    if given.number is None or asked.number is None:
        return given.text == asked.text or asked.text in [a.text for a in given.alternatives]
    return given.op is not Op.EQ or asked.number in (given.number, *(a.number for a in given.alternatives))


def _figures(value: Value) -> set[tuple[object, ...]]:
    """The single figures of a value, comparable whatever the wording: 一年 and 12个月 are one."""
    if value.kind is Kind.CONDITION or value.number is None:
        return {f for a in value.alternatives for f in _figures(a)}
    numbers = (value.number, value.number_to, *(a.number for a in value.alternatives))
    return {(value.kind, number, value.unit) for number in numbers if number is not None}
