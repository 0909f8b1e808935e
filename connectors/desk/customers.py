"""What a customer's page tells the desk besides messages: that somebody is typing."""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from connectors.web.deps import TalkingDep, WebDep, limit_client
from connectors.web.live import CUSTOMER_TYPES_S
from connectors.web.problems import Kind
from connectors.web.talking import problems_of

router = APIRouter(prefix="/api/v1", tags=["chat"], dependencies=[Depends(limit_client)])


@router.post(
    "/sessions/{session_id}/typing",
    summary="Say that one is typing",
    status_code=204,
    response_class=Response,
    responses=problems_of(Kind.UNKNOWN_SESSION),
)
async def typing(web: WebDep, session: TalkingDep) -> Response:
    """The person who serves the conversation sees the sign for four seconds."""
    web.hub.customer_types(session.talk, CUSTOMER_TYPES_S)
    return Response(status_code=204)
