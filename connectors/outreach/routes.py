"""Reaching out over HTTP, for programs of the bank with a key: messages, where customers are reached, scenes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Request

from connectors.channels.clock import Clock, utc_now
from connectors.notices.store import Medium
from connectors.notices.templates import templates
from connectors.outreach import schemas
from connectors.outreach.records import Purpose
from connectors.outreach.scenes import Scene, Scenes, link
from connectors.outreach.store import OutreachStore
from connectors.staff.auth import may
from connectors.staff.roles import Scope
from connectors.web.problems import Kind, Problem, ProblemError
from dialogue.turn import Principal

PROBLEMS: dict[int | str, dict[str, Any]] = {s: {"model": Problem} for s in (401, 403, 404, 409, 422, 429)}
router = APIRouter(prefix="/api/v1", tags=["outreach"], responses=PROBLEMS)
Sender = Annotated[Principal, Depends(may(Scope.DECIDE))]
Reader = Annotated[Principal, Depends(may(Scope.GROWTH, Scope.DECIDE))]
CustomerId = Annotated[str, Path(min_length=1, max_length=64)]
Code = Annotated[str, Path(min_length=1, max_length=60)]


@dataclass(frozen=True, slots=True)
class OutreachDesk:
    """What this API works on."""

    store: OutreachStore
    scenes: Scenes
    clock: Clock = utc_now


async def get_desk(request: Request) -> OutreachDesk:
    """The services of the application that answers."""
    desk = request.app.state.outreach
    assert isinstance(desk, OutreachDesk)
    return desk


Desk = Annotated[OutreachDesk, Depends(get_desk)]


@router.post("/outreach", summary="Tell a customer something", status_code=202)
def tell(given: schemas.OutreachIn, desk: Desk, _who: Sender) -> schemas.QueuedOut:
    """Takes a message in; whether it may be said, and by which way, is decided when it is. A key counts once."""
    if given.purpose is Purpose.SERVICE:
        _check_template(given)
    elif given.template or given.parts or given.urgent:
        raise ProblemError(
            Kind.REFUSED, "推荐的文案来自优惠文件，不受理 template、parts、urgent；服务通知写 purpose: service"
        )
    return schemas.QueuedOut(key=given.key, queued=desk.store.queue(given.wanted(desk.clock())))


@router.get("/outreach/{key}", summary="How far a message is")
def progress(key: Annotated[str, Path(min_length=1, max_length=200)], desk: Desk, _who: Reader) -> schemas.OutreachOut:
    """State, way and, for ways that were not taken, why."""
    found = desk.store.get(key)
    if found is None:
        raise ProblemError(Kind.UNKNOWN_THING, "没有这个 key 的消息")
    return schemas.OutreachOut.of(key, found)


@router.put("/outreach/customers/{customer}", summary="Where a customer is reached")
def reach(customer: CustomerId, given: schemas.ReachIn, desk: Desk, _who: Sender) -> schemas.ReachOut:
    """Phone number, mail address, order of ways."""
    for medium, recipient in ((Medium.SMS, given.sms), (Medium.MAIL, given.mail)):
        if recipient is not None:
            desk.store.set_recipient(customer, medium, recipient)
    if given.order is not None:
        desk.store.set_order(customer, given.order)
    known = {m: bool(desk.store.recipient(customer, m)) for m in (Medium.SMS, Medium.MAIL)}
    order = list(desk.store.order_of(customer))
    return schemas.ReachOut(customer=customer, order=order, sms=known[Medium.SMS], mail=known[Medium.MAIL])


@router.post("/scenes", summary="Make a scene code", status_code=201)
def make_scene(given: schemas.SceneIn, desk: Desk, _who: Sender) -> schemas.SceneOut:
    """A code for links and QR codes: what comes by it is counted for its campaign."""
    try:
        target = link(given.target, given.code) if given.target else ""
    except ValueError as error:
        raise ProblemError(Kind.REFUSED, str(error)) from None
    if not desk.scenes.make(Scene(given.code, given.campaign, given.offer, given.owner)):
        raise ProblemError(Kind.CONFLICT, "这个场景码已经有了，换一个")
    fields = given.model_dump(include={"code", "campaign", "offer", "owner"})
    return schemas.SceneOut(**fields, link=target)


@router.get("/scenes/{code}", summary="What a scene has brought")
def scene(code: Code, desk: Desk, _who: Reader) -> schemas.SceneOut:
    """Arrivals, people, subscriptions and customers by channel."""
    found = desk.scenes.get(code)
    if found is None:
        raise ProblemError(Kind.UNKNOWN_THING, "没有这个场景码")
    brought = [schemas.BroughtOut.of(b) for b in desk.scenes.brought(code)]
    return schemas.SceneOut(
        code=found.code, campaign=found.campaign, offer=found.offer, owner=found.owner, brought=brought
    )


def _check_template(given: schemas.OutreachIn) -> None:
    chosen = templates().get(given.template)
    service = sorted(name for name, t in templates().items() if not t.marketing)
    if chosen is None or chosen.marketing:
        raise ProblemError(Kind.REFUSED, f"没有名为“{given.template}”的服务通知模板；可用的有 {'、'.join(service)}")
    try:
        chosen.filled(given.parts)
    except KeyError as error:
        raise ProblemError(Kind.REFUSED, f"模板“{given.template}”还缺 {error.args[0]}") from None
