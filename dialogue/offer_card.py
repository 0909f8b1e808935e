"""What a customer sees of an offer: its words, its risk notice and what he can say to it."""

from __future__ import annotations

from dialogue.message import OfferCard, QuickReply
from dialogue.texts import say
from growth.service import Decided
from kg.figures import from_name

PAYLOAD = "offer:"
"""Before the decision's id and the choice, in what a click on a card sends."""


def card_of(decided: Decided) -> OfferCard | None:
    """What is shown; the risk notice stands with it where the product needs one."""
    offer = decided.catalogue.offer(decided.decision.offer)
    if offer is None:
        return None
    product = decided.catalogue.products[offer.product]
    needs = product.classes & decided.catalogue.rules.needs_disclosure or product.rated.ratings
    made = decided.decision.id
    return OfferCard(
        decision=made,
        label=say("offer_label").text,
        text=decided.text.text,
        notice=say("offer_notice").text if needs else "",
        choices=(
            QuickReply(say("offer_why").text, payload=f"{PAYLOAD}{made}:why"),
            QuickReply(say("offer_no").text, payload=f"{PAYLOAD}{made}:no"),
            QuickReply(say("offer_never").text, payload=f"{PAYLOAD}{made}:never"),
            QuickReply(
                say("offer_more").text,
                say("offer_more_text", product=from_name(product.name, product.id)).text,
                f"{PAYLOAD}{made}:more",
            ),
        ),
    )
