"""Passwords as scrypt hashes, and what a password must be like."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

_N, _R, _P = 2**15, 8, 1  # 32 MB and some 80 ms a try
_MEMORY = 64 * 1024 * 1024
MIN_LENGTH, MAX_LENGTH = 10, 200


class WeakPassword(ValueError):
    """A password that may not be used; the message says why, in Chinese."""


def hashed(password: str) -> str:
    """The password as it is stored: `scrypt$n$r$p$salt$hash`. Raises WeakPassword."""
    if not MIN_LENGTH <= len(password) <= MAX_LENGTH:
        raise WeakPassword(f"密码要有 {MIN_LENGTH} 到 {MAX_LENGTH} 个字符")
    if len(set(password)) < 5:
        raise WeakPassword("密码太简单：至少用五种不同的字符")
    salt = secrets.token_bytes(16)
    return "$".join(("scrypt", str(_N), str(_R), str(_P), _text(salt), _text(_derive(password, salt, _N, _R, _P))))


def matches(password: str, stored: str) -> bool:
    """Whether it is the password that was stored; takes as long when it is not."""
    _name, n, r, p, salt, digest = stored.split("$")
    found = _derive(password[:MAX_LENGTH], base64.b64decode(salt), int(n), int(r), int(p))
    return hmac.compare_digest(found, base64.b64decode(digest))


def nobody() -> str:
    """A hash that nothing matches, for names that do not exist: refusing them must take as long."""
    return hashed(secrets.token_urlsafe(24))


def _derive(password: str, salt: bytes, n: int, r: int, p: int) -> bytes:
    return hashlib.scrypt(password.encode(), salt=salt, n=n, r=r, p=p, maxmem=_MEMORY, dklen=32)


def _text(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")
