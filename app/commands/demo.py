"""`jinwen demo …`: made-up data to try things on."""

from __future__ import annotations

from datetime import date

import typer

from app.commands.console import out, say
from app.commands.customer import opened, print_counts, run_import
from app.commands.failures import Exit, Failure

app = typer.Typer(help="演示数据。", no_args_is_help=True, rich_markup_mode=None)
DEMO_DAY = "2026-11-20"


@app.callback()
def _group() -> None:
    """Without it typer would take the only command for the whole group."""


@app.command()
def customers(
    n: int = typer.Option(20_000, "--n", min=200, max=5_000_000, help="多少位客户。"),
    seed: int = typer.Option(7, "--seed", min=0, help="随机种子：同样的种子生成同样的数据。"),
    today: str = typer.Option(DEMO_DAY, "--today", help="数据截止的日期。"),
    only_make: bool = typer.Option(False, "--only-make", help="只生成文件，不导入。"),
) -> int:
    """生成一家虚构银行的客户并导入；没有真实的人。"""
    from customer.demo.bank import MAPPING, make_bank
    from customer.demo.core import CORE
    from customer.demo.world import read_world
    from customer.importing.mapping import read_mapping

    try:
        day = date.fromisoformat(today)
    except ValueError:
        raise Failure("--today", today, "写成 2026-11-20", Exit.BAD_INPUT) from None
    with opened() as (settings, engine):
        folder = settings.home / "demo"
        say(f"生成 {n:,} 位客户……")
        made = make_bank(read_world(day, n, seed), [settings.data], folder)
        out(f"已生成 {folder}：" + "、".join(f"{name} {rows:,}" for name, rows in made.rows.items()))
        out(f"可推荐的客户与产品对中，真实响应概率超过三成的占 {made.likely_share:.1%}")
        if only_make:
            return Exit.OK
        path = folder / CORE / MAPPING
        print_counts(run_import(settings, engine, read_mapping(path), day))
    return Exit.OK
