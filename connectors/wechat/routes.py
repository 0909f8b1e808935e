"""The addresses that the platform calls: GET to check them, POST with messages and events."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from fastapi import APIRouter, Request, Response
from starlette.background import BackgroundTask

from connectors.web.bodies import read_body
from connectors.web.problems import Kind, ProblemError, trace_of
from connectors.wechat.crypto import CryptoError
from connectors.wechat.envelope import Refusal
from connectors.wechat.service import WeChatAccount
from connectors.wechat.xml import MAX_BODY, XmlFault

log = structlog.get_logger(__name__)

_BODY_SECONDS = 4.0


def router(accounts: Mapping[str, WeChatAccount]) -> APIRouter:
    """Routes `/wechat/{name}` of the accounts by name."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/wechat/{name}")
    async def check(name: str, request: Request) -> Response:
        """The platform checks that the address is ours."""
        account = _account(accounts, name)
        try:
            return Response(account.echo(request.query_params), media_type="text/plain")
        except Refusal as refusal:
            return _refused(request, name, refusal)

    @routes.post("/wechat/{name}")
    async def receive(name: str, request: Request) -> Response:
        """A message or an event."""
        account = _account(accounts, name)
        body = await read_body(request.headers, request.receive, MAX_BODY, _BODY_SECONDS, any_media=True)
        try:
            answer = await account.receive(request.query_params, body, trace_of(request))
        except (Refusal, XmlFault, CryptoError) as refusal:
            return _refused(request, name, refusal)
        media = "text/plain" if answer.body in ("", "success") else "application/xml"
        if answer.delivery is None:
            return Response(answer.body, answer.status, media_type=media)
        if await request.is_disconnected():
            await account.lost(answer.delivery)
            return Response(status_code=503)
        after = BackgroundTask(account.answered, answer.delivery)
        return Response(answer.body, answer.status, media_type=media, background=after)

    return routes


def _account(accounts: Mapping[str, WeChatAccount], name: str) -> WeChatAccount:
    if name not in accounts:
        raise ProblemError(Kind.NOT_FOUND)
    return accounts[name]


def _refused(request: Request, name: str, refusal: Exception) -> Response:
    # Who asks wrongly learns nothing of what was wrong.
    log.warning("wechat.refused", account=name, trace_id=trace_of(request), reason=str(refusal))
    return Response(status_code=400 if isinstance(refusal, XmlFault) else 403)
