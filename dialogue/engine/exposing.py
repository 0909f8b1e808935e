"""A turn written together with its offer and its effects: all of it or nothing; an offer that lost its claim is taken
back and the answer stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import structlog
from sqlalchemy.engine import Connection

from dialogue.engine.bot import BotTurn
from dialogue.engine.recalling import with_offer
from dialogue.knowledge import Pinned
from dialogue.offering import Offered, Offering
from dialogue.store import Conversation, Store, TurnRecord
from dialogue.turn import TurnOut
from growth.errors import ClaimLost

log = structlog.get_logger(__name__)


def written_with_offer(
    offering: Offering,
    store: Store,
    record: TurnRecord,
    before: Conversation,
    *,
    made: BotTurn,
    pinned: Pinned,
    also: Callable[[Connection], None] | None = None,
) -> tuple[TurnOut, dict[str, Any] | None]:
    """What was said, as it was written, and the snapshot after it. StoreUnavailable and ConversationMoved pass."""
    turn, plain = record.turn, record.out
    effects = offering.effects_of(turn, made.said, made.intent)
    offered = offering.beside(turn, made.said, made.intent, pinned)

    def write(beside: Offered | None) -> tuple[TurnOut, dict[str, Any] | None]:
        card = beside.card if beside else None
        out = replace(plain, message=replace(plain.message, offer=card)) if card else plain
        after = with_offer(made.snapshot, beside.product) if beside and card and made.snapshot else made.snapshot

        def all_of_it(connection: Connection) -> None:
            if also is not None:
                also(connection)
            if beside is not None:
                offering.write(connection, turn, beside, out.turn_id)
            offering.apply(connection, turn, effects, out.turn_id, pinned.revision)

        store.write_turn(replace(record, out=out), before, after, all_of_it)
        return out, after

    try:
        return write(offered)
    except ClaimLost:
        assert offered is not None
        log.info("offer.claim_lost", trace_id=turn.trace_id)
        return write(offering.without(offered))
