"""`jinwen kg …`: check files, load them, publish and roll back; what reads the graph stands in kg_read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands import kg_read
from app.commands.console import Counter, out, progress, say
from app.commands.failures import Exit, Failure
from app.commands.graph import fact_line, opened_graph, show_changes, user

if TYPE_CHECKING:
    from app.settings import Settings
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
    files: list[Path] = FILES,
    replace: bool = REPLACE,
) -> int:
    """列出载入这些文件会怎样改动图谱，不改动它。"""
    with opened_graph() as (graph, _settings):
        report = _preview(files, graph, _options("", replace=replace))
    _show_problems(report)
    if report.refused:
        say(_refusal(report))
        return Exit.BAD_INPUT
    show_changes(report.added, report.removed, report.changed)
    _show_gone(report)
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
) -> int:
    """检查、载入并发布文件：客户几秒后就得到新的答案，不需要重新训练。

    有一处错误就什么也不载入（--quarantine 除外），退出码为 2。JINWEN_APPROVAL=on 时只生成草稿，退出码为 3。
    """
    _need_files(files)
    with opened_graph() as (graph, settings):
        from kg.loading import load as load_files

        options = _options(
            author or user(),
            replace=replace,
            quarantine=quarantine,
            message=message,
            wait=wait,
            drafts=_drafts(settings) if draft or settings.approval else None,
        )
        progress("检查文件……")
        report = load_files(files, graph, options)
        _show_problems(report)
        _show_gone(report)
        if report.revision is not None:
            progress("建立词典……")
            _build_lexicon(graph, settings)
    if report.quarantined and quarantine:
        say(f"{report.quarantined} 行有错，连同原因写到 {quarantine}")
    (say if report.refused else out)(report.summary)
    return report.exit_code


@app.command()
def publish(draft: str = typer.Argument(..., metavar="DRAFT", help="草稿的编号。"), author: str = AUTHOR) -> None:
    """发布一份草稿。它之后图谱又变过时不发布，要重新载入文件。"""
    with opened_graph() as (graph, settings):
        from kg.loading import publish_draft

        made = publish_draft(graph, _drafts(settings), draft, approver=author or user())
        _build_lexicon(graph, settings)
    out(f"已发布第 {made.number} 版，共 {made.facts} 条事实")


@app.command()
def rollback(
    revision: int = typer.Argument(..., metavar="REV", help="要回到的版本号。"),
    message: str = MESSAGE,
    author: str = AUTHOR,
) -> None:
    """回到以前的一版：以它的内容发布一个新版本，历史不丢。"""
    with opened_graph() as (graph, settings):
        from kg.loading import rollback as roll_back

        made = roll_back(graph, revision, author=author or user(), message=message)
        if made is None:
            out(f"内容与第 {revision} 版相同，没有改动")
            return
        _build_lexicon(graph, settings)
    out(f"已发布第 {made.number} 版，内容与第 {revision} 版相同，共 {made.facts} 条事实")


kg_read.add_to(app)


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
) -> LoadOptions:
    from kg.loading import LoadOptions

    return LoadOptions(
        author=author,
        message=message,
        replace=replace,
        quarantine=quarantine,
        drafts=drafts,
        wait=wait,
        progress=Counter("写入图谱"),
    )


def _drafts(settings: Settings) -> DraftStore:
    from app.runtime import draft_store

    return draft_store(settings)


def _build_lexicon(graph: Graph, settings: Settings) -> None:
    """A running server answers from the new revision as soon as its lexicon lies there."""
    from app.runtime import build_lexicon

    build_lexicon(graph, settings)


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
