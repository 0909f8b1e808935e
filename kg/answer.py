"""Answer: what the graph says to a Query, as facts and rows, before any wording."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kg.calculating.model import Line
from kg.facts import Fact, Qualifier
from kg.query import Query
from kg.values import Value


class Outcome(StrEnum):
    """How a turn ended; the same words in batch output, turn records and evaluation."""

    ANSWERED = "answered"
    CLARIFY = "clarify"
    UNANSWERABLE = "unanswerable"
    OUT_OF_SCOPE = "out_of_scope"
    CHITCHAT = "chitchat"
    FORM = "form"
    DONE = "done"
    HANDOFF = "handoff"
    FALLBACK = "fallback"
    ERROR = "error"


class Assumed(StrEnum):
    """What was assumed on the way to an answer and is said with it."""

    INHERITED = "inherited"
    PINYIN = "pinyin"
    TYPO = "typo"
    HOMOPHONE = "homophone"
    TRANSLATED = "translated"
    CARRIED = "carried"
    PERIOD = "period"


@dataclass(frozen=True, slots=True)
class Assumption:
    """`what` and its two sides: typed 文盈一号 → read as 稳盈1号; inherited: from class `read_as`."""

    what: Assumed
    written: str
    read_as: str


@dataclass(frozen=True, slots=True)
class Cell:
    """Facts that fill one cell of a table (several for a many-valued predicate or a table by qualifier)."""

    facts: tuple[Fact, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One entity of a list or comparison; cells follow `Answer.columns`."""

    entity_id: str
    name: str
    cells: tuple[Cell, ...] = ()


@dataclass(frozen=True, slots=True)
class Computed:
    """A figure worked out from facts (a count, a difference): its value, formula in words, operands' fact ids."""

    value: Value
    formula: str
    operands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Worked:
    """One calculation done: for which thing, in which case (a fact with its qualifiers) and by which `method`.

    `facts` are those that the lines use. `below` is the least amount that the customer's stays under: then there are
    no lines.
    """

    entity_id: str
    name: str
    lines: tuple[Line, ...] = ()
    facts: tuple[Fact, ...] = ()
    case: Fact | None = None
    method: str = ""
    below: Fact | None = None
    promised: bool = True


@dataclass(frozen=True, slots=True)
class Judged:
    """One condition, as a comparison where it is one, and whether the customer meets it by what he said; None = not
    known."""

    fact: Fact
    wanted: Qualifier | None = None
    verdict: bool | None = None
    said: Qualifier | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to continue when the bot has to ask back; `query` is what choosing it would ask."""

    label: str
    query: Query | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    `rows` × `columns` for lists and comparisons (columns are predicate names), `facts` for values and
    definitions; `verdict` for yes/no (None = can't be said); `total` is the exact number of members that
    match even when fewer rows are carried; `missing` names what had no fact (predicate or entity names), with
    outcome CLARIFY or an open verdict what the customer has to say next.
    `withdrawn` names the things in it that are no longer sold; `first` are the ids of those that come out first in a
    comparison that asks which one does.
    `facts_read()` gives every fact the answer rests on.
    """

    query: Query
    outcome: Outcome
    revision: int
    today: date
    facts: tuple[Fact, ...] = ()
    columns: tuple[str, ...] = ()
    rows: tuple[Row, ...] = ()
    total: int | None = None
    verdict: bool | None = None
    computed: tuple[Computed, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    choices: tuple[Choice, ...] = ()
    missing: tuple[str, ...] = ()
    worked: tuple[Worked, ...] = ()
    judged: tuple[Judged, ...] = ()
    notices: tuple[str, ...] = field(default=())
    withdrawn: tuple[str, ...] = field(default=())
    first: tuple[str, ...] = field(default=())

    def facts_read(self) -> tuple[Fact, ...]:
        """Facts in order of first use, without repeats."""
        found = {f.id: f for f in self.facts}
        for row in self.rows:
            for cell in row.cells:
                for fact in cell.facts:
                    found.setdefault(fact.id, fact)
        for worked in self.worked:
            for fact in worked.facts:
                found.setdefault(fact.id, fact)
        return tuple(found.values())
