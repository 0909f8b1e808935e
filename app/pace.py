"""How far a long piece of work is, for a person: a bar, the share, the rate and the time that is left."""

from __future__ import annotations

WIDTH = 20
_MINUTES_FROM = 90.0
_SLOWEST = 1 / 3600
"""Less than one an hour says nothing about the time left."""


def pace(what: str, done: int, total: int, rate: float) -> str:
    """`what` with a bar of WIDTH characters, done of total, items a second and the time left.

    `total` 0 is a total that nobody knows, `rate` 0 a rate that nobody knows yet: what would follow from them is left
    away.
    """
    parts = [f"{what} {_bar(done, total)}{done:,} / {total:,}" if total else f"{what} {done:,}"]
    if rate >= _SLOWEST:
        parts.append(f"每秒 {rate:,.0f}")
        if 0 < done < total:
            parts.append(f"还要约 {duration((total - done) / rate)}")
    return "，".join(parts)


def duration(seconds: float) -> str:
    """Seconds as people say them, rounded up: 45 秒, 3 分钟."""
    if seconds <= _MINUTES_FROM:
        return f"{max(1, -int(-seconds // 1))} 秒"
    return f"{-int(-seconds // 60)} 分钟"


def _bar(done: int, total: int) -> str:
    filled = min(WIDTH, done * WIDTH // total)
    return f"[{'█' * filled}{'░' * (WIDTH - filled)}] {min(100, done * 100 // total)}% "


class Pace:
    """The rate since the first report: what came before it (opening, checking) is another piece of work."""

    def __init__(self) -> None:
        self._first: tuple[int, float] | None = None

    def rate(self, done: int, now: float) -> float:
        """Items a second up to `now` (seconds of a clock that only goes on); 0 while unknown."""
        if self._first is None:
            self._first = (done, now)
        before, since = self._first
        return (done - before) / (now - since) if now > since and done > before else 0.0
