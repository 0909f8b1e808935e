"""Sealing: what is to be sent lies encrypted in its table, for it may show a customer's own figures.

AES-256-GCM under a key derived from the installation's (HKDF, RFC 5869); each text is bound to the delivery it
belongs to, so that none can be put in another's place.
"""

from __future__ import annotations

import base64
import binascii
import json
import secrets
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

_FIELD = "sealed"
_NONCE = 12
_PURPOSE = b"jinwen channel deliveries"


class SealBroken(Exception):
    """A sealed text that this key does not open."""


class Seal:
    """Seals and opens under one key; `key` is the installation's, 16 bytes or more. Safe to share between threads."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _NONCE + 4:
            raise ValueError(f"a key of {len(key)} bytes is too short for sealing deliveries; give 16 or more")
        self._cipher = AESGCM(HKDF(SHA256(), 32, None, _PURPOSE).derive(key))

    def closed(self, body: dict[str, Any], place: str) -> dict[str, Any]:
        """`body` sealed for the delivery whose key is `place`."""
        nonce = secrets.token_bytes(_NONCE)
        hidden = self._cipher.encrypt(nonce, json.dumps(body, ensure_ascii=False).encode(), place.encode())
        return {_FIELD: base64.b64encode(nonce + hidden).decode()}

    def opened(self, stored: dict[str, Any], place: str) -> dict[str, Any]:
        """The body that `closed` sealed; what was stored before there was sealing is returned as it is.

        Raises SealBroken for another key or place, and for what was changed.
        """
        if _FIELD not in stored:
            return stored
        try:
            raw = base64.b64decode(stored[_FIELD], validate=True)
            read: dict[str, Any] = json.loads(self._cipher.decrypt(raw[:_NONCE], raw[_NONCE:], place.encode()))
        except (InvalidTag, binascii.Error, ValueError, TypeError) as error:
            raise SealBroken(f"delivery {place}: sealed under another key; see JINWEN_CUSTOMER_KEY") from error
        return read
