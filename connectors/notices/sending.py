"""Sends notices from their table, and takes what gateways report: receipts and refusals by reply."""

from __future__ import annotations

import asyncio
import hmac
import json
from collections.abc import Iterable, Mapping

import structlog
from fastapi import APIRouter, Request, Response

from connectors.channels.clock import Clock, utc_now
from connectors.channels.ports import NotSent, Refused, Unknown
from connectors.channels.records import State
from connectors.notices.providers import Provider, SmsSettings, sms_signature
from connectors.notices.store import Medium, Notice, NoticeStore, recipient_digest
from connectors.web.bodies import read_body
from connectors.web.problems import Kind, ProblemError, trace_of

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 6
_PAUSES = (5.0, 30.0, 120.0, 600.0, 3600.0)
_POLL_S = 5.0
_SKEW_S = 300
_REFUSALS = frozenset({"R", "TD", "T", "N", "退订", "拒收", "QX", "取消"})


class NoticeSender:
    """Sends what is due. Where there is no provider of a medium its notices fail at once."""

    def __init__(self, store: NoticeStore, providers: Iterable[Provider]) -> None:
        self._store = store
        self._providers: Mapping[Medium, Provider] = {p.medium: p for p in providers}
        self.media = frozenset(self._providers)

    async def run(self) -> None:
        """Sends until cancelled; without a provider there is nothing to look for."""
        while self._providers:
            try:
                await self.round()
            except Exception as error:  # the database is away for a moment: everything is still there afterwards
                log.error("notices.failed", error=repr(error))
            await asyncio.sleep(_POLL_S)

    async def round(self) -> None:
        """Sends what is due now."""
        for dead in await asyncio.to_thread(self._store.expire):
            provider = self._providers.get(dead.medium)
            if provider is not None and provider.keyed:
                await asyncio.to_thread(self._store.retry, dead, "interrupted", 0.0)
            else:
                await asyncio.to_thread(self._store.settle, dead, State.UNKNOWN, "interrupted")
        for notice_id in await asyncio.to_thread(self._store.due):
            found = await asyncio.to_thread(self._store.claim, notice_id)
            if found is not None:
                await self._send(found)

    async def _send(self, found: Notice) -> None:
        provider = self._providers.get(found.medium)
        settle = self._store.settle
        if provider is None:
            await asyncio.to_thread(settle, found, State.FAILED, "no-provider")
            return
        try:
            provider_id = await provider.send(found)
        except Refused as error:
            await asyncio.to_thread(settle, found, State.FAILED, error.code)
        except (NotSent, Unknown) as error:
            if isinstance(error, Unknown) and not provider.keyed:
                await asyncio.to_thread(settle, found, State.UNKNOWN, error.code)
            elif found.attempts >= MAX_ATTEMPTS:
                await asyncio.to_thread(settle, found, State.FAILED, error.code)
            else:
                pause = _PAUSES[min(found.attempts, len(_PAUSES)) - 1]
                await asyncio.to_thread(self._store.retry, found, error.code, pause)
        else:
            await asyncio.to_thread(settle, found, State.SENT, "", provider_id)


def sms_router(settings: SmsSettings, store: NoticeStore, clock: Clock = utc_now) -> APIRouter:
    """Where the SMS gateway reports: `{"receipts": [{id, arrived, code}], "replies": [{from, text}]}`."""
    routes = APIRouter(include_in_schema=False)

    @routes.post(f"/notices/{settings.name}")
    async def report(request: Request) -> Response:
        """Receipts and replies, signed like what we send."""
        body = await read_body(request.headers, request.receive, 256 * 1024, 10.0)
        stamp = request.headers.get("x-timestamp", "")
        mark = request.headers.get("x-signature", "")
        age = abs(clock().timestamp() - float(stamp)) if stamp.isdecimal() and len(stamp) < 12 else _SKEW_S + 1
        if age > _SKEW_S or not hmac.compare_digest(mark.encode(), sms_signature(settings.key, stamp, body).encode()):
            log.warning("notices.report_refused", trace_id=trace_of(request))
            return Response(status_code=403)
        try:
            told = json.loads(body)
            await asyncio.to_thread(_noted, store, told)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise ProblemError(Kind.MALFORMED_JSON) from error
        return Response("ok", media_type="text/plain")

    return routes


def _noted(store: NoticeStore, told: Mapping[str, list[Mapping[str, str]]]) -> None:
    for receipt in told.get("receipts", []):
        store.receipt(str(receipt["id"]), bool(receipt["arrived"]), str(receipt.get("code", "")))
    for reply in told.get("replies", []):
        if str(reply["text"]).strip().upper() in _REFUSALS:
            store.refuse(Medium.SMS, recipient_digest(Medium.SMS, str(reply["from"])), "reply")
