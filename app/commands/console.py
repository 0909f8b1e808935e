"""What a person at the terminal sees: results on stdout, progress and notices on stderr."""

from __future__ import annotations

import sys
import time

import typer

from app.pace import Pace, pace

_EVERY_TERMINAL = 0.2
_EVERY_LOG = 5.0


def out(text: str = "") -> None:
    """One line of the result."""
    typer.echo(text)


def say(text: str) -> None:
    """One line about what is going on."""
    progress_end()
    typer.echo(text, err=True)


_open_line = False


def progress(text: str) -> None:
    """A line that the next one overwrites; nothing when stderr is no terminal."""
    global _open_line  # noqa: PLW0603 the terminal is one
    if sys.stderr.isatty():
        typer.echo(f"\r\x1b[2K{text}", err=True, nl=False)
        _open_line = True


def progress_end() -> None:
    """Takes the overwritable line away."""
    global _open_line  # noqa: PLW0603 the terminal is one
    if _open_line:
        typer.echo("\r\x1b[2K", err=True, nl=False)
        _open_line = False


class Counter:
    """Reports done/all of one long piece of work, at a pace for eyes on a terminal and for logs elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._last = time.monotonic()
        self._pace = Pace()

    def __call__(self, done: int, total: int) -> None:
        """`done` of `total` are finished; 0 is a total that nobody knows."""
        now = time.monotonic()
        rate = self._pace.rate(done, now)
        if now - self._last < (_EVERY_TERMINAL if sys.stderr.isatty() else _EVERY_LOG):
            return
        self._last = now
        text = pace(self._what, done, total, rate)
        if sys.stderr.isatty():
            progress(text)
        else:
            say(text)


class Waiting:
    """Called with seconds while something starts; says so after the first two."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._said = False

    def __call__(self, seconds: float) -> None:
        """`seconds` have passed."""
        if sys.stderr.isatty():
            progress(f"{self._what}……{seconds:.0f} 秒")
        elif not self._said and seconds >= 2:
            self._said = True
            say(f"{self._what}……")
