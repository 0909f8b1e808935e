"""`jinwen kg import`: another tool's node and edge tables into the graph, or into a triple file."""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import typer

from app.commands.console import out, progress, say
from app.commands.failures import Exit, Failure

if TYPE_CHECKING:
    from kg.importing import Imported, Mapping

_SHOWN = 20
FILE_NAME = "导入.csv"


def import_(  # noqa: PLR0917 one parameter per option
    files: list[Path] = typer.Argument(
        None, metavar="[FILE…|DIR]", help="节点表和边表（.csv），或放着它们的文件夹。", show_default=False
    ),
    source: str = typer.Option(
        "", "--from", metavar="bolt://…", help="直接读一个属性图数据库（只读）；用户名写在地址里。", show_default=False
    ),
    database: str = typer.Option("neo4j", "--database", help="--from 的数据库名。"),
    map_file: Path | None = typer.Option(
        None, "--map", metavar="MAP.yml", help="各列是什么、在这里叫什么。", show_default=False
    ),
    out_file: Path | None = typer.Option(
        None, "--out", metavar="OUT.csv", help="只写成三元组文件，不载入。", show_default=False
    ),
    replace: bool = typer.Option(False, "--replace", help="上次导入、这次没有的事实，从图谱里删除。"),
    message: str = typer.Option("", "--message", "-m", help="这次改动的说明，记在版本里。", show_default=False),
) -> int:
    """导入别的工具导出的节点表和边表：编号保留，边的属性成为限定。

    认得 neo4j-admin 的列名（:ID、:START_ID、:END_ID、:TYPE、:LABEL）和 id、name、source、target 等常用列名；
    其余的用 --map 说明。--from 读标签、关系类型和属性，密码从环境变量 JINWEN_IMPORT_PASSWORD 取。
    英文的类、关系和列名换成中文，--map 的 names 优先。
    """
    mapping = _mapping(map_file)
    with tempfile.TemporaryDirectory(prefix="jinwen-foreign-") as folder:
        paths = _foreign(source, database, Path(folder)) if source else _tables(files or [])
        return _imported(paths, mapping, out_file, replace=replace, message=message)


def _imported(paths: Sequence[Path], mapping: Mapping, out_file: Path | None, *, replace: bool, message: str) -> int:
    if out_file is not None:
        found = write_converted(paths, mapping, out_file)
        return _told(found, f"写到 {out_file}")
    with tempfile.TemporaryDirectory(prefix="jinwen-import-") as folder:
        made = Path(folder) / FILE_NAME
        found = write_converted(paths, mapping, made)
        code = _told(found, "")
        return code or _loaded(made, replace, message)


def write_converted(paths: Sequence[Path], mapping: Mapping, target: Path) -> Imported:
    """Writes the triples of the tables; the file appears whole or not."""
    from app.triple_export import written_table
    from kg.importing import Imported, convert
    from kg.importing.convert import COLUMNS

    progress("读节点表和边表……")
    found = Imported()
    with written_table(target, COLUMNS) as table:
        table.writerows(convert(paths, mapping, found))
    return found


def _loaded(made: Path, replace: bool, message: str) -> int:
    from app.commands.kg import load

    return load(
        [made],
        replace=replace,
        draft=False,
        quarantine=None,
        message=message or "导入",
        author="",
        wait=30.0,
        allow_removals=replace,
    )


def _told(found: Imported, where: str) -> int:
    for problem in found.problems[:_SHOWN]:
        say(str(problem))
    if len(found.problems) > _SHOWN:
        say(f"……还有 {len(found.problems) - _SHOWN} 处")
    severities = Counter(p.severity.value for p in found.problems)
    out(f"{found.nodes} 个节点、{found.edges} 条边{where and '，'}{where}")
    if severities["error"]:
        say(f"有 {severities['error']} 处错误，这些行没有导入" if where else "有错误，什么也没有载入；改正后再来")
        return Exit.BAD_INPUT
    return Exit.OK


def _tables(files: Sequence[Path]) -> list[Path]:
    found: list[Path] = []
    for path in files:
        if not path.exists():
            raise Failure(str(path), "没有这个文件或文件夹", "检查路径", Exit.BAD_INPUT)
        found.extend(sorted(path.glob("*.csv")) if path.is_dir() else [path])
    if not found:
        raise Failure("、".join(map(str, files)), "文件夹里没有 .csv 文件", "检查路径", Exit.BAD_INPUT)
    return found


def _foreign(source: str, database: str, folder: Path) -> list[Path]:
    """The tables of a foreign graph, written into the folder."""
    from kg.store import GraphError
    from kg.store.connection import Connection
    from kg.store.foreign import write_tables

    at = urlsplit(source)
    if at.scheme.split("+")[0] not in ("bolt", "neo4j") or not at.hostname or at.password:
        remedy = "写成 bolt://用户名@主机:端口；密码放在环境变量 JINWEN_IMPORT_PASSWORD"
        raise Failure("--from", "不是图数据库的地址", remedy, Exit.BAD_INPUT)
    progress("读图数据库……")
    uri = f"{at.scheme}://{at.hostname}:{at.port or 7687}"
    password = os.environ.get("JINWEN_IMPORT_PASSWORD", "")
    connection = Connection(uri, at.username or "neo4j", password, database)
    try:
        found = write_tables(connection, folder)
    except GraphError as error:
        raise Failure("--from", str(error), "检查地址、用户名、密码和数据库名", Exit.FAILED) from error
    finally:
        connection.close()
    if not found:
        raise Failure("--from", "这个图数据库是空的", "检查数据库名", Exit.BAD_INPUT)
    return found


def _mapping(path: Path | None) -> Mapping:
    from kg.importing import Mapping, MappingFault, read_mapping

    if path is None:
        return Mapping()
    try:
        return read_mapping(path)
    except (MappingFault, OSError) as error:
        raise Failure("--map", str(error), "改正映射文件", Exit.BAD_INPUT) from error
