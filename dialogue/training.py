"""The training process: `python -m dialogue.training MODEL` trains the project's model and says how far it is.

One line a step on stdout; it ends with code 0 when MODEL is written whole.
"""

from __future__ import annotations

import logging
import re
import sys
import warnings
from pathlib import Path

from dialogue.engine import logs

PROJECT = Path(__file__).resolve().parents[1]
CONFIG = "dialogue/config.yml"
DOMAIN = "dialogue/domain"
DATA = ("nlu/data", "dialogue/rules", "dialogue/stories")
MARK = "· "
"""Begins the lines that are meant for whoever started the training; Rasa prints, too."""
_STEP = re.compile(r"Starting to train component '(\w+)'")
_STEPS = {
    "JinwenLinker": "整理例句",
    "JiebaTokenizer": "分词",
    "NgramFeaturizer": "提取词和字的特征",
    "CountVectorsFeaturizer": "提取词和字的特征",
    "LinearIntentClassifier": "训练意图分类",
    "DIETClassifier": "训练意图分类",
    "MemoizationPolicy": "学习故事",
    "RulePolicy": "学习规则",
}


class _Steps(logging.Handler):
    """Says which component Rasa is training."""

    def emit(self, record: logging.LogRecord) -> None:
        step = _STEP.match(record.getMessage())
        if step:
            tell(_STEPS.get(step.group(1), step.group(1)))


def tell(text: str) -> None:
    """A line for whoever started the training."""
    sys.stdout.write(f"{MARK}{text}\n")
    sys.stdout.flush()


def main(model: Path, config: str = CONFIG) -> int:
    """Trains into `model`; the file appears only when it is whole."""
    warnings.simplefilter("ignore")  # of Rasa's pins of 2023; they say nothing about this project
    tell("启动训练")
    logs.configure(logging.WARNING)
    from rasa.model_training import train

    hooks = logging.getLogger("rasa.engine.training.hooks")
    hooks.setLevel(logging.INFO)
    hooks.propagate = False
    hooks.addHandler(_Steps())
    done = train(
        domain=str(PROJECT / DOMAIN),
        config=str(PROJECT / config),
        training_files=[str(PROJECT / d) for d in DATA],
        output=str(model.parent),
        fixed_model_name=f"new-{model.name}",
        force_training=True,
    )
    if done.code != 0 or not done.model:
        return done.code or 1
    Path(done.model).replace(model)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), *sys.argv[2:]))
