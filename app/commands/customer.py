"""`jinwen customer …`: importing customers, looking at one, settling who is who."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.clock import BANK_TIME, bank_today
from app.commands.console import Counter, out, say
from app.commands.failures import Exit, Failure
from app.commands.graph import user as machine_user

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from app.settings import Settings
    from customer.importing.mapping import ImportMap
    from customer.importing.run import Counts
    from growth.catalogue import Catalogue
    from growth.service import Growth

app = typer.Typer(help="客户数据：导入、查看、合并。", no_args_is_help=True, rich_markup_mode=None)
CUSTOMER = typer.Argument(..., metavar="ID", help="客户编号。")
_SHOWN_REASONS = 8


@app.command("import")
def import_(
    mapping: Path = typer.Argument(..., metavar="MAPPING.yml", help="映射文件：有哪些来源，哪一列是什么。"),
    today: str = typer.Option("", "--today", help="按哪一天判断未来日期；默认今天。", show_default=False),
) -> int:
    """导入客户、标识、持有、测评、授权、流水、行为；坏行进隔离表并说明原因。"""
    from customer.importing.mapping import read_mapping

    with opened() as (settings, engine):
        made = run_import(settings, engine, read_mapping(mapping), day_of("--today", today))
    print_counts(made)
    return Exit.OK


def run_import(settings: Settings, engine: Engine, mapping: ImportMap, today: date) -> list[Counts]:
    """Imports by a mapping that was read, with progress on the terminal."""
    from customer.identifiers import Identifiers, load_key
    from customer.importing.run import Importer

    counters: dict[str, Counter] = {}
    importer = Importer(engine, settings.home, Identifiers(load_key(settings.home)))
    return importer.run(mapping, today, lambda name, rows: counters.setdefault(name, Counter(name))(rows, 0))


def print_counts(made: list[Counts]) -> None:
    """One line a source: rows, good ones, bad ones by reason, doubtful figures."""
    for counts in made:
        if counts.unchanged:
            out(f"{counts.source}：内容和上次一样，未重复导入")
            continue
        bad = "、".join(f"{reason} {n}" for reason, n in counts.reasons.most_common(_SHOWN_REASONS))
        odd = "、".join(f"{flag} {n}" for flag, n in counts.flags.most_common(_SHOWN_REASONS))
        tail = (f"；隔离 {sum(counts.reasons.values()):,}（{bad}）" if bad else "") + (f"；存疑 {odd}" if odd else "")
        out(f"{counts.source}：{counts.rows:,} 行，导入 {counts.good:,}{tail}")


@app.command()
def show(customer_id: str = CUSTOMER) -> int:
    """客户全貌：每一项带来源和时间；查看会被记录。"""
    from connectors.customers.whole import whole
    from customer.looks import Look, note_look
    from customer.view import LABELS, Group
    from growth.service import Growth

    with opened() as (settings, engine):
        growth = Growth(engine, settings.offers)
        who = growth.customer(customer_id)
        if who is None:
            raise Failure(
                "没有这位客户", customer_id, "核对编号；还没有数据时先 ./jinwen customer import", Exit.BAD_INPUT
            )
        found = whole(engine, growth, partial(_catalogue, growth), who, bank_today())
        groups = tuple(dict.fromkeys(e.group for e in found))
        note_look(engine, Look(datetime.now(UTC), machine_user(), who.id, "cli", groups))
    merged = f"（含已并入的 {'、'.join(who.merged)}）" if who.merged else ""
    out(f"客户 {who.id}{merged}")
    for group in Group:
        lines = [e for e in found if e.group is group]
        if lines:
            out(f"\n【{LABELS[group]}】")
        for line in lines:
            out(f"  {line.label}：{line.value}    ← {line.source}，{line.as_of.astimezone(BANK_TIME):%Y-%m-%d %H:%M}")
    return Exit.OK


@app.command()
def erase(
    finish: str = typer.Option("", "--finish", metavar="ID", help="办理这份申请：删除并办结。", show_default=False),
    refuse: str = typer.Option("", "--refuse", metavar="ID", help="不办理这份申请；用 --note 写明理由。"),
    note: str = typer.Option("", "--note", help="说明。", show_default=False),
) -> int:
    """客户要求删除资料的申请：列出未办的，或办理一份。依法要保存的留下，不再作他用。"""
    from connectors.customers import erasing
    from customer.erasing import tickets
    from customer.sql import reading

    if refuse and not note.strip():
        raise Failure("--refuse", refuse, "用 --note 写明不办理的理由", Exit.BAD_INPUT)
    with opened() as (settings, engine):
        now = datetime.now(UTC)
        if finish:
            made = erasing.finish(engine, settings.home, finish, by=machine_user(), at=now, note=note)
            out(f"已删除 {sum(made.values())} 条，申请办结")
            return Exit.OK
        if refuse:
            erasing.refuse(engine, refuse, by=machine_user(), at=now, note=note)
            out("已记为不办理")
            return Exit.OK
        with reading(engine) as sql:
            found = tickets(sql)
    for one in found:
        kept = "；".join(f"{what} {long}（《{doc}》{article}）" for what, long, doc, article in one.kept)
        asked = f"{one.asked_at.astimezone(BANK_TIME):%Y-%m-%d %H:%M}"
        out(f"{one.id}  客户 {one.customer}  {asked}  {one.channel}  依法保存：{kept or '图谱里没有规定'}")
    if not found:
        say("没有未办的删除申请")
    return Exit.OK


@app.command()
def review(
    same: str = typer.Option("", "--same", metavar="ID", help="这一对是同一人：合并。", show_default=False),
    different: str = typer.Option("", "--different", metavar="ID", help="这一对不是同一人。", show_default=False),
) -> int:
    """可能是同一人的客户：列出，或作出决定。"""
    from customer.matching import decide, waiting
    from customer.sql import reading, writing

    with opened() as (_settings, engine):
        if same or different:
            with writing(engine) as sql:
                by, now = machine_user(), datetime.now(UTC)
                made = decide(sql, same or different, same=bool(same), by=by, at=now)
            out(f"已合并（撤销：./jinwen customer unmerge {made}）" if made else "已记为不是同一人")
            return Exit.OK
        with reading(engine) as sql:
            pairs = waiting(sql)
    for pair in pairs:
        kind = "有矛盾" if pair["kind"] == "conflict" else "可能相同"
        reasons = "，".join(pair["reasons"])
        out(f"{pair['id']}  {pair['left_id']} / {pair['right_id']}  {kind} {pair['chance']:.0%}  {reasons}")
    if not pairs:
        say("没有待核对的客户")
    return Exit.OK


@app.command()
def merge(
    kept: str = typer.Argument(..., metavar="KEPT", help="保留的编号。"),
    gone: str = typer.Argument(..., metavar="GONE", help="并入的编号。"),
    reason: str = typer.Option(..., "--reason", help="为什么是同一人。"),
) -> int:
    """把两个编号合并为一位客户；可以撤销。"""
    from customer.merging import merge_customers
    from customer.sql import writing

    with opened() as (_settings, engine), writing(engine) as sql:
        made = merge_customers(sql, kept, gone, reason=reason, by=machine_user(), at=datetime.now(UTC))
    out(f"已把 {gone} 并入 {kept}（撤销：./jinwen customer unmerge {made}）")
    return Exit.OK


@app.command()
def unmerge(merge_id: str = typer.Argument(..., metavar="MERGE", help="合并的编号。")) -> int:
    """撤销一次合并：各归各位。"""
    from customer.merging import unmerge as take_back
    from customer.sql import writing

    with opened() as (_settings, engine), writing(engine) as sql:
        kept, gone = take_back(sql, merge_id, by=machine_user(), at=datetime.now(UTC))
    out(f"{gone} 已从 {kept} 分出")
    return Exit.OK


def _catalogue(growth: Growth) -> Catalogue:
    """The offers of today on this installation's graph. GraphError where none can be opened."""
    from app.commands.graph import opened_graph
    from dialogue.lexicons import lexicon_of

    with opened_graph() as (graph, settings):
        snapshot = graph.at()
        return growth.catalogue(snapshot, lexicon_of(snapshot, settings.lexicons), bank_today())


@contextmanager
def opened() -> Iterator[tuple[Settings, Engine]]:
    """Settings and database of this installation; no graph is needed."""
    from app.settings import load_settings
    from dialogue.store.database import connect, upgrade

    settings = load_settings()
    engine = connect(settings.database_url)
    upgrade(engine)
    try:
        yield settings, engine
    finally:
        engine.dispose()


def day_of(option: str, text: str) -> date:
    """The day that an option names; today without one."""
    try:
        return date.fromisoformat(text) if text else bank_today()
    except ValueError:
        raise Failure(option, text, "写成 2026-11-20", Exit.BAD_INPUT) from None
