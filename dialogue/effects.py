"""Effects: what a turn changes besides the conversation. Decided where the reply is made, written in the transaction
of the turn, so that a receipt is never given for what is not stored."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from customer.erasing import Kept
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
    ERASE = "erase"


@dataclass(frozen=True, slots=True)
class Effect:
    """One change. `wanted` for wishes; `of` names the decision (refused, clicked), the purpose of a consent, the
    level of an assessment (C3) or the kind of a signal; `granted` is a consent's direction; `decision` the record of
    advice that was given; `kept` what was told to be kept by law when a customer had his data erased (`of`: the number
    of the request)."""

    kind: EffectKind
    of: str = ""
    granted: bool = False
    wanted: tuple[Wanted, ...] = ()
    decision: Decision | None = None
    kept: tuple[Kept, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        wanted = [[w.allow, w.scope.value, w.of, w.name] for w in self.wanted]
        data = {"kind": self.kind.value, "of": self.of, "granted": self.granted, "wanted": wanted}
        more = {"decision": self.decision.to_json()} if self.decision else {}
        return {**data, **more, **({"kept": [list(k) for k in self.kept]} if self.kept else {})}

    @staticmethod
    def from_json(data: dict[str, Any]) -> Effect:
        """The effect that `to_json` wrote."""
        wanted = tuple(Wanted(allow, WishScope(scope), of, name) for allow, scope, of, name in data["wanted"])
        kept = tuple((k[0], k[1], k[2], k[3]) for k in data.get("kept", ()))
        made = Decision.from_json(data["decision"]) if "decision" in data else None
        return Effect(EffectKind(data["kind"]), data["of"], data["granted"], wanted, made, kept)
