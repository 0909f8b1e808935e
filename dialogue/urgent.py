"""Urgent matters and the customer's own account: hotline and steps first, taken from the graph."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from dialogue.message import Message
from dialogue.rendering.facts import in_order, object_of, sources_of
from dialogue.texts import say
from kg.answering.reader import FactReader
from kg.answering.resolve import Spoken, View
from kg.facts import HOTLINE, URGENT_STEPS, Fact
from kg.figures import Part, compose, from_name, join
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import link
from nlu.topics import urgent_topics


@dataclass(frozen=True, slots=True)
class Found:
    """A message and the facts it rests on."""

    message: Message
    facts: tuple[Fact, ...] = ()


def hotline(reader: FactReader, lexicon: Lexicon, today: date, institution: str) -> tuple[Part, tuple[Fact, ...]]:
    """The bank's hotline as a fact; without one in the graph, words that name none."""
    for info in lexicon.by_name(institution):
        facts = Spoken(View(reader, lexicon, today), [info.id], [HOTLINE]).facts(info.id, HOTLINE)
        if facts:
            return object_of(facts[0]), (facts[0],)
    return from_name(institution), ()


def urgent_message(text: str, reader: FactReader, lexicon: Lexicon, today: date, institution: str) -> Found:
    """Hotline and the steps of the urgent matter that the text is nearest to; only the hotline when none is near."""
    number, facts = hotline(reader, lexicon, today, institution)
    matter = _matter(text, lexicon)
    steps = _steps(matter, reader, lexicon, today) if matter else []
    if not steps:
        return Found(Message(text=say("urgent_plain", hotline=number).text, urgent=True), facts)
    head = say("urgent", hotline=number, matter=from_name(lexicon.name_of(matter), matter))
    lines = join("\n", [head, *(compose(object_of(f)) for f in steps)])
    used = (*facts, *steps)
    return Found(Message(text=lines.text, sources=sources_of(used), urgent=True), used)


def account_message(reader: FactReader, lexicon: Lexicon, today: date, institution: str) -> Found:
    """Where a customer sees what is his own; the bot never shows or defines it."""
    number, facts = hotline(reader, lexicon, today, institution)
    return Found(Message(text=say("account", hotline=number).text), facts)


def _matter(text: str, lexicon: Lexicon) -> str:
    for mention in link(text, lexicon):
        if URGENT_STEPS in lexicon.own_predicates(mention.best.id):
            return mention.best.id
    return urgent_topics(lexicon).nearest(text)


def _steps(matter: str, reader: FactReader, lexicon: Lexicon, today: date) -> list[Fact]:
    spoken = Spoken(View(reader, lexicon, today), [matter], [URGENT_STEPS])
    return in_order(spoken.facts(matter, URGENT_STEPS))
