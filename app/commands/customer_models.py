"""`jinwen customer segment|train|score|models|rollback`: batch work over all customers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from app.clock import BANK_TIME, bank_today
from app.commands.console import out, say
from app.commands.customer import app, day_of, opened
from app.commands.failures import Exit, Failure
from app.commands.graph import user as machine_user

if TYPE_CHECKING:
    from sqlalchemy.engine import Engine

    from app.settings import Settings
    from customer.batch.tables import Tables

__all__ = ["app"]  # the group of `customer`, with the commands below in it
AS_OF = typer.Option("", "--as-of", help="按哪一天之前的数据算；默认今天。", show_default=False)


@app.command()
def segment(
    k: str = typer.Option("4", "--k", help="分几群；auto 按轮廓系数和稳定性选。"),
    as_of: str = AS_OF,
) -> int:
    """按最近一次、次数、金额分群（RFM），命名并写回；和上次比较漂移。"""
    from customer.batch.expressions import features, rfm
    from customer.families import family_classes
    from customer.segmenting.reports import last_report, profile
    from customer.segmenting.run import segment as cluster
    from customer.segmenting.run import write_run

    if k != "auto" and not (k.isdecimal() and 2 <= int(k) <= 8):
        raise Failure("--k", k, "写 2 到 8，或 auto", Exit.BAD_INPUT)
    at = _moment(as_of)
    with opened() as (settings, engine), _tables(settings, engine) as tables:
        say("计算最近一次、次数、金额……")
        rows = rfm(tables.movements, at).to_pandas().set_index("customer")
        people = features(tables, at, list(family_classes())).to_pandas().set_index("customer")
        say("聚类……")
        try:
            found = cluster(rows, last_report(engine), None if k == "auto" else int(k))
        except ValueError as error:
            raise Failure("分群", str(error), "先 ./jinwen customer import", Exit.BAD_INPUT) from error
        run = write_run(engine, found, people, at)
    out(f"分群 {run}：")
    for line in profile(found.report):
        out(f"  {line}")
    return Exit.OK


@app.command()
def train(
    offer: str = typer.Option("", "--offer", help="只训练这一个推荐；默认全部。", show_default=False),
    card_file: Path = typer.Option(None, "--card", help="把模型卡写到这个文件。", show_default=False),
) -> int:
    """训练每个推荐的响应模型，比较四种方法；不差于现用版本才上线。"""
    from customer.families import family_classes
    from customer.propensity.card import card
    from customer.propensity.registry import Registry
    from customer.propensity.retraining import retrain
    from customer.propensity.training import TooLittle, training_rows

    made = []
    with opened() as (settings, engine):
        with _tables(settings, engine) as tables:
            say("准备训练数据……")
            rows = training_rows(tables, list(family_classes()))
        for name in [offer] if offer else sorted(rows.offer.unique()):
            say(f"训练 {name}……")
            try:
                one = retrain(Registry(engine), name, rows, datetime.now(UTC))
            except TooLittle as error:
                out(f"跳过 {error}")
                continue
            made.append(one)
            out(f"{one.version.name}（{one.version.kind}）{one.version.stage}：{one.version.note}")
            best = "，".join(f"{k} {m.auc:.3f}" for k, m in one.compared.measures.items())
            out(f"  AUC（最新两个月）：{best}")
    if card_file is not None:
        card_file.write_text(card(made, bank_today(), f"{len(rows):,} 次曝光"), encoding="utf-8")
    return Exit.OK


@app.command()
def score(as_of: str = AS_OF) -> int:
    """用现用模型给全部客户算每个推荐的概率。"""
    from customer.batch.expressions import features
    from customer.families import family_classes
    from customer.propensity.registry import Registry
    from customer.propensity.retraining import in_production
    from customer.propensity.scoring import models_of, run_name, write_scores

    at = _moment(as_of)
    with opened() as (settings, engine):
        registry = Registry(engine)
        models, broken = models_of(registry)
        for name, reason in broken.items():
            say(f"{name}：模型不能用，不打分：{reason}")
        if not models:
            raise Failure("打分", "没有现用的模型", "先 ./jinwen customer train", Exit.BAD_INPUT)
        with _tables(settings, engine) as tables:
            rows = features(tables, at, list(family_classes())).to_pandas()
        run = run_name([v for v in in_production(registry.versions()) if v.offer in models])
        count = write_scores(engine, rows, models, run, at)
    out(f"已给 {count:,} 位客户的 {len(models)} 个推荐打分")
    return Exit.OK


@app.command()
def plots(
    to: Path = typer.Option(Path("docs/images"), "--out", metavar="FOLDER", help="图写到这个文件夹。"),
    as_of: str = AS_OF,
) -> int:
    """画出最近一次分群和各特征对响应模型的平均影响（SVG）。"""
    from customer.batch.expressions import features
    from customer.families import family_classes
    from customer.plots import importance_plot, segment_plot
    from customer.propensity.registry import Registry
    from customer.propensity.scoring import models_of
    from customer.segmenting.reports import last_report

    if not to.is_dir():
        raise Failure(str(to), "没有这个文件夹", "先建好文件夹", Exit.BAD_INPUT)
    with opened() as (settings, engine):
        report = last_report(engine)
        found, _broken = models_of(Registry(engine))
        if report is None or not found:
            raise Failure("画图", "还没有分群或模型", "先 ./jinwen customer segment 和 train", Exit.BAD_INPUT)
        with _tables(settings, engine) as tables:
            rows = features(tables, _moment(as_of), list(family_classes())).to_pandas()
    drawn = {"segments.svg": segment_plot(report), "importance.svg": importance_plot(found, rows)}
    for name, picture in drawn.items():
        (to / name).write_text(picture, encoding="utf-8")
        out(f"已写 {to / name}")
    return Exit.OK


@app.command()
def models(offer: str = typer.Option("", "--offer", help="只看这一个推荐。", show_default=False)) -> int:
    """列出模型的版本、阶段和指标。"""
    from customer.propensity.registry import Registry

    with opened() as (_settings, engine):
        found = Registry(engine).versions(offer)
    for v in found:
        mine = v.metrics["measures"][v.kind]
        figures = f"AUC {mine['auc']:.3f}，提升 {mine['lift']:.2f}，校准误差 {mine['calibration_error']:.3f}"
        out(f"{v.name}  {v.kind}  {v.stage}  {figures}  数据 {v.fingerprint[:12]}  {v.note}")
    if not found:
        say("还没有模型；用 ./jinwen customer train 训练")
    return Exit.OK


@app.command()
def rollback(offer: str = typer.Argument(..., metavar="OFFER", help="推荐的编号。")) -> int:
    """把一个推荐的模型退回上一个上线过的版本。"""
    from customer.propensity.registry import Registry

    with opened() as (_settings, engine):
        back = Registry(engine).rollback(offer, machine_user(), datetime.now(UTC))
    out(f"{offer} 现用第 {back.version} 版；评分还是退回之前算的，运行 ./jinwen customer score 换成这一版的")
    return Exit.OK


@contextmanager
def _tables(settings: Settings, engine: Engine) -> Iterator[Tables]:
    """The batch tables, with the families of the products that the triples know."""
    from customer.batch.tables import open_tables
    from customer.demo.catalogue import read_catalogue
    from customer.families import family_classes

    catalogue = read_catalogue([settings.data])
    families = {p.name: f for f, classes in family_classes().items() for p in catalogue.of_classes(classes)}
    with open_tables(engine, settings.home, families) as tables:
        yield tables


def _moment(text: str) -> Any:
    """The beginning of a day at the bank."""
    day: date = day_of("--as-of", text)
    return datetime.combine(day, time(), BANK_TIME).astimezone(UTC)
