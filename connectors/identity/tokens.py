"""Checking the bank's word on who somebody is: a JWT signed by its key, for us, fresh, and not called back."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

import jwt
from sqlalchemy import delete, insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from connectors.channels.clock import Clock, utc_now
from connectors.channels.tables import revoked
from connectors.identity.jwks import Jwks
from connectors.identity.settings import ALGORITHMS, IssuerSettings

_NEEDED = ["exp", "iat", "sub", "aud", "iss", "jti"]
_LONGEST, _LONGEST_NAME = 8192, 128


class BadToken(Exception):
    """A token that proves nothing. The message is for the log; `expired` lets the caller ask for a fresh one."""

    def __init__(self, why: str, *, expired: bool = False) -> None:
        super().__init__(why)
        self.expired = expired


@dataclass(frozen=True, slots=True)
class Identity:
    """A customer on the bank's word, until `expires`."""

    customer_id: str
    token_id: str
    expires: datetime


class TokenCheck:
    """Checks tokens of one issuer. `customer_of` leads from `sub` to the customer; it may block on the database."""

    def __init__(
        self,
        settings: IssuerSettings,
        jwks: Jwks,
        engine: Engine,
        clock: Clock = utc_now,
        *,
        customer_of: Callable[[str], str] = str,
    ) -> None:
        self._settings = settings
        self._jwks = jwks
        self._engine = engine
        self._clock = clock
        self._customer_of = customer_of

    async def check(self, token: str) -> Identity:
        """Whom the token is about. Raises BadToken."""
        if len(token) > _LONGEST:
            raise BadToken("too long")
        try:
            header = jwt.get_unverified_header(token)
        except jwt.PyJWTError as error:
            raise BadToken(f"no token: {type(error).__name__}") from None
        if header.get("alg") not in ALGORITHMS:
            raise BadToken("algorithm not allowed")
        key = await self._jwks.key(str(header.get("kid", "")))
        if key is None:
            raise BadToken("unknown key")
        identity = self._read(token, key, str(header["alg"]))
        if await asyncio.to_thread(self._is_revoked, identity.token_id):
            raise BadToken("called back")
        return replace(identity, customer_id=await asyncio.to_thread(self._customer_of, identity.customer_id))

    def _read(self, token: str, key: jwt.PyJWK, algorithm: str) -> Identity:
        settings = self._settings
        try:
            # Time is judged below, by our clock: the library has its own.
            options: Any = {"require": _NEEDED, "verify_exp": False, "verify_iat": False, "verify_nbf": False}
            claims = jwt.decode(token, key, [algorithm], options, audience=settings.audience, issuer=settings.issuer)
            issued, ends = int(claims["iat"]), int(claims["exp"])
            begins = int(claims.get("nbf", issued))
        except (jwt.PyJWTError, TypeError, ValueError) as error:
            raise BadToken(type(error).__name__) from None
        now = self._clock().timestamp()
        if ends - issued > settings.max_life or begins > now + settings.leeway:
            raise BadToken("lives too long or is not good yet")
        if ends < now - settings.leeway:
            raise BadToken("expired", expired=True)
        subject, token_id = str(claims["sub"]), str(claims["jti"])
        if not 0 < len(subject) <= _LONGEST_NAME or not 0 < len(token_id) <= _LONGEST_NAME:
            raise BadToken("sub or jti is empty or too long")
        return Identity(subject, token_id, datetime.fromtimestamp(ends, UTC))

    async def revoke(self, identity: Identity) -> None:
        """Calls a token back: signed out, or a device lost."""
        await asyncio.to_thread(self._revoke, identity)

    def _revoke(self, identity: Identity) -> None:
        try:
            with self._engine.begin() as sql:
                sql.execute(delete(revoked).where(revoked.c.expires_at < self._clock()))
                sql.execute(insert(revoked).values(jti=identity.token_id, expires_at=identity.expires))
        except IntegrityError:
            pass  # called back already

    def _is_revoked(self, token_id: str) -> bool:
        with self._engine.connect() as sql:
            return sql.execute(select(revoked.c.jti).where(revoked.c.jti == token_id)).first() is not None
