"""Many conversations open at once over both kinds of stream: every reply comes, once, in order."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from app.factory import create_app
from bench.schedule import poisson
from bench.stream_client import Conversation, StreamJob, hear
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from dialogue.store import Store
from tests.support.channels import TODAY, StoredEngine
from tests.support.identity import BankLogin
from tests.support.server import serving_app

TALKS = 40


@pytest.mark.slow
def test_nothing_is_lost_or_out_of_order(tmp_path: Path) -> None:
    store = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")
    login = BankLogin(tmp_path)
    app = create_app(
        WebSettings(limited=False),
        StoredEngine(store),
        web_stores(store),
        identity=login.people(store.engine),
        today=lambda: TODAY,
    )
    steps = poisson(["你好", "稳盈1号起购金额是多少", "那风险等级呢"], TALKS, 30, 4, 7)
    tokens = tuple(login.token(f"c-{n}") if n % 2 else "" for n in range(TALKS))
    with serving_app(app) as url:
        heard = asyncio.run(hear(StreamJob(url, steps, tokens)))
    assert (heard.lost, heard.repeated, heard.reordered) == (0, 0, 0)
    assert len(heard.latencies) == len(steps) > 80
    store.close()


@pytest.mark.parametrize(
    ("heard", "faults"),
    [
        ([("a", 1), ("b", 2)], (0, 0, 0)),
        ([("a", 1)], (1, 0, 0)),
        ([("a", 1), ("a", 1), ("b", 2)], (0, 1, 0)),
        ([("b", 1), ("a", 2)], (0, 0, 1)),
        ([("b", 2), ("a", 1)], (0, 0, 2)),
        ([], (2, 0, 0)),
    ],
)
def test_faults_are_counted(heard: list[tuple[str, int]], faults: tuple[int, int, int]) -> None:
    talk = Conversation(None, {"a": 0.0, "b": 0.0}, heard)  # type: ignore[arg-type]
    assert talk.faults() == faults
