"""Which of the offers that may be made: probability, expected value, variety, and a share drawn evenly."""

from __future__ import annotations

import math
from dataclasses import dataclass

from growth.arms import draw
from growth.case import Case
from growth.offers import Offer
from growth.pressure import alike
from growth.reasons import Gate, Reason, Step


@dataclass(frozen=True, slots=True)
class Ranked:
    """An offer with its response probability (None: no model) and what showing it is worth, in 元."""

    offer: Offer
    chance: float | None
    worth: float


@dataclass(frozen=True, slots=True)
class Chosen:
    """The choice, and the probability with which the draw makes it."""

    ranked: Ranked
    probability: float
    explored: bool


def likely(case: Case, offer: Offer, personal: bool) -> tuple[Step, Ranked | None]:
    """The offer with its worth if its response probability reaches its threshold. Without a model, or for somebody
    who is not to be profiled, the rules alone decide, and the step says so."""
    repeated = case.rules.same_class_factor ** alike(case, case.products[offer.product])
    if case.chances is None or not personal:
        note = {} if personal else {"why": Reason.NOT_PERSONAL.value}
        step = Step(Gate.CHANCE, True, Reason.RULES_ONLY, offer.id, {"model": case.model, **note})
        return step, Ranked(offer, None, offer.value * repeated)
    chance, model = case.chances.get(offer.id), case.models.get(offer.id, case.model)
    if chance is None or not math.isfinite(chance):
        return Step(Gate.CHANCE, False, Reason.NO_CHANCE, offer.id, {"model": model}), None
    detail = {"chance": f"{chance:.1%}", "threshold": f"{offer.threshold:.0%}", "model": model}
    if chance < offer.threshold:
        return Step(Gate.CHANCE, False, Reason.UNLIKELY, offer.id, detail), None
    return Step(Gate.CHANCE, True, Reason.OK, offer.id, detail), Ranked(offer, chance, chance * offer.value * repeated)


def choose(case: Case, ranked: list[Ranked]) -> Chosen | None:
    """The one of greatest worth; in the exploring share one drawn evenly. Same case, same choice."""
    if not ranked:
        return None
    order = sorted(ranked, key=lambda r: (-r.worth, r.offer.id))
    explore = case.rules.trial.explore if len(order) > 1 else 0.0
    exploring = draw(case.rules.trial.salt, "explore", case.id) < explore
    at = int(draw(case.rules.trial.salt, "which", case.id) * len(order)) if exploring else 0
    even = explore / len(order)
    return Chosen(order[at], even + (1 - explore if at == 0 else 0.0), exploring)
