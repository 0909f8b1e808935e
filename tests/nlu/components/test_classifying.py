"""Our featurizer and classifier give what Rasa's own give, only sooner."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.rasa_nodes import node

pytestmark = pytest.mark.rasa

EXAMPLES = {
    "ask_attribute": ["产品 起购 金额 是 多少", "产品 的 风险 等级", "产品 期限 多久"],
    "ask_list": ["有 哪些 产品", "产品 有 哪些", "推荐 几 款 产品 3 个"],
    "greet": ["你好", "您好 在 吗", "hi 在 吗"],
}
ASKED = ["产品 起购 多少", "有 哪些", "HI 你好", "ω ψ", "3 款 产品 多久"]
FEATURIZERS: list[dict[str, Any]] = [
    {"analyzer": "word", "token_pattern": r"(?u)\b\w+\b"},
    {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 3},
]


def pipeline(folder: Path, featurizer: Any, classifier: Any, solver: str) -> list[dict[str, float]]:
    """Ranking by intent of every asked text, after training on the examples."""
    from rasa.nlu.tokenizers.whitespace_tokenizer import WhitespaceTokenizer
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    nodes = [node(WhitespaceTokenizer, folder, {})]
    nodes += [node(featurizer, folder, options, f"f{i}") for i, options in enumerate(FEATURIZERS)]
    last = node(classifier, folder, {"solver": solver, "ranking_length": 0}, "c")
    data = TrainingData([Message({"text": t, "intent": name}) for name, texts in EXAMPLES.items() for t in texts])
    for each in nodes:
        if hasattr(each, "train"):
            each.train(data)
        each.process_training_data(data)
    last.train(data)
    messages = [Message({"text": text}) for text in ASKED]
    for each in (*nodes, last):
        each.process(messages)
    return [{r["name"]: r["confidence"] for r in m.get("intent_ranking")} for m in messages]


@pytest.mark.parametrize("solver", ["liblinear", "lbfgs"])
def test_probabilities_are_those_of_rasas_own_components(tmp_path: Path, solver: str) -> None:
    from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
    from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer

    from nlu.components.classifier import LinearIntentClassifier
    from nlu.components.ngrams import NgramFeaturizer

    theirs = pipeline(tmp_path / "theirs", CountVectorsFeaturizer, LogisticRegressionClassifier, solver)
    ours = pipeline(tmp_path / "ours", NgramFeaturizer, LinearIntentClassifier, solver)
    for their, our in zip(theirs, ours, strict=True):
        assert our.keys() == their.keys()
        assert np.allclose([our[k] for k in their], list(their.values()), atol=1e-6)
        assert list(our.values()) == sorted(our.values(), reverse=True)
        assert sum(our.values()) == pytest.approx(1)


def test_a_text_without_words_is_ranked_by_what_is_common(tmp_path: Path) -> None:
    from nlu.components.classifier import LinearIntentClassifier
    from nlu.components.ngrams import NgramFeaturizer

    assert all(len(r) == 3 for r in pipeline(tmp_path, NgramFeaturizer, LinearIntentClassifier, "liblinear"))
