"""`jinwen growth`: the offers' files, decisions in words, batch selection, experiments."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands.console import Counter, out, say
from app.commands.failures import Exit, Failure
from app.commands.graph import local_time, opened_graph

if TYPE_CHECKING:
    from growth.catalogue import Catalogue
    from growth.experiments import TrialReadout
    from growth.service import Growth

app = typer.Typer(help="优惠与推荐：检查文件、查看决定、批量筛选、读实验结果。", no_args_is_help=True)


@app.command()
def check() -> None:
    """检查优惠、规则和用语的文件，列出每个优惠现在能不能推。"""
    with _desk() as (_growth, catalogue):
        if not catalogue.suitability.whole:
            say("图谱里的适当性规则不完整，什么都不会推；按 data/triples/suitability.csv 的样子补上")
        for offer in catalogue.offers:
            product = catalogue.products.get(offer.product)
            if product is None:
                out(f"✗ {offer.id}  {offer.product_name}：图谱里查不到这款产品，或文案里的数字现在没有依据")
                continue
            risk = f"R{product.rated.risk}" if product.rated.risk is not None else "无需评级"
            out(f"✓ {offer.id}  {product.name}  {risk}  {catalogue.copies[offer.id].text.text}")


@app.command()
def log(
    session: str = typer.Argument(..., metavar="SESSION", help="会话编号、ask --session 的名字，或客户编号。"),
) -> None:
    """用普通人看得懂的话，列出一个会话里每次推荐决定的每一步。"""
    from app.settings import load_settings
    from dialogue.store import Store
    from dialogue.store.talks import texts_of
    from growth import history
    from growth.report import session_report

    store = Store.open(load_settings().database_url)
    try:
        with store.engine.connect().execution_options(jinwen_read=True) as connection:
            lines = []
            for one in history.sessions_named(connection, session):
                who = "" if one else session  # what programs and batches ask belongs to no conversation
                found = history.of_session(connection, one, who)
                asked = texts_of(connection, [d.turn_id for d in found])
                lines += session_report(connection, one, found, local_time, asked, who=who)
    finally:
        store.close()
    for line in lines:
        out(line)
    if not lines:
        say(f"{session}：没有这个会话或客户的推荐决定；没有登录的客户和批量提问不作决定")


@app.command()
def select(
    channel: str = typer.Option("sms", "--channel", help="在哪个渠道投放。"),
    offer: str = typer.Option("", "--offer", help="只选这个优惠。", show_default=False),
    to: Path = typer.Option(..., "--out", metavar="OUT.csv", help="结果写到哪里。"),
    limit: int = typer.Option(100_000, "--limit", min=1, help="最多选出多少人。"),
) -> None:
    """批量筛选：对每位客户作一次决定，只写出可以推的；同意、意愿、适当性和频次都照算，并占用一次接触。"""
    from growth.selection import kept_for_later, selected
    from growth.telling import reason_in_words

    number, count = 0, Counter("看过的客户")
    with _desk() as (growth, catalogue):
        later = kept_for_later(growth, catalogue, channel)
        if later is not None:
            raise Failure(
                "--channel", channel, f"{reason_in_words(later)}，现在一个也选不出；过了这个时段再选", Exit.BAD_INPUT
            )
        with to.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow(("customer", "offer", "product", "decision"))
            for row in selected(growth, catalogue, channel, offer, seen=lambda n: count(n, 0), most=limit):
                table.writerow(row)
                number += 1
    out(f"选出 {number} 人，写到 {to}；发出后用 POST /feedback 报告 shown")


@app.command()
def readout(
    lag: int = typer.Option(30, "--lag", min=0, help="决定之后多少天内的购买算数。"),
    offer: str = typer.Option("", "--offer", help="只看这个优惠。", show_default=False),
    name: str = typer.Option("", "--trial", help="experiments.yml 里的实验；默认长期对照实验。", show_default=False),
) -> None:
    """读实验的结果：效果、区间、分组是否正常。"""
    from growth.experiments import arms_readout, trial_readout

    with _desk() as (growth, catalogue), growth.engine.connect() as connection:
        trial = catalogue.rules.trial
        products = {o.id: (o.product, o.product_name) for o in catalogue.offers}
        now = datetime.now(UTC)
        own = next((e for e in catalogue.experiments if e.name == name), None)
        if name and own is None and name != trial.name:
            known = "、".join(e.name for e in catalogue.experiments) or "没有"
            raise Failure("--trial", name, f"experiments.yml 里的实验：{known}", Exit.BAD_INPUT)
        if own is not None:
            found = arms_readout(connection, own, products, now=now, lag_days=lag)
        else:
            found = [
                trial_readout(
                    connection, trial.name, products, now=now, offer=offer, lag_days=lag, holdout=trial.holdout
                )
            ]
    for made in found:
        _tell(made, own.arms[0].name if own else "对照组", made.arm if own else "推荐组", lag)


def _tell(made: TrialReadout, control: str, treated: str, lag: int) -> None:
    read = made.readout
    out(f"{control} {read.control.units} 人，购买 {read.control.converted} 人（{read.control.rate:.2%}）")
    out(f"{treated} {read.treated.units} 人，购买 {read.treated.converted} 人（{read.treated.rate:.2%}）")
    out(f"效果 {read.effect:+.2%}，95% 区间 {read.low:+.2%} 到 {read.high:+.2%}")
    out(f"每天都看也成立的区间：{read.always_low:+.2%} 到 {read.always_high:+.2%}")
    out(f"还没满 {lag} 天、没有计入的：{made.unripe} 人")
    if not read.sound:
        out(f"警告：两组人数和计划不符（概率 {read.ratio_p:.1e}），先查分组和记录，再看效果")


@contextmanager
def _desk() -> Iterator[tuple[Growth, Catalogue]]:
    """The service on this installation's database, and the offers of today on its graph."""
    from app.clock import BANK_TIME
    from dialogue.lexicons import lexicon_of
    from dialogue.store import Store
    from growth.service import Growth

    with opened_graph() as (graph, settings):
        store = Store.open(settings.database_url)
        try:
            growth = Growth(store.engine, settings.offers)
            snapshot = graph.at()
            day = datetime.now(BANK_TIME).date()
            yield growth, growth.catalogue(snapshot, lexicon_of(snapshot, settings.lexicons), day)
        finally:
            store.close()
