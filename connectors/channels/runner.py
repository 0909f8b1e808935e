"""Runner: takes what the inbox holds to the engine, conversation by conversation, and plans what is to be sent."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from datetime import date

import structlog

from connectors.channels.addresses import Addresses
from connectors.channels.deliveries import Deliveries
from connectors.channels.fixed import fixed_turn
from connectors.channels.inbox import LEASE, Inbox
from connectors.channels.ports import Adapter
from connectors.channels.records import Entry
from connectors.channels.rendering import chosen
from connectors.identity.conversations import Conversations
from connectors.web.ports import Engine
from dialogue.store import Store, StoreError
from dialogue.turn import Principal, PrincipalKind, TurnIn, TurnOut
from kg.answer import Outcome

log = structlog.get_logger(__name__)

_POLL = 5.0  # for what another process left; what comes in here is begun at once
_LOOK = 0.2  # how often a request looks for the reply that another replica makes
_RETRY_S, _GRACE_S = 2.0, 0.1
_MOST = 64  # conversations at work at once


class Runner:
    """Answers what came in. `planned` is called when there is something to send."""

    def __init__(
        self,
        engine: Engine,
        store: Store,
        *,
        addresses: Addresses,
        inbox: Inbox,
        deliveries: Deliveries,
        adapters: Mapping[tuple[str, str], Adapter],
        today: Callable[[], date],
        planned: Callable[[], None],
    ) -> None:
        self._engine = engine
        self._store = store
        self._inbox = inbox
        self._deliveries = deliveries
        self._addresses = addresses
        self._conversations = Conversations(store.engine)
        self._adapters = adapters
        self._today = today
        self._planned = planned
        self._room = asyncio.Semaphore(_MOST)
        self._tasks: dict[int, asyncio.Task[None]] = {}
        self._answered: dict[int, asyncio.Event] = {}

    def begin(self, entry_id: int) -> None:
        """Begins to answer an entry, unless it is being answered here already."""
        if entry_id not in self._tasks:
            task = asyncio.create_task(self._work(entry_id))
            self._tasks[entry_id] = task
            task.add_done_callback(lambda _task: self._tasks.pop(entry_id, None))

    @property
    def at_work(self) -> list[asyncio.Task[None]]:
        """The entries that are being answered here."""
        return list(self._tasks.values())

    async def finished(self, entry_id: int, seconds: float) -> bool:
        """Whether the entry is answered, by whichever replica, within `seconds`."""
        event = self._answered.setdefault(entry_id, asyncio.Event())
        clock = asyncio.get_running_loop().time
        deadline = clock() + seconds
        try:
            while not (await asyncio.to_thread(self._inbox.get, entry_id)).done:
                left = deadline - clock()
                if left <= 0:
                    return False
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(event.wait(), min(left, _LOOK))
            return True
        finally:
            self._answered.pop(entry_id, None)

    async def run(self) -> None:
        """Looks for entries that nobody works at, until cancelled."""
        try:
            while True:
                try:
                    for entry_id in await asyncio.to_thread(self._inbox.waiting):
                        self.begin(entry_id)
                except Exception as error:
                    log.error("channels.inbox_unread", error=repr(error))
                await asyncio.sleep(_POLL)
        finally:
            tasks = self.at_work
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _work(self, entry_id: int) -> None:
        async with self._room:
            entry = await asyncio.to_thread(self._inbox.claim, entry_id)
            while entry is not None:
                if not await self._answer(entry):
                    return
                entry = await asyncio.to_thread(self._inbox.next_of, entry.session)

    async def _answer(self, entry: Entry) -> bool:
        try:
            async with self._kept(entry):
                out = await self._turn(entry)
            adapter = self._adapters[entry.address.channel, entry.address.account]
            # Where a person speaks there is no reply: what he says is pushed when he says it.
            rendered = adapter.render(out.message) if out.message.text else []
            parts = [replace(part, private=out.private) for part in rendered]
            if parts and out.outcome is Outcome.HANDOFF:
                parts[-1] = replace(parts[-1], transfer=True)
            choices = [{"text": c.text or c.label, "payload": c.payload} for c in out.message.choices]
            if choices or entry.address.choices:
                await asyncio.to_thread(self._addresses.offer, entry.address.id, choices)
            await asyncio.to_thread(self._deliveries.plan, entry, out.seq, parts)
            await asyncio.to_thread(self._follow, entry)
        except Exception as error:  # the entry stays, and is tried again
            log.exception("channels.unanswered", trace_id=entry.trace_id, error=repr(error))
            with contextlib.suppress(StoreError):
                await asyncio.to_thread(self._inbox.release, entry.id, _RETRY_S)
            asyncio.get_running_loop().call_later(_RETRY_S + _GRACE_S, self.begin, entry.id)
            return False
        if entry.id in self._answered:
            self._answered[entry.id].set()
        self._planned()
        return True

    def _follow(self, entry: Entry) -> None:
        """If the address was bound to a customer meanwhile, the turn moves into his conversation."""
        now = self._addresses.get(entry.address.id)
        if now is not None and now.customer_id and now.session != entry.session:
            self._conversations.join(entry.session, now.customer_id)

    async def _turn(self, entry: Entry) -> TurnOut:
        principal = principal_of(entry.address.customer_id)
        if entry.body["notice"]:
            return await asyncio.to_thread(fixed_turn, self._store, entry, principal, self._today())
        picked = chosen(entry.body["text"], entry.address.choices)
        return await self._engine.handle(
            TurnIn(
                session=entry.session,
                text=picked["text"] if picked else entry.body["text"],
                message_id=entry.message_id,
                today=self._today(),
                principal=principal,
                channel=entry.address.channel,
                payload=picked["payload"] if picked else entry.body["payload"],
                trace_id=entry.trace_id,
            )
        )

    @contextlib.asynccontextmanager
    async def _kept(self, entry: Entry) -> AsyncIterator[None]:
        """While inside, no other replica takes the entry."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(LEASE.total_seconds() / 3)
                await asyncio.to_thread(self._inbox.renew, entry.id)

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewing.cancel()
            await asyncio.gather(renewing, return_exceptions=True)


def principal_of(customer_id: str) -> Principal:
    """Who speaks at an address."""
    return Principal(PrincipalKind.CUSTOMER, customer_id) if customer_id else Principal()
