"""Who of the staff sends a request: by the cookie of our own pages, with proof against forgery, or by a key."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from fastapi.security import APIKeyCookie, HTTPBearer
from starlette.concurrency import run_in_threadpool

from connectors.staff.accounts import Accounts, csrf_of
from connectors.staff.roles import Scope
from connectors.web.deps import WebDep, limit_client
from connectors.web.origins import OriginPolicy
from connectors.web.problems import Kind, ProblemError
from dialogue.turn import Principal
from kg.journal import Journal

COOKIE = "jinwen_staff"
CSRF = "x-csrf-token"
_SAFE = ("GET", "HEAD", "OPTIONS")
_OWN_PAGES = OriginPolicy(frozenset())
cookie_scheme = APIKeyCookie(name=COOKIE, auto_error=False, description="As POST /staff/session sets it")
key_scheme = HTTPBearer(auto_error=False, description="A key that `jinwen user key` made")


@dataclass(frozen=True, slots=True)
class Staff:
    """The services of staff; one per application."""

    accounts: Accounts
    journal: Journal


async def get_staff(request: Request) -> Staff:
    """The services of the application that answers."""
    staff = request.app.state.staff
    assert isinstance(staff, Staff)
    return staff


StaffDep = Annotated[Staff, Depends(get_staff)]


async def get_member(
    request: Request,
    staff: StaffDep,
    _web: WebDep,
    _limited: Annotated[None, Depends(limit_client)],
    _cookie: Annotated[str | None, Depends(cookie_scheme)],
    _key: Annotated[Any, Depends(key_scheme)],
) -> Principal:
    """The member of staff, or the program, that sends the request.

    Raises:
        ProblemError: nobody is signed in; or a page of another site made the browser send this.
    """
    now = datetime.now(UTC)
    kind, _, key = request.headers.get("authorization", "").partition(" ")
    if kind.lower() == "bearer":
        principal = await run_in_threadpool(staff.accounts.of_key, key.strip(), now)
        if principal is None:
            raise ProblemError(Kind.SIGN_IN, "密钥不对、已过期或已作废")
        return principal
    token = request.cookies.get(COOKIE, "")
    account = await run_in_threadpool(staff.accounts.of_session, token, now) if token else None
    if account is None:
        raise ProblemError(Kind.SIGN_IN, "请登录后再来")
    check_origin(request)
    if request.method not in _SAFE and not hmac.compare_digest(
        request.headers.get(CSRF, "").encode(), csrf_of(token).encode()
    ):
        raise ProblemError(Kind.NOT_PERMITTED, "这个请求不是从本系统的页面发出的；刷新页面再试")
    return account.principal


def check_origin(request: Request) -> None:
    """Refuses what a page of another site makes a browser send, be it one that may show the chat."""
    if not _OWN_PAGES.admits(request.headers) or request.headers.get("sec-fetch-site") in ("cross-site", "same-site"):
        raise ProblemError(Kind.FORBIDDEN_ORIGIN, "员工的操作只接受本系统的页面")


def may(*scopes: Scope) -> Callable[..., Coroutine[Any, Any, Principal]]:
    """A dependency: the principal, who has at least one of the scopes."""

    async def checked(principal: Annotated[Principal, Depends(get_member)]) -> Principal:
        if not principal.scopes.intersection(scopes):
            raise ProblemError(Kind.NOT_PERMITTED, "您的角色不能做这件事；请找管理员或有此角色的同事")
        return principal

    return checked
