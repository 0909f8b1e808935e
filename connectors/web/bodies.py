"""Request bodies: read whole within a size and a time before anything else looks at them, and JSON only."""

from __future__ import annotations

import asyncio

from starlette.datastructures import Headers
from starlette.requests import ClientDisconnect
from starlette.types import Message, Receive

from connectors.web.problems import Kind, ProblemError


async def read_body(
    headers: Headers, receive: Receive, limit: int, seconds: float, *, any_media: bool = False
) -> bytes:
    """The whole body of a request.

    Args:
        limit: the most bytes it may have.
        seconds: the time it may take.
        any_media: take what is not JSON, too.

    Raises:
        ProblemError: too large, too slow, or not JSON.
        ClientDisconnect: the client went away.
    """
    too_large = ProblemError(Kind.TOO_LARGE, f"请求内容最多{_size(limit)}", headers={"Connection": "close"})
    declared = headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        raise too_large
    body = bytearray()
    try:
        async with asyncio.timeout(seconds):
            more = True
            while more:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                body += message.get("body", b"")
                if len(body) > limit:
                    raise too_large
                more = message.get("more_body", False)
    except TimeoutError:
        raise ProblemError(Kind.SLOW_BODY, "请重新发送", headers={"Connection": "close"}) from None
    if body and not any_media and not _is_json(headers.get("content-type", "")):
        raise ProblemError(Kind.MEDIA, "请把Content-Type设为application/json（UTF-8）")
    return bytes(body)


def replaying(body: bytes, receive: Receive) -> Receive:
    """A receive channel that gives the body read before, then whatever comes after it."""
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def _size(limit: int) -> str:
    return f"{limit // 10**6}兆字节" if limit >= 10**6 else f"{limit // 1024}千字节"


def _is_json(content_type: str) -> bool:
    media, _, parameters = content_type.lower().partition(";")
    charset = parameters.strip().replace('"', "").removeprefix("charset=")
    return media.strip() == "application/json" and charset in ("", "utf-8", "utf8")
