"""The FAQ benchmark: its questions are many and different, and it measures every one that it asks."""

from __future__ import annotations

from bench.faqs import made_up, timed


def test_questions_are_made_up_alike_each_time_and_differ() -> None:
    first, again = made_up(600), made_up(600)
    assert first == again
    assert len({faq.question for faq in first}) > 500
    assert all(faq.answers for faq in first)


def test_figures_are_of_the_index_and_of_questions() -> None:
    result = timed(made_up(300), asked=20)
    assert result.count == 300
    assert result.built_s > 0 and result.prepared_s > 0
    assert 0 < result.p50_ms <= result.p99_ms
