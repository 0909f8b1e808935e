"""A chunk of a source, read: good rows in normal form, bad rows with the reason, doubtful figures flagged."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import pandas as pd

from customer.importing.cells import BANK_ZONE, clean, read_cells
from customer.importing.chunks import RAGGED
from customer.importing.fields import FIELDS, Field, Type
from customer.importing.mapping import ImportMap, Source

FLAGS, AS_OF = "flags", "as_of"


@dataclass(frozen=True, slots=True)
class Bad:
    """Why a row is not taken: a short code, and field with value for whoever mends it."""

    line: int
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class Chunk:
    """Good rows by field, with `as_of` and `flags`; bad ones; and the raw rows for the quarantine."""

    good: pd.DataFrame
    bad: list[Bad]
    raw: pd.DataFrame


def read_chunk(raw: pd.DataFrame, source: Source, mapping: ImportMap, today: date, at: datetime) -> Chunk:
    """Reads every declared field. The first thing wrong with a row is its reason."""
    bad: dict[int, Bad] = {}
    ragged = raw.iloc[:, 0].map(lambda cell: isinstance(cell, str) and cell.startswith(RAGGED)).astype(bool)
    _note(bad, ragged, "bad_row", "行", raw.iloc[:, 0])
    flags = pd.Series("", index=raw.index, dtype=object)
    columns: dict[str, pd.Series] = {}
    for name, field in FIELDS[source.kind].items():
        spec = source.columns.get(name)
        if spec is None:
            columns[name] = pd.Series(None, index=raw.index, dtype=object)
            continue
        cells = raw[spec.column] if spec.column else pd.Series(spec.const, index=raw.index, dtype=object)
        values, unread = read_cells(cells, field, spec.unit, spec.values)
        if spec.currency:
            values, unknown = _in_yuan(values, raw[spec.currency], mapping)
            _note(bad, unknown, "bad_currency", name, raw[spec.currency])
        _note(bad, unread, f"bad_{field.type}", name, cells)
        if field.required:
            _note(bad, values.isna() & ~unread, "missing", name, cells)
        if field.past:
            _note(bad, _future(values, field, today), "future", name, cells)
        if field.plausible:
            low, high = field.plausible
            out = ((values < low) | (values > high)).fillna(False).astype(bool)
            flags = flags.where(~out, flags + f"{name}_outlier ")
        columns[name] = values
    times = _times(raw, source, at)
    good = pd.DataFrame(columns, index=raw.index).assign(**{FLAGS: flags.str.strip(), AS_OF: times})
    keep = ~good.index.isin(list(bad))
    return Chunk(good[keep], list(bad.values()), raw)


def repeated(good: pd.DataFrame, key: list[str]) -> tuple[pd.DataFrame, list[Bad]]:
    """Of rows with one key the last stays; the others go, unless they say the same."""
    again = good.duplicated(key, keep="last")
    if not again.any():
        return good, []
    same = good.duplicated(keep="last")
    bad = [Bad(int(n), "duplicate", "、".join(str(good.at[n, k]) for k in key)) for n in good.index[again & ~same]]
    return good[~again], bad


def _note(bad: dict[int, Bad], mask: pd.Series, reason: str, name: str, cells: pd.Series) -> None:
    if not mask.any():
        return
    for line in mask.index[mask.to_numpy(dtype=bool)]:
        said = (clean(cells.at[line]) or "").strip(RAGGED)
        bad.setdefault(int(line), Bad(int(line), reason, f"{name}：{said[:80]}"))


def _in_yuan(cents: pd.Series, currency: pd.Series, mapping: ImportMap) -> tuple[pd.Series, pd.Series]:
    """Amounts of other currencies by the mapping's rates; a missing currency is 元, an unknown one an error."""
    codes = currency.map(lambda c: (clean(c) or "CNY").upper())
    rate = codes.map(mapping.rates)
    unknown = rate.isna()
    return (cents.astype("Float64") * rate.fillna(1.0)).round().astype("Int64"), unknown


def _future(values: pd.Series, field: Field, today: date) -> pd.Series:
    if field.type is Type.DAY:
        return values.map(lambda d: isinstance(d, date) and d > today).astype(bool)
    end = pd.Timestamp(today, tz=BANK_ZONE) + pd.Timedelta(days=1)
    return values >= end


def _times(raw: pd.DataFrame, source: Source, at: datetime) -> Any:
    if not source.as_of_column:
        return pd.Series(pd.Timestamp(at), index=raw.index)
    times, _ = read_cells(raw[source.as_of_column], Field(Type.MOMENT))
    return times.fillna(pd.Timestamp(at))
