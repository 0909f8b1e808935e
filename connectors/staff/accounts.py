"""Accounts of staff: making them, signing in with lock-out, and finding who a session or key belongs to."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from connectors.staff.passwords import hashed, matches, nobody
from connectors.staff.roles import Role, scopes_of
from connectors.staff.tables import staff_account, staff_key, staff_session
from dialogue.turn import Principal, PrincipalKind

TRIES = 5
LOCKED_FOR = timedelta(minutes=15)
SESSION_IDLE = timedelta(hours=1)
SESSION_LIFE = timedelta(hours=12)
KEY_LIFE = timedelta(days=365)
_TOUCH = timedelta(minutes=1)
_NAME = re.compile(r"[\w.\-]{2,64}")


class AccountFault(ValueError):
    """What was asked of an account cannot be; the message says why, in Chinese."""


class SignInRefused(Exception):
    """No entry. `locked` tells the record, never the caller, that it was lock-out."""

    def __init__(self, locked: bool = False) -> None:
        super().__init__("sign-in refused")
        self.locked = locked


@dataclass(frozen=True, slots=True)
class Account:
    """A member of staff. Times are UTC."""

    name: str
    display: str
    roles: tuple[Role, ...]
    expires_at: datetime | None = None
    disabled: bool = False
    locked_until: datetime | None = None

    @property
    def principal(self) -> Principal:
        """The account as services see it."""
        return Principal(PrincipalKind.STAFF, self.name, scopes_of(self.roles))

    def may_enter(self, now: datetime) -> bool:
        """Neither disabled nor expired."""
        return not self.disabled and (self.expires_at is None or now < self.expires_at)


@dataclass(frozen=True, slots=True)
class Key:
    """A program's key, of which only a digest is kept."""

    id: str
    label: str
    scopes: tuple[str, ...]
    expires_at: datetime
    revoked: bool


class Accounts:
    """The accounts behind an SQLAlchemy engine whose tables are up to date. Safe between threads."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(
        self, name: str, display: str, password: str, roles: Iterable[Role], expires_at: datetime | None = None
    ) -> Account:
        """A new account. Raises AccountFault (name taken or not fit, no role) and WeakPassword."""
        kept = tuple(dict.fromkeys(roles))
        if not _NAME.fullmatch(name):
            raise AccountFault(f"用户名「{name}」不合适：2 到 64 个字母、数字、汉字或 . _ -")
        if not kept:
            raise AccountFault("至少要有一个角色")
        row = {
            "name": name,
            "display": display or name,
            "password": hashed(password),
            "roles": [r.value for r in kept],
            "created_at": datetime.now(UTC),
            "expires_at": expires_at,
            "disabled": False,
            "failures": 0,
            "locked_until": None,
        }
        try:
            with self._engine.begin() as sql:
                sql.execute(insert(staff_account).values(**row))
        except IntegrityError as error:
            raise AccountFault(f"用户名「{name}」已经有人用了") from error
        return Account(name, display or name, kept, expires_at)

    def all(self) -> list[Account]:
        """Every account, by name."""
        with self._engine.connect() as sql:
            return [_account(row) for row in sql.execute(select(staff_account).order_by(staff_account.c.name))]

    def disable(self, name: str) -> None:
        """Closes an account, its sessions and its keys. Raises AccountFault."""
        self._set(name, disabled=True)
        with self._engine.begin() as sql:
            sql.execute(delete(staff_session).where(staff_session.c.name == name))
            sql.execute(update(staff_key).where(staff_key.c.name == name).values(revoked=True))

    def set_password(self, name: str, password: str) -> None:
        """Sets a new password, ends sessions and lifts a lock-out. Raises AccountFault and WeakPassword."""
        self._set(name, password=hashed(password), failures=0, locked_until=None)
        with self._engine.begin() as sql:
            sql.execute(delete(staff_session).where(staff_session.c.name == name))

    def sign_in(self, name: str, password: str, now: datetime) -> Account:
        """The account of that name and password. Raises SignInRefused; too many failures lock it for a while."""
        with self._engine.connect() as sql:
            row = sql.execute(select(staff_account).where(staff_account.c.name == name)).first()
        right = matches(password, row.password if row else self._nobody)
        if row is None:
            raise SignInRefused
        account = _account(row)
        if account.locked_until is not None and now < account.locked_until:
            raise SignInRefused(locked=True)
        if not right or not account.may_enter(now):
            failures = row.failures + 1
            locked = failures >= TRIES
            self._set(name, failures=0 if locked else failures, locked_until=now + LOCKED_FOR if locked else None)
            raise SignInRefused(locked=locked)
        if row.failures or row.locked_until:
            self._set(name, failures=0, locked_until=None)
        return account

    def open_session(self, name: str, now: datetime) -> str:
        """A new session of an account: its secret, of which only a digest is kept."""
        token = secrets.token_urlsafe(32)
        with self._engine.begin() as sql:
            sql.execute(delete(staff_session).where(staff_session.c.opened_at < now - SESSION_LIFE))
            values = {"key": _digest(token), "name": name, "opened_at": now, "seen_at": now}
            sql.execute(insert(staff_session).values(**values))
        return token

    def end_session(self, token: str) -> None:
        """Ends it; one that is unknown is ended already."""
        with self._engine.begin() as sql:
            sql.execute(delete(staff_session).where(staff_session.c.key == _digest(token)))

    def of_session(self, token: str, now: datetime) -> Account | None:
        """Whose session it is; None when there is none any more or the account may not enter."""
        key = _digest(token)
        with self._engine.connect() as sql:
            joined = staff_session.join(staff_account, staff_session.c.name == staff_account.c.name)
            columns = (*staff_account.c, staff_session.c.opened_at, staff_session.c.seen_at)
            row = sql.execute(select(columns).select_from(joined).where(staff_session.c.key == key)).first()
        if row is None or now - _utc(row.seen_at) > SESSION_IDLE or now - _utc(row.opened_at) > SESSION_LIFE:
            return None
        account = _account(row)
        if not account.may_enter(now):
            return None
        if now - _utc(row.seen_at) > _TOUCH:
            with self._engine.begin() as sql:
                sql.execute(update(staff_session).where(staff_session.c.key == key).values(seen_at=now))
        return account

    def make_key(self, name: str, label: str, scopes: Iterable[str], now: datetime, life: timedelta = KEY_LIFE) -> str:
        """A key for a program, with some of the account's scopes. It is shown once. Raises AccountFault."""
        account = self._get(name)
        wanted = sorted(set(scopes)) or sorted(account.principal.scopes)
        beyond = set(wanted) - account.principal.scopes
        if beyond:
            raise AccountFault(f"{name} 自己没有这些权限：{'、'.join(sorted(beyond))}")
        key_id, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
        row = {
            "id": key_id,
            "name": name,
            "digest": _digest(secret),
            "label": label,
            "scopes": wanted,
            "created_at": now,
            "expires_at": now + life,
            "revoked": False,
        }
        with self._engine.begin() as sql:
            sql.execute(insert(staff_key).values(**row))
        return f"jwk_{key_id}_{secret}"

    def keys(self) -> dict[str, list[Key]]:
        """All keys by the name of their account, oldest first."""
        found: dict[str, list[Key]] = {}
        with self._engine.connect() as sql:
            for row in sql.execute(select(staff_key).order_by(staff_key.c.created_at)):
                key = Key(row.id, row.label, tuple(row.scopes), _utc(row.expires_at), row.revoked)
                found.setdefault(row.name, []).append(key)
        return found

    def revoke_key(self, key_id: str) -> None:
        """Makes a key worthless. Raises AccountFault when there is none of that id."""
        with self._engine.begin() as sql:
            changed = sql.execute(update(staff_key).where(staff_key.c.id == key_id).values(revoked=True))
        if changed.rowcount != 1:
            raise AccountFault(f"没有编号为「{key_id}」的密钥")

    def of_key(self, key: str, now: datetime) -> Principal | None:
        """The program that a key belongs to: never more scopes than its account has now."""
        kind, _, rest = key.partition("_")
        key_id, _, secret = rest.partition("_")
        if kind != "jwk" or not secret:
            return None
        with self._engine.connect() as sql:
            row = sql.execute(select(staff_key).where(staff_key.c.id == key_id)).first()
        if row is None or row.revoked or now >= _utc(row.expires_at):
            return None
        if not hmac.compare_digest(row.digest, _digest(secret)):
            return None
        account = self._get(row.name)
        if not account.may_enter(now):
            return None
        return Principal(PrincipalKind.SERVICE, account.name, frozenset(row.scopes) & account.principal.scopes)

    def _get(self, name: str) -> Account:
        with self._engine.connect() as sql:
            row = sql.execute(select(staff_account).where(staff_account.c.name == name)).first()
        if row is None:
            raise AccountFault(f"没有用户「{name}」")
        return _account(row)

    def _set(self, name: str, **values: Any) -> None:
        with self._engine.begin() as sql:
            if sql.execute(update(staff_account).where(staff_account.c.name == name).values(**values)).rowcount != 1:
                raise AccountFault(f"没有用户「{name}」")

    @cached_property
    def _nobody(self) -> str:
        return nobody()


def csrf_of(token: str) -> str:
    """What a page must send back beside its cookie: another site can make the browser send one, not know the other."""
    return hmac.new(token.encode(), b"csrf", hashlib.sha256).hexdigest()


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _account(row: Any) -> Account:
    roles = tuple(Role(r) for r in row.roles)
    expires = _utc(row.expires_at) if row.expires_at else None
    locked = _utc(row.locked_until) if row.locked_until else None
    return Account(row.name, row.display, roles, expires, row.disabled, locked)


def _utc(stored: datetime) -> datetime:
    # SQLite keeps no time zone; what we write is UTC.
    return stored.replace(tzinfo=UTC) if stored.tzinfo is None else stored.astimezone(UTC)
