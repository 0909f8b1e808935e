"""`python -m bench [PATH] [--quick]`: measures, prints the table, writes everything as JSON to PATH."""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from app.lifetime import unwind_on_signals
from app.settings import load_settings
from bench import customers, editors, measuring, ours, recommendation, stages, stock_rasa
from bench.engines import embedded
from bench.jobs import Bot
from bench.machine import this_machine
from bench.measuring import QUICK, Sizes
from bench.processes import BenchError
from bench.questions import Questions, read_questions
from bench.rows import Measured, Row, rows
from bench.table import table

FACTS, MILLION = 40_000, 1_000_000
FIRST = "稳盈1号的起购金额是多少"  # both bots can answer it


def main(arguments: list[str]) -> int:
    """Runs everything; 1 when something under measurement failed to run at all."""
    wanted = _parser().parse_args(arguments)
    unwind_on_signals()
    machine, questions = this_machine(), read_questions()
    sizes = QUICK if wanted.quick else Sizes()
    started = time.time()
    try:
        with tempfile.TemporaryDirectory(prefix="jinwen-bench-") as scratch:
            mine, spent = _ours(Path(scratch), questions, sizes, quick=wanted.quick)
            _say(f"ours by itself:\n{table(rows(mine, None, sizes))}\nstages, medians in ms: {spent}")
            stock = None if wanted.quick else _stock(Path(scratch) / "serve", questions, sizes)
    except BenchError as error:
        _say(str(error))
        return 1
    made = [*rows(mine, stock, sizes), *_editing(wanted), *_offering(wanted)]
    print(f"{machine}\n\n{table(made)}\n\nOurs by stage, medians in ms: {spent}")
    result = {
        "started": started,
        "machine": asdict(machine),
        "sizes": asdict(sizes),
        "rows": [{**asdict(row), "met": row.met, "ahead": row.ahead} for row in made],
        "ours": asdict(mine),
        "stock": asdict(stock) if stock else None,
        "stages_ms": spent,
    }
    _write(wanted.path, result)
    return 0


def _ours(scratch: Path, questions: Questions, sizes: Sizes, *, quick: bool) -> tuple[Measured, dict[str, float]]:
    """Our bot's figures and its stages; a quick run leaves load and warm start out."""
    ours.ensure_model()
    loaded = None
    if not quick:
        _say("ours: kg load")
        loaded = ours.load_demo(scratch / "load")
    home = scratch / "serve"
    _say("ours: cold start")
    with ours.serving(home, FIRST) as server:
        cold = server.started
        if quick:
            talked = measuring.measure(Bot.JINWEN, server, questions, sizes, _say)
    warm = None
    if not quick:
        _say("ours: warm start")
        with ours.serving(home, FIRST) as server:
            warm = server.started
            talked = measuring.measure(Bot.JINWEN, server, questions, sizes, _say)
    database = load_settings({"JINWEN_HOME": str(home)}).database_url
    return Measured(talked, warm, cold, loaded), stages.stage_medians(database)


def _editing(wanted: argparse.Namespace) -> list[Row]:
    """The editors' side, on a graph of its own; a quick run leaves it out."""
    if wanted.quick:
        return []
    facts = MILLION if wanted.scale else FACTS
    _say(f"editors: {facts:,} facts")
    with tempfile.TemporaryDirectory(prefix="jinwen-bench-") as scratch:
        return editors.measure(Path(scratch), facts, embedded)


def _offering(wanted: argparse.Namespace) -> list[Row]:
    """Recommendations and batch work over a bank of a million customers; a quick run leaves them out."""
    if wanted.quick:
        return []
    _say(f"recommendations: {MILLION:,} customers")
    with tempfile.TemporaryDirectory(prefix="jinwen-bench-") as scratch:
        asked = recommendation.measure(Path(scratch), MILLION)
    _say(f"segments and scores: {MILLION:,} customers")
    with tempfile.TemporaryDirectory(prefix="jinwen-bench-") as scratch:
        return [
            *(replace(row, what=f"recommendation, {row.what}") for row in asked),
            *customers.measure(Path(scratch), 1.0),
        ]


def _stock(home: Path, questions: Questions, sizes: Sizes) -> Measured:
    _say("stock Rasa: training, unless the same was trained before")
    model = stock_rasa.ensure_stock_model()
    _say("stock Rasa: start")
    with stock_rasa.stock_serving(home, model, FIRST) as server:
        return Measured(measuring.measure(Bot.STOCK, server, questions, sizes, _say), server.started)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description="Measures speed and memory.")
    default = load_settings().home / "bench.json"
    parser.add_argument("path", nargs="?", type=Path, default=default, help="the JSON file to write")
    parser.add_argument("--quick", action="store_true", help="a few turns of ours alone: does everything work?")
    parser.add_argument("--scale", action="store_true", help="the editors' side on a million facts, which takes long")
    return parser


def _write(path: Path, result: dict[str, Any]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(_plain(result), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    _say(f"written: {path}")


def _plain(value: Any) -> Any:
    """JSON has no NaN."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return None if isinstance(value, float) and math.isnan(value) else value


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
