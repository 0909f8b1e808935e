"""Channels: everything of the push channels that belongs together, with its life beside the server's."""

from __future__ import annotations

import contextlib
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable
from datetime import date

from connectors.background import alongside
from connectors.channels.addresses import Addresses
from connectors.channels.clock import Clock, utc_now
from connectors.channels.deliveries import Deliveries
from connectors.channels.inbox import Inbox
from connectors.channels.ports import Adapter
from connectors.channels.runner import Runner
from connectors.channels.sealing import Seal
from connectors.channels.sender import Sender
from connectors.web.ports import Engine
from dialogue.store import Store


class Channels:
    """Inbox, runner, deliveries and sender over one database; adapters are added before `running`."""

    def __init__(
        self, engine: Engine, store: Store, today: Callable[[], date], seal: Seal, clock: Clock = utc_now
    ) -> None:
        self.adapters: dict[tuple[str, str], Adapter] = {}
        self.store = store
        self.clock = clock
        self.addresses = Addresses(store.engine, clock)
        self.owner = process_name()
        self.inbox = Inbox(store.engine, self.owner, clock)
        self.deliveries = Deliveries(store.engine, seal, clock)
        self.sender = Sender(self.deliveries, self.adapters)
        self.runner = Runner(
            engine,
            store,
            addresses=self.addresses,
            inbox=self.inbox,
            deliveries=self.deliveries,
            adapters=self.adapters,
            today=today,
            planned=self.sender.wake,
        )

    def add(self, adapter: Adapter) -> None:
        """An account that is sent to."""
        self.adapters[adapter.channel, adapter.account] = adapter

    @contextlib.asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """While inside, what came in is answered and what is due is sent. Without accounts nothing is looked for."""
        if not self.adapters:
            yield
            return
        async with alongside(self.runner.run(), self.sender.run()):
            yield


def process_name() -> str:
    """A name of this process that no other one of any machine has."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"
