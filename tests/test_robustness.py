"""Questions that are answered survive what people do to them (the table of robustness): a floor for each perturbation.

In memory, without the classifier; `pytest -s` prints the table, `python -m bench.robustness` asks the whole engine.
"""

from __future__ import annotations

import sys

import pytest

from bench.perturbing import dropped, formal, full_width, homophone, in_pinyin, traditional, unmarked, with_w
from bench.robustness import exact, lines, measured
from tests.support.demo import demo_bank
from tests.test_quality import Talks

FLOORS = {
    "homophone": 0.5,
    "dropped": 0.6,
    "traditional": 0.95,
    "full width": 0.95,
    "polite": 0.95,
    "hesitant": 0.92,
    "unmarked": 0.85,
    "5w": 0.85,
    "formal": 0.85,
    "pinyin": 0.65,
    "emoji": 0.95,
}


@pytest.mark.slow
def test_what_people_do_to_a_question_leaves_it_answered() -> None:
    found = measured(Talks(demo_bank()))
    sys.stdout.write("\n".join(lines(found)))
    below = {n: exact(found[n]).value for n, floor in FLOORS.items() if exact(found[n]).value < floor}
    assert set(found) == set(FLOORS)
    assert not below


@pytest.mark.parametrize(
    ("changed", "wanted"),
    [
        (traditional("云杉白金信用卡年费"), "雲杉白金信用卡年費"),
        (full_width("R2,3年"), "Ｒ２，３年"),
        (unmarked("年费多少？ 怎么免!"), "年费多少怎么免"),
        (with_w("存五万三年"), "存5w三年"),
        (formal("存五万元三年"), "存伍万圆三年"),
        (formal("期限三年"), None),
        (in_pinyin("稳盈天天起购", ["稳盈天天", "稳盈"]), "wenyingtiantian起购"),
        (in_pinyin("起购多少", ["稳盈天天"]), None),
        (homophone("年费", "年费"), None),
        (dropped("年费"), None),
    ],
)
def test_the_perturbations(changed: str | None, wanted: str | None) -> None:
    assert changed == wanted


def test_a_homophone_sounds_alike_and_is_another_sign() -> None:
    assert homophone("年费", "年费肺") in ("年肺",)
    lost = dropped("云杉白金信用卡年费")
    assert lost is not None and len(lost) == 8
