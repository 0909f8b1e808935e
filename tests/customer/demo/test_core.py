"""The made-up core system says what the bank's files say, of one customer only."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

from customer.core import CoreUnavailable, open_core
from customer.demo.core import DemoCore
from customer.errors import CustomerError

TODAY = date(2026, 11, 20)


@pytest.fixture
def core(tmp_path: Path) -> DemoCore:
    folder = tmp_path / "demo" / "core"
    folder.mkdir(parents=True)
    pd.DataFrame(
        [
            ("D1", "C1", "debit", "0001", 1234.56, None),
            ("K1", "C1", "credit", "0002", None, 10000.0),
            ("D2", "C2", "debit", "0003", 9.0, None),
        ],
        columns=["account", "customer", "kind", "tail", "balance", "limit"],
    ).to_parquet(folder / "accounts.parquet")
    pd.DataFrame(
        [
            ("M1", "K1", "C1", pd.Timestamp("2026-10-31 23:59"), "spend", -100.10, "超市"),
            ("M2", "K1", "C1", pd.Timestamp("2026-11-01 00:00"), "spend", -40.0, "餐饮"),
            ("M3", "D1", "C1", pd.Timestamp("2026-11-19 12:00"), "transfer_out", -500.0, "转账"),
            ("M4", "D1", "C1", pd.Timestamp("2026-11-20 09:00"), "salary", 8000.0, "代发工资"),
            ("M5", "D1", "C1", pd.Timestamp("2026-11-21 09:00"), "salary", 1.0, "明天"),
            ("M6", "D2", "C2", pd.Timestamp("2026-11-20 10:00"), "transfer_out", -7.0, "转账"),
        ],
        columns=["id", "account", "customer", "at", "kind", "amount", "party"],
    ).to_parquet(folder / "movements.parquet")
    made = DemoCore.open(tmp_path)
    assert made is not None
    return made


def test_balances_and_limits(core: DemoCore) -> None:
    card, debit = core.accounts("C1", TODAY)
    assert (debit.tail, debit.balance, debit.limit) == ("0001", Decimal("1234.56"), None)
    assert (card.balance, card.limit, card.available) == (None, Decimal("10000.00"), Decimal("9960.00"))


def test_a_bill_is_the_month_before(core: DemoCore) -> None:
    [bill] = core.bills("C1", TODAY)
    assert (bill.amount, bill.month, bill.due) == (Decimal("100.10"), date(2026, 11, 1), date(2026, 11, 20))
    assert [b.amount for b in core.bills("C1", date(2026, 12, 3))] == [Decimal("40.00")]
    assert core.bills("C2", TODAY) == ()


def test_movements_newest_first_none_of_tomorrow_none_of_others(core: DemoCore) -> None:
    assert [m.kind for m in core.movements("C1", (), TODAY, 2)] == ["salary", "transfer_out"]
    [sent] = core.movements("C1", ("transfer_out",), TODAY, 5)
    assert (sent.amount, sent.tail) == (Decimal("-500.00"), "0001")
    assert core.movements("C1' OR '1'='1", (), TODAY, 5) == ()


def test_no_bank_no_core_and_a_damaged_one_is_said(core: DemoCore, tmp_path: Path) -> None:
    assert DemoCore.open(tmp_path / "elsewhere") is None
    (tmp_path / "demo" / "core" / "accounts.parquet").write_bytes(b"PAR1")
    with pytest.raises(CoreUnavailable, match="重新生成"):
        core.accounts("C1", TODAY)
    with pytest.raises(CustomerError, match="JINWEN_CORE"):
        open_core("nowhere:made", tmp_path)
