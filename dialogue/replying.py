"""reply(): from what a turn is taken to mean to what is said, and what is remembered. No Rasa, no HTTP."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from dialogue.about_offers import About, tell
from dialogue.asker import Asker
from dialogue.asking_back import settled
from dialogue.effects import Effect, EffectKind
from dialogue.faq import faq_message, faq_subjects
from dialogue.message import Message, QuickReply
from dialogue.remembering import dated, displayed, led_to, waiting
from dialogue.rendering import render
from dialogue.rendering.focus import corrections_of
from dialogue.same_names import told_apart
from dialogue.texts import say
from dialogue.urgent import account_message, hotline, urgent_message
from dialogue.wishing import last_told
from kg.answer import Outcome
from kg.answering.reader import FactReader
from kg.answering.service import answer
from kg.facts import FAQ_ABOUT, EntityKind, Fact
from kg.figures import Part, from_name, join, layout
from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Entity, Query
from nlu import intents
from nlu.memory import FORMS, Memory, Shown
from nlu.selves import of_the_speaker, told
from nlu.understood import Understood
from nlu.wishes import asks_for_recommendation, asks_what_suits, takes_up, turns_down

EXAMPLES = 3
_ADVISABLE = frozenset({Ask.LIST, Ask.BEST, Ask.COUNT})
"""Questions that a customer who is known may mean as asking for advice."""
FOREIGN_LENGTH, FOREIGN_HAN = 4, 0.3


@dataclass(frozen=True, slots=True)
class Setting:
    """What a reply is made with: a pinned revision, its lexicon, the day, and the name of the bank itself."""

    reader: FactReader
    lexicon: Lexicon
    today: date
    institution: str
    text: str = ""
    asker: Asker = field(default_factory=Asker)


@dataclass(frozen=True, slots=True)
class Reply:
    """What is said, what it rests on, and the memory afterwards."""

    message: Message
    outcome: Outcome
    memory: Memory
    facts: tuple[Fact, ...] = ()
    query: Query | None = None
    shown: tuple[str, ...] = field(default=())
    effects: tuple[Effect, ...] = ()
    """What the turn changes besides the conversation."""


def reply(understood: Understood, memory: Memory, setting: Setting) -> Reply:
    """The reply to one turn. Graph errors pass through: the engine owns the apology."""
    if understood.parts:
        return in_one(list(_one_by_one(understood.parts, memory, setting)))
    memory = replace(memory, profile=told(memory.profile, of_the_speaker(setting.text)))
    return _taken_up(memory, setting) or _replied(understood, memory, setting)


def _replied(understood: Understood, memory: Memory, setting: Setting) -> Reply:
    if understood.intent == intents.CANCEL:
        memory = memory.cancelled()
    if _asks_what_suits(understood, setting):
        return _about_offers(intents.ASK_RECOMMENDATION)(memory, setting)
    if understood.choices:
        choices = told_apart(understood.choices, setting.text, setting.reader, setting.lexicon)
        if len(choices) > 1 or choices[0].query is None:
            return _ask_back(replace(understood, choices=choices), memory, setting)
        understood = replace(understood, query=choices[0].query, choices=())
    if understood.query is not None:
        advice = _asks_advice(understood, setting)
        answered = _about_offers(intents.ASK_RECOMMENDATION) if advice else None
        return answered(memory, setting) if answered else _to_query(understood, understood.query, memory, setting)
    if understood.faq_id:
        found = faq_message(understood.faq_id, setting.reader, setting.lexicon, setting.today)
        if found.message.text:
            about = faq_subjects(understood.faq_id, setting.reader)
            memory = memory.with_mention(about, FAQ_ABOUT, setting.reader.revision, setting.today)
            return Reply(found.message, Outcome.ANSWERED, memory, found.facts)
        return _plain(intents.FALLBACK, memory, setting)
    special = _SPECIAL.get(understood.intent)
    if special is not None:
        return special(memory, setting)
    if understood.intent == intents.FALLBACK and of_the_speaker(setting.text):
        return Reply(Message(text=say("noted").text), Outcome.DONE, memory)
    return _plain(understood.intent, memory, setting)


def _taken_up(memory: Memory, setting: Setting) -> Reply | None:
    """To words about the card below the last answer alone: 了解一下 is the click on it, 不用了 its refusal."""
    product = memory.offered_last
    if product is not None and turns_down(setting.text):
        return _about_offers(intents.OPT_OUT)(memory, setting)
    if product is None or not takes_up(setting.text):
        return None
    intent = intents.KNOWLEDGE[Ask.DESCRIBE]
    made = _to_query(Understood(intent, 1.0), Query(Ask.DESCRIBE, focus=(product,)), memory, setting)
    shown = last_told(setting.asker)
    clicked = (Effect(EffectKind.CLICKED, shown.id),) if shown is not None and shown.offer else ()
    return replace(made, effects=clicked)


def _asks_what_suits(understood: Understood, setting: Setting) -> bool:
    """What suits the one who asks is advice, whatever attribute of products it sounds like (适合人群)."""
    wired = setting.asker.growth is not None and understood.intent not in intents.COMMANDS
    return wired and asks_what_suits(setting.text, setting.lexicon)


def _asks_advice(understood: Understood, setting: Setting) -> bool:
    """Whether a customer who is known asks for a list as advice; anybody else gets the list."""
    listed = understood.query is not None and understood.query.ask in _ADVISABLE
    return bool(setting.asker.customer) and listed and asks_for_recommendation(setting.text)


def _one_by_one(parts: tuple[Understood, ...], memory: Memory, setting: Setting) -> Iterator[Reply]:
    """The reply to each of several questions, each with the memory that the one before left."""
    for part in parts:
        made = reply(part, memory, setting)
        memory = made.memory
        yield made


def _to_query(understood: Understood, query: Query, memory: Memory, setting: Setting) -> Reply:
    found = answer(query, setting.reader, setting.lexicon, setting.today)
    assumed = understood.reading.assumptions if understood.reading else ()
    message = render(found, setting.lexicon, dated(assumed, memory, setting.today), setting.text)
    if understood.reading is not None and understood.reading.carried:
        message = replace(message, corrections=corrections_of(found.query, memory, setting.lexicon))
    display = displayed(found, setting.lexicon)
    met = led_to(found, setting.lexicon)
    unknown = found.outcome is Outcome.UNANSWERABLE  # a time of which nothing is known is not what comes next is about
    kept = replace(found.query, period=None) if unknown else found.query
    learned = not (unknown and _not_understood(understood, query))
    remembered = memory.with_query(kept, display, setting.reader.revision, setting.today, met) if learned else memory
    if found.query.ask in FORMS:
        remembered = waiting(remembered, found)
    elif memory.asked and found.query.ask not in FORMS and _still_open(remembered):
        remembered = replace(remembered, asked=memory.asked, wanted=memory.wanted)
        message = _reminded(message, memory.asked)
    ids = tuple(e.id for e in display.entities) if display else ()
    return Reply(message, found.outcome, remembered, found.facts_read(), query.masked(), ids)


def _not_understood(understood: Understood, query: Query) -> bool:
    """Nothing is named and what is asked is not known: the talk is still about what it was about."""
    carried = understood.reading is not None and understood.reading.carried
    return carried and query.ask is Ask.VALUE and not query.predicates


def _still_open(memory: Memory) -> bool:
    """Whether the calculation that waits for an input is still remembered."""
    return any(q.ask in FORMS for q in memory.frames)


def _reminded(message: Message, asked: str) -> Message:
    reminder = say("ask_resume", input=from_name(asked))
    return replace(message, text=join("\n", [layout(message.text), reminder]).text)


def in_one(replies: Sequence[Reply]) -> Reply:
    """Several replies as one message, in order; a table that is not the last thing said is put into lines."""
    messages = [r.message for r in replies]
    texts = [Message(text=m.text, table=m.table).plain() for m in messages[:-1]] + [messages[-1].text]
    first = next((r for r in replies if r.outcome is Outcome.ANSWERED), replies[0])
    message = replace(
        messages[-1],
        text=join("\n", map(layout, texts)).text,
        sources=tuple(dict.fromkeys(s for m in messages for s in m.sources)),
        notices=tuple(dict.fromkeys(n for m in messages for n in m.notices)),
    )
    facts = tuple({f.id: f for r in replies for f in r.facts}.values())
    shown = tuple(dict.fromkeys(i for r in replies for i in r.shown))
    effects = tuple(e for r in replies for e in r.effects)
    return Reply(message, first.outcome, replies[-1].memory, facts, first.query, shown, effects)


def _ask_back(understood: Understood, memory: Memory, setting: Setting) -> Reply:
    choices = understood.choices
    if all(c.query is not None for c in choices):
        queries = [c.query for c in choices if c.query is not None]
        answers = tuple(answer(q, setting.reader, setting.lexicon, setting.today) for q in queries)
        query = settled(choices, answers, memory)
        if query is not None:
            return _to_query(understood, query, memory, setting)
    message = Message(
        text=say("which_one" if any(c.query for c in choices) else "which_question").text,
        choices=tuple(QuickReply(c.label, c.text or c.label) for c in choices),
    )
    return Reply(message, Outcome.CLARIFY, memory.with_choices(choices))


def is_foreign(text: str) -> bool:
    """Whether a text is words of another language: letters of which hardly any is a Chinese character."""
    letters = [c for c in text if c.isalpha()]
    chinese = sum("\u4e00" <= c <= "\u9fff" for c in letters)
    return len(letters) >= FOREIGN_LENGTH and chinese < FOREIGN_HAN * len(letters)


def _urgent(memory: Memory, setting: Setting) -> Reply:
    found = urgent_message(setting.text, setting.reader, setting.lexicon, setting.today, setting.institution)
    return Reply(found.message, Outcome.ANSWERED, memory, found.facts)


def _account(memory: Memory, setting: Setting) -> Reply:
    found = account_message(setting.reader, setting.lexicon, setting.today, setting.institution)
    return Reply(found.message, Outcome.HANDOFF, memory, found.facts)


def _about_offers(intent: str) -> Callable[[Memory, Setting], Reply]:
    def made(memory: Memory, setting: Setting) -> Reply:
        about = About(setting.text, setting.reader, setting.lexicon, setting.today, setting.asker)
        number, _ = hotline(setting.reader, setting.lexicon, setting.today, setting.institution)
        told = tell(intent, about, number)
        after = _after_naming(told.about, memory, setting)
        return Reply(told.message, told.outcome, after, told.facts, effects=told.effects)

    return made


def _after_naming(about: tuple[Entity, ...], memory: Memory, setting: Setting) -> Memory:
    """The memory after products were named: 那个的起购金额 and 第二个 mean them."""
    if not about:
        return memory
    display = Shown(about, len(about)) if len(about) > 1 else None
    return memory.with_query(Query(Ask.DESCRIBE, focus=about), display, setting.reader.revision, setting.today)


def _with_hotline(name: str, outcome: Outcome) -> Callable[[Memory, Setting], Reply]:
    def made(memory: Memory, setting: Setting) -> Reply:
        number, facts = hotline(setting.reader, setting.lexicon, setting.today, setting.institution)
        return Reply(Message(text=say(name, hotline=number).text), outcome, memory, facts)

    return made


_SPECIAL: dict[str, Callable[[Memory, Setting], Reply]] = {
    intents.REPORT_URGENT: _urgent,
    intents.ASK_ACCOUNT: _account,
    intents.HANDOFF: _with_hotline("handoff", Outcome.HANDOFF),
    intents.COMPLAIN: _with_hotline("complain", Outcome.HANDOFF),
    intents.DISTRESS: _with_hotline("distress", Outcome.HANDOFF),
    **{intent: _about_offers(intent) for intent in sorted(intents.ABOUT_OFFERS)},
}
_OUTCOMES = {
    intents.OUT_OF_SCOPE: Outcome.OUT_OF_SCOPE,
    intents.FALLBACK: Outcome.FALLBACK,
}


def _plain(intent: str, memory: Memory, setting: Setting) -> Reply:
    """Small talk, refusals and the fallback: a text of the bot's own, with questions it can answer as examples."""
    outcome = _OUTCOMES.get(intent, Outcome.CHITCHAT)
    if intent in (intents.FALLBACK, intents.OUT_OF_SCOPE) and is_foreign(setting.text):
        return _with_hotline("chinese_only", Outcome.OUT_OF_SCOPE)(memory, setting)
    if intent in (intents.FALLBACK, "ask_capability"):
        offered = examples(setting.lexicon)
        text = say("fallback" if intent == intents.FALLBACK else intent, examples=join("；", map(from_name, offered)))
        return Reply(Message(text=text.text, choices=_quick(offered)), outcome, memory)
    parts: dict[str, Part] = {}
    name = "fallback" if intent not in intents.CHITCHAT and intent not in _OUTCOMES else intent
    if name == "fallback":
        parts = {"examples": join("；", map(from_name, examples(setting.lexicon)))}
    choices = _quick(examples(setting.lexicon)) if intent in ("greet", intents.OUT_OF_SCOPE) else ()
    return Reply(Message(text=say(name, **parts).text, choices=choices), outcome, memory)


def _quick(texts: tuple[str, ...]) -> tuple[QuickReply, ...]:
    return tuple(QuickReply(t, t) for t in texts)


def examples(lexicon: Lexicon) -> tuple[str, ...]:
    """Questions that the loaded graph can answer: the FAQs if it has some, else its largest classes."""
    infos = [i for i in map(lexicon.entity, lexicon.class_ids) if i is not None]
    infos.sort(key=lambda i: (i.kind is not EntityKind.PRODUCT, -lexicon.member_count(i.id), i.id))
    listed = [f"有哪些{i.name}" for i in infos if 3 <= lexicon.member_count(i.id) <= 60]
    faqs = [f.question for f in lexicon.faqs[:EXAMPLES]]
    return tuple((*listed[: EXAMPLES - 1], *faqs, *listed)[:EXAMPLES])
