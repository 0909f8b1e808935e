"""Settings of one issuer of identities: the bank's own login."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

ALGORITHMS = ("ES256", "ES384", "RS256", "PS256", "EdDSA")
"""Signatures by private keys only: who can check a token can't make one."""


@dataclass(frozen=True, slots=True)
class IssuerSettings:
    """One issuer. `jwks` is the address or file of its public keys; `audience` must stand in every token; a token
    may live `max_life` seconds at most; `leeway` allows for clocks that differ. `subject` says what `sub` is:
    the customer's id in the bank (customer), or his name in the app (app_user), which the customer base knows."""

    name: str
    issuer: str
    audience: str
    jwks: str
    max_life: int = 3600
    leeway: int = 30
    subject: str = "customer"

    def __post_init__(self) -> None:
        if self.subject not in ("customer", "app_user"):
            raise ValueError(f"subject {self.subject}: write customer or app_user")
        scheme = urlsplit(self.jwks).scheme
        if scheme == "http" and urlsplit(self.jwks).hostname not in ("127.0.0.1", "localhost", "::1"):
            raise ValueError(f"jwks {self.jwks}: keys come over https, or from a file")
