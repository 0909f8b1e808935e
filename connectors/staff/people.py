"""Accounts over HTTP, for who manages them: who there is, adding, closing, passwords, keys of programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, TypeVar

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from connectors.staff.accounts import Account, AccountFault, Key
from connectors.staff.auth import Staff, StaffDep, may
from connectors.staff.passwords import WeakPassword
from connectors.staff.roles import Role, Scope
from connectors.web.problems import Kind, Problem, ProblemError
from dialogue.turn import Principal
from kg.journal import Act

T = TypeVar("T")
_PROBLEMS: dict[int | str, dict[str, Any]] = {status: {"model": Problem} for status in (401, 403, 422, 429)}
router = APIRouter(prefix="/api/v1/staff/people", tags=["staff"], responses=_PROBLEMS)
Manager = Annotated[Principal, Depends(may(Scope.USERS))]
Name = Annotated[str, Field(min_length=2, max_length=64)]
Password = Annotated[str, Field(min_length=1, max_length=200)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PersonIn(_In):
    """A new account; `days` after which it expires, 0 for never."""

    name: Name
    display: str = Field(default="", max_length=200)
    password: Password
    roles: list[Role] = Field(min_length=1, max_length=6)
    days: int = Field(default=0, ge=0, le=3650)


class NameIn(_In):
    """Whose account it is."""

    name: Name


class PasswordIn(NameIn):
    """A new password."""

    password: Password


class KeyIn(NameIn):
    """A key for a program that acts for the account, with some of its scopes (all of them if none is named)."""

    label: str = Field(default="", max_length=200)
    scopes: list[Scope] = Field(default=[], max_length=20)
    days: int = Field(default=365, ge=1, le=3650)


class KeyIdIn(_In):
    """Which key."""

    id: str = Field(pattern=r"^[0-9a-f]{12}$")


class KeyOut(BaseModel):
    """A key without its secret."""

    id: str
    label: str
    scopes: list[str]
    expires: str
    revoked: bool


class PersonOut(BaseModel):
    """An account. `state` is open, locked, expired or disabled."""

    name: str
    display: str
    roles: list[str]
    state: str
    expires: str
    keys: list[KeyOut]


class NewKeyOut(BaseModel):
    """The key whole: it is shown this once."""

    key: str


@router.get("", summary="List accounts")
async def people(staff: StaffDep, _who: Manager) -> list[PersonOut]:
    """By name, each with its keys."""
    return await _people(staff)


@router.post("", summary="Add an account", status_code=201)
async def add(staff: StaffDep, who: Manager, given: PersonIn) -> list[PersonOut]:
    """All accounts, with the new one. The first approver can only be added on the machine itself."""
    known = await run_in_threadpool(staff.accounts.all)
    if Role.APPROVER in given.roles and not any(Role.APPROVER in a.roles for a in known):
        raise ProblemError(Kind.NOT_PERMITTED, "第一位审批人要在服务器上添加：./jinwen user add 用户名 --role approver")
    expires = datetime.now(UTC) + timedelta(days=given.days) if given.days else None
    words = (given.name, given.display, given.password, given.roles, expires)
    await _done(lambda: staff.accounts.add(*words))
    await _note(staff, who, Act.USER_ADDED, who=given.name, roles=[r.value for r in given.roles])
    return await _people(staff)


@router.post("/password", summary="Set a password")
async def set_password(staff: StaffDep, who: Manager, given: PasswordIn) -> list[PersonOut]:
    """Ends the account's sessions and lifts a lock-out."""
    await _done(lambda: staff.accounts.set_password(given.name, given.password))
    await _note(staff, who, Act.USER_CHANGED, who=given.name, password=True)
    return await _people(staff)


@router.post("/disable", summary="Close an account")
async def disable(staff: StaffDep, who: Manager, given: NameIn) -> list[PersonOut]:
    """With its sessions and keys. Nobody closes his own."""
    if given.name == who.id:
        raise ProblemError(Kind.NOT_PERMITTED, "不能停用自己的账号；请另一位管理员来做")
    await _done(lambda: staff.accounts.disable(given.name))
    await _note(staff, who, Act.USER_CHANGED, who=given.name, disabled=True)
    return await _people(staff)


@router.post("/keys", summary="Make a key", status_code=201)
async def make_key(staff: StaffDep, who: Manager, given: KeyIn) -> NewKeyOut:
    """For a program; it is shown once."""
    now, life = datetime.now(UTC), timedelta(days=given.days)
    scopes = [s.value for s in given.scopes]
    made = await _done(lambda: staff.accounts.make_key(given.name, given.label, scopes, now, life))
    await _note(staff, who, Act.KEY_MADE, who=given.name, label=given.label, key=made.split("_")[1])
    return NewKeyOut(key=made)


@router.post("/keys/revoke", summary="Revoke a key")
async def revoke_key(staff: StaffDep, who: Manager, given: KeyIdIn) -> list[PersonOut]:
    """It is worthless from now on."""
    await _done(lambda: staff.accounts.revoke_key(given.id))
    await _note(staff, who, Act.KEY_REVOKED, key=given.id)
    return await _people(staff)


async def _people(staff: Staff) -> list[PersonOut]:
    accounts, keys = await run_in_threadpool(lambda: (staff.accounts.all(), staff.accounts.keys()))
    return [_person(a, keys.get(a.name, []), datetime.now(UTC)) for a in accounts]


def _person(account: Account, keys: list[Key], now: datetime) -> PersonOut:
    locked = account.locked_until is not None and account.locked_until > now
    state = "disabled" if account.disabled else "locked" if locked else "open" if account.may_enter(now) else "expired"
    return PersonOut(
        name=account.name,
        display=account.display,
        roles=[r.value for r in account.roles],
        state=state,
        expires=account.expires_at.isoformat() if account.expires_at else "",
        keys=[
            KeyOut(id=k.id, label=k.label, scopes=list(k.scopes), expires=k.expires_at.isoformat(), revoked=k.revoked)
            for k in keys
        ],
    )


async def _done(work: Callable[[], T]) -> T:
    """The result; what an account can't be is told in words."""
    try:
        return await run_in_threadpool(work)
    except (AccountFault, WeakPassword) as fault:
        raise ProblemError(Kind.REFUSED, str(fault)) from None


async def _note(staff: Staff, by: Principal, act: Act, **detail: Any) -> None:
    await run_in_threadpool(lambda: staff.journal.note(by.id, act, **detail))
