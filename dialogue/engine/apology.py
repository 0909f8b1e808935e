"""Replies for when a turn failed: honest, with the way to a person, and nothing of what broke inside."""

from __future__ import annotations

from dialogue.errors import KnowledgeUnavailable
from dialogue.message import Message
from dialogue.texts import say
from dialogue.wire import Said
from kg.answer import Outcome
from kg.figures import Part
from kg.graph_errors import GraphTimeout, GraphUnavailable
from nlu.intents import REPORT_URGENT


def apology(error: BaseException | None, hotline: Part, intent: str = "") -> Said:
    """What to say instead of the answer. A customer in danger gets the hotline first, whatever is broken."""
    if intent == REPORT_URGENT:
        return Said(Message(say("urgent_plain", hotline=hotline).text, urgent=True), Outcome.ERROR)
    name = "graph_down" if error is not None and is_graph_away(error) else "error"
    return Said(Message(say(name, hotline=hotline).text), Outcome.ERROR)


def is_graph_away(error: BaseException) -> bool:
    """Whether the graph is behind an error, however it was wrapped on its way up."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, GraphUnavailable | GraphTimeout | KnowledgeUnavailable):
            return True
        seen = seen.__cause__ or seen.__context__
    return False
