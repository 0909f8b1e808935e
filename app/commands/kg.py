"""`jinwen kg …`: check and load files; kg_drafts publishes and rolls back, kg_read reads the graph."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.clock import bank_today
from app.commands import kg_drafts, kg_entities, kg_import, kg_read
from app.commands.console import Counter, out, progress, say
from app.commands.failures import Exit, Failure
from app.commands.graph import fact_line, opened_graph, show_changes, user

if TYPE_CHECKING:
    from app.editing.parts import Parts
    from kg.delta import Delta
    from kg.drafts import DraftStore
    from kg.loading import LoadOptions
    from kg.loading_report import LoadReport
    from kg.store import Graph

app = typer.Typer(help="知识图谱：检查、载入、发布、回退、查看、导出。", no_args_is_help=True, rich_markup_mode=None)

FILES = typer.Argument(
    ..., metavar="FILE…|DIR", help="三元组文件（.csv、.xlsx）或放着它们的文件夹。", show_default=False
)
REPLACE = typer.Option(False, "--replace", help="文件里已经没有的行，从图谱里删除（否则列出并保留）。")
MESSAGE = typer.Option("", "--message", "-m", help="这次改动的说明，记在版本里。", show_default=False)
WAIT = typer.Option(30.0, "--wait", min=0, help="别的载入正在写时，等多少秒。")
AUTHOR = typer.Option("", "--author", help="改动人；默认是当前系统用户。", show_default=False)
ALLOW_REMOVALS = typer.Option(False, "--allow-removals", help="允许一次删除图谱里很大一部分事实。")


@app.command()
def check(files: list[Path] = FILES) -> int:
    """检查文件：列出全部问题，不改动图谱。有错误时退出码为 2。"""
    with opened_graph() as (graph, _settings):
        report = _preview(files, graph, _options(""))
    for problem in report.problems:
        out(str(problem))
    if report.refused:
        say(_refusal(report))
        return Exit.BAD_INPUT
    say(f"可以载入：{_counts(report)}")
    return Exit.OK


@app.command()
def diff(
    files: list[Path] = typer.Argument(
        ..., metavar="FILE…|DIR|DRAFT", help="三元组文件、放着它们的文件夹，或一份草稿的编号。", show_default=False
    ),
    replace: bool = REPLACE,
    answers: bool = typer.Option(True, "--answers/--no-answers", help="列出会改变的黄金问答。"),
    allow_removals: bool = ALLOW_REMOVALS,
) -> int:
    """列出这些文件或草稿会怎样改动图谱、改变哪些答案，不改动它。"""
    with opened_graph() as (graph, settings):
        from app.runtime import parts_of

        if len(files) == 1 and not files[0].exists() and files[0].name == str(files[0]) and not files[0].suffix:
            parts = parts_of(graph, settings)
            found = parts.drafts.find(str(files[0]))
            kg_drafts.show_draft(found)
            if answers:
                kg_drafts.show_impact(parts, found.delta)
            return Exit.OK
        from kg.loading import examine

        _need_files(files)
        progress("检查文件……")
        report, delta = examine(files, graph, _options("", replace=replace, allow_removals=allow_removals))
        _show_problems(report)
        if report.refused:
            say(_refusal(report))
            return Exit.BAD_INPUT
        show_changes(report.added, report.removed, report.changed)
        _show_gone(report)
        if answers and not delta.is_empty and delta.base:
            kg_drafts.show_impact(parts_of(graph, settings), delta)
    say(_counts(report))
    return Exit.OK


@app.command()
def load(  # noqa: PLR0917 one parameter per option
    files: list[Path] = FILES,
    replace: bool = REPLACE,
    draft: bool = typer.Option(False, "--draft", help="只存为草稿，等 kg publish 发布；退出码为 3。"),
    quarantine: Path | None = typer.Option(
        None, "--quarantine", metavar="OUT.csv", help="载入正确的行，把有错的行连同原因写到这个文件。"
    ),
    message: str = MESSAGE,
    author: str = AUTHOR,
    wait: float = WAIT,
    allow_removals: bool = ALLOW_REMOVALS,
) -> int:
    """检查、载入并发布文件：客户几秒后就得到新的答案，不需要重新训练。

    有一处错误就什么也不载入（--quarantine 除外），退出码为 2。JINWEN_APPROVAL=on 时只生成草稿，退出码为 3。
    """
    _need_files(files)
    with opened_graph() as (graph, settings):
        from app.runtime import build_lexicon, parts_of
        from kg.loading import load as load_files

        parts = parts_of(graph, settings)
        options = _options(
            author or user(),
            replace=replace,
            quarantine=quarantine,
            message=message,
            wait=wait,
            drafts=parts.drafts if draft or settings.approval else None,
            ahead=parts.ahead,
            allow_removals=allow_removals,
        )
        progress("检查文件……")
        report = load_files(files, graph, options)
        _show_problems(report)
        _show_gone(report)
        if report.revision is not None:
            progress("建立词典……")
            build_lexicon(graph, settings)  # there already unless the load was large
        _keep(files, report, parts, options.author)
    if report.quarantined and quarantine:
        say(f"{report.quarantined} 行有错，连同原因写到 {quarantine}")
    (say if report.refused else out)(report.summary)
    return report.exit_code


kg_read.add_to(app)
app.command("import")(kg_import.import_)
kg_drafts.add_to(app)
kg_entities.add_to(app)


def _preview(files: Sequence[Path], graph: Graph, options: LoadOptions) -> LoadReport:
    from kg.loading import preview

    _need_files(files)
    progress("检查文件……")
    return preview(files, graph, options)


def _options(
    author: str,
    *,
    replace: bool = False,
    message: str = "",
    quarantine: Path | None = None,
    drafts: DraftStore | None = None,
    wait: float = 0.0,
    ahead: Callable[[Delta], AbstractContextManager[None]] | None = None,
    allow_removals: bool = False,
) -> LoadOptions:
    from app.editing.views import told_once
    from kg.loading import MAX_REMOVED, LoadOptions

    options = LoadOptions(
        author=author,
        message=message,
        replace=replace,
        quarantine=quarantine,
        drafts=drafts,
        wait=wait,
        progress=Counter("写入图谱"),
        max_removed=1.0 if allow_removals else MAX_REMOVED,
        today=bank_today(),
        told=told_once,
    )
    return options if ahead is None else dataclasses.replace(options, ahead=ahead)


def _keep(files: Sequence[Path], report: LoadReport, parts: Parts, author: str) -> None:
    """The journal of the load, and the files as they came."""
    from kg.journal import Act
    from kg.loading import kept_files
    from kg.originals import keep_originals

    if report.draft:
        parts.journal.note(author, Act.DRAFTED, draft=report.draft, files=sorted(p.name for p in files), at=user())
        parts.journal.note(author, Act.SUBMITTED, draft=report.draft)
    if report.revision is not None:
        number = report.revision.number
        keep_originals(parts.engine, parts.graph.graph_id, number, kept_files(files))
        parts.journal.note(author, Act.PUBLISHED, revision=number, checks=report.revision.checks, directly=True)


def _need_files(files: Sequence[Path]) -> None:
    for path in files:
        if not path.exists():
            raise Failure(str(path), "没有这个文件或文件夹", "检查路径", Exit.BAD_INPUT)
        if path.is_dir() and not any(p.suffix.lower() in (".csv", ".xlsx") for p in path.iterdir()):
            raise Failure(str(path), "文件夹里没有 .csv 或 .xlsx 文件", "检查路径", Exit.BAD_INPUT)


def _show_problems(report: LoadReport) -> None:
    for problem in report.problems:
        say(str(problem))


def _show_gone(report: LoadReport) -> None:
    for fact in report.gone:
        out(f"文件里已没有，图谱里保留：{fact_line(fact)}")
    if report.gone:
        out(f"共保留 {len(report.gone)} 条；要删除它们，加 --replace 再载入一次")


def _refusal(report: LoadReport) -> str:
    return f"{report.summary}；改正后再来，或用 --quarantine 只载入正确的行"


def _counts(report: LoadReport) -> str:
    return (
        f"新增 {len(report.added)}、修改 {len(report.changed)}、删除 {len(report.removed)}、"
        f"未变 {report.unchanged}，相对第 {report.base} 版"
    )
