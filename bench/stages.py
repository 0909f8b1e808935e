"""Where our milliseconds go: medians by stage, from the turn records that the server wrote."""

from __future__ import annotations

from collections import defaultdict
from statistics import median

from sqlalchemy import select

from dialogue.store import Store
from dialogue.store.tables import turn

MOST = 10_000


def stage_medians(database_url: str) -> dict[str, float]:
    """Milliseconds by stage over the last turns: reading the conversation, Rasa, in it the action, all before the
    reply is written."""
    store = Store.open(database_url)
    try:
        with store.engine.connect() as connection:
            rows = connection.execute(select(turn.c.latency).order_by(turn.c.created_at.desc()).limit(MOST))
            latencies = [row.latency for row in rows]
    finally:
        store.close()
    by_stage: defaultdict[str, list[float]] = defaultdict(list)
    for latency in latencies:
        for stage, ms in latency.items():
            by_stage[stage].append(ms)
    return {stage: round(median(values), 2) for stage, values in by_stage.items()}
