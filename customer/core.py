"""The bank's core system, read-only: balances, bills, limits, movements of one signed-in customer.

A bank gives its own with the setting `core` (package.module:factory, called with the home folder); where the made-up
bank was generated, that one is read. Nothing that comes from here is kept.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Protocol

from customer.errors import CustomerError


class CoreUnavailable(CustomerError):
    """The core system does not answer, or what it says can't be read."""


@dataclass(frozen=True, slots=True)
class Account:
    """One account: `tail` are the last four digits of its card, amounts are in 元. `balance` is None for a credit
    card, `limit` and `available` for anything else."""

    kind: str
    tail: str
    balance: Decimal | None = None
    limit: Decimal | None = None
    available: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Bill:
    """A credit card's bill of a month: what is owed in 元, and until when."""

    tail: str
    month: date
    amount: Decimal
    due: date


@dataclass(frozen=True, slots=True)
class Movement:
    """Money in (positive) or out (negative), in 元."""

    at: datetime
    kind: str
    amount: Decimal
    party: str
    tail: str


class CoreBank(Protocol):
    """What a core system is asked. Every method raises CoreUnavailable; an unknown customer has nothing."""

    def accounts(self, customer_id: str, today: date) -> tuple[Account, ...]:
        """The customer's accounts."""

    def bills(self, customer_id: str, month: date) -> tuple[Bill, ...]:
        """Bills issued in the month that `month` lies in."""

    def movements(self, customer_id: str, kinds: tuple[str, ...], before: date, limit: int) -> tuple[Movement, ...]:
        """The newest movements of some kinds (none named: of all) up to and including a day, newest first."""


def open_core(spec: str, home: Path) -> CoreBank | None:
    """The core system of this installation; None where there is none.

    Raises:
        CustomerError: the setting names something that can't be loaded.
    """
    from customer.demo.core import DemoCore

    if not spec:
        return DemoCore.open(home)
    module, _, name = spec.partition(":")
    try:
        made: CoreBank = getattr(import_module(module), name)(home)
    except (ImportError, AttributeError, ValueError) as error:
        raise CustomerError(f"JINWEN_CORE：{spec}：{error}；写成 包.模块:函数") from error
    return made
