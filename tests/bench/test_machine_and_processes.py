"""What is said of the machine, and processes that end when they should."""

import os
import sys
from pathlib import Path

import pytest

from bench.machine import _cpu, this_machine
from bench.processes import BenchError, check_alive, environment, resident_mib, running
from tests.support.waiting import wait_for

CHILD = "import subprocess, sys; subprocess.run([sys.executable, '-c', 'import time; time.sleep(60)'])"


def test_the_machine_is_named() -> None:
    machine = this_machine()
    assert machine.cores == len(os.sched_getaffinity(0))
    assert machine.memory_gib > 0
    assert f"{machine.cores} cores of {machine.cpu}" in str(machine)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("processor: 0\nmodel name\t: Intel(R) Xeon(R)  CPU @ 2.80GHz\n", "Intel Xeon CPU @ 2.80GHz"),
        ("processor: 0\n", __import__("platform").machine()),
    ],
)
def test_the_cpu_model_is_read(text: str, name: str) -> None:
    assert _cpu(text) == name


def test_nobodys_settings_reach_what_is_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINWEN_APPROVAL", "on")
    monkeypatch.setenv("NEO4J_URI", "bolt://elsewhere:7687")
    made = environment(JINWEN_HOME="there")
    assert {name for name in made if name.startswith(("JINWEN_", "NEO4J_"))} == {"JINWEN_HOME"}
    assert made["RASA_TELEMETRY_ENABLED"] == "false"


def test_a_family_is_weighed_together_and_stopped(tmp_path: Path) -> None:
    with running([sys.executable, "-c", CHILD], tmp_path / "log", environment()) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        wait_for("the child", lambda: children.read_text(encoding="ascii").strip())
        weighed = resident_mib((process.pid,))
    assert weighed["python"] > 10 and weighed["graph"] == 0
    assert process.returncode is not None


def test_a_process_that_ended_is_told_with_the_end_of_its_log(tmp_path: Path) -> None:
    log = tmp_path / "log"
    with running([sys.executable, "-c", "print('端口被占用'); raise SystemExit(3)"], log, environment()) as process:
        process.wait(20)
        with pytest.raises(BenchError, match="code 3") as told:
            check_alive(process, log)
    assert "端口被占用" in str(told.value)
