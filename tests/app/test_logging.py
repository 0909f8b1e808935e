"""Logs: JSON lines with the trace id, and no customer in them."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog

from app.logging import configure_logging


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    configure_logging(tmp_path, "test")
    yield tmp_path
    for handler in root.handlers:
        handler.close()
    root.handlers[:], root.level = before, level
    structlog.reset_defaults()


def entries(home: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (home / "logs" / "test.jsonl").read_text(encoding="utf-8").splitlines()]


def test_both_ways_of_logging_end_in_one_file_with_the_trace_id(home: Path) -> None:
    with structlog.contextvars.bound_contextvars(trace_id="abc"):
        structlog.get_logger("one").info("turn.done", outcome="answered")
        logging.getLogger("two").warning("slow by %s s", 3)
    first, second = entries(home)
    assert (first["event"], first["outcome"], first["trace_id"], first["level"]) == (
        "turn.done",
        "answered",
        "abc",
        "info",
    )
    assert (second["event"], second["logger"], second["trace_id"]) == ("slow by 3 s", "two", "abc")


def test_what_identifies_a_person_and_secrets_are_masked(home: Path) -> None:
    structlog.get_logger().info("turn", text="我的手机13800138000", token="t0p", nested={"mail": "li@example.com"})
    logging.getLogger().info("card %s", "6222021234567890123")
    written = json.dumps(entries(home), ensure_ascii=False)
    for secret in ("13800138000", "t0p", "li@example.com", "6222021234567890123"):
        assert secret not in written


def test_a_failure_keeps_its_trace(home: Path) -> None:
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger().exception("failed")
    (entry,) = entries(home)
    assert "ValueError: broken" in entry["exception"]
