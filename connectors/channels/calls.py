"""Calls to a platform: JSON both ways, and every way of failing sorted into sent, surely not sent, and unknown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import httpx

from connectors.channels.ports import NotSent, Refused, Unknown

TIMEOUT = httpx.Timeout(10.0, connect=5.0)
_NEVER_LEFT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_MAX_ANSWER = 1_000_000


async def post_json(
    client: httpx.AsyncClient, url: str, body: Mapping[str, Any], params: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """The platform's answer. The body goes out as raw UTF-8: the platforms show \\u escapes as they stand.

    Raises:
        NotSent: it never left, or the platform did not take it in.
        Unknown: it left, and no answer came back.
        Refused: the answer is none.
    """
    content = json.dumps(body, ensure_ascii=False).encode()
    headers = {"Content-Type": "application/json; charset=utf-8"}
    return await _asked(client, client.build_request("POST", url, content=content, params=params, headers=headers))


async def get_json(client: httpx.AsyncClient, url: str, params: Mapping[str, str]) -> dict[str, Any]:
    """The platform's answer to a question; raises as post_json does."""
    return await _asked(client, client.build_request("GET", url, params=params))


async def _asked(client: httpx.AsyncClient, request: httpx.Request) -> dict[str, Any]:
    request.extensions = {**request.extensions, "timeout": TIMEOUT.as_dict()}
    try:
        answer = await client.send(request)
    except _NEVER_LEFT as error:
        raise NotSent("unreachable", type(error).__name__) from None  # its text may carry the token
    except httpx.HTTPError as error:
        raise Unknown("no-answer", type(error).__name__) from None
    return read_answer(answer)


def read_answer(answer: httpx.Response) -> dict[str, Any]:
    """The JSON object of a platform's answer; raises as post_json does."""
    if answer.status_code in (429, 503):
        raise NotSent(f"http-{answer.status_code}", "busy")
    if answer.status_code >= 500:
        raise Unknown(f"http-{answer.status_code}", "broken")
    if answer.status_code != 200 or len(answer.content) > _MAX_ANSWER:
        raise Refused(f"http-{answer.status_code}", "not accepted")
    try:
        read = json.loads(answer.content)
    except (ValueError, RecursionError):
        raise Unknown("unreadable", "the answer is no JSON") from None
    if not isinstance(read, dict):
        raise Unknown("unreadable", "the answer is no object")
    return read
