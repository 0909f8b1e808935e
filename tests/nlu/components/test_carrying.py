"""What the arbiter decided survives the way through Rasa's message as JSON."""

from __future__ import annotations

import json

import pytest

from kg.answer import Assumed, Assumption, Choice
from kg.query import Ask, Entity, Query
from nlu.components.carrying import understood_from_json, understood_to_json
from nlu.readings import Reading
from nlu.understood import Understood

QUERY = Query(Ask.VALUE, (Entity("p1", "稳盈1号", "文盈一号", "pinyin"),), predicates=("起购金额",))


@pytest.mark.parametrize(
    "understood",
    [
        Understood("greet", 0.9),
        Understood("ask_faq", 0.8, faq_id="faq-1", runners_up=(("query", "ask_attribute", 0.3),)),
        Understood(
            "ask_attribute",
            0.7,
            query=QUERY,
            reading=Reading(
                QUERY,
                0.9,
                0.8,
                0.7,
                carried=True,
                assumptions=(Assumption(Assumed.PINYIN, "文盈一号", "稳盈1号"),),
                choices=(Choice("稳盈1号", QUERY, "稳盈1号的起购金额"),),
                notes=("近",),
            ),
            choices=(Choice("稳盈1号", QUERY),),
        ),
    ],
)
def test_understood_round_trip(understood: Understood) -> None:
    carried = json.loads(json.dumps(understood_to_json(understood), ensure_ascii=False))
    assert understood_from_json(carried) == understood
