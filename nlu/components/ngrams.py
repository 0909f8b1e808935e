"""NgramFeaturizer: Rasa's bag of n-grams for a whole message, counted in one pass.

Rasa's own featurizer also makes a matrix for every token, which only sequence models such as DIET read, and lets
scikit-learn check its input twice a message: three quarters of its time, in training and in every turn.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.constants import FEATURIZER_CLASS_ALIAS
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=True)
class NgramFeaturizer(CountVectorsFeaturizer):
    """Same options, same vocabulary and same sentence features as CountVectorsFeaturizer; no sequence features."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Adds the sentence features of the text; what has no text or no known n-gram gets a row of zeros or none."""
        vectorizer = (self.vectorizers or {}).get(TEXT)
        if vectorizer is None:
            return messages
        analyse, vocabulary = vectorizer.build_analyzer(), vectorizer.vocabulary_
        origin = self._config[FEATURIZER_CLASS_ALIAS]
        for message in messages:
            tokens = self._get_processed_message_tokens_by_attribute(message, TEXT)
            if not tokens:
                continue
            counts = Counter(vocabulary[gram] for gram in analyse(" ".join(tokens)) if gram in vocabulary)
            message.add_features(Features(_row(counts, len(vocabulary)), FEATURE_TYPE_SENTENCE, TEXT, origin))
        return messages


def _row(counts: Counter[int], width: int) -> csr_matrix:
    """One row of `width` columns with these counts, columns ascending."""
    columns = np.array(sorted(counts), dtype=np.int32)
    values = np.array([counts[c] for c in columns.tolist()], dtype=np.int64)
    return csr_matrix((values, columns, np.array([0, len(columns)], dtype=np.int32)), shape=(1, width))
