"""kg load: check, compute the change against head, publish it as one revision or keep it as a draft."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from kg.check import check
from kg.delta import Delta
from kg.doubts import doubts
from kg.drafts import DraftStore
from kg.loading_known import known_of
from kg.loading_plan import LoadPlan, plan_load
from kg.loading_report import LoadReport
from kg.memory import without_cycles
from kg.ontology import Ontology
from kg.ontology_files import read_ontology
from kg.problems import Problem, Severity, has_errors
from kg.quarantine import bad_places, write_quarantine
from kg.reader.files import TripleFiles
from kg.store import Graph, Note, Revision, Snapshot, Writing
from kg.store.connection import PATIENT_S
from kg.store.history import delta_to
from kg.store.lock import WAIT_S
from kg.store.writer import Progress
from kg.typed_rows import ParsedRow

Ahead = Callable[[Delta], AbstractContextManager[None]]
"""Entered around publishing a delta: what must be ready when head moves is made in it."""
MAX_REMOVED = 0.2
MAX_KEPT_BYTES = 64_000_000
_FEW_FACTS = 50


def _nothing_ahead(_delta: Delta) -> AbstractContextManager[None]:
    return nullcontext()


def _nothing_told(_delta: Delta) -> Mapping[str, Any]:
    return {}


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How to load. `replace` takes out facts whose rows left their file; `quarantine` is where bad rows go.

    With `drafts` set nothing is published: the delta waits there, with the files it came from if they are not too
    large, and with what `told` says of it, so that nobody needs to read it to show it. `wait` is how many seconds
    another writer may take before the load is refused. A load that would take out more than the share `max_removed`
    of all facts is an error.
    """

    author: str
    message: str = ""
    replace: bool = False
    quarantine: Path | None = None
    drafts: DraftStore | None = None
    wait: float = WAIT_S
    progress: Progress | None = None
    max_removed: float = MAX_REMOVED
    today: date | None = None
    ahead: Ahead = _nothing_ahead
    told: Callable[[Delta], Mapping[str, Any]] = _nothing_told


def load(paths: Iterable[Path], graph: Graph, options: LoadOptions) -> LoadReport:
    """Load triple and ontology files into the graph as its next revision.

    Every problem of every file is in the report; with errors and no quarantine nothing is written. Raises
    GraphError when the graph can't be read or written, WriterBusy when another load does not end in time.
    """
    started = time.monotonic()
    paths = [Path(p) for p in paths]
    checked = _checked(paths, graph.at(timeout=PATIENT_S))
    if checked.errors and options.quarantine is None:
        return LoadReport(base=graph.head().number, problems=tuple(checked.problems))
    with graph.writing(options.author, wait=options.wait) as writing:
        snapshot = graph.at(timeout=PATIENT_S)
        plan, checked = _plan(checked, snapshot, options)
        report = _report(plan, checked, options, snapshot, graph.head().facts)
        if report.refused:
            return report
        if options.quarantine is not None and checked.errors:
            write_quarantine(options.quarantine, checked.source, checked.problems)
        return replace(_finish(plan, report, writing, options, paths), seconds=time.monotonic() - started)


def preview(paths: Iterable[Path], graph: Graph, options: LoadOptions) -> LoadReport:
    """What `load` would do, without writing or waiting for anything."""
    return examine(paths, graph, options)[0]


def examine(paths: Iterable[Path], graph: Graph, options: LoadOptions) -> tuple[LoadReport, Delta]:
    """What `load` would do, and the delta that it would publish: of no use where the report is refused."""
    checked = _checked([Path(p) for p in paths], graph.at(timeout=PATIENT_S))
    head = graph.head()
    snapshot = graph.at(head.number, timeout=PATIENT_S)
    plan, checked = _plan(checked, snapshot, options)
    return _report(plan, checked, options, snapshot, head.facts), plan.delta


def rollback(
    graph: Graph,
    number: int,
    *,
    note: Note,
    wait: float = WAIT_S,
    ahead: Ahead = _nothing_ahead,
    progress: Progress | None = None,
) -> Revision | None:
    """Publish a new revision with the content of revision `number`; None when head has that content already."""
    with graph.writing(note.author, wait=wait) as writing:
        delta = delta_to(graph, number)
        if delta.is_empty:
            return None
        note = replace(note, message=note.message or f"回到第 {number} 版", restores=number)
        with ahead(delta):
            return writing.publish(delta, note, progress)


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
    rows: list[ParsedRow] = []
    problems = [*ontology_problems, *check(source, ontology, known_of(head, ontology), rows.append)]
    bad = bad_places(problems)
    good = [row for row in rows if (row.row.file, row.row.line) not in bad] if bad else rows
    return _Checked(source, declared, problems, good)


def _plan(checked: _Checked, head: Snapshot, options: LoadOptions) -> tuple[LoadPlan, _Checked]:
    """The plan, and what was checked with the plan's problems added.

    With a quarantine, rows that only show to be wrong against the graph are left out and the rest planned anew.
    """
    with without_cycles():
        plan = plan_load(checked.rows, checked.declared, head, replace_gone=options.replace, editor=options.author)
    while plan.problems and options.quarantine is not None:
        bad = {(p.file, p.line) for p in plan.problems}
        rows = [row for row in checked.rows if (row.row.file, row.row.line) not in bad]
        if len(rows) == len(checked.rows):
            break
        checked = replace(checked, rows=rows, problems=[*checked.problems, *plan.problems])
        plan = plan_load(rows, checked.declared, head, replace_gone=options.replace, editor=options.author)
    return plan, replace(checked, problems=[*checked.problems, *plan.problems])


def _report(plan: LoadPlan, checked: _Checked, options: LoadOptions, head: Snapshot, facts: int) -> LoadReport:
    stop = (*_too_much_removed(plan, facts, options.max_removed), *doubts(plan, head, options.today))
    return LoadReport(
        base=plan.delta.base,
        added=tuple(plan.changes.added),
        removed=tuple(plan.changes.removed),
        changed=tuple(plan.changes.changed),
        gone=tuple(plan.changes.gone),
        unchanged=plan.changes.unchanged,
        predicates=len(plan.delta.predicates),
        problems=(*checked.problems, *stop),
        quarantined=len(bad_places(checked.problems)) if options.quarantine is not None else 0,
    )


def _finish(
    plan: LoadPlan, report: LoadReport, writing: Writing, options: LoadOptions, paths: Sequence[Path]
) -> LoadReport:
    """Publish, keep as a draft, or leave everything as it is when nothing changes."""
    if plan.delta.is_empty:
        return report
    if options.drafts is not None:
        draft = options.drafts.add(
            writing.graph.graph_id,
            plan.delta,
            author=options.author,
            message=options.message,
            files=kept_files(paths),
            replace=options.replace,
            findings=options.told(plan.delta),
        )
        return replace(report, draft=draft.id)
    note = Note(options.author, options.message, checks=checks_passed(report))
    with options.ahead(plan.delta):
        made = writing.publish(plan.delta, note, options.progress)
    return replace(report, revision=made)


def checks_passed(report: LoadReport) -> str:
    """What a revision says of the checks before it."""
    warnings = sum(p.severity is Severity.WARNING for p in report.problems)
    return f"无错误，{warnings} 条警告" + (f"，隔离 {report.quarantined} 行" if report.quarantined else "")


def kept_files(paths: Iterable[Path]) -> dict[str, bytes]:
    """The files of a load by name, to be kept with its draft; none where they are too large for that."""
    found = [p for path in paths for p in (sorted(path.iterdir()) if path.is_dir() else [path])]
    files = [p for p in found if p.suffix.lower() in (".csv", ".xlsx") and not p.name.startswith((".", "~$"))]
    if sum(p.stat().st_size for p in files) > MAX_KEPT_BYTES:
        return {}
    return {p.name: p.read_bytes() for p in files}


def _too_much_removed(plan: LoadPlan, facts: int, share: float) -> tuple[Problem, ...]:
    """The safety stop: somebody has loaded half a file with --replace, or another file under its name."""
    removed = len(plan.changes.removed)
    if facts < _FEW_FACTS or removed <= share * facts:
        return ()
    value = f"{removed} / {facts} 条"
    remedy = "确认文件是完整的；真要删除这么多，加 --allow-removals"
    return (Problem(Severity.ERROR, plan.files[0], 0, "", value, f"会删除超过 {share:.0%} 的事实", remedy),)
