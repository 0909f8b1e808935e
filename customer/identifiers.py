"""Identifiers of persons: normalised, checked, and kept only as a keyed digest with as much as may be shown.

The digest is HMAC-SHA-256 under a key from JINWEN_CUSTOMER_KEY or a file that only its owner reads. Without the key a
list of all telephone numbers does not give them back.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
import unicodedata
from collections.abc import Mapping
from pathlib import Path

from customer.errors import KeyMissing
from customer.model import IdentityKind

KEY_VARIABLE = "JINWEN_CUSTOMER_KEY"
_LEAST_KEY = 32
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_PHONE = re.compile(r"^(?:\+?86|0086)?(1[3-9][0-9]{9})$")
_ID_NUMBER = re.compile(r"^[0-9]{6}(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9X]$")
_CARD = re.compile(r"^[0-9]{12,19}$")
_NAME = re.compile(r"^[A-Za-z0-9_.@:-]{1,128}$")


class Identifiers:
    """Makes digests with one key."""

    def __init__(self, key: bytes) -> None:
        if len(key) < _LEAST_KEY:
            raise KeyMissing(f"客户标识的密钥太短（{len(key)} 字节）；至少 {_LEAST_KEY} 字节")
        self._key = key

    def digest(self, kind: IdentityKind, value: str) -> str:
        """The digest of an identifier in its normal form; the same value under another kind has another one."""
        return hmac.new(self._key, f"{kind.value}:{value}".encode(), hashlib.sha256).hexdigest()


def load_key(home: Path, env: Mapping[str, str] = os.environ) -> bytes:
    """The key of this installation: from the environment, else from `customer.key` in its home, made when missing.

    Raises:
        KeyMissing: the key is too short or its file can't be read.
    """
    given = env.get(KEY_VARIABLE, "").strip()
    path = home / "customer.key"
    if not given:
        try:
            given = path.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            given = _new_key(path)
        except (OSError, UnicodeDecodeError) as error:
            raise KeyMissing(f"{path}：密钥文件读不出来（{error}）；恢复它，或设置 {KEY_VARIABLE}") from error
    return given.encode()


def _new_key(path: Path) -> str:
    """A key in a file that appears whole or not at all; of two processes that make one, the first wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    made = secrets.token_hex(_LEAST_KEY)
    scratch = path.with_name(f".{path.name}.{os.getpid()}")
    scratch.touch(mode=0o600, exist_ok=True)
    scratch.write_text(made + "\n", encoding="ascii")
    try:
        os.link(scratch, path)
    except FileExistsError:
        return path.read_text(encoding="ascii").strip()
    finally:
        scratch.unlink()
    return made


def normal(kind: IdentityKind, value: str) -> str | None:
    """The one form of an identifier; None when it is none of its kind (wrong length, wrong check digit)."""
    text = unicodedata.normalize("NFKC", value).strip()
    if kind in (IdentityKind.PHONE, IdentityKind.ID_NUMBER, IdentityKind.CARD):
        text = re.sub(r"[\s-]", "", text).upper()
    if kind is IdentityKind.PHONE:
        match = _PHONE.match(text)
        return match.group(1) if match else None
    if kind is IdentityKind.ID_NUMBER:
        return text if _ID_NUMBER.match(text) and _right_check(text) else None
    if kind is IdentityKind.CARD:
        return text if _CARD.match(text) else None
    return text if _NAME.match(text) else None


def shown(kind: IdentityKind, value: str) -> str:
    """As much of an identifier as a member of staff may see: enough to compare, not enough to use."""
    if kind is IdentityKind.PHONE:
        return f"{value[:3]}****{value[-4:]}"
    if kind is IdentityKind.ID_NUMBER:
        return f"{value[:3]}***********{value[-4:]}"
    if kind is IdentityKind.CARD:
        return f"****{value[-4:]}"
    return f"{value[:2]}***{value[-2:]}" if len(value) > 6 else "***"


def _right_check(number: str) -> bool:
    return _CHECK[sum(int(d) * w for d, w in zip(number[:17], _WEIGHTS, strict=True)) % 11] == number[17]
