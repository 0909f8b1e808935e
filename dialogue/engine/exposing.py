"""A turn written together with its offer and its effects: all of it or nothing; an offer that lost its claim is taken
back and the answer stands."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import structlog
from sqlalchemy.engine import Connection

from dialogue.engine.bot import BotTurn
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
) -> TurnOut:
    """What was said, as it was written. StoreUnavailable and ConversationMoved pass through."""
    turn, plain = record.turn, record.out
    effects = offering.effects_of(turn, made.said, made.intent)
    offered = offering.beside(turn, made.said, made.intent, pinned)

    def write(with_offer: Offered | None) -> TurnOut:
        card = with_offer.card if with_offer else None
        out = replace(plain, message=replace(plain.message, offer=card)) if card else plain

        def all_of_it(connection: Connection) -> None:
            if also is not None:
                also(connection)
            if with_offer is not None:
                offering.write(connection, turn, with_offer, out.turn_id)
            offering.apply(connection, turn, effects, out.turn_id, pinned.revision)

        store.write_turn(replace(record, out=out), before, made.snapshot, all_of_it)
        return out

    try:
        return write(offered)
    except ClaimLost:
        assert offered is not None
        log.info("offer.claim_lost", trace_id=turn.trace_id)
        return write(offering.without(offered))
