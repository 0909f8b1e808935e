"""Idempotency keys: the same key and request of a client get the same reply; another request under it is refused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import BaseModel
from sqlalchemy import insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from connectors.web.problems import Kind, ProblemError
from growth.tables import idempotency

Out = TypeVar("Out", bound=BaseModel)


def once(
    engine: Engine, client: str, key: str | None, body: BaseModel, *, make: Callable[[], Out], kind: type[Out]
) -> Out:
    """The reply under this key, made now if it was never made. ProblemError for a key used for another request."""
    if not key:
        return make()
    digest = hashlib.sha256((type(body).__name__ + body.model_dump_json()).encode()).hexdigest()
    known = _known(engine, client, key, digest, kind)
    if known is not None:
        return known
    made = make()
    row = {"client": client, "key": key, "request": digest, "reply": made.model_dump(mode="json")}
    try:
        with engine.begin() as connection:
            connection.execute(insert(idempotency), {**row, "at": datetime.now(UTC)})
    except IntegrityError:  # the same request at the same time: the first one's reply counts for both
        return _known(engine, client, key, digest, kind) or made
    return made


def _known(engine: Engine, client: str, key: str, digest: str, kind: type[Out]) -> Out | None:
    which = select(idempotency).where(idempotency.c.client == client, idempotency.c.key == key)
    with engine.connect().execution_options(jinwen_read=True) as connection:
        row = connection.execute(which).first()
    if row is None:
        return None
    if row.request != digest:
        raise ProblemError(Kind.CONFLICT, "这个Idempotency-Key已用于另一个请求；换一个新的")
    return kind.model_validate(row.reply)
