"""What each request is given: the channel's services, who is asking, and which conversation it is about."""

from __future__ import annotations

import asyncio
import hashlib
import math
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Annotated

from fastapi import Depends, Path, Request
from starlette.concurrency import run_in_threadpool

from connectors.identity.conversations import Conversations
from connectors.identity.tokens import TokenCheck
from connectors.web.limits import RateLimiter, client_key
from connectors.web.live import Hub
from connectors.web.ports import Announcer, Engine, Session, Stores
from connectors.web.problems import Kind, ProblemError
from connectors.web.settings import Rate, WebSettings
from dialogue.message import Message

_SECRET = re.compile(r"[A-Za-z0-9_-]{32}")
_TOUCHES_PER_LIFE = 24  # writing at every message would cost more than it tells


@dataclass(frozen=True, slots=True)
class People:
    """How customers prove who they are, what becomes of their conversations, and how they hear of what came while the
    app was closed (None: not at all)."""

    check: TokenCheck
    conversations: Conversations
    announcer: Announcer | None = None


@dataclass(frozen=True, slots=True)
class Web:
    """The services of the web channel; one per application. `started` is set once the engine was first ready; without
    `people` nobody can sign in."""

    settings: WebSettings
    engine: Engine
    stores: Stores
    limiter: RateLimiter
    hub: Hub
    greeting: Message
    today: Callable[[], date]
    people: People | None = None
    started: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def announcer(self) -> Announcer | None:
        """Who tells customers of what came while the app was closed."""
        return self.people.announcer if self.people is not None else None


def web_of(request: Request) -> Web:
    """The services of the application that answers."""
    web = request.app.state.web
    assert isinstance(web, Web)
    return web


async def get_web(request: Request) -> Web:  # a plain function would run in a thread
    """`web_of` for an operation. Dependencies call that themselves: FastAPI walks the whole tree of them, every branch
    that leads to this one included, and a message should not wait for it."""
    return web_of(request)


WebDep = Annotated[Web, Depends(get_web)]


def new_secret() -> str:
    """A session id that cannot be guessed: 192 random bits."""
    return secrets.token_urlsafe(24)


def session_key(secret: str) -> str:
    """The conversation's name behind this channel. Who reads it in a log or table cannot join the conversation."""
    return "web-" + hashlib.sha256(secret.encode()).hexdigest()[:40]


_SessionId = Annotated[str, Path(description="The `session` that POST /sessions gave")]


async def get_session(request: Request, session_id: _SessionId) -> Session:
    """The conversation in the path.

    Raises:
        ProblemError: it is unknown, or was not used for too long.
    """
    web = web_of(request)
    if not _SECRET.fullmatch(session_id):
        raise ProblemError(Kind.UNKNOWN_SESSION, "请开始新的对话")
    session = await session_of(web, session_key(session_id))
    now = datetime.now(UTC)
    if session is None or now - session.seen > web.settings.session_idle:
        raise ProblemError(Kind.UNKNOWN_SESSION, "请开始新的对话")
    if now - session.seen > web.settings.session_idle / _TOUCHES_PER_LIFE:
        await run_in_threadpool(web.stores.sessions.touch, session.key, now)
    return session


async def session_of(web: Web, key: str) -> Session | None:
    """The session as it is now, None when it was never opened."""
    sessions = web.stores.sessions
    return sessions.find(key) if sessions.at_hand else await run_in_threadpool(sessions.find, key)


SessionDep = Annotated[Session, Depends(get_session)]


async def get_talking_session(request: Request, session_id: _SessionId) -> Session:
    """The conversation in the path, in which something is said now.

    Raises:
        ProblemError: it is unknown, was not used for too long, or somebody writes in it faster than people do.
    """
    session = await get_session(request, session_id)
    web = web_of(request)
    await take(web, f"session:{session.key}", web.settings.session_rate)
    return session


TalkingDep = Annotated[Session, Depends(get_talking_session)]


async def limit_client(request: Request) -> None:
    """Refuses a client that asks too often, whatever it asks."""
    web = web_of(request)
    await take(web, f"client:{client_of(request)}", web.settings.client_rate)


async def limit_opening(request: Request) -> None:
    """Refuses a client that opens conversations too often."""
    web = web_of(request)
    await take(web, f"opening:{client_of(request)}", web.settings.opening_rate)


async def take(web: Web, key: str, rate: Rate) -> None:
    """Takes one token of the bucket `key`, or raises the problem that says how long to wait."""
    wait = await web.limiter.wait_for(key, rate) if web.settings.limited else 0.0
    if wait:
        seconds = math.ceil(wait)
        raise ProblemError(Kind.RATE, f"请{seconds}秒后再试", headers={"Retry-After": str(seconds)})


def client_of(request: Request) -> str:
    """What counts as one client."""
    return client_key(request.client.host) if request.client else "unknown"
