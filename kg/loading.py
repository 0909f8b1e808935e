"""kg load: check, compute the change against head, publish it as one revision or keep it as a draft."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from kg.check import check
from kg.drafts import PUBLISHED, DraftStore
from kg.loading_known import known_of
from kg.loading_plan import LoadPlan, plan_load
from kg.loading_report import LoadReport
from kg.ontology import Ontology
from kg.ontology_files import read_ontology
from kg.problems import Problem, has_errors
from kg.quarantine import bad_places, good_rows, write_quarantine
from kg.reader.files import TripleFiles
from kg.reader.rows import Row
from kg.store import Graph, Note, Revision, Snapshot, Writing
from kg.store.connection import PATIENT_S
from kg.store.history import delta_to
from kg.store.lock import WAIT_S
from kg.store.writer import Progress
from kg.typed_rows import ParsedRow, parse_row


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How to load. `replace` takes out facts whose rows left their file; `quarantine` is where bad rows go.

    With `drafts` set nothing is published: the delta waits there. `wait` is how many seconds another
    writer may take before the load is refused.
    """

    author: str
    message: str = ""
    replace: bool = False
    quarantine: Path | None = None
    drafts: DraftStore | None = None
    wait: float = WAIT_S
    progress: Progress | None = None


def load(paths: Iterable[Path], graph: Graph, options: LoadOptions) -> LoadReport:
    """Load triple and ontology files into the graph as its next revision.

    Every problem of every file is in the report; with errors and no quarantine nothing is written. Raises
    GraphError when the graph can't be read or written, WriterBusy when another load does not end in time.
    """
    started = time.monotonic()
    checked = _checked([Path(p) for p in paths], graph.at(timeout=PATIENT_S))
    if checked.errors and options.quarantine is None:
        return LoadReport(base=graph.head().number, problems=tuple(checked.problems))
    with graph.writing(options.author, wait=options.wait) as writing:
        plan, checked = _plan(checked, graph.at(timeout=PATIENT_S), options)
        report = _report(plan, checked, options)
        if report.refused:
            return report
        if options.quarantine is not None and checked.errors:
            write_quarantine(options.quarantine, checked.source, checked.problems)
        return replace(_finish(plan, report, writing, options), seconds=time.monotonic() - started)


def preview(paths: Iterable[Path], graph: Graph, options: LoadOptions) -> LoadReport:
    """What `load` would do, without writing or waiting for anything."""
    checked = _checked([Path(p) for p in paths], graph.at(timeout=PATIENT_S))
    plan, checked = _plan(checked, graph.at(timeout=PATIENT_S), options)
    return _report(plan, checked, options)


def publish_draft(graph: Graph, drafts: DraftStore, draft_id: str, *, approver: str, wait: float = WAIT_S) -> Revision:
    """Publish a waiting draft. StaleBase when somebody published since it was made, UnknownDraft when settled."""
    with graph.writing(approver, wait=wait) as writing:
        draft = drafts.get(draft_id)
        made = writing.publish(draft.delta, Note(draft.author, draft.message))
        drafts.settle(draft_id, PUBLISHED, made.number)
        return made


def rollback(graph: Graph, number: int, *, author: str, message: str = "", wait: float = WAIT_S) -> Revision | None:
    """Publish a new revision with the content of revision `number`; None when head has that content already."""
    with graph.writing(author, wait=wait) as writing:
        delta = delta_to(graph, number)
        if delta.is_empty:
            return None
        return writing.publish(delta, Note(author, message or f"回到第 {number} 版", restores=number))


@dataclass(frozen=True, slots=True)
class _Checked:
    """The files' rows with every problem of reading and checking; `rows` are those without an error."""

    source: TripleFiles
    declared: Ontology
    problems: list[Problem]
    rows: Sequence[ParsedRow]

    @property
    def errors(self) -> bool:
        return has_errors(self.problems)


def _checked(paths: Sequence[Path], head: Snapshot) -> _Checked:
    declared, ontology_problems = read_ontology(paths)
    source = TripleFiles.of(paths)
    ontology = Ontology({**head.ontology().predicates, **declared.predicates})
    problems = [*ontology_problems, *check(source, ontology, known_of(head, ontology))]
    return _Checked(source, declared, problems, _parsed(good_rows(source, problems), ontology))


def _parsed(rows: Iterable[Row], ontology: Ontology) -> list[ParsedRow]:
    found = (parse_row(row, ontology) for row in rows)
    return [row for row in found if isinstance(row, ParsedRow)]


def _plan(checked: _Checked, head: Snapshot, options: LoadOptions) -> tuple[LoadPlan, _Checked]:
    """The plan, and what was checked with the plan's problems added.

    With a quarantine, rows that only show to be wrong against the graph are left out and the rest planned anew.
    """
    plan = plan_load(checked.rows, checked.declared, head, replace_gone=options.replace, editor=options.author)
    while plan.problems and options.quarantine is not None:
        bad = {(p.file, p.line) for p in plan.problems}
        rows = [row for row in checked.rows if (row.row.file, row.row.line) not in bad]
        if len(rows) == len(checked.rows):
            break
        checked = replace(checked, rows=rows, problems=[*checked.problems, *plan.problems])
        plan = plan_load(rows, checked.declared, head, replace_gone=options.replace, editor=options.author)
    return plan, replace(checked, problems=[*checked.problems, *plan.problems])


def _report(plan: LoadPlan, checked: _Checked, options: LoadOptions) -> LoadReport:
    return LoadReport(
        base=plan.delta.base,
        added=tuple(plan.changes.added),
        removed=tuple(plan.changes.removed),
        changed=tuple(plan.changes.changed),
        gone=tuple(plan.changes.gone),
        unchanged=plan.changes.unchanged,
        predicates=len(plan.delta.predicates),
        problems=tuple(checked.problems),
        quarantined=len(bad_places(checked.problems)) if options.quarantine is not None else 0,
    )


def _finish(plan: LoadPlan, report: LoadReport, writing: Writing, options: LoadOptions) -> LoadReport:
    """Publish, keep as a draft, or leave everything as it is when nothing changes."""
    if plan.delta.is_empty:
        return report
    if options.drafts is not None:
        graph_id = writing.graph.graph_id
        draft = options.drafts.add(graph_id, plan.delta, author=options.author, message=options.message)
        return replace(report, draft=draft.id)
    made = writing.publish(plan.delta, Note(options.author, options.message), options.progress)
    return replace(report, revision=made)
