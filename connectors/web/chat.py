"""Talking: open a conversation, say something, read it again, follow it, say whether a reply helped."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import Response, StreamingResponse
from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool

from connectors.web.deps import (
    SessionDep,
    TalkingDep,
    WebDep,
    limit_client,
    limit_opening,
    new_secret,
    session_key,
)
from connectors.web.problems import Kind, trace_of
from connectors.web.schemas import (
    HIGHEST_SEQ,
    FeedbackIn,
    FeedbackOut,
    HistoryOut,
    LimitsOut,
    MessageIn,
    MessageOut,
    ReplyOut,
    SessionIn,
    SessionOut,
)
from connectors.web.signing_in import rejoined
from connectors.web.straight import MessageRoute
from connectors.web.talking import BODY, answered, followed, history, problems_of, rated

CHANNEL = "web"
router = APIRouter(prefix="/api/v1", tags=["chat"], dependencies=[Depends(limit_client)])
_saying = APIRouter(route_class=MessageRoute)


@router.post(
    "/sessions",
    summary="Open a conversation",
    status_code=201,
    responses=problems_of(*BODY),
    dependencies=[Depends(limit_opening)],
)
async def open_session(web: WebDep, given: SessionIn | None = None) -> SessionOut:
    """Gives an unguessable session id, the greeting and the limits. The body may be empty."""
    secret, now = new_secret(), datetime.now(UTC)
    scene = given.scene if given is not None else ""
    await run_in_threadpool(web.stores.sessions.open, session_key(secret), now, scene)
    return SessionOut(
        session=secret,
        opened=now,
        greeting=MessageOut.of(web.greeting),
        limits=LimitsOut(max_text=web.settings.max_text, heartbeat_seconds=web.settings.heartbeat),
    )


@_saying.post(
    "/sessions/{session_id}/messages",
    summary="Say something",
    response_model=ReplyOut,
    responses=problems_of(Kind.UNKNOWN_SESSION, *BODY, Kind.STARTING),
)
async def send_message(web: WebDep, session: TalkingDep, said: MessageIn, request: Request) -> Response:
    """Answers one message. The same `message_id` again gives the same reply and happens once.

    While the engine is starting, the request waits for it, up to 45 seconds; then a 503 says what is waited for.
    """
    reply = await answered(web, session.talk, session.principal, said, channel=CHANNEL, trace_id=trace_of(request))
    # Written by the model itself: FastAPI would check our own reply once more, and somebody waits. Whether the customer
    # signed in meanwhile is looked up when the reply is on its way.
    return Response(
        reply.model_dump_json(), media_type="application/json", background=BackgroundTask(rejoined, web, session)
    )


router.include_router(_saying)


@router.get(
    "/sessions/{session_id}/messages", summary="Read the conversation", responses=problems_of(Kind.UNKNOWN_SESSION)
)
async def read_messages(
    web: WebDep,
    session: SessionDep,
    after: Annotated[int, Query(ge=0, le=HIGHEST_SEQ, description="Only what comes after this sequence number")] = 0,
    limit: Annotated[int, Query(ge=1, le=200, description="At most so many")] = 50,
) -> HistoryOut:
    """Pages through the conversation, oldest first."""
    return await history(web, session.talk, after, limit)


@router.get(
    "/sessions/{session_id}/events",
    summary="Follow the conversation",
    response_class=StreamingResponse,
    responses={
        **problems_of(Kind.UNKNOWN_SESSION, Kind.BUSY),
        200: {
            "description": "Server-sent events: `reply` (id is the sequence number, data an exchange as in the "
            "history), `typing` ({on: true|false}), and comments as heartbeat",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
)
async def follow(
    web: WebDep,
    session: SessionDep,
    after: Annotated[int, Query(ge=0, le=HIGHEST_SEQ, description="Replay what comes after this number")] = 0,
    last_event_id: Annotated[str, Header(description="As browsers send it; goes before `after`")] = "",
) -> StreamingResponse:
    """Replays what was missed, then streams replies as they are committed, each once and in order."""
    return followed(web, session.talk, after, last_event_id)


@router.post(
    "/sessions/{session_id}/feedback",
    summary="Say whether a reply helped",
    responses=problems_of(Kind.UNKNOWN_SESSION, *BODY),
)
async def give_feedback(web: WebDep, session: TalkingDep, given: FeedbackIn) -> FeedbackOut:
    """Keeps a thumb for the reply `seq`; a later one for the same reply takes its place."""
    return await rated(web, session.talk, given)
