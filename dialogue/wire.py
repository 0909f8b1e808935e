"""Turns and replies as plain JSON: between processes, in the tracker, in the record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dialogue.effects import Effect
from dialogue.message import Message
from dialogue.turn import FactOut, Namespace, Principal, PrincipalKind, TurnIn, TurnOut
from kg.answer import Outcome
from kg.facts import Fact
from kg.qualifiers import written
from kg.query import to_plain

if TYPE_CHECKING:
    from dialogue.replying import Reply

REPLY = "jinwen"
"""Key of the whole reply beside its text in what an action utters: our channels read it, plain ones show the text."""
MAX_FACTS = 1000


@dataclass(frozen=True, slots=True)
class Said:
    """A reply as an action uttered it, before it is a turn: what is said and what the record keeps of it."""

    message: Message
    outcome: Outcome
    query: dict[str, Any] | None = None
    facts: tuple[FactOut, ...] = ()
    fact_ids: tuple[str, ...] = ()
    shown: tuple[str, ...] = ()
    truncated: bool = False
    effects: tuple[Effect, ...] = ()


def said_to_json(made: Reply) -> dict[str, Any]:
    """What an action hands over; facts to MAX_FACTS rows."""
    kept = made.facts[:MAX_FACTS]
    return {
        "message": made.message.to_json(),
        "outcome": made.outcome.value,
        "query": made.query.to_json() if made.query else None,
        "facts": [to_plain(fact_out(f)) for f in kept],
        "fact_ids": [f.id for f in kept],
        "shown": list(made.shown),
        "truncated": len(kept) < len(made.facts),
        "effects": [e.to_json() for e in made.effects],
    }


def said_from_json(data: dict[str, Any]) -> Said:
    """The Said that `said_to_json` wrote."""
    return Said(
        message=Message.from_json(data["message"]),
        outcome=Outcome(data["outcome"]),
        query=data["query"],
        facts=tuple(FactOut(**f) for f in data["facts"]),
        fact_ids=tuple(data["fact_ids"]),
        shown=tuple(data["shown"]),
        truncated=data["truncated"],
        effects=tuple(Effect.from_json(e) for e in data["effects"]),
    )


def fact_out(fact: Fact) -> FactOut:
    """A fact as batch output and records show it."""
    return FactOut(
        subject=fact.subject_name,
        predicate=fact.predicate,
        object=fact.text,
        qualifiers=written(fact.qualifiers),
        valid_from=fact.valid_from.isoformat() if fact.valid_from else "",
        valid_to=fact.valid_to.isoformat() if fact.valid_to else "",
        source=fact.source,
        article=fact.article,
    )


def turn_in_to_json(turn: TurnIn) -> dict[str, Any]:
    """Plain JSON; empty parts are left out."""
    data: dict[str, Any] = to_plain(turn)
    data["principal"] = {
        "kind": turn.principal.kind.value,
        "id": turn.principal.id,
        "scopes": sorted(turn.principal.scopes),
    }
    return data


def turn_in_from_json(data: dict[str, Any]) -> TurnIn:
    """The TurnIn that `turn_in_to_json` wrote."""
    who = data["principal"]
    as_of = data.get("as_of")
    return TurnIn(
        session=data["session"],
        text=data.get("text", ""),
        message_id=data["message_id"],
        today=date.fromisoformat(data["today"]),
        principal=Principal(PrincipalKind(who["kind"]), who["id"], frozenset(who["scopes"])),
        channel=data.get("channel", ""),
        namespace=Namespace(data["namespace"]),
        payload=data.get("payload", ""),
        as_of=date.fromisoformat(as_of) if as_of else None,
        revision=data.get("revision"),
        trace_id=data.get("trace_id", ""),
    )


def turn_out_to_json(turn: TurnOut) -> dict[str, Any]:
    """Plain JSON; empty parts are left out, numbers and flags are kept."""
    return {
        "session": turn.session,
        "turn_id": turn.turn_id,
        "seq": turn.seq,
        "message": turn.message.to_json(),
        "outcome": turn.outcome.value,
        "intent": turn.intent,
        "confidence": turn.confidence,
        "query": turn.query,
        "facts": [to_plain(f) for f in turn.facts],
        "truncated": turn.truncated,
        "revision": turn.revision,
        "trace_id": turn.trace_id,
        "latency_ms": turn.latency_ms,
        "repeated": turn.repeated,
        "private": turn.private,
    }


def turn_out_from_json(data: dict[str, Any]) -> TurnOut:
    """The TurnOut that `turn_out_to_json` wrote."""
    return TurnOut(
        **{
            **data,
            "message": Message.from_json(data["message"]),
            "outcome": Outcome(data["outcome"]),
            "facts": tuple(FactOut(**{"subject": "", "predicate": "", "object": "", **f}) for f in data["facts"]),
        }
    )
