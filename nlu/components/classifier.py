"""LinearIntentClassifier: Rasa's logistic regression, asked without detours.

Rasa stacks the features of every featurizer into new matrices and has scikit-learn check them: two milliseconds
around a product of a few dozen numbers. Training and the model's file are Rasa's.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, INTENT, INTENT_RANKING_KEY, TEXT
from rasa.shared.nlu.training_data.message import Message
from scipy.sparse import csr_matrix, hstack, vstack
from scipy.special import expit, softmax


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class LinearIntentClassifier(LogisticRegressionClassifier):
    """Same options, same model file and same probabilities as LogisticRegressionClassifier, sparse features only."""

    def process(self, messages: list[Message]) -> list[Message]:
        """Puts intent and ranking, most likely first, on every message."""
        for message in messages:
            probabilities = self._probabilities(_sparse_rows(message))
            order = np.argsort(-probabilities, kind="stable")[: self.config["ranking_length"] or None]
            ranking = [{"name": str(self.clf.classes_[i]), "confidence": float(probabilities[i])} for i in order]
            message.set(INTENT, ranking[0], add_to_output=True)
            message.set(INTENT_RANKING_KEY, ranking, add_to_output=True)
        return messages

    def _create_X(self, messages: list[Message]) -> csr_matrix:
        """Training's matrix: one row a message."""
        return vstack([hstack(_sparse_rows(message), format="csr") for message in messages], format="csr")

    def _probabilities(self, rows: list[csr_matrix]) -> NDArray[np.float64]:
        scores = self.clf.intercept_.copy()
        start = 0
        for row in rows:
            scores += row.data @ self._weights[start + row.indices]
            start += row.shape[1]
        # liblinear fits one classifier a class, the other solvers one over all (sklearn's predict_proba).
        if self.config["solver"] == "liblinear":
            single = expit(scores)
            return np.asarray(single / single.sum())
        return np.asarray(softmax(scores))

    @cached_property
    def _weights(self) -> NDArray[np.float64]:
        """One row a feature, so that the rows of a message are read in one piece."""
        return np.ascontiguousarray(self.clf.coef_.T)


def _sparse_rows(message: Message) -> list[Any]:
    """The sentence features of a text in the order of the featurizers."""
    return [
        f.features
        for f in message.features
        if f.attribute == TEXT and f.type == FEATURE_TYPE_SENTENCE and f.is_sparse()
    ]
