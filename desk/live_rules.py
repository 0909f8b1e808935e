"""The rules in force: read again when the bank has changed the file; a mistake in it leaves those before in force."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import structlog

from desk.rules import DeskFileError, Rules, read_rules

log = structlog.get_logger(__name__)
_LOOK_S = 2.0


class LiveRules:
    """The rules of a folder; safe to share between threads. `elsewhere` are channels whose people are not at this desk,
    besides those that the rules name. Raises DeskFileError at the start only."""

    def __init__(self, folder: Path, elsewhere: Iterable[str] = ()) -> None:
        self._folder = folder
        self._elsewhere = frozenset(elsewhere)
        self._lock = threading.Lock()
        self._stamp = self._now()
        self._rules = self._read()
        self._looked = time.monotonic()

    @property
    def rules(self) -> Rules:
        """Those in force now; looked at every two seconds."""
        with self._lock:
            if time.monotonic() - self._looked > _LOOK_S:
                self._looked = time.monotonic()
                self._look()
            return self._rules

    def _look(self) -> None:
        stamp = self._now()
        if stamp == self._stamp:
            return
        self._stamp = stamp
        try:
            self._rules = self._read()
        except DeskFileError as error:
            log.error("desk.rules_unread", problems=list(error.problems))

    def _read(self) -> Rules:
        found = read_rules(self._folder)
        return replace(found, elsewhere=found.elsewhere | self._elsewhere)

    def _now(self) -> tuple[tuple[str, int], ...]:
        return tuple(sorted((p.name, p.stat().st_mtime_ns) for p in self._folder.glob("*.*") if p.is_file()))
