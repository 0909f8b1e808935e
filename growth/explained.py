"""Why the response model thinks of an offer, for the customer who asks and for staff: from the features it scored."""

from __future__ import annotations

import structlog
from sqlalchemy.engine import Engine

from customer.errors import CustomerError
from customer.model import Customer
from customer.reading import CustomerReader

log = structlog.get_logger(__name__)


def explained(engine: Engine, who: Customer, offer: str, channel: str) -> tuple[str, ...]:
    """At most three reasons in words, the strongest first; none without consent to profiling on the channel, or where
    the model or its features can't be read: a reason is never made up."""
    # The learners' libraries take a second to import, and most processes are never asked why.
    from customer.propensity.explaining import reasons
    from customer.propensity.registry import Registry

    try:
        known = CustomerReader(engine).features(who.id)
        found = Registry(engine).production(offer) if known else None
    except CustomerError as error:
        log.warning("growth.unexplained", offer=offer, error=str(error))
        return ()
    return reasons(found[1], known, who, channel) if found else ()
