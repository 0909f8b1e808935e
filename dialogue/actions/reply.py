"""The actions that rules name. What to say was decided by the arbiter; how to say it is `dialogue.replying`."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from dialogue.actions.said import say_reply


class ActionAnswer(Action):
    """Answers a Query, or says what can be asked."""

    def name(self) -> str:
        """As in dialogue/domain."""
        return "action_answer"

    def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> list[dict[str, Any]]:
        """One reply and the new memory."""
        return say_reply(dispatcher, tracker)


class ActionFaq(ActionAnswer):
    """Gives the answer of a frequently asked question, its figures read from the graph."""

    def name(self) -> str:
        """As in dialogue/domain."""
        return "action_faq"


class ActionService(ActionAnswer):
    """Urgent help, the customer's own account, people, complaints, opting out."""

    def name(self) -> str:
        """As in dialogue/domain."""
        return "action_service"


class ActionChitchat(ActionAnswer):
    """Small talk, and what the bot is not for."""

    def name(self) -> str:
        """As in dialogue/domain."""
        return "action_chitchat"
