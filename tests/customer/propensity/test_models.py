"""Response models: no leak, calibrated, kept and brought back whole, replaced only by what is not worse."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sqlalchemy import update
from sqlalchemy.engine import Engine

from customer.errors import CustomerError, ModelUnusable
from customer.model import Consent, ConsentState, Customer
from customer.propensity.explaining import reasons
from customer.propensity.learners import KEPT, LEARNERS, load
from customer.propensity.measures import auc_interval, calibration_error, log_loss, measure, reliability, together
from customer.propensity.model import Calibration, ResponseModel, matrix
from customer.propensity.registry import Registry, Stage
from customer.propensity.retraining import retrain
from customer.propensity.scoring import models_of, write_scores
from customer.propensity.training import NOT_LEARNT, TooLittle, compare, fingerprint
from customer.reading import CustomerReader
from customer.tables import response_model
from tests.support.customers import scratch_database

AT = datetime(2026, 11, 20, tzinfo=UTC)
MONTHS = [f"2026-{m:02d}" for m in range(3, 11)]


def exposures(seed: int, size: int = 4000, strength: float = 1.5) -> pd.DataFrame:
    """Exposures whose answers depend on looks and money falling due."""
    rng = np.random.default_rng(seed)
    looks, due = rng.poisson(1, size).astype(float), (rng.random(size) < 0.2).astype(float)
    chance = 1 / (1 + np.exp(2.5 - strength * (np.log1p(looks) + due)))
    return pd.DataFrame(
        {
            "customer": [f"C{n}" for n in range(size)],
            "offer": "o1",
            "accepted": rng.random(size) < chance,
            "month": rng.choice(MONTHS, size),
            "sex": rng.choice(["F", "M"], size),
            "age": rng.uniform(20, 80, size),
            "income": np.where(rng.random(size) < 0.3, np.nan, rng.uniform(3e3, 3e4, size)),
            "looks_理财": looks,
            "due": due,
        }
    )


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    return exposures(1)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    made = scratch_database(tmp_path)
    yield made
    made.dispose()


def test_the_comparison_learns_what_there_is_and_nothing_that_leaks(rows: pd.DataFrame) -> None:
    found = compare("o1", rows)
    assert set(found.measures) == set(LEARNERS) and found.model.kind in KEPT
    best = found.measures[found.model.kind]
    assert best.auc > 0.65 and best.auc_low < best.auc < best.auc_high and best.lift > 1.5
    assert best.calibration_error < 0.06
    assert not set(found.model.features) & NOT_LEARNT
    assert {g["group"] for g in found.groups} >= {"女", "男"}
    assert set(found.judged.month) == set(MONTHS[-2:])


def test_too_little_is_said(rows: pd.DataFrame) -> None:
    with pytest.raises(TooLittle, match="学不出来"):
        compare("o1", rows[rows.month > "2026-09"])
    with pytest.raises(TooLittle):
        compare("unknown", rows)


@pytest.mark.parametrize("kind", KEPT)
def test_models_come_back_whole_from_json(kind: str, rows: pd.DataFrame) -> None:
    names = ("age", "income", "looks_理财", "due")
    values, taken = rows[list(names)].to_numpy(dtype=float), rows.accepted.to_numpy()
    fitted = LEARNERS[kind](values, taken)
    again = load(kind, json.loads(json.dumps(fitted.dump())))
    assert np.allclose(again.score(values), fitted.score(values), atol=1e-6)
    parts = again.contributions(values)
    assert parts.shape == values.shape
    assert np.corrcoef(parts.sum(axis=1), again.score(values))[0, 1] > 0.8


def test_registry_promotes_what_is_not_worse_and_goes_back(engine: Engine, rows: pd.DataFrame) -> None:
    registry = Registry(engine)
    first = retrain(registry, "o1", rows, AT).version
    assert (first.version, first.stage, first.note) == (1, Stage.PRODUCTION, "第一版")
    noise = rows.assign(accepted=np.random.default_rng(0).permutation(rows.accepted))
    worse = retrain(registry, "o1", noise, AT + timedelta(hours=1)).version
    assert worse.stage is Stage.REJECTED
    better = retrain(registry, "o1", rows, AT + timedelta(hours=2)).version
    assert better.stage is Stage.PRODUCTION and better.fingerprint == first.fingerprint
    assert registry.version("o1", 1).stage is Stage.ARCHIVED
    assert registry.rollback("o1", "小王", AT + timedelta(hours=3)).version == 1
    assert registry.version("o1", 3).stage is Stage.REJECTED
    with pytest.raises(CustomerError, match="没有可以回退"):
        registry.rollback("o1", "小王", AT + timedelta(hours=4))


def test_a_damaged_model_is_not_used_and_can_be_replaced(engine: Engine, rows: pd.DataFrame) -> None:
    registry = Registry(engine)
    retrain(registry, "o1", rows, AT)
    with engine.begin() as sql:
        sql.execute(update(response_model).values(body=b"{}"))
    with pytest.raises(ModelUnusable, match="指纹不符"):
        registry.production("o1")
    usable, broken = models_of(registry)
    assert usable == {} and "重新训练或回退" in broken["o1"]
    again = retrain(registry, "o1", rows, AT).version
    assert again.stage is Stage.PRODUCTION and "不可用" in again.note


def test_scores_and_features_reach_the_reader(engine: Engine, rows: pd.DataFrame) -> None:
    registry = Registry(engine)
    retrain(registry, "o1", rows, AT)
    models, _ = models_of(registry)
    for _ in range(2):
        assert write_scores(engine, rows.head(100), models, "o1-v1", AT) == 100
    reader = CustomerReader(engine)
    [score] = reader.scores("C7")
    assert score.offer == "o1" and score.model == "o1-v1" and 0 < score.probability < 1
    known = reader.features("C7")
    assert known["due"] == rows.due.iloc[7] and "accepted" not in known and "sex" not in known


def test_reasons_in_words_only_with_consent(rows: pd.DataFrame) -> None:
    model = compare("o1", rows).model
    known: dict[str, float | None] = {"age": 30.0, "income": None, "looks_理财": 5.0, "due": 1.0}
    granted = Customer("C1", consents=(Consent("personalised", "*", ConsentState.GRANTED, AT, "开户"),))
    said = reasons(model, known, granted, "web")
    assert "您近来看过理财类产品" in said and "您有产品将在近期到期" in said and len(said) <= 3
    assert "您近来看过理财类产品" not in reasons(model, {**known, "looks_理财": 0.0}, granted, "web")
    assert reasons(model, known, Customer("C2"), "web") == ()
    taken_back = (*granted.consents, Consent("personalised", "web", ConsentState.WITHDRAWN, AT, "web"))
    assert reasons(model, known, Customer("C3", consents=taken_back), "web") == ()


def test_missing_features_are_said(rows: pd.DataFrame) -> None:
    model = compare("o1", rows).model
    with pytest.raises(ModelUnusable, match="缺少特征 due"):
        model.chances(rows.drop(columns="due"))


def test_calibration_pulls_towards_what_happened() -> None:
    rng = np.random.default_rng(3)
    truth = rng.beta(1, 6, 20_000)
    taken = rng.random(20_000) < truth
    bold = np.clip(truth * 2.2, 0.001, 0.99)
    fitted = Calibration.fit(bold[:10_000], taken[:10_000])
    after = calibration_error(taken[10_000:], fitted.apply(bold[10_000:]))
    assert after < 0.04 < calibration_error(taken[10_000:], bold[10_000:])


def test_what_is_said_of_the_likeliest_happens(rows: pd.DataFrame) -> None:
    """Calibrated by several months that the past did not know: also in the upper bands said and real agree."""
    found = compare("o1", rows)
    fresh = exposures(2, 20_000)
    said = reliability(fresh.accepted.to_numpy(), found.model.chances(fresh))
    upper = [s for s in said if s.low >= 0.3 and s.rows >= 100]
    assert len(upper) >= 3
    assert all(abs(s.mean - s.taken / s.rows) < 0.06 for s in upper), upper
    assert sum(s.rows for s in found.said) == found.measures[found.model.kind].rows


def test_bands_of_several_models_are_one_table_with_its_interval() -> None:
    taken, chance = np.array([True, False, False, True]), np.array([0.32, 0.38, 0.02, 1.0])
    once = reliability(taken, chance)
    assert [(s.low, s.rows, s.taken) for s in once] == [(0.0, 1, 0), (0.3, 2, 1), (0.8, 1, 1)]
    [_, middle, _] = together([once, once])
    assert (middle.rows, middle.taken, round(middle.mean, 4)) == (4, 2, 0.35)
    low, high = middle.interval()
    assert (round(low, 4), round(high, 4)) == (0.0676, 0.9324)  # Clopper-Pearson of 2 in 4
    assert log_loss(np.array([True]), np.array([0.0])) == pytest.approx(-np.log(1e-4))


def test_nobody_is_farther_from_the_mean_than_the_reach(rows: pd.DataFrame) -> None:
    model = compare("o1", rows).model
    fitted = LEARNERS["logistic"](matrix(rows, model.features), rows.accepted.to_numpy())
    usual = dict.fromkeys(model.features, 1.0)
    wild = [matrix(pd.DataFrame([{**usual, "looks_理财": looks}]), model.features) for looks in (50.0, 5000.0)]
    assert fitted.score(wild[0]) == fitted.score(wild[1])
    assert (fitted.contributions(wild[0]) == fitted.contributions(wild[1])).all()


def test_auc_and_its_interval_against_known_values() -> None:
    taken = np.array([1, 1, 0, 0], dtype=bool)
    assert auc_interval(taken, np.array([0.9, 0.8, 0.2, 0.1]))[0] == 1.0
    assert auc_interval(taken, np.array([0.5, 0.5, 0.5, 0.5]))[0] == 0.5
    rng = np.random.default_rng(1)
    inside = 0
    for _ in range(200):
        yes, no = rng.normal(1, 1, 60), rng.normal(0, 1, 120)
        _auc, low, high = auc_interval(np.repeat([True, False], [60, 120]), np.concatenate([yes, no]))
        inside += low <= 0.7602 <= high
    assert inside >= 180
    with pytest.raises(ValueError, match="只有一种结果"):
        measure(np.zeros(5), np.zeros(5))


def test_fingerprints_follow_the_data(rows: pd.DataFrame) -> None:
    assert fingerprint(rows) == fingerprint(exposures(1)) != fingerprint(exposures(2))


def test_a_model_with_another_digest_is_refused(rows: pd.DataFrame) -> None:
    body = compare("o1", rows).model.dump()
    with pytest.raises(ModelUnusable):
        ResponseModel.parse(body, "0" * 64)
