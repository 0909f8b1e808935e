"""The risk assessment in the chat: one question at a time, its answers read, its result stored and told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from dialogue.asker import Asker
from dialogue.effects import Effect, EffectKind
from dialogue.message import Message, QuickReply
from dialogue.texts import say
from dialogue.wishing import Receipt
from growth.assessment import Questionnaire, letter, read_questionnaire
from growth.service import Growth
from kg.figures import Part, computed, from_name, join


def questionnaire_of(growth: Growth) -> Questionnaire:
    """The bank's questionnaire. Raises OfferFileError."""
    return read_questionnaire(growth.folder)


def asked(answers: Sequence[int], questions: Questionnaire) -> Message:
    """The next question, with its answers as choices; a sentence beforehand where it is the first."""
    question = questions.questions[len(answers)]
    place = computed(f"{len(answers) + 1}/{len(questions.questions)}", "place")
    options = [f"{letter(i)}. {a}" for i, a in enumerate(question.answers)]
    head = say("assess_question", place=place, ask=from_name(question.ask))
    lines: list[Part] = [head, *(from_name(o) for o in options)]
    if not answers:
        lines.insert(0, say("assess_begin"))
    choices = tuple(QuickReply(o, letter(i)) for i, o in enumerate(options))
    return Message(join("\n", lines).text, choices=choices)


def result(answers: Sequence[int], questions: Questionnaire, asker: Asker, today: date) -> Receipt:
    """The level, and that it is to be stored; what is only told where nobody is signed in."""
    level = questions.level_of(answers)
    shown = computed(f"C{level}", "assessment", questions.source)
    if not asker.customer:
        return Receipt(Message(say("assess_result_visitor", level=shown).text))
    day = computed(today.isoformat(), "today")
    text = say("assess_result", level=shown, when=day, highest=computed(f"R{level}", "assessment"))
    again = QuickReply(say("assess_then").text)
    return Receipt(Message(text.text, choices=(again,)), (Effect(EffectKind.RATED, f"C{level}"),))


def stopped() -> Message:
    """The customer does not go on; nothing is stored."""
    return Message(say("assess_stopped").text)


def not_an_answer() -> Message:
    """What was said is neither an answer nor a question."""
    return Message(say("assess_pardon").text)
