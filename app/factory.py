"""The HTTP application: `create_app` puts the channels together, `gateway_server` runs them.

    app = create_app(settings, engine, stores)            # WebSettings, Engine, Stores: connectors/web/
    server = gateway_server(app, host="127.0.0.1", port=8080)
    server.run()

The engine may still be starting when it is passed in: pages, health and sessions answer at once, and messages wait
for it. What must be opened and closed with the server goes into `lifespan`.
"""

from __future__ import annotations

import socket
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from typing import Any

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.openapi.utils import get_openapi

from connectors.app import routes as app_routes
from connectors.customers import routes as customer_routes
from connectors.desk import customers as desk_customers
from connectors.desk import routes as desk_routes
from connectors.desk import supervising
from connectors.desk.ports import AgentDesk
from connectors.editor import graph_routes
from connectors.editor import routes as editor_routes
from connectors.editor.ports import Desk
from connectors.growth import routes as growth_routes
from connectors.growth.ports import GrowthDesk
from connectors.outreach import routes as outreach_routes
from connectors.outreach.routes import OutreachDesk
from connectors.staff import people
from connectors.staff import routes as staff_routes
from connectors.staff.auth import Staff
from connectors.web import chat, files, health, problems, signing_in, surveys
from connectors.web.deps import People, Web
from connectors.web.edge import Edge
from connectors.web.limits import BucketLimiter, RateLimiter
from connectors.web.live import Hub
from connectors.web.origins import normal_origin
from connectors.web.ports import Engine, Stores
from connectors.web.settings import WebSettings
from connectors.web.watching import Watch
from dialogue.message import Message, QuickReply
from dialogue.texts import say

OPENAPI_URL = "/api/v1/openapi.json"
_BANK_TIME = timezone(timedelta(hours=8))  # Shanghai knows no summer time
_STOP_SECONDS = 5
_WS_BYTES = 64 * 1024


def create_app(
    settings: WebSettings,
    engine: Engine,
    stores: Stores,
    *,
    greeting: Message | None = None,
    limiter: RateLimiter | None = None,
    today: Callable[[], date] | None = None,
    staff: tuple[Staff, Desk] | None = None,
    growth: GrowthDesk | None = None,
    identity: People | None = None,
    outreach: OutreachDesk | None = None,
    agents: AgentDesk | None = None,
    lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]] | None = None,
) -> FastAPI:
    """Returns the application.

    Args:
        greeting: what a new conversation shows first; by default the bot's own greeting with the suggested questions.
        limiter: counts requests; by default in this process. Replicas need a common one.
        today: the bank's day; by default that of Shanghai.
        staff: accounts and desk of the bank's own people; without them there are no pages and no API for staff.
        growth: customers and decisions about offers, for staff and programs of the bank; needs `staff`.
        identity: how customers sign in; without it there is no signing in and no API for the bank's app.
        outreach: what the bank says first, for its programs; needs `staff`.
        agents: the desk where people take over; needs `staff`.
        lifespan: opened before the first request, closed after the last.

    Raises:
        ValueError: an allowed origin is not scheme://host[:port].
    """
    settings = replace(settings, allowed_origins=frozenset(map(normal_origin, settings.allowed_origins)))
    app = FastAPI(
        title="金问 Jinwen",
        summary="Chat with the bank's assistant: messages up by POST, replies down by server-sent events",
        version="1",
        openapi_url=OPENAPI_URL,
        docs_url=None,  # FastAPI's page loads scripts from a third party
        redoc_url=None,
        lifespan=lifespan,
    )
    app.state.web = Web(
        settings=settings,
        engine=engine,
        stores=stores,
        limiter=limiter or BucketLimiter(),
        hub=_hub(settings, stores),
        greeting=greeting or _greeting(settings),
        today=today or _bank_day,
        people=identity,
    )
    problems.install(app)
    app.add_middleware(Edge, settings=settings)
    always = (chat.router, surveys.router, health.router, files.router(settings.allowed_origins))
    for router in (*always, *_further(app, staff, growth, identity, outreach=outreach, agents=agents)):
        app.include_router(router)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's documented way
    return app


def _hub(settings: WebSettings, stores: Stores) -> Hub:
    watch = Watch(stores.outbox.places, settings.poll)
    return Hub(settings.streams_per_session, settings.streams, watch=watch)


def _further(
    app: FastAPI,
    staff: tuple[Staff, Desk] | None,
    growth: GrowthDesk | None,
    identity: People | None,
    *,
    outreach: OutreachDesk | None,
    agents: AgentDesk | None,
) -> list[APIRouter]:
    """The routes that only some installations have, with what they need noted in the application."""
    found = [signing_in.router, app_routes.router] if identity is not None else []
    if staff is not None:
        app.state.staff, app.state.desk = staff
        found += [staff_routes.router, people.router, editor_routes.router, graph_routes.router]
        found.append(files.console_router())
    if agents is not None:
        app.state.agents = agents
        found += [desk_routes.router, supervising.router, desk_customers.router]
    if growth is not None:
        app.state.growth = growth
        found += [growth_routes.router, customer_routes.router]
    if outreach is not None:
        app.state.outreach = outreach
        found.append(outreach_routes.router)
    return found


class GatewayServer(uvicorn.Server):
    """A uvicorn that ends the event streams when it is told to stop; it would wait for them otherwise."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """Stops taking requests, finishes those that run, closes."""
        app = self.config.app
        assert isinstance(app, FastAPI)
        app.state.web.hub.close()
        await super().shutdown(sockets)


def gateway_server(app: FastAPI, host: str, port: int) -> GatewayServer:
    """A server for `app`; `run()` serves until SIGINT or SIGTERM. Port 0 takes a free one.

    There is no access log: session ids stand in the paths, and whoever has one can read the conversation.
    """
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        access_log=False,
        log_config=None,
        ws="wsproto",
        ws_max_size=_WS_BYTES,
        server_header=False,
        timeout_graceful_shutdown=_STOP_SECONDS,
    )
    return GatewayServer(config)


def _bank_day() -> date:
    return datetime.now(_BANK_TIME).date()


def _greeting(settings: WebSettings) -> Message:
    return Message(text=say("greet").text, choices=tuple(QuickReply(question) for question in settings.suggestions))


def _openapi(app: FastAPI) -> dict[str, Any]:
    """The OpenAPI document with problem documents under their own media type."""
    if app.openapi_schema is None:
        document = get_openapi(title=app.title, summary=app.summary, version=app.version, routes=app.routes)
        for operation in (operation for path in document["paths"].values() for operation in path.values()):
            for response in operation["responses"].values():
                content = response.get("content", {})
                if content.get("application/json", {}).get("schema", {}).get("$ref", "").endswith("/Problem"):
                    content[problems.MEDIA_TYPE] = content.pop("application/json")
        app.openapi_schema = document
    return app.openapi_schema
