"""Who says what when: every order comes from a seed, so that both bots and every run get the same."""

from __future__ import annotations

import random
from collections.abc import Sequence

from bench.jobs import Step


def in_conversations(questions: Sequence[str], turns: int, length: int, seed: int) -> tuple[Step, ...]:
    """`turns` questions in a shuffled order, the next conversation after every `length` of them."""
    order = shuffled(questions, turns, seed)
    return tuple(Step(place // length, text) for place, text in enumerate(order))


def poisson(questions: Sequence[str], conversations: int, rate: float, seconds: float, seed: int) -> tuple[Step, ...]:
    """Arrivals at `rate` a second for `seconds`, each in a conversation drawn by chance.

    A person does not say two things in one second: the half of the conversations that spoke last is left out.
    """
    chance = random.Random(seed)
    waiting = list(range(conversations))
    steps: list[Step] = []
    at = chance.expovariate(rate)
    while at < seconds:
        conversation = waiting.pop(chance.randrange((len(waiting) + 1) // 2))
        waiting.append(conversation)
        steps.append(Step(conversation, "", at))
        at += chance.expovariate(rate)
    texts = shuffled(questions, len(steps), seed)
    return tuple(Step(step.conversation, text, step.at) for step, text in zip(steps, texts, strict=True))


def side_by_side(questions: Sequence[str], conversations: int, length: int, seed: int) -> tuple[Step, ...]:
    """`length` questions for each of the conversations, each in an order of its own."""
    return tuple(
        Step(conversation, text)
        for conversation in range(conversations)
        for text in shuffled(questions, length, seed + conversation)
    )


def shuffled(questions: Sequence[str], count: int, seed: int) -> list[str]:
    """`count` of the questions, all of them before any comes again."""
    chance = random.Random(seed)
    order: list[str] = []
    while len(order) < count:
        order.extend(chance.sample(list(questions), len(questions)))
    return order[:count]
