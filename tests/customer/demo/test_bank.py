"""The made-up bank is the same for the same seed, fits its graph, and answers as its truth says."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pandas as pd
import pytest

from customer.demo.bank import make_bank
from customer.demo.catalogue import Catalogue, read_catalogue
from customer.demo.world import read_world

TRIPLES = Path(__file__).parents[3] / "data" / "triples"
TODAY = date(2026, 11, 20)


@pytest.fixture(scope="module")
def bank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bank")
    make_bank(read_world(TODAY, 3000, 7), [TRIPLES], folder)
    return folder


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return read_catalogue([TRIPLES])


def read(bank: Path, name: str) -> pd.DataFrame:
    return pd.read_parquet(bank / f"{name}.parquet")


def test_the_same_seed_gives_the_same_files_and_another_one_others(tmp_path: Path) -> None:
    def digests(seed: int, folder: Path) -> dict[str, str]:
        make_bank(read_world(TODAY, 300, seed), [TRIPLES], folder)
        return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.rglob("*.parquet")}

    first = digests(7, tmp_path / "a")
    assert digests(7, tmp_path / "b") == first
    assert digests(8, tmp_path / "c").items().isdisjoint(first.items())


def test_holdings_are_products_of_the_graph_that_suit_the_holder(bank: Path, catalogue: Catalogue) -> None:
    held = read(bank, "core/holdings")
    assert set(held["product"]) <= set(catalogue.products)
    made = held[held.id.str.startswith("H")]
    least = made["product"].map(lambda p: catalogue.products[p].least)
    assert (made.amount >= least).all()
    assert (held.since.dt.date <= TODAY).all() and (made.matures.dropna() > pd.Timestamp(TODAY)).all()


def test_the_likely_share_is_between_five_and_fifteen_percent(bank: Path) -> None:
    truth = read(bank, "truth/pairs")
    shares = truth.groupby("offer").with_offer.agg(lambda p: (p > 0.30).mean())
    assert 0.05 <= (truth.with_offer > 0.30).mean() <= 0.15
    assert shares.between(0.04, 0.16).all(), shares
    assert (truth.without_offer < truth.with_offer).all()


def test_people_answer_at_a_plausible_rate_and_the_holdout_is_left_alone(bank: Path) -> None:
    shown, truth = read(bank, "core/responses"), read(bank, "truth/pairs")
    assert 0.05 < shown.accepted.mean() < 0.15
    held_out = truth[truth.holdout].customer.unique()
    assert 0.06 < len(held_out) / truth.customer.nunique() < 0.14
    assert not shown.customer.isin(held_out).any()


def test_salaries_seasons_and_those_who_leave_show_in_the_movements(bank: Path) -> None:
    moves, who = read(bank, "core/movements"), read(bank, "truth/people").set_index("id")
    salary = moves[moves.kind == "salary"]
    assert set(salary.customer) <= set(who.index[who.salaried])
    month = moves[moves.kind == "spend"]["at"].dt.month.value_counts()
    assert month[1] > month[4]
    recent = moves[moves["at"] > "2026-09-01"].groupby("customer").size().reindex(who.index, fill_value=0)
    assert recent[who.leaving].mean() < 0.6 * recent[~who.leaving].mean()
    assert (moves["at"] < pd.Timestamp(TODAY)).all()


def test_nobody_is_real(bank: Path) -> None:
    known = read(bank, "core/identities")
    assert known[known.kind == "id_number"].value.str.startswith("999999").all()
    assert known[known.kind == "phone"].value.str.startswith("1990").all()


def test_an_offer_that_the_graph_does_not_have_is_said(tmp_path: Path) -> None:
    triples = tmp_path / "few.csv"
    triples.write_text("subject,predicate,object\n甲存,实例,整存整取\n", encoding="utf-8")
    with pytest.raises(ValueError, match="三元组里没有这些类的产品"):
        make_bank(read_world(TODAY, 200, 1), [triples], tmp_path / "out")
