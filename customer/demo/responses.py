"""How the made-up customers answer to offers, with a probability that is known.

The true log-odds are a weighted sum of what could be seen at the beginning of the month (money falling due, looks at
the family, assets, stage, appetite) and a part that nobody can see. The level of every offer is set so that the wanted
share of eligible pairs has a true probability above the threshold.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from customer.demo.catalogue import Catalogue
from customer.demo.world import Array, World

MONTHS = 9
_DUE_DAYS, _LOOK_DAYS = 45, 60
_STRENGTH = 1.25


@dataclass(frozen=True, slots=True)
class Offered:
    """One offer: id, product, family, R level (0: none), stages that it fits, weights of the log-odds."""

    id: str
    product: str
    family: str
    level: int
    stages: list[str]
    weights: dict[str, float]


def offered(world: World, catalogue: Catalogue) -> list[Offered]:
    """The offers of world.yml. Raises ValueError when the graph does not have a product."""
    made = []
    for name, said in world.settings["offers"].items():
        product = said["product"]
        if product not in catalogue.products:
            raise ValueError(f"world.yml：offers.{name}：三元组里没有产品 {product}")
        level = catalogue.products[product].level or 0
        made.append(Offered(name, product, said["family"], level, said["stages"], said["weights"]))
    return made


@dataclass(frozen=True, slots=True)
class Answers:
    """What happened: exposures with their outcome, holdings that came of them; and the truth of today."""

    responses: pd.DataFrame
    bought: pd.DataFrame
    truth: pd.DataFrame


@dataclass(frozen=True, slots=True)
class Stage:
    """Whom offers meet: customers, what they hold, looked at and were rated (0: not rated)."""

    world: World
    who: pd.DataFrame
    held: pd.DataFrame
    looked: pd.DataFrame
    rating: Array
    offers: list[Offered]


def answers(
    world: World,
    who: pd.DataFrame,
    held: pd.DataFrame,
    looked: pd.DataFrame,
    rated: pd.DataFrame,
    *,
    offers: list[Offered],
) -> Answers:
    """Plays the months one after the other: what was taken is held from then on."""
    rng = world.random("responses")
    unseen = rng.normal(0, world.settings["unseen"], (len(who), len(offers)))
    holdout = rng.random(len(who)) < world.settings["holdout"]
    rating = rated.set_index("customer").rating.str[1:].astype(int).reindex(who.id).fillna(0).to_numpy()
    stage = Stage(world, who, held, looked, rating, offers)
    owned = _owned(who, held, offers)
    today = _odds(stage, pd.Timestamp(world.today)) + unseen
    level = np.array(list(_levels(world, today, _eligible(owned, stage), offers)))
    kept, bought = [], []
    for month in world.months(MONTHS):
        odds = _odds(stage, pd.Timestamp(month)) + unseen + level
        shown = _exposures(stage, rng, _eligible(owned, stage) & ~holdout[:, None], month)
        chance = 1 / (1 + np.exp(-odds[shown.person, shown.offer]))
        shown = shown.assign(accepted=rng.random(len(shown)) < chance, chance=chance)
        kept.append(shown)
        taken = shown[shown.accepted]
        owned[taken.person, taken.offer] = True
        bought.append(_bought(rng, who, offers, taken))
    chance = 1 / (1 + np.exp(-(today + level)))
    return Answers(
        _responses(stage, pd.concat(kept, ignore_index=True)),
        pd.concat(bought, ignore_index=True),
        _truth(stage, chance, _eligible(owned, stage), holdout),
    )


def _owned(who: pd.DataFrame, held: pd.DataFrame, offers: list[Offered]) -> Array:
    made = np.zeros((len(who), len(offers)), dtype=bool)
    place = {offer.product: n for n, offer in enumerate(offers)}
    index = pd.Index(who.id).get_indexer(held.customer)
    for row, product in zip(index, held["product"], strict=True):
        if product in place:
            made[row, place[product]] = True
    return made


def _eligible(owned: Array, stage: Stage) -> Array:
    level = np.array([o.level for o in stage.offers])
    eligible: Array = ~owned & (stage.rating[:, None] >= level[None, :])
    return eligible


def _odds(stage: Stage, at: pd.Timestamp) -> Array:
    """The visible part of the true log-odds of every pair at a moment."""
    who, held, looked, rating, offers = stage.who, stage.held, stage.looked, stage.rating, stage.offers
    due = held[(held.matures > at) & (held.matures <= at + pd.Timedelta(days=_DUE_DAYS)) & (held.since <= at)]
    recent = looked[(looked["at"] < at) & (looked["at"] >= at - pd.Timedelta(days=_LOOK_DAYS))]
    looks = recent.groupby(["customer", "topic"]).size().unstack(fill_value=0).reindex(who.id, fill_value=0)
    seen = {
        "maturing": who.id.isin(due.customer).to_numpy(float),
        "assets": _scaled(np.log10(who.wealth * who.here + 100)),
        "income": _scaled(np.log10(who.income)),
        "online": _scaled(who.online),
        "risk": (rating - 3) / 1.2,
    }
    made = np.zeros((len(who), len(offers)))
    for n, offer in enumerate(offers):
        own = dict(seen)
        own["interest"] = np.log1p(looks[offer.family].to_numpy()) if offer.family in looks else np.zeros(len(who))
        own["stage"] = who.stage.isin(offer.stages).to_numpy(float)
        made[:, n] = _STRENGTH * sum(w * own[key] for key, w in offer.weights.items())
    return made


def _scaled(values: pd.Series) -> Array:
    scaled: Array = ((values - values.mean()) / values.std()).to_numpy()
    return scaled


def _levels(world: World, odds: Array, eligible: Array, offers: list[Offered]) -> Iterator[float]:
    """The level that brings the wanted share of an offer's eligible customers above the threshold."""
    share, above = world.settings["likely_share"], world.settings["likely_above"]
    wanted = np.log(above / (1 - above))
    for n in range(len(offers)):
        mine = odds[eligible[:, n], n]
        yield float(wanted - np.quantile(mine, 1 - share)) if len(mine) else 0.0


def _exposures(stage: Stage, rng: np.random.Generator, eligible: Array, month: date) -> pd.DataFrame:
    """Who is shown what in a month: one of the eligible offers by lot, so that models learn from a fair sample."""
    world, who = stage.world, stage.who
    open_then = (pd.to_datetime(who.opened) < pd.Timestamp(month)).to_numpy()
    reached = open_then & eligible.any(axis=1) & (rng.random(len(who)) < world.settings["exposed_a_month"])
    person = np.flatnonzero(reached)
    lot = rng.random((len(person), eligible.shape[1])) * eligible[person]
    days = pd.to_timedelta(rng.integers(0, 28 * 24 * 60, len(person)), unit="min")
    made = pd.DataFrame({"person": person, "offer": lot.argmax(axis=1), "at": pd.Timestamp(month) + days})
    return made[made["at"] < pd.Timestamp(world.today)].reset_index(drop=True)


def _bought(rng: np.random.Generator, who: pd.DataFrame, offers: list[Offered], taken: pd.DataFrame) -> pd.DataFrame:
    amount = who.income.to_numpy()[taken.person] * rng.uniform(0.5, 4, len(taken))
    return pd.DataFrame(
        {
            "customer": who.id.to_numpy()[taken.person],
            "family": np.array([o.family for o in offers])[taken.offer],
            "product": np.array([o.product for o in offers])[taken.offer],
            "amount": np.round(amount / 100) * 100,
            "since": taken["at"].dt.normalize().to_numpy(),
            "matures": pd.NaT,
        }
    )


def _responses(stage: Stage, shown: pd.DataFrame) -> pd.DataFrame:
    world, who, offers = stage.world, stage.who, stage.offers
    channels = list(world.settings["channels"])
    made = pd.DataFrame(
        {
            "customer": who.id.to_numpy()[shown.person],
            "offer": np.array([o.id for o in offers])[shown.offer],
            "at": shown["at"],
            "channel": np.array(channels)[world.random("channel").integers(0, len(channels), len(shown))],
            "accepted": shown.accepted,
            "chance": shown.chance,
        }
    ).sort_values(["at", "customer"], ignore_index=True)
    made.insert(0, "id", [f"R{n:09d}" for n in range(1, len(made) + 1)])
    return made


def _truth(stage: Stage, chance: Array, eligible: Array, holdout: Array) -> pd.DataFrame:
    world, who, offers = stage.world, stage.who, stage.offers
    person, offer = np.nonzero(eligible)
    return pd.DataFrame(
        {
            "customer": who.id.to_numpy()[person],
            "offer": np.array([o.id for o in offers])[offer],
            "with_offer": chance[person, offer],
            "without_offer": chance[person, offer] * world.settings["without_offer"],
            "holdout": holdout[person],
        }
    )
