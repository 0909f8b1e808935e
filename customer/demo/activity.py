"""What the made-up customers do: movements of money and looks at pages, by month, with seasons."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from customer.demo.world import Array, World

MONTHS = 12
"""Full months of history before the running one."""
_MINUTES = 24 * 60


def movements(world: World, who: pd.DataFrame, accounts: pd.DataFrame) -> pd.DataFrame:
    """Salaries, spending, transfers and cash of a year, by account and time. Outgoing amounts are negative."""
    debit = accounts[accounts.kind == "debit"].set_index("customer").account.reindex(who.id).to_numpy()
    credit = accounts[accounts.kind == "credit"].drop_duplicates("customer").set_index("customer").account
    ledger = _Ledger(world, world.random("movements"), who, debit, credit.reindex(who.id).to_numpy())
    made = pd.concat([rows for month in world.months(MONTHS) for rows in ledger.month(month)], ignore_index=True)
    made = made[made["at"] < pd.Timestamp(world.today)].sort_values(["customer", "at"], ignore_index=True)
    made.insert(0, "id", [f"M{n:010d}" for n in range(1, len(made) + 1)])
    return made


@dataclass(frozen=True, slots=True)
class _Ledger:
    """What a month's movements are made from: one account of each kind a customer, None without a card."""

    world: World
    rng: np.random.Generator
    who: pd.DataFrame
    debit: Array
    card: Array

    def month(self, month: date) -> list[pd.DataFrame]:
        """The movements of all customers in a month."""
        income = self.who.income.to_numpy()
        often = self._activity(month)
        hidden = self.who.hidden.to_numpy()
        spent = self._times(3.2 * often * (0.4 + self.who.online.to_numpy()) * np.clip(np.log10(income) - 2.8, 0.3, 2))
        sent, got = self._times(0.8 * often), self._times(0.5 * often)
        # The hidden rich move a lot to places where their money really is.
        away = np.where(hidden[sent], 1.5, 0.2)
        shops = np.array(self.world.settings["shops"])[
            self.rng.integers(0, len(self.world.settings["shops"]), len(spent))
        ]
        return [
            self._salaries(month),
            self._rows(spent, month, "spend", -self._around(income[spent] * 0.03 + 5, 0.9), shops),
            self._rows(sent, month, "transfer_out", -self._around(income[sent] * away + 50, 0.7).round(0), "转账"),
            self._rows(got, month, "transfer_in", self._around(income[got] * 0.3 + 50, 0.8).round(0), "转账"),
        ]

    def _activity(self, month: date) -> Array:
        """How much is done by whom: by season; nothing before the account was opened, less by those who leave."""
        ago = (self.world.today.year - month.year) * 12 + self.world.today.month - month.month
        alive = (pd.to_datetime(self.who.opened) < pd.Timestamp(month)).to_numpy()
        leaving = np.clip(3 * np.exp(-0.4 * (MONTHS - ago)), 0, 1)
        season: float = self.world.settings["season"][month.month - 1]
        often: Array = season * alive * np.where(self.who.leaving, leaving, 1.0)
        return often

    def _salaries(self, month: date) -> pd.DataFrame:
        alive = (pd.to_datetime(self.who.opened) < pd.Timestamp(month)).to_numpy()
        paid = np.flatnonzero(alive & self.who.salaried.to_numpy())
        bonus = 2.0 * self.rng.random(len(paid)) * (month.month == self.world.settings["bonus_month"])
        return self._rows(paid, month, "salary", self.who.income.to_numpy()[paid] * (1 + bonus), "代发工资")

    def _times(self, often: Array) -> Array:
        times: Array = np.repeat(np.arange(len(self.who)), self.rng.poisson(often))
        return times

    def _around(self, median: Array, spread: float) -> Array:
        amount: Array = np.exp(self.rng.normal(np.log(median), spread))
        return amount

    def _rows(self, chosen: Array, month: date, kind: str, amount: Array, party: object) -> pd.DataFrame:
        first, last = (9, 11) if kind == "salary" else (0, 28)
        minutes = self.rng.integers(first * _MINUTES, last * _MINUTES, len(chosen))
        account = self.debit[chosen]
        if kind == "spend":
            card = self.card[chosen]
            by_card = pd.notna(card) & (self.rng.random(len(chosen)) < 0.6)
            account = np.where(by_card, card, account)
        return pd.DataFrame(
            {
                "account": account,
                "customer": self.who.id.to_numpy()[chosen],
                "at": pd.Timestamp(month) + pd.to_timedelta(minutes, unit="min"),
                "kind": kind,
                "amount": np.round(amount, 2),
                "party": party,
            }
        )


def events(world: World, who: pd.DataFrame, topics: list[str]) -> pd.DataFrame:
    """Looks at pages and searches, by topic: lasting interest with bursts, on the channels each one uses."""
    rng = world.random("events")
    liking = np.exp(rng.normal(-1.9, 0.9, (len(who), len(topics)))) * (0.4 + who.online.to_numpy())[:, None]
    names, shares = list(world.settings["channels"]), np.array(list(world.settings["channels"].values()))
    parts = []
    for month in world.months(MONTHS):
        alive = (pd.to_datetime(who.opened) < pd.Timestamp(month)).to_numpy()
        burst = rng.gamma(0.5, 2.0, liking.shape)
        counts = rng.poisson(liking * burst * alive[:, None] * world.settings["season"][month.month - 1])
        person, topic = np.nonzero(counts)
        times = counts[person, topic]
        person, topic = np.repeat(person, times), np.repeat(topic, times)
        minutes = rng.integers(0, 28 * _MINUTES, len(person))
        parts.append(
            pd.DataFrame(
                {
                    "customer": who.id.to_numpy()[person],
                    "at": pd.Timestamp(month) + pd.to_timedelta(minutes, unit="min"),
                    "kind": np.where(rng.random(len(person)) < 0.25, "search", "page"),
                    "topic": np.array(topics)[topic],
                    "channel": np.array(names)[rng.choice(len(names), len(person), p=shares / shares.sum())],
                }
            )
        )
    made = pd.concat(parts, ignore_index=True)
    made = made[made["at"] < pd.Timestamp(world.today)].sort_values(["customer", "at"], ignore_index=True)
    made.insert(0, "id", [f"E{n:010d}" for n in range(1, len(made) + 1)])
    return made
