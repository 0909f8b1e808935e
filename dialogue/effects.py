"""Effects: what a turn changes besides the conversation. Decided where the reply is made, written in the transaction
of the turn, so that a receipt is never given for what is not stored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from growth.case import WishScope
from growth.decision import Decision
from growth.ledger import Wanted


class EffectKind(StrEnum):
    """What is to be written."""

    WISH = "wish"
    REFUSED = "refused"
    CLICKED = "clicked"
    CONSENT = "consent"
    RATED = "rated"
    SIGNAL = "signal"
    ADVISED = "advised"


@dataclass(frozen=True, slots=True)
class Effect:
    """One change. `wanted` for wishes; `of` names the decision (refused, clicked), the purpose of a consent, the
    level of an assessment (C3) or the kind of a signal; `granted` is a consent's direction; `decision` the record of
    advice that was given."""

    kind: EffectKind
    of: str = ""
    granted: bool = False
    wanted: tuple[Wanted, ...] = ()
    decision: Decision | None = None

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        wanted = [[w.allow, w.scope.value, w.of, w.name] for w in self.wanted]
        data = {"kind": self.kind.value, "of": self.of, "granted": self.granted, "wanted": wanted}
        return {**data, "decision": self.decision.to_json()} if self.decision else data

    @staticmethod
    def from_json(data: dict[str, Any]) -> Effect:
        """The effect that `to_json` wrote."""
        wanted = tuple(Wanted(allow, WishScope(scope), of, name) for allow, scope, of, name in data["wanted"])
        made = Decision.from_json(data["decision"]) if "decision" in data else None
        return Effect(EffectKind(data["kind"]), data["of"], data["granted"], wanted, made)
