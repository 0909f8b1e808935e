"""Decide about offers, report what came of them, consents and wishes, experiments. For programs with a key."""

from __future__ import annotations

import uuid
from datetime import UTC
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request

from connectors.growth import schemas
from connectors.growth.idempotency import once
from connectors.growth.ports import GrowthDesk
from connectors.staff.auth import may
from connectors.staff.roles import Scope
from connectors.web.problems import Kind, Problem, ProblemError
from customer.consent import record
from customer.errors import CustomerError
from customer.model import Consent, ConsentState, Customer
from dialogue.texts import say
from dialogue.turn import Principal
from growth import history, ledger
from growth.case import ContactKind, Context, WishScope
from growth.catalogue import Catalogue
from growth.errors import GrowthError, NotShown, UnknownDecision
from growth.experiments import LAG_DAYS, arms_readout, trial_readout, trials
from growth.ledger import Place, Wanted
from growth.rules import BANK_ZONE
from growth.service import Decided
from growth.telling import reason_in_words, texts
from kg.graph_errors import GraphError, LexiconFault

PROBLEMS: dict[int | str, dict[str, Any]] = {s: {"model": Problem} for s in (401, 403, 404, 409, 422, 429, 503)}
_RISK_LEVELS = frozenset("12345")
router = APIRouter(prefix="/api/v1", tags=["offers"], responses=PROBLEMS)

Decider = Annotated[Principal, Depends(may(Scope.DECIDE))]
Reader = Annotated[Principal, Depends(may(Scope.GROWTH, Scope.DECIDE))]
Key = Annotated[str | None, Header(alias="Idempotency-Key", min_length=1, max_length=80)]


async def get_desk(request: Request) -> GrowthDesk:
    """The services of the application that answers."""
    desk = request.app.state.growth
    assert isinstance(desk, GrowthDesk)
    return desk


Desk = Annotated[GrowthDesk, Depends(get_desk)]


@router.post("/recommendations", summary="Decide about an offer")
def recommend(body: schemas.RecommendIn, desk: Desk, who: Decider, key: Key = None) -> schemas.RecommendOut:
    """One offer or none, with every step. A person who is unknown is an answer, too: no offer, and why."""

    def make() -> schemas.RecommendOut:
        catalogue = _catalogue(desk)
        try:
            focus = desk.source.kinds_of(body.focus)
            context = Context(body.channel, body.answered, focus=focus, session=body.session)
            return _recommendation(desk.growth.reserve(body.customer, context, catalogue))
        except (GrowthError, CustomerError) as error:
            raise ProblemError(Kind.BUSY, str(error)) from None

    return once(desk.growth.engine, who.id, key, body, make=make, kind=schemas.RecommendOut)


@router.post("/feedback", summary="Report what came of an offer")
def feedback(body: schemas.FeedbackIn, desk: Desk, who: Decider, key: Key = None) -> schemas.FeedbackOut:
    """Shown, clicked, accepted, refused or bought: each once. Before `shown` there is nothing to report."""

    def make() -> schemas.FeedbackOut:
        fen = round(body.amount * 100) if body.amount is not None else None
        try:
            with desk.growth.engine.begin() as connection:
                now = desk.growth.clock()
                done = history.answered(
                    connection, body.decision, ContactKind(body.kind), who=None, now=now, amount_fen=fen
                )
        except UnknownDecision as error:
            raise ProblemError(Kind.UNKNOWN_THING, str(error)) from None
        except NotShown as error:
            raise ProblemError(Kind.CONFLICT, str(error)) from None
        return schemas.FeedbackOut(decision=done.decision, kind=done.kind, repeated=done.repeated)

    return once(desk.growth.engine, who.id, key, body, make=make, kind=schemas.FeedbackOut)


@router.post("/consents", summary="Record a consent or its withdrawal", status_code=201)
def consent(body: schemas.ConsentIn, desk: Desk, who: Decider, key: Key = None) -> schemas.ConsentsOut:
    """Counts at once, on every channel."""

    def make() -> schemas.ConsentsOut:
        found = _customer(desk, body.customer)
        state = ConsentState.GRANTED if body.granted else ConsentState.WITHDRAWN
        said = Consent(body.purpose, body.channel, state, desk.growth.clock().astimezone(UTC), body.source)
        with desk.growth.engine.begin() as connection:
            record(connection, found.id, said)
            ledger.touch(connection, found.id)
        return _consents(desk, found.id)

    return once(desk.growth.engine, who.id, key, body, make=make, kind=schemas.ConsentsOut)


@router.post("/wishes", summary="Record what a customer wants to hear of", status_code=201)
def wish(body: schemas.WishIn, desk: Desk, who: Decider, key: Key = None) -> schemas.ConsentsOut:
    """Everything, a kind of products, a channel or levels of risk; wanted or not. Counts at once."""

    def make() -> schemas.ConsentsOut:
        found = _customer(desk, body.customer)
        of = body.of
        if body.scope is WishScope.KIND:
            of = desk.source.id_of(body.of) or ""
            if not of:
                raise ProblemError(Kind.REFUSED, f"图谱里没有“{body.of}”这一类或这款产品；写图谱里的名称")
        if body.scope is WishScope.RISK:
            of = body.of.upper().removeprefix("R")
            if of not in _RISK_LEVELS:
                raise ProblemError(Kind.REFUSED, f"“{body.of}”不是风险等级；写 R1 到 R5")
        with desk.growth.engine.begin() as connection:
            wanted = Wanted(body.allow, body.scope, of, body.of)
            now, place = desk.growth.clock().astimezone(UTC), Place(body.channel)
            ledger.write_wishes(connection, found.id, [wanted], breath=uuid.uuid4().hex, place=place, now=now)
        return _consents(desk, found.id)

    return once(desk.growth.engine, who.id, key, body, make=make, kind=schemas.ConsentsOut)


@router.get("/consents/{customer}", summary="What a customer agreed to and wants")
def consents(
    customer: Annotated[str, Path(min_length=1, max_length=64)], desk: Desk, _who: Decider
) -> schemas.ConsentsOut:
    """Consents and wishes as they stand."""
    return _consents(desk, _customer(desk, customer).id)


@router.get("/experiments", summary="List experiments")
def experiments(desk: Desk, _who: Reader) -> list[schemas.TrialOut]:
    """Names and sizes."""
    with desk.growth.engine.connect() as connection:
        return [schemas.TrialOut(trial=t, decisions=n) for t, n in trials(connection).items()]


@router.get("/experiments/{trial}/readout", summary="Read out an experiment")
def readout(
    trial: Annotated[str, Path(min_length=1, max_length=40)],
    desk: Desk,
    _who: Reader,
    offer: Annotated[str, Query(max_length=80, description="One offer; empty for all")] = "",
    lag_days: Annotated[int, Query(ge=0, le=365)] = LAG_DAYS,
    arm: Annotated[str, Query(max_length=40, description="Which arm against the first; empty: the second")] = "",
) -> schemas.ReadoutOut:
    """Effect, interval, the interval that may be looked at daily, and whether the arms are as planned."""
    catalogue = _catalogue(desk)
    products = {o.id: (o.product, o.product_name) for o in catalogue.offers}
    holdout = catalogue.rules.trial.holdout
    with desk.growth.engine.connect() as connection:
        if trial not in trials(connection):
            raise ProblemError(Kind.UNKNOWN_THING, f"没有名为“{trial}”的实验；GET /experiments 列出有哪些")
        now = desk.growth.clock()
        own = next((e for e in catalogue.experiments if e.name == trial), None)
        if own is not None:
            arms = {a.arm: a for a in arms_readout(connection, own, products, now=now, lag_days=lag_days)}
            if (arm or next(iter(arms))) not in arms:
                raise ProblemError(Kind.UNKNOWN_THING, f"实验“{trial}”没有“{arm}”这一组；有：{'、'.join(arms)}")
            made = arms[arm or next(iter(arms))]
        else:
            made = trial_readout(connection, trial, products, now=now, offer=offer, lag_days=lag_days, holdout=holdout)
    out = made.readout
    return schemas.ReadoutOut(
        trial=trial,
        arm=made.arm,
        offer=offer,
        lag_days=lag_days,
        unripe=made.unripe,
        control=schemas.ArmOut(units=out.control.units, converted=out.control.converted, rate=out.control.rate),
        treated=schemas.ArmOut(units=out.treated.units, converted=out.treated.converted, rate=out.treated.rate),
        effect=out.effect,
        interval=(out.low, out.high),
        always=(out.always_low, out.always_high),
        decided=out.decided,
        ratio_p=out.ratio_p,
        sound=out.sound,
    )


def _catalogue(desk: GrowthDesk) -> Catalogue:
    try:
        return desk.source.catalogue(desk.growth, desk.growth.clock().astimezone(BANK_ZONE).date())
    except (GraphError, LexiconFault, OSError) as error:
        raise ProblemError(Kind.GRAPH_AWAY, "知识图谱读不出来，现在不推荐；稍后再试") from error
    except GrowthError as error:
        raise ProblemError(Kind.BUSY, f"优惠的文件有错，现在不推荐：{error}") from error


def _customer(desk: GrowthDesk, customer: str) -> Customer:
    try:
        found = desk.growth.customer(customer)
    except CustomerError as error:
        raise ProblemError(Kind.BUSY, str(error)) from None
    if found is None:
        raise ProblemError(Kind.UNKNOWN_THING, "没有这位客户；检查客户编号")
    return found


def _consents(desk: GrowthDesk, who: str) -> schemas.ConsentsOut:
    found = _customer(desk, who)
    with desk.growth.engine.connect() as connection:
        wishes = ledger.wishes_of(connection, [who])
    return schemas.ConsentsOut(
        customer=who,
        consents=[
            schemas.ConsentOut(
                purpose=c.purpose,
                channel=c.channel,
                granted=c.state is ConsentState.GRANTED,
                at=c.at,
                source=c.source,
            )
            for c in found.consents
        ],
        wishes=[schemas.WishOut(allow=w.allow, scope=w.scope, of=w.of, at=w.at) for w in wishes],
    )


def _recommendation(made: Decided) -> schemas.RecommendOut:
    done, catalogue = made.decision, made.catalogue
    offer = catalogue.offer(done.offer)
    shown = None
    if offer is not None:
        rated = catalogue.products[offer.product].rated.ratings
        notice = say("offer_notice").text if rated else ""
        text = made.text.text
        shown = schemas.OfferedOut(id=offer.id, product=offer.product_name, text=text, notice=notice)
    steps = [
        schemas.StepOut(gate=s.gate, passed=s.passed, reason=s.reason, offer=s.offer, words=reason_in_words(s))
        for s in done.steps
    ]
    words = next((s.words for s in reversed(steps) if s.reason is done.reason), texts()["reasons"][done.reason.value])
    return schemas.RecommendOut(
        decision=done.id,
        offer=shown,
        reason=done.reason,
        words=words,
        personal=done.personal,
        model=done.model,
        steps=steps,
    )
