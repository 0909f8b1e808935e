"""Gates on the whole case, before any offer is looked at: service, consent, the customer's wishes, the hour."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from customer.consent import agreed
from customer.model import Purpose
from growth.case import Case, Person, Product, Wish, WishScope
from growth.reasons import Gate, Reason, Step

HIGHEST_RISK = 5


def service(case: Case) -> Step:
    """Service before sales: whoever is unknown, in trouble, or was not answered, gets no offer; nor does anybody when
    a part that protects him could not be read."""
    if case.broken:
        return Step(Gate.SERVICE, False, Reason.BROKEN, detail={"parts": "、".join(case.broken)})
    if case.person is None:
        return Step(Gate.SERVICE, False, Reason.UNKNOWN_CUSTOMER)
    if case.context.urgent:
        return Step(Gate.SERVICE, False, Reason.URGENT)
    if case.context.answered is False:
        return Step(Gate.SERVICE, False, Reason.NOT_ANSWERED)
    if case.context.trouble:
        return Step(Gate.SERVICE, False, Reason.TROUBLE, detail={"signal": case.context.trouble})
    for signal in case.signals:
        days = case.rules.service_days.get(signal.kind)
        if days is None:  # a kind that the rules do not know is trouble all the same
            days = max(case.rules.service_days.values(), default=30)
        until = signal.until or signal.since + timedelta(days=days)
        if case.now < until:
            detail = {"signal": signal.kind.value, "until": until.astimezone(case.rules.zone).date().isoformat()}
            return Step(Gate.SERVICE, False, Reason.SERVICE_FIRST, detail=detail)
    return Step(Gate.SERVICE, True, Reason.OK)


def consent(case: Case, person: Person) -> Step:
    """No offer without consent to marketing; without consent to profiling only what everybody is told."""
    channel = case.context.channel
    if not agreed(person.consents, Purpose.MARKETING, channel, case.now):
        return Step(Gate.CONSENT, False, Reason.NO_CONSENT)
    personal = agreed(person.consents, Purpose.PERSONALISED, channel, case.now)
    return Step(Gate.CONSENT, True, Reason.OK if personal else Reason.NOT_PERSONAL)


def wish(case: Case) -> Step:
    """What the customer said of all offers and of this channel. What he said of kinds is asked offer by offer."""
    channel = _last(w for w in case.wishes if w.scope is WishScope.CHANNEL and w.of == case.context.channel)
    if channel is not None and not channel.allow:
        return Step(Gate.WISH, False, Reason.OPTED_OUT_CHANNEL, detail={"channel": case.context.channel})
    whole = _last(w for w in case.wishes if w.scope is WishScope.ALL)
    reopened = any(
        w.allow and w.scope is WishScope.KIND and (whole is None or w.number >= whole.number) for w in case.wishes
    )
    if whole is not None and not whole.allow and not reopened:
        return Step(Gate.WISH, False, Reason.OPTED_OUT)
    return Step(Gate.WISH, True, Reason.OK)


def wants_kind(wishes: Iterable[Wish], kinds: frozenset[str]) -> bool:
    """Whether the last wish about all offers or about one of these kinds allows them. Of wishes said in one breath
    (equal numbers) a refusal counts before a permission, and a kind before everything."""
    about = [w for w in wishes if w.scope is WishScope.ALL or (w.scope is WishScope.KIND and w.of in kinds)]
    last = max(about, key=lambda w: (w.number, w.scope is WishScope.KIND, not w.allow), default=None)
    return last is None or last.allow


def risk_cap(wishes: Iterable[Wish]) -> int | None:
    """The highest risk level (R1 to R5) that the customer wants to hear of; None where he has set no limit. Wishes are
    taken in their order, of those of one breath the refusal last. A level that can't be read allows nothing rated."""
    cap: int | None = None
    for said in sorted((w for w in wishes if w.scope is WishScope.RISK), key=lambda w: (w.number, not w.allow)):
        level = int(said.of) if said.of.isdecimal() else 0
        if said.allow:
            cap = max(cap, level) if cap is not None else None
        else:
            cap = level if cap is None else min(cap, level)
    return cap if cap is None or cap < HIGHEST_RISK else None


def unwanted(case: Case, product: Product) -> tuple[Reason, dict[str, str]] | None:
    """Why the customer does not want to hear of this product, with the values looked at; None where he may. With a
    limit on risk, a product of a rated kind whose rating is not known is above it."""
    if not wants_kind(case.wishes, product.classes | {product.id}):
        return Reason.OPTED_OUT_KIND, {}
    cap, risk = risk_cap(case.wishes), product.rated.risk
    if cap is None or (risk is None and not product.classes & case.suitability.rated):
        return None
    if risk is not None and risk <= cap:
        return None
    return Reason.OPTED_OUT_RISK, {"risk": f"R{risk}" if risk is not None else "不明", "level": f"R{cap}"}


def quiet(case: Case) -> Step:
    """Nothing is sent in the quiet hours on channels where the bank speaks first."""
    hours = case.rules.quiet
    if not case.context.unasked and case.context.channel not in hours.channels:
        return Step(Gate.QUIET, True, Reason.OK)
    at = case.now.astimezone(case.rules.zone).time()
    night = hours.start > hours.end
    inside = (at >= hours.start or at < hours.end) if night else hours.start <= at < hours.end
    detail = {"from": hours.start.isoformat("minutes"), "to": hours.end.isoformat("minutes")}
    return Step(Gate.QUIET, not inside, Reason.QUIET_HOURS if inside else Reason.OK, detail=detail if inside else {})


def _last(wishes: Iterable[Wish]) -> Wish | None:
    """The last of them; of several in one breath the refusal."""
    return max(wishes, key=lambda w: (w.number, not w.allow), default=None)
