"""Reading: one way to understand a turn, with its evidence, for the arbiter to compare with the others."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.answer import Assumption, Choice
from kg.query import Query


@dataclass(frozen=True, slots=True)
class Reading:
    """A Query reading. `score` is the parser's own support, 0–1, before calibration.

    `entity` and `predicate` are the support of the two links, `explained` the share of the text that the
    reading accounts for. `choices` is set where the words allow several things and the bot has to ask.
    `absent` says that the thing is known but does not have what is asked, `stranger` that the thing is not known.
    `coverage` is the weighted share of the words beside the names that what is asked explains.
    """

    query: Query
    entity: float = 0.0
    predicate: float = 0.0
    explained: float = 0.0
    carried: bool = False
    absent: bool = False
    stranger: bool = False
    by_topic: bool = False
    coverage: float = 1.0
    assumptions: tuple[Assumption, ...] = ()
    choices: tuple[Choice, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def score(self) -> float:
        """Support of the whole reading: its weakest link, tempered by what it leaves unexplained."""
        link = min(self.entity, self.predicate)
        return link * (0.55 + 0.45 * self.explained) * (0.6 if self.absent else 1.0)
