"""Providers of SMS and e-mail behind one interface."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import smtplib
import ssl
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.utils import formatdate
from typing import Protocol

import httpx

from connectors.channels.calls import TIMEOUT, read_answer
from connectors.channels.ports import NotSent, Refused, Unknown
from connectors.notices.store import Medium, Notice
from connectors.notices.templates import SMS_REFUSE
from connectors.notices.unsubscribing import Refusals

_MOST_SMS = 500


class Provider(Protocol):
    """Sends notices of one medium. `keyed`: it drops a second one of the same key."""

    medium: Medium
    keyed: bool

    async def send(self, notice: Notice) -> str:
        """Sends it and returns the provider's id of it. Raises NotSent, Refused, Unknown."""


@dataclass(frozen=True, slots=True)
class SmsSettings:
    """An SMS gateway: JSON by POST, signed with HMAC-SHA-256 over time and body."""

    name: str
    url: str
    account: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class PushSettings:
    """The push service of the bank's app: called like an SMS gateway, with the customer's id as recipient."""

    name: str
    url: str
    account: str
    key: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailSettings:
    """An SMTP server. `security` is tls, starttls or none (this machine only); `key` signs the refusal links."""

    name: str
    host: str
    sender: str
    key: str = field(repr=False)
    port: int = 465
    security: str = "tls"
    user: str = ""
    password: str = field(default="", repr=False)

    def __post_init__(self) -> None:
        if self.security not in ("tls", "starttls", "none"):
            raise ValueError(f"mail {self.name}: security {self.security}; write tls, starttls or none")
        if self.security == "none" and self.host not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError(f"mail {self.name}: without encryption only to this machine")


def sms_signature(key: str, stamp: str, body: bytes) -> str:
    """What proves to either side who speaks."""
    return hmac.new(key.encode(), stamp.encode() + b"\n" + body, hashlib.sha256).hexdigest()


class HttpProvider:
    """A Provider for an HTTP gateway: of SMS, or of the app's push notifications."""

    keyed = True

    def __init__(self, settings: SmsSettings | PushSettings, client: httpx.AsyncClient) -> None:
        self._settings = settings
        self._client = client
        self.medium = Medium.SMS if isinstance(settings, SmsSettings) else Medium.PUSH

    async def send(self, notice: Notice) -> str:
        """See Provider."""
        text = notice.template.filled(notice.parts)
        if self.medium is Medium.SMS and notice.template.marketing:
            text += SMS_REFUSE
        if len(text) > _MOST_SMS:
            raise Refused("too-long", f"{len(text)} characters; at most {_MOST_SMS}")
        told = {"account": self._settings.account, "to": notice.recipient, "text": text, "key": notice.key[:32]}
        body, stamp = json.dumps(told, ensure_ascii=False).encode(), str(int(time.time()))
        headers = {
            "Content-Type": "application/json",
            "X-Timestamp": stamp,
            "X-Signature": sms_signature(self._settings.key, stamp, body),
        }
        try:
            answer = await self._client.post(self._settings.url, content=body, headers=headers, timeout=TIMEOUT)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotSent("unreachable", type(error).__name__) from None
        except httpx.HTTPError as error:
            raise Unknown("no-answer", type(error).__name__) from None
        read = read_answer(answer)
        if read.get("code") not in (0, "0"):
            raise Refused(str(read.get("code"))[:40], "by the gateway")
        return str(read.get("id", ""))


class MailProvider:
    """A Provider for SMTP. A server has no keys: the Message-ID only lets mail programs show one of two."""

    medium = Medium.MAIL
    keyed = False

    def __init__(self, settings: MailSettings, refusals: Refusals) -> None:
        self._settings = settings
        self._refusals = refusals

    async def send(self, notice: Notice) -> str:
        """See Provider."""
        return await asyncio.to_thread(self._send, notice)

    def message(self, notice: Notice) -> EmailMessage:
        """The mail; header values can't carry line ends, whatever the recipient or template says."""
        made = EmailMessage()
        made["From"] = self._settings.sender
        made["To"] = notice.recipient
        made["Subject"] = notice.template.subject
        made["Date"] = formatdate(localtime=False)
        made["Message-ID"] = f"<{notice.key[:32]}@{self._settings.sender.rpartition('@')[2].rstrip('>')}>"
        text = notice.template.filled(notice.parts)
        if notice.template.marketing:
            link = self._refusals.link(Medium.MAIL, notice.recipient)
            made["List-Unsubscribe"] = f"<{link}>"
            made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
            text += f"\n\n不想再收到这类邮件，请打开：{link}"
        made.set_content(text + "\n")
        return made

    def _send(self, notice: Notice) -> str:
        try:
            made = self.message(notice)
        except ValueError as error:
            raise Refused("address", "the recipient is no address") from error
        connected = False
        try:
            with self._server() as server:
                connected = True
                server.send_message(made)
        except smtplib.SMTPRecipientsRefused as error:
            [(code, _)] = error.recipients.values()
            raise (NotSent if code < 500 else Refused)(str(code), "recipient refused") from None
        except smtplib.SMTPResponseException as error:
            raise (NotSent if error.smtp_code < 500 else Refused)(str(error.smtp_code), "refused") from None
        except (smtplib.SMTPException, OSError) as error:
            raise (Unknown if connected else NotSent)("smtp", type(error).__name__) from None
        return str(made["Message-ID"])

    def _server(self) -> smtplib.SMTP:
        settings, context = self._settings, ssl.create_default_context()
        if settings.security == "tls":
            server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=15, context=context)
        else:
            server = smtplib.SMTP(settings.host, settings.port, timeout=15)
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, settings.password)
        return server
