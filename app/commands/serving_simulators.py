"""Running a simulator in the foreground: its page and calls on a port of this machine only."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

import httpx
import uvicorn
from fastapi import FastAPI

from app.commands.failures import Exit


class _Server(uvicorn.Server):
    """Says after its start whether the bot knows the platform."""

    def __init__(
        self, config: uvicorn.Config, check: Callable[[], Awaitable[bool]], say: Callable[[str], None]
    ) -> None:
        super().__init__(config)
        self._check, self._say = check, say

    async def startup(self, sockets: list[object] | None = None) -> None:  # type: ignore[override]
        """Opens the port, then checks the bot's address as the console of the platform does."""
        await super().startup(sockets)  # type: ignore[arg-type]
        try:
            right = await self._check()
        except httpx.HTTPError as error:
            self._say(f"连不上机器人的回调地址：{type(error).__name__}")
        else:
            told = "回调地址验证通过" if right else "回调地址没有通过验证；服务要用 ./jinwen serve --demo 启动"
            self._say(told)


def serve_until_stopped(
    app: FastAPI, port: int, check: Callable[[], Awaitable[bool]], say: Callable[[str], None]
) -> int:
    """Serves until SIGINT or SIGTERM."""
    config = uvicorn.Config(app, host="127.0.0.1", port=port, log_config=None, access_log=False, ws="none")
    try:
        _Server(config, check, say).run()
    except KeyboardInterrupt:
        say("已停止")
    return Exit.OK
