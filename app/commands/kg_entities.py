"""`jinwen kg withdraw|rename`: changes of one entity, as drafts."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any

import typer

from app.commands.console import out, say
from app.commands.failures import Exit, Failure
from app.commands.graph import opened_graph, user
from app.commands.kg_read import ids_of

if TYPE_CHECKING:
    from app.editing.parts import Parts

ENTITY = typer.Argument(..., metavar="ENTITY", help="实体的名称或编号。")
REASON = typer.Option("", "--message", "-m", help="为什么，记在版本里。", show_default=False)
AUTHOR = typer.Option("", "--author", help="改动人；默认是当前系统用户。", show_default=False)


def add_to(app: typer.Typer) -> None:
    """Puts the commands into the group."""
    for command in (withdraw, rename):
        app.command()(command)


def withdraw(
    entity: str = ENTITY,
    on: datetime | None = typer.Option(
        None, "--on", formats=["%Y-%m-%d"], help="从哪天起停售；默认今天。", show_default=False
    ),
    back: bool = typer.Option(False, "--back", help="恢复销售。"),
    message: str = REASON,
    author: str = AUTHOR,
) -> int:
    """下架：客户仍能问到并被告知已停售，但不再推荐；生成草稿。"""
    with opened_graph() as (graph, settings):
        from app.editing.entities import withdraw as withdrawn
        from app.runtime import parts_of

        parts = parts_of(graph, settings)
        day: date | None = on.date() if on else None
        made = withdrawn(parts, author or user(), _one(entity, parts), on=day, reason=message, back=back)
        return _handed_on(parts, made, author or user())


def rename(
    entity: str = ENTITY, name: str = typer.Argument(..., metavar="NAME"), message: str = REASON, author: str = AUTHOR
) -> int:
    """改名：编号不变，原来的名称成为别名；生成草稿。"""
    with opened_graph() as (graph, settings):
        from app.editing.entities import rename as renamed
        from app.runtime import parts_of

        parts = parts_of(graph, settings)
        made = renamed(parts, author or user(), _one(entity, parts), name=name, reason=message)
        return _handed_on(parts, made, author or user())


def _one(entity: str, parts: Parts) -> str:
    found = ids_of(entity, parts.graph.at())
    if len(found) > 1:
        raise Failure(entity, f"有 {len(found)} 个实体叫这个名称", f"写编号：{'、'.join(found[:5])}", Exit.BAD_INPUT)
    return found[0]


def _handed_on(parts: Parts, made: dict[str, Any], who: str) -> int:
    """Submits a draft without errors; shows those that keep it back."""
    from app.editing.desk import submit

    for problem in made["findings"]["problems"]:
        say(f"{problem['what']}：{problem['value']}；{problem['remedy']}")
    if made["findings"]["errors"]:
        return Exit.BAD_INPUT
    if not made["facts"]:
        say("没有任何改动")
        return Exit.OK
    submit(parts, who, made["id"], made["version"], made["message"])
    out(f"已存为草稿 {made['id']}；用 kg diff {made['id']} 看改动，kg publish {made['id']} 发布")
    return Exit.DRAFTED
