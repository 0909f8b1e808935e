"""Offering: at most one short offer beside an answer, decided after the answer is made and never part of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, insert
from sqlalchemy.engine import Connection

from customer import erasing
from customer.consent import record
from customer.errors import CustomerError
from customer.model import ANY_CHANNEL, Consent, ConsentState, SignalKind
from customer.reading import kept_id
from customer.tables import risk, signal
from dialogue.asker import moment_of
from dialogue.effects import Effect, EffectKind
from dialogue.knowledge import Pinned
from dialogue.message import OfferCard
from dialogue.offer_card import PAYLOAD, card_of
from dialogue.turn import Namespace, PrincipalKind, TurnIn
from dialogue.wire import Said
from growth import history, ledger
from growth.case import ContactKind, Context, marketing_channel
from growth.errors import GrowthError, NotShown, UnknownDecision
from growth.ledger import Place, session_owner
from growth.rules import BANK_ZONE
from growth.service import Decided, Growth
from kg.answer import Outcome
from kg.graph_errors import GraphError
from kg.lexicon.lexicon import Lexicon
from kg.query import Entity
from nlu import intents
from nlu.troubles import troubles_in

log = structlog.get_logger(__name__)

SOURCE = "对话"
ASSESSED_FOR = timedelta(days=364)
"""A year with its first day; the rules may end it earlier, never later."""
_SIGNALS = {
    intents.COMPLAIN: SignalKind.COMPLAINT,
    intents.REPORT_URGENT: SignalKind.LOSS_REPORT,
    intents.DISTRESS: SignalKind.HARDSHIP,
}


@dataclass(frozen=True, slots=True)
class Offered:
    """What was decided beside an answer; `card` None where nothing is shown."""

    decided: Decided
    card: OfferCard | None

    @property
    def product(self) -> Entity:
        """What the card is about. ValueError without a card."""
        offer = self.decided.catalogue.offer(self.decided.decision.offer)
        if offer is None:
            raise ValueError("a decision without an offer is about no product")
        found = self.decided.catalogue.products[offer.product]
        return Entity(found.id, found.name)


class Offering:
    """Decides and writes for the turns of one worker. No error of it reaches a customer: the answer stands."""

    def __init__(self, growth: Growth) -> None:
        self.growth = growth

    def prepare(self, pinned: Pinned) -> None:
        """Reads today's offers ahead: a customer, and all who wait behind him, would wait half a second for it."""
        today = self.growth.clock().astimezone(BANK_ZONE).date()
        try:
            self.growth.catalogue(pinned.reader, pinned.lexicon, today)
        except (GrowthError, GraphError, OSError) as error:  # said again by each turn that needs them
            log.error("offer.unprepared", error=str(error))

    def beside(self, turn: TurnIn, said: Said, intent: str, pinned: Pinned) -> Offered | None:
        """The decision beside an answer; None for everybody who is no customer, and for what is no answer."""
        if turn.principal.kind is not PrincipalKind.CUSTOMER or turn.namespace is not Namespace.LIVE:
            return None
        if said.outcome is not Outcome.ANSWERED or intent not in intents.KNOWLEDGE_INTENTS or said.effects:
            return None
        try:
            now = moment_of(turn.today, self.growth.clock())
            catalogue = self.growth.catalogue(pinned.reader, pinned.lexicon, turn.today)
            trouble = next((t.kind for t in troubles_in(turn.text)), "")
            about, channel = focus_of(said, pinned.lexicon), marketing_channel(turn.channel)
            context = Context(channel, True, said.message.urgent, about, turn.session, trouble)
            decided = self.growth.decide(turn.principal.id, context, catalogue, now)
        except (GrowthError, CustomerError, GraphError, OSError) as error:
            log.error("offer.undecided", trace_id=turn.trace_id, error=str(error))
            return None
        return Offered(decided, card_of(decided))

    def write(self, connection: Connection, turn: TurnIn, offered: Offered, turn_id: str) -> None:
        """The decision, and that its offer is shown. Raises ClaimLost."""
        self.growth.write(connection, offered.decided, ContactKind.SHOWN, turn_id)

    def without(self, offered: Offered) -> Offered:
        """The same decision with its offer taken back."""
        return Offered(self.growth.without(offered.decided), None)

    def effects_of(self, turn: TurnIn, said: Said, intent: str) -> tuple[Effect, ...]:
        """What the turn changes: what its reply says it does, and trouble that needs service before any offer."""
        if turn.namespace is not Namespace.LIVE:
            return ()
        clicked = _clicked(turn.payload)
        if turn.principal.kind is not PrincipalKind.CUSTOMER:
            return (*said.effects, *clicked)
        told = [SignalKind(t.kind) for t in troubles_in(turn.text) if t.own]
        kinds = dict.fromkeys([*(k for k in (_SIGNALS.get(intent),) if k), *told])
        return (*said.effects, *clicked, *(Effect(EffectKind.SIGNAL, k.value) for k in kinds))

    def apply(
        self, connection: Connection, turn: TurnIn, effects: Iterable[Effect], turn_id: str = "", revision: int = 0
    ) -> None:
        """Writes effects in the turn's transaction; what was decided for the customer before no longer goes out."""
        effects = tuple(effects)
        if not effects:
            return
        now = moment_of(turn.today, self.growth.clock())
        known = turn.principal.kind is PrincipalKind.CUSTOMER
        said_by = turn.principal.id if known else session_owner(turn.session)
        who = kept_id(connection, said_by) if known else said_by
        place = Place(turn.channel, turn.session, turn_id, revision=revision)
        for effect in effects:
            if effect.kind is EffectKind.WISH:
                breath = uuid.uuid4().hex
                ledger.write_wishes(connection, said_by, effect.wanted, breath=breath, place=place, now=now)
            elif effect.kind in (EffectKind.REFUSED, EffectKind.CLICKED):
                _answered(connection, effect, who, now)
            elif effect.kind is EffectKind.CONSENT and known:
                state = ConsentState.GRANTED if effect.granted else ConsentState.WITHDRAWN
                for one in {who, said_by}:  # should the merge be taken back, each id keeps what was said under it
                    record(connection, one, Consent(effect.of, ANY_CHANNEL, state, now, SOURCE))
            elif effect.kind is EffectKind.RATED and known:
                _rate(connection, who, effect.of, now)
            elif effect.kind is EffectKind.ADVISED and effect.decision is not None:
                ledger.write_decision(connection, effect.decision, place, now)
            elif effect.kind is EffectKind.ERASE and known:
                erasing.ask(connection, effect.of, who, channel=turn.channel, kept=effect.kept, at=now)
            elif effect.kind is EffectKind.SIGNAL:
                row = {"customer_id": who, "kind": effect.of, "since": now, "until": None, "source": SOURCE}
                connection.execute(insert(signal), row)
            ledger.touch(connection, who)


def focus_of(said: Said, lexicon: Lexicon) -> frozenset[str]:
    """What the answer was about: the things of its Query and list, and all their classes."""
    query = said.query or {}
    ids = {str(e["id"]) for e in query.get("focus", ()) if e.get("id")}
    ids |= {str(query["cls"]["id"])} if isinstance(query.get("cls"), dict) and query["cls"].get("id") else set()
    ids |= set(said.shown[:1])
    return frozenset(ids | {c for i in ids for level in lexicon.class_levels(i) for c in level})


def _clicked(payload: str) -> tuple[Effect, ...]:
    """A click on an offer's 了解一下 is a click; the other choices say what they are in words."""
    kind, _, rest = payload.partition(":")
    decision, _, what = rest.partition(":")
    return (Effect(EffectKind.CLICKED, decision),) if f"{kind}:" == PAYLOAD and what == "more" else ()


def _answered(connection: Connection, effect: Effect, who: str, now: datetime) -> None:
    """A click or refusal; what a client made up about an offer nobody was shown is left alone."""
    try:
        history.answered(connection, effect.of, ContactKind(effect.kind.value), who=who, now=now)
    except (UnknownDecision, NotShown) as error:
        log.warning("offer.feedback_refused", error=str(error))


def _rate(connection: Connection, who: str, level: str, now: datetime) -> None:
    """Stores an assessment; another of the same day takes its place."""
    today = now.astimezone(BANK_ZONE).date()
    connection.execute(delete(risk).where(risk.c.customer_id == who, risk.c.assessed_on == today))
    row = {
        "customer_id": who,
        "assessed_on": today,
        "rating": level,
        "expires_on": today + ASSESSED_FOR,
        "source": SOURCE,
        "as_of": now,
    }
    connection.execute(insert(risk), row)
