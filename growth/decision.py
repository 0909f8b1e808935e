"""decide(case): one offer or none, every step with its reason. A pure function: same case, same decision."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from growth import gates, pressure
from growth.arms import arm_of
from growth.case import Case, Person
from growth.offer_gates import first_stop, suitable
from growth.ranking import Chosen, Ranked, choose, likely
from growth.reasons import Gate, Reason, Step
from growth.trials import running_on

HOLDOUT, TREATED = "holdout", "treated"


@dataclass(frozen=True, slots=True)
class Decision:
    """`offer` is the id of what to show, empty for nothing; `would_have` what a stopped decision would have shown,
    for the experiment's readout and never for the customer; `propensity` the probability, over holdout and
    exploration, with which this offer is shown in this case; `reason` the last word; `trials` the experiments that the
    offer is part of, with the arm; `copy` the key of the arm's own words."""

    id: str
    customer: str
    arm: str
    reason: Reason
    steps: tuple[Step, ...]
    offer: str = ""
    would_have: str = ""
    propensity: float = 0.0
    chance: float | None = None
    worth: float = 0.0
    personal: bool = False
    model: str = ""
    trials: tuple[tuple[str, str], ...] = ()
    copy: str = ""

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {**asdict(self), "reason": self.reason.value, "steps": [s.to_json() for s in self.steps]}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Decision:
        """The decision that `to_json` wrote."""
        steps = tuple(map(Step.from_json, data["steps"]))
        trials = tuple((name, arm) for name, arm in data["trials"])
        return Decision(**{**data, "reason": Reason(data["reason"]), "steps": steps, "trials": trials})


def decide(case: Case) -> Decision:
    """The decision. Nothing here reads a clock, a database or a random number."""
    trial = case.rules.trial
    who = case.person.id if case.person else ""
    arm = arm_of(who, trial.salt, {HOLDOUT: trial.holdout, TREATED: 1 - trial.holdout})
    steps = [Step(Gate.EXPERIMENT, True, Reason.ARM_HOLDOUT if arm == HOLDOUT else Reason.ARM_TREATED)]
    served = gates.service(case)
    steps.append(served)
    if case.person is None or served.reason is Reason.BROKEN:
        return Decision(case.id, who, arm, served.reason, tuple(steps), model=case.model)
    asked = gates.consent(case, case.person)
    wished = gates.wish(case)
    steps += [asked, wished, gates.quiet(case)]
    if not (asked.passed and wished.passed):  # to choose for somebody who wants no offers would be profiling him
        unasked = next(s.reason for s in steps if not s.passed)
        return Decision(case.id, who, arm, unasked, tuple(steps), model=case.model)
    personal = asked.reason is Reason.OK
    ranked, looked = _remaining(case, case.person, personal)
    steps += looked
    stop = next((s.reason for s in steps if not s.passed and not s.offer), None)
    chosen = choose(case, ranked)
    if chosen is None:
        steps.append(Step(Gate.CHOICE, False, Reason.NOTHING_LEFT))
        last = stop or Reason.NOTHING_LEFT
        return Decision(case.id, who, arm, last, tuple(steps), personal=personal, model=case.model)
    steps += [Step(Gate.CHOICE, False, Reason.OUTRANKED, r.offer.id) for r in ranked if r is not chosen.ranked]
    begun = Decision(case.id, who, arm, Reason.OK, tuple(steps), personal=personal, model=case.model)
    return _settled(case, arm, stop, chosen, begun)


def _remaining(case: Case, person: Person, personal: bool) -> tuple[list[Ranked], list[Step]]:
    """The offers that pass their own gates, and the steps that say why others do not."""
    steps: list[Step] = []
    survivors = []
    for offer in case.offers:
        step = first_stop(case, person, offer, personal)
        steps.append(step)
        if step.passed:
            survivors.append(offer)
        elif step.gate is Gate.ELIGIBLE:  # conditions speak of risk, too: the record says what the rules of risk say
            risky = suitable(case, person, offer, case.products[offer.product])
            steps += [risky] if risky else []
    steps.append(pressure.on_all(case))
    ranked = []
    for offer in survivors:
        step = pressure.on_offer(case, offer, case.products[offer.product])
        if step.passed:
            step, found = likely(case, offer, personal)
            if found is not None:
                ranked.append(found)
        steps.append(step)
    return ranked, steps


def _settled(case: Case, arm: str, stop: Reason | None, chosen: Chosen, begun: Decision) -> Decision:
    """The decision for the chosen offer: shown, or only noted where a gate or the holdout stops it."""
    best = chosen.ranked
    reason = Reason.EXPLORED if chosen.explored else Reason.BEST
    detail = {"worth": f"{best.worth:.2f}", "product": case.products[best.offer.product].name}
    made = Step(Gate.CHOICE, True, reason, best.offer.id, detail)
    stop = stop or (Reason.ARM_HOLDOUT if arm == HOLDOUT else None)
    running = running_on(case.experiments, best.offer.id, case.today)
    own = running.arm(begun.customer, case.today) if running else None
    steps = (*begun.steps, made)
    if running and own and stop is None:  # whoever is stopped before takes part in no experiment
        told = {"trial": running.name, "arm": own.name}
        held = Reason.ARM_HELD if own.hold else Reason.ARM_OF_TRIAL
        steps = (*steps, Step(Gate.EXPERIMENT, not own.hold, held, best.offer.id, told))
        key = running.copy_key(own, best.offer.id) if own.copy else ""
        begun = replace(begun, trials=((running.name, own.name),), copy=key)
        stop = held if own.hold else None
    shown = stop is None
    return replace(
        begun,
        reason=stop or reason,
        steps=steps,
        offer=best.offer.id if shown else "",
        would_have="" if shown else best.offer.id,
        propensity=(1 - case.rules.trial.holdout) * (1 - (running.held if running else 0)) * chosen.probability,
        chance=best.chance,
        model=case.models.get(best.offer.id, case.model) if best.chance is not None else case.model,
        worth=best.worth,
    )
