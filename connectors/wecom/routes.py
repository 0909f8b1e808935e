"""The addresses that 企业微信 calls."""

from __future__ import annotations

from collections.abc import Mapping

import structlog
from fastapi import APIRouter, Request, Response

from connectors.web.bodies import read_body
from connectors.web.problems import Kind, ProblemError, trace_of
from connectors.wechat.crypto import CryptoError
from connectors.wechat.envelope import Refusal
from connectors.wechat.xml import MAX_BODY, XmlFault
from connectors.wecom.service import WeComAccount

log = structlog.get_logger(__name__)

_BODY_SECONDS = 4.0


def router(accounts: Mapping[str, WeComAccount]) -> APIRouter:
    """Routes `/wecom/{name}` of the applications by name."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/wecom/{name}")
    async def check(name: str, request: Request) -> Response:
        """The platform checks that the address is ours: the plain text as it is, within a second."""
        account = _account(accounts, name)
        try:
            return Response(account.echo(request.query_params), media_type="text/plain")
        except CryptoError as refusal:
            return _refused(request, name, refusal)

    @routes.post("/wecom/{name}")
    async def receive(name: str, request: Request) -> Response:
        """Something happened."""
        account = _account(accounts, name)
        body = await read_body(request.headers, request.receive, MAX_BODY, _BODY_SECONDS, any_media=True)
        try:
            await account.receive(request.query_params, body, trace_of(request))
        except (Refusal, XmlFault, CryptoError) as refusal:
            return _refused(request, name, refusal)
        return Response("success", media_type="text/plain")

    return routes


def _account(accounts: Mapping[str, WeComAccount], name: str) -> WeComAccount:
    if name not in accounts:
        raise ProblemError(Kind.NOT_FOUND)
    return accounts[name]


def _refused(request: Request, name: str, refusal: Exception) -> Response:
    log.warning("wecom.refused", account=name, trace_id=trace_of(request), reason=str(refusal))
    return Response(status_code=400 if isinstance(refusal, XmlFault) else 403)
