"""The issuer's public keys: read once, read again when a token names a key that is new."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import jwt
import structlog

from connectors.identity.settings import ALGORITHMS

log = structlog.get_logger(__name__)

MAX_AGE_S = 600.0
MIN_INTERVAL_S = 30.0
_MAX_BYTES = 256 * 1024


class Jwks:
    """Keys by id. `where` is an address or a file; `clock` gives monotonic seconds."""

    def __init__(
        self, where: str, client: httpx.AsyncClient | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._where = where
        self._client = client
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._read_at: float | None = None
        self._alone = asyncio.Lock()

    async def key(self, kid: str) -> jwt.PyJWK | None:
        """The key of that id. An unknown one has the keys read again, but not for every token that somebody makes
        up; keys that can't be read again stay good for a while."""
        if kid not in self._keys or self._age() > MAX_AGE_S:
            async with self._alone:
                if (kid not in self._keys and self._age() > MIN_INTERVAL_S) or self._age() > MAX_AGE_S:
                    await self._read()
        return self._keys.get(kid)

    def _age(self) -> float:
        return float("inf") if self._read_at is None else self._clock() - self._read_at

    async def _read(self) -> None:
        self._read_at = self._clock()
        try:
            found = json.loads(await self._text())
            self._keys = {k["kid"]: jwt.PyJWK(k) for k in found["keys"] if _usable(k)}
        except (OSError, httpx.HTTPError, ValueError, KeyError, TypeError, jwt.PyJWTError) as error:
            log.error("identity.keys_unread", where=self._where, error=type(error).__name__)

    async def _text(self) -> str:
        if urlsplit(self._where).scheme in ("http", "https"):
            assert self._client is not None, "keys at an address need a client"
            answer = await self._client.get(self._where, timeout=5.0, follow_redirects=False)
            if answer.status_code != 200 or len(answer.content) > _MAX_BYTES:
                raise ValueError(f"status {answer.status_code}, {len(answer.content)} bytes")
            return answer.text
        return await asyncio.to_thread(lambda: Path(self._where).read_text(encoding="utf-8"))


def _usable(key: dict[str, Any]) -> bool:
    """A public signing key of a kind we take: no shared secrets, no encryption keys."""
    algorithm = key.get("alg", "")
    return (
        bool(key.get("kid"))
        and key.get("use", "sig") == "sig"
        and (not algorithm or algorithm in ALGORITHMS)
        and (key.get("kty") in ("EC", "RSA", "OKP"))
    )
