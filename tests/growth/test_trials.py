"""Experiments of marketers: who takes part, what an arm changes and must not, and the readout over the tables."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert
from sqlalchemy.engine import Connection

from customer.tables import holding
from growth.case import Case
from growth.catalogue import read_catalogue
from growth.decision import HOLDOUT, TREATED, Decision, decide
from growth.errors import OfferFileError
from growth.experiments import arms_readout, trial_readout, trials
from growth.ledger import Place, write_decision
from growth.readout import Readout
from growth.reasons import Reason
from growth.tables import decision, trial
from growth.trial_files import read_experiments
from growth.trials import Experiment, TrialArm
from growth.wording import Words
from tests.support.cases import NOW, offer_of, plain_case, product_of, willing
from tests.support.customers import scratch_database
from tests.support.demo import TODAY, Bank
from tests.support.offers import OFFERS

ARMS = (TrialArm("现文案", 0.5), TrialArm("新文案", 0.3, copy="看看稳"), TrialArm("不展示", 0.2, hold=True))
TRIAL = Experiment("文案", "盐", frozenset({"o-稳"}), date(2026, 11, 1), date(2026, 12, 31), 0.6, ARMS)
BANKS = 200


def case_of(who: str, *experiments: Experiment) -> Case:
    offers = (offer_of("稳"), offer_of("进", value=1.0))
    products = {"稳": product_of("稳"), "进": product_of("进")}
    chances = {"o-稳": 0.5, "o-进": 0.5}
    person = willing(id=who)
    return plain_case(
        id=f"d-{who}", person=person, offers=offers, products=products, chances=chances, experiments=experiments
    )


def test_arms_have_their_shares_and_change_nothing_but_what_they_say() -> None:
    seen: dict[str, int] = {}
    for n in range(1500):
        plain, made = decide(case_of(f"c{n}")), decide(case_of(f"c{n}", TRIAL))
        assert (made.offer or made.would_have) == plain.offer, "an arm never changes which offer is chosen"
        arm = made.trials[0][1] if made.trials else ""
        seen[arm] = seen.get(arm, 0) + 1
        assert made.copy == ("o-稳@文案/新文案" if arm == "新文案" else "")
        assert (made.reason is Reason.ARM_HELD) is (arm == "不展示") is (not made.offer)
        assert made.propensity == pytest.approx(plain.propensity * (1 - 0.6 * 0.2))
    assert {k: round(v / 1500, 1) for k, v in seen.items()} == {"": 0.4, "现文案": 0.3, "新文案": 0.2, "不展示": 0.1}


@pytest.mark.parametrize(
    "experiment",
    [replace(TRIAL, last=date(2026, 11, 19)), replace(TRIAL, first=date(2026, 11, 21)), replace(TRIAL, share=0.0)],
)
def test_before_after_and_without_a_share_nobody_takes_part(experiment: Experiment) -> None:
    assert not any(decide(case_of(f"c{n}", experiment)).trials for n in range(50))


def test_whoever_is_held_out_for_good_takes_part_in_nothing_else() -> None:
    case = case_of("c1", replace(TRIAL, share=1.0))
    out = replace(case, rules=replace(case.rules, trial=replace(case.rules.trial, holdout=1.0)))
    made = decide(out)
    assert made.reason is Reason.ARM_HOLDOUT and made.trials == () and made.would_have == "o-稳"


def test_a_gray_release_reaches_its_share_and_always_the_same() -> None:
    offers = (replace(offer_of("稳"), release=0.25),)
    reached = [bool(decide(replace(case_of(f"c{n}"), offers=offers)).offer) for n in range(800)]
    assert 0.18 < sum(reached) / 800 < 0.32
    wider = (replace(offer_of("稳"), release=0.5),)
    again = [bool(decide(replace(case_of(f"c{n}"), offers=wider)).offer) for n in range(800)]
    assert all(b for a, b in zip(reached, again, strict=True) if a), "widening a release takes it from nobody"


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ("offers: [没有这个]", "没有这个编号"),
        ("share: 1.5", "写 0 到 1 之间的数"),
        ("valid: 2027-03-31..2027-01-04", "写成 2026-12-01..2026-12-31"),
        ("name: standing", "是长期实验的"),
        ("arms: [{name: 一组, share: 1}]", "写两组以上"),
        ("arms: [{name: 甲, share: 0.5}, {name: 乙, share: 0.4}]", "合计为 1"),
        ("arms: [{name: 甲, share: 0.5}, {name: 乙, share: 0.5, copy: 稳赚不赔}]", "稳赚"),
        ("arms: [{name: 甲, share: 0.5}, {name: 乙, share: 0.5, copy: 起购一万元}]", ""),
    ],
)
def test_a_mistake_in_the_file_is_named_with_its_place(
    tmp_path: Path, changed: str, complaint: str, bank: Bank
) -> None:
    catalogue = read_catalogue(OFFERS, bank.snapshot, bank.lexicon, TODAY)
    plain = {
        "name": "name: 试",
        "offers": "offers: [wenying30]",
        "valid": "valid: 2027-01-04..2027-03-31",
        "share": "share: 0.5",
        "arms": "arms: [{name: 甲, share: 0.5}, {name: 乙, share: 0.5, hold: true}]",
    }
    plain[changed.partition(":")[0]] = changed
    file = tmp_path / "experiments.yml"
    file.write_text("experiments:\n- " + "\n  ".join(plain.values()), encoding="utf-8")
    with pytest.raises(OfferFileError, match=complaint or "乙|copy|arms"):
        read_experiments(file, catalogue.offers, _words(), "standing")


def test_two_experiments_on_one_offer_at_a_time_are_refused(tmp_path: Path, bank: Bank) -> None:
    catalogue = read_catalogue(OFFERS, bank.snapshot, bank.lexicon, TODAY)
    one = "- {{name: {}, offers: [wenying30], valid: {}, arms: [{{name: 甲, share: 0.5}}, {{name: 乙, share: 0.5}}]}}\n"
    file = tmp_path / "experiments.yml"
    first = one.format("一", "2027-01-01..2027-01-31")
    file.write_text("experiments:\n" + first + one.format("二", "2027-01-31..2027-02-28"), encoding="utf-8")
    with pytest.raises(OfferFileError, match="同时在 wenying30 上"):
        read_experiments(file, catalogue.offers, _words(), "standing")
    file.write_text("experiments:\n" + first + one.format("二", "2027-02-01..2027-02-28"), encoding="utf-8")
    assert len(read_experiments(file, catalogue.offers, _words(), "standing")) == 2


def test_decisions_write_their_arms_and_are_read_out_by_them(tmp_path: Path) -> None:
    engine = scratch_database(tmp_path)
    with engine.begin() as sql:
        for n in range(60):
            write_decision(sql, decide(case_of(f"c{n}", TRIAL)), Place("web", trial="standing"), NOW)
        assert set(trials(sql)) == {"standing", "文案"}
        later = NOW + timedelta(days=40)
        found = arms_readout(sql, TRIAL, {"o-稳": ("稳", "稳")}, now=later)
        assert [r.arm for r in found] == ["新文案", "不展示"]
        assert all(r.readout.control.units > 5 and r.readout.treated.units for r in found)
        standing = trial_readout(sql, "standing", {"o-稳": ("稳", "稳")}, now=later, holdout=0.0)
        assert standing.readout.treated.units == 60, "who is held by an arm stays in the standing experiment"
    engine.dispose()


def test_the_readout_over_two_hundred_banks_covers_the_true_effect(tmp_path: Path) -> None:
    """Whole banks in the tables: decisions with arms, purchases as holdings, some after the lag and some before the
    decision, which must not count. The 95 % interval covers the true effect in at least 90 % of them."""
    rng = random.Random(5)
    engine = scratch_database(tmp_path)
    covered = standing = 0
    with engine.begin() as sql:
        for n in range(BANKS):
            base, lift = rng.uniform(0.05, 0.3), rng.uniform(-0.03, 0.15)
            units = _generated(sql, rng, f"b{n}", base, lift)
            products = {"o": (f"p-b{n}", f"p-b{n}")}
            arms = Experiment(
                f"t-b{n}", "", frozenset({"o"}), TODAY, TODAY, 1.0, (TrialArm("甲", 0.5), TrialArm("乙", 0.5))
            )
            later = NOW + timedelta(days=60)
            [made] = arms_readout(sql, arms, products, now=later)
            assert made.readout.control.units + made.readout.treated.units == units
            covered += _covers(made.readout, lift)
            whole = trial_readout(sql, f"s-b{n}", products, now=later, holdout=0.5)
            standing += _covers(whole.readout, lift)
    engine.dispose()
    assert covered >= 0.9 * BANKS and standing >= 0.9 * BANKS, (covered, standing)


def _covers(read: Readout, lift: float) -> bool:
    return read.low <= lift <= read.high


def _generated(sql: Connection, rng: random.Random, bank: str, base: float, lift: float) -> int:
    units = rng.randint(100, 200)
    decisions, arms, held = [], [], []
    for n in range(units):
        who, treated = f"{bank}-{n}", rng.random() < 0.5
        made = Decision(who, who, TREATED if treated else HOLDOUT, Reason.BEST if treated else Reason.ARM_HOLDOUT, ())
        offer = {"offer": "o", "would_have": ""} if treated else {"offer": "", "would_have": "o"}
        row = {
            "id": who,
            "customer_id": who,
            "at": NOW,
            "channel": "web",
            "session": "",
            "turn_id": "",
            "arm": made.arm,
        }
        rest = {"trial": f"s-{bank}", "reason": made.reason.value, "propensity": 0.5, "model": "", "revision": 1}
        decisions.append({**row, **rest, **offer, "steps": []})
        arms.append({"decision": who, "trial": f"t-{bank}", "arm": "乙" if treated else "甲"})
        bought = rng.random() < base + (lift if treated else 0.0)
        since = TODAY + timedelta(days=rng.randint(0, 30) if bought else rng.choice([-9, 31, 45]))
        if bought or rng.random() < 0.2:
            held.append(_holding(who, f"p-{bank}", since))
    sql.execute(insert(decision), decisions)
    sql.execute(insert(trial), arms)
    sql.execute(insert(holding), held)
    return units


def _holding(who: str, product: str, since: date) -> dict[str, object]:
    at = datetime(2026, 11, 20, tzinfo=UTC)
    return {
        "id": who,
        "customer_id": who,
        "product": product,
        "product_id": product,
        "amount_fen": 100,
        "since": since,
        "matures": None,
        "flags": [],
        "source": "核心",
        "as_of": at,
    }


def _words() -> Words:
    from growth.wording import read_words

    return read_words(OFFERS / "words.yml")
