"""The files of data/offers as plain values, every mistake with its place, its value and what to write."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, time
from pathlib import Path
from typing import Any, TypeVar

import yaml

from growth.errors import OfferFileError

T = TypeVar("T")


class Node:
    """A mapping of a file that is being read. Asking for a field takes it; `done` names those nobody asked for."""

    def __init__(self, place: str, data: object, problems: list[str]) -> None:
        self.place = place
        self._problems = problems
        self._left: dict[str, Any] = {}
        if isinstance(data, Mapping):
            self._left = {str(k): v for k, v in data.items()}
        else:
            self.problem("", data, "写成 名称: 值")

    def problem(self, name: str, value: object, remedy: str) -> None:
        """Notes a mistake."""
        at = f"{self.place}.{name}" if name else self.place
        self._problems.append(f"{at}：{value!r}；{remedy}")

    def take(self, name: str, read: Callable[[Any], T], remedy: str, default: T | None = None) -> T:
        """A field; `read` raises ValueError or TypeError for what is wrong. Without a default it has to be there."""
        if name not in self._left and default is not None:
            return default
        value = self._left.pop(name, None)
        try:
            return read(value)
        except (TypeError, ValueError, AttributeError):
            self.problem(name, value, remedy)
            raise Skipped from None

    def maybe(self, name: str, read: Callable[[Any], T], remedy: str) -> T | None:
        """A field that may be left out."""
        return self.take(name, read, remedy) if name in self._left else None

    def node(self, name: str) -> Node:
        """A mapping in the mapping; an empty one where it is left out."""
        return Node(f"{self.place}.{name}", self._left.pop(name, {}), self._problems)

    def part(self, name: str, data: object) -> Node:
        """One item of a list in the mapping."""
        return Node(f"{self.place}.{name}", data, self._problems)

    def rest(self) -> dict[str, Any]:
        """All fields that are left, taken."""
        left, self._left = self._left, {}
        return left

    def done(self) -> None:
        """Notes the fields that nobody knows."""
        for name, value in self._left.items():
            self.problem(name, value, "没有这个字段，检查拼写或删去")


class Skipped(Exception):
    """The thing being read has a mistake, which is noted; what follows is read on."""


def read_yaml(path: Path) -> Any:
    """The file's content. Raises OfferFileError."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise OfferFileError((f"{path}：{error.strerror}；检查 JINWEN_OFFERS 指的文件夹",)) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise OfferFileError((f"{path}：{error}；按 YAML 的格式改正",)) from error


def text(value: Any) -> str:
    """A text that is not empty."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError
    return value.strip()


def number(low: float, high: float) -> Callable[[Any], float]:
    """A number within bounds."""

    def read(value: Any) -> float:
        if isinstance(value, bool) or not low <= float(value) <= high:
            raise ValueError
        return float(value)

    return read


def whole(low: int, high: int) -> Callable[[Any], int]:
    """A whole number within bounds."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or int(value) != value or not low <= value <= high:
            raise ValueError
        return int(value)

    return read


def texts(value: Any) -> frozenset[str]:
    """A list of texts; a single text is a list of one."""
    items = [value] if isinstance(value, str) else value
    return frozenset(text(item) for item in items)


def switch(value: Any) -> bool:
    """true or false."""
    if not isinstance(value, bool):
        raise TypeError
    return value


def period(value: Any) -> tuple[date, date]:
    """2026-01-01..2026-12-31: first and last day."""
    start, _, end = text(value).partition("..")
    days = date.fromisoformat(start.strip()), date.fromisoformat(end.strip())
    if days[0] > days[1]:
        raise ValueError
    return days


def ages(value: Any) -> tuple[int, int]:
    """25-60: lowest and highest age."""
    low, _, high = text(value).partition("-")
    if not 0 <= int(low) <= int(high) <= 130:
        raise ValueError
    return int(low), int(high)


def clock(value: Any) -> time:
    """21:00."""
    return time.fromisoformat(text(value))


def level(letter: str) -> Callable[[Any], int]:
    """C3 or R3 as 3."""

    def read(value: Any) -> int:
        found = text(value)
        if found[:1] != letter or found[1:] not in ("1", "2", "3", "4", "5"):
            raise ValueError
        return int(found[1:])

    return read
