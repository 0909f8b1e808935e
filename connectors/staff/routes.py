"""Signing in and out, and who one is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from connectors.staff.accounts import SESSION_LIFE, SignInRefused, csrf_of
from connectors.staff.auth import COOKIE, StaffDep, check_origin, get_member
from connectors.web.deps import WebDep, client_of, take
from connectors.web.problems import Kind, Problem, ProblemError
from connectors.web.settings import Rate
from dialogue.turn import Principal
from kg.journal import Act

router = APIRouter(prefix="/api/v1/staff", tags=["staff"])
_SIGN_IN_RATE = Rate(per_second=0.2, burst=20)


class SignInIn(BaseModel):
    """Name and password."""

    model_config = ConfigDict(extra="forbid", strict=True)
    name: str = Field(min_length=1, max_length=64)
    password: str = Field(min_length=1, max_length=200)


class MeOut(BaseModel):
    """Who is signed in. `csrf` goes back in the header X-CSRF-Token with everything that changes something."""

    name: str
    scopes: list[str]
    csrf: str = ""


_PROBLEMS: dict[int | str, dict[str, Any]] = {
    401: {"model": Problem},
    403: {"model": Problem},
    422: {"model": Problem},
    429: {"model": Problem},
}


@router.post("/session", summary="Sign in", status_code=201, responses=_PROBLEMS)
async def sign_in(staff: StaffDep, web: WebDep, given: SignInIn, request: Request, response: Response) -> MeOut:
    """Opens a session and sets its cookie. Five wrong passwords lock an account for 15 minutes."""
    check_origin(request)
    await take(web, f"signing-in:{client_of(request)}", _SIGN_IN_RATE)
    now = datetime.now(UTC)
    try:
        account = await run_in_threadpool(staff.accounts.sign_in, given.name, given.password, now)
    except SignInRefused as refused:
        act = Act.USER_LOCKED if refused.locked else Act.SIGN_IN_FAILED
        await run_in_threadpool(staff.journal.note, given.name, act)
        raise ProblemError(Kind.SIGN_IN, "用户名或密码不对；连续输错五次会锁定 15 分钟") from None
    token = await run_in_threadpool(staff.accounts.open_session, account.name, now)
    await run_in_threadpool(staff.journal.note, account.name, Act.SIGNED_IN)
    secure = "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", ""))
    life = int(SESSION_LIFE.total_seconds())
    response.set_cookie(COOKIE, token, max_age=life, httponly=True, samesite="strict", secure=secure, path="/")
    return MeOut(name=account.name, scopes=sorted(account.principal.scopes), csrf=csrf_of(token))


@router.get("/me", summary="Who am I", responses=_PROBLEMS)
async def me(principal: Annotated[Principal, Depends(get_member)], request: Request) -> MeOut:
    """Name, scopes, and the token that changes need."""
    token = request.cookies.get(COOKIE, "")
    return MeOut(name=principal.id, scopes=sorted(principal.scopes), csrf=csrf_of(token) if token else "")


@router.delete("/session", summary="Sign out", status_code=204, responses=_PROBLEMS)
async def sign_out(
    _principal: Annotated[Principal, Depends(get_member)], staff: StaffDep, request: Request, response: Response
) -> None:
    """Ends the session on the server; the cookie is worthless then."""
    await run_in_threadpool(staff.accounts.end_session, request.cookies.get(COOKIE, ""))
    response.delete_cookie(COOKIE, path="/")
