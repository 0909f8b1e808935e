"""The desk: what editors and approvers do to drafts, each step checked, journalled and told in plain data.

The same functions serve the command line, which runs them itself, and the pages, whose heavy ones run in a process
of their own (app.editing.process). Results are plain JSON as connectors.editor.schemas describes it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TYPE_CHECKING, Any

from app.editing.parts import Parts
from app.editing.views import draft_view, impact_view, message_view, problem_view, revision_view, told_once
from kg.delta import Delta
from kg.draft_files import Edit, FileRefused, as_folder, checked_file, edited
from kg.drafts import DROPPED, EDITING, OPEN, WAITING, Draft, DraftMoved
from kg.golden import GoldenFault
from kg.journal import Act
from kg.loading import LoadOptions, examine
from kg.loading import rollback as roll_back
from kg.originals import keep_originals
from kg.problems import Severity
from kg.publishing import overtaken, publish_draft
from kg.store import Note
from kg.store.revisions import touched_between

if TYPE_CHECKING:
    from dialogue.impact import Progress
    from dialogue.trial import Side

MAX_PROBLEMS = 500


def _untold(_done: int, _all: int) -> None:
    """Nobody watches."""


class NotAllowed(Exception):
    """The rules forbid it to this person or at this stage; the message says why and what to do, in Chinese."""


def open_draft(parts: Parts, actor: str, files: Mapping[str, bytes], message: str, take_out: bool) -> dict[str, Any]:
    """A new draft of some files, checked. FileRefused for files that are not taken."""
    kept = {checked_file(name, content): content for name, content in files.items()}
    findings, delta = _examined(parts, actor, kept, take_out)
    made = parts.drafts.add(
        parts.graph.graph_id,
        delta,
        author=actor,
        message=message,
        state=EDITING,
        files=kept,
        replace=take_out,
        findings=findings,
    )
    parts.journal.note(actor, Act.DRAFTED, draft=made.id, files=sorted(kept), errors=findings["errors"])
    return draft_view(made, parts)


def edit_file(
    parts: Parts, actor: str, draft_id: str, version: int, *, file: str, edits: Sequence[Edit]
) -> dict[str, Any]:
    """Changes cells of a draft's file and checks it anew. DraftMoved, UnknownDraft, FileRefused."""
    draft = _open(parts, draft_id, version)
    files = parts.drafts.files(draft_id)
    if file not in files:
        raise FileRefused(f"草稿里没有文件「{file}」；刷新后再改")
    name, content = edited(file, files.pop(file), edits)
    files[name] = content
    return _rechecked(parts, actor, draft, files, Act.EDITED, file=name, places=[e.line for e in edits][:50])


def rebase(parts: Parts, actor: str, draft_id: str, version: int) -> dict[str, Any]:
    """Computes a draft anew on head; its files are read as if they were uploaded now."""
    draft = _open(parts, draft_id, version)
    files = parts.drafts.files(draft_id)
    if files:
        return _rechecked(parts, actor, draft, files, Act.REBASED, onto=parts.graph.head().number)
    head = parts.graph.head().number
    clash = touched_between(parts.graph.connection, draft.base, head)
    if clash is None or clash & draft.delta.touched:
        raise NotAllowed("草稿没有保存文件，又和新版本改了同样的实体；请重新载入文件")
    findings = {name: found for name, found in draft.findings.items() if name != "impact"}  # seen on another revision
    made = parts.drafts.change(draft, delta=replace(draft.delta, base=head), findings=findings, state=EDITING)
    parts.journal.note(actor, Act.REBASED, draft=draft_id, onto=head)
    return draft_view(made, parts)


def keep_delta(parts: Parts, actor: str, delta: Delta, message: str) -> dict[str, Any]:
    """A change that comes from no file (a merge, a revision taken back) as a draft that waits for approval."""
    if delta.is_empty:
        raise NotAllowed("没有任何改动")
    made = parts.drafts.add(parts.graph.graph_id, delta, author=actor, message=message, findings=told_once(delta))
    parts.journal.note(actor, Act.DRAFTED, draft=made.id)
    parts.journal.note(actor, Act.SUBMITTED, draft=made.id, message=message)
    return draft_view(made, parts)


def weigh(parts: Parts, draft_id: str, progress: Progress = _untold) -> dict[str, Any]:
    """Asks the golden questions with and without the draft and keeps what changes beside it."""
    draft = parts.drafts.get(draft_id, OPEN)
    if draft.findings.get("errors"):
        raise NotAllowed("文件还有错误，改正后才能比较答案")
    found = impact_of(parts, draft.delta, progress)
    try:
        made = parts.drafts.change(draft, findings={**draft.findings, "impact": found})
    except DraftMoved:  # edited while it was weighed: what was found is of a draft that is no more
        return draft_view(parts.drafts.find(draft_id), parts)
    return draft_view(made, parts)


def submit(parts: Parts, actor: str, draft_id: str, version: int, message: str) -> dict[str, Any]:
    """Hands a checked and weighed draft to an approver."""
    draft = _open(parts, draft_id, version)
    if draft.findings.get("errors"):
        raise NotAllowed("文件还有错误，改正后才能提交")
    if draft.delta.is_empty:
        raise NotAllowed("草稿没有任何改动，不用提交")
    if not message.strip() and not draft.message:
        raise NotAllowed("写一句改动说明再提交")
    if "impact" not in draft.findings:
        weigh(parts, draft_id)
        draft = parts.drafts.get(draft_id, OPEN)
    made = parts.drafts.change(draft, state=WAITING, message=message.strip() or draft.message)
    parts.journal.note(actor, Act.SUBMITTED, draft=draft_id, message=made.message)
    return draft_view(made, parts)


def comment(parts: Parts, actor: str, draft_id: str, text: str) -> dict[str, Any]:
    """A remark on a draft, for all to read."""
    draft = parts.drafts.find(draft_id)
    parts.journal.note(actor, Act.COMMENTED, draft=draft.id, text=text.strip())
    return draft_view(draft, parts)


def send_back(parts: Parts, actor: str, draft_id: str, version: int, reason: str) -> dict[str, Any]:
    """An approver wants it changed."""
    draft = _at(parts.drafts.get(draft_id), version)
    made = parts.drafts.change(draft, state=EDITING)
    parts.journal.note(actor, Act.RETURNED, draft=draft_id, text=reason.strip())
    return draft_view(made, parts)


def drop(parts: Parts, actor: str, draft_id: str) -> dict[str, Any]:
    """Gives a draft up; what it was stays readable."""
    parts.drafts.settle(draft_id, DROPPED)
    parts.journal.note(actor, Act.DROPPED, draft=draft_id)
    return draft_view(parts.drafts.find(draft_id), parts)


def publish(
    parts: Parts, actor: str, draft_id: str, version: int, urgent: str = "", *, progress: Progress = _untold
) -> dict[str, Any]:
    """Publishes a waiting draft that the approver has seen in this version, weighed on head.

    Raises NotAllowed (own work, not weighed), DraftMoved, Overtaken, UnknownDraft, WriterBusy.
    """
    draft = _at(parts.drafts.get(draft_id), version)
    head = parts.graph.head().number
    if draft.base != head:
        raise overtaken(parts.graph, draft)
    if "impact" not in draft.findings:
        raise NotAllowed("还没有比较答案的变化；看过以后才能发布")
    if parts.settings.approval and not urgent and actor in makers(parts, draft):
        raise NotAllowed("自己改的草稿要由另一个人批准；确实紧急时写明理由再发布")
    note = Note(draft.author, draft.message, approver=actor, checks=_passed(draft), urgent=urgent.strip())
    files = parts.drafts.files(draft_id)
    made = publish_draft(parts.graph, parts.drafts, draft, note, ahead=parts.ahead, progress=progress)
    keep_originals(parts.engine, parts.graph.graph_id, made.number, files)
    parts.journal.note(actor, Act.PUBLISHED, draft=draft_id, revision=made.number, checks=note.checks, urgent=urgent)
    return {**draft_view(parts.drafts.find(draft_id), parts), "published": revision_view(made)}


def rollback(
    parts: Parts, actor: str, number: int, message: str, *, progress: Progress = _untold
) -> dict[str, Any] | None:
    """Publishes the content of an earlier revision again; None when head has it already."""
    note = Note(actor, message.strip(), approver=actor)
    made = roll_back(parts.graph, number, note=note, ahead=partial(parts.ahead, restores=number), progress=progress)
    if made is None:
        return None
    parts.journal.note(actor, Act.ROLLED_BACK, revision=made.number, to=number, message=made.message)
    return revision_view(made)


def try_out(parts: Parts, draft_id: str, question: str, today: date | None) -> dict[str, Any]:
    """What the chat would say to a question now, and with the draft."""
    draft = parts.drafts.find(draft_id)
    if draft.findings.get("errors"):
        raise NotAllowed("文件还有错误，改正后才能试问")
    day = today or parts.today
    with parts.after(draft.delta) as after:
        now = _message_before(parts, draft.base, question, day)
        return {"now": now, "then": message_view(after.message(question, day))}


def makers(parts: Parts, draft: Draft) -> set[str]:
    """Everybody who had a hand in it: none of them may approve it."""
    by = {e.actor for e in parts.journal.of_draft(draft.id) if e.act in (Act.DRAFTED, Act.EDITED, Act.REBASED)}
    return by | {draft.author}


def _message_before(parts: Parts, base: int, question: str, day: date) -> dict[str, Any] | None:
    return message_view(parts.before(base).message(question, day)) if base else None


def impact_of(parts: Parts, delta: Delta, progress: Progress) -> dict[str, Any]:
    """The impact of a delta as plain data; a file of goldens that can't be read is said and stops nothing."""
    # What understands questions takes two seconds to import: only these do it, in a process of their own.
    from dialogue.impact import KeptAnswers, counted, impact

    try:
        goldens = parts.goldens()
    except GoldenFault as fault:
        return {**impact_view(None), "fault": str(fault)}
    if delta.base == 0:
        return impact_view(None)
    with ExitStack() as stack:

        def after() -> Side:
            return stack.enter_context(parts.after(delta))

        kept = KeptAnswers(parts.engine, parts.graph.graph_id, delta.base)
        found = impact(goldens, delta, parts.before(delta.base), after, kept=kept, today=parts.today, progress=progress)
    return impact_view(counted(found, delta, parts.engine))


def _rechecked(
    parts: Parts, actor: str, draft: Draft, files: Mapping[str, bytes], act: Act, **detail: Any
) -> dict[str, Any]:
    findings, delta = _examined(parts, draft.author, files, draft.replace)
    made = parts.drafts.change(draft, delta=delta, files=files, findings=findings, state=EDITING)
    parts.journal.note(actor, act, draft=draft.id, errors=findings["errors"], **detail)
    return draft_view(made, parts)


def _examined(parts: Parts, editor: str, files: Mapping[str, bytes], take_out: bool) -> tuple[dict[str, Any], Delta]:
    """What checking finds, and the delta; an empty one where there are errors."""
    with as_folder(files) as folder:
        report, delta = examine([folder], parts.graph, LoadOptions(author=editor, replace=take_out, today=parts.today))
    errors = sum(p.severity is Severity.ERROR for p in report.problems)
    findings = {
        "errors": errors,
        "warnings": sum(p.severity is Severity.WARNING for p in report.problems),
        "problems": [problem_view(p) for p in _worst_first(report.problems)[:MAX_PROBLEMS]],
        "unchanged": report.unchanged,
        "gone": len(report.gone),
    }
    kept = Delta(report.base) if errors else delta
    return {**findings, **told_once(kept)}, kept


def _worst_first(problems: Sequence[Any]) -> list[Any]:
    rank = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTICE: 2}
    return sorted(problems, key=lambda p: rank[p.severity])


def _passed(draft: Draft) -> str:
    found, seen = draft.findings, draft.findings["impact"]
    told = f"黄金问答 {seen['questions']} 题，{len(seen['changes'])} 题答案改变"
    return f"无错误，{found.get('warnings', 0)} 条警告；{told}"


def _open(parts: Parts, draft_id: str, version: int) -> Draft:
    return _at(parts.drafts.get(draft_id, OPEN), version)


def _at(draft: Draft, version: int) -> Draft:
    if draft.version != version:
        raise DraftMoved(draft.id, draft.version)
    return draft
