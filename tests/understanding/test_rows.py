"""Every row of issue 4's tables of kinds of question (§1), people (§3) and scope (§5): questions that stand in no data
file, with the facts of the graph that answer them. The tables are the YAML files beside this one: a phenomenon, and how
customers ask it. Judged are facts and outcomes, not wording.

Keys beside those of tests/eval/README.md: `ask` is the question, `says` lists alternatives of (subject, predicate)
pairs of which one has to be among the facts (`*` is any subject), `of` names the class whose other members must not be
shown, `members_any` are members of which one has to be shown, `classifier` is the intent that it is sure of, `assumed`
asks that what was assumed is said, `after` are turns before it, and `known` says why a question is not answered yet.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from app.evaluation.cases import expectation
from app.evaluation.reading import Reply as Read
from app.evaluation.scoring import judge
from dialogue.replying import Reply
from dialogue.wire import fact_out
from kg.query import to_plain
from nlu.memory import Memory
from tests.support.demo import PROJECT, Bank, demo_bank

HERE = Path(__file__).parent
ENOUGH = 3
"""Ways of asking that each phenomenon has at least."""
OWN_KEYS = ("ask", "says", "of", "members_any", "classifier", "assumed", "after", "known")


@lru_cache(maxsize=1)
def tables() -> Mapping[str, list[dict[str, Any]]]:
    """The questions by file and phenomenon."""
    files = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(HERE.glob("*.yml"))}
    return {f"{name}: {row}": cases for name, rows in files.items() for row, cases in rows.items()}


def questions() -> list[Any]:
    """One parameter a question; what is known not to be answered is marked with its reason."""
    return [
        pytest.param(case, id=f"{row}-{case['ask'][:24]}", marks=_marks(case))
        for row, cases in tables().items()
        for case in cases
    ]


def _marks(case: Mapping[str, Any]) -> list[pytest.MarkDecorator]:
    return [pytest.mark.xfail(reason=case["known"])] if "known" in case else []


@pytest.mark.parametrize("case", questions())
def test_the_facts_that_are_asked_for_are_said(bank: Bank, case: dict[str, Any]) -> None:
    reply = asked(bank, case)
    read = Read(reply.message.plain(), reply.outcome, facts=tuple(_key(f) for f in reply.facts))
    judged = judge(expectation(_expected(case)), read)
    assert judged.right, (judged, read.text, reply.query)
    if case.get("says") and "answered" in reply.outcome.value:
        pairs = {f[:2] for f in read.facts} | {("*", f[1]) for f in read.facts}
        assert any(all(tuple(pair) in pairs for pair in one) for one in case["says"]), (read.text, reply.query)
    if case.get("assumed"):
        assert "按" in read.text or "理解" in read.text, read.text


def asked(bank: Bank, case: Mapping[str, Any]) -> Reply:
    """The reply to the question, after the turns that come before it."""
    memory = Memory()
    for text in case.get("after", ()):
        memory = Memory.from_json(bank.reply(text, memory).memory.to_json())
    return bank.reply(case["ask"], memory, intent=case.get("classifier", ""))


def _key(fact: Any) -> tuple[str, ...]:
    written = to_plain(fact_out(fact))
    return (written["subject"], written["predicate"], written["object"], written.get("qualifiers") or "")


def _expected(case: Mapping[str, Any]) -> dict[str, Any]:
    """The case in the format of the evaluation sets."""
    expected = {key: value for key, value in case.items() if key not in OWN_KEYS}
    others = _members(case["of"]) if "of" in case else []
    if "members" in case:
        kept = {*case["members"], *case.get("members_optional", ())}
        expected["members_exclude"] = [name for name in others if name not in kept]
        expected["total"] = len(case["members"])
    if "best" in case and others:
        expected["candidates"] = others
    if "members_any" in case:
        expected["reply_any"] = case["members_any"]
    return expected


def _members(name: str) -> list[str]:
    bank = demo_bank()
    classes = bank.lexicon.descendants(bank.id_of(name))
    return [member for _, member in bank.snapshot.members(classes, 10_000)]


def test_each_phenomenon_is_asked_in_several_ways() -> None:
    assert [row for row, cases in tables().items() if len(cases) < ENOUGH] == []
    texts = [case["ask"] for cases in tables().values() for case in cases]
    assert len(texts) == len(set(texts))
    assert len(texts) >= 250


def test_the_questions_stand_in_no_data_file() -> None:
    folders = ("data", "nlu", "dialogue", "tests/eval")
    files = (p for folder in folders for p in (PROJECT / folder).rglob("*") if p.suffix in {".csv", ".yml", ".jsonl"})
    texts = "\n".join(path.read_text(encoding="utf-8") for path in files)
    asked_here = [case["ask"] for cases in tables().values() for case in cases if len(case["ask"]) > ENOUGH]
    assert [text for text in asked_here if text in texts] == []


def test_what_is_not_answered_has_its_reason() -> None:
    known = [case["known"] for cases in tables().values() for case in cases if "known" in case]
    assert all(len(reason) > ENOUGH for reason in known)
    total = sum(len(cases) for cases in tables().values())
    assert len(known) <= total // 4
