"""One application at work: callbacks opened and acknowledged, what they announce fetched behind them."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta

from connectors.channels.clock import Clock, utc_now
from connectors.channels.inbox import Inbox
from connectors.channels.runner import Runner
from connectors.wechat.crypto import MessageCrypto
from connectors.wechat.envelope import Refusal
from connectors.wechat.xml import read_xml
from connectors.wecom.parsing import app_message
from connectors.wecom.puller import Puller
from connectors.wecom.settings import WeComSettings

MAX_SKEW = timedelta(seconds=300)


class WeComAccount:
    """Callbacks of one application."""

    def __init__(
        self, settings: WeComSettings, puller: Puller, runner: Runner, inbox: Inbox, *, clock: Clock = utc_now
    ) -> None:
        self.settings = settings
        self.puller = puller
        self._crypto = MessageCrypto(settings.token, settings.aes_key, settings.receiver or settings.corpid)
        self._runner = runner
        self._inbox = inbox
        self._clock = clock
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def at_work(self) -> list[asyncio.Task[None]]:
        """What is being fetched."""
        return list(self._tasks)

    def echo(self, query: Mapping[str, str]) -> bytes:
        """What the platform wants to hear when it checks our address: here it is encrypted. Raises CryptoError."""
        # A + that was sent as it is arrives as a blank.
        return self._open(query, query.get("echostr", "").replace(" ", "+"))

    async def receive(self, query: Mapping[str, str], body: bytes, trace_id: str) -> None:
        """Takes a callback in; it may be answered at once. Raises Refusal, XmlFault and CryptoError."""
        outer = read_xml(body)
        fields = read_xml(self._open(query, outer.get("Encrypt", "")))
        if fields.get("ToUserName") != self.settings.corpid:
            raise Refusal("for another company")
        self._check_age(query)
        if fields.get("Event") == "kf_msg_or_event":
            pulling = self.puller.pull(fields.get("OpenKfId", ""), fields.get("Token", ""), trace_id)
            task = asyncio.create_task(pulling)
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        inbound = app_message(fields, self.settings, trace_id)
        entry, _ = await asyncio.to_thread(self._inbox.put, inbound)
        if not entry.done:
            self._runner.begin(entry.id)

    def _open(self, query: Mapping[str, str], sealed: str) -> bytes:
        return self._crypto.open(
            sealed, query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", "")
        )

    def _check_age(self, query: Mapping[str, str]) -> None:
        try:
            sent = datetime.fromtimestamp(int(query.get("timestamp", "")), tz=self._clock().tzinfo)
        except (ValueError, OverflowError, OSError):
            raise Refusal("no timestamp") from None
        if abs(self._clock() - sent) > MAX_SKEW:
            raise Refusal("old timestamp")
