"""Logs: JSON lines under JINWEN_HOME/logs with a trace id, and nothing in them that tells who a customer is."""

from __future__ import annotations

import logging
import logging.handlers
from collections.abc import Mapping, MutableMapping
from pathlib import Path
from typing import Any

import structlog

from customer.privacy import mask

MAX_BYTES = 20_000_000
KEPT_FILES = 5

_SECRETS = frozenset({"password", "token", "secret", "authorization", "cookie"})
_OURS = frozenset({"event", "level", "logger", "timestamp", "trace_id"})
_NOISY = ("neo4j", "httpx", "httpcore", "asyncio", "uvicorn.access", "multipart")


def configure_logging(home: Path, process: str, *, level: int = logging.INFO) -> None:
    """Sends everything logged in this process, by structlog or the standard library, to `logs/<process>.jsonl`.

    Nothing goes to the terminal. Files are kept to 20 MB, five of them. `trace_id` comes from
    `structlog.contextvars.bind_contextvars`.
    """
    folder = home / "logs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            masked_event,
            structlog.processors.JSONRenderer(ensure_ascii=False, default=repr),
        ],
    )
    handler = logging.handlers.RotatingFileHandler(
        folder / f"{process}.jsonl", maxBytes=MAX_BYTES, backupCount=KEPT_FILES - 1, encoding="utf-8"
    )
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )


def masked_event(_logger: object, _method: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """The last step before a line is written: secrets out, what identifies a person masked."""
    return {key: value if key in _OURS - {"event"} else _masked(key, value) for key, value in event.items()}


def _masked(key: str, value: Any) -> Any:
    if key.lower() in _SECRETS:
        return "***"
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return {k: _masked(str(k), v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_masked(key, item) for item in value]
    return value
