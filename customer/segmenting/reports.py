"""Reports of segmentations, as they were kept; reading them loads no learning library."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.engine import Engine

from customer.sql import reading
from customer.tables import segment_run


def last_report(engine: Engine) -> dict[str, Any] | None:
    """The report of the newest run."""
    with reading(engine) as sql:
        newest = select(segment_run.c.body).order_by(segment_run.c.as_of.desc(), segment_run.c.id.desc()).limit(1)
        found = sql.execute(newest).scalar()
    return dict(found) if found else None


def profile(report: dict[str, Any]) -> Iterator[str]:
    """The report in lines for a terminal."""
    for s in sorted(report["segments"], key=lambda s: -s["middle"]["monetary"]):
        share = report["shares"][s["id"]]
        middle = s["middle"]
        figures = f"间隔 {middle['recency']:.0f} 天，{middle['frequency']:.0f} 次，{middle['monetary']:,.0f} 元"
        yield f"{s['id']} {s['name']}：{s['size']:,} 人（{share:.1%}），中位 {figures}；规则：{s['rule']}"
    if report["drift"] is not None:
        yield f"与上次相比的漂移（PSI）：{report['drift']:.3f}"
    if not report["choices"]:
        return
    yield "各 k：" + "；".join(
        f"{c['k']}→轮廓 {c['silhouette']:.2f}，稳定 {c['stability']:.2f}" for c in report["choices"]
    )
    density = report["density"]
    if density is None:
        return
    seen = f"{density['groups']:.0f} 个密集群，噪声 {density['noise']:.1%}，与分群一致度 {density['agreement']:.2f}"
    apart = "" if density["groups"] > 1 else "；客户连成一片，没有天然分开的群，各群是人为划的界"
    yield f"密度视角：{seen}{apart}"
