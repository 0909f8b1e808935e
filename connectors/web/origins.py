"""Which web pages may talk to the chat: our own and those on the allow-list, by CORS and by refusal."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from starlette.datastructures import Headers

_METHODS = "GET, POST, OPTIONS"
_HEADERS = "Content-Type, Last-Event-ID, Traceparent"
_EXPOSED = "Retry-After, X-Trace-Id"
_PREFLIGHT_SECONDS = "600"


@dataclass(frozen=True, slots=True)
class OriginPolicy:
    """Judges the Origin header. No cookies are used, so credentials are never allowed across origins."""

    allowed: frozenset[str]

    def admits(self, headers: Headers) -> bool:
        """True without an Origin (no browser page), for our own pages, and for those on the list."""
        origin = headers.get("origin")
        return origin is None or _same_host(origin, headers.get("host", "")) or origin.lower() in self.allowed

    def response_headers(self, headers: Headers) -> list[tuple[str, str]]:
        """The CORS headers of a response; one to a page that was not admitted stays unreadable to it."""
        origin = headers.get("origin")
        if origin is None or not self.admits(headers):
            return [("Vary", "Origin")]
        return [
            ("Access-Control-Allow-Origin", origin),
            ("Access-Control-Expose-Headers", _EXPOSED),
            ("Vary", "Origin"),
        ]

    @staticmethod
    def preflight_headers() -> list[tuple[str, str]]:
        """What an admitted preflight is told besides."""
        return [
            ("Access-Control-Allow-Methods", _METHODS),
            ("Access-Control-Allow-Headers", _HEADERS),
            ("Access-Control-Max-Age", _PREFLIGHT_SECONDS),
        ]


def normal_origin(written: str) -> str:
    """An entry of the allow-list as browsers send it.

    Raises:
        ValueError: it is not scheme://host[:port].
    """
    parts = urlsplit(written.strip().lower())
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
        raise ValueError(f"allowed origin '{written}': write it as https://www.example.com, without a path")
    return f"{parts.scheme}://{parts.netloc}"


def _same_host(origin: str, host: str) -> bool:
    # A proxy in front may end TLS, so the scheme says nothing here.
    return bool(host) and urlsplit(origin).netloc.lower() == host.lower()
