"""What the desk shows: drafts with their cells, revisions, entities with their facts, golden questions, the journal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from app.editing.parts import Parts
from app.editing.views import changes_view, draft_line, draft_view, entry_view, fact_view, revision_view
from kg.delta import Delta
from kg.draft_files import FileRefused, Records
from kg.drafts import OPEN, PUBLISHED
from kg.facts import INSTANCE_OF, SUBCLASS_OF
from kg.golden import Golden, write_golden
from kg.journal import Act
from kg.store.history import difference, versions_of

MAX_ROWS = 200
MAX_FACTS = 500
_NEAR = 40
_SETTLED = 20


class Missing(LookupError):
    """There is nothing of that id; the message says of what, in Chinese."""


def list_drafts(parts: Parts, settled: bool) -> list[dict[str, Any]]:
    """Drafts, newest first: those that are open, or those that were published."""
    which, most = ((PUBLISHED,), _SETTLED) if settled else (OPEN, MAX_ROWS)
    found = parts.drafts.listed(parts.graph.graph_id, which, most)
    return [draft_line(d) for d in reversed(found)]


def show_draft(parts: Parts, draft_id: str) -> dict[str, Any]:
    """A draft whole."""
    return draft_view(parts.drafts.find(draft_id), parts)


def rows(parts: Parts, draft_id: str, file: str, *, offset: int, limit: int, lines: Sequence[int]) -> dict[str, Any]:
    """Records of a draft's file: a page of them, or those at some lines. A workbook shows once it was edited."""
    draft = parts.drafts.find(draft_id)
    content = parts.drafts.files(draft_id).get(file)
    if content is None:
        raise FileRefused(f"草稿里没有文件「{file}」；刷新后再看")
    if file.lower().endswith(".xlsx"):
        return {"file": file, "version": draft.version, "titles": [], "rows": [], "total": 0, "workbook": True}
    found = Records(content)
    head = found[0] if len(found) else None
    most = min(limit, MAX_ROWS)
    if lines:
        chosen = [r for r in map(found.at, sorted(set(lines))) if r is not None and r != head]
    else:
        chosen = [found[place] for place in range(1 + offset, min(1 + offset + most, len(found)))]
    return {
        "file": file,
        "version": draft.version,
        "titles": list(head.cells) if head else [],
        "rows": [
            {"line": r.line, "cells": list(r.cells), "raw": r.raw if r.fault else "", "fault": r.fault}
            for r in chosen[:MAX_ROWS]
        ],
        "total": max(len(found) - 1, 0),
        "workbook": False,
    }


def log(parts: Parts, limit: int) -> dict[str, Any]:
    """The newest revisions, newest first, with the journal of each."""
    found = parts.graph.log(limit)
    lines = []
    for revision in found:
        story = parts.journal.of_draft(revision.draft) if revision.draft else []
        own = parts.journal.of_revisions(revision.number, revision.number)
        entries = [*story, *(e for e in own if not e.draft)]
        lines.append({**revision_view(revision), "story": [entry_view(e) for e in entries]})
    return {"head": parts.graph.head().number, "revisions": lines}


def show_revision(parts: Parts, number: int) -> dict[str, Any]:
    """A revision with what it changed."""
    made = parts.graph.revision(number)
    found = difference(parts.graph, max(number - 1, 0), number)
    delta = Delta(
        number - 1,
        added=(*found.added, *(new for _old, new in found.changed)),
        closed=(*found.removed, *(old for old, _new in found.changed)),
    )
    return {**revision_view(made), "changes": changes_view(delta)}


def search(parts: Parts, text: str, limit: int) -> list[dict[str, Any]]:
    """Entities whose name or alias is, begins with or contains the text."""
    from dialogue.lexicons import lexicon_of
    from kg.lexicon.text import fold

    head = parts.graph.at()
    if not head.revision or not text.strip():
        return []
    lexicon = lexicon_of(head, parts.settings.lexicons)
    wanted = fold(text.strip()).text
    ids: dict[str, None] = {i.id: None for i in lexicon.by_name(text.strip())}
    for number, form in enumerate(lexicon.forms):
        if wanted in form:
            ids[lexicon.entity_at(int(lexicon.form_entities[number])).id] = None
        if len(ids) >= limit:
            break
    infos = [lexicon.entity(i) for i in ids]
    return [{"id": i.id, "name": i.name, "kind": i.kind.value, "is_class": i.is_class} for i in infos if i is not None]


def entity(parts: Parts, entity_id: str) -> dict[str, Any]:
    """An entity: own facts, those of its classes, its history, its neighbours."""
    head = parts.graph.at()
    name = named(parts, entity_id)
    own = head.facts_of([entity_id])[:MAX_FACTS]
    said = {f.predicate for f in own}
    levels = _classes_above(parts, entity_id)
    above = [f for f in head.facts_of(levels) if f.predicate not in (INSTANCE_OF, SUBCLASS_OF)]
    inherited = [{**fact_view(f), "inherited_from": f.subject_name} for f in above if f.predicate not in said]
    pointing = head.facts_to([entity_id])[:_NEAR]
    return {
        "id": entity_id,
        "name": name,
        "revision": head.revision,
        "facts": [fact_view(f) for f in own],
        "inherited": inherited[:MAX_FACTS],
        "pointing": [fact_view(f) for f in pointing],
        "classes": [{"id": i, "name": n} for i, n in head.entities(levels).items()],
    }


def named(parts: Parts, entity_id: str) -> str:
    """The name of an entity at head. Missing."""
    head = parts.graph.at()
    names = head.entities([entity_id])
    if entity_id not in names:
        raise Missing(f"图谱第 {head.revision} 版里没有编号为「{entity_id}」的实体")
    return names[entity_id]


def history(parts: Parts, entity_id: str, predicate: str) -> list[dict[str, Any]]:
    """Every version of an entity's facts on a predicate, oldest first, with who wrote and who approved it."""
    approvers: dict[int, str] = {}
    found = versions_of(parts.graph, entity_id, predicate)
    for number in {f.rev_from for f in found}:
        approvers[number] = parts.graph.revision(number).approver
    return [{**fact_view(f), "approver": approvers[f.rev_from]} for f in found]


def list_goldens(parts: Parts) -> list[dict[str, Any]]:
    """The golden questions."""
    return [_golden(g) for g in parts.goldens()]


def add_golden(parts: Parts, actor: str, question: str, intent: str, note: str) -> list[dict[str, Any]]:
    """One more golden question; one that is there already gets the new note."""
    kept = [g for g in parts.goldens() if g.question != question]
    write_golden(parts.settings.golden, [*kept, Golden(question, None, intent, note)])
    parts.journal.note(actor, Act.GOLDEN_ADDED, text=question)
    return list_goldens(parts)


def remove_golden(parts: Parts, actor: str, question: str) -> list[dict[str, Any]]:
    """One golden question less."""
    write_golden(parts.settings.golden, [g for g in parts.goldens() if g.question != question])
    parts.journal.note(actor, Act.GOLDEN_REMOVED, text=question)
    return list_goldens(parts)


def journal(parts: Parts, limit: int) -> list[dict[str, Any]]:
    """The newest lines of the journal."""
    return [entry_view(e) for e in parts.journal.latest(limit)]


def _classes_above(parts: Parts, entity_id: str) -> list[str]:
    head = parts.graph.at()
    found: dict[str, None] = {}
    level = [c for cs in head.classes_of([entity_id]).values() for c in cs]
    level += [c for cs in head.superclasses([entity_id]).values() for c in cs]
    while level := [c for c in dict.fromkeys(level) if c not in found]:
        found.update(dict.fromkeys(level))
        level = [c for cs in head.superclasses(level).values() for c in cs]
    return list(found)


def _golden(golden: Golden) -> dict[str, Any]:
    day = golden.today.isoformat() if golden.today else ""
    return {"question": golden.question, "today": day, "intent": golden.intent, "note": golden.note}
