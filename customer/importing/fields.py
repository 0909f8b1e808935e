"""What can be imported: kinds of rows, their fields, how each is read and what it may be."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


class Type(StrEnum):
    """How a cell is read."""

    ID = "id"
    TEXT = "text"
    DAY = "day"
    MOMENT = "moment"
    MONEY = "money"
    FLAG = "flag"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `past` may not lie after the day of the import; a figure outside `plausible` (in 分) is flagged, not
    refused; `values` are what a CHOICE may be, by how it may be written; `longest` characters."""

    type: Type
    required: bool = False
    past: bool = False
    plausible: tuple[int, int] | None = None
    values: dict[str, Any] = field(default_factory=dict)
    longest: int = 200


class Kind(StrEnum):
    """Kinds of rows."""

    CUSTOMERS = "customers"
    IDENTITIES = "identities"
    HOLDINGS = "holdings"
    RISK = "risk"
    CONSENTS = "consents"
    SIGNALS = "signals"
    MOVEMENTS = "movements"
    EVENTS = "events"
    RESPONSES = "responses"


BULK = frozenset({Kind.MOVEMENTS, Kind.EVENTS, Kind.RESPONSES})
"""Kinds that are kept in Parquet files."""

_SEX = {"M": "M", "F": "F", "男": "M", "女": "F", "1": "M", "2": "F"}
_RATING = {f"{prefix}{n}": f"C{n}" for n in range(1, 6) for prefix in ("C", "c", "")}
_STATE = {"granted": "granted", "withdrawn": "withdrawn", "同意": "granted", "撤回": "withdrawn", "拒绝": "withdrawn"}
_SIGNALS = {
    "overdue": "overdue",
    "逾期": "overdue",
    "complaint": "complaint",
    "投诉": "complaint",
    "loss_report": "loss_report",
    "挂失": "loss_report",
    "fraud_fear": "fraud_fear",
    "涉诈": "fraud_fear",
    "bereavement": "bereavement",
    "亲属身故": "bereavement",
    "hardship": "hardship",
    "困难": "hardship",
}
_IDENTITIES = {k: k for k in ("id_number", "phone", "unionid", "openid", "app_user", "card")}
_BILLION_FEN = 10**11

_OWNER = Field(Type.ID, required=True, longest=64)
_ROW_ID = Field(Type.ID, required=True, longest=80)
_WHEN = Field(Type.MOMENT, required=True, past=True)

FIELDS: dict[Kind, dict[str, Field]] = {
    Kind.CUSTOMERS: {
        "id": _OWNER,
        "birth_date": Field(Type.DAY, past=True),
        "sex": Field(Type.CHOICE, values=_SEX),
        "region": Field(Type.TEXT, longest=60),
        "monthly_income": Field(Type.MONEY, plausible=(0, 10**8)),
        "opened_on": Field(Type.DAY, past=True),
        "employee": Field(Type.FLAG),
        "vip": Field(Type.FLAG),
    },
    Kind.IDENTITIES: {
        "customer": _OWNER,
        "kind": Field(Type.CHOICE, required=True, values=_IDENTITIES),
        "value": Field(Type.TEXT, required=True, longest=128),
    },
    Kind.HOLDINGS: {
        "id": _ROW_ID,
        "customer": _OWNER,
        "product": Field(Type.TEXT, required=True),
        "product_id": Field(Type.TEXT),
        "amount": Field(Type.MONEY, plausible=(0, _BILLION_FEN)),
        "since": Field(Type.DAY, past=True),
        "matures": Field(Type.DAY),
    },
    Kind.RISK: {
        "customer": _OWNER,
        "rating": Field(Type.CHOICE, required=True, values=_RATING),
        "assessed_on": Field(Type.DAY, required=True, past=True),
        "expires_on": Field(Type.DAY),
    },
    Kind.CONSENTS: {
        "customer": _OWNER,
        "purpose": Field(Type.TEXT, required=True, longest=40),
        "channel": Field(Type.TEXT, required=True, longest=40),
        "state": Field(Type.CHOICE, required=True, values=_STATE),
        "at": _WHEN,
    },
    Kind.SIGNALS: {
        "customer": _OWNER,
        "kind": Field(Type.CHOICE, required=True, values=_SIGNALS),
        "since": _WHEN,
        "until": Field(Type.MOMENT),
    },
    Kind.MOVEMENTS: {
        "id": _ROW_ID,
        "customer": _OWNER,
        "account": Field(Type.TEXT, longest=64),
        "at": _WHEN,
        "kind": Field(Type.TEXT, required=True, longest=20),
        "amount": Field(Type.MONEY, required=True, plausible=(-_BILLION_FEN // 20, _BILLION_FEN // 20)),
        "party": Field(Type.TEXT),
    },
    Kind.EVENTS: {
        "id": _ROW_ID,
        "customer": _OWNER,
        "at": _WHEN,
        "kind": Field(Type.TEXT, required=True, longest=20),
        "topic": Field(Type.TEXT, longest=80),
        "channel": Field(Type.TEXT, longest=40),
    },
    Kind.RESPONSES: {
        "id": _ROW_ID,
        "customer": _OWNER,
        "offer": Field(Type.TEXT, required=True, longest=80),
        "at": _WHEN,
        "channel": Field(Type.TEXT, longest=40),
        "accepted": Field(Type.FLAG, required=True),
    },
}
