"""Talking: open a conversation, say something, read it again, follow it, say whether a reply helped."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Query, Request
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from connectors.web import sse
from connectors.web.deps import (
    PrincipalDep,
    SessionDep,
    TalkingDep,
    Web,
    WebDep,
    limit_client,
    limit_opening,
    new_secret,
    session_key,
)
from connectors.web.ports import Feedback
from connectors.web.problems import FieldProblem, Kind, Problem, ProblemError, trace_of
from connectors.web.schemas import (
    HIGHEST_SEQ,
    ExchangeOut,
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
from customer.privacy import mask
from dialogue.turn import TurnIn

router = APIRouter(prefix="/api/v1", tags=["chat"], dependencies=[Depends(limit_client)])

_READY_STEP = 0.1
_RETRY_AFTER = "5"
_Responses = dict[int | str, dict[str, Any]]


def _problems(*kinds: Kind) -> _Responses:
    """The OpenAPI entries of the problems that an operation may end in."""
    everywhere = (Kind.FORBIDDEN_ORIGIN, Kind.INVALID, Kind.RATE, Kind.INTERNAL)
    return {kind.status: {"model": Problem, "description": kind.title} for kind in (*everywhere, *kinds)}


_BODY = (Kind.MALFORMED_JSON, Kind.SLOW_BODY, Kind.TOO_LARGE, Kind.MEDIA)


@router.post(
    "/sessions",
    summary="Open a conversation",
    status_code=201,
    responses=_problems(*_BODY),
    dependencies=[Depends(limit_opening)],
)
async def open_session(web: WebDep, _principal: PrincipalDep, _nothing: SessionIn | None = None) -> SessionOut:
    """Gives an unguessable session id, the greeting and the limits. The body may be empty or `{}`."""
    secret, now = new_secret(), datetime.now(UTC)
    await run_in_threadpool(web.stores.sessions.open, session_key(secret), now)
    return SessionOut(
        session=secret,
        opened=now,
        greeting=MessageOut.of(web.greeting),
        limits=LimitsOut(max_text=web.settings.max_text, heartbeat_seconds=web.settings.heartbeat),
    )


@router.post(
    "/sessions/{session_id}/messages",
    summary="Say something",
    responses=_problems(Kind.UNKNOWN_SESSION, *_BODY, Kind.STARTING),
)
async def send_message(
    web: WebDep, session: TalkingDep, principal: PrincipalDep, said: MessageIn, request: Request
) -> ReplyOut:
    """Answers one message. The same `message_id` again gives the same reply and happens once.

    While the engine is starting, the request waits for it, up to 45 seconds; then a 503 says what is waited for.
    """
    turn = TurnIn(
        session=session.key,
        text=_checked_text(web, said.text),
        message_id=said.message_id,
        today=_day(web, said),
        principal=principal,
        payload=said.payload,
        trace_id=trace_of(request),
    )
    with web.hub.answering(session.key):
        await _wait_until_started(web)
        answer = await web.engine.handle(turn)
    return ReplyOut.of(answer, said.message_id)


@router.get(
    "/sessions/{session_id}/messages", summary="Read the conversation", responses=_problems(Kind.UNKNOWN_SESSION)
)
async def read_messages(
    web: WebDep,
    session: SessionDep,
    after: Annotated[int, Query(ge=0, le=HIGHEST_SEQ, description="Only what comes after this sequence number")] = 0,
    limit: Annotated[int, Query(ge=1, le=200, description="At most so many")] = 50,
) -> HistoryOut:
    """Pages through the conversation, oldest first."""
    found = await run_in_threadpool(web.stores.outbox.since, session.key, after, limit + 1)
    page = found[:limit]
    return HistoryOut(
        items=[ExchangeOut.of(exchange) for exchange in page],
        next_after=page[-1].seq if len(found) > limit else None,
    )


@router.get(
    "/sessions/{session_id}/events",
    summary="Follow the conversation",
    response_class=StreamingResponse,
    responses={
        **_problems(Kind.UNKNOWN_SESSION, Kind.BUSY),
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
    web.hub.check_room(session.key)
    start = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < 16 else after
    stream = sse.events(web.hub, web.stores.outbox, session.key, start, web.settings)
    return StreamingResponse(stream, media_type="text/event-stream", headers=sse.HEADERS)


@router.post(
    "/sessions/{session_id}/feedback",
    summary="Say whether a reply helped",
    responses=_problems(Kind.UNKNOWN_SESSION, *_BODY),
)
async def give_feedback(web: WebDep, session: TalkingDep, given: FeedbackIn) -> FeedbackOut:
    """Keeps a thumb for the reply `seq`; a later one for the same reply takes its place."""
    found = await run_in_threadpool(web.stores.outbox.since, session.key, given.seq - 1, 1)
    if not found or found[0].seq != given.seq:
        raise ProblemError(Kind.UNKNOWN_TURN, "只能评价本次对话里的回复")
    reason = mask(given.reason)
    feedback = Feedback(session.key, given.seq, found[0].turn_id, given.rating, reason, datetime.now(UTC))
    await run_in_threadpool(web.stores.feedback.put, feedback)
    return FeedbackOut(seq=given.seq, rating=given.rating, reason=reason)


def _checked_text(web: Web, text: str) -> str:
    if len(text) > web.settings.max_text:
        detail = f"最多{web.settings.max_text}个字，请分几次发送"
        raise ProblemError(Kind.INVALID, detail, errors=[FieldProblem(pointer="#/text", detail=detail)])
    return text


def _day(web: Web, said: MessageIn) -> date:
    day = said.day()
    if day is None:
        return web.today()
    if not web.settings.allow_today:
        detail = "这里不能指定日期"
        raise ProblemError(Kind.INVALID, detail, errors=[FieldProblem(pointer="#/today", detail=detail)])
    return day


async def _wait_until_started(web: Web) -> None:
    """Waits for the first start only: a worker that dies later is the engine's own business."""
    if web.started.is_set():
        return
    clock = asyncio.get_running_loop().time
    deadline = clock() + web.settings.loading_wait
    while not (state := web.engine.readiness()).ready:
        if clock() >= deadline:
            detail = state.waiting_for or "请稍候"
            raise ProblemError(Kind.STARTING, detail, headers={"Retry-After": _RETRY_AFTER})
        await asyncio.sleep(_READY_STEP)
    web.started.set()
