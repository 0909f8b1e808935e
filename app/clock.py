"""The bank's day: today is an input everywhere below, and this is where it comes from when nobody gives it."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

BANK_TIME = ZoneInfo("Asia/Shanghai")


def bank_today() -> date:
    """Today where the bank is."""
    return datetime.now(BANK_TIME).date()
