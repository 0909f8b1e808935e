"""What the simulated platforms share: calls that answer or fail as planned, and the page."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Protocol

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from connectors.simulators.faults import Fault, Faults
from connectors.simulators.wechat_rules import Broken, TokenDesk, read_raw

_PAGE = Path(__file__).with_name("page")
_SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
}
_MEDIA = {"page.js": "text/javascript; charset=utf-8", "page.css": "text/css; charset=utf-8"}

Call = Callable[[dict[str, Any]], dict[str, Any]]


class Guarded(Protocol):
    """A platform whose calls need a token."""

    tokens: TokenDesk
    faults: Faults


def guarded(platform: Guarded, path: str, made: Call) -> Callable[[Request], Awaitable[Response]]:
    """A route for a call that needs the token."""

    async def call(request: Request) -> Response:
        def checked(body: dict[str, Any]) -> dict[str, Any]:
            platform.tokens.check(request.query_params.get("access_token", ""))
            return made(body)

        return await answered(platform.faults, path, request, checked)

    return call


async def answered(faults: Faults, path: str, request: Request, made: Call) -> Response:
    """The answer to a call, or the fault that was planned for it."""
    fault = faults.take(path)
    if fault is not None and not fault.after:
        await faults.keep_silent(fault)
        return _wrong(fault)
    raw = await request.body()
    try:
        answer = {"errcode": 0, "errmsg": "ok", **made(read_raw(raw) if raw else {})}
    except Broken as broken:
        answer = {"errcode": broken.code, "errmsg": broken.message}
    if fault is not None:
        await faults.keep_silent(fault)
        return _wrong(fault)
    return JSONResponse(answer)


def add_page(app: FastAPI) -> None:
    """The page of a chat as on the phone."""

    @app.get("/")
    async def page() -> Response:
        """The page."""
        return Response((_PAGE / "page.html").read_bytes(), media_type="text/html; charset=utf-8", headers=_SECURITY)

    @app.get("/page/{name}")
    async def file(name: str) -> Response:
        """Script and style of the page."""
        if name not in _MEDIA:
            return Response(status_code=404)
        return Response((_PAGE / name).read_bytes(), media_type=_MEDIA[name], headers=_SECURITY)


def _wrong(fault: Fault) -> Response:
    if fault.code:
        return JSONResponse({"errcode": fault.code, "errmsg": "simulated"}, fault.status)
    return Response("upstream error", fault.status)
