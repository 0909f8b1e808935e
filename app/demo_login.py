"""The demonstration bank's own login: keys of this installation, and a page's button that signs a made-up customer in.

Only `serve --demo` has it. A real bank issues such tokens itself, and we only ever see its public keys.
"""

from __future__ import annotations

import json
import os
import time
import uuid
from pathlib import Path
from typing import Annotated

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi import APIRouter, Depends
from jwt.algorithms import ECAlgorithm
from pydantic import BaseModel, ConfigDict, Field

from connectors.identity.settings import IssuerSettings
from connectors.web.deps import limit_client
from connectors.web.problems import Kind, ProblemError

ISSUER, AUDIENCE, KEY_ID = "urn:jinwen:demo-login", "jinwen", "demo"
_KEY, _JWKS = "demo-login.pem", "demo-login.jwks.json"
_LIFE_S = 600


class LoginIn(BaseModel):
    """Who to be."""

    model_config = ConfigDict(extra="forbid")

    customer: Annotated[str, Field(pattern=r"^(demo-[a-z0-9]{1,20}|C\d{7})$")] = "demo-1"


class DemoLogin:
    """Signs tokens about made-up customers: demo-…, of whom nothing is known, and those that `demo customers` made up
    in this home (C0000006), who hold products and may be offered some."""

    def __init__(self, home: Path) -> None:
        self._made_up = home / "demo" / "about.json"
        self._key = _key(home / _KEY)
        public = json.loads(ECAlgorithm.to_jwk(self._key.public_key()))
        keys = {"keys": [{**public, "kid": KEY_ID, "use": "sig", "alg": "ES256"}]}
        (home / _JWKS).write_text(json.dumps(keys), encoding="utf-8")
        self.settings = IssuerSettings("demo", ISSUER, AUDIENCE, str(home / _JWKS))

    def token(self, customer: str) -> str:
        """The word on who somebody is, for ten minutes."""
        now = int(time.time())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": customer, "jti": uuid.uuid4().hex, "iat": now}
        return jwt.encode({**claims, "exp": now + _LIFE_S}, self._key, "ES256", headers={"kid": KEY_ID})

    def router(self) -> APIRouter:
        """The route of the button."""
        routes = APIRouter(include_in_schema=False)

        @routes.post("/api/demo/login", dependencies=[Depends(limit_client)])
        async def login(given: LoginIn) -> dict[str, str]:
            """A token about the made-up customer."""
            if given.customer.startswith("C") and not self._made_up.exists():
                raise ProblemError(Kind.REFUSED, "这里没有生成演示客户；先运行 ./jinwen demo customers")
            return {"token": self.token(given.customer)}

        return routes


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    if not path.exists():
        made = ec.generate_private_key(ec.SECP256R1()).private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(made)
    read = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(read, ec.EllipticCurvePrivateKey)
    return read
