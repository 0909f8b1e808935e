"""One customer, with source and time beside every field; who looked at him; the segments of the last run."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends, Path
from pydantic import BaseModel, ConfigDict, Field, model_validator
from sqlalchemy.engine import Engine
from starlette.concurrency import run_in_threadpool

from connectors.customers.erasing import finish, refuse
from connectors.customers.whole import whole
from connectors.growth.ports import GrowthDesk
from connectors.growth.routes import Desk as DeskDep
from connectors.staff.auth import may
from connectors.staff.roles import Scope
from connectors.web.deps import WebDep
from connectors.web.problems import Kind, Problem, ProblemError
from customer.erasing import tickets
from customer.errors import CustomerError, CustomerStoreUnavailable
from customer.looks import Look, looks_at, note_look
from customer.segmenting.reports import last_report
from customer.sql import reading
from customer.view import LABELS, Entry, Group, visible
from dialogue.turn import Principal

T = TypeVar("T")
_PROBLEMS: dict[int | str, dict[str, Any]] = {code: {"model": Problem} for code in (401, 403, 404, 422, 429, 503)}
router = APIRouter(prefix="/api/v1", tags=["customers"], responses=_PROBLEMS)

_BROAD = (Group.PROFILE, Group.SEGMENT, Group.RISK, Group.CONSENT, Group.CONTACTS, Group.OFFERS)
# Reasons tell of income and holdings; conversations are between the customer and who serves him.
_OWN = (Group.SERVICE, Group.ASSETS, Group.IDENTITY, Group.CONVERSATIONS, Group.REASONS)
GROUPS: dict[Scope, tuple[Group, ...]] = {Scope.CUSTOMERS: _BROAD, Scope.CUSTOMER_ASSETS: _OWN}
"""What a scope lets a member of staff see."""

CustomerId = Annotated[str, Path(min_length=1, max_length=64, description="The customer's id")]


class EntryOut(BaseModel):
    """One field: what it says, who said so and as of when."""

    model_config = ConfigDict(extra="forbid")
    group: str
    label: str
    value: str
    source: str
    as_of: datetime


class CustomerOut(BaseModel):
    """What the asking role may see of a customer; `merged` are other ids of the same person."""

    id: str
    merged: list[str]
    groups: dict[str, str]
    entries: list[EntryOut]


class LookOut(BaseModel):
    """Who looked, when, by which way, at which parts."""

    at: datetime
    actor: str
    via: str
    fields: list[str]


class SegmentOut(BaseModel):
    """A segment of the last run: its middle customer in days, times and 元."""

    id: str
    name: str
    rule: str
    size: int
    share: float
    middle: dict[str, float]


class ErasureOut(BaseModel):
    """A request: who asked, when and where, and what was told to be kept by law."""

    id: str
    customer: str
    asked_at: datetime
    channel: str
    kept: list[str]


class SettleIn(BaseModel):
    """What becomes of a request; a refusal says why."""

    model_config = ConfigDict(extra="forbid")
    erase: bool
    note: Annotated[str, Field(max_length=500)] = ""

    @model_validator(mode="after")
    def reasoned(self) -> SettleIn:
        """A refusal without a reason is no answer to a customer."""
        if not self.erase and not self.note.strip():
            raise ValueError("不办理要写明理由")
        return self


@router.get("/customers/{customer_id}", summary="Show a customer")
async def show(
    desk: DeskDep,
    web: WebDep,
    customer_id: CustomerId,
    who: Annotated[Principal, Depends(may(Scope.CUSTOMERS, Scope.CUSTOMER_ASSETS))],
) -> CustomerOut:
    """What the role of the asking may see, with source and time; the look is written down before anything is shown."""
    groups = [g for scope, some in GROUPS.items() if scope in who.scopes for g in some]
    made = await run_in_threadpool(_shown, desk, customer_id, who.id, groups, web.today())
    if made is None:
        raise ProblemError(Kind.UNKNOWN_THING, "没有这位客户；核对编号")
    return made


@router.get("/customers/{customer_id}/looks", summary="Who looked at a customer")
async def looks(
    desk: DeskDep, customer_id: CustomerId, _who: Annotated[Principal, Depends(may(Scope.AUDIT))]
) -> list[LookOut]:
    """The newest hundred looks."""
    found = await run_in_threadpool(_guarded, lambda: looks_at(desk.growth.engine, [customer_id]))
    return [LookOut(at=one.at, actor=one.actor, via=one.via, fields=list(one.fields)) for one in found]


@router.get("/erasures", summary="Requests to erase a customer's data")
async def erasures(desk: DeskDep, _who: Annotated[Principal, Depends(may(Scope.CUSTOMER_ASSETS))]) -> list[ErasureOut]:
    """The open ones, the oldest first, each with what was told to be kept by law."""
    return await run_in_threadpool(_guarded, lambda: _open_erasures(desk.growth.engine))


@router.post("/erasures/{ticket}", summary="Finish or refuse a request")
async def settle_erasure(
    desk: DeskDep,
    ticket: Annotated[str, Path(min_length=1, max_length=40)],
    body: SettleIn,
    who: Annotated[Principal, Depends(may(Scope.CUSTOMER_ASSETS))],
) -> dict[str, int]:
    """What was erased, by kind. One that is settled already is a conflict."""

    def settled() -> dict[str, int]:
        engine, at = desk.growth.engine, datetime.now(UTC)
        if body.erase:
            return finish(engine, desk.home, ticket, by=who.id, at=at, note=body.note)
        refuse(engine, ticket, by=who.id, at=at, note=body.note)
        return {}

    try:
        return await run_in_threadpool(_guarded, settled)
    except CustomerError as error:
        raise ProblemError(Kind.CONFLICT, str(error)) from None


@router.get("/segments", summary="The segments of the last run")
async def segments(
    desk: DeskDep, _who: Annotated[Principal, Depends(may(Scope.CUSTOMERS, Scope.TURNS))]
) -> list[SegmentOut]:
    """Names with the rules that gave them, sizes, and the middle customer of each; no customer by himself."""
    report = await run_in_threadpool(_guarded, lambda: last_report(desk.growth.engine))
    if report is None:
        return []
    return [
        SegmentOut(**{n: s[n] for n in ("id", "name", "rule", "size", "middle")}, share=report["shares"][s["id"]])
        for s in report["segments"]
    ]


def _shown(desk: GrowthDesk, customer_id: str, actor: str, groups: list[Group], today: date) -> CustomerOut | None:
    found = _guarded(lambda: desk.growth.customer(customer_id))
    if found is None:
        return None
    growth = desk.growth
    everything = _guarded(
        lambda: whole(growth.engine, growth, lambda: desk.source.catalogue(growth, today), found, today, groups=groups)
    )
    shown = visible(everything, groups)
    seen = tuple(dict.fromkeys(e.group for e in shown))
    _guarded(lambda: note_look(desk.growth.engine, Look(datetime.now(UTC), actor, found.id, "api", seen)))
    labels = {g.value: LABELS[g] for g in seen}
    return CustomerOut(id=found.id, merged=list(found.merged), groups=labels, entries=[_out(e) for e in shown])


def _open_erasures(engine: Engine) -> list[ErasureOut]:
    with reading(engine) as sql:
        found = tickets(sql)
    return [
        ErasureOut(
            id=t.id,
            customer=t.customer,
            asked_at=t.asked_at,
            channel=t.channel,
            kept=[f"{what}：{how_long}（《{document}》{article}）" for what, how_long, document, article in t.kept],
        )
        for t in found
    ]


def _out(entry: Entry) -> EntryOut:
    return EntryOut(
        group=entry.group.value, label=entry.label, value=entry.value, source=entry.source, as_of=entry.as_of
    )


def _guarded(call: Callable[[], T]) -> T:
    try:
        return call()
    except CustomerStoreUnavailable as error:
        raise ProblemError(Kind.STORE_AWAY, "客户库暂时不可用，请稍后再试") from error
