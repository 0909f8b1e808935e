"""Turns about offers themselves: wishes, recommendations on request, reasons, one's own data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dialogue.asker import Asker
from dialogue.effects import Effect
from dialogue.message import Message, QuickReply
from dialogue.own_data import about_own_data
from dialogue.recommending import Desk, recommended, why
from dialogue.texts import say
from dialogue.wishing import wish_receipt
from kg.answer import Outcome
from kg.answering.reader import FactReader
from kg.facts import Fact
from kg.figures import Part
from kg.lexicon.lexicon import Lexicon
from kg.query import Entity
from nlu import intents

_WITHOUT = {
    intents.ASK_RECOMMENDATION: "for_all_none",
    intents.ASK_OFFER_REASON: "nothing_offered",
    intents.ASK_MY_DATA: "data_visitor",
}
"""What is said where no offers are wired, as in a batch."""


@dataclass(frozen=True, slots=True)
class About:
    """One such turn, and what it is answered with."""

    text: str
    reader: FactReader
    lexicon: Lexicon
    today: date
    asker: Asker


@dataclass(frozen=True, slots=True)
class Told:
    """What is said, as what it counts, what it changes, the facts it rests on, and the products
    it names: what is said next may be about them."""

    message: Message
    outcome: Outcome = Outcome.ANSWERED
    effects: tuple[Effect, ...] = ()
    facts: tuple[Fact, ...] = ()
    about: tuple[Entity, ...] = ()


def tell(intent: str, about: About, number: Part) -> Told:
    """The reply to a turn about offers; `number` is the bank's hotline. CustomerStoreUnavailable, OfferFileError and
    graph errors pass through."""
    if intent in (intents.OPT_OUT, intents.OPT_IN):
        made = wish_receipt(about.text, about.lexicon, about.asker, about.today, allow=intent == intents.OPT_IN)
        return Told(made.message, Outcome.DONE, made.effects)
    if intent == intents.TAKE_ASSESSMENT:  # the form asks by itself; without one it can only be named
        return Told(Message(say("assess_first").text, choices=(QuickReply(say("assess_start").text),)), Outcome.FORM)
    if about.asker.growth is None:
        return Told(Message(say(_WITHOUT[intent]).text))
    desk = Desk(about.reader, about.lexicon, about.today, about.asker)
    if intent == intents.ASK_RECOMMENDATION:
        advised = recommended(about.text, desk)
        return Told(advised.message, effects=advised.effects, about=advised.about)
    if intent == intents.ASK_OFFER_REASON:
        reasons = why(about.text, desk)
        return Told(reasons.message, about=reasons.about)
    receipt = about_own_data(about.text, desk, number)
    outcome = Outcome.DONE if receipt.effects else Outcome.ANSWERED
    return Told(receipt.message, outcome, receipt.effects, receipt.facts)
