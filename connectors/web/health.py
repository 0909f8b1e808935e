"""Whether the process lives, and whether it answers questions: two different things."""

from __future__ import annotations

from fastapi import APIRouter, Response

from connectors.web.deps import WebDep
from connectors.web.schemas import HealthOut, ReadinessOut

router = APIRouter(tags=["health"])


@router.get("/healthz", summary="Liveness")
async def healthz() -> HealthOut:
    """The process answers; restart it when it does not."""
    return HealthOut()


@router.get(
    "/readyz",
    summary="Readiness",
    responses={503: {"model": ReadinessOut, "description": "Still starting; the page works, answers wait"}},
)
async def readyz(web: WebDep, response: Response) -> ReadinessOut:
    """Questions are answered at once; until then it says what is waited for. Route customers here when it is 200."""
    state = web.engine.readiness()
    if not state.ready:
        response.status_code = 503
        response.headers["Retry-After"] = "1"
    return ReadinessOut(ready=state.ready, waiting_for=state.waiting_for)
