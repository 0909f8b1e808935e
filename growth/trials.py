"""Experiments of marketers beside the standing one: who takes part, in which arm, and what the arm changes.

An arm changes what is done with an offer that was chosen (other words, or nothing shown), never which one is chosen:
so the customers of all arms are the same but for the hash, and what they do afterwards can be compared.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from growth.arms import arm_of, draw


@dataclass(frozen=True, slots=True)
class TrialArm:
    """One arm: its share of those who take part, other words for the offer, or that it is not shown at all."""

    name: str
    share: float
    copy: str = ""
    hold: bool = False


@dataclass(frozen=True, slots=True)
class Experiment:
    """On these offers, from the first to the last day, with this share of customers; the first arm is what the others
    are compared with. `salt` makes the hash its own."""

    name: str
    salt: str
    offers: frozenset[str]
    first: date
    last: date
    share: float
    arms: tuple[TrialArm, ...]

    def arm(self, who: str, day: date) -> TrialArm | None:
        """The arm of a customer; None for who does not take part, or when it does not run."""
        if not self.first <= day <= self.last or draw(self.salt, "in", who) >= self.share:
            return None
        name = arm_of(who, self.salt, {a.name: a.share for a in self.arms})
        return next(a for a in self.arms if a.name == name)

    @property
    def held(self) -> float:
        """The share of all customers whom an arm shows nothing."""
        return self.share * sum(a.share for a in self.arms if a.hold)

    def copy_key(self, arm: TrialArm, offer: str) -> str:
        """Under which name the words of an arm stand beside those of the offers."""
        return f"{offer}@{self.name}/{arm.name}"


def running_on(experiments: Iterable[Experiment], offer: str, day: date) -> Experiment | None:
    """The experiment that runs on an offer on a day; files are refused that let two run at once."""
    return next((e for e in experiments if offer in e.offers and e.first <= day <= e.last), None)
