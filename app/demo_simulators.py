"""The simulators of a demonstration, beside its server: 微信公众号 and 微信客服 to chat from without an account."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import structlog
import uvicorn
from fastapi import FastAPI

from app.simulated import simulated
from connectors.simulators.wechat import Platform
from connectors.simulators.wechat_app import platform_app
from connectors.simulators.wecom import WeComPlatform
from connectors.simulators.wecom_app import wecom_app

log = structlog.get_logger(__name__)


class _Beside(uvicorn.Server):
    """A server in the loop of another one, which hears the signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leaves them to the other one."""
        yield


@dataclass(frozen=True, slots=True)
class Simulator:
    """One of them: its name for people and the port it has in this home folder."""

    name: str
    port: int
    app: FastAPI

    @property
    def address(self) -> str:
        """Its page."""
        return f"http://127.0.0.1:{self.port}"


class DemoSimulators:
    """Both platforms of a home folder, which call the bot at `address`."""

    def __init__(self, home: Path, address: str) -> None:
        made = simulated(home)
        self._client = httpx.AsyncClient(trust_env=False)
        wechat = Platform(made.wechat, f"{address}/wechat/{made.wechat.name}", self._client)
        wecom = WeComPlatform(made.wecom, f"{address}/wecom/{made.wecom.name}", self._client)
        self.all = (
            Simulator("微信公众号模拟器", made.wechat_port, platform_app(wechat)),
            Simulator("微信客服模拟器", made.wecom_port, wecom_app(wecom)),
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Their pages and calls answer while inside. One whose port somebody has is left out: `simulate` plays it."""
        listening = [(one, found) for one in self.all if (found := _bound(one.port)) is not None]
        servers = [_server(one.app) for one, _ in listening]
        tasks = [asyncio.create_task(s.serve([at])) for s, (_, at) in zip(servers, listening, strict=True)]
        try:
            yield
        finally:
            for server in servers:
                server.should_exit = True
            await asyncio.gather(*tasks)
            await self._client.aclose()


def _server(app: FastAPI) -> _Beside:
    options: dict[str, Any] = {"log_config": None, "access_log": False, "ws": "none", "timeout_graceful_shutdown": 1}
    return _Beside(uvicorn.Config(app, lifespan="off", **options))


def _bound(port: int) -> socket.socket | None:
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind(("127.0.0.1", port))
    except OSError as error:
        listening.close()
        log.warning("demo.simulator_port_taken", port=port, error=error.strerror)
        return None
    return listening
