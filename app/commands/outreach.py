"""`jinwen outreach …`: tell customers something, see how far it is, scene codes."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands.console import out
from app.commands.failures import Exit, Failure

if TYPE_CHECKING:
    from connectors.outreach.store import OutreachStore

app = typer.Typer(help="主动触达：发消息、看进度、场景码。", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def send(
    file: Path = typer.Argument(
        ..., metavar="FILE.csv", exists=True, dir_okay=False, help="列：key,customer[,offer]。"
    ),
    hours: float = typer.Option(72, "--hours", min=0.1, help="多少小时之内不能发就作罢。"),
) -> int:
    """把一批推荐交给触达服务；能不能发、走哪个渠道，由运行中的服务逐个决定。同一个 key 只发一次。"""
    from connectors.channels.clock import utc_now
    from connectors.outreach.records import Purpose, Wanted

    queued = known = 0
    with _store() as store, file.open(encoding="utf-8-sig", newline="") as rows:
        table = csv.DictReader(rows)
        if not {"key", "customer"} <= set(table.fieldnames or ()):
            raise Failure("outreach send", f"{file}：没有 key 和 customer 两列", "第一行写列名", Exit.BAD_INPUT)
        until = utc_now() + timedelta(hours=hours)
        for row in table:
            wanted = Wanted(row["key"], row["customer"], Purpose.OFFER, until, offer=row.get("offer") or "")
            if store.queue(wanted):
                queued += 1
            else:
                known += 1
    out(f"交给触达服务 {queued} 条，以前交过的 {known} 条")
    return Exit.OK


@app.command()
def status(key: str = typer.Argument(..., metavar="KEY", help="发送时用的 key。")) -> int:
    """一条消息走到哪里，哪些渠道没走、为什么。"""
    with _store() as store:
        found = store.get(key)
    if found is None:
        raise Failure("outreach status", f"没有 key 为「{key}」的消息", "检查 key", Exit.BAD_INPUT)
    out(f"{found.state.value}  {found.channel or '-'}  {found.reason or '-'}")
    for way, reason in found.tried:
        out(f"  没走 {way}：{reason}")
    return Exit.OK


@app.command()
def scene(
    code: str = typer.Argument(..., metavar="CODE", help="场景码：字母、数字、下划线、连字符。"),
    campaign: str = typer.Option("", "--campaign", help="写了就新建：属于哪次活动。"),
    target: str = typer.Option("", "--link", help="给这个网页地址加上场景码。"),
) -> int:
    """新建场景码、生成链接，或者看一个场景码带来了多少人。"""
    from app.settings import load_settings
    from connectors.outreach.scenes import Scene, Scenes, link
    from dialogue.store import Store

    store = Store.open(load_settings().database_url)
    try:
        scenes = Scenes(store.engine)
        if campaign and not scenes.make(Scene(code, campaign)):
            raise Failure("outreach scene", f"场景码「{code}」已经有了", "换一个", Exit.BAD_INPUT)
        if target:
            out(link(target, code))
        for row in scenes.brought(code):
            out(f"{row.channel}  来访 {row.arrivals}  人数 {row.people}  关注 {row.subscribed}  客户 {row.customers}")
    except ValueError as error:
        raise Failure("outreach scene", str(error), "改正后再试", Exit.BAD_INPUT) from error
    finally:
        store.close()
    return Exit.OK


@contextmanager
def _store() -> Iterator[OutreachStore]:
    from app.settings import load_settings
    from connectors.channels.sealing import Seal
    from connectors.outreach.store import OutreachStore
    from customer.identifiers import load_key
    from dialogue.store import Store

    settings = load_settings()
    store = Store.open(settings.database_url)
    try:
        yield OutreachStore(store.engine, Seal(load_key(settings.home)))
    finally:
        store.close()
