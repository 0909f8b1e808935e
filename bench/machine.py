"""The machine that was measured: figures without it say nothing."""

from __future__ import annotations

import json
import os
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Machine:
    """Cores this process may use, memory in GiB, CPU model, system, load average of the last minute."""

    cores: int
    memory_gib: float
    cpu: str
    system: str
    load: float

    def __str__(self) -> str:
        return (
            f"{self.cores} cores of {self.cpu}, {self.memory_gib} GiB, {self.system}; load average {self.load} before"
        )


def this_machine() -> Machine:
    """The machine as it is now."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(_kilobytes(Path("/proc/meminfo"), "MemTotal") / 2**20, 1),
        cpu=_cpu(Path("/proc/cpuinfo").read_text(encoding="utf-8")),
        system=f"{platform.system()} {platform.release().split('-')[0]}, Python {platform.python_version()}",
        load=round(os.getloadavg()[0], 2),
    )


def told(found: Mapping[str, Any], out: Path | None) -> None:
    """Prints figures with the machine they were taken on as JSON, and writes them to `out` if given."""
    text = json.dumps({"machine": asdict(this_machine()), **found}, ensure_ascii=False, indent=1, default=str) + "\n"
    sys.stdout.write(text)
    if out is not None:
        out.write_text(text, encoding="utf-8")


def _kilobytes(path: Path, name: str) -> int:
    lines = path.read_text(encoding="utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(f"{name}:"))


def _cpu(text: str) -> str:
    names = (line.partition(":")[2].strip() for line in text.splitlines() if line.startswith("model name"))
    return " ".join(next(names, platform.machine()).replace("(R)", "").split())
