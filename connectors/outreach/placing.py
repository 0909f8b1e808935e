"""Putting a message where it is sent from, in the transaction that writes its decision: all of it or nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.engine import Connection

from connectors.channels.hub import Channels
from connectors.channels.records import State
from connectors.notices.store import NoticeStore
from connectors.notices.templates import templates
from connectors.outreach.records import Outgoing, Purpose
from connectors.outreach.ways import Route
from dialogue.message import Message, OfferCard
from dialogue.store.speaking import Spoken, speak
from dialogue.store.tables import conversation
from dialogue.texts import say
from dialogue.turn import PrincipalKind
from kg.answer import Outcome

_WAITING = "message_waiting"
_OFFER = "offer"


class Places:
    """Where messages go: conversations with their deliveries, and notices."""

    def __init__(self, channels: Channels, notices: NoticeStore) -> None:
        self._channels = channels
        self._notices = notices

    def put(self, sql: Connection, one: Outgoing, route: Route, card: OfferCard | None, now: datetime) -> str:
        """What carries the message, by its key. Raises LookupError when it can't be put there after all."""
        key = f"outreach:{one.wanted.key}:{one.attempts}"
        if route.address is not None:
            message = said(one, card)
            adapter = self._channels.adapters[route.address.channel, route.address.account]
            spoken = self._spoken(sql, one, route, message, now)
            parts = adapter.render(message)
            keys = self._channels.deliveries.pushed(
                sql, route.address, key, parts, seq=spoken.seq, session=route.session
            )
            if not keys:
                raise LookupError(f"outreach {one.id}: sent before")
            return keys[-1]
        assert route.medium is not None
        template, parts_of = _notice(one, card)
        if route.session:  # the app shows it in the conversation; the notification only says that there is something
            self._spoken(sql, one, route, said(one, card), now)
            template, parts_of = _WAITING, {}
        place = self._notices.queued(sql, key, route.medium, route.recipient, template=template, parts=parts_of)
        if place is None:
            raise LookupError(f"outreach {one.id}: refused by its recipient meanwhile")
        return place

    def offered(self, route: Route, card: OfferCard | None) -> None:
        """After the commit: the numbers of an offer's choices mean something, and the sender looks."""
        if route.address is not None:
            choices = [{"text": c.text or c.label, "payload": c.payload} for c in card.choices] if card else []
            self._channels.addresses.offer(route.address.id, choices)
            self._channels.sender.wake()

    def ended(self, one: Outgoing) -> tuple[State, str] | None:
        """How far what carries the message is."""
        return self._channels.deliveries.ended(one.place) or self._notices.ended(one.place)

    def withdraw(self, one: Outgoing, code: str) -> bool:
        """Takes back what nobody has begun to send."""
        taken = self._channels.deliveries.withdraw(one.place, [State.QUEUED], code)
        return taken or self._notices.withdraw(one.place, code)

    def over(self, one: Outgoing) -> bool:
        """Sees to it that what failed or may have arrived does not come again with the customer's next message;
        False when it is on its way again already."""
        if self._channels.deliveries.ended(one.place) is None:
            return True
        return self._channels.deliveries.withdraw(one.place, [State.FAILED, State.UNKNOWN])

    @staticmethod
    def _spoken(sql: Connection, one: Outgoing, route: Route, message: Message, now: datetime) -> Spoken:
        if _opened(sql, one, route, now):  # the first word of a conversation says that a machine speaks
            message = replace(message, notices=(say("machine_notice").text, *message.notices), first=True)
        return speak(sql, route.session, message, now, outcome=Outcome.DONE)


def said(one: Outgoing, card: OfferCard | None) -> Message:
    """The message in a conversation."""
    if one.wanted.purpose is Purpose.OFFER:
        assert card is not None
        return Message("", offer=card, choices=card.choices)
    return Message(templates()[one.wanted.template].filled(one.wanted.parts))


def _notice(one: Outgoing, card: OfferCard | None) -> tuple[str, dict[str, str]]:
    if card is not None:
        return _OFFER, {"text": card.text, "notice": card.notice}
    return one.wanted.template, dict(one.wanted.parts)


def _opened(sql: Connection, one: Outgoing, route: Route, now: datetime) -> bool:
    """Makes the conversation of a customer who has said nothing yet; whether there was none."""
    made = sql.execute(select(conversation.c.seq).where(conversation.c.session == route.session)).first() is None
    if made:
        row = {
            "session": route.session,
            "version": 1,
            "seq": 0,
            "channel": route.way.value,
            "principal_kind": PrincipalKind.CUSTOMER.value,
            "principal_id": one.wanted.customer,
            "created_at": now,
            "updated_at": now,
        }
        sql.execute(insert(conversation).values(**row))
    return made
