"""Fits the FAQ ranker: `python -m nlu.ranking.fit_faq CSV... [--measure CSV...]` on files of 答案 and 相似问.

Of every FAQ one wording is held out and asked; the others, all or few of them, are the graph. Each question is asked
once more with its FAQ absent, and so are the examples of nlu/data that are out of scope: then no FAQ is right. Folds
are by FAQ, so that figures are about questions whose FAQs the weights have not seen. `--measure` asks files that are
used for nothing else, with the weights written. All of it twice: with words alone, and with what vectors say.

FAQs are ranked by a conditional logit: the right one among those that came near its question, not each by itself. That
puts it first more often (tried: 0.73 to 0.70 of known FAQs, 0.60 to 0.54 of another trade).
"""

from __future__ import annotations

import argparse
import csv
import json
import math
import random
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import numpy as np
import numpy.typing as npt
import yaml
from scipy.optimize import minimize
from sklearn.linear_model import LogisticRegression

from kg.facts import FAQ_ANSWER, FAQ_VARIANT
from kg.lexicon.lexicon import Faq, Lexicon
from nlu import encoder
from nlu.faq import FaqIndex
from nlu.ranking.faq_pairs import CERTAINTY, FEATURES, MEANT_CERTAINTY, MEANT_FEATURES, THERE, Wording, certainty

HERE = Path(__file__).parent
OUT = HERE.parent / "resources" / "faq_ranker.json"
OUTSIDE = HERE.parent / "data" / "out_of_scope.yml"
FOLDS = 4
KEPT = (None, 1, 0)
"""How many other wordings a FAQ keeps when one is held out; None: all."""
OUTSIDE_STEP = 6
"""Every so-manieth example out of scope is asked of a graph."""
THRESHOLDS = (0.6, 0.7, 0.75, 0.8, 0.85)
OFFERED = 3
PENALTY = 1.0
"""Of the squared weights of the ranking, on standardised features."""
ABSENT, OUTSIDE_SHARE = 0.2, 0.15
"""Weight of a question without its FAQ beside one with it, and of all that is out of scope beside all of these: about
one in five or six that are asked has no entry, whatever the number of examples."""


@dataclass(frozen=True)
class Wordings:
    """What FaqIndex reads of a lexicon."""

    faqs: tuple[Faq, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """A question beside the FAQs that came near it: features of each, and which of them is right (-1: none).
    `outside` says that it is out of scope."""

    fold: int
    asked: Wording
    known: frozenset[str]
    rows: tuple[tuple[float, ...], ...]
    right: int
    answerable: bool
    outside: bool = False


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


def cases_of(faqs: Sequence[Faq], kept: int | None, seed: int, meant: bool) -> Iterator[Case]:
    """One held-out wording of every FAQ, asked of the rest, and once more without its FAQ; what is out of scope.
    `meant` says whether vectors are heard."""
    dice = random.Random(seed)
    asked, left = [], []
    for faq in faqs:
        variants = dice.sample(faq.variants, len(faq.variants))
        asked.append(variants[0] if variants else "")
        left.append(Faq(faq.id, faq.question, tuple(variants[1:][:kept]), (), faq.answers))
    index = FaqIndex(cast(Lexicon, Wordings(tuple(left))))
    if meant:
        index.prepare()
    for number, text in enumerate(asked):
        if not text:
            continue
        near = index.near(text)
        if meant and len(near.rows[0]) == len(FEATURES):
            continue  # it stands there as it is: no vector is asked
        right = near.numbers.index(number) if number in near.numbers else -1
        fold = number % FOLDS
        yield Case(fold, near.asked, near.known, near.rows, right, answerable=True)
        without = tuple(row for place, row in enumerate(near.rows) if place != right)
        yield Case(fold, near.asked, near.known, without, -1, answerable=False)
    for number, text in enumerate(outside()[seed::OUTSIDE_STEP]):
        near = index.near(text)
        yield Case(number % FOLDS, near.asked, near.known, near.rows, -1, answerable=False, outside=True)


def outside() -> list[str]:
    """The examples out of scope, names in place of their placeholders left out."""
    (group,) = yaml.safe_load(OUTSIDE.read_text(encoding="utf-8"))["nlu"]
    lines = (line.removeprefix("- ").strip() for line in group["examples"].splitlines())
    return [line for line in lines if line and "<" not in line]


@dataclass(frozen=True)
class Ranking:
    """Log odds of a FAQ beside the others that came near: the bias only keeps them small."""

    weights: npt.NDArray[np.float64]
    bias: float

    def odds(self, case: Case) -> list[float]:
        """Of each FAQ of a case."""
        found: list[float] = (np.array(case.rows) @ self.weights + self.bias).tolist()
        return found


@dataclass(frozen=True)
class Certainty:
    """A logistic regression over some values of `certainty`."""

    names: tuple[str, ...]
    fitted: LogisticRegression

    def of(self, certain: Mapping[str, float]) -> float:
        """The probability."""
        return float(self.fitted.predict_proba(np.array([[certain[name] for name in self.names]]))[0, 1])


@dataclass(frozen=True)
class Model:
    """`rank` over single FAQs; the best is the one asked with the product of the probabilities of `certain`."""

    rank: Ranking
    certain: Mapping[str, Certainty]

    def of(self, case: Case) -> tuple[list[int], float]:
        """The places in order, best first, and the probability that the first is right."""
        if not case.rows:
            return [], 0.0
        odds = self.rank.odds(case)
        known = certainty(odds, case.rows, case.asked, case.known)
        return sorted(range(len(odds)), key=lambda i: -odds[i]), math.prod(c.of(known) for c in self.certain.values())


@dataclass(frozen=True, slots=True)
class Taken:
    """The certainty of a case, ranked by weights that have not seen its FAQ, and whether its best is right."""

    case: Case
    certain: Mapping[str, float]
    right: bool


def fitted(cases: Sequence[Case]) -> Model:
    """All regressions; those of certainty on odds of FAQs that the first has not seen."""
    taken = []
    for fold in sorted({c.fold for c in cases}):
        apart = _rank([c for c in cases if c.fold != fold])
        for case in (c for c in cases if c.fold == fold and c.rows):
            odds = apart.odds(case)
            certain = certainty(odds, case.rows, case.asked, case.known)
            taken.append(Taken(case, certain, int(np.argmax(odds)) == case.right))
    if "near" not in taken[0].certain:
        return Model(_rank(cases), {"take": _certainty(CERTAINTY, [(t, t.right) for t in taken])})
    inside = [(t, t.right) for t in taken if not t.case.outside]
    entries = [(t, t.case.answerable) for t in taken if t.case.answerable or t.case.outside]
    certain_of = {"take": _certainty(MEANT_CERTAINTY, inside), "there": _certainty(THERE, entries)}
    return Model(_rank(cases), certain_of)


def _certainty(names: tuple[str, ...], taken: Sequence[tuple[Taken, bool]]) -> Certainty:
    outside = sum(t.case.outside for t, _ in taken)
    share = OUTSIDE_SHARE * sum(t.case.answerable for t, _ in taken) / max(outside, 1)
    weights = [1.0 if t.case.answerable else share if t.case.outside else ABSENT for t, _ in taken]
    values = np.array([[t.certain[name] for name in names] for t, _ in taken])
    found = LogisticRegression(max_iter=3000).fit(values, [true for _, true in taken], sample_weight=weights)
    return Certainty(names, found)


def _rank(cases: Sequence[Case]) -> Ranking:
    """The weights under which the right FAQs are likeliest among those that came near (conditional logit)."""
    asked = [c for c in cases if c.right >= 0]
    sizes = np.array([len(c.rows) for c in asked])
    starts = np.concatenate([[0], np.cumsum(sizes)[:-1]])
    right = starts + np.array([c.right for c in asked])
    rows = np.concatenate([np.array(c.rows) for c in asked])
    middle, spread = rows.mean(axis=0), rows.std(axis=0) + 1e-9
    scaled = (rows - middle) / spread

    def loss(weights: npt.NDArray[np.float64]) -> tuple[float, npt.NDArray[np.float64]]:
        odds = scaled @ weights
        most = np.maximum.reduceat(odds, starts)
        beliefs = np.exp(odds - np.repeat(most, sizes))
        totals = np.add.reduceat(beliefs, starts)
        shares = beliefs / np.repeat(totals, sizes)
        value = float((np.log(totals) + most - odds[right]).sum()) + PENALTY / 2 * float(weights @ weights)
        return value, scaled.T @ shares - scaled[right].sum(axis=0) + PENALTY * weights

    found = minimize(loss, np.zeros(rows.shape[1]), jac=True, method="L-BFGS-B").x
    return Ranking(found / spread, -float(middle @ (found / spread)))


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
    parser.add_argument("--vectors", type=Path, help="folder in which sentence vectors are kept for the next time")
    arguments = parser.parse_args()
    if arguments.vectors:
        encoder.KEPT.keep_in(arguments.vectors)
    body = {}
    for name, features in (("words", FEATURES), ("meant", MEANT_FEATURES)):
        sys.stdout.write(f"== {name}\n")
        model = _measured(arguments.files, arguments.measure, name == "meant")
        body[name] = {"rank": _written(model.rank.weights, model.rank.bias, features)}
        for part, by in model.certain.items():
            body[name][part] = _written(by.fitted.coef_[0], float(by.fitted.intercept_[0]), by.names)
    OUT.write_text(json.dumps(body, indent=2) + "\n", encoding="utf-8")


def _measured(files: Sequence[Path], others: Sequence[Path], meant: bool) -> Model:
    """The model of all files, its figures held out and on others printed."""
    faqs = read_faqs(files)
    by_kept = {f"kept {kept}": list(cases_of(faqs, kept, 1, meant)) for kept in KEPT}
    alone = [read_faqs([path]) for path in files]  # small graphs, in which words are rarer than they seem
    for kept in (1, 0):
        by_kept[f"alone, {kept}"] = [c for own in alone for c in cases_of(own, kept, 2, meant)]
    cases = [c for found in by_kept.values() for c in found]
    held_out = {fold: fitted([c for c in cases if c.fold != fold]) for fold in range(FOLDS)}
    for name, found in by_kept.items():
        report(name, [(c, *held_out[c.fold].of(c)) for c in found])
    model = fitted(cases)
    if others:
        unseen = read_faqs(others)
        for kept in KEPT[1:]:
            report(f"other, {kept}", [(c, *model.of(c)) for c in cases_of(unseen, kept, 1, meant)])
    return model


def _written(weights: Iterable[float], bias: float, names: Sequence[str]) -> dict[str, float]:
    found = {name: round(float(w), 3) for name, w in zip(names, weights, strict=True)}
    return {"bias": round(bias, 3), **found}


if __name__ == "__main__":
    main()
