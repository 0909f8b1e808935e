"""What the editor API gives."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel

from kg.problems import Problem as Finding


class FactLine(BaseModel):
    """A fact with where it comes from; `rev_to` is null while it stands."""

    id: str
    subject_id: str
    subject: str
    predicate: str
    object: str
    object_id: str
    qualifiers: str
    valid_from: str
    valid_to: str
    source: str
    article: str
    file: str
    line: int
    editor: str
    rev_from: int
    rev_to: int | None
    inherited_from: str
    approver: str = ""


class FactPair(BaseModel):
    """A fact as it was and as it becomes."""

    old: FactLine
    new: FactLine


class ChangeCounts(BaseModel):
    """How many facts of each sort; the lists may be cut."""

    added: int
    removed: int
    changed: int
    ended: int


class Changes(BaseModel):
    """What a draft or revision changes. `ended` are facts whose period was closed."""

    added: list[FactLine]
    removed: list[FactLine]
    changed: list[FactPair]
    ended: list[FactPair]
    created: list[str]
    renamed: list[str]
    withdrawn: list[str]
    predicates: list[str]
    counts: ChangeCounts


class AnswerChangeOut(BaseModel):
    """A golden question whose answer changes; `asked` counts recorded turns of 90 days that asked the same."""

    question: str
    shift: Literal["changed", "newly", "lost"]
    old: str
    new: str
    asked: int


class ImpactOut(BaseModel):
    """What a draft does to the golden questions; `turns` rested on facts that it changes."""

    questions: int
    again: int
    turns: int
    changes: list[AnswerChangeOut]
    fault: str = ""


class Findings(BaseModel):
    """What checking found; `impact` is there once the golden questions were asked."""

    errors: int = 0
    warnings: int = 0
    problems: list[Finding] = []
    unchanged: int = 0
    gone: int = 0
    impact: ImpactOut | None = None


class EntryOut(BaseModel):
    """A line of the journal."""

    at: str
    actor: str
    act: str
    draft: str
    revision: int | None
    detail: dict[str, Any]


class DraftLine(BaseModel):
    """A draft on one line."""

    id: str
    state: Literal["editing", "waiting", "published", "dropped"]
    author: str
    message: str
    created: str
    base: int
    version: int
    revision: int | None
    errors: int
    warnings: int
    facts: int


class RevisionOut(BaseModel):
    """A published revision; `urgent` is why nobody else approved it."""

    number: int
    author: str
    approver: str
    time: str
    message: str
    checks: str
    urgent: str
    draft: str
    content_hash: str
    facts: int
    entities: int
    added: int
    closed: int
    restores: int | None
    story: list[EntryOut] = []
    changes: Changes | None = None


class DraftOut(DraftLine):
    """A draft whole. It can be published while `base` is `head`."""

    findings: Findings
    changes: Changes
    files: list[str]
    story: list[EntryOut]
    head: int
    approval: bool
    published: RevisionOut | None = None


class RowOut(BaseModel):
    """A record of a file. `raw` and `fault` are set where it can't be read as cells."""

    line: int
    cells: list[str]
    raw: str
    fault: str


class RowsOut(BaseModel):
    """A page of a file's records."""

    file: str
    version: int
    titles: list[str]
    rows: list[RowOut]
    total: int
    workbook: bool


class LogOut(BaseModel):
    """Revisions, newest first."""

    head: int
    revisions: list[RevisionOut]


class SaidOut(BaseModel):
    """A reply as text."""

    text: str


class TryOut(BaseModel):
    """What is said now (null while nothing was published), and with the draft."""

    now: SaidOut | None
    then: SaidOut


class NamedOut(BaseModel):
    """An entity by name."""

    id: str
    name: str
    kind: str = ""
    is_class: bool = False


class EntityOut(BaseModel):
    """An entity: own facts, those inherited from its classes, and who points to it."""

    id: str
    name: str
    revision: int
    facts: list[FactLine]
    inherited: list[FactLine]
    pointing: list[FactLine]
    classes: list[NamedOut]


class GoldenOut(BaseModel):
    """A golden question."""

    question: str
    today: str
    intent: str
    note: str


class GapOut(BaseModel):
    """What customers asked in vain; `kind` is what is missing, `drafted` a CSV to begin with."""

    kind: str
    questions: list[str]
    conversations: int
    outcome: str
    intent: str
    drafted: str


class DislikedOut(BaseModel):
    """A reply with a thumb down, beside the facts it used."""

    question: str
    reply: str
    intent: str
    reason: str
    facts: list[str]


class GapsOut(BaseModel):
    """The inbox."""

    unanswered: list[GapOut]
    disliked: list[DislikedOut]


class AskedOut(BaseModel):
    """What customers asked lately, in so many conversations; `golden` says that it is one already."""

    question: str
    intent: str
    conversations: int
    golden: bool


class ProgressOut(BaseModel):
    """How far the heavy work is that goes on just now; `operation` is empty while there is none."""

    operation: str
    done: int
    total: int
    seconds: float
