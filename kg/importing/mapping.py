"""What an import calls things: names that an editor declares in a file, else Chinese words for English titles."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping as Table
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml

_PARTS = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+|[^\W\d_a-zA-Z]+")
_EMPTY_WORDS = frozenset(
    ("of", "is", "has", "have", "the", "a", "in", "by", "to", "at", "for", "be", "was", "with", "as")
)
_TABLE_KEYS = frozenset(("class", "predicate", "id", "name", "from", "to", "ignore", "qualifiers"))


class MappingFault(Exception):
    """A mapping file that can't be used; the message gives place, value and remedy."""


@dataclass(frozen=True, slots=True)
class Mapping:
    """`names` says what labels, relation types and columns are called here; `tables` overrides a file's columns.

    A table's entry may give `class`, `predicate`, `ignore` (columns left out), and which columns are `id`,
    `name`, `from` and `to`.
    """

    names: Table[str, str] = field(default_factory=dict)
    tables: Table[str, Table[str, Any]] = field(default_factory=dict)

    def called(self, title: str) -> str:
        """The declared name of a label, type or column, else its Chinese words, else itself."""
        return self.names.get(title) or translated(title) or title


def read_mapping(path: Path) -> Mapping:
    """The mapping of a YAML file. Raises MappingFault."""
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8-sig")) or {}
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingFault(f"{path.name}：不是可读的 YAML（{' '.join(str(error).split())}）；改正后再来") from error
    if not isinstance(data, dict) or set(data) - {"names", "tables"}:
        raise MappingFault(f"{path.name}：{list(data)[:5]}；最外层只写 names 和 tables 两项")
    names, tables = data.get("names") or {}, data.get("tables") or {}
    for file, entry in tables.items():
        unknown = set(entry or {}) - _TABLE_KEYS
        if unknown:
            raise MappingFault(f"{path.name}：tables.{file} 里的 {sorted(unknown)}；可写的有 {sorted(_TABLE_KEYS)}")
    return Mapping({str(k): str(v) for k, v in names.items()}, {str(k): dict(v or {}) for k, v in tables.items()})


@lru_cache(maxsize=4096)
def translated(title: str) -> str:
    """An English title in Chinese (employ_of → 任职, birthDate → 出生日期); empty when a word of it is not known."""
    parts = [part.lower() for part in _PARTS.findall(title)]
    content = [part for part in parts if part not in _EMPTY_WORDS] or parts
    words = _glossary()
    whole = words.get("".join(content))
    if whole:
        return whole
    found = [words.get(part, part if not part.isascii() else "") for part in content]
    return "".join(found) if found and all(found) else ""


@lru_cache(maxsize=1)
def _glossary() -> dict[str, str]:
    text = files("kg.importing").joinpath("glossary.csv").read_text(encoding="utf-8")
    return {row["english"]: row["chinese"] for row in csv.DictReader(text.splitlines())}
