"""Training when its inputs changed: the model's file carries the fingerprint of what it was trained from.

Knowledge is no input: names are masked before the model sees a text, so a new graph needs no training.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import IO

from app.lifetime import tied_to_owner
from app.settings import PROJECT, Settings
from dialogue.training import MARK

PREFIX = "jinwen-"
SUFFIX = ".tar.gz"
KEPT_MODELS = 3
_INPUTS = ("dialogue/config.yml", "dialogue/domain", "dialogue/rules", "dialogue/stories", "nlu/data")
_CODE = ("nlu/components", "nlu/masking.py", "dialogue/training.py")
_PACKAGES = ("rasa", "scikit-learn", "jieba", "numpy")


class TrainingFailed(Exception):
    """Training ended without a model; the message has its last lines."""


def ensure_model(settings: Settings, progress: Callable[[str], None], *, force: bool = False) -> Path:
    """The model for the present inputs, trained now if there is none; a minute on two cores.

    `progress` hears one line a step. Raises TrainingFailed.
    """
    model = _model_file(settings)
    if model.exists() and not force:
        return model
    settings.models.mkdir(parents=True, exist_ok=True)
    with _alone(settings.models):
        if force or not model.exists():  # somebody else may have trained it while we waited
            _train(settings, model, progress)
    _drop_old(settings, model)
    return model


def model_is_current(settings: Settings) -> bool:
    """Whether there is a model for the present inputs."""
    return _model_file(settings).exists()


def newest_model(settings: Settings) -> Path | None:
    """The model that was trained last, whatever it was trained from."""
    return max(_models(settings), key=lambda m: m.stat().st_mtime, default=None)


def fingerprint(project: Path = PROJECT) -> str:
    """Of configuration, domain, rules, stories, examples, the components' code and the versions of the libraries."""
    digest = hashlib.sha256()
    for path in _files(project):
        digest.update(str(path.relative_to(project)).encode() + b"\0" + path.read_bytes() + b"\0")
    for name in _PACKAGES:
        digest.update(f"{name}={version(name)}\0".encode())
    return digest.hexdigest()[:16]


def _files(project: Path) -> Iterator[Path]:
    for name in (*_INPUTS, *_CODE):
        path = project / name
        if path.is_dir():
            yield from sorted(f for f in path.rglob("*") if f.suffix in {".yml", ".py"})
        else:
            yield path


def _model_file(settings: Settings) -> Path:
    return settings.models / f"{PREFIX}{fingerprint()}{SUFFIX}"


def _models(settings: Settings) -> list[Path]:
    return list(settings.models.glob(f"{PREFIX}*{SUFFIX}"))


def _train(settings: Settings, model: Path, progress: Callable[[str], None]) -> None:
    started = time.monotonic()
    command = [sys.executable, "-P", "-m", "dialogue.training", str(model)]
    with (settings.models / "training.log").open("w+", encoding="utf-8") as log:
        code = _run(command, _environment(settings), log, lambda step: progress(_line(started, step)))
        if code != 0 or not model.exists():
            log.seek(0)
            tail = "\n".join(log.read().splitlines()[-8:])
            raise TrainingFailed(f"训练以代码 {code} 结束；全文见 {log.name}\n{tail}")


def _run(command: list[str], env: dict[str, str], log: IO[str], step: Callable[[str], None]) -> int:
    """Runs the training process; `step` hears the lines that are meant for us. Returns its exit code."""
    tied = tied_to_owner(command)
    with subprocess.Popen(tied, cwd=PROJECT, stdout=subprocess.PIPE, stderr=log, text=True, env=env) as child:
        try:
            assert child.stdout is not None
            for line in child.stdout:
                if line.startswith(MARK):
                    step(line.removeprefix(MARK).strip())
        except BaseException:  # Ctrl-C must not leave it training
            child.kill()
            raise
    return child.returncode


def _line(started: float, step: str) -> str:
    return f"训练语言模型（{time.monotonic() - started:.0f} 秒）：{step}"


def _environment(settings: Settings) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(PROJECT),
        "PYTHONWARNINGS": "ignore",
        "RASA_TELEMETRY_ENABLED": "false",
        # Rasa's own cache does not see changes in modules that a component calls.
        "RASA_MAX_CACHE_SIZE": "0",
        "RASA_CACHE_DIRECTORY": str(settings.home / "cache" / "rasa"),
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }


def _drop_old(settings: Settings, current: Path) -> None:
    old = sorted((m for m in _models(settings) if m != current), key=lambda m: m.stat().st_mtime, reverse=True)
    for model in old[KEPT_MODELS - 1 :]:
        model.unlink(missing_ok=True)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Two that find the model missing train it once."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
