"""The mapping file: which sources a bank has, what kind of rows they hold, and which column is which field.
What it does not know it refuses, so that a typo is not a missing column.

    rates: {USD: 7.1}              # 元 for one unit of another currency
    sources:
      - name: 核心客户
        kind: customers
        file: customers.csv        # or   sql: SELECT …   with   url_env: BANK_DATABASE_URL
        as_of: 2026-11-20          # or as_of: {column: updated_at}; without it the file's own time
        columns:
          id: cust_no
          sex: {column: gender, values: {先生: M, 女士: F}}
          monthly_income: {column: income, unit: 万元, currency: ccy}
          region: {const: 上海}
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from customer.errors import MappingError
from customer.importing.cells import BANK_ZONE
from customer.importing.fields import FIELDS, Kind, Type

_UNITS = ("元", "万元", "分")
_SOURCE_KEYS = frozenset({"name", "kind", "file", "sql", "url_env", "as_of", "columns", "append"})
_COLUMN_KEYS = frozenset({"column", "const", "values", "unit", "currency"})


@dataclass(frozen=True, slots=True)
class Column:
    """Where one field comes from: a column of the source, or the same for every row."""

    column: str = ""
    const: Any = None
    values: dict[str, Any] = field(default_factory=dict)
    unit: str = "元"
    currency: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """One source. `append` keeps what earlier files brought; else this one replaces it (movements and the like)."""

    name: str
    kind: Kind
    columns: Mapping[str, Column]
    file: Path | None = None
    sql: str = ""
    url_env: str = ""
    as_of: datetime | None = None
    as_of_column: str = ""
    append: bool = False


@dataclass(frozen=True, slots=True)
class ImportMap:
    """A mapping file: sources in the order in which they are read, and rates of currencies."""

    path: Path
    sources: tuple[Source, ...]
    rates: Mapping[str, float]


def read_mapping(path: Path) -> ImportMap:
    """The mapping of a file; customers are read first, whatever the order in the file.

    Raises:
        MappingError: it can't be read or followed; says where and what to write.
    """
    try:
        # Everything is text here: a column may be called no or 2026.
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    except OSError as error:
        raise MappingError(f"{path}：打不开（{error.strerror}）；检查路径") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise MappingError(f"{path}：不是 YAML：{error}") from error
    if not isinstance(data, dict) or not isinstance(data.get("sources"), list):
        raise MappingError(f"{path}：缺少 sources 列表；见 docs/customers.md")
    _only(f"{path}", data, ("sources", "rates"))
    sources = [_source(f"{path}：sources[{n}]", path.parent, s) for n, s in enumerate(data["sources"], 1)]
    names = [s.name for s in sources]
    twice = {n for n in names if names.count(n) > 1}
    if twice:
        raise MappingError(f"{path}：来源重名：{'、'.join(sorted(twice))}；每个来源用不同的 name")
    order = {kind: n for n, kind in enumerate(Kind)}
    rates = {str(k): float(v) for k, v in (data.get("rates") or {}).items()}
    return ImportMap(path, tuple(sorted(sources, key=lambda s: order[s.kind])), {"CNY": 1.0, "人民币": 1.0, **rates})


def _source(place: str, folder: Path, said: Any) -> Source:
    if not isinstance(said, dict):
        raise MappingError(f"{place}：不是一组键值；写 name、kind、file、columns")
    _only(place, said, _SOURCE_KEYS)
    name = str(said.get("name") or "")
    if not name or len(name) > 80:
        raise MappingError(f"{place}：name {name!r}；写不超过 80 个字的名称")
    try:
        kind = Kind(str(said.get("kind")))
    except ValueError:
        raise MappingError(f"{place}：kind {said.get('kind')!r}；可用的有 {'、'.join(Kind)}") from None
    if bool(said.get("file")) == bool(said.get("sql")):
        raise MappingError(f"{place}：file 和 sql 要有且只有一个")
    if said.get("sql") and not said.get("url_env"):
        raise MappingError(f"{place}：sql 要配 url_env，写存放数据库地址的环境变量名")
    as_of, column = _as_of(place, said.get("as_of"))
    return Source(
        name,
        kind,
        _columns(place, kind, said.get("columns")),
        folder / said["file"] if said.get("file") else None,
        said.get("sql") or "",
        said.get("url_env") or "",
        as_of,
        column,
        said.get("append", "") in ("true", "是"),
    )


def _as_of(place: str, said: Any) -> tuple[datetime | None, str]:
    if said is None:
        return None, ""
    if isinstance(said, dict) and set(said) == {"column"}:
        return None, str(said["column"])
    import pandas as pd

    try:
        at = pd.Timestamp(str(said))
    except ValueError:
        raise MappingError(f"{place}：as_of {said!r}；写 2026-11-20 或 {{column: 列名}}") from None
    at = at.tz_localize(BANK_ZONE) if at.tzinfo is None else at
    made: datetime = at.tz_convert("UTC").to_pydatetime()
    return made.astimezone(UTC), ""


def _columns(place: str, kind: Kind, said: Any) -> dict[str, Column]:
    if not isinstance(said, dict):
        raise MappingError(f"{place}：缺少 columns；{kind} 的字段有 {'、'.join(FIELDS[kind])}")
    _only(f"{place}：columns", said, FIELDS[kind])
    missing = [n for n, f in FIELDS[kind].items() if f.required and n not in said]
    if missing:
        raise MappingError(f"{place}：columns 缺少必填字段 {'、'.join(missing)}")
    return {name: _column(f"{place}：columns.{name}", FIELDS[kind][name].type, spec) for name, spec in said.items()}


def _column(place: str, type_: Type, said: Any) -> Column:
    if isinstance(said, str):
        return Column(said)
    if not isinstance(said, dict) or ("column" in said) == ("const" in said):
        raise MappingError(f"{place}：{said!r}；写列名，或 {{column: 列名, …}}，或 {{const: 值}}")
    _only(place, said, _COLUMN_KEYS)
    unit = str(said.get("unit", "元"))
    if unit not in _UNITS or (type_ is not Type.MONEY and {"unit", "currency"} & set(said)):
        raise MappingError(f"{place}：unit、currency 只用于金额，unit 可写 {'、'.join(_UNITS)}")
    values = {str(k): v for k, v in (said.get("values") or {}).items()}
    return Column(said.get("column", ""), said.get("const"), values, unit, str(said.get("currency", "")))


def _only(place: str, said: Mapping[Any, Any], known: Iterable[str]) -> None:
    unknown = [str(k) for k in said if k not in known]
    if unknown:
        raise MappingError(f"{place}：不认识 {'、'.join(unknown)}；可用的有 {'、'.join(sorted(known))}")
