"""Fits the predicate ranker: `python -m nlu.ranking.fit` compares it, predicates held out, and writes its weights.

Cases are questions by kind of thing (cases.csv); each is asked of all predicates of its kind. A row without a
predicate holds questions that none of the kind's predicates answers.
"""

from __future__ import annotations

import csv
import json
import random
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from kg.ontology import Predicate
from kg.values import Kind
from nlu.analysis import FILLER, Analysis
from nlu.answer_types import fits
from nlu.meant import ACCEPTED, CLEAR
from nlu.phrases import default_phrases
from nlu.ranking.pairs import (
    CERTAINTY,
    FEATURES,
    SENSE,
    asking,
    certainty,
    content_of,
    cosines,
    meanings,
    pair,
    telling,
)

HERE = Path(__file__).parent
OUT = HERE.parent / "resources" / "predicate_ranker.json"
FOLDS = 5
DISTRACTORS = 20
OTHERS = 2
"""Place of the second table among the arguments."""


@dataclass(frozen=True, slots=True)
class Case:
    """A question, the predicates it may ask for, and the one it does (empty: none of them)."""

    question: str
    options: tuple[Predicate, ...]
    gold: str


def read_cases(path: Path) -> list[Case]:
    """The cases of a table kind,predicate,datatype,questions."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    options: dict[str, list[Predicate]] = defaultdict(list)
    for row in rows:
        if row["predicate"]:
            options[row["kind"]].append(Predicate(row["predicate"], datatype=Kind(row["datatype"]), declared=False))
    return [Case(q, tuple(options[r["kind"]]), r["predicate"]) for r in rows for q in r["questions"].split("|")]


@cache
def table(case: Case, *, grouped: bool = True) -> list[tuple[float, ...]]:
    """Features (SENSE) of the question with each of its options."""
    phrases = default_phrases().find(case.question)
    kept = tuple(p for p in phrases if p.label != FILLER)
    analysis = Analysis(case.question, phrases=kept, cues=frozenset(p.label for p in kept))
    said = {i for p in phrases if p.inner is None for i in range(p.start, p.end)}
    asked = asking(
        case.question, content_of(case.question, ((i, i + 1) for i in range(len(case.question)) if i not in said))
    )
    suited = [fits(p, analysis) for p in case.options]
    rivals = sum(1 for fit in suited if fit > 0)
    names = [p.name for p in case.options]
    seen = zip(names, suited, telling(asked, names), meanings(asked, names, grouped=grouped), strict=True)
    rows = [pair(asked, name, f, rivals, told_by=t, meaning=m) for name, f, t, m in seen]
    return [(*row, near) for row, near in zip(rows, cosines(asked, names), strict=True)]


def widened(cases: Sequence[Case], seed: int = 7) -> list[Case]:
    """The cases among more predicates, as large graphs have them, and each once more with what it asks for absent."""
    dice = random.Random(seed)
    every = sorted({p for c in cases for p in c.options}, key=lambda p: p.name)
    found = []
    for case in cases:
        names = {p.name for p in case.options}
        others = [p for p in dice.sample(every, min(DISTRACTORS, len(every))) if p.name not in names]
        options = (*case.options, *others)
        found.append(Case(case.question, options, case.gold))
        if case.gold:
            found.append(Case(case.question, tuple(p for p in options if p.name != case.gold), ""))
    return found


@dataclass(frozen=True)
class Weigher:
    """Two regressions over the first `seen` features: `rank` over single pairs, `take` over the certainty of the best
    of a question."""

    seen: int
    rank: LogisticRegression
    take: LogisticRegression

    def best(self, case: Case, *, grouped: bool = True) -> tuple[int, float]:
        """Which option is the best, and the probability that it is what is asked."""
        place, sure = _certain(self.rank, self.seen, case, grouped)
        return place, float(self.take.predict_proba(np.array([sure]))[0, 1])


@dataclass(frozen=True)
class Model:
    """What weighs the words alone, and what weighs the sense with them."""

    words: Weigher
    sense: Weigher

    def best(self, case: Case) -> tuple[int, float]:
        """Which option is the best, and the probability that it is what is asked, as `nlu.meant` finds them."""
        by_words, likely = self.words.best(case)
        if likely >= CLEAR:
            return by_words, likely
        by_sense, sure = self.sense.best(case)
        return by_sense, max(sure, likely) if by_sense == by_words else sure


def fitted(cases: Sequence[Case]) -> Model:
    """The model of the cases."""
    return Model(_weigher(cases, len(FEATURES)), _weigher(cases, len(SENSE)))


def _weigher(cases: Sequence[Case], seen: int) -> Weigher:
    """Every question counts once more without the groups of everyday words: those were written by who wrote the
    questions, and know them better than they will know other people's."""
    taken: list[tuple[tuple[float, ...], bool]] = []
    for inside, outside in held_out(cases):
        apart = _ranker(inside, seen)
        for case in (*widened(outside), *outside):
            for grouped in (True, False):
                place, sure = _certain(apart, seen, case, grouped)
                taken.append((sure, bool(case.gold) and case.options[place].name == case.gold))
    return Weigher(seen, _ranker(cases, seen), _regression(taken, strength=1.0))


def _ranker(cases: Sequence[Case], seen: int) -> LogisticRegression:
    rows = [
        (x[:seen], p.name == c.gold)
        for c in widened(cases)
        for grouped in (True, False)
        for x, p in zip(table(c, grouped=grouped), c.options, strict=True)
    ]
    return _regression(rows, strength=3.0)


def _regression(rows: Sequence[tuple[Sequence[float], bool]], strength: float) -> LogisticRegression:
    model = LogisticRegression(C=strength, max_iter=3000)
    model.fit(np.array([x for x, _ in rows]), np.array([y for _, y in rows]))
    return model


def _certain(rank: LogisticRegression, seen: int, case: Case, grouped: bool) -> tuple[int, tuple[float, ...]]:
    rows = np.array(table(case, grouped=grouped))[:, :seen]
    odds = rank.decision_function(rows).tolist()
    best = int(np.argmax(odds))
    return best, certainty(odds, best, float(rows[best][FEATURES.index("left")]))


def held_out(cases: Sequence[Case]) -> Iterator[tuple[Sequence[Case], Sequence[Case]]]:
    """Folds whose predicates do not occur among the training cases."""
    names = sorted({c.gold for c in cases if c.gold})
    for fold in range(FOLDS):
        chosen = set(names[fold::FOLDS])
        outside = [c for i, c in enumerate(cases) if (c.gold in chosen if c.gold else i % FOLDS == fold)]
        inside = [
            Case(c.question, tuple(p for p in c.options if p.name not in chosen), c.gold)
            for i, c in enumerate(cases)
            if (c.gold not in chosen if c.gold else i % FOLDS != fold)
        ]
        yield inside, outside


Best = Callable[[Case], tuple[int, float]]


def figures(cases: Sequence[Case], best: Best, threshold: float) -> dict[str, int]:
    """How many are right, wrong, not answered; and of the unanswerable, how many were left unanswered."""
    counts: dict[str, int] = defaultdict(int)
    for case in cases:
        place, likely = best(case)
        said = case.options[place].name if likely >= threshold else ""
        counts["first"] += bool(case.gold) and case.options[place].name == case.gold
        kind = "answerable" if case.gold else "unanswerable"
        counts[kind] += 1
        counts[f"{kind} right" if said == case.gold else f"{kind} wrong" if said else f"{kind} refused"] += 1
    return dict(counts)


def without_meaning(case: Case) -> tuple[int, float]:
    """The best by characters and kind of answer alone."""
    rows = [dict(zip(SENSE, x, strict=True)) for x in table(case)]
    scores = [0.7 * (0.65 * v["covered"] + 0.35 * v["covering"]) + 0.3 * v["fits"] for v in rows]
    return int(np.argmax(scores)), max(scores)


def main() -> None:
    """Prints the held-out comparison and writes the weights fitted on all cases. With a second table: also how the
    weights fitted on the first do on it."""
    cases = read_cases(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "cases.csv")
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for inside, outside in held_out(cases):
        model = fitted(inside)
        asked = widened(outside)
        ways: tuple[tuple[str, Best], ...] = (
            ("characters", without_meaning),
            ("words", model.words.best),
            ("words, sense", model.best),
        )
        for name, best in ways:
            for key, number in figures(asked, best, ACCEPTED).items():
                sums[name][key] += number
    model = fitted(cases)
    if len(sys.argv) > OTHERS:
        others = read_cases(Path(sys.argv[OTHERS]))
        for name, best in (("others: words", model.words.best), ("others: sense", model.best)):
            sums[name].update(figures(others, best, ACCEPTED))
    for name, counts in sums.items():
        sys.stdout.write(f"{name:16} " + ", ".join(f"{k} {v}" for k, v in sorted(counts.items())) + "\n")
    body = {
        name: {"rank": _written(way.rank, SENSE[: way.seen]), "take": _written(way.take, CERTAINTY)}
        for name, way in (("words", model.words), ("sense", model.sense))
    }
    OUT.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")


def _written(model: LogisticRegression, names: Sequence[str]) -> dict[str, float]:
    weights = {name: round(float(w), 3) for name, w in zip(names, model.coef_[0], strict=True)}
    return {"bias": round(float(model.intercept_[0]), 3), **weights}


if __name__ == "__main__":
    main()
