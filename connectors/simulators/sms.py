"""An SMS gateway played strictly: signature, key, receipts."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from dataclasses import dataclass, field
from typing import Any

import httpx
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse

from connectors.notices.providers import SmsSettings, sms_signature
from connectors.simulators.faults import Faults


@dataclass
class SmsGateway:
    """One account of the gateway; `callback` is where it reports."""

    settings: SmsSettings
    callback: str
    client: httpx.AsyncClient
    faults: Faults = field(default_factory=Faults)
    sent: dict[str, dict[str, Any]] = field(default_factory=dict)

    async def report(self, told: dict[str, Any]) -> int:
        """Receipts and replies; the status of the answer."""
        body, stamp = json.dumps(told).encode(), str(int(time.time()))
        mark = sms_signature(self.settings.key, stamp, body)
        headers = {"Content-Type": "application/json", "X-Timestamp": stamp, "X-Signature": mark}
        return (await self.client.post(self.callback, content=body, headers=headers)).status_code


def gateway_app(gateway: SmsGateway) -> FastAPI:
    """The gateway's address."""
    app = FastAPI(openapi_url=None)

    @app.post("/send")
    async def send(request: Request) -> Response:
        """One message."""
        fault = gateway.faults.take("send")
        body = await request.body()
        if fault is not None and not fault.after:
            return Response(status_code=fault.status)
        mark = sms_signature(gateway.settings.key, request.headers.get("x-timestamp", ""), body)
        if not hmac.compare_digest(mark, request.headers.get("x-signature", "")):
            return JSONResponse({"code": "signature"})
        told = json.loads(body)
        made = gateway.sent.setdefault(told["key"], {**told, "id": secrets.token_hex(8)})
        return Response(status_code=fault.status) if fault else JSONResponse({"code": 0, "id": made["id"]})

    return app
