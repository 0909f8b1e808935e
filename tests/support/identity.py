"""A bank's login: keys that rotate, and tokens signed by them."""

from __future__ import annotations

import json
import time
import uuid
from pathlib import Path
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import ec
from jwt.algorithms import ECAlgorithm
from sqlalchemy.engine import Engine

from connectors.identity.conversations import Conversations
from connectors.identity.jwks import Jwks
from connectors.identity.settings import IssuerSettings
from connectors.identity.tokens import TokenCheck
from connectors.web.deps import People

ISSUER, AUDIENCE = "https://login.yunshan.example", "jinwen"


class BankLogin:
    """Signs tokens with its newest key; `file` holds the public ones."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "jwks.json"
        self._keys: dict[str, ec.EllipticCurvePrivateKey] = {}
        self.rotate()

    def rotate(self, *, keep: bool = True) -> None:
        """A new key; with `keep` False the old ones are gone."""
        if not keep:
            self._keys.clear()
        self._newest = f"k{len(self._keys)}-{uuid.uuid4().hex[:6]}"
        self._keys[self._newest] = ec.generate_private_key(ec.SECP256R1())
        public = [self._public(kid, key) for kid, key in self._keys.items()]
        self.file.write_text(json.dumps({"keys": public}), encoding="utf-8")

    def token(self, customer: str = "c-1", life: float = 600, **changes: Any) -> str:
        """A token about a customer; `changes` replace claims, None leaves one out."""
        now = int(time.time())
        claims: dict[str, Any] = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": customer,
            "jti": uuid.uuid4().hex,
            "iat": now,
            "exp": now + int(life),
        }
        kept = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return jwt.encode(kept, self._keys[self._newest], "ES256", headers={"kid": self._newest})

    def people(self, engine: Engine, clock: Any = None) -> People:
        """The gateway's side."""
        settings = IssuerSettings("bank", ISSUER, AUDIENCE, str(self.file))
        given = {"clock": clock} if clock else {}
        return People(TokenCheck(settings, Jwks(str(self.file), **given), engine), Conversations(engine))

    @staticmethod
    def _public(kid: str, key: ec.EllipticCurvePrivateKey) -> dict[str, Any]:
        read: dict[str, Any] = json.loads(ECAlgorithm.to_jwk(key.public_key()))
        return {**read, "kid": kid, "use": "sig", "alg": "ES256"}
