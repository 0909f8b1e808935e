"""JinwenLinker: the tokenizer and featurizers see kinds in place of names and figures; the text itself is kept."""

from __future__ import annotations

import json
from typing import Any

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from nlu.components.knowledge import METADATA, REVISION, knowledge_of
from nlu.masking import TaughtWords, mask_example, mask_for_model

ORIGINAL = "original_text"
_FILE = "taught_words.json"


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class JinwenLinker(GraphComponent):
    """Puts the masked text where the tokenizer reads it and the customer's own under `original_text`."""

    def __init__(self, config: dict[str, Any], storage: ModelStorage, resource: Resource, taught: TaughtWords) -> None:
        self._config = config
        self._storage = storage
        self._resource = resource
        self._taught = taught

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
    ) -> JinwenLinker:
        """An untrained component."""
        return cls(config, model_storage, resource, TaughtWords())

    @classmethod
    def load(
        cls,
        config: dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> JinwenLinker:
        """The component as it was trained."""
        with model_storage.read_from(resource) as directory:
            text = json.loads((directory / _FILE).read_text(encoding="utf-8"))
        return cls(config, model_storage, resource, TaughtWords(text))

    def train(self, training_data: TrainingData) -> Resource:
        """Keeps the words of the examples: they are left alone when customers use them."""
        examples = training_data.training_examples
        self._taught = TaughtWords.of(m.get(TEXT) for m in examples if m.get(INTENT) and m.get(TEXT))
        with self._storage.write_to(self._resource) as directory:
            (directory / _FILE).write_text(json.dumps(self._taught.text, ensure_ascii=False), encoding="utf-8")
        return self._resource

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """Examples carry placeholders; no graph is needed to train."""
        for message in training_data.training_examples:
            if message.get(TEXT):
                message.set(TEXT, mask_example(message.get(TEXT)))
        return training_data

    def process(self, messages: list[Message]) -> list[Message]:
        """Masks what customers write."""
        for message in messages:
            text = message.get(TEXT) or ""
            revision = (message.get(METADATA) or {}).get(REVISION)
            lexicon = knowledge_of(self._config).understanding(revision).lexicon
            message.set(ORIGINAL, text)
            message.set(TEXT, mask_for_model(text, lexicon, self._taught))
        return messages
