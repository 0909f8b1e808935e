"""One WebSocket of the app. Frames are JSON objects with a `type`.

    → {"type": "auth", "token": JWT, "after": last sequence number seen}     first, and again before the token ends
    → {"type": "message", "message_id": …, "text": …, "payload": …}
    → {"type": "typing"}                  a person who serves the conversation sees it for four seconds
    ← {"type": "ready"} · {"type": "reply", …exchange} · {"type": "typing", "on": bool}
    ← {"type": "reauthenticate"}          the token is about to end: send another `auth`
    ← {"type": "problem", …problem document, "message_id": …}

Closed with 4401 without a good token, 4408 when nothing comes, 4429 when there are too many connections.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import secrets
from datetime import UTC, datetime
from typing import Any

import structlog
from fastapi import WebSocket, WebSocketDisconnect
from pydantic import ValidationError
from starlette.concurrency import run_in_threadpool
from starlette.websockets import WebSocketState

from connectors.identity.conversations import conversation_of
from connectors.identity.tokens import Identity
from connectors.web.deps import Web, take
from connectors.web.live import CUSTOMER_TYPES_S, Subscription
from connectors.web.problems import Kind, Problem, ProblemError
from connectors.web.schemas import HIGHEST_SEQ, ExchangeOut, MessageIn
from connectors.web.signing_in import proven
from connectors.web.sse import PAGE, shown
from connectors.web.talking import answered
from dialogue.turn import Principal, PrincipalKind

log = structlog.get_logger(__name__)

SIGN_IN, SLOW, CROWDED, GOING = 4401, 4408, 4429, 1001
FIRST_FRAME_S = 10.0
WARN_S = 60.0
_AT_ONCE = 8


class Talk:
    """One connection, from its first frame to its end."""

    def __init__(self, web: Web, connection: WebSocket) -> None:
        self._web = web
        self._connection = connection
        self._who: Identity | None = None
        self._writing = asyncio.Lock()
        self._room = asyncio.Semaphore(_AT_ONCE)
        self._turns: set[asyncio.Task[None]] = set()
        self._trace = secrets.token_hex(16)
        self._gone = False

    async def held(self) -> None:
        """Holds the conversation."""
        await self._connection.accept()
        try:
            async with asyncio.timeout(FIRST_FRAME_S):
                first = await self._frame()
            after = await self._signed_in(first)
        except TimeoutError:
            await self._connection.close(SLOW)
            return
        except WebSocketDisconnect:
            return
        if after is None or self._who is None:
            await self._connection.close(SIGN_IN)
            return
        try:
            self._web.hub.check_room(self._conversation)
        except ProblemError:
            await self._connection.close(CROWDED)
            return
        await self._both_ways(after)

    @property
    def _conversation(self) -> str:
        assert self._who is not None
        return conversation_of(self._who.customer_id)

    async def _both_ways(self, after: int) -> None:
        tasks = [asyncio.create_task(self._downward(after)), asyncio.create_task(self._upward())]
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self._gone = True
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
        for task in tasks:
            failure = None if task.cancelled() else task.exception()
            if failure is not None and not isinstance(failure, WebSocketDisconnect | RuntimeError):
                log.error("app.socket_failed", trace_id=self._trace, error=repr(failure))
        with contextlib.suppress(RuntimeError, WebSocketDisconnect):  # the other side may be gone already
            await self._connection.close(GOING)

    async def _downward(self, after: int) -> None:
        """Replies after a place, each once and in order; then whatever comes, until the token ends."""
        with self._web.hub.subscribed(self._conversation) as subscription:
            subscription.place = after
            await self._send({"type": "ready"})
            typing, warned, missed = False, "", True
            while not subscription.closed:
                if subscription.take_news():
                    subscription.place = after = await self._missed(after, missed)
                missed = False
                if subscription.typing != typing:
                    typing = subscription.typing
                    await self._send({"type": "typing", "on": typing})
                left = self._left()
                if left <= 0:
                    await self._connection.close(SIGN_IN)
                    return
                if left <= WARN_S and warned != self._token_id():
                    warned = self._token_id()
                    await self._send({"type": "reauthenticate"})
                await self._pause(subscription, left)

    async def _missed(self, after: int, missed: bool) -> int:
        outbox, hub = self._web.stores.outbox, self._web.hub
        while page := hub.shown(
            self._conversation, await run_in_threadpool(outbox.since, self._conversation, after, PAGE)
        ):
            for exchange in page:
                await self._send({"type": "reply", **ExchangeOut.of(exchange).model_dump(mode="json")})
                after = exchange.seq
            await shown(self._web.announcer, self._conversation, page, missed)
        return after

    async def _pause(self, subscription: Subscription, left: float) -> None:
        until_warning = left - WARN_S if left > WARN_S else left
        await subscription.wait(max(0.01, until_warning))

    async def _upward(self) -> None:
        while True:
            frame = await self._frame()
            if frame.get("type") == "auth":
                if await self._signed_in(frame) is None:
                    await self._connection.close(SIGN_IN)
                    return
            elif frame.get("type") == "message":
                await self._room.acquire()
                task = asyncio.create_task(self._message(frame))
                self._turns.add(task)  # a turn goes on when the connection ends: its reply is read later
                task.add_done_callback(self._turns.discard)
            elif frame.get("type") == "typing":
                self._web.hub.customer_types(self._conversation, CUSTOMER_TYPES_S)
            else:
                await self._problem(ProblemError(Kind.INVALID, "type 应为 auth、message 或 typing"), "")

    async def _message(self, frame: dict[str, Any]) -> None:
        message_id = str(frame.pop("message_id", ""))[:64]
        try:
            said = MessageIn(**{name: value for name, value in frame.items() if name != "type"}, message_id=message_id)
            await take(self._web, f"session:{self._conversation}", self._web.settings.session_rate)
            assert self._who is not None
            who = Principal(PrincipalKind.CUSTOMER, self._who.customer_id)
            reply = await answered(self._web, self._conversation, who, said, channel="app", trace_id=self._trace)
            if self._gone and self._web.announcer is not None:
                await run_in_threadpool(self._web.announcer.left, who.id, self._conversation, reply.seq)
        except ProblemError as problem:
            await self._problem(problem, message_id)
        except (ValidationError, TypeError):
            await self._problem(ProblemError(Kind.INVALID, "消息不符合要求"), message_id)
        finally:
            self._room.release()

    async def _signed_in(self, frame: dict[str, Any]) -> int | None:
        """The place to begin after; None when the token is not good, or not the same customer's as before."""
        if frame.get("type") != "auth" or not isinstance(frame.get("token"), str):
            return None
        try:
            who = await proven(self._web, frame["token"], self._trace)
        except ProblemError:
            return None
        if self._who is not None and who.customer_id != self._who.customer_id:
            return None
        self._who = who
        after = frame.get("after", 0)
        return after if isinstance(after, int) and 0 <= after <= HIGHEST_SEQ else 0

    async def _frame(self) -> dict[str, Any]:
        try:
            read = json.loads(await self._connection.receive_text())
        except (ValueError, KeyError, RecursionError):
            return {}
        return read if isinstance(read, dict) else {}

    async def _problem(self, problem: ProblemError, message_id: str) -> None:
        document = Problem(
            type=problem.kind.uri,
            title=problem.kind.title,
            status=problem.kind.status,
            detail=problem.detail,
            trace_id=self._trace,
        )
        await self._send({**document.model_dump(), "kind": document.type, "type": "problem", "message_id": message_id})

    async def _send(self, frame: dict[str, Any]) -> None:
        async with self._writing:
            if self._connection.application_state is WebSocketState.CONNECTED:
                await self._connection.send_text(json.dumps(frame, ensure_ascii=False))

    def _left(self) -> float:
        assert self._who is not None
        return (self._who.expires - datetime.now(UTC)).total_seconds()

    def _token_id(self) -> str:
        assert self._who is not None
        return self._who.token_id
