"""Rows of a source in chunks: CSV (UTF-8 or GB18030), Parquet, or a query to a bank's database."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

import pandas as pd

from customer.errors import MappingError
from customer.importing.mapping import Source

ROWS = 50_000
RAGGED = "\0"
"""Begins every cell of a row that has not as many cells as the header."""


def chunks(source: Source, env: Mapping[str, str] = os.environ) -> Iterator[pd.DataFrame]:
    """The source's rows, with the columns that the mapping names; the index is the row's number, from 1.

    Raises:
        MappingError: the file or database can't be read, or lacks a column.
    """
    at = 1
    for chunk in _read(source, env):
        chunk.index = pd.RangeIndex(at, at + len(chunk))
        at += len(chunk)
        yield chunk


def as_of(source: Source) -> datetime:
    """The time the source's rows were true at, where no column says so: as declared, else the file's, else now."""
    if source.as_of is not None:
        return source.as_of
    if source.file is not None:
        return datetime.fromtimestamp(_there(source, source.file).stat().st_mtime, UTC)
    return datetime.now(UTC)


def _wanted(source: Source) -> list[str]:
    named = [n for c in source.columns.values() for n in (c.column, c.currency) if n]
    return list(dict.fromkeys([*named, *([source.as_of_column] if source.as_of_column else [])]))


def _read(source: Source, env: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    if source.file is None:
        yield from _from_database(source, env)
        return
    path = _there(source, source.file)
    yield from (_from_parquet if path.suffix.lower() == ".parquet" else _from_csv)(source, path)


def _there(source: Source, path: Path) -> Path:
    if not path.is_file():
        raise MappingError(f"来源 {source.name}：没有文件 {path}；改正 file")
    return path


def _from_parquet(source: Source, path: Path) -> Iterator[pd.DataFrame]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(path)
    except pa.ArrowInvalid as error:
        raise MappingError(f"来源 {source.name}：{path.name} 不是完整的 Parquet 文件（{error}）") from error
    with file:
        _check(source, file.schema_arrow.names)
        for batch in file.iter_batches(ROWS, columns=_wanted(source)):
            yield batch.to_pandas()


def _from_csv(source: Source, path: Path) -> Iterator[pd.DataFrame]:
    with path.open(encoding=_encoding(path), newline="") as file:
        reader = csv.reader(file)
        try:
            names = next(reader, [])
            _check(source, names)
            places = [names.index(n) for n in _wanted(source)]
            while rows := [_picked(row, places, len(names)) for row in islice(reader, ROWS)]:
                yield pd.DataFrame(rows, columns=_wanted(source), dtype=object)
        except (csv.Error, UnicodeError) as error:
            place = f"{path.name}:{reader.line_num}"
            raise MappingError(f"来源 {source.name}：{place} 读不出来（{error}）；检查编码和引号") from error


def _picked(row: list[str], places: list[int], width: int) -> list[str]:
    """The wanted cells; a row with too few or too many of them is marked, not guessed at."""
    if len(row) != width:
        return [f"{RAGGED}{len(row)} 格，表头 {width} 格"] * len(places)
    return [row[p] for p in places]


def _encoding(path: Path) -> str:
    """UTF-8 with or without a mark, else GB18030."""
    import codecs

    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        try:
            while block := file.read(1 << 20):
                decoder.decode(block)
        except UnicodeDecodeError:
            return "gb18030"
    return "utf-8-sig"


def _from_database(source: Source, env: Mapping[str, str]) -> Iterator[pd.DataFrame]:
    from sqlalchemy import create_engine, text
    from sqlalchemy.exc import SQLAlchemyError

    url = env.get(source.url_env, "")
    if not url:
        raise MappingError(f"来源 {source.name}：环境变量 {source.url_env} 没有设置；写数据库的 SQLAlchemy 地址")
    try:
        engine = create_engine(url, future=True)
        with engine.connect().execution_options(stream_results=True) as connection:
            found = connection.execute(text(source.sql))
            _check(source, list(found.keys()))
            while rows := found.fetchmany(ROWS):
                yield pd.DataFrame(rows, columns=list(found.keys()), dtype=object)[_wanted(source)]
        engine.dispose()
    except SQLAlchemyError as error:
        reason = getattr(error, "orig", None) or type(error).__name__  # the whole message would tell the address
        raise MappingError(f"来源 {source.name}：数据库查询失败（{reason}）；检查 {source.url_env} 和 sql") from error


def _check(source: Source, names: list[str]) -> None:
    missing = [n for n in _wanted(source) if n not in names]
    if missing:
        raise MappingError(f"来源 {source.name}：没有列 {'、'.join(missing)}；有的是 {'、'.join(names)}")
