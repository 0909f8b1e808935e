"""`jinwen gaps`: what customers asked in vain, by what is missing, with the rows that would answer it."""

from __future__ import annotations

import csv
from pathlib import Path

import typer

from app.commands.console import out, say
from app.commands.graph import opened_graph


def gaps(
    days: int = typer.Option(90, "--days", min=1, help="看最近多少天。"),
    limit: int = typer.Option(30, "--limit", "-n", min=1, help="最多列出几处。"),
    csv_out: Path | None = typer.Option(
        None, "--csv", metavar="OUT.csv", help="把起草的行写成三元组文件，补上空着的格再 kg load。", show_default=False
    ),
) -> None:
    """列出没有答上来的问题：缺实体、谓语、值、别名还是常见问题，各有起草的一行。批量提问不算在内。"""
    with opened_graph() as (graph, settings):
        from dialogue.gaps import COLUMNS, gaps_of
        from dialogue.lexicons import lexicon_of
        from dialogue.store import Store
        from dialogue.store.unanswered import unanswered

        store = Store.open(settings.database_url)
        try:
            turns = unanswered(store.engine, days=days)
        finally:
            store.close()
        found = gaps_of(turns, lexicon_of(graph.at(), settings.lexicons))[:limit]
    for gap in found:
        out(f"缺{gap.kind.value}  {gap.conversations} 个对话  {gap.about}")
        out(f"  问：{'；'.join(gap.questions[:3])}")
        for row in gap.rows:
            out(f"  {','.join(row)}")
    if not found:
        say(f"最近 {days} 天没有答不上来的问题")
    if csv_out is not None:
        with csv_out.open("w", encoding="utf-8-sig", newline="") as file:
            table = csv.writer(file, lineterminator="\n")
            table.writerow((*COLUMNS, "note"))
            table.writerows((*row, gap.questions[0]) for gap in found for row in gap.rows)
        out(f"起草的行写到 {csv_out}")
