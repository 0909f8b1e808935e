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
from datetime import date
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from kg.ontology import Predicate
from kg.values import Kind
from nlu.analysis import FILLER, Analysis
from nlu.answer_types import fits
from nlu.phrases import default_phrases
from nlu.ranking.pairs import FEATURES, asking, content_of, pair

HERE = Path(__file__).parent
OUT = HERE.parent / "resources" / "predicate_ranker.json"
FOLDS = 5
DISTRACTORS = 20
ANY_DAY = date(2026, 1, 1)


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


def table(case: Case) -> list[tuple[float, ...]]:
    """Features of the question with each of its options."""
    phrases = default_phrases().find(case.question)
    kept = tuple(p for p in phrases if p.label != FILLER)
    analysis = Analysis(case.question, phrases=kept, cues=frozenset(p.label for p in kept))
    said = {i for p in phrases if p.inner is None for i in range(p.start, p.end)}
    asked = asking(
        case.question, content_of(case.question, ((i, i + 1) for i in range(len(case.question)) if i not in said))
    )
    suited = [fits(p, analysis) for p in case.options]
    rivals = sum(1 for fit in suited if fit > 0)
    return [pair(asked, p.name, fit, rivals) for p, fit in zip(case.options, suited, strict=True)]


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


def fitted(cases: Sequence[Case]) -> LogisticRegression:
    """Logistic regression over single pairs."""
    rows = [(x, p.name == c.gold) for c in widened(cases) for x, p in zip(table(c), c.options, strict=True)]
    model = LogisticRegression(C=3.0, max_iter=2000)
    model.fit(np.array([x for x, _ in rows]), np.array([y for _, y in rows]))
    return model


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


Score = Callable[[Case], Sequence[float]]


def figures(cases: Sequence[Case], score: Score, threshold: float) -> dict[str, int]:
    """How many are right, wrong, not answered; and of the unanswerable, how many were left unanswered."""
    counts: dict[str, int] = defaultdict(int)
    for case in cases:
        scores = list(score(case))
        best = int(np.argmax(scores))
        said = case.options[best].name if scores[best] >= threshold else ""
        first = case.options[best].name == case.gold
        counts["first"] += bool(case.gold) and first
        kind = "answerable" if case.gold else "unanswerable"
        counts[kind] += 1
        counts[f"{kind} right" if said == case.gold else f"{kind} wrong" if said else f"{kind} refused"] += 1
    return dict(counts)


def learned(model: LogisticRegression) -> Score:
    """Probabilities of a fitted model."""
    return lambda case: model.predict_proba(np.array(table(case)))[:, 1].tolist()


def by_hand(case: Case) -> Sequence[float]:
    """The weights that stood here before: wording and kind of answer."""
    names = FEATURES
    found = []
    for x in table(case):
        v = dict(zip(names, x, strict=True))
        wording = max(0.65 * v["covered"] + 0.35 * v["covering"], 0.9 * v["both"], 0.6 * v["synonym"])
        found.append(0.7 * wording + 0.3 * v["fits"] - 0.15 * v["misfits"])
    return found


def without_meaning(case: Case) -> Sequence[float]:
    """As `by_hand`, from the characters alone."""
    found = []
    for x in table(case):
        v = dict(zip(FEATURES, x, strict=True))
        found.append(0.7 * (0.65 * v["covered"] + 0.35 * v["covering"]) + 0.3 * v["fits"])
    return found


def main() -> None:
    """Prints the held-out comparison and writes the weights fitted on all cases."""
    cases = read_cases(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE / "cases.csv")
    sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for inside, outside in held_out(cases):
        model = fitted(inside)
        asked = widened(outside)
        for name, score, threshold in (
            ("characters", without_meaning, 0.35),
            ("by hand", by_hand, 0.35),
            ("learned", learned(model), 0.35),
        ):
            for key, number in figures(asked, score, threshold).items():
                sums[name][key] += number
    for name, counts in sums.items():
        sys.stdout.write(f"{name:12} " + ", ".join(f"{k} {v}" for k, v in sorted(counts.items())) + "\n")
    model = fitted(cases)
    weights = {name: round(float(w), 3) for name, w in zip(FEATURES, model.coef_[0], strict=True)}
    body = {"bias": round(float(model.intercept_[0]), 3), **weights}
    OUT.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
