"""Declared ratios of a company's figures: what 资产负债率 and the like are made of, as ratios.csv says.

A row gives the figures that are added and those that are taken off (`;` between them), the figure they are divided
by, and in each place the names under which reports carry it (`|` between them). Only these are worked out; a ratio that
neither the graph nor this table knows is not known.
"""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files

Names = tuple[str, ...]
"""The names that a figure may have, the usual one first."""


@dataclass(frozen=True, slots=True)
class RatioFormula:
    """(sum of `plus` − sum of `minus`) ÷ `base`; `percent` says that it is told in hundredths."""

    name: str
    aliases: Names
    plus: tuple[Names, ...]
    minus: tuple[Names, ...]
    base: Names
    percent: bool

    @property
    def operands(self) -> tuple[Names, ...]:
        """All figures of the formula."""
        return (*self.plus, *self.minus, self.base)


def simple(part: str, whole: str) -> RatioFormula:
    """One named figure as a share of another."""
    return RatioFormula(f"{part}÷{whole}", (), ((part,),), (), (whole,), percent=True)


def named(operand: Names, has: Collection[str]) -> str:
    """The name that a thing has for an operand, the usual one where it has none."""
    return next((n for n in operand if n in has), operand[0])


@lru_cache(maxsize=1)
def ratio_formulas() -> Mapping[str, RatioFormula]:
    """All declared ratios by name and alias, longest first."""
    text = files("kg.calculating").joinpath("ratios.csv").read_text(encoding="utf-8")
    found = [_formula(row) for row in csv.DictReader(text.splitlines())]
    called = {name: f for f in found for name in (f.name, *f.aliases)}
    return dict(sorted(called.items(), key=lambda item: -len(item[0])))


def _formula(row: Mapping[str, str]) -> RatioFormula:
    return RatioFormula(
        row["name"],
        _split(row["aliases"], "|"),
        tuple(_split(part, "|") for part in _split(row["plus"], ";")),
        tuple(_split(part, "|") for part in _split(row["minus"], ";")),
        _split(row["base"], "|"),
        row["unit"] == "%",
    )


def _split(cell: str, mark: str) -> Names:
    return tuple(part for part in cell.split(mark) if part)
