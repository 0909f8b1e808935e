"""Offers as custom actions: thin over dialogue.replying and dialogue.assessing."""

from __future__ import annotations

from datetime import date
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogue import assessing
from dialogue.actions.reply import ActionAnswer
from dialogue.actions.said import say_message, say_reply
from dialogue.asker import Asker
from dialogue.runtime import services
from growth.assessment import Questionnaire, answer_in
from kg.answer import Outcome
from nlu import intents
from nlu.components.arbiter import UNDERSTOOD
from nlu.components.knowledge import METADATA, TODAY

ANSWERS, DONE, REQUESTED = "assessment", "assessment_done", "requested_slot"
_STOPS = frozenset({intents.CANCEL, intents.OPT_OUT, intents.DENY})
_BEFORE_ALL = frozenset({intents.REPORT_URGENT, intents.DISTRESS, intents.COMPLAIN, intents.HANDOFF})
_UNHEARD = frozenset({intents.FALLBACK, intents.OUT_OF_SCOPE, intents.TAKE_ASSESSMENT})


class ActionOffers(ActionAnswer):
    """Wishes, recommendations on request, reasons, one's own data."""

    def name(self) -> str:
        """As in dialogue/domain."""
        return "action_offers"


class ActionAskAssessment(Action):
    """Asks the next question of the risk assessment."""

    def name(self) -> str:
        """As Rasa looks for it: by the slot of the form."""
        return f"action_ask_{DONE}"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """One question."""
        say_message(dispatcher, assessing.asked(_answers(tracker), _questions()), Outcome.FORM)
        return []


class ValidateAssessment(Action):
    """Takes an answer; a question in between is answered, and danger or a no ends the form."""

    def name(self) -> str:
        """As Rasa looks for it: by the form."""
        return "validate_assessment_form"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """The answers so far; what is asked in between is answered first."""
        questions, answers = _questions(), _answers(tracker)
        message = tracker.latest_message
        intent = (message.get(UNDERSTOOD) or {}).get("intent", "")
        place = answer_in(message.get("text") or "", questions.questions[len(answers)])
        if intent in _BEFORE_ALL:
            return [*say_reply(dispatcher, tracker), SlotSet(ANSWERS, None), SlotSet(REQUESTED, None)]
        if intent in _STOPS and place is None:
            return [SlotSet(ANSWERS, None), SlotSet(REQUESTED, None)]
        if place is None and tracker.get_slot(REQUESTED):
            if intent not in _UNHEARD:
                return [*say_reply(dispatcher, tracker), SlotSet(ANSWERS, answers)]
            say_message(dispatcher, assessing.not_an_answer(), Outcome.FORM)
        taken = [*answers, place] if place is not None and tracker.get_slot(REQUESTED) else answers
        done = SlotSet(DONE, True if len(taken) == len(questions.questions) else None)
        return [SlotSet(ANSWERS, taken), done]


class ActionAssessmentResult(Action):
    """Tells and stores the level, or says that nothing was stored."""

    def name(self) -> str:
        """As in dialogue/domain."""
        return "action_assessment_result"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """One reply; the answers are kept no longer."""
        questions, answers = _questions(), _answers(tracker)
        metadata = tracker.latest_message.get(METADATA) or {}
        if len(answers) == len(questions.questions):
            asker = Asker.of(metadata, tracker.sender_id, services().growth)
            today = date.fromisoformat(metadata[TODAY]) if TODAY in metadata else date.today()
            made = assessing.result(answers, questions, asker, today)
            say_message(dispatcher, made.message, Outcome.DONE, made.effects)
        else:
            say_message(dispatcher, assessing.stopped(), Outcome.DONE)
        return [SlotSet(ANSWERS, None), SlotSet(DONE, None)]


def _answers(tracker: Tracker) -> list[int]:
    return list(tracker.get_slot(ANSWERS) or [])


def _questions() -> Questionnaire:
    growth = services().growth
    if growth is None:
        raise RuntimeError("the risk assessment needs the offers' files; see JINWEN_OFFERS")
    return assessing.questionnaire_of(growth)
