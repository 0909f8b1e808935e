"""Who the made-up customers are: life stage, age, income, wealth, appetite for risk, how they are recognised."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from customer.demo.world import Array, World

_DAYS = 365.25
_AREA = "999999"
"""An area code that no identity number has."""
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"


def people(world: World, cities: tuple[str, ...]) -> pd.DataFrame:
    """One row a customer, with what nobody at the bank knows of them: stage, wealth, appetite."""
    rng, stages = world.random("people"), world.settings["stages"]
    names = list(stages)
    share = np.array([stages[n]["share"] for n in names])
    stage = rng.choice(len(names), world.size, p=share / share.sum())

    def of_stage(key: str) -> Array:
        values: Array = np.array([stages[n][key] for n in names], dtype=float)
        chosen: Array = values[stage]
        return chosen

    low, high = (np.array([stages[n]["ages"][i] for n in names])[stage] for i in (0, 1))
    age = rng.uniform(low, high + 1)
    income = of_stage("income") * np.exp(rng.normal(0, of_stage("spread")))
    years = np.clip((age - 20) / 25, 0.2, 1.6)
    wealth = income * 12 * of_stage("wealth") * years * np.exp(rng.normal(0, 0.9, world.size))
    # Most keep a part elsewhere; some keep nearly all of a large fortune there: the hidden high-value customers.
    here = rng.beta(4, 2, world.size)
    hidden = (wealth > np.quantile(wealth, 0.90)) & (rng.random(world.size) < 0.25)
    here = np.where(hidden, rng.uniform(0.02, 0.08, world.size), here)
    tenure = np.minimum(rng.gamma(2.0, 3.0, world.size), np.maximum(age - 17, 0.1))
    salaried = rng.random(world.size) < np.where(hidden, 0.05, of_stage("salaried"))
    made = pd.DataFrame(
        {
            "id": [f"C{n:07d}" for n in range(1, world.size + 1)],
            "stage": np.array(names)[stage],
            "birth": _days_before(world, age * _DAYS),
            "sex": np.where(rng.random(world.size) < 0.51, "F", "M"),
            "city": np.array(cities or (None,), dtype=object)[rng.integers(0, max(len(cities), 1), world.size)],
            "income": income.round(2),
            "salaried": salaried,
            "wealth": wealth.round(2),
            "here": here,
            "hidden": hidden,
            "appetite": of_stage("risk") + rng.normal(0, 0.8, world.size),
            "online": rng.beta(5, 2, world.size) * np.clip(1.25 - age / 120, 0.2, 1),
            "opened": _days_before(world, tenure * _DAYS),
            "employee": rng.random(world.size) < 0.004,
        }
    )
    made["leaving"] = rng.random(world.size) < 0.08
    made["vip"] = made.wealth * made.here > 600_000
    return made


def identities(world: World, who: pd.DataFrame) -> pd.DataFrame:
    """How customers are known: id number, telephone and card at the bank, an app user, WeChat for some."""
    rng = world.random("identities")
    number = np.arange(1, len(who) + 1)
    born = pd.to_datetime(who.birth).dt.strftime("%Y%m%d")
    order = [f"{n % 500 * 2 + (s == 'M'):03d}" for n, s in zip(number, who.sex, strict=True)]
    ids = [_AREA + b + o for b, o in zip(born, order, strict=True)]
    parts = [
        _known(who.id, "id_number", [i + _check(i) for i in ids], "核心系统"),
        _known(who.id, "phone", [f"1990{n:07d}" for n in number], "核心系统"),
        _known(who.id, "card", [_luhn(f"622199{n:012d}") for n in number], "核心系统"),
    ]
    for kind, share, source in (("app_user", 0.8, "手机银行"), ("unionid", 0.45, "微信"), ("openid", 0.45, "微信")):
        has = rng.random(len(who)) < share if kind != "openid" else np.isin(who.id, parts[-1].customer)
        parts.append(_known(who.id[has], kind, [f"{kind[0]}{world.seed}-{n:08d}" for n in number[has]], source))
    return pd.concat(parts, ignore_index=True)


def assessments(world: World, who: pd.DataFrame) -> pd.DataFrame:
    """Risk assessments of two customers in three, of the last two years: some have expired."""
    rng = world.random("assessments")
    chosen = who[rng.random(len(who)) < 0.66]
    ago = rng.integers(0, 730, len(chosen))
    rating = np.clip(np.round(2.7 + chosen.appetite), 1, 5).astype(int)
    days = [world.today - timedelta(days=int(d)) for d in ago]
    return pd.DataFrame(
        {
            "customer": chosen.id,
            "rating": [f"C{r}" for r in rating],
            "assessed": days,
            "expires": [d + timedelta(days=365) for d in days],
        }
    )


def consents(world: World, who: pd.DataFrame) -> pd.DataFrame:
    """What was agreed to when the account was opened, and what some took back since."""
    rng = world.random("consents")
    rows = []
    for purpose, given, taken in (("marketing", 0.85, 0.06), ("personalised", 0.75, 0.05)):
        agreed = who[rng.random(len(who)) < given]
        rows.append(_said(agreed, purpose, "*", "granted", pd.to_datetime(agreed.opened)))
        back = agreed[rng.random(len(agreed)) < taken]
        ago = pd.to_timedelta(rng.integers(1, 300, len(back)), unit="D")
        at = np.maximum(pd.Timestamp(world.today) - ago, pd.to_datetime(back.opened) + pd.Timedelta(days=1))
        channel = np.where(rng.random(len(back)) < 0.5, "*", "sms")
        rows.append(_said(back, purpose, channel, "withdrawn", at))
    return pd.concat(rows, ignore_index=True)


def _said(who: pd.DataFrame, purpose: str, channel: object, state: str, at: object) -> pd.DataFrame:
    return pd.DataFrame({"customer": who.id, "purpose": purpose, "channel": channel, "state": state, "at": at})


def _known(customer: object, kind: str, value: list[str], source: str) -> pd.DataFrame:
    return pd.DataFrame({"customer": customer, "kind": kind, "value": value, "source": source})


def _days_before(world: World, days: Array) -> list[object]:
    return [world.today - timedelta(days=int(d)) for d in days]


def _check(first17: str) -> str:
    return _CHECK[sum(int(d) * w for d, w in zip(first17, _WEIGHTS, strict=True)) % 11]


def _luhn(body: str) -> str:
    total = 0
    for place, char in enumerate(reversed(body)):
        number = int(char) * (1 if place % 2 else 2)
        total += number - 9 if number > 9 else number
    return f"{body}{-total % 10}"
