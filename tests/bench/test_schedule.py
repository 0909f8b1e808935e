"""The same seed gives the same run; arrivals are what they claim to be."""

from itertools import pairwise
from statistics import mean, pvariance

from bench import schedule
from bench.questions import read_questions

QUESTIONS = ("稳盈1号起购多少", "白金卡年费多少", "有哪些理财产品", "什么是结构性存款", "松涛路支行几点开门")


def test_the_seed_fixes_the_order() -> None:
    for make in (
        lambda seed: schedule.in_conversations(QUESTIONS, 40, 5, seed),
        lambda seed: schedule.poisson(QUESTIONS, 8, 20, 5, seed),
        lambda seed: schedule.side_by_side(QUESTIONS, 3, 10, seed),
    ):
        assert make(1) == make(1)
        assert make(1) != make(2)


def test_every_question_comes_before_any_comes_again() -> None:
    order = schedule.shuffled(QUESTIONS, 12, 1)
    assert len(order) == 12
    assert set(order[:5]) == set(order[5:10]) == set(QUESTIONS)


def test_conversations_have_their_length() -> None:
    steps = schedule.in_conversations(QUESTIONS, 12, 5, 1)
    assert [step.conversation for step in steps] == [0] * 5 + [1] * 5 + [2] * 2


def test_arrivals_are_poisson() -> None:
    seconds, rate = 400.0, 20.0
    steps = schedule.poisson(QUESTIONS, 32, rate, seconds, 7)
    times = [step.at for step in steps]
    gaps = [later - sooner for sooner, later in pairwise(times)]
    assert times == sorted(times) and times[0] > 0 and times[-1] < seconds
    assert abs(len(steps) / seconds - rate) < 1
    assert abs(mean(gaps) * rate - 1) < 0.05
    assert abs(pvariance(gaps) * rate**2 - 1) < 0.1  # an even beat would have none


def test_nobody_speaks_again_before_half_of_the_others_did() -> None:
    steps = schedule.poisson(QUESTIONS, 32, 20, 60, 7)
    assert {step.conversation for step in steps} == set(range(32))
    for place, step in enumerate(steps):
        assert step.conversation not in {other.conversation for other in steps[max(place - 15, 0) : place]}


def test_conversations_side_by_side_have_orders_of_their_own() -> None:
    steps = schedule.side_by_side(QUESTIONS, 2, 5, 1)
    first, second = ([s.text for s in steps if s.conversation == number] for number in (0, 1))
    assert set(first) == set(second) == set(QUESTIONS)
    assert first != second


def test_the_questions_are_those_of_the_development_set() -> None:
    found = read_questions()
    assert len(found.texts) >= 200
    assert found.today == "2026-11-20"
    assert all(text.strip() for text in found.texts)
