"""Whether the customer is shown offers now, and if not, why: the words that stand at the agent's desk."""

from __future__ import annotations

from datetime import UTC, datetime

import structlog

from connectors.growth.ports import GrowthDesk
from customer.errors import CustomerError
from growth import gates
from growth.case import Context, marketing_channel
from growth.errors import GrowthError
from growth.rules import BANK_ZONE
from growth.telling import reason_in_words
from kg.graph_errors import GraphError, LexiconFault

log = structlog.get_logger(__name__)


def why_muted(desk: GrowthDesk | None, customer_id: str, channel: str) -> list[str]:
    """Why no offers are shown, one line a gate; empty while they may be, and for who has signed in nowhere: he is
    shown none at all."""
    if desk is None or not customer_id:
        return []
    now = datetime.now(UTC)
    try:
        catalogue = desk.source.catalogue(desk.growth, now.astimezone(BANK_ZONE).date())
        case, _ = desk.growth.case(customer_id, Context(marketing_channel(channel)), catalogue, now)
    except (GrowthError, CustomerError, GraphError, LexiconFault, OSError) as error:
        log.warning("desk.offers_unread", error=str(error))
        return ["推荐的状态现在读不出来"]
    steps = [gates.service(case)]
    if case.person is not None:
        steps += [gates.consent(case, case.person), gates.wish(case)]
    return [reason_in_words(step) for step in steps if not step.passed]
