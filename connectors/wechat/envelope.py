"""The envelope of a callback: is it from the platform, in the mode that was agreed, and what is in it."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from connectors.wechat.crypto import CryptoError, MessageCrypto, signed
from connectors.wechat.settings import Mode, WeChatSettings
from connectors.wechat.xml import XmlFault, cdata, read_xml


class Refusal(Exception):
    """A callback that is not the platform's, or not for this account; the message is for the log."""


class Envelope:
    """Opens callbacks and closes replies of one account."""

    def __init__(self, settings: WeChatSettings) -> None:
        self._settings = settings
        self._crypto = (
            None if settings.mode is Mode.PLAIN else MessageCrypto(settings.token, settings.aes_key, settings.appid)
        )

    def echo(self, query: Mapping[str, str]) -> str:
        """What to answer when the platform checks the address. Raises Refusal."""
        self._check_plain(query)
        return query.get("echostr", "")

    def open(self, query: Mapping[str, str], body: bytes) -> dict[str, str]:
        """The fields of the message. Raises Refusal, XmlFault and CryptoError."""
        if self._crypto is None:
            self._check_plain(query)
            fields = _fields(body)
        else:
            # In compatible mode the body has the message in the clear as well: that is nobody's word.
            sealed = _fields(body).get("Encrypt", "")
            if query.get("encrypt_type") != "aes" or not sealed:
                raise Refusal("not encrypted, and this account's mode is pinned to encryption")
            plain = self._crypto.open(
                sealed, query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", "")
            )
            fields = _fields(plain)
        if fields.get("ToUserName") != self._settings.account:
            raise Refusal("for another account")
        return fields

    def close(self, reply: str, timestamp: str) -> str:
        """The reply as the platform takes it in this mode."""
        if self._crypto is None:
            return reply
        nonce = secrets.token_hex(8)
        return sealed_xml(self._crypto, reply, timestamp, nonce)

    def _check_plain(self, query: Mapping[str, str]) -> None:
        parts = (self._settings.token, query.get("timestamp", ""), query.get("nonce", ""))
        if not signed(query.get("signature", ""), *parts):
            raise Refusal("signature does not fit")


def sealed_xml(crypto: MessageCrypto, message: str, timestamp: str, nonce: str, random: bytes | None = None) -> str:
    """An encrypted message in its XML."""
    sealed = crypto.seal(message.encode(), random)
    lines = (
        "<xml>",
        f"<Encrypt>{cdata(sealed)}</Encrypt>",
        f"<MsgSignature>{cdata(crypto.sign(sealed, timestamp, nonce))}</MsgSignature>",
        f"<TimeStamp>{int(timestamp)}</TimeStamp>",
        f"<Nonce>{cdata(nonce)}</Nonce>",
        "</xml>",
    )
    return "\n".join(lines)


def _fields(body: bytes) -> dict[str, str]:
    """A message's fields; mini-programs may send JSON."""
    if not body.lstrip().startswith(b"{"):
        return read_xml(body)
    try:
        read = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise XmlFault("neither XML nor JSON") from error
    return {str(name): value if isinstance(value, str) else json.dumps(value) for name, value in read.items()}


__all__ = ["CryptoError", "Envelope", "Refusal", "XmlFault", "sealed_xml"]
