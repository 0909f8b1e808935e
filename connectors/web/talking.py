"""What can be done in a conversation, whichever way the customer came in: say, read, follow, rate."""

from __future__ import annotations

import asyncio
from datetime import UTC, date, datetime
from typing import Any

from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from connectors.web import sse
from connectors.web.deps import Web
from connectors.web.ports import Feedback
from connectors.web.problems import FieldProblem, Kind, Problem, ProblemError
from connectors.web.schemas import (
    ExchangeOut,
    FeedbackIn,
    FeedbackOut,
    HistoryOut,
    MessageIn,
    ReplyOut,
)
from customer.privacy import mask
from dialogue.turn import Principal, TurnIn

_READY_STEP = 0.1
_RETRY_AFTER = "5"
Responses = dict[int | str, dict[str, Any]]
BODY = (Kind.MALFORMED_JSON, Kind.SLOW_BODY, Kind.TOO_LARGE, Kind.MEDIA)


def problems_of(*kinds: Kind) -> Responses:
    """The OpenAPI entries of the problems that an operation may end in."""
    everywhere = (Kind.FORBIDDEN_ORIGIN, Kind.INVALID, Kind.RATE, Kind.INTERNAL)
    return {kind.status: {"model": Problem, "description": kind.title} for kind in (*everywhere, *kinds)}


async def answered(
    web: Web, conversation: str, principal: Principal, said: MessageIn, *, channel: str, trace_id: str
) -> ReplyOut:
    """The reply to one message. Raises ProblemError: too long, a day where none may be given, still starting."""
    turn = TurnIn(
        session=conversation,
        text=_checked_text(web, said.text),
        message_id=said.message_id,
        today=_day(web, said),
        principal=principal,
        channel=channel,
        payload=said.payload,
        trace_id=trace_id,
    )
    with web.hub.answering(conversation):
        await _wait_until_started(web)
        answer = await web.engine.handle(turn)
        if answer.private:
            web.hub.reveal(conversation, answer.seq, answer.message)
    return ReplyOut.of(answer, said.message_id)


async def history(web: Web, conversation: str, after: int, limit: int) -> HistoryOut:
    """A page of the conversation, oldest first."""
    found = await run_in_threadpool(web.stores.outbox.since, conversation, after, limit + 1)
    page = found[:limit]
    await sse.shown(web.announcer, conversation, page, True)
    return HistoryOut(
        items=[ExchangeOut.of(exchange) for exchange in page],
        next_after=page[-1].seq if len(found) > limit else None,
    )


def followed(web: Web, conversation: str, after: int, last_event_id: str) -> StreamingResponse:
    """Everything after a place, then whatever comes. Raises ProblemError where there are too many streams."""
    web.hub.check_room(conversation)
    start = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < 16 else after
    stream = sse.events(web.hub, web.stores.outbox, conversation, start, web.settings, announcer=web.announcer)
    return StreamingResponse(stream, media_type="text/event-stream", headers=sse.HEADERS)


async def rated(web: Web, conversation: str, given: FeedbackIn) -> FeedbackOut:
    """Keeps a thumb for the reply `seq`; a later one for the same reply takes its place."""
    found = await run_in_threadpool(web.stores.outbox.since, conversation, given.seq - 1, 1)
    if not found or found[0].seq != given.seq:
        raise ProblemError(Kind.UNKNOWN_TURN, "只能评价本次对话里的回复")
    reason = mask(given.reason)
    feedback = Feedback(conversation, given.seq, found[0].turn_id, given.rating, reason, datetime.now(UTC))
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
