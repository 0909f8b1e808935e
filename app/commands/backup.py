"""`jinwen backup FILE`, `jinwen restore FILE`."""

from __future__ import annotations

from pathlib import Path

import typer

from app.commands.console import out, progress
from app.commands.failures import Exit, Failure
from app.commands.graph import opened_graph


def backup(file: Path = typer.Argument(..., metavar="FILE", help="写到这个文件，例如 金问.tar。")) -> None:
    """备份图谱（全部版本）、数据库、模型和设置（不含密码）；服务可以照常运行。"""
    if not file.absolute().parent.is_dir():
        raise Failure(str(file), "没有这个文件夹", "先建好文件夹", Exit.BAD_INPUT)
    with opened_graph() as (graph, settings):
        from app.backup import backup as take

        progress("备份……")
        taken = take(file.absolute(), graph, settings)
    model = f"，模型 {taken.model}" if taken.model else "，没有模型"
    out(f"已备份到 {file}：第 {taken.head} 版的 {taken.facts} 条事实，{taken.rows} 行记录{model}")


def restore(file: Path = typer.Argument(..., metavar="FILE", help="备份文件。")) -> None:
    """把备份恢复到空的 JINWEN_HOME，并核对内容。"""
    if not file.exists():
        raise Failure(str(file), "没有这个文件", "检查路径", Exit.BAD_INPUT)
    with opened_graph() as (graph, settings):
        from app.backup import restore_backup

        progress("恢复……")
        taken = restore_backup(file, graph, settings)
    with opened_graph() as (graph, settings):  # opened anew: the graph has its old id again
        from app.runtime import build_lexicon

        if taken.head:
            progress("建立词典……")
            build_lexicon(graph, settings)
    out(f"已恢复第 {taken.head} 版的 {taken.facts} 条事实和 {taken.rows} 行记录，内容核对一致")
