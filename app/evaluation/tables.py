"""An evaluation's figures as tables for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.box import SIMPLE_HEAD
from rich.table import Table

from app.evaluation.report import EvalReport, Row
from app.evaluation.scoring import Mark
from app.evaluation.statistics import Share, calibration_error, percentile

_MAIN = (Mark.EXACT, Mark.WRONG)
_REST = {Mark.LOOSE: "l", Mark.REFUSED: "r", Mark.CLARIFIED: "c", Mark.OFF: "o"}


def tables(report: EvalReport) -> list[Table]:
    """Groups, kinds, kind × phenomenon and summary, with 95 % Wilson intervals for exact and wrong."""
    return [
        _marks("kind / phenomenon", report.cells()),
        _marks("kind", report.kinds()),
        _marks("set / group", report.groups()),
        _summary(report),
    ]


def failure_lines(report: EvalReport, *, closed_too: bool = False) -> Iterator[str]:
    """Every turn that is not exact: id, question, what is wrong, and the reply."""
    for judged in report.failures(closed_too=closed_too):
        turn, judgement = judged.turn, judged.judgement
        yield f"{judged.case_id} [{turn.kind}/{turn.phenomenon}] {judgement.mark.value}: {turn.text}"
        yield from (f"    {reason}" for reason in judgement.reasons)
        yield f"    → {judged.reply.text}"


def _marks(title: str, rows: Iterable[Row]) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column(title, no_wrap=True)
    table.add_column("turns", justify="right", no_wrap=True)
    table.add_column("exact %", justify="right", no_wrap=True)
    table.add_column("wrong %", justify="right", no_wrap=True)
    table.add_column("loose refused clarified off", no_wrap=True)
    for row in rows:
        rest = " ".join(f"{sign}{row.marks[mark].hits}" for mark, sign in _REST.items() if row.marks[mark].hits)
        table.add_row(" / ".join(row.name), str(row.turns), *map(_cell, (row.marks[m] for m in _MAIN)), rest)
    return table


def _cell(share: Share) -> str:
    low, high = share.interval
    return f"{share.value * 100:.0f} ({low * 100:.0f}–{high * 100:.0f})"


def _with_interval(share: Share) -> str:
    low, high = share.interval
    return f"{share.hits} = {share.value:.1%} ({low:.0%}–{high:.0%})"


def _summary(report: EvalReport) -> Table:
    table = Table(box=SIMPLE_HEAD, padding=(0, 1, 0, 0))
    table.add_column("figure")
    table.add_column("value", justify="right")
    table.add_row("turns", str(len(report.judged)))
    table.add_row("exact queries", _with_interval(report.exact_queries()))
    table.add_row("wrong answers of all", _with_interval(report.wrong_of_all()))
    table.add_row("wrong answers of the answered", _with_interval(report.wrong_of_answered()))
    table.add_row("out-of-scope recall", _with_interval(report.out_of_scope_recall()))
    table.add_row("false refusals", _with_interval(report.false_refusals()))
    table.add_row("calibration error", f"{calibration_error(report.calibration()):.3f}")
    latencies = report.latencies()
    table.add_row("latency p50 / p99", f"{percentile(latencies, 0.5):.1f} / {percentile(latencies, 0.99):.1f} ms")
    return table
