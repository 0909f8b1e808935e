"""Domain objects as the plain data that pages and programs are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dialogue.message import Message
from kg.delta import Delta
from kg.drafts import Draft
from kg.facts import OPEN_REVISION, Fact
from kg.journal import Entry
from kg.problems import Problem
from kg.qualifiers import written
from kg.store import Revision

if TYPE_CHECKING:
    from app.editing.parts import Parts
    from dialogue.impact import AnswerChange, Impact

MAX_CHANGES = 1000


def problem_view(problem: Problem) -> dict[str, Any]:
    """A finding of the check at its place."""
    return {
        "severity": problem.severity.value,
        "file": problem.file,
        "line": problem.line,
        "column": problem.column,
        "value": _readable(problem.value[:300]),
        "what": problem.what,
        "remedy": problem.remedy,
    }


def _readable(text: str) -> str:
    """The text without what is no text: bytes of another encoding are read as surrogates, which nothing can keep."""
    return "".join("\ufffd" if "\ud800" <= c <= "\udfff" else c for c in text)


def fact_view(fact: Fact) -> dict[str, Any]:
    """A fact with where it comes from."""
    return {
        "id": fact.id,
        "subject_id": fact.subject_id,
        "subject": fact.subject_name,
        "predicate": fact.predicate,
        "object": fact.text,
        "object_id": fact.object_id or "",
        "qualifiers": written(fact.qualifiers),
        "valid_from": fact.valid_from.isoformat() if fact.valid_from else "",
        "valid_to": fact.valid_to.isoformat() if fact.valid_to else "",
        "source": fact.source,
        "article": fact.article,
        "file": fact.file,
        "line": fact.line,
        "editor": fact.editor,
        "rev_from": fact.rev_from,
        "rev_to": None if fact.rev_to == OPEN_REVISION else fact.rev_to,
        "inherited_from": fact.inherited_from,
    }


def changes_view(delta: Delta) -> dict[str, Any]:
    """A delta as a reviewer reads it: facts added, removed, changed, ended; entities that come, go or are renamed."""
    closed = {f.id: f for f in delta.closed}
    added = [f for f in delta.added if f.id not in closed]
    changed = [(closed[f.id], f) for f in delta.added if f.id in closed]
    kept = {f.id for f in delta.added}
    removed = [f for f in delta.closed if f.id not in kept]
    ended = [pair for pair in changed if _only_ended(*pair)]
    others = [pair for pair in changed if not _only_ended(*pair)]
    return {
        "added": [fact_view(f) for f in added[:MAX_CHANGES]],
        "removed": [fact_view(f) for f in removed[:MAX_CHANGES]],
        "changed": [_pair(p) for p in others[:MAX_CHANGES]],
        "ended": [_pair(p) for p in ended[:MAX_CHANGES]],
        "created": [e.name for e in delta.created[:MAX_CHANGES]],
        "renamed": [e.name for e in delta.changed[:MAX_CHANGES]],
        "withdrawn": list(delta.withdrawn[:MAX_CHANGES]),
        "predicates": [p.name for p in delta.predicates],
        "counts": {"added": len(added), "removed": len(removed), "changed": len(others), "ended": len(ended)},
    }


def told_once(delta: Delta) -> dict[str, Any]:
    """What pages show of a delta, to be kept with a draft's findings: reading half a million facts takes long."""
    return {"facts": len(delta.added) + len(delta.closed), "changes": changes_view(delta)}


def draft_view(draft: Draft, parts: Parts) -> dict[str, Any]:
    """A draft whole: state, findings, changes, files and its story."""
    findings = {k: v for k, v in draft.findings.items() if k not in ("facts", "changes")}
    return {
        **draft_line(draft),
        "findings": {"problems": [], "unchanged": 0, "gone": 0, **findings},
        "changes": draft.findings.get("changes") or changes_view(draft.delta),
        "files": parts.drafts.file_names(draft.id),
        "story": [entry_view(e) for e in parts.journal.of_draft(draft.id)],
        "head": parts.graph.head().number,
        "approval": parts.settings.approval,
    }


def draft_line(draft: Draft) -> dict[str, Any]:
    """A draft on one line of a list."""
    return {
        "id": draft.id,
        "state": draft.state,
        "author": draft.author,
        "message": draft.message,
        "created": draft.created.isoformat(),
        "base": draft.base,
        "version": draft.version,
        "revision": draft.revision,
        "errors": draft.findings.get("errors", 0),
        "warnings": draft.findings.get("warnings", 0),
        "facts": draft.facts,
    }


def impact_view(found: Impact | None) -> dict[str, Any]:
    """What a draft does to the golden questions; None where there is nothing to compare with."""
    if found is None:
        return {"questions": 0, "again": 0, "turns": 0, "changes": [], "fault": ""}
    return {
        "questions": found.questions,
        "again": found.again,
        "turns": found.turns,
        "changes": [_answer_change(c) for c in found.changes],
        "fault": "",
    }


def revision_view(revision: Revision) -> dict[str, Any]:
    """A published revision."""
    return {
        "number": revision.number,
        "author": revision.author,
        "approver": revision.approver,
        "time": revision.time.isoformat() if revision.time else "",
        "message": revision.message,
        "checks": revision.checks,
        "urgent": revision.urgent,
        "draft": revision.draft,
        "content_hash": revision.content_hash,
        "facts": revision.facts,
        "entities": revision.entities,
        "added": revision.added,
        "closed": revision.closed,
        "restores": revision.restores,
    }


def entry_view(entry: Entry) -> dict[str, Any]:
    """A line of the journal."""
    return {
        "at": entry.at.isoformat(),
        "actor": entry.actor,
        "act": entry.act.value,
        "draft": entry.draft,
        "revision": entry.revision,
        "detail": dict(entry.detail or {}),
    }


def message_view(message: Message) -> dict[str, Any]:
    """A reply as the try-it panel shows it."""
    return {"text": message.plain()}


def _answer_change(change: AnswerChange) -> dict[str, Any]:
    return {
        "question": change.question,
        "shift": change.shift.value,
        "old": change.old.text,
        "new": change.new.text,
        "asked": change.asked,
    }


def _pair(pair: tuple[Fact, Fact]) -> dict[str, Any]:
    return {"old": fact_view(pair[0]), "new": fact_view(pair[1])}


def _only_ended(old: Fact, new: Fact) -> bool:
    """Whether nothing but the last day was set."""
    return old.text == new.text and old.valid_to is None and new.valid_to is not None
