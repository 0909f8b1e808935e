"""What the made-up customers hold: products of the graph that follow from stage, wealth and appetite; accounts."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from customer.demo.catalogue import Catalogue, Product
from customer.demo.world import Array, World
from customer.families import family_classes

_LOAN_MONTHS = {"房贷": 240, "消费贷": 36}
_SHORTEST = 30


@dataclass(frozen=True, slots=True)
class Family:
    """A kind of product, its products, how likely it is held, and how much: a part of wealth, or months of income."""

    name: str
    products: list[Product]
    base: float
    wealth: float
    part: float
    months: float
    stages: dict[str, float]


def families(world: World, catalogue: Catalogue) -> list[Family]:
    """The families of world.yml with their products in the graph.

    Raises:
        ValueError: the graph has no product of a family.
    """
    made, classes = [], family_classes()
    for name, said in world.settings["families"].items():
        products = catalogue.of_classes(classes[name])
        if not products:
            raise ValueError(f"world.yml：families.{name}：三元组里没有这些类的产品：{'、'.join(classes[name])}")
        part, months = said.get("part", 0.0), said.get("months", 0.0)
        made.append(Family(name, products, said["base"], said["wealth"], part, months, said.get("stages", {})))
    return made


def holdings(world: World, who: pd.DataFrame, kinds: list[Family]) -> pd.DataFrame:
    """Everything held today, one row a holding: customer, family, product, amount, since, matures."""
    rng = world.random("holdings")
    parts = [_of_family(world, rng, who, kind) for kind in kinds]
    made = pd.concat(parts, ignore_index=True).sort_values(["customer", "family"], ignore_index=True)
    made.insert(0, "id", [f"H{n:08d}" for n in range(1, len(made) + 1)])
    return made


def _of_family(world: World, rng: np.random.Generator, who: pd.DataFrame, kind: Family) -> pd.DataFrame:
    assets = who.wealth * who.here
    base = who.stage.map(kind.stages).astype(float).fillna(kind.base).clip(1e-4, 1 - 1e-4)
    odds = np.log(base / (1 - base)) + kind.wealth * np.log10(assets / assets.median())
    has = who[rng.random(len(who)) < 1 / (1 + np.exp(-odds))]
    amount = _amounts(rng, has, kind)
    chosen = _products(rng, has, kind, amount)
    keep = chosen >= 0
    has, amount, chosen = has[keep], amount[keep], chosen[keep]
    days = np.array([p.days or 0 for p in kind.products])[chosen]
    since, matures = _terms(world, rng, has, kind, days)
    return pd.DataFrame(
        {
            "customer": has.id.to_numpy(),
            "family": kind.name,
            "product": np.array([p.name for p in kind.products])[chosen],
            "amount": amount,
            "since": since,
            "matures": matures,
        }
    )


def _amounts(rng: np.random.Generator, has: pd.DataFrame, kind: Family) -> Array:
    base = (has.wealth * has.here * kind.part if kind.part else has.income * kind.months).to_numpy()
    amount: Array = np.round(np.maximum(base * np.exp(rng.normal(0, 0.5, len(has))), 100) / 100) * 100
    return amount


def _products(rng: np.random.Generator, has: pd.DataFrame, kind: Family, amount: Array) -> Array:
    """One product each that the amount reaches and the appetite allows; -1 where there is none."""
    least = np.array([p.least for p in kind.products])
    level = np.array([p.level or 1 for p in kind.products])
    liked = np.clip(np.round(2.7 + has.appetite.to_numpy()), 1, 5)
    fits = (least[None, :] <= amount[:, None]) & (level[None, :] <= liked[:, None])
    taste = rng.random((len(has), len(kind.products))) * fits
    return np.where(fits.any(axis=1), taste.argmax(axis=1), -1)


def _terms(
    world: World, rng: np.random.Generator, has: pd.DataFrame, kind: Family, days: Array
) -> tuple[pd.Series, pd.Series]:
    """When it began and when it ends; what has no term is open-ended, what would have ended was renewed."""
    today = pd.Timestamp(world.today)
    term = np.where(days > 0, days, _LOAN_MONTHS.get(kind.name, 0) * 30)
    tenure = (today - pd.to_datetime(has.opened)).dt.days.to_numpy()
    span = np.where(term > 0, np.minimum(term, np.maximum(tenure, 1)), np.maximum(tenure, 1))
    ago = (rng.random(len(has)) * span).astype(int)
    since = today - pd.to_timedelta(ago, unit="D")
    ends = since + pd.to_timedelta(np.maximum(term, _SHORTEST), unit="D")
    return pd.Series(since), pd.Series(ends).where(term > 0)


def accounts(world: World, who: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """A debit account for everybody and one for every credit card: tail, balance, limit, what is owed."""
    rng = world.random("accounts")
    idle = who.wealth * who.here * rng.beta(1.5, 8, len(who)) + who.income * rng.uniform(0.1, 2, len(who))
    debit = pd.DataFrame(
        {
            "account": [f"D{c[1:]}" for c in who.id],
            "customer": who.id,
            "kind": "debit",
            "tail": [f"{rng.integers(0, 10_000):04d}" for _ in range(len(who))],
            "balance": idle.round(2),
            "limit": np.nan,
        }
    )
    cards = held[held.family == "信用卡"].merge(who[["id", "income"]], left_on="customer", right_on="id")
    limit = np.round(np.clip(cards.income * rng.uniform(1, 4, len(cards)), 3000, 300_000) / 1000) * 1000
    credit = pd.DataFrame(
        {
            "account": [f"K{c[1:]}" for c in cards.customer],
            "customer": cards.customer,
            "kind": "credit",
            "tail": [f"{rng.integers(0, 10_000):04d}" for _ in range(len(cards))],
            "balance": np.nan,
            "limit": limit,
        }
    )
    return pd.concat([debit, credit], ignore_index=True).sort_values(["customer", "account"], ignore_index=True)
