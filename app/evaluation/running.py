"""Running sets of questions through whatever answers them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from app.evaluation.cases import Case, EvalSet, Turn, read_set
from app.evaluation.reading import Reply, read_reply
from app.evaluation.report import EvalReport, Judged
from app.evaluation.scoring import judge
from kg.answer import Outcome

Ask = Callable[[str, str, date], Mapping[str, Any]]
"""(session, text, today) → one line of batch output; turns of one session come in order."""


def run(paths: Sequence[Path], ask: Ask, out_json: Path | None = None, show_failures: bool = False) -> EvalReport:
    """Ask every turn of the sets at `paths` and judge the replies.

    `out_json` gets the report; the failures of closed sets stand in it only with `show_failures`.
    Raises SetError when a set cannot be read. A reply that cannot be had or read counts as an error reply.
    """
    sets = [read_set(path) for path in paths]
    judged = tuple(turn for one in sets for case in one.cases for turn in _case(one, case, ask))
    report = EvalReport(judged, {one.name: set_hash(one.files) for one in sets})
    if out_json is not None:
        text = json.dumps(report.to_json(closed_too=show_failures), ensure_ascii=False, indent=1)
        out_json.write_text(text + "\n", encoding="utf-8")
    return report


def set_hash(files: Sequence[Path]) -> str:
    """SHA-256 over the names and contents of a set's files, in order of their names."""
    digest = hashlib.sha256()
    for file in sorted(files, key=lambda f: f.name):
        digest.update(file.name.encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _case(one: EvalSet, case: Case, ask: Ask) -> Iterator[Judged]:
    session = f"{one.name}-{case.id}"
    for turn in case.turns:
        reply = _reply(ask, session, turn)
        if turn.unscored:
            continue
        yield Judged(one.name, case.id, _group(case, turn), turn, reply, judge(turn.expect, reply), not one.closed)


def _reply(ask: Ask, session: str, turn: Turn) -> Reply:
    try:
        return read_reply(ask(session, turn.text, turn.today))
    except Exception as fault:
        # One broken reply is a finding about the engine, not the end of a run of a thousand questions.
        return Reply(text=f"{type(fault).__name__}: {fault}", outcome=Outcome.ERROR)


def _group(case: Case, turn: Turn) -> str:
    if not case.single:
        return "conversations"
    if turn.kind in ("out_of_scope", "unanswerable"):
        return turn.kind
    return "commands" if turn.kind in _COMMANDS else "single"


_COMMANDS = frozenset({"command", "urgent", "account", "handoff", "chitchat"})
