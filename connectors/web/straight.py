"""Saying something without the walk through the tree of dependencies.

FastAPI takes up every dependency of an operation, and each parameter of those, anew for every request: a quarter of
what the gateway does for a message while somebody waits. The operation is declared as all others are, for its words
and types in the documentation; only what calls it is written out here, in the order in which FastAPI would call.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, ValidationError

from connectors.web.deps import Web, get_talking_session, limit_client, web_of
from connectors.web.ports import Session
from connectors.web.problems import Kind, ProblemError
from connectors.web.schemas import MessageIn

M = TypeVar("M", bound=BaseModel)
NOTHING = object()
"""Given where a request has no body; null is a body."""
Said = Callable[[Web, Session, MessageIn, Request], Coroutine[Any, Any, Response]]


class MessageRoute(APIRoute):
    """The route of an operation (web, session, message, request) below `/…/{session_id}/…`."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """FastAPI's way to handle a request otherwise."""
        say: Said = self.endpoint

        async def handle(request: Request) -> Response:
            given = await json_of(request)
            await limit_client(request)
            session = await get_talking_session(request, request.path_params["session_id"])
            return await say(web_of(request), session, checked(MessageIn, given), request)

        return handle


async def json_of(request: Request) -> Any:
    """The body, or NOTHING. Raises RequestValidationError or ProblemError for what is no JSON."""
    body = await request.body()  # the edge lets nothing through that doesn't say it is JSON
    try:
        return json.loads(body) if body else NOTHING
    except json.JSONDecodeError as error:
        raise RequestValidationError(
            [{"type": "json_invalid", "loc": ("body", error.pos), "msg": error.msg}]
        ) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise ProblemError(Kind.MALFORMED_JSON) from error


def checked(model: type[M], given: Any) -> M:
    """What was given as a model. Raises RequestValidationError with the places of all that doesn't fit."""
    if given is NOTHING:
        raise RequestValidationError([{"type": "missing", "loc": ("body",), "msg": "Field required"}])
    try:
        return model.model_validate(given, from_attributes=True)
    except ValidationError as error:
        faults = error.errors(include_url=False)
        raise RequestValidationError([{**fault, "loc": ("body", *fault["loc"])} for fault in faults]) from error
