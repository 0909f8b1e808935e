"""The supervisor's API: figures of a period. Live queues are those of the desk."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Query
from starlette.concurrency import run_in_threadpool

from connectors.desk.overview import OverviewOut, overview_of
from connectors.desk.routes import PROBLEMS, DeskDep
from connectors.desk.schemas import LineOut
from connectors.desk.views import lines_of
from connectors.staff.auth import may
from connectors.staff.roles import Scope
from desk.hours import BANK_ZONE
from dialogue.turn import Principal

router = APIRouter(prefix="/api/v1/desk", tags=["desk"], responses=PROBLEMS)
Supervisor = Annotated[Principal, Depends(may(Scope.SUPERVISE))]


@router.get("/overview", summary="Figures of a period")
async def overview(
    desk: DeskDep,
    _who: Supervisor,
    days: Annotated[int, Query(ge=1, le=92, description="Today and so many days before, less one")] = 1,
    channel: Annotated[str, Query(max_length=40)] = "",
) -> OverviewOut:
    """Service level, containment, reasons, satisfaction; over time by hours for one day, else by days."""

    def read() -> OverviewOut:
        start, end = _period(desk.service.clock(), days)
        with desk.service.reading.connect() as sql:
            return overview_of(sql, start, end, desk.service.rules, channel)

    return await run_in_threadpool(read)


@router.get("/live", summary="Everybody who waits or is being talked to")
async def live(desk: DeskDep, _who: Supervisor) -> list[LineOut]:
    """All of them, whoever has them."""

    def read() -> list[LineOut]:
        with desk.service.reading.connect() as sql:
            return lines_of(sql)

    return await run_in_threadpool(read)


def _period(now: datetime, days: int) -> tuple[datetime, datetime]:
    """Whole days of the bank's time, today included."""
    tomorrow = now.astimezone(BANK_ZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return tomorrow - timedelta(days=days), tomorrow
