"""A signed-in customer's own accounts, read from the core system when asked; shown, never kept."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
import yaml

from customer.core import Account, Bill, CoreBank, CoreUnavailable, Movement
from customer.privacy import mask
from dialogue.texts import say
from kg.figures import Locked, Piece, from_core, from_name, join, layout

log = structlog.get_logger(__name__)
_FILE = Path(__file__).with_suffix(".yml")
SHOWN = 5


def own_account(core: CoreBank, customer_id: str, text: str, today: date) -> str:
    """What the customer asked to see, as text; an apology when the core system does not answer."""
    try:
        return _answer(core, customer_id, text, today).text
    except CoreUnavailable as error:
        log.error("core.unavailable", error=str(error))
        return say("account_away").text


def speaks_of_own(text: str) -> bool:
    """Whether the words can only be about the customer's own account: a movement that took place (上一笔转账), however
    much the bank's rules have to say of its kind."""
    words = _words()
    return _says(text, words["took_place"]) and _says(text, words["nouns"])


def _answer(core: CoreBank, customer_id: str, text: str, today: date) -> Locked:
    words = _words()
    matter = next((m for m in ("bill", "limit", "movement", "balance") if _says(text, words[m])), "balance")
    if matter == "bill":
        earlier = _says(text, words["earlier_month"])
        month = today.replace(day=1) - timedelta(days=1) if earlier else today
        return _listed("account_bill", [_bill(b) for b in core.bills(customer_id, month)])
    if matter == "movement":
        kinds = tuple(k for k, said in words["kinds"].items() if _says(text, said))
        found = core.movements(customer_id, kinds, today, 1 if _says(text, words["one"]) else SHOWN)
        return _listed("account_movement", [_movement(m) for m in found])
    accounts = core.accounts(customer_id, today)
    if matter == "limit":
        return _listed("account_limit", [_limit(a) for a in accounts if a.limit is not None])
    return _listed("account_balance", [_balance(a) for a in accounts if a.balance is not None])


def _listed(name: str, lines: list[Locked]) -> Locked:
    return join("\n", [say(name), *lines]) if lines else say("account_none")


def _balance(account: Account) -> Locked:
    return say("account_balance_line", tail=_tail(account.tail), amount=_amount(account.balance))


def _limit(account: Account) -> Locked:
    figures = {"limit": _amount(account.limit), "available": _amount(account.available)}
    return say("account_limit_line", tail=_tail(account.tail), **figures)


def _bill(bill: Bill) -> Locked:
    month = from_core(f"{bill.month.year}年{bill.month.month}月", "月份")
    figures = {"amount": _amount(bill.amount), "due": from_core(bill.due.isoformat(), "还款日")}
    return say("account_bill_line", tail=_tail(bill.tail), month=month, **figures)


def _movement(movement: Movement) -> Locked:
    return say(
        "account_movement_line",
        at=from_core(f"{movement.at:%Y-%m-%d %H:%M}", "时间"),
        kind=from_name(_words()["names"].get(movement.kind, movement.kind)),
        amount=_amount(abs(movement.amount)),
        party=layout(mask(movement.party)),
        tail=_tail(movement.tail),
    )


def _tail(tail: str) -> Piece:
    return from_core(f"****{tail}", "尾号")


def _amount(amount: Any) -> Piece:
    return from_core(f"{amount:,.2f}元", "金额")


def _says(text: str, words: list[str]) -> bool:
    return any(w in text for w in words)


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded
