"""From the turn as Rasa hands it over to one reply, and back."""

from __future__ import annotations

from datetime import date
from typing import Any

from rasa_sdk import Tracker
from rasa_sdk.events import FollowupAction, SlotSet
from rasa_sdk.executor import CollectingDispatcher

from dialogue.asker import Asker
from dialogue.effects import Effect
from dialogue.message import Message
from dialogue.replying import Reply, Setting, reply
from dialogue.runtime import services
from dialogue.wire import REPLY, said_to_json
from kg.answer import Outcome
from nlu.components.arbiter import MEMORY_SLOT, UNDERSTOOD
from nlu.components.carrying import understood_from_json
from nlu.components.knowledge import METADATA, REVISION, TODAY
from nlu.memory import Memory


def say_reply(dispatcher: CollectingDispatcher, tracker: Tracker) -> list[dict[str, Any]]:
    """Utters the reply to the latest message and sets the memory.

    Outside a form the bot listens after a reply: saying so spares Rasa a prediction that takes a tenth of the turn.
    """
    made = _reply(tracker)
    dispatcher.utter_message(text=made.message.text, **{REPLY: said_to_json(made)})
    remembered = SlotSet(MEMORY_SLOT, made.memory.to_json())
    return [remembered] if tracker.active_loop else [remembered, FollowupAction("action_listen")]


def say_message(
    dispatcher: CollectingDispatcher, message: Message, outcome: Outcome, effects: tuple[Effect, ...] = ()
) -> None:
    """Utters a message that no Query led to: a form's question, a receipt."""
    dispatcher.utter_message(
        text=message.text, **{REPLY: said_to_json(Reply(message, outcome, Memory(), effects=effects))}
    )


def _reply(tracker: Tracker) -> Reply:
    message = tracker.latest_message
    metadata = message.get(METADATA) or {}
    here = services()
    pinned = here.pin(metadata.get(REVISION))
    today = date.fromisoformat(metadata[TODAY]) if TODAY in metadata else date.today()
    return reply(
        understood_from_json(message[UNDERSTOOD]),
        Memory.from_json(tracker.get_slot(MEMORY_SLOT)),
        Setting(
            pinned.reader,
            pinned.lexicon,
            today,
            here.institution,
            message.get("text") or "",
            Asker.of(metadata, tracker.sender_id, here.growth),
        ),
    )
