"""The gaps inbox: what customers asked in vain, gathered by what they asked for, and replies they did not like."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Text, cast, distinct, func, or_, select
from sqlalchemy.sql import ColumnElement

from app.editing.parts import Parts
from connectors.web.tables import web_feedback
from dialogue.gaps import gaps_of
from dialogue.lexicons import lexicon_of
from dialogue.store.tables import turn
from dialogue.store.unanswered import unanswered

LOOK_BACK = timedelta(days=90)
_SHOWN = 100
_SAMPLES = 5


def gaps(parts: Parts) -> dict[str, Any]:
    """Unanswered questions of the last 90 days, most asked first, and replies with a thumb down, newest first."""
    since = datetime.now(UTC) - LOOK_BACK
    return {"unanswered": _unanswered(parts), "disliked": _disliked(parts, since)}


def _unanswered(parts: Parts) -> list[dict[str, Any]]:
    found = gaps_of(
        unanswered(parts.engine, days=LOOK_BACK.days), lexicon_of(parts.graph.at(), parts.settings.lexicons)
    )
    return [
        {
            "kind": gap.kind.value,
            "questions": list(gap.questions[:_SAMPLES]),
            "conversations": gap.conversations,
            "outcome": gap.outcome,
            "intent": gap.intent,
            "drafted": gap.csv(),
        }
        for gap in found[:_SHOWN]
    ]


def _disliked(parts: Parts, since: datetime) -> list[dict[str, Any]]:
    joined = web_feedback.join(turn, web_feedback.c.turn_id == turn.c.turn_id)
    columns = (turn.c.text, turn.c.reply, turn.c.intent, web_feedback.c.reason, web_feedback.c.at)
    which = (web_feedback.c.rating == "down") & (web_feedback.c.at >= since)
    query = select(columns).select_from(joined).where(which).order_by(web_feedback.c.at.desc()).limit(_SHOWN)
    with parts.engine.connect().execution_options(jinwen_read=True) as sql:
        return [
            {
                "question": row.text,
                "reply": row.reply["message"].get("text", ""),
                "intent": row.intent,
                "reason": row.reason,
                "facts": [f"{f['subject']} {f['predicate']} {f['object']}" for f in row.reply.get("facts", [])[:10]],
            }
            for row in sql.execute(query)
        ]


def list_asked(parts: Parts, text: str, about: str = "") -> list[dict[str, Any]]:
    """Questions that were understood in the chat, most asked first; `text` and the id of an entity narrow them."""
    since = datetime.now(UTC) - LOOK_BACK
    times = func.count(distinct(turn.c.session))
    which = (turn.c.created_at >= since) & turn.c.query.is_not(None)
    if text.strip():
        which &= turn.c.text.contains(text.strip(), autoescape=True)
    if about:
        which &= _names(about)
    query = select(turn.c.text, func.max(turn.c.intent).label("intent"), times.label("times")).where(which)
    query = query.group_by(turn.c.text).order_by(times.desc(), turn.c.text).limit(_SHOWN)
    golden = {g.question for g in parts.goldens()}
    with parts.engine.connect().execution_options(jinwen_read=True) as sql:
        rows = sql.execute(query).all()
    return [
        {"question": r.text, "intent": r.intent or "", "conversations": r.times, "golden": r.text in golden}
        for r in rows
    ]


def _names(entity_id: str) -> ColumnElement[bool]:
    """Whether a recorded Query names an entity. As text, for databases differ in looking into JSON; in both spellings,
    for they also differ in escaping it."""
    stored = cast(turn.c.query, Text)
    spelt = {json.dumps(entity_id), json.dumps(entity_id, ensure_ascii=False)}
    return or_(*(stored.contains(words, autoescape=True) for words in sorted(spelt)))
