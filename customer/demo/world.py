"""World: the made-up bank's settings, as world.yml gives them, and the random numbers of one part of it."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import yaml

Array: TypeAlias = npt.NDArray[Any]
_FILE = Path(__file__).with_name("world.yml")


@dataclass(frozen=True, slots=True)
class World:
    """Settings, the day the bank is looked at, how many customers, and the seed that makes it reproducible."""

    settings: dict[str, Any]
    today: date
    size: int
    seed: int

    def random(self, part: str) -> np.random.Generator:
        """Random numbers for one part: another part drawing more of them changes nothing here."""
        return np.random.default_rng([self.seed, zlib.crc32(part.encode())])

    def months(self, count: int) -> list[date]:
        """The first days of the last `count` full months and the running one, oldest first."""
        first = self.today.year * 12 + self.today.month - 1
        return [date((first - back) // 12, (first - back) % 12 + 1, 1) for back in range(count, -1, -1)]


def read_world(today: date, size: int, seed: int) -> World:
    """The world of world.yml."""
    return World(yaml.safe_load(_FILE.read_text(encoding="utf-8")), today, size, seed)
