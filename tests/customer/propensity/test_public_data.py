"""Published figures come out of our code: BG/NBD on CDNOW, and an honest model on the UCI bank marketing contacts."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from customer.propensity.learners import LEARNERS
from customer.propensity.measures import auc_interval
from customer.value import BgNbd

DATA = Path(os.environ.get("JINWEN_PUBLIC_DATA", Path(__file__).parents[4] / "shared" / "data"))
CDNOW = DATA / "cdnow" / "cdnow_customers_summary.csv"
MARKETING = DATA / "bank_marketing" / "bank-additional-full.csv.gz"


@pytest.mark.skipif(not CDNOW.is_file(), reason=f"no {CDNOW.name}: set JINWEN_PUBLIC_DATA to the folder of public data")
def test_bg_nbd_finds_the_published_parameters() -> None:
    rows = pd.read_csv(CDNOW)
    x, t_x, total = (rows[c].to_numpy(dtype=float) for c in ("frequency", "recency", "T"))
    found = BgNbd.fit(x, t_x, total)
    assert [round(p, 3) for p in (found.r, found.alpha, found.a, found.b)] == pytest.approx(
        [0.243, 4.414, 0.793, 2.426], abs=0.002
    )
    assert found.log_likelihood == pytest.approx(-9582.4, abs=0.1)
    chance = found.alive(x, t_x, total)
    assert (chance[x == 0] == 1).all() and ((chance > 0) & (chance <= 1)).all()
    assert 1000 < found.expected(39, x, t_x, total).sum() < 2500


@pytest.fixture(scope="module")
def contacts() -> tuple[np.ndarray, np.ndarray]:
    """Features without `duration`, which is known only after the call, in the order of the contacts."""
    if not MARKETING.is_file():
        pytest.skip(f"no {MARKETING.name}: set JINWEN_PUBLIC_DATA to the folder of public data")
    rows = pd.read_csv(MARKETING, sep=";")
    taken = (rows.pop("y") == "yes").to_numpy()
    rows = rows.drop(columns="duration")
    rows["pdays"] = rows.pdays.where(rows.pdays != 999)
    return pd.get_dummies(rows.replace("unknown", np.nan)).to_numpy(dtype=float), taken


def test_bank_marketing_in_random_folds(contacts: tuple[np.ndarray, np.ndarray]) -> None:
    rows, taken = contacts
    fold = np.random.default_rng(7).integers(0, 5, len(rows))
    score = np.zeros(len(rows))
    for n in range(5):
        score[fold == n] = LEARNERS["lightgbm"](rows[fold != n], taken[fold != n]).score(rows[fold == n])
    auc, low, _high = auc_interval(taken, score)
    assert auc >= 0.79 and low > 0.78


def test_bank_marketing_in_the_order_of_time_is_harder(contacts: tuple[np.ndarray, np.ndarray]) -> None:
    """Contacts of 2008 to 2010 in order: the years of the crisis say little of what came after."""
    rows, taken = contacts
    cut = int(0.8 * len(rows))
    score = LEARNERS["lightgbm"](rows[:cut], taken[:cut]).score(rows[cut:])
    auc, low, high = auc_interval(taken[cut:], score)
    assert 0.5 < auc < 0.79, (auc, low, high)
