"""Turns taken ahead: made from whatever the graph names, forgotten afterwards."""

from __future__ import annotations

from itertools import islice
from typing import cast

import pytest

from dialogue.engine.turns import TurnHandler
from dialogue.engine.warming import QUESTIONS, SECONDS, questions, warm_up
from dialogue.turn import Namespace, TurnIn
from kg.lexicon.lexicon import Lexicon
from tests.support.demo import demo_bank


def test_without_a_graph_small_talk_alone_is_asked() -> None:
    assert list(questions(None)) == ["你好", "有哪些产品", "什么是利率", "第一个呢"]


def _named(text: str, lexicon: Lexicon) -> str:
    """What the question is about: a 的 may stand in the name and in the attribute as well."""
    cuts = (text[:place] for place, character in enumerate(text) if character == "的")
    return next((name for name in cuts if lexicon.by_name(name)), "")


def test_questions_name_what_the_graph_has_and_go_on_from_it() -> None:
    lexicon = demo_bank().lexicon
    asked = list(islice(questions(lexicon), QUESTIONS))
    assert len(asked) == QUESTIONS
    about = [_named(text, lexicon) for text in asked if text.endswith("是多少")]
    assert len(set(about)) > QUESTIONS / 4
    assert all(about)


class _Handler:
    """Takes every turn; `seconds` pass with each."""

    def __init__(self, clock: list[float], seconds: float) -> None:
        self.turns: list[TurnIn] = []
        self.forgotten: list[str] = []
        self.prepared = 0
        self._clock, self._seconds = clock, seconds

    async def handle(self, turn: TurnIn) -> None:
        self.turns.append(turn)
        self._clock[0] += self._seconds

    def forget(self, prefix: str) -> None:
        self.forgotten.append(prefix)

    def prepare_offers(self) -> None:
        self.prepared += 1


@pytest.mark.parametrize(("seconds", "taken"), [(0.0, QUESTIONS), (1.0, int(SECONDS) + 1)])
async def test_warming_ends_after_its_questions_or_its_seconds_and_leaves_nothing(seconds: float, taken: int) -> None:
    clock = [0.0]
    handler = _Handler(clock, seconds)
    await warm_up(cast(TurnHandler, handler), demo_bank().lexicon, lambda: clock[0])
    assert len(handler.turns) == taken
    assert handler.prepared == 1
    assert {t.namespace for t in handler.turns} == {Namespace.BATCH}
    assert {t.session for t in handler.turns} == set(handler.forgotten)
