"""The outermost layer: a trace id for each request, who may call, bodies, security headers, and no bare errors."""

from __future__ import annotations

import re
import secrets

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import ClientDisconnect
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from connectors.web.bodies import read_body, replaying
from connectors.web.origins import OriginPolicy
from connectors.web.problems import Kind, ProblemError
from connectors.web.settings import WebSettings

log = structlog.get_logger(__name__)

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_GUARDED = ("/api/", "/readyz", "/healthz")
_ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "strict-origin-when-cross-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
# What a response gets unless it says otherwise: data, no page.
_DEFAULTS = {
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}


class Edge:
    """ASGI middleware around the whole application."""

    def __init__(self, app: ASGIApp, settings: WebSettings) -> None:
        self._app = app
        self._settings = settings
        self._policy = OriginPolicy(settings.allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handles one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        trace_id = _trace_id(headers)
        scope.setdefault("state", {})["trace_id"] = trace_id
        started = False

        async def send_dressed(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._dress(scope, headers, MutableHeaders(scope=message), trace_id)
            await send(message)

        try:
            await self._guarded(scope, headers, receive, send_dressed)
        except ClientDisconnect:
            log.info("web.client_gone", trace_id=trace_id)
        except ProblemError as problem:
            await problem.response(trace_id)(scope, receive, send_dressed)
        except Exception:
            log.exception("web.request_failed", method=scope["method"], trace_id=trace_id)
            if started:
                raise  # the answer is half out: only breaking the connection tells the client
            failure = ProblemError(Kind.INTERNAL, "请稍后再试；反馈问题时请提供追踪号")
            await failure.response(trace_id)(scope, receive, send_dressed)

    async def _guarded(self, scope: Scope, headers: Headers, receive: Receive, send: Send) -> None:
        if not scope["path"].startswith(_GUARDED):
            await self._app(scope, receive, send)
            return
        if not self._policy.admits(headers):
            raise ProblemError(Kind.FORBIDDEN_ORIGIN, "请联系银行把网站加入许可名单")
        if scope["method"] == "OPTIONS" and "access-control-request-method" in headers:
            response = Response(status_code=204)
            for name, value in self._policy.preflight_headers():
                response.headers[name] = value
            await response(scope, receive, send)
            return
        if scope["path"] in self._settings.uploads:
            pass  # read by the route, after it has seen who sends it
        elif scope["method"] not in ("GET", "HEAD", "OPTIONS"):
            body = await read_body(headers, receive, self._settings.max_body, self._settings.body_timeout)
            receive = replaying(body, receive)
        await self._app(scope, receive, send)

    def _dress(self, scope: Scope, request: Headers, response: MutableHeaders, trace_id: str) -> None:
        response["X-Trace-Id"] = trace_id
        for name, value in _ALWAYS.items():
            response[name] = value
        for name, value in _DEFAULTS.items():
            response.setdefault(name, value)
        if scope["path"].startswith(_GUARDED):
            for name, value in self._policy.response_headers(request):
                response[name] = value


def _trace_id(headers: Headers) -> str:
    # A caller's W3C trace goes on; anything else in that header is not ours to repeat.
    match = _TRACEPARENT.fullmatch(headers.get("traceparent", ""))
    return match.group(1) if match else secrets.token_hex(16)
