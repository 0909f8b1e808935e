"""All calculators by the name that facts of `计算方式` give them."""

from __future__ import annotations

from collections.abc import Mapping

from kg.calculating.cards import CARDS
from kg.calculating.deposits import DEPOSITS
from kg.calculating.fees import FEES
from kg.calculating.loans import LOANS
from kg.calculating.model import Calculator
from kg.calculating.prepayment import PREPAYMENT

CALCULATORS: Mapping[str, Calculator] = {c.name: c for c in (*DEPOSITS, *LOANS, *PREPAYMENT, *FEES, *CARDS)}
