"""`jinwen kg drafts|publish|drop|rebase|rollback`: what waits, and what becomes of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import typer

from app.commands.console import Counter, out, say
from app.commands.failures import Exit, Failure
from app.commands.graph import local_time, opened_graph, show_changes, user
from app.commands.signing import approver

if TYPE_CHECKING:
    from app.editing.parts import Parts
    from kg.delta import Delta
    from kg.drafts import Draft

AUTHOR = typer.Option("", "--author", "--user", help="批准人；默认是当前系统用户。", show_default=False)
DRAFT = typer.Argument(..., metavar="DRAFT", help="草稿的编号。")
_SHIFTS = {"changed": "答案改变", "newly": "现在能答", "lost": "不再能答"}
_STATES = {"editing": "修改中", "waiting": "待审批", "published": "已发布", "dropped": "已放弃"}


def add_to(app: typer.Typer) -> None:
    """Puts the commands into the group."""
    for command in (drafts, publish, drop, rebase, rollback, merge, revert):
        app.command()(command)


def drafts() -> None:
    """列出还没有发布的草稿。"""
    with opened_graph() as (graph, settings):
        from app.runtime import parts_of

        list_drafts(parts_of(graph, settings))


def list_drafts(parts: Parts) -> None:
    """One line per open draft."""
    found = parts.drafts.listed(parts.graph.graph_id)
    for draft in found:
        changes = f"写入 {len(draft.delta.added)}、结束 {len(draft.delta.closed)}"
        state = _STATES[draft.state]
        out(f"{draft.id}  {local_time(draft.created)}  {state}  {draft.author}  {changes}  {draft.message}".rstrip())
    if not found:
        say("没有等待发布的草稿")


def publish(
    draft: str = DRAFT,
    author: str = AUTHOR,
    urgent: str = typer.Option("", "--urgent", metavar="理由", help="紧急发布自己的草稿：写明理由，记入日志。"),
) -> None:
    """发布一份草稿。它之后图谱又变过时不发布：先 kg rebase。"""
    with opened_graph() as (graph, settings):
        from app.editing.desk import publish as publish_now
        from app.editing.desk import weigh
        from app.runtime import parts_of

        parts = parts_of(graph, settings)
        who = approver(parts, author)
        found = parts.drafts.get(draft)
        if found.delta.base == graph.head().number:
            weigh(parts, draft, Counter("比较黄金问答"))
        made = publish_now(parts, who, draft, parts.drafts.get(draft).version, urgent)["published"]
    out(f"已发布第 {made['number']} 版，共 {made['facts']} 条事实（{made['checks']}）")


def drop(draft: str = DRAFT) -> None:
    """放弃一份草稿。"""
    with opened_graph() as (graph, settings):
        from app.editing.desk import drop as drop_now
        from app.runtime import parts_of

        drop_now(parts_of(graph, settings), user(), draft)
    out(f"已放弃草稿 {draft}")


def rebase(draft: str = DRAFT) -> int:
    """把草稿搬到当前版本上，重新检查。"""
    with opened_graph() as (graph, settings):
        from app.editing.desk import rebase as rebase_now
        from app.editing.desk import submit
        from app.runtime import parts_of

        parts = parts_of(graph, settings)
        before = parts.drafts.find(draft)
        made = rebase_now(parts, user(), draft, before.version)
        errors = made["findings"].get("errors", 0)
        for problem in made["findings"]["problems"]:
            say(f"{problem['file']}:{problem['line']}: {problem['what']}：{problem['value']}；{problem['remedy']}")
        if not errors and before.state == "waiting" and made["facts"]:
            submit(parts, before.author, draft, made["version"], before.message or f"在第 {made['base']} 版上重新提交")
    out(f"草稿 {draft} 现在基于第 {made['base']} 版" + (f"，有 {errors} 处错误要先改正" if errors else ""))
    return Exit.BAD_INPUT if errors else Exit.OK


def rollback(
    revision: int = typer.Argument(..., metavar="REV", help="要回到的版本号。"),
    message: str = typer.Option("", "--message", "-m", help="为什么回退，记在版本里。", show_default=False),
    author: str = AUTHOR,
) -> None:
    """回到以前的一版：以它的内容发布一个新版本，历史不丢。"""
    with opened_graph() as (graph, settings):
        from app.editing.desk import rollback as roll_back
        from app.runtime import build_lexicon, parts_of

        parts = parts_of(graph, settings)
        made = roll_back(parts, approver(parts, author), revision, message)
        if made is None:
            out(f"内容与第 {revision} 版相同，没有改动")
            return
        build_lexicon(graph, settings)
    out(f"已发布第 {made['number']} 版，内容与第 {revision} 版相同，共 {made['facts']} 条事实")


def merge(
    keep: str = typer.Argument(..., metavar="KEEP", help="留下的实体的编号。"),
    other: str = typer.Argument(..., metavar="DROP", help="并进去的实体的编号；它的名称成为别名。"),
    author: str = AUTHOR,
) -> int:
    """把两个其实是一样的实体合并成一个，生成草稿；合并后可用 kg revert 撤开。"""
    with opened_graph() as (graph, settings):
        from app.editing.desk import keep_delta
        from app.runtime import parts_of
        from kg.merging import merge_delta

        delta = merge_delta(graph.at(), keep, other)
        made = keep_delta(parts_of(graph, settings), author or user(), delta, f"把 {other} 并入 {keep}")
    return _drafted(made["id"])


def revert(
    revision: int = typer.Argument(..., metavar="REV", help="只撤销这一版的改动，保留以后的。"), author: str = AUTHOR
) -> int:
    """撤销一版的改动（例如撤开一次合并），生成草稿；以后又改过同样的实体时不行。"""
    with opened_graph() as (graph, settings):
        from app.editing.desk import keep_delta
        from app.runtime import parts_of
        from kg.merging import revert_delta

        parts = parts_of(graph, settings)
        made = keep_delta(parts, author or user(), revert_delta(graph, revision), f"撤销第 {revision} 版的改动")
    return _drafted(made["id"])


def _drafted(draft: str) -> int:
    out(f"已存为草稿 {draft}；用 kg diff {draft} 看改动，kg publish {draft} 发布")
    return Exit.DRAFTED


def show_draft(draft: Draft) -> None:
    """A draft's changes, as `kg diff` shows those of files."""
    closed = {f.id: f for f in draft.delta.closed}
    kept = {f.id for f in draft.delta.added}
    state = f"{_STATES[draft.state]}，{draft.author}"
    out(f"草稿 {draft.id}（{state}）基于第 {draft.base} 版  {draft.message}".rstrip())
    show_changes(
        [f for f in draft.delta.added if f.id not in closed],
        [f for f in draft.delta.closed if f.id not in kept],
        [(closed[f.id], f) for f in draft.delta.added if f.id in closed],
    )


def show_impact(parts: Parts, delta: Delta) -> None:
    """The golden questions whose answer a delta changes, old above new."""
    from app.editing.desk import impact_of

    found = impact_of(parts, delta, Counter("比较黄金问答"))
    if found["fault"]:
        raise Failure("黄金问答", found["fault"], "改正这个文件", Exit.BAD_INPUT)
    for change in found["changes"]:
        out(f"? {change['question']}  【{_SHIFTS[change['shift']]}，近 90 天问过 {change['asked']} 次】")
        out(f"  旧：{_flat(change['old'])}")
        out(f"  新：{_flat(change['new'])}")
    said = f"黄金问答 {found['questions']} 题，{len(found['changes'])} 题答案改变"
    say(f"{said}；近 90 天有 {found['turns']} 轮对话用到被改动的事实")


def _flat(text: str) -> str:
    return " ⏎ ".join(text.splitlines())
