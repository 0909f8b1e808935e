"""An evaluation's figures as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.table import Table

from app.evaluation.report import EvalReport, Row
from app.evaluation.scoring import Mark
from app.evaluation.statistics import Share, calibration_error, percentile

_INTERVALS = (Mark.EXACT, Mark.WRONG)


def tables(report: EvalReport) -> list[Table]:
    """Summary, groups, and kind × phenomenon, each with 95 % Wilson intervals for exact and wrong."""
    return [
        _marks("By group", ("set", "group"), report.groups()),
        _marks("By kind × phenomenon", ("kind", "phenomenon"), report.cells()),
        _summary(report),
    ]


def failure_lines(report: EvalReport, *, closed_too: bool = False) -> Iterator[str]:
    """Every turn that is not exact: id, question, what is wrong, and the reply."""
    for judged in report.failures(closed_too=closed_too):
        turn, judgement = judged.turn, judged.judgement
        yield f"{judged.case_id} [{turn.kind}/{turn.phenomenon}] {judgement.mark.value}: {turn.text}"
        yield from (f"    {reason}" for reason in judgement.reasons)
        yield f"    → {judged.reply.text}"


def _marks(title: str, names: tuple[str, ...], rows: Iterable[Row]) -> Table:
    table = Table(title=f"{title} (exact and wrong: %, with the 95 % interval; the rest: turns)")
    for name in names:
        table.add_column(name, no_wrap=True)
    table.add_column("turns", justify="right", no_wrap=True)
    for mark in Mark:
        table.add_column(mark.value, justify="right", no_wrap=True)
    for row in rows:
        table.add_row(*row.name, str(row.turns), *(_cell(mark, row.marks[mark]) for mark in Mark))
    return table


def _cell(mark: Mark, share: Share) -> str:
    if mark in _INTERVALS:
        low, high = share.interval
        return f"{share.value * 100:.0f} ({low * 100:.0f}–{high * 100:.0f})"
    return str(share.hits) if share.hits else ""


def _with_interval(share: Share) -> str:
    low, high = share.interval
    return f"{share.hits} = {share.value:.1%} ({low:.0%}–{high:.0%})"


def _summary(report: EvalReport) -> Table:
    table = Table(title="Summary")
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_row("turns", str(len(report.judged)))
    table.add_row("wrong answers of all", _with_interval(report.wrong_of_all()))
    table.add_row("wrong answers of the answered", _with_interval(report.wrong_of_answered()))
    table.add_row("out-of-scope recall", _with_interval(report.out_of_scope_recall()))
    table.add_row("false refusals", _with_interval(report.false_refusals()))
    table.add_row("calibration error", f"{calibration_error(report.calibration()):.3f}")
    latencies = report.latencies()
    table.add_row("latency p50 / p99", f"{percentile(latencies, 0.5):.1f} / {percentile(latencies, 0.99):.1f} ms")
    return table
