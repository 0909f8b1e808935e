"""Recommending on request, suitability first; and saying why something was offered, or was not."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from customer.suitability import Assessment, Unsuitable
from dialogue.asker import Asker, moment_of
from dialogue.effects import Effect, EffectKind
from dialogue.message import Message, QuickReply
from dialogue.texts import say
from dialogue.wishing import Receipt, last_told
from growth.case import Case, Context, marketing_channel
from growth.catalogue import Catalogue, products_of
from growth.explained import explained
from growth.history import Recorded
from growth.listing import Listed, advice, general, stops, suited
from growth.offers import Offer
from growth.people import assessment_of
from growth.reasons import Gate, Reason, Step
from growth.telling import reason_in_words
from kg.answering.reader import FactReader
from kg.answering.resolve import View
from kg.facts import EntityKind
from kg.figures import Locked, Part, compose, computed, from_name, join
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import link
from kg.query import Entity
from nlu.wishes import asks_why_not

_ASSESS = {
    Unsuitable.NO_ASSESSMENT: "assess_first",
    Unsuitable.ASSESSMENT_EXPIRED: "assess_again",
    Unsuitable.ASSESSMENT_AHEAD: "assess_again",
}
MOST_REASONS = 3


class Desk:
    """What replies about offers are made with: a revision, its lexicon, the day, and who asks."""

    def __init__(self, reader: FactReader, lexicon: Lexicon, today: date, asker: Asker) -> None:
        assert asker.growth is not None
        self.reader, self.lexicon, self.today, self.asker = reader, lexicon, today, asker
        self.growth = asker.growth
        self.catalogue: Catalogue = self.growth.catalogue(reader, lexicon, today)
        self.now = moment_of(today, self.growth.clock())

    def case(self) -> Case:
        """The case of the customer, or of a visitor, without a question in focus."""
        context = Context(marketing_channel(self.asker.channel), session=self.asker.session)
        return self.growth.case(self.asker.customer, context, self.catalogue, self.now)[0]


def recommended(text: str, desk: Desk) -> Receipt:
    """What suits the customer among the kinds that he names; what is for everybody where nothing is known of him.
    Whatever is told, or is not, leaves a record."""
    kinds = frozenset(i for i, _ in named(text, desk.lexicon))
    customer = desk.growth.customer(desk.asker.customer) if desk.asker.customer else None
    case = desk.case()
    if customer is None:
        return _recorded(general(case, kinds), case, desk, say("for_all"), say("for_all_none"))
    assessed = assessment_of(customer, desk.today, desk.catalogue.suitability)
    if isinstance(assessed, Unsuitable) and (not kinds or _needs_assessment(kinds, desk)):
        return Receipt(Message(say(_ASSESS[assessed]).text, choices=(QuickReply(say("assess_start").text),)))
    listed = suited(case, kinds)
    level = computed(f"C{assessed.level}", "assessment") if isinstance(assessed, Assessment) else ""
    head = say("suits" if listed.personal else "suits_all", level=level) if level else say("for_all")
    return _recorded(listed, case, desk, head, say("none_suits"))


def _recorded(listed: Listed, case: Case, desk: Desk, head: Locked, none: Locked) -> Receipt:
    """The list as a message, with the record of it to be written in the same transaction as the turn."""
    effect = Effect(EffectKind.ADVISED, decision=advice(case, listed))
    if listed.stop is not None:
        reason = from_name(_to_the_customer(listed.stop))
        return Receipt(Message(say("not_recommended", reason=reason).text), (effect,))
    if not listed.offers:
        return Receipt(Message(none.text), (effect,))
    return Receipt(_listed(head, listed.offers, desk), (effect,), about=_products(listed.offers, desk))


def _products(offers: Iterable[Offer], desk: Desk) -> tuple[Entity, ...]:
    known = (desk.catalogue.products.get(o.product) for o in offers)
    return tuple(Entity(p.id, p.name) for p in known if p is not None)


def _needs_assessment(kinds: frozenset[str], desk: Desk) -> bool:
    """Whether a kind that is asked for, or one above it, is sold by rating only."""
    above = {c for k in kinds for level in desk.lexicon.class_levels(k) for c in level} | kinds
    below = {c for k in kinds for c in desk.lexicon.descendants(k)}
    return bool((above | below) & desk.catalogue.suitability.rated)


def _listed(head: Locked, offers: tuple[Offer, ...], desk: Desk) -> Message:
    lines: list[Part] = [head]
    for offer in offers:
        lines.append(compose("· ", desk.catalogue.copies[offer.id].text))
    names = [desk.catalogue.products[o.product].name for o in offers]
    choices = tuple(QuickReply(n, say("offer_more_text", product=from_name(n)).text) for n in names)
    return Message(join("\n", lines).text, choices=choices, notices=(say("offer_notice").text,))


def named(text: str, lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    """Products and kinds of products that a text names, as (id, name)."""
    found: dict[str, str] = {}
    for mention in link(text, lexicon):
        product = next((c for c in mention.candidates if c.kind is EntityKind.PRODUCT), None)
        if product is not None:
            found[product.id] = product.name
    return tuple(found.items())


def why(text: str, desk: Desk) -> Receipt:
    """Why something was offered, or why not."""
    if asks_why_not(text):
        return Receipt(why_not(text, desk))
    told = last_told(desk.asker)
    if told is None:
        return Receipt(Message(say("nothing_offered").text))
    message = Message(join("\n", [_reasons_for(told, offer, desk) for offer in told.told]).text)
    return Receipt(message, about=_products([o for i in told.told if (o := desk.catalogue.offer(i))], desk))


def _reasons_for(told: Recorded, offer_id: str, desk: Desk) -> Locked:
    """The reasons of an offer that the customer got to see, from the record of its decision."""
    offer = desk.catalogue.offer(offer_id)
    product = desk.catalogue.products.get(offer.product) if offer else None
    name = from_name(product.name if product else told.product_of(offer_id) or offer_id)
    reasons = [say("why_asked" if told.offer else "why_requested")] if told.turn_id else []
    if product is not None and product.rated.risk is not None and desk.asker.customer:
        reasons.append(say("why_suitable", risk=computed(f"R{product.rated.risk}", "rating")))
    if product is not None and product.conditions and desk.asker.customer:
        reasons.append(say("why_eligible"))
    reasons += _chosen_because(told, offer_id, desk)
    if any(s.reason is Reason.EXPLORED for s in told.steps):
        reasons.append(say("why_explored"))
    if told.offer:
        reasons.append(say("why_agreed"))
    return say("why", product=name, reasons=join("；", reasons))


def _chosen_because(told: Recorded, offer_id: str, desk: Desk) -> list[Locked]:
    """What the model goes by, in words; only of a customer who agreed to that, and of whom it was used."""
    if any(s.reason is Reason.NOT_PERSONAL for s in told.steps) or not desk.asker.customer:
        return [say("why_general")]
    if told.chance is None and told.offer:
        return []
    customer = desk.growth.customer(desk.asker.customer)
    found = explained(desk.growth.engine, customer, offer_id, desk.asker.channel) if customer else ()
    if found:
        return [say("why_because", reasons=join("、", [from_name(r) for r in found]))]
    return [say("why_likely")] if told.chance is not None else []


def why_not(text: str, desk: Desk) -> Message:
    """Why a product that the customer names was not offered; without a name, why the riskier ones were not."""
    if not desk.asker.customer:
        return Message(say("why_not_visitor").text)
    case = desk.case()
    products = [(i, name) for i, name in named(text, desk.lexicon) if _is_product(i, desk.lexicon)]
    if products:
        return Message(join("\n", [_why_not_one(i, name, case, desk) for i, name in products[:MOST_REASONS]]).text)
    steps = stops(case, case.offers)
    risky = [s for s in steps if s.gate is Gate.SUITABLE]
    chosen = (risky or [s for s in steps if s.gate is not Gate.SALE])[:MOST_REASONS]
    if not chosen:
        return Message(say("why_not_chosen").text)
    return Message(join("\n", [_line(s, case) for s in chosen]).text)


def _why_not_one(product_id: str, name: str, case: Case, desk: Desk) -> Locked:
    """The first thing that stands against offering a product; one that nobody offers is judged all the same."""
    offer = next((o for o in case.offers if o.product == product_id), None)
    if offer is None:
        offer = _as_if_offered(product_id, name, case)
        products = products_of([product_id], View(desk.reader, desk.lexicon, desk.today), desk.catalogue.rules.facts)
        case = replace(case, products={**case.products, **products})
    found = stops(case, [offer])
    if found:
        return _line(found[0], case, name)
    whole = suited(case).stop
    if whole is not None:
        return say("why_not_line", product=from_name(name, product_id), reason=from_name(reason_in_words(whole)))
    return say("why_not_plain", product=from_name(name, product_id))


def _as_if_offered(product_id: str, name: str, case: Case) -> Offer:
    return Offer(f"?{product_id}", product_id, name, "", case.today, case.today, 0.0, frozenset({case.context.channel}))


def _line(step: Step, case: Case, name: str = "") -> Locked:
    offer = next((o for o in case.offers if o.id == step.offer), None)
    return say(
        "why_not_line",
        product=from_name(name or (offer.product_name if offer else step.offer)),
        reason=from_name(_to_the_customer(step)),
    )


def _to_the_customer(step: Step) -> str:
    return reason_in_words(step).replace("客户的", "您的").replace("客户", "您")


def _is_product(entity_id: str, lexicon: Lexicon) -> bool:
    info = lexicon.entity(entity_id)
    return info is not None and not info.is_class
