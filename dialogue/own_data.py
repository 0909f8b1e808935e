"""What is held about the one who asks: kinds of data with source and day, what it is used for, how to be rid of it."""

from __future__ import annotations

from collections.abc import Iterator

from customer import erasing
from customer.consent import agreed
from customer.model import Claim, Customer, Purpose
from customer.sql import reading
from dialogue.effects import Effect, EffectKind
from dialogue.message import Message
from dialogue.recommending import Desk
from dialogue.rendering.facts import document_of, object_of, sources_of, subject_of
from dialogue.texts import say
from dialogue.wishing import Receipt
from growth.catalogue import LexiconNames
from growth.rules import BANK_ZONE
from kg.answering.resolve import Spoken, View
from kg.facts import Fact
from kg.figures import Locked, Part, computed, from_name, join
from nlu.wishes import asks_to_delete

_FIELDS = ("birth_date", "sex", "region", "monthly_income", "opened_on", "segment", "life_stage")


def about_own_data(text: str, desk: Desk, number: Part) -> Receipt:
    """What is held; or what is done about deleting it: use for offers ends at once, a person sees to the rest."""
    customer = desk.growth.customer(desk.asker.customer) if desk.asker.customer else None
    if asks_to_delete(text):
        if customer is None:
            return Receipt(Message(say("data_delete_visitor", hotline=number).text))
        return _to_be_erased(customer, desk, number)
    if customer is None:
        return Receipt(Message(say("data_visitor").text))
    return Receipt(Message(join("\n", _lines(customer, desk)).text))


def _to_be_erased(customer: Customer, desk: Desk, number: Part) -> Receipt:
    """Use for offers ends with this turn; the request is noted for staff, and what the law has kept is said."""
    stopped = tuple(Effect(EffectKind.CONSENT, p.value, granted=False) for p in Purpose)
    with reading(desk.growth.engine) as sql:
        ticket = erasing.open_of(sql, customer.id) or erasing.new_id()
    facts = _kept_by_law(desk)
    kept = tuple((f.subject_name, f.text, f.source, f.article) for f in facts)
    lines = [say("data_delete", hotline=number, ticket=computed(ticket, "ticket"))]
    if facts:
        lines.append(say("data_kept_head"))
        lines += [say("data_kept", what=subject_of(f), how_long=object_of(f), document=document_of(f)) for f in facts]
    asked = Effect(EffectKind.ERASE, ticket, kept=kept)
    return Receipt(Message(join("\n", lines).text, sources=sources_of(facts)), (*stopped, asked), tuple(facts))


def _kept_by_law(desk: Desk) -> list[Fact]:
    """What the graph says today of how long the law has such data kept; nothing where it says nothing."""
    kept = desk.catalogue.rules.kept
    ids = [i for name in kept.things if (i := LexiconNames(desk.lexicon).id_of(name))]
    spoken = Spoken(View(desk.reader, desk.lexicon, desk.today), ids, [kept.predicate])
    return [f for i in ids for f in spoken.facts(i, kept.predicate) if f.source]


def _lines(customer: Customer, desk: Desk) -> Iterator[Locked]:
    yield say("data_head")
    for field in _FIELDS:
        claim: Claim[object] | None = getattr(customer, field)
        if claim is not None:
            when = computed(f"{claim.as_of.astimezone(BANK_ZONE):%Y-%m-%d}", "as_of")
            yield say("data_line", what=say(f"data_{field}"), source=from_name(claim.source), when=when)
    if customer.holdings:
        count = computed(str(len(customer.holdings)), "count")
        yield say("data_holdings", count=count, source=from_name(customer.holdings[0].source))
    if customer.risk is not None:
        when = computed(f"{customer.risk.assessed_on:%Y-%m-%d}", "assessed_on")
        yield say("data_risk", source=from_name(customer.risk.source), when=when)
    if customer.identities:
        count = computed(str(len(customer.identities)), "count")
        yield say("data_identities", count=count, source=from_name(customer.identities[0].source))
    if desk.growth.has_features(customer.id):
        yield say("data_behaviour")
    yield from _between_us(desk)
    for purpose in Purpose:
        yes = agreed(customer.consents, purpose, desk.asker.channel, desk.now)
        yield say("data_agreed" if yes else "data_not_agreed", what=say(f"purpose_{purpose.value}"))
    yield say("data_talks")
    yield say("data_foot")


def _between_us(desk: Desk) -> Iterator[Locked]:
    """What the ledger holds: offers shown and answered, and what was wished."""
    case = desk.case()
    for code, moments in (
        ("data_contacts", [c.at for c in case.contacts]),
        ("data_wishes", [w.at for w in case.wishes if w.at is not None]),
    ):
        if moments:
            when = computed(f"{max(moments).astimezone(BANK_ZONE):%Y-%m-%d}", "at")
            yield say(code, count=computed(str(len(moments)), "count"), when=when)
