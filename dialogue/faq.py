"""FAQ answers: the editor's text with its references to facts filled in when answering."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dialogue.message import Message
from dialogue.rendering.facts import in_order, objects_of, sources_of
from kg.answering.reader import FactReader
from kg.answering.resolve import Spoken, View
from kg.facts import FAQ_ABOUT, FAQ_ANSWER, Fact
from kg.figures import Part, compose, from_fact, join
from kg.lexicon.lexicon import Lexicon
from kg.qualifiers import parse_qualifiers
from kg.query import Entity
from kg.references import REFERENCE


@dataclass(frozen=True, slots=True)
class FaqFound:
    """A message and the facts it rests on."""

    message: Message
    facts: tuple[Fact, ...] = ()


def faq_message(faq_id: str, reader: FactReader, lexicon: Lexicon, today: date) -> FaqFound:
    """The answer of a FAQ on a day. A reference without a fact in force leaves its sentence out, so that no
    half-filled figure is ever said."""
    view = View(reader, lexicon, today)
    answers = Spoken(view, [faq_id], [FAQ_ANSWER]).facts(faq_id, FAQ_ANSWER)
    used: list[Fact] = list(answers)
    texts: list[Part] = []
    for fact in answers:
        for sentence in _sentences(fact.text):
            filled = _filled(sentence, fact, view, lexicon)
            if filled is not None:
                texts.append(filled[0])
                used.extend(filled[1])
    text = compose(*texts).text
    return FaqFound(Message(text=text, sources=sources_of(used), focus=lexicon.name_of(faq_id)), tuple(used))


def faq_subjects(faq_id: str, reader: FactReader) -> list[Entity]:
    """The things that a FAQ is about, so that the talk can go on about them."""
    facts = reader.facts_of([faq_id], [FAQ_ABOUT])
    return [Entity(f.object_id, f.object_name) for f in facts if f.object_id]


def _sentences(text: str) -> list[str]:
    return [part for part in re.split(r"(?<=[。！？\n])", text) if part]


def _filled(sentence: str, fact: Fact, view: View, lexicon: Lexicon) -> tuple[Part, list[Fact]] | None:
    parts: list[Part] = []
    used: list[Fact] = []
    at = 0
    for match in REFERENCE.finditer(sentence):
        facts = _referred(match, view, lexicon)
        if not facts:
            return None
        parts += [from_fact(sentence[at : match.start()], fact.id), objects_of(in_order(facts))]
        used += facts
        at = match.end()
    parts.append(from_fact(sentence[at:], fact.id))
    return join("", parts), used


def _referred(match: re.Match[str], view: View, lexicon: Lexicon) -> list[Fact]:
    name, predicate, cases = match.groups()
    qualifiers = parse_qualifiers(cases or "", lexicon.ontology)
    for info in lexicon.by_name(name):
        facts = Spoken(view, [info.id], [predicate]).facts(info.id, predicate, qualifiers)
        if facts:
            return facts
    return []
