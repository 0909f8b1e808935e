"""Turns without an answer, read from the record for the gap log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.engine import Engine

from dialogue.gaps import Unanswered, near_of
from dialogue.store.tables import turn

OUTCOMES = ("unanswerable", "fallback", "out_of_scope")
MOST = 20_000


def unanswered(engine: Engine, *, days: int = 90, now: datetime | None = None) -> list[Unanswered]:
    """The newest turns of the last `days` that ended without an answer, newest first, to MOST."""
    since = (now or datetime.now(UTC)) - timedelta(days=days)
    columns = (turn.c.text, turn.c.session, turn.c.outcome, turn.c.intent, turn.c.day, turn.c.query, turn.c.runners_up)
    query = select(*columns).where(turn.c.created_at >= since, turn.c.outcome.in_(OUTCOMES))
    with engine.connect().execution_options(jinwen_read=True) as sql:
        rows = sql.execute(query.order_by(turn.c.created_at.desc()).limit(MOST)).all()
    return [
        Unanswered(r.text, r.session, r.outcome, r.intent, r.day, r.query, near_of(r.runners_up or ())) for r in rows
    ]
