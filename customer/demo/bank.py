"""The made-up bank's own files: what a bank would export, the mapping that imports it, and the truth beside."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path

import pandas as pd
import yaml

from customer.demo import activity, belongings, people, responses
from customer.demo.catalogue import read_catalogue
from customer.demo.core import CORE
from customer.demo.world import World

MAPPING, TRUTH = "mapping.yml", "truth"
SECOND_RECORDS, FAULTY = 0.01, 0.001


@dataclass(frozen=True, slots=True)
class Made:
    """What was made: rows by file, and the share of eligible pairs with a true probability above the threshold."""

    rows: dict[str, int]
    likely_share: float


def make_bank(world: World, triples: Iterable[Path], folder: Path) -> Made:
    """Writes the files of a bank into a folder. The same world gives the same files.

    Raises:
        ValueError: the triples lack a product that world.yml offers.
    """
    catalogue = read_catalogue(triples)
    kinds = belongings.families(world, catalogue)
    who = people.people(world, catalogue.cities)
    held = belongings.holdings(world, who, kinds)
    accounts = belongings.accounts(world, who, held)
    looked = activity.events(world, who, [k.name for k in kinds])
    rated = people.assessments(world, who)
    offers = responses.offered(world, catalogue)
    answered = responses.answers(world, who, held, looked, rated, offers=offers)
    exports = {
        "customers": _customers(world, who),
        "identities": people.identities(world, who),
        "holdings": _holdings(held, answered.bought),
        "accounts": accounts,
        "risk": rated,
        "consents": people.consents(world, who),
        "signals": _signals(world, who),
        "movements": activity.movements(world, who, accounts),
        "events": looked,
        "responses": answered.responses.drop(columns="chance"),
        "app_users": _app_users(world, who),
    }
    for name, rows in exports.items():
        _write(folder / CORE / f"{name}.parquet", rows)
    _write(folder / TRUTH / "pairs.parquet", answered.truth)
    _write(folder / TRUTH / "people.parquet", who)
    (folder / CORE / MAPPING).write_text(_mapping(world), encoding="utf-8")
    share = float((answered.truth.with_offer > world.settings["likely_above"]).mean())
    made = Made({name: len(rows) for name, rows in exports.items()}, round(share, 4))
    about = {"seed": world.seed, "size": world.size, "today": world.today.isoformat(), **asdict(made)}
    (folder / "about.json").write_text(json.dumps(about, ensure_ascii=False, indent=1), encoding="utf-8")
    return made


def _customers(world: World, who: pd.DataFrame) -> pd.DataFrame:
    """What the bank has on file: not everybody's income, and a few rows that can't be right."""
    rng = world.random("records")
    known = who.salaried | (rng.random(len(who)) < 0.25)
    made = pd.DataFrame(
        {
            "cust_no": who.id,
            "birth": [d.isoformat() for d in who.birth],
            "gender": who.sex.map({"F": "女", "M": "男"}),
            "city": who.city.where(rng.random(len(who)) > 0.02),
            "income": [f"{v:.2f}" if k else "" for v, k in zip(who.income, known, strict=True)],
            "opened": who.opened,
            "staff": who.employee,
            "vip": who.vip,
        }
    )
    wrong = made.sample(max(1, int(FAULTY * len(made))), random_state=world.seed).copy()
    wrong["cust_no"] = "X" + wrong.cust_no.str[1:]
    wrong["birth"] = [("2999-01-01", "不详之日", "1990-13-45")[n % 3] for n in range(len(wrong))]
    return pd.concat([made, wrong], ignore_index=True)


def _app_users(world: World, who: pd.DataFrame) -> pd.DataFrame:
    """Second records that the mobile bank opened for people the core system knows: to be found and merged."""
    rng = world.random("second records")
    chosen = who[rng.random(len(who)) < SECOND_RECORDS]
    number = chosen.id.str[1:].astype(int)
    return pd.DataFrame(
        {
            "user": "A" + chosen.id.str[1:],
            "phone": [f"1990{n:07d}" for n in number],
            # Half of them told their birth date: those are certain, the others only likely.
            "birth": chosen.birth.where(rng.random(len(chosen)) < 0.5),
            "city": chosen.city,
            "opened": world.today - timedelta(days=120),
        }
    )


def _holdings(held: pd.DataFrame, bought: pd.DataFrame) -> pd.DataFrame:
    bought = bought.copy()
    bought.insert(0, "id", [f"B{n:08d}" for n in range(1, len(bought) + 1)])
    return pd.concat([held, bought], ignore_index=True)


def _signals(world: World, who: pd.DataFrame) -> pd.DataFrame:
    rng = world.random("signals")
    parts = []
    for kind, share in (("overdue", 0.01), ("complaint", 0.008), ("loss_report", 0.004), ("bereavement", 0.001)):
        chosen = who[rng.random(len(who)) < share]
        days = rng.integers(1, 60, len(chosen))
        since = pd.Timestamp(world.today) - pd.to_timedelta(days, unit="D")
        over = pd.Series(rng.random(len(chosen)) < 0.5, index=chosen.index)
        until = pd.Series(since, index=chosen.index) + pd.to_timedelta(days // 2 + 1, unit="D")
        parts.append(
            pd.DataFrame({"customer": chosen.id, "kind": kind, "since": since.to_numpy(), "until": until.where(over)})
        )
    return pd.concat(parts, ignore_index=True)


def _write(path: Path, rows: pd.DataFrame) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    rows.to_parquet(path, index=False, compression="zstd", row_group_size=50_000)


def _mapping(world: World) -> str:
    """The mapping of these files; it shows a bank's own how to write one."""
    at = world.today.isoformat()

    def source(name: str, kind: str, file: str, columns: dict[str, object]) -> dict[str, object]:
        return {"name": name, "kind": kind, "file": f"{file}.parquet", "as_of": at, "columns": columns}

    person = {"birth_date": "birth", "sex": "gender", "region": "city", "monthly_income": "income"}
    sources = [
        source(
            "核心系统",
            "customers",
            "customers",
            {"id": "cust_no", **person, "opened_on": "opened", "employee": "staff", "vip": "vip"},
        ),
        source(
            "手机银行",
            "customers",
            "app_users",
            {"id": "user", "birth_date": "birth", "region": "city", "opened_on": "opened"},
        ),
        source("客户标识", "identities", "identities", {k: k for k in ("customer", "kind", "value")}),
        source(
            "手机银行登记的手机号",
            "identities",
            "app_users",
            {"customer": "user", "kind": {"const": "phone"}, "value": "phone"},
        ),
        source(
            "产品持有",
            "holdings",
            "holdings",
            {k: k for k in ("id", "customer", "product", "amount", "since", "matures")},
        ),
        source(
            "风险测评",
            "risk",
            "risk",
            {"customer": "customer", "rating": "rating", "assessed_on": "assessed", "expires_on": "expires"},
        ),
        source("授权", "consents", "consents", {k: k for k in ("customer", "purpose", "channel", "state", "at")}),
        source("服务事项", "signals", "signals", {k: k for k in ("customer", "kind", "since", "until")}),
        source(
            "账户流水",
            "movements",
            "movements",
            {k: k for k in ("id", "customer", "account", "at", "kind", "amount", "party")},
        ),
        source("行为", "events", "events", {k: k for k in ("id", "customer", "at", "kind", "topic", "channel")}),
        source(
            "营销响应",
            "responses",
            "responses",
            {k: k for k in ("id", "customer", "offer", "at", "channel", "accepted")},
        ),
    ]
    return yaml.safe_dump({"rates": {"USD": 7.1}, "sources": sources}, allow_unicode=True, sort_keys=False)
