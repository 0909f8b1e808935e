"""Fits the FAQ ranker: `python -m nlu.ranking.fit_faq CSV... [--measure CSV...]` on files of 答案 and 相似问.

Of every FAQ one wording is held out and asked; the others, all or few of them, are the graph. Each question is asked
once more with its FAQ absent, and so are the examples of nlu/data that are out of scope: then no FAQ is right. Folds
are by FAQ, so that figures are about questions whose FAQs the weights have not seen. `--measure` asks files that are
used for nothing else, with the weights written.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import yaml
from sklearn.linear_model import LogisticRegression

from kg.facts import FAQ_ANSWER, FAQ_VARIANT
from kg.lexicon.lexicon import Faq, Lexicon
from nlu.faq import FaqIndex
from nlu.ranking.faq_pairs import CERTAINTY, FEATURES, Wording, certainty

HERE = Path(__file__).parent
OUT = HERE.parent / "resources" / "faq_ranker.json"
OUTSIDE = HERE.parent / "data" / "out_of_scope.yml"
FOLDS = 4
KEPT = (None, 3, 1, 0)
"""How many other wordings a FAQ keeps when one is held out; None: all."""
THRESHOLDS = (0.4, 0.5, 0.6, 0.7)
OFFERED = 3
ABSENT = 0.25
"""Weight of a question without its FAQ beside one with it: about one in five that are asked has no entry."""


@dataclass(frozen=True)
class Wordings:
    """What FaqIndex reads of a lexicon."""

    faqs: tuple[Faq, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A question beside the FAQs that came near it: features of each, and which of them is right (-1: none)."""

    fold: int
    asked: Wording
    known: frozenset[str]
    rows: tuple[tuple[float, ...], ...]
    right: int
    answerable: bool


def read_faqs(paths: Sequence[Path]) -> list[Faq]:
    """The FAQs of triple CSVs."""
    found: dict[str, tuple[list[str], list[str]]] = {}
    for path in paths:
        with path.open(encoding="utf-8-sig", newline="") as file:
            for row in csv.DictReader(file):
                variants, answers = found.setdefault(row["subject"], ([], []))
                if row["predicate"] in (FAQ_VARIANT, FAQ_ANSWER):
                    (variants if row["predicate"] == FAQ_VARIANT else answers).append(row["object"])
    return [Faq(q, q, tuple(v), (), tuple(a)) for q, (v, a) in found.items() if a]


def cases_of(faqs: Sequence[Faq], kept: int | None, seed: int) -> Iterator[Case]:
    """One held-out wording of every FAQ, asked of the rest, and once more without its FAQ; what is out of scope."""
    dice = random.Random(seed)
    asked, left = [], []
    for faq in faqs:
        variants = dice.sample(faq.variants, len(faq.variants))
        asked.append(variants[0] if variants else "")
        left.append(Faq(faq.id, faq.question, tuple(variants[1:][:kept]), (), faq.answers))
    index = FaqIndex(cast(Lexicon, Wordings(tuple(left))))
    for number, text in enumerate(asked):
        if not text:
            continue
        near = index.near(text)
        right = near.numbers.index(number) if number in near.numbers else -1
        fold = number % FOLDS
        yield Case(fold, near.asked, near.known, near.rows, right, answerable=True)
        without = tuple(row for place, row in enumerate(near.rows) if place != right)
        yield Case(fold, near.asked, near.known, without, -1, answerable=False)
    for number, text in enumerate(outside()):
        near = index.near(text)
        yield Case(number % FOLDS, near.asked, near.known, near.rows, -1, answerable=False)


def outside() -> list[str]:
    """The examples out of scope, names in place of their placeholders left out."""
    (group,) = yaml.safe_load(OUTSIDE.read_text(encoding="utf-8"))["nlu"]
    lines = (line.removeprefix("- ").strip() for line in group["examples"].splitlines())
    return [line for line in lines if line and "<" not in line]


@dataclass(frozen=True)
class Model:
    """`rank` over single FAQs, `take` over the certainty of the best of a question."""

    rank: LogisticRegression
    take: LogisticRegression

    def of(self, case: Case) -> tuple[list[int], float]:
        """The places in order, best first, and the probability that the first is right."""
        if not case.rows:
            return [], 0.0
        odds = self.rank.decision_function(np.array(case.rows)).tolist()
        sure = np.array([_certain(odds, case)])
        return sorted(range(len(odds)), key=lambda i: -odds[i]), float(self.take.predict_proba(sure)[0, 1])


def _certain(odds: list[float], case: Case) -> tuple[float, ...]:
    best = int(np.argmax(odds))
    return certainty(odds, best, case.rows[best], case.asked, case.known)


def fitted(cases: Sequence[Case]) -> Model:
    """Both regressions; the second on odds of FAQs that the first has not seen."""
    rank = _rank(cases)
    taken: list[tuple[tuple[float, ...], bool, float]] = []
    for fold in sorted({c.fold for c in cases}):
        apart = _rank([c for c in cases if c.fold != fold])
        for case in (c for c in cases if c.fold == fold and c.rows):
            odds = apart.decision_function(np.array(case.rows)).tolist()
            weight = 1.0 if case.answerable else ABSENT
            taken.append((_certain(odds, case), int(np.argmax(odds)) == case.right, weight))
    xs, ys, weights = (np.array(column) for column in zip(*taken, strict=True))
    take = LogisticRegression(max_iter=3000).fit(xs, ys, sample_weight=weights)
    return Model(rank, take)


def _rank(cases: Sequence[Case]) -> LogisticRegression:
    rows = [(row, place == c.right) for c in cases if c.answerable for place, row in enumerate(c.rows)]
    return LogisticRegression(max_iter=3000).fit(np.array([x for x, _ in rows]), np.array([y for _, y in rows]))


def report(name: str, outcomes: Sequence[tuple[Case, list[int], float]]) -> None:
    """First and offered places of what has an answer; answered rightly, wrongly by threshold; of the rest, answered."""
    known = [(c, order, p) for c, order, p in outcomes if c.answerable]
    rest = [p for c, _, p in outcomes if not c.answerable]
    first = sum(order[:1] == [c.right] for c, order, _ in known) / len(known)
    offered = sum(c.right in order[:OFFERED] for c, order, _ in known) / len(known)
    sys.stdout.write(f"{name:12} {len(known)} asked, first {first:.3f}, first {OFFERED} {offered:.3f}\n")
    for threshold in THRESHOLDS:
        said = [order[0] == c.right for c, order, p in known if p >= threshold]
        wrong = sum(p >= threshold for p in rest) / len(rest) if rest else 0.0
        right = sum(said) / len(known)
        sys.stdout.write(f"  from {threshold}: right {right:.3f}, wrong {len(said) / len(known) - right:.3f}, ")
        sys.stdout.write(f"no answer there but answered {wrong:.3f}\n")


def main() -> None:
    """Prints held-out figures, writes the weights, and measures other files with them."""
    parser = argparse.ArgumentParser(description="fit the FAQ ranker")
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--measure", nargs="*", type=Path, default=[])
    arguments = parser.parse_args()
    faqs = read_faqs(arguments.files)
    by_kept = {f"kept {kept}": list(cases_of(faqs, kept, seed=1)) for kept in KEPT}
    alone = [read_faqs([path]) for path in arguments.files]  # small graphs, in which words are rarer than they seem
    for kept in (None, 0):
        by_kept[f"alone, {kept}"] = [c for own in alone for c in cases_of(own, kept, seed=2)]
    cases = [c for found in by_kept.values() for c in found]
    held_out = {fold: fitted([c for c in cases if c.fold != fold]) for fold in range(FOLDS)}
    for name, found in by_kept.items():
        report(name, [(c, *held_out[c.fold].of(c)) for c in found])
    model = fitted(cases)
    if arguments.measure:
        others = read_faqs(arguments.measure)
        for kept in KEPT[1:]:
            report(f"other, {kept}", [(c, *model.of(c)) for c in cases_of(others, kept, seed=1)])
    body = {"rank": _written(model.rank, FEATURES), "take": _written(model.take, CERTAINTY)}
    OUT.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")


def _written(model: LogisticRegression, names: Sequence[str]) -> dict[str, float]:
    weights = {name: round(float(w), 3) for name, w in zip(names, model.coef_[0], strict=True)}
    return {"bias": round(float(model.intercept_[0]), 3), **weights}


if __name__ == "__main__":
    main()
