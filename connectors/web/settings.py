"""Settings of the web channel; the composition root fills them from JINWEN_* or the settings file."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Rate:
    """A token bucket: `burst` at once, then `per_second`."""

    per_second: float
    burst: int


@dataclass(frozen=True, slots=True)
class WebSettings:
    """How the channel behaves. Times are in seconds unless they are timedeltas, sizes in bytes.

    `allowed_origins` are the pages (scheme://host[:port]) that may embed the widget besides our own.
    `allow_today` lets a client say which day a turn is taken for: demonstrations and tests only.
    `limited` False lifts the limits on how often one may ask: for measurements, never where others reach it.
    `uploads` are the paths whose bodies are files of up to `max_upload` bytes; their routes read them themselves.
    `suggestions` are the questions offered before the first one is asked.
    """

    allowed_origins: frozenset[str] = frozenset()
    allow_today: bool = False
    max_text: int = 2000
    max_body: int = 64 * 1024
    max_upload: int = 50_000_000
    upload_timeout: float = 120.0
    uploads: frozenset[str] = frozenset({"/api/v1/kg/drafts"})
    body_timeout: float = 10.0
    limited: bool = True
    session_rate: Rate = Rate(per_second=2, burst=60)
    client_rate: Rate = Rate(per_second=40, burst=200)
    opening_rate: Rate = Rate(per_second=5, burst=60)
    session_idle: timedelta = timedelta(hours=24)
    loading_wait: float = 45.0
    heartbeat: float = 15.0
    poll: float = 1.0
    streams_per_session: int = 6
    streams: int = 2000
    suggestions: tuple[str, ...] = field(
        default=("三年期定期存款利率是多少", "有哪些低风险的理财产品", "信用卡年费怎么收", "卡丢了怎么办")
    )
