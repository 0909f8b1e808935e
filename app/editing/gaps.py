"""The gaps inbox: what customers asked in vain, gathered by what they asked for, and replies they did not like."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import select

from app.editing.parts import Parts
from connectors.web.tables import web_feedback
from dialogue.store.tables import turn

LOOK_BACK = timedelta(days=90)
_UNANSWERED = ("unanswerable", "fallback", "out_of_scope")
_MOST = 20_000
_SHOWN = 100
_SAMPLES = 5


def gaps(parts: Parts) -> dict[str, Any]:
    """Unanswered questions of the last 90 days, most asked first, and replies with a thumb down, newest first."""
    since = datetime.now(UTC) - LOOK_BACK
    return {"unanswered": _unanswered(parts, since), "disliked": _disliked(parts, since)}


def _unanswered(parts: Parts, since: datetime) -> list[dict[str, Any]]:
    columns = (turn.c.text, turn.c.query, turn.c.outcome, turn.c.intent, turn.c.session, turn.c.created_at)
    query = select(columns).where(turn.c.created_at >= since, turn.c.outcome.in_(_UNANSWERED))
    groups: dict[str, list[Any]] = defaultdict(list)
    with parts.engine.connect().execution_options(jinwen_read=True) as sql:
        for row in sql.execute(query.order_by(turn.c.created_at.desc()).limit(_MOST)):
            if row.text.strip():
                groups[_matter(row)].append(row)
    found = [_cluster(rows) for rows in groups.values()]
    found.sort(key=lambda c: (-c["conversations"], c["questions"][0]))
    return found[:_SHOWN]


def _matter(row: Any) -> str:
    """What a question was about: the thing and attribute of its Query, else its words."""
    if isinstance(row.query, dict) and row.query.get("focus"):
        focus = sorted(e["id"] for e in row.query["focus"])
        return repr((focus, row.query.get("predicates")))
    return "".join(c for c in row.text if c.isalnum())


def _cluster(rows: list[Any]) -> dict[str, Any]:
    query = rows[0].query if isinstance(rows[0].query, dict) else {}
    focus = [e["name"] for e in query.get("focus", [])]
    predicates = list(query.get("predicates", []))
    drafted = [f"{name},{p}," for name in focus for p in predicates] or [f"{rows[0].text},实例,常见问题"]
    return {
        "questions": list(dict.fromkeys(r.text for r in rows))[:_SAMPLES],
        "conversations": len({r.session for r in rows}),
        "outcome": rows[0].outcome,
        "intent": rows[0].intent,
        "drafted": "\n".join(("subject,predicate,object", *drafted)),
    }


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
