"""Composes the push channels: accounts from `channels.toml`, in demonstrations those of the simulators as well."""

from __future__ import annotations

import asyncio
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
from connectors.wecom import routes as wecom_routes
from connectors.wecom.adapters import AppAdapter, KfAdapter
from connectors.wecom.api import WeComApi
from connectors.wecom.cursors import Cursors
from connectors.wecom.puller import Puller
from connectors.wecom.service import WeComAccount
from connectors.wecom.settings import WeComSettings
from dialogue.store import Store

FILE = "channels.toml"
_KINDS: dict[str, type[Any]] = {"wechat": WeChatSettings, "wecom": WeComSettings}


class ChannelApp:
    """The channels of one server: routes to include, and a life beside the server's."""

    def __init__(self, settings: Settings, engine: Engine, store: Store, *, demo: bool) -> None:
        accounts = configured(settings.home)
        if demo:
            made = simulated(settings.home)
            accounts += [made.wechat, made.wecom]
        self._client = httpx.AsyncClient(trust_env=True)
        self.channels = Channels(engine, store, bank_today)
        self._wechat = {a.name: self._wechat_account(a) for a in accounts if isinstance(a, WeChatSettings)}
        self._wecom = {a.name: self._wecom_account(a) for a in accounts if isinstance(a, WeComSettings)}

    def routers(self) -> Iterable[APIRouter]:
        """What the application includes."""
        return (wechat_routes.router(self._wechat), wecom_routes.router(self._wecom))

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answers and sends while inside."""
        async with self._client, self.channels.running():
            reading = [asyncio.create_task(account.puller.catch_up()) for account in self._wecom.values()]
            try:
                yield
            finally:
                for task in reading:
                    task.cancel()
                await asyncio.gather(*reading, return_exceptions=True)

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

    def _wecom_account(self, settings: WeComSettings) -> WeComAccount:
        made = self.channels
        api = WeComApi(settings, self._client, made.store.engine)
        made.add(KfAdapter(settings, api))
        made.add(AppAdapter(settings, api))
        cursors = Cursors(made.store.engine, made.owner)
        puller = Puller(settings, api, made.runner, inbox=made.inbox, deliveries=made.deliveries, cursors=cursors)
        return WeComAccount(settings, puller, made.runner, made.inbox)


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
