"""The made-up bank's core system, read from its own files."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from customer.core import Account, Bill, CoreUnavailable, Movement

CORE = "core"
"""Folder of the core system's files below that of the made-up bank."""
_DUE_DAY = 20
_FILES = ("accounts", "movements")
"""Named in a query's values, they stand for their paths."""


class DemoCore:
    """Reads accounts and movements of one customer at a time; safe to share between threads."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._own = threading.local()

    @staticmethod
    def open(home: Path) -> DemoCore | None:
        """The core system of the bank generated in a home; None where none was."""
        folder = home / "demo" / CORE
        return DemoCore(folder) if (folder / "accounts.parquet").is_file() else None

    def accounts(self, customer_id: str, today: date) -> tuple[Account, ...]:
        """Balances as of the day the bank was generated for; a card's limit less what was spent since the first."""
        rows = self._rows(
            'SELECT kind, tail, balance, "limit", account FROM read_parquet(?) WHERE customer = ? ORDER BY kind, tail',
            ["accounts", customer_id],
        )
        spent = self._spent(customer_id, today.replace(day=1), today)
        made = []
        for kind, tail, balance, limit, account in rows:
            if kind == "debit":
                made.append(Account(kind, tail, balance=_yuan(balance)))
                continue
            left = max(_yuan(limit) - spent.get(account, Decimal(0)), Decimal(0))
            made.append(Account(kind, tail, limit=_yuan(limit), available=left))
        return tuple(made)

    def bills(self, customer_id: str, month: date) -> tuple[Bill, ...]:
        """What was spent by card in the month before, due on the twentieth."""
        first = month.replace(day=1)
        last = first - timedelta(days=1)
        spent = self._spent(customer_id, last.replace(day=1), last)
        cards = self._rows(
            "SELECT account, tail FROM read_parquet(?) WHERE customer = ? AND kind = 'credit' ORDER BY tail",
            ["accounts", customer_id],
        )
        due = first.replace(day=_DUE_DAY)
        return tuple(Bill(tail, first, spent.get(account, Decimal(0)), due) for account, tail in cards)

    def movements(self, customer_id: str, kinds: tuple[str, ...], before: date, limit: int) -> tuple[Movement, ...]:
        """Newest first."""
        rows = self._rows(
            """SELECT m."at", m.kind, m.amount, m.party, a.tail FROM read_parquet(?) m
            JOIN read_parquet(?) a ON a.account = m.account AND a.customer = m.customer
            WHERE m.customer = ? AND m."at" < ? AND (len(?) = 0 OR list_contains(?, m.kind))
            ORDER BY m."at" DESC, m.id DESC LIMIT ?""",
            ["movements", "accounts", customer_id, before + timedelta(days=1), list(kinds), list(kinds), limit],
        )
        return tuple(Movement(at, kind, _yuan(amount), party, tail) for at, kind, amount, party, tail in rows)

    def _spent(self, customer_id: str, first: date, last: date) -> dict[str, Decimal]:
        """Money out by account, both days included."""
        rows = self._rows(
            """SELECT account, -sum(amount) FROM read_parquet(?) WHERE customer = ? AND kind = 'spend'
            AND "at" >= ? AND "at" < ? GROUP BY account""",
            ["movements", customer_id, first, last + timedelta(days=1)],
        )
        return {account: _yuan(amount) for account, amount in rows}

    def _rows(self, query: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
        import duckdb  # 40 MB, for installations whose core system this is

        given = [str(self._folder / f"{v}.parquet") if isinstance(v, str) and v in _FILES else v for v in values]
        try:
            if not hasattr(self._own, "connection"):
                self._own.connection = duckdb.connect(config={"threads": 1})
            rows: list[tuple[Any, ...]] = self._own.connection.execute(query, given).fetchall()
        except duckdb.Error as error:
            raise CoreUnavailable(f"{self._folder}：核心系统的文件读不出来（{error}）；重新生成演示数据") from error
        return rows


def _yuan(amount: float) -> Decimal:
    return Decimal(str(round(amount, 2))).quantize(Decimal("0.01"))
