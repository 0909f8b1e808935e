"""The gaps inbox: what customers asked in vain, gathered by what they asked for, and replies they did not like."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

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
