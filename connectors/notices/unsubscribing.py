"""Refusing by link: the address carries who refuses what, signed; only a POST counts, for robots follow links."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac

from fastapi import APIRouter, Request, Response

from connectors.notices.store import Medium, NoticeStore, recipient_digest
from connectors.web.problems import Kind, ProblemError

_LETTERS = 32


class Refusals:
    """Makes and reads the links. `secret` signs them, `public` is our address as browsers reach it."""

    def __init__(self, secret: str, public: str) -> None:
        self._secret = secret.encode()
        self._public = public

    def link(self, medium: Medium, recipient: str) -> str:
        """Where this recipient refuses."""
        who = recipient_digest(medium, recipient)
        return f"{self._public}/unsubscribe/{medium.value}/{who}/{self._mark(medium.value, who)}"

    def right(self, medium: str, who: str, mark: str) -> bool:
        """Whether we made this link."""
        return hmac.compare_digest(mark.encode(), self._mark(medium, who).encode())

    def _mark(self, medium: str, who: str) -> str:
        made = hmac.new(self._secret, f"unsubscribe:{medium}:{who}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(made).decode().rstrip("=")[:_LETTERS]


def router(refusals: Refusals, store: NoticeStore) -> APIRouter:
    """The page behind the link."""
    routes = APIRouter(include_in_schema=False)
    policy = "default-src 'none'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

    @routes.get("/unsubscribe/{medium}/{who}/{mark}")
    async def ask(medium: str, who: str, mark: str) -> Response:
        """Asks whether it is meant."""
        _check(refusals, medium, who, mark)
        return _page("不想再收到营销信息？", '<form method="post"><button>退订</button></form>', policy)

    @routes.post("/unsubscribe/{medium}/{who}/{mark}")
    async def refuse(medium: str, who: str, mark: str, request: Request) -> Response:
        """Refuses; mail programs post this by themselves (RFC 8058)."""
        _check(refusals, medium, who, mark)
        how = "one-click" if "List-Unsubscribe=One-Click" in (await request.body())[:200].decode("latin-1") else "link"
        await asyncio.to_thread(store.refuse, Medium(medium), who, how)
        return _page("已退订", "<p>您不会再收到营销信息；账户和服务通知不受影响。</p>", policy)

    return routes


def _check(refusals: Refusals, medium: str, who: str, mark: str) -> None:
    if medium not in set(Medium) or not refusals.right(medium, who, mark):
        raise ProblemError(Kind.NOT_FOUND)


def _page(title: str, body: str, policy: str) -> Response:
    # Nothing in it comes from the request.
    html = (
        f'<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title>'
        f'<meta name="viewport" content="width=device-width"></head>'
        f"<body><main><h1>{title}</h1>{body}</main></body></html>"
    )
    return Response(html, media_type="text/html; charset=utf-8", headers={"Content-Security-Policy": policy})
