"""What came back, read for judging: facts as comparable keys, names and figures in the reply."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.evaluation.cases import FactKey
from kg.answer import Outcome
from kg.query import Query

_INTEGER = re.compile(r"(?<![\dA-Za-z.])\d+(?!\d|[.:：%％年月日天号元万亿期岁]|个月|个工作日)")
_SMALL = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "十": 10}
_SMALL_COUNT = re.compile(r"([一两二三四五六七八九十])(?=[款个只张家种项位条])")
_DENIAL = re.compile(r"^(不|否|没有|没|未|无|还不|尚不|暂不|抱歉|您还不)")
_AFFIRMATION = re.compile(r"^(是|可以|能|够|有|对|符合|支持|行|需要|会|要)")
_RANGE = "..."  # what NFKC makes of …
_OPENING_NOISE = re.compile(r"^(（[^）]*）|[\s，,。！!：:])+")


@dataclass(frozen=True, slots=True)
class Reply:
    """One line of batch output, as far as judging needs it. `confidence` is None where none was given."""

    text: str
    outcome: Outcome
    intent: str = ""
    confidence: float | None = None
    facts: tuple[FactKey, ...] = ()
    latency_ms: float | None = None
    query: Query | None = None


def read_reply(data: Mapping[str, Any]) -> Reply:
    """The reply in a batch output line. Raises KeyError or ValueError when it is none."""
    return Reply(
        text=str(data["reply"]),
        outcome=Outcome(data["outcome"]),
        intent=str(data.get("intent") or ""),
        confidence=None if data.get("confidence") is None else float(data["confidence"]),
        facts=tuple(_fact(fact) for fact in data.get("facts", ())),
        latency_ms=None if data.get("latency_ms") is None else float(data["latency_ms"]),
        query=Query.from_json(data["query"]) if data.get("query") else None,
    )


def is_among(fact: FactKey, facts: Collection[FactKey], *, reverse: bool = False) -> bool:
    """Whether a fact stands among others.

    Qualifiers count only where the expected side writes them; with `reverse` the others are the expected ones.
    """
    return any(_same(other, fact) if reverse else _same(fact, other) for other in facts)


def same_place(fact: FactKey, expected: FactKey) -> bool:
    """Whether two facts answer the same question: subject, predicate and qualifiers agree.

    A row of a table that says which other term or channel it is for answers another question.
    """
    if [_plain(p) for p in fact[:2]] != [_plain(p) for p in expected[:2]]:
        return False
    return _qualifiers("".join(fact[3:4])) == _qualifiers("".join(expected[3:4]))


def numbers_in(text: str) -> set[int]:
    """The whole numbers a text says, in digits or as a small count (三款); dates, sums and R2 are no counts."""
    return {int(n) for n in _INTEGER.findall(text)} | {_SMALL[c] for c in _SMALL_COUNT.findall(text)}


def shown(reply: Reply, names: Sequence[str]) -> list[str]:
    """Which of the names the reply shows, in order: those in its text, then those its facts are about.

    A name inside a longer one (稳盈1号 in 云杉稳盈1号) is not counted where both are candidates.
    """
    if not names:
        return []
    pattern = re.compile("|".join(re.escape(name) for name in sorted(names, key=len, reverse=True)))
    found = dict.fromkeys(pattern.findall(reply.text))
    wanted = set(names)
    for fact in reply.facts:
        for part in (fact[0], fact[2]):
            if part in wanted:
                found.setdefault(part)
    return list(found)


def opening_denies(text: str) -> bool:
    """Whether a reply opens with a no."""
    return bool(_DENIAL.match(_OPENING_NOISE.sub("", text)))


def opening_affirms(text: str) -> bool:
    """Whether a reply opens with a yes."""
    return bool(_AFFIRMATION.match(_OPENING_NOISE.sub("", text)))


def _fact(data: Mapping[str, Any]) -> FactKey:
    return (data["subject"], data["predicate"], data["object"], data.get("qualifiers") or "")


def _same(expected: FactKey, fact: FactKey) -> bool:
    if [_plain(p) for p in expected[:3]] != [_plain(p) for p in fact[:3]]:
        return False
    return len(expected) < 4 or _qualifiers(expected[3]) == _qualifiers(fact[3] if len(fact) > 3 else "")


def _qualifiers(text: str) -> frozenset[str]:
    # A range has the same meaning whether it is written with = as in the files or with the sign of a range.
    return frozenset(part.replace(_RANGE, "=") for part in _plain(text).split(";") if part)


def _plain(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
