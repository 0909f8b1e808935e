"""Signatures and message encryption of 微信公众号 and 企业微信, as their developer pages describe them.

AES-256-CBC; the key is base64(EncodingAESKey + "="), the IV its first 16 bytes; PKCS#7 to blocks of 32 bytes; inside
stand 16 random bytes, the message's length (4 bytes, big-endian), the message, and whose it is (appid, corpid, …).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
import secrets
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32
_RANDOM = 16
_KEY = re.compile(r"[A-Za-z0-9]{43}")


class CryptoError(Exception):
    """A message that is not what it should be. `code` is the platform's own number for it."""

    def __init__(self, code: int, detail: str) -> None:
        super().__init__(f"{code} {detail}")
        self.code = code


SIGNATURE, RECEIVER, DECRYPTION, CONTENT = -40001, -40005, -40007, -40008


class KeyFault(ValueError):
    """An EncodingAESKey that is none."""


def signature(*parts: str) -> str:
    """SHA-1 over the sorted parts, as the platforms sign."""
    return hashlib.sha1("".join(sorted(parts)).encode(), usedforsecurity=False).hexdigest()


def signed(given: str, *parts: str) -> bool:
    """Whether `given` is the signature of the parts; compared in constant time."""
    return hmac.compare_digest(given.encode(), signature(*parts).encode())


class MessageCrypto:
    """Encrypts and decrypts for one receiver.

    Args:
        token: what signatures are made with.
        aes_key: the EncodingAESKey, 43 characters.
        receiver: appid of an official account, corpid of a company; empty where the platform sends none.

    Raises:
        KeyFault: the key does not have 43 letters and digits.
    """

    def __init__(self, token: str, aes_key: str, receiver: str) -> None:
        if not _KEY.fullmatch(aes_key):
            raise KeyFault(f"EncodingAESKey: {len(aes_key)} characters; copy all 43 letters and digits of it")
        self._token = token
        self._key = base64.b64decode(aes_key + "=")
        self._receiver = receiver.encode()

    def open(self, encrypted: str, msg_signature: str, timestamp: str, nonce: str) -> bytes:
        """The message in `encrypted`. Raises CryptoError: wrong signature, broken, or for somebody else."""
        if not signed(msg_signature, self._token, timestamp, nonce, encrypted):
            raise CryptoError(SIGNATURE, "msg_signature does not fit")
        try:
            cipher = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise CryptoError(DECRYPTION, "not base64") from error
        if not cipher or len(cipher) % _BLOCK:
            raise CryptoError(DECRYPTION, "not whole blocks")
        return self._framed(self._crypt(cipher, decrypt=True))

    def seal(self, message: bytes, random: bytes | None = None) -> str:
        """The message encrypted; `random` are 16 bytes, given only where a result must be repeatable."""
        frame = (random or secrets.token_bytes(_RANDOM)) + struct.pack(">I", len(message)) + message + self._receiver
        padding = _BLOCK - len(frame) % _BLOCK
        return base64.b64encode(self._crypt(frame + bytes([padding]) * padding, decrypt=False)).decode()

    def sign(self, encrypted: str, timestamp: str, nonce: str) -> str:
        """The msg_signature of an encrypted message."""
        return signature(self._token, timestamp, nonce, encrypted)

    def _framed(self, frame: bytes) -> bytes:
        padding = frame[-1]
        if not 1 <= padding <= _BLOCK or frame[-padding:] != bytes([padding]) * padding:
            raise CryptoError(DECRYPTION, "wrong padding")
        body = frame[_RANDOM:-padding]
        if len(body) < 4:
            raise CryptoError(CONTENT, "too short")
        (length,) = struct.unpack(">I", body[:4])
        if length > len(body) - 4:
            raise CryptoError(CONTENT, "shorter than it says")
        if not hmac.compare_digest(body[4 + length :], self._receiver):
            raise CryptoError(RECEIVER, "for another account")
        return body[4 : 4 + length]

    def _crypt(self, data: bytes, *, decrypt: bool) -> bytes:
        cipher = Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))
        context = cipher.decryptor() if decrypt else cipher.encryptor()
        return context.update(data) + context.finalize()
