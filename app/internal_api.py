"""The door for this installation's own command line: whole turns, with the day and the revision, guarded by a token."""

from __future__ import annotations

import hmac
import json
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from app.front import Front
from dialogue.wire import turn_in_from_json, turn_out_to_json

TURNS = "/internal/v1/turns"
READY = "/internal/v1/ready"
FORGET = "/internal/v1/forget"
MAX_BODY = 1_000_000


def internal_router(front: Front, token: str) -> APIRouter:
    """Routes that only who can read the server file may call; to others they look like nothing."""
    router = APIRouter(include_in_schema=False)

    def allowed(request: Request) -> bool:
        given = request.headers.get("authorization", "")
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())

    @router.post(TURNS)
    async def turns(request: Request) -> Response:
        if not allowed(request):
            return _refused()
        if int(request.headers.get("content-length", MAX_BODY + 1)) > MAX_BODY:
            return Response(status_code=413)
        turn = turn_in_from_json(json.loads(await request.body()))
        made = await front.handle(turn)
        return JSONResponse(turn_out_to_json(made))

    @router.post(FORGET)
    async def forget(request: Request) -> Response:
        if not allowed(request):
            return _refused()
        await front.forget(str(json.loads(await request.body())["prefix"]))
        return JSONResponse({})

    @router.get(READY)
    async def ready(request: Request) -> Response:
        if not allowed(request):
            return _refused()
        state = front.readiness()
        body: dict[str, Any] = {"ready": state.ready, "waiting_for": state.waiting_for}
        return JSONResponse(body)

    return router


def _refused() -> Response:
    return Response(status_code=404)
