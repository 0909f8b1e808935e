"""The gate of quality: figures on the evaluation sets may not drop below what tests/eval/recorded.json says.

Understanding, graph and wording without Rasa: the classifier is taken to think a turn a question, so commands and
what is out of scope are left to `jinwen eval`. `--update-goldens` records the figures anew.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from app.evaluation import EvalReport, run
from app.evaluation.scoring import Mark
from dialogue.replying import Setting, reply
from dialogue.wire import fact_out
from kg.query import to_plain
from nlu.memory import Memory
from tests.support.demo import BANK, PROJECT, Bank, demo_bank

SETS = PROJECT / "tests" / "eval"
RECORDED = SETS / "recorded.json"
GROUPS = ("single", "conversations", "unanswerable")


class Talks:
    """Answers turns from the bank in memory, one memory a session."""

    def __init__(self, bank: Bank) -> None:
        self._bank = bank
        self._memories: dict[str, Memory] = {}

    def __call__(self, session: str, text: str, today: date) -> Mapping[str, Any]:
        memory = self._memories.get(session, Memory())
        understood = self._bank.understood(text, memory, today)
        setting = Setting(self._bank.snapshot, self._bank.lexicon, today, BANK, text)
        made = reply(understood, memory, setting)
        self._memories[session] = Memory.from_json(made.memory.to_json())
        return {
            "reply": made.message.plain(),
            "outcome": made.outcome.value,
            "intent": understood.intent,
            "confidence": understood.confidence,
            "query": understood.query.to_json() if understood.query else None,
            "facts": [to_plain(fact_out(f)) for f in made.facts],
        }


def figures(report: EvalReport) -> dict[str, dict[str, float]]:
    """Shares exact and wrong by group, with the 95 % intervals beside them."""
    found = {}
    for row in report.groups():
        if row.name[1] in GROUPS:
            exact, wrong = row.marks[Mark.EXACT], row.marks[Mark.WRONG]
            found[row.name[1]] = {
                "turns": row.turns,
                "exact": round(exact.hits / row.turns, 4),
                "wrong": round(wrong.hits / row.turns, 4),
            }
    return found


@pytest.mark.slow
@pytest.mark.parametrize("name", ["dev", "frozen"])
def test_no_figure_drops_below_what_is_recorded(name: str, request: pytest.FixtureRequest) -> None:
    now = figures(run([SETS / name], Talks(demo_bank())))
    recorded = json.loads(RECORDED.read_text(encoding="utf-8")) if RECORDED.exists() else {}
    if request.config.getoption("--update-goldens"):
        recorded[name] = now
        RECORDED.write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")
    for group, before in recorded[name].items():
        assert now[group]["turns"] == before["turns"], f"{name} {group}: the set changed; record its figures anew"
        assert now[group]["exact"] >= before["exact"], f"{name} {group}: exact {now[group]} below {before}"
        assert now[group]["wrong"] <= before["wrong"], f"{name} {group}: wrong {now[group]} above {before}"
