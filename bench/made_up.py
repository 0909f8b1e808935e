"""Made-up customers by the million, written straight into the tables: plain rows, no story behind them."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from typing import Any

from sqlalchemy import insert
from sqlalchemy.engine import Engine

from customer.model import ANY_CHANNEL, ConsentState, Purpose
from customer.tables import consent, customer, holding, risk, score, segment_of

_BATCH = 20_000
_THEN = datetime(2026, 1, 1, tzinfo=UTC)
_PRODUCTS = ("一年期整存整取", "稳盈90天", "云麓货币A", "云杉普卡信用卡", "三年期大额存单")
_SCORED = ("wenying30", "wenying1", "wenying90", "lexiang1", "huobi_a", "wenjian_a", "hushen300", "dae3", "guozhai")


def fill(engine: Engine, number: int, seed: int = 7) -> None:
    """Writes customers C00000000 and up, each with segment, assessment, consents, holdings and scores."""
    rng = random.Random(seed)
    at = datetime.now(UTC)
    numbers = iter(range(number))
    while batch := list(islice(numbers, _BATCH)):
        rows: dict[Any, list[dict[str, Any]]] = {}
        for n in batch:
            for table, row in _one(f"C{n:08d}", rng, at):
                rows.setdefault(table, []).append(row)
        with engine.begin() as connection:
            for table, made in rows.items():
                connection.execute(insert(table), made)


def _one(who: str, rng: random.Random, at: datetime) -> Iterator[tuple[Any, dict[str, Any]]]:
    by = {"customer_id": who, "source": "核心系统", "as_of": _THEN}
    yield (
        customer,
        {
            "id": who,
            "birth_date": date(2026 - rng.randint(18, 80), rng.randint(1, 12), rng.randint(1, 28)),
            "sex": rng.choice("FM"),
            "region": "云州",
            "monthly_income_fen": rng.randint(300_000, 3_000_000),
            "source": "核心系统",
            "as_of": _THEN,
            "provenance": {},
        },
    )
    said = {"segment": "s1", "name": "潜力", "life_stage": "成家", "run": "r1", "as_of": _THEN}
    yield segment_of, {"customer_id": who, **said}
    made = at.date() - timedelta(days=rng.randint(0, 500))
    yield risk, {**by, "assessed_on": made, "rating": f"C{rng.randint(1, 5)}", "expires_on": made + timedelta(days=364)}
    for purpose in Purpose:
        state = ConsentState.GRANTED if rng.random() < 0.8 else ConsentState.WITHDRAWN
        word = {"purpose": purpose.value, "channel": ANY_CHANNEL, "state": state.value, "at": _THEN, "source": "柜面"}
        yield consent, {"customer_id": who, **word}
    for place, product in enumerate(rng.sample(_PRODUCTS, rng.randint(0, 3))):
        amount = rng.randint(1_000_00, 500_000_00)
        yield holding, {**by, "id": f"{who}-{place}", "product": product, "amount_fen": amount, "flags": []}
    chances = {offer: round(rng.betavariate(1, 5), 4) for offer in _SCORED}
    yield score, {"customer_id": who, "chances": chances, "run": "m1", "as_of": at}
