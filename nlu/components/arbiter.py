"""JinwenArbiter: weighs the classifier's opinion against the readings of the text and emits the one that wins."""

from __future__ import annotations

from datetime import date
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.nlu.constants import INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message

from nlu import intents
from nlu.components.carrying import understood_to_json
from nlu.components.knowledge import METADATA, REVISION, TODAY, knowledge_of
from nlu.components.linker import ORIGINAL
from nlu.memory import Memory

UNDERSTOOD = "understood"
MEMORY_SLOT = "memory"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=False)
class JinwenArbiter(GraphComponent):
    """Restores the customer's text and puts intent and `understood` on the message."""

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config

    @staticmethod
    def get_default_config() -> dict[str, Any]:
        """`knowledge`: the function that gives access to the graph's names."""
        return {"knowledge": "dialogue.runtime:services"}

    @classmethod
    def create(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> JinwenArbiter:
        """A component; there is nothing to train."""
        return cls(config)

    def process(self, messages: list[Message], tracker: DialogueStateTracker) -> list[Message]:
        """Rasa passes the tracker in by its name."""
        memory = Memory.from_json(tracker.get_slot(MEMORY_SLOT))
        for message in messages:
            self._arbitrate(message, memory)
        return messages

    def _arbitrate(self, message: Message, memory: Memory) -> None:
        text = message.get(ORIGINAL, message.get(TEXT) or "")
        metadata = message.get(METADATA) or {}
        today = date.fromisoformat(metadata[TODAY]) if TODAY in metadata else date.today()
        probabilities = _probabilities(message)
        understanding = knowledge_of(self._config).understanding(metadata.get(REVISION))
        understood = understanding.understand(text, probabilities, memory, today)
        message.set(TEXT, text)
        message.set(METADATA, metadata, add_to_output=True)
        message.set(INTENT, {"name": understood.intent, "confidence": understood.confidence}, add_to_output=True)
        message.set(UNDERSTOOD, understood_to_json(understood), add_to_output=True)


def _probabilities(message: Message) -> dict[str, float]:
    """The classifier's opinion. Taking one of several is a follow-up to it: whether a choice is open, memory knows."""
    ranked = {r["name"]: float(r["confidence"]) for r in message.get(INTENT_RANKING_KEY) or ()}
    chosen = ranked.pop(intents.CHOOSE, 0.0)
    return {**ranked, intents.FOLLOW_UP: ranked.get(intents.FOLLOW_UP, 0.0) + chosen} if ranked else {}
