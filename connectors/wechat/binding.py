"""Binding a user of the account to a customer: 微信 says which user holds the phone, the bank says which customer.

    /wechat/{name}/login     → 微信's page, which sends the browser back with a code
    /wechat/{name}/callback  → whose code it is; on to the bank's login page with a ticket
    POST …/binding           ← the bank's page, with the ticket and the bank's signed word

A cookie ties the three steps to one browser: nobody can have another's login bind his own user.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

import structlog
from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse, RedirectResponse
from pydantic import BaseModel, ConfigDict, Field

from connectors.channels.addresses import Addresses
from connectors.channels.ports import SendError
from connectors.channels.records import Inbound
from connectors.identity.conversations import Conversations
from connectors.identity.tickets import Tickets
from connectors.identity.tokens import BadToken, TokenCheck
from connectors.web.problems import Kind, ProblemError, trace_of
from connectors.wechat.api import WeChatApi
from connectors.wechat.parsing import CHANNEL
from connectors.wechat.settings import WeChatSettings

log = structlog.get_logger(__name__)

COOKIE = "jinwen_bind"
_LIFE_S = 600
_ASKED, _KNOWN = "wechat-login", "wechat-bind"


class BindingIn(BaseModel):
    """The bank's login page hands over both words."""

    model_config = ConfigDict(extra="forbid")

    ticket: str = Field(min_length=1, max_length=200)
    token: str = Field(min_length=1, max_length=8192)


@dataclass(frozen=True, slots=True)
class Binding:
    """What binding needs, for one account. `public` is our address as browsers reach it."""

    settings: WeChatSettings
    api: WeChatApi
    check: TokenCheck
    tickets: Tickets
    addresses: Addresses
    conversations: Conversations
    public: str

    def login(self) -> Response:
        """On to 微信's page."""
        browser = secrets.token_urlsafe(24)
        state = self.tickets.make(_ASKED, {"browser": _digest(browser)})
        query = {
            "appid": self.settings.appid,
            "redirect_uri": f"{self.public}/wechat/{self.settings.name}/callback",
            "response_type": "code",
            "scope": "snsapi_base",
            "state": state,
        }
        address = f"{self.settings.open}/connect/oauth2/authorize?{urlencode(query)}#wechat_redirect"
        answer = RedirectResponse(address, 302)
        secure = self.public.startswith("https://")
        answer.set_cookie(COOKIE, browser, _LIFE_S, httponly=True, samesite="lax", secure=secure)
        return answer

    async def callback(self, request: Request) -> Response:
        """The browser is back: whose it is, and on to the bank's login page. Raises ProblemError."""
        browser = request.cookies.get(COOKIE, "")
        asked = await asyncio.to_thread(self.tickets.take, _ASKED, request.query_params.get("state", ""))
        if asked is None or not hmac.compare_digest(asked["browser"], _digest(browser)):
            raise ProblemError(Kind.SIGN_IN, "登录已过期，请从微信里重新打开")
        try:
            openid = await self.api.openid_of(request.query_params.get("code", ""))
        except SendError as error:
            log.warning("wechat.no_openid", trace_id=trace_of(request), code=error.code)
            raise ProblemError(Kind.SIGN_IN, "微信没有确认身份，请重新打开") from None
        data = {"openid": openid, "browser": asked["browser"]}
        ticket = await asyncio.to_thread(self.tickets.make, _KNOWN, data)
        # Behind #, which no server sees or logs.
        page = f"{self.settings.login_page}#{urlencode({'ticket': ticket, 'account': self.settings.name})}"
        return RedirectResponse(page, 302)

    async def bind(self, given: BindingIn, request: Request) -> Response:
        """The user is the customer from now on. Raises ProblemError."""
        try:
            who = await self.check.check(given.token)
        except BadToken as error:
            log.warning("wechat.bad_token", trace_id=trace_of(request), reason=str(error))
            raise ProblemError(Kind.SIGN_IN, "登录凭证无效，请重新登录") from None
        known = await asyncio.to_thread(self.tickets.take, _KNOWN, given.ticket)
        if known is None or not hmac.compare_digest(known["browser"], _digest(request.cookies.get(COOKIE, ""))):
            raise ProblemError(Kind.SIGN_IN, "登录已过期，请从微信里重新打开")
        moved = await asyncio.to_thread(self._bound, known["openid"], who.customer_id)
        answer = JSONResponse({"bound": True, "moved": moved})
        answer.delete_cookie(COOKIE)
        return answer

    def _bound(self, openid: str, customer_id: str) -> int:
        found = self.addresses.of(Inbound(CHANNEL, self.settings.name, openid, ""))
        session, moved = self.conversations.join(found.session, customer_id)
        self.addresses.bind(found.id, customer_id, session)
        return moved


def router(bindings: Mapping[str, Binding]) -> APIRouter:
    """The routes of the accounts that have a login page."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/wechat/{name}/login")
    async def login(name: str) -> Response:
        """From the account's menu or a link in the chat."""
        return await asyncio.to_thread(_of(bindings, name).login)

    @routes.get("/wechat/{name}/callback")
    async def callback(name: str, request: Request) -> Response:
        """Back from 微信."""
        return await _of(bindings, name).callback(request)

    @routes.post("/api/wechat/{name}/binding")
    async def bind(name: str, given: BindingIn, request: Request) -> Response:
        """From the bank's login page."""
        return await _of(bindings, name).bind(given, request)

    return routes


def _of(bindings: Mapping[str, Binding], name: str) -> Binding:
    if name not in bindings:
        raise ProblemError(Kind.NOT_FOUND)
    return bindings[name]


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
