"""What the FAQs of a revision mean is worked out beside the turns: until it is done, words alone find them."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

import structlog

if TYPE_CHECKING:
    from nlu.faq import FaqIndex

log = structlog.get_logger(__name__)

TOLD_EVERY_S = 5.0
_STOP_S = 10.0


class FaqMeanings:
    """One thread at a time; FAQs that come later take the place of those that are not done."""

    def __init__(self) -> None:
        self._thread: threading.Thread | None = None
        self._stopping = threading.Event()

    def begin(self, faqs: FaqIndex) -> None:
        """Starts with these unless they are prepared; returns at once."""
        if not faqs.prepared:
            self.stop()
            self._stopping = threading.Event()
            arguments = (faqs, self._stopping)
            self._thread = threading.Thread(target=_prepare, args=arguments, name="faq-meanings", daemon=True)
            self._thread.start()

    def wait(self, seconds: float) -> None:
        """Until what was begun is done, or so many seconds are over."""
        if self._thread is not None:
            self._thread.join(seconds)

    def stop(self) -> None:
        """Ends what was begun."""
        self._stopping.set()
        self.wait(_STOP_S)


def _prepare(faqs: FaqIndex, stopping: threading.Event) -> None:
    started = told = time.monotonic()

    def go_on(done: int, of: int) -> bool:
        nonlocal told
        if time.monotonic() - told >= TOLD_EVERY_S:
            told = time.monotonic()
            log.info("faq_meanings.progress", done=done, of=of)
        return not stopping.is_set()

    try:
        faqs.prepare(go_on)
    except Exception:  # words alone go on finding FAQs; the log says why no more does
        log.exception("faq_meanings.failed")
        return
    if faqs.prepared:
        log.info("faq_meanings.prepared", seconds=round(time.monotonic() - started, 1))
