"""Replay: a recorded conversation asked again, turn by turn, of the graph and the day that each turn had."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine

from dialogue.store.tables import turn
from dialogue.turn import Namespace, TurnIn, TurnOut
from kg.answer import Outcome


@dataclass(frozen=True, slots=True)
class Replayed:
    """One turn then and now. `model` is the fingerprint of the model that it had."""

    text: str
    then: str
    now: str
    revision: int
    model: str

    @property
    def same(self) -> bool:
        """Whether the reply is what it was."""
        return self.then == self.now


def replay(engine: Engine, session: str, handle: Callable[[TurnIn], TurnOut]) -> Iterator[Replayed]:
    """The turns of a session, asked again in a namespace of their own; texts are the recorded, masked ones."""
    namespace = f"replay-{uuid.uuid4().hex}"
    # What was said to a person, or to the desk, no bot answered.
    to_desk = (turn.c.intent == "") & turn.c.outcome.in_((Outcome.HANDOFF.value, Outcome.DONE.value))
    query = select(turn).where(turn.c.session == session, ~to_desk).order_by(turn.c.seq)
    with engine.connect().execution_options(jinwen_read=True) as sql:
        rows: list[Any] = list(sql.execute(query))
    for number, row in enumerate(rows):
        given = TurnIn(
            session=namespace,
            text=row.text,
            message_id=f"{namespace}-{number}",
            today=row.day,
            channel=row.channel,
            namespace=Namespace.BATCH,
            as_of=row.as_of,
            revision=row.revision or None,
        )
        then, now = row.reply["message"], handle(given).message.to_json()
        yield Replayed(row.text, _said(then), _said(now), row.revision, row.model)


def _said(message: dict[str, Any]) -> str:
    """All that the customer saw, without the handle for feedback."""
    return json.dumps({k: v for k, v in message.items() if k != "feedback"}, ensure_ascii=False, sort_keys=True)
