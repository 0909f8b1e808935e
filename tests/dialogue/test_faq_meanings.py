"""The thread in which FAQs are prepared: begun once, ended by what comes later, and told of in the log."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import cast

import pytest
from structlog.testing import capture_logs

from dialogue.faq_meanings import FaqMeanings
from nlu.faq import FaqIndex


class Slow:
    """Stands in for FAQs: prepared when it is let, or when it is told to stop, not."""

    def __init__(self, fails: bool = False) -> None:
        self.prepared = False
        self.begun, self.let = threading.Event(), threading.Event()
        self._fails = fails
        self.times = 0

    def prepare(self, go_on: Callable[[int, int], bool]) -> None:
        self.times += 1
        self.begun.set()
        if self._fails:
            raise OSError("no space left")
        while not self.let.wait(0.001):
            if not go_on(1, 2):
                return
        self.prepared = True


def test_what_is_begun_is_prepared_beside_the_caller_and_once() -> None:
    faqs, meanings = Slow(), FaqMeanings()
    with capture_logs() as lines:
        meanings.begin(cast(FaqIndex, faqs))
        assert faqs.begun.wait(5)
        faqs.let.set()
        meanings.wait(5)
        meanings.begin(cast(FaqIndex, faqs))
    assert faqs.prepared and faqs.times == 1
    assert [line["event"] for line in lines] == ["faq_meanings.prepared"]


def test_later_faqs_take_the_place_of_those_that_are_not_done() -> None:
    first, second, meanings = Slow(), Slow(), FaqMeanings()
    meanings.begin(cast(FaqIndex, first))
    assert first.begun.wait(5)
    second.let.set()
    meanings.begin(cast(FaqIndex, second))
    meanings.wait(5)
    assert second.prepared and not first.prepared


@pytest.mark.parametrize("begun", [True, False])
def test_stopping_leaves_no_thread(begun: bool) -> None:
    faqs, meanings = Slow(), FaqMeanings()
    if begun:
        meanings.begin(cast(FaqIndex, faqs))
    meanings.stop()
    assert "faq-meanings" not in [t.name for t in threading.enumerate()]
    assert not faqs.prepared


def test_a_failure_is_told_and_leaves_words() -> None:
    faqs, meanings = Slow(fails=True), FaqMeanings()
    with capture_logs() as lines:
        meanings.begin(cast(FaqIndex, faqs))
        meanings.wait(5)
    assert not faqs.prepared
    assert [line["event"] for line in lines] == ["faq_meanings.failed"]
