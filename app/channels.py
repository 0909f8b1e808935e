"""Composes the push channels: accounts from `channels.toml`, in demonstrations those of the simulators as well."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter

from app.clock import bank_today
from app.settings import Settings
from app.simulated import simulated
from connectors.channels.config import ConfigFault, read_config, settings_of
from connectors.channels.hub import Channels
from connectors.web.ports import Engine
from connectors.wechat import routes as wechat_routes
from connectors.wechat.adapter import WeChatAdapter
from connectors.wechat.api import WeChatApi
from connectors.wechat.service import WeChatAccount
from connectors.wechat.settings import WeChatSettings
from dialogue.store import Store

FILE = "channels.toml"
_KINDS: dict[str, type[Any]] = {"wechat": WeChatSettings}


class ChannelApp:
    """The channels of one server: routes to include, and a life beside the server's."""

    def __init__(self, settings: Settings, engine: Engine, store: Store, *, demo: bool) -> None:
        accounts = configured(settings.home)
        if demo:
            accounts.append(simulated(settings.home).wechat)
        self._client = httpx.AsyncClient(trust_env=True)
        self.channels = Channels(engine, store, bank_today)
        self._wechat = {a.name: self._wechat_account(a) for a in accounts if isinstance(a, WeChatSettings)}

    def routers(self) -> Iterable[APIRouter]:
        """What the application includes."""
        return (wechat_routes.router(self._wechat),)

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answers and sends while inside."""
        async with self._client, self.channels.running():
            yield

    def _wechat_account(self, settings: WeChatSettings) -> WeChatAccount:
        adapter = WeChatAdapter(settings, WeChatApi(settings, self._client, self.channels.store.engine))
        self.channels.add(adapter)
        return WeChatAccount(
            settings,
            adapter,
            self.channels.runner,
            inbox=self.channels.inbox,
            deliveries=self.channels.deliveries,
            wake=self.channels.sender.wake,
        )


def configured(home: Path) -> list[Any]:
    """The settings of every account in the home folder's file. Raises ConfigFault."""
    path = home / FILE
    found = []
    for kind, accounts in read_config(path).items():
        if kind not in _KINDS:
            raise ConfigFault(f"{path}：没有 [{kind}.…] 这种渠道；可以写 {'、'.join(sorted(_KINDS))}")
        for name, given in accounts.items():
            found.append(settings_of(_KINDS[kind], f"{path} [{kind}.{name}]", name, given, None))
    return found
