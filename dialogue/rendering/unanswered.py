"""What is said where the graph has no answer: what is not known, and what could be asked of the same thing instead."""

from __future__ import annotations

from dialogue.message import Message, QuickReply
from dialogue.rendering.derived import DERIVED
from dialogue.rendering.facts import about_of, predicates_named
from dialogue.rendering.focus import focus_of, period_asked
from dialogue.texts import say
from kg.answer import Answer
from kg.facts import DEFINITION, UNSPOKEN
from kg.figures import Part, compose, computed, from_name, join, layout
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Entity
from nlu.encoder import nearest_first
from nlu.wording import is_content

SUGGESTED = 5
_HIDDEN_SUGGESTIONS = UNSPOKEN | {DEFINITION, "依据", "规定事项"}


def unanswerable(answer: Answer, lexicon: Lexicon, asked: str = "") -> Message:
    """What is not known, and what could be asked of the same thing instead: first what lies nearest to `asked`, the
    customer's words."""
    query = answer.query
    parts: dict[str, Part]
    if query.cls is not None and query.ask is Ask.BEST and query.period is not None and not answer.total:
        parts = {"subject": about_of(query), "predicate": predicates_named(answer.missing or query.predicates)}
        text = say("unknown_period", **parts, period=period_asked(query.period))
        return Message(text=text.text, focus=focus_of(query, lexicon).text)
    if query.cls is not None and query.ask in (Ask.LIST, Ask.BEST, Ask.COUNT):
        name = "no_more" if query.offset and answer.total else "none_listed"
        parts = {} if name == "no_more" else {"class": about_of(query)}
        return Message(text=say(name, **parts).text, focus=focus_of(query, lexicon).text)
    about = query.focus[0] if query.focus else query.cls
    if about is not None and answer.choices:
        return _unknown_case(answer, about)
    if about is None:
        return Message(text=say("fallback", examples=layout("")).text)
    wanted = answer.missing or query.predicates
    if wanted:
        subject, predicate = from_name(about.name), predicates_named(wanted)
        if query.period is None or query.ask in DERIVED:
            text = say("unknown_value", subject=subject, predicate=predicate)
        else:
            text = say("unknown_period", subject=subject, predicate=predicate, period=period_asked(query.period))
    else:
        text = say("unknown_matter", subject=from_name(about.name))
    offered = suggestions(about.id, lexicon, asked.replace(about.surface or about.name, ""))
    known = lexicon.name_of(about.id)  # of a card that is not known, what can be asked of cards
    choices = tuple(QuickReply(p, f"{known}的{p}") for p in offered)
    if offered:
        can = say("can_ask", subject=from_name(known), predicates=join("、", map(from_name, offered)))
        text = compose(text, can)
    return Message(text=text.text, choices=choices, focus=focus_of(query, lexicon).text)


def _unknown_case(answer: Answer, about: Entity) -> Message:
    """The rate is not known in the case asked for, but in others."""
    cases = join("、", (computed(c.label, "case") for c in answer.choices))
    subject, predicate = from_name(about.name, about.id), predicates_named(answer.missing)
    text = say("unknown_case", subject=subject, predicate=predicate, cases=cases)
    choices = tuple(QuickReply(c.label, c.label) for c in answer.choices)
    return Message(text=text.text, choices=choices, focus=focus_of(answer.query).text)


def suggestions(entity_id: str, lexicon: Lexicon, asked: str = "") -> list[str]:
    """Predicates of a thing that a customer may ask next: those nearest in meaning to the words `asked`, if there are
    any, else own ones first."""
    own = (*lexicon.own_predicates(entity_id), *lexicon.predicates_of(entity_id))
    named = [p for p in dict.fromkeys(own) if p not in _HIDDEN_SUGGESTIONS]
    return nearest_first(asked, named)[:SUGGESTED] if is_content(asked) else named[:SUGGESTED]
