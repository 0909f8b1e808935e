"""The whole way once, with a few turns: does what the benchmark starts still start?"""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from app.settings import PROJECT
from bench.processes import environment


@pytest.mark.rasa
@pytest.mark.graph
@pytest.mark.slow
def test_a_quick_run_measures_and_leaves_a_file(tmp_path: Path) -> None:
    path = tmp_path / "bench.json"
    command = [sys.executable, "-m", "bench", str(path), "--quick"]
    done = subprocess.run(command, cwd=PROJECT, env=environment(), capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    written = json.loads(path.read_text(encoding="utf-8"))
    figures = {row["what"]: row["ours"] for row in written["rows"]}
    assert figures["turn alone, p50"] > 0
    assert figures["turns without a reply"] == 0
    assert figures["memory: Python"] > 100
    assert figures["memory: graph engine (stock Rasa asks the same one)"] > 50
    assert "turn alone, p50" in done.stdout
