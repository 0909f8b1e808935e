"""How many questions are still answered exactly after what people do to them: `python -m bench.robustness`.

Questions of `dev` that are answered exactly are asked again in every perturbation of `bench.perturbing`, through the
running server or an engine of its own; the table gives the share still exact, and what became wrong.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from app.evaluation import Ask, judge, read_set
from app.evaluation.cases import Turn
from app.evaluation.reading import read_reply
from app.evaluation.scoring import Mark
from app.evaluation.statistics import Share
from bench.perturbing import perturbations

PROJECT = Path(__file__).parents[1]
DEV, TRIPLES = PROJECT / "tests" / "eval" / "dev", PROJECT / "data" / "triples"
QUESTIONS, EVERY = 60, 4

Marks = Mapping[str, Sequence[tuple[str, Mark]]]
"""By perturbation the changed words and what became of them."""


def measured(ask: Ask) -> Marks:
    """The marks of every question that a perturbation changes."""
    numbers = count(1)

    def mark(turn: Turn, text: str) -> Mark:
        return judge(turn.expect, read_reply(ask(f"robust-{next(numbers)}", text, turn.today))).mark

    turns = list(_answered(mark))[:QUESTIONS]
    names = subjects(TRIPLES)
    ways = perturbations("".join((*(t.text for t in turns), *names)), names)
    changed = {name: [(t, way(t.text)) for t in turns] for name, way in ways.items()}
    return {name: [(text, mark(t, text)) for t, text in pairs if text] for name, pairs in changed.items()}


def _answered(mark: Callable[[Turn, str], Mark]) -> Iterator[Turn]:
    """Questions that are answered exactly: those with amounts, and every so many of the others."""
    turns = [c.turns[0] for c in read_set(DEV).cases if c.single and c.turns[0].expect.wants_answer]
    plain = [t for t in turns if t.expect.facts or t.expect.members or t.expect.best]
    chosen = dict.fromkeys((*(t for t in plain if "万" in t.text), *plain[::EVERY]))
    return (t for t in chosen if mark(t, t.text) is Mark.EXACT)


def subjects(folder: Path) -> tuple[str, ...]:
    """What the facts of a folder of triples are about."""
    found: dict[str, None] = {}
    for file in sorted(folder.glob("*.csv")):
        if not file.name.startswith("ontology"):
            with file.open(encoding="utf-8-sig", newline="") as rows:
                found.update((row["subject"].strip(), None) for row in csv.DictReader(rows))
    return tuple(found)


def exact(marks: Sequence[tuple[str, Mark]]) -> Share:
    """How many are still answered exactly."""
    return Share(sum(m is Mark.EXACT for _, m in marks), len(marks))


def lines(found: Marks) -> Iterator[str]:
    """The table, and the words that became wrong."""
    yield f"{'perturbation':14}{'asked':>6}{'exact':>7}{'wrong':>7}"
    for name, marks in found.items():
        wrong = sum(m is Mark.WRONG for _, m in marks)
        yield f"{name:14}{len(marks):6}{exact(marks).value:7.0%}{wrong / max(1, len(marks)):7.0%}"
    for name, marks in found.items():
        yield from (f"wrong ({name}): {text}" for text, m in marks if m is Mark.WRONG)


def main() -> int:
    """Measures with the real engine."""
    from app.batch import Defaults, batch_turn, new_namespace, result_of
    from app.commands.ask import opened_turns

    namespace, numbers = new_namespace(), count(1)
    with opened_turns() as turns:

        def ask(session: str, text: str, today: Any) -> Mapping[str, Any]:
            number = next(numbers)
            made = turns.handle(batch_turn(number, namespace, session, text, Defaults(today)))
            return result_of(number, session, text, made)

        for line in lines(measured(ask)):
            sys.stdout.write(line + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
