"""Signing in at the widget: the page that shows it hands over the bank's word on who the customer is.

The client never chooses an id. What was said before becomes part of the customer's one conversation.
"""

from __future__ import annotations

import structlog
from fastapi import APIRouter, Depends, Request
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from connectors.identity.tokens import BadToken, Identity
from connectors.web.deps import TalkingDep, Web, WebDep, limit_client, session_of
from connectors.web.ports import Session
from connectors.web.problems import Kind, ProblemError, trace_of
from connectors.web.talking import BODY, problems_of

log = structlog.get_logger(__name__)

router = APIRouter(prefix="/api/v1", tags=["chat"], dependencies=[Depends(limit_client)])


class IdentityIn(BaseModel):
    """The bank's word on who the customer is."""

    model_config = ConfigDict(extra="forbid")

    token: str = Field(min_length=1, max_length=8192, description="A JWT that the bank's login has signed")


class IdentityOut(BaseModel):
    """The conversation is the customer's now."""

    signed_in: bool = True
    moved: int = Field(description="How many turns were moved into the customer's conversation: read it anew")


@router.post(
    "/sessions/{session_id}/identity",
    summary="Sign in",
    responses=problems_of(Kind.SIGN_IN, Kind.CONFLICT, Kind.UNKNOWN_SESSION, *BODY),
)
async def sign_in(web: WebDep, session: TalkingDep, given: IdentityIn, request: Request) -> IdentityOut:
    """Makes the session the customer's. Sequence numbers begin anew: read and follow the conversation from 0."""
    identity = await proven(web, given.token, trace_of(request))
    assert web.people is not None
    try:
        conversation, moved = await run_in_threadpool(
            web.people.conversations.sign_in, session.key, identity.customer_id
        )
    except LookupError:
        raise ProblemError(Kind.CONFLICT, "这个会话属于另一位客户，请开始新的对话") from None
    web.hub.look(conversation)  # other devices see what has moved
    return IdentityOut(moved=moved)


async def proven(web: Web, token: str, trace_id: str) -> Identity:
    """Whom the token is about. Raises ProblemError 401, which says no more than whether a fresh one would help."""
    if web.people is None:
        raise ProblemError(Kind.SIGN_IN, "这里不能登录")
    try:
        return await web.people.check.check(token)
    except BadToken as error:
        log.warning("web.bad_token", trace_id=trace_id, reason=str(error))
        detail = "登录已过期，请重新登录" if error.expired else "登录凭证无效，请重新登录"
        word = "invalid_token"
        raise ProblemError(Kind.SIGN_IN, detail, headers={"WWW-Authenticate": f'Bearer error="{word}"'}) from None


async def rejoined(web: Web, session: Session) -> None:
    """After a turn: if somebody signed in while it was answered, the turn follows into his conversation."""
    if web.people is None or session.customer_id:
        return
    now = await session_of(web, session.key)
    if now is not None and now.customer_id:
        await run_in_threadpool(web.people.conversations.join, session.key, now.customer_id)
