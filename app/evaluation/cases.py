"""Sets of questions with what their answers must rest on, as read from JSON lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any

from kg.answer import Outcome

FactKey = tuple[str, ...]
"""Subject, predicate, object and, where it matters, the qualifiers as written."""


class SetError(Exception):
    """A set cannot be read; the message says file, line, what is wrong and what to do."""


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a right reply looks like; `tests/eval/README.md` says what each field asks for."""

    outcome: tuple[Outcome, ...] = (Outcome.ANSWERED,)
    facts: tuple[FactKey, ...] = ()
    any_facts: tuple[tuple[tuple[FactKey, ...], ...], ...] = ()
    facts_not: tuple[FactKey, ...] = ()
    facts_only: bool = False
    cls: str = ""
    members: tuple[str, ...] = ()
    members_optional: tuple[str, ...] = ()
    members_exclude: tuple[str, ...] = ()
    total: int | None = None
    count: bool = False
    best: tuple[str, ...] = ()
    candidates: tuple[str, ...] = ()
    top: int = 1
    verdict: str = ""
    reply_has: tuple[str, ...] = ()
    reply_any: tuple[str, ...] = ()
    reply_lacks: tuple[str, ...] = ()
    intent: str = ""
    faq: str = ""

    @property
    def wants_answer(self) -> bool:
        """Whether the customer should get an answer at all."""
        return Outcome.ANSWERED in self.outcome


@dataclass(frozen=True, slots=True)
class Turn:
    """One message of a customer, on a day, with what should come back; `unscored` ones only lead to others."""

    text: str
    kind: str
    phenomenon: str
    expect: Expectation
    today: date
    unscored: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """A single question (one turn) or a conversation (several, in one session)."""

    id: str
    turns: tuple[Turn, ...]

    @property
    def single(self) -> bool:
        """Whether this is one question and no conversation."""
        return len(self.turns) == 1


@dataclass(frozen=True, slots=True)
class EvalSet:
    """A named set; the failures of a `closed` one are not to be looked at while tuning."""

    name: str
    today: date
    cases: tuple[Case, ...] = ()
    closed: bool = False
    files: tuple[Path, ...] = field(default=())


def read_set(path: Path) -> EvalSet:
    """The set in a folder (`set.json` and `*.jsonl`) or in one JSON-lines file beside a `set.json`.

    Raises SetError when the path holds no set or a line does not follow the format.
    """
    files = tuple(sorted(path.glob("*.jsonl"))) if path.is_dir() else (path,)
    if not files or not all(f.is_file() for f in files):
        raise SetError(f"{path}: no questions here; give a folder with *.jsonl files, or one such file")
    head = _head(path if path.is_dir() else path.parent)
    today = date.fromisoformat(head.get("today", date.today().isoformat()))
    cases = tuple(case for file in files for case in _cases(file, today))
    _unique(path, cases)
    return EvalSet(head.get("name", path.stem), today, cases, bool(head.get("closed")), files)


def _head(folder: Path) -> dict[str, Any]:
    file = folder / "set.json"
    if not file.is_file():
        return {}
    head: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return head


def _cases(file: Path, today: date) -> Iterator[Case]:
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if not line.strip():
                continue
            try:
                yield _case(json.loads(line), today)
            except (KeyError, TypeError, ValueError) as fault:
                raise SetError(f"{file}:{number}: {type(fault).__name__} {fault}; see tests/eval/README.md") from fault


def _case(data: Mapping[str, Any], today: date) -> Case:
    turns = tuple(_turn(turn, data, today) for turn in data["turns"])
    if not turns:
        raise ValueError("turns is empty: a case needs at least one")
    return Case(str(data["id"]), turns)


def _turn(data: Mapping[str, Any], case: Mapping[str, Any], today: date) -> Turn:
    return Turn(
        text=data["text"],
        kind=data.get("kind", case["kind"]),
        phenomenon=data.get("phenomenon", case["phenomenon"]),
        expect=expectation(data["expect"]),
        today=date.fromisoformat(data["today"]) if "today" in data else today,
        unscored=bool(data.get("unscored")),
    )


def expectation(data: Mapping[str, Any]) -> Expectation:
    """The expectation a set's line writes. Raises ValueError on an unknown field or outcome."""
    given = {("cls" if k == "class" else k): v for k, v in data.items()}
    unknown = set(given) - {f.name for f in fields(Expectation)}
    if unknown:
        raise ValueError(f"expect has unknown fields {sorted(unknown)}")
    if "outcome" in given:
        outcome = given["outcome"]
        given["outcome"] = [Outcome(o) for o in ([outcome] if isinstance(outcome, str) else outcome)]
    return Expectation(**{k: _frozen(v) for k, v in given.items()})


def _frozen(item: Any) -> Any:
    return tuple(_frozen(i) for i in item) if isinstance(item, list) else item


def _unique(path: Path, cases: tuple[Case, ...]) -> None:
    seen: set[str] = set()
    for case in cases:
        if case.id in seen:
            raise SetError(f"{path}: id {case.id} stands twice; give each case its own")
        seen.add(case.id)
