"""TurnHandler: one turn from text to reply, written in one transaction; every turn ends in a reply."""

from __future__ import annotations

import time
import uuid
from collections import OrderedDict
from dataclasses import replace
from typing import Any

import structlog

from desk.model import Handoff
from dialogue.asker import CHANNEL, CUSTOMER, LIVE
from dialogue.engine.apology import apology
from dialogue.engine.bot import Bot, BotFailure, BotTurn
from dialogue.engine.cleaning import clean, gist
from dialogue.engine.exposing import written_with_offer
from dialogue.engine.standing import Standings
from dialogue.handing_over import Handed, HandingOver, Write
from dialogue.knowledge import Pinned
from dialogue.message import Message
from dialogue.offering import Offering
from dialogue.own_account import own_account, speaks_of_own
from dialogue.runtime import Services
from dialogue.store import Conversation, ConversationMoved, Store, StoreError, TurnRecord
from dialogue.texts import say
from dialogue.turn import Namespace, PrincipalKind, TurnIn, TurnOut
from dialogue.urgent import hotline
from dialogue.wire import Said
from kg.answer import Outcome
from kg.figures import Part, from_name
from kg.graph_errors import GraphError
from nlu import intents
from nlu.components.knowledge import REVISION, TODAY

log = structlog.get_logger(__name__)

MAX_BATCH_SESSIONS = 20_000
LIKELY_OWN = 0.6  # chance of the second reading
ATTEMPTS = 3
"""From where this worker left the conversation, from the database, and once more if it was written meanwhile."""


class TurnHandler:
    """Takes the turns of one worker. `model` is the fingerprint of the model, for the record."""

    def __init__(self, bot: Bot, services: Services, store: Store, model: str) -> None:
        self._bot = bot
        self._offering = Offering(services.growth) if services.growth else None
        self._handing = HandingOver(store.engine, services.desk) if services.desk else None
        self._services = services
        self._store = store
        self._model = model
        self._batch: OrderedDict[str, Conversation] = OrderedDict()
        self._standings = Standings()
        self._hotline: Part = from_name(services.institution)
        self._hotline_of = 0

    async def handle(self, turn: TurnIn) -> TurnOut:
        """The reply to one message; the same message again gets the same reply, marked as repeated."""
        started = time.perf_counter()
        text = clean(turn.text)
        failure: Exception | None = None
        for _ in range(ATTEMPTS):
            try:
                return await self._once(turn, text, started)
            except ConversationMoved as error:
                self._standings.forget(turn.session)
                failure = error
            except StoreError as error:
                failure = error
                break
        log.error("turn.unwritten", trace_id=turn.trace_id, error=str(failure))
        return self._out(turn, self._apologised(failure, Conversation()), 0, None, started)

    def hotline_text(self) -> str:
        """The bank's hotline as last read, for whoever has to apologise without a graph."""
        return str(getattr(self._hotline, "text", self._hotline))

    def prepare_offers(self) -> None:
        """Reads today's offers before somebody waits for them."""
        if self._offering is not None:
            self._offering.prepare(self._services.pin(None))

    def forget(self, prefix: str) -> None:
        """Drops the batch conversations whose session begins with `prefix`."""
        for session in [s for s in self._batch if s.startswith(prefix)]:
            del self._batch[session]

    async def _once(self, turn: TurnIn, text: str, started: float) -> TurnOut:
        live = turn.namespace is Namespace.LIVE
        before, repeated = self._standing(turn) if live else (self._batch.get(turn.session, Conversation()), None)
        if repeated is not None:
            return self._shown_again(turn, text, repeated)
        read = _ms(started)
        standing = self._handoff(turn, before)
        made, pinned, handed = await self._handed(turn, text, before, standing)
        own, made = ("", made) if handed else self._own_account(turn, text, made)
        out = replace(self._out(turn, made, before.seq + 1, pinned, started), private=bool(own))
        if live:
            made = replace(made, latency={"read": read, **made.latency, "total": out.latency_ms})
            out, after = self._written(
                self._record(turn, text, out, made, pinned), before, made, pinned, handed.write if handed else None
            )
            alone = standing is None and handed is None
            self._standings.leave(turn.session, turn.message_id, before.then(out.seq, after), alone=alone)
        else:
            self._keep(turn.session, before.then(out.seq, made.snapshot))
        return replace(out, message=replace(out.message, text=own)) if own else out

    def _standing(self, turn: TurnIn) -> tuple[Conversation, TurnOut | None]:
        left = self._standings.of(turn.session, turn.message_id)
        return (left, None) if left is not None else self._store.standing(turn.session, turn.message_id)

    def _handoff(self, turn: TurnIn, before: Conversation) -> Handoff | None:
        """The conversation's handoff that is not over; the database is asked where there may be one."""
        if self._handing is None or turn.namespace is not Namespace.LIVE or not before.version:
            return None
        return None if self._standings.alone(turn.session, before) else self._handing.standing(turn.session)

    async def _handed(
        self, turn: TurnIn, text: str, before: Conversation, standing: Handoff | None
    ) -> tuple[BotTurn, Pinned | None, Handed | None]:
        """The turn with what a person has to do with it: none but a person answers, or one is asked for."""
        if self._handing is None or turn.namespace is not Namespace.LIVE:
            return *await self._taken(turn, text, before), None
        handed = self._handing.instead(turn, text, standing) if standing else None
        if handed is not None:
            return handed.made, None, handed
        made, pinned = await self._taken(turn, text, before)
        handed = self._handing.beside(turn, made, standing, self._hotline)
        return (handed.made if handed else made), pinned, handed

    def _own_account(self, turn: TurnIn, text: str, made: BotTurn) -> tuple[str, BotTurn]:
        """What the core system says to a signed-in customer, for the reply alone, and the turn as it is kept."""
        core, known = self._services.core, turn.principal.kind is PrincipalKind.CUSTOMER
        if core is None or not known or turn.namespace is not Namespace.LIVE or not _asks_own(made, text):
            return "", made
        message = Message(say("account_not_kept").text, notices=made.said.message.notices)
        kept = replace(made, intent=intents.ASK_ACCOUNT, said=Said(message, Outcome.ANSWERED))
        return own_account(core, turn.principal.id, text, turn.as_of or turn.today), kept

    def _shown_again(self, turn: TurnIn, text: str, kept: TurnOut) -> TurnOut:
        """A reply that was given before; what was not kept of it is read anew."""
        core = self._services.core
        if not kept.private or core is None or turn.principal.kind is not PrincipalKind.CUSTOMER:
            return kept
        shown = own_account(core, turn.principal.id, text, turn.as_of or turn.today)
        return replace(kept, message=replace(kept.message, text=shown))

    def _written(
        self, record: TurnRecord, before: Conversation, made: BotTurn, pinned: Pinned | None, also: Write | None
    ) -> tuple[TurnOut, dict[str, Any] | None]:
        """Writes the turn with all it changes; returns what was said, with an offer if one could be shown, and the
        snapshot that was kept."""
        if self._offering is None or pinned is None:
            self._store.write_turn(record, before, made.snapshot, also)
            return record.out, made.snapshot
        return written_with_offer(self._offering, self._store, record, before, made=made, pinned=pinned, also=also)

    async def _taken(self, turn: TurnIn, text: str, before: Conversation) -> tuple[BotTurn, Pinned | None]:
        """The bot's turn, or an apology for whatever went wrong in it."""
        pinned: Pinned | None = None
        try:
            pinned = self._services.pin(turn.revision)
            self._note_hotline(pinned, turn)
            made = await self._bot_turn(turn, text, before, pinned)
        except Exception as error:  # whatever it is, the customer gets a reply and the log the reason
            log.exception("turn.failed", trace_id=turn.trace_id, error=repr(error))
            return self._apologised(error, before), pinned
        if before.version == 0:
            made = replace(made, said=_introduced(made.said))
        return made, pinned

    async def _bot_turn(self, turn: TurnIn, text: str, before: Conversation, pinned: Pinned) -> BotTurn:
        if not text:
            return BotTurn(Said(Message(say("empty").text), Outcome.FALLBACK), intents.FALLBACK, 1.0, before.snapshot)
        day = turn.as_of or turn.today
        known = turn.principal.kind is PrincipalKind.CUSTOMER
        metadata = {
            TODAY: day.isoformat(),
            REVISION: pinned.revision,
            "trace_id": turn.trace_id,
            CUSTOMER: turn.principal.id if known else "",
            CHANNEL: turn.channel,
            LIVE: turn.namespace is Namespace.LIVE,
        }
        return await self._bot.take(turn.session, gist(text), metadata, before.snapshot)

    def _apologised(self, error: Exception | None, before: Conversation) -> BotTurn:
        intent, confidence = (error.intent, error.confidence) if isinstance(error, BotFailure) else ("", 0.0)
        return BotTurn(apology(error, self._hotline, intent), intent, confidence, before.snapshot)

    def _note_hotline(self, pinned: Pinned, turn: TurnIn) -> None:
        if pinned.revision == self._hotline_of:
            return
        try:
            self._hotline, _ = hotline(pinned.reader, pinned.lexicon, turn.today, self._services.institution)
            self._hotline_of = pinned.revision
        except GraphError as error:  # the turn itself will say so if it needs the graph
            log.warning("turn.no_hotline", trace_id=turn.trace_id, error=str(error))

    def _out(self, turn: TurnIn, made: BotTurn, seq: int, pinned: Pinned | None, started: float) -> TurnOut:
        turn_id = uuid.uuid4().hex
        return TurnOut(
            session=turn.session,
            turn_id=turn_id,
            seq=seq,
            message=replace(made.said.message, feedback=turn_id),
            outcome=made.said.outcome,
            intent=made.intent,
            confidence=made.confidence,
            query=made.said.query,
            facts=made.said.facts,
            truncated=made.said.truncated,
            revision=pinned.revision if pinned else 0,
            trace_id=turn.trace_id,
            latency_ms=_ms(started),
        )

    def _record(self, turn: TurnIn, text: str, out: TurnOut, made: BotTurn, pinned: Pinned | None) -> TurnRecord:
        return TurnRecord(
            turn=turn,
            text=text,
            out=out,
            fact_ids=made.said.fact_ids,
            shown=made.said.shown,
            graph_id=pinned.graph_id if pinned else "",
            model=self._model,
            latency=made.latency,
            runners_up=made.runners_up,
        )

    def _keep(self, session: str, after: Conversation) -> None:
        self._batch[session] = after
        self._batch.move_to_end(session)
        while len(self._batch) > MAX_BATCH_SESSIONS:
            self._batch.popitem(last=False)


def _asks_own(made: BotTurn, text: str) -> bool:
    """Whether a signed-in customer asks for what is his own: taken to, likely, or plain from his words. A visitor,
    who can't be shown anything, is better told the bank's rules."""
    second = max((p for _, intent, p in made.runners_up if intent == intents.ASK_ACCOUNT), default=0.0)
    return made.intent == intents.ASK_ACCOUNT or second >= LIKELY_OWN or speaks_of_own(text)


def _introduced(said: Said) -> Said:
    """The first reply of a conversation says that a machine answers."""
    notices = (say("machine_notice").text, *said.message.notices)
    return replace(said, message=replace(said.message, notices=notices))


def _ms(since: float) -> float:
    return round((time.perf_counter() - since) * 1000, 2)
