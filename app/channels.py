"""Composes the push channels: accounts from `channels.toml`, in demonstrations those of the simulators as well."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
from fastapi import APIRouter

from app.clock import bank_today
from app.demo_login import DemoLogin
from app.settings import Settings
from app.simulated import simulated
from connectors.app.announcing import Announcer
from connectors.background import alongside
from connectors.channels.config import ConfigFault, read_config, settings_of
from connectors.channels.hub import Channels
from connectors.channels.sealing import Seal
from connectors.growth.ports import GrowthDesk
from connectors.identity.conversations import Conversations
from connectors.identity.jwks import Jwks
from connectors.identity.settings import IssuerSettings
from connectors.identity.subjects import customer_of
from connectors.identity.tickets import Tickets
from connectors.identity.tokens import TokenCheck
from connectors.notices.providers import HttpProvider, MailProvider, MailSettings, PushSettings, SmsSettings
from connectors.notices.sending import NoticeSender, sms_router
from connectors.notices.store import Medium, NoticeStore
from connectors.notices.unsubscribing import Refusals
from connectors.notices.unsubscribing import router as refusal_router
from connectors.outreach.deciding import Decider
from connectors.outreach.placing import Places
from connectors.outreach.routes import OutreachDesk
from connectors.outreach.scenes import Scenes
from connectors.outreach.service import Outreach
from connectors.outreach.store import OutreachStore
from connectors.outreach.ways import Ways
from connectors.web.deps import People
from connectors.web.ports import Engine
from connectors.wechat import routes as wechat_routes
from connectors.wechat.adapter import WeChatAdapter
from connectors.wechat.api import WeChatApi
from connectors.wechat.binding import Binding
from connectors.wechat.binding import router as binding_router
from connectors.wechat.parsing import CHANNEL as WECHAT
from connectors.wechat.service import WeChatAccount
from connectors.wechat.settings import WeChatSettings
from connectors.wecom import routes as wecom_routes
from connectors.wecom.adapters import KF, AppAdapter, KfAdapter
from connectors.wecom.api import WeComApi
from connectors.wecom.cursors import Cursors
from connectors.wecom.puller import Puller
from connectors.wecom.service import WeComAccount
from connectors.wecom.settings import WeComSettings
from customer.identifiers import Identifiers, load_key
from customer.reading import CustomerReader
from dialogue.store import Store

FILE = "channels.toml"
_KINDS: dict[str, type[Any]] = {
    "wechat": WeChatSettings,
    "wecom": WeComSettings,
    "identity": IssuerSettings,
    "sms": SmsSettings,
    "mail": MailSettings,
    "push": PushSettings,
}
_TRANSFERS = {"wechat": WECHAT, "wecom": KF}


class Notices:
    """SMS, e-mail and push notifications of one installation: a provider of each at most."""

    def __init__(self, accounts: Iterable[Any], store: NoticeStore, client: httpx.AsyncClient, public: str) -> None:
        self.routers: list[APIRouter] = []
        providers: list[HttpProvider | MailProvider] = []
        for account in accounts:
            if isinstance(account, SmsSettings):
                providers.append(HttpProvider(account, client))
                self.routers.append(sms_router(account, store))
            elif isinstance(account, PushSettings):
                providers.append(HttpProvider(account, client))
            elif isinstance(account, MailSettings):
                refusals = Refusals(account.key, public)
                providers.append(MailProvider(account, refusals))
                self.routers.append(refusal_router(refusals, store))
        self.sender = NoticeSender(store, providers)


class ChannelApp:
    """The channels of one server: routes to include, and a life beside the server's."""

    def __init__(
        self,
        settings: Settings,
        engine: Engine,
        store: Store,
        *,
        demo: bool,
        address: str,
        growth: GrowthDesk | None = None,
    ) -> None:
        accounts = configured(settings.home)
        self._demo_login = DemoLogin(settings.home) if demo else None
        if self._demo_login is not None:
            made = simulated(settings.home)
            wechat = replace(made.wechat, login_page=f"{address}/phone")
            accounts += [wechat, made.wecom, self._demo_login.settings]
        self._client = httpx.AsyncClient(trust_env=True)
        self._public = settings.public_url or address
        self._bindings: dict[str, Binding] = {}
        self.notices = NoticeStore(store.engine)
        self._notices = Notices(accounts, self.notices, self._client, self._public)
        self.announcer = Announcer(self.notices) if Medium.PUSH in self._notices.sender.media else None
        self.people = self._issuer(accounts, store, settings.home)
        seal = Seal(load_key(settings.home))
        self.channels = Channels(engine, store, bank_today, seal)
        outgoing = OutreachStore(store.engine, seal)
        self.outreach_desk = OutreachDesk(outgoing, Scenes(store.engine))
        self._outreach = self._reaching(outgoing, growth) if growth is not None else None
        self._wechat = {a.name: self._wechat_account(a) for a in accounts if isinstance(a, WeChatSettings)}
        self._wecom = {a.name: self._wecom_account(a) for a in accounts if isinstance(a, WeComSettings)}

    def routers(self) -> Iterable[APIRouter]:
        """What the application includes."""
        demo = (self._demo_login.router(),) if self._demo_login is not None else ()
        binding = binding_router(self._bindings)
        return (
            wechat_routes.router(self._wechat),
            binding,
            wecom_routes.router(self._wecom),
            *self._notices.routers,
            *demo,
        )

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Answers and sends while inside."""
        async with self._client, self.channels.running():
            works = [account.puller.catch_up() for account in self._wecom.values()]
            works.append(self._notices.sender.run())
            if self._outreach is not None and (self.channels.adapters or self._notices.sender.media):
                works.append(self._outreach.run())
            async with alongside(*works):
                yield

    def _reaching(self, outgoing: OutreachStore, growth: GrowthDesk) -> Outreach:
        """The service by which the bank speaks first."""
        made, media = self.channels, self._notices.sender.media
        ways = Ways(outgoing, made.addresses, made.adapters, notices=self.notices, media=media)
        return Outreach(outgoing, ways, Places(made, self.notices), Decider(growth))

    def _issuer(self, accounts: Iterable[Any], store: Store, home: Path) -> People | None:
        """Whose word counts: one issuer for an installation."""
        issuers = [a for a in accounts if isinstance(a, IssuerSettings)]
        if len(issuers) > 1:
            names = "、".join(i.name for i in issuers)
            raise ConfigFault(f"{FILE}：身份只能由一处签发，现在有 {names}")
        if not issuers:
            return None
        keys = Jwks(issuers[0].jwks, self._client)
        found = customer_of(issuers[0], CustomerReader(store.engine), Identifiers(load_key(home)))
        check = TokenCheck(issuers[0], keys, store.engine, customer_of=found)
        return People(check, Conversations(store.engine), self.announcer)

    def _wechat_account(self, settings: WeChatSettings) -> WeChatAccount:
        api = WeChatApi(settings, self._client, self.channels.store.engine)
        adapter = WeChatAdapter(settings, api)
        self.channels.add(adapter)
        if self.people is not None and settings.login_page:
            tickets = Tickets(self.channels.store.engine)
            self._bindings[settings.name] = Binding(
                settings,
                api,
                self.people.check,
                tickets,
                self.channels.addresses,
                self.people.conversations,
                self._public,
            )
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


def elsewhere(home: Path) -> tuple[str, ...]:
    """The channels whose accounts hand whoever asks for a person to the platform's own people (`transfer`): such
    customers do not wait at our desk as well. Raises ConfigFault where accounts of one channel do not agree, for a
    conversation is told by its channel, not by its account."""
    found = []
    for kind, channel in _TRANSFERS.items():
        accounts = read_config(home / FILE).get(kind, {})
        wishes = {name: given.get("transfer") is True for name, given in accounts.items()}
        if len(set(wishes.values())) > 1:
            told = "、".join(f"[{kind}.{name}] {'true' if wish else 'false'}" for name, wish in wishes.items())
            raise ConfigFault(f"{home / FILE}：transfer 有 {told}；同一渠道的账号要写成一样的")
        if True in wishes.values():
            found.append(channel)
    return tuple(found)
