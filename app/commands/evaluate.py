"""`jinwen eval`: asks the evaluation questions and says how many replies are right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import typer

from app.commands.console import Counter, out
from app.commands.failures import Exit, Failure

_NAMED = ("dev", "dev2", "dev3", "dev4", "dev5", "dev6", "dev8", "frozen")
_OUTSIDE = frozenset({"out_of_scope", "chitchat"})


def evaluate(
    source: Path | None = typer.Argument(
        None, metavar="[PATH]", help="别人的数据：crosswoz 或 fineva 文件夹，或一组评测题。", show_default=False
    ),
    which: str = typer.Option("dev", "--set", metavar="dev|dev2…dev8|frozen|PATH", help="用哪一组问题。"),
    json_out: Path | None = typer.Option(None, "--json", metavar="OUT", help="把结果写成 JSON。", show_default=False),
    show_failures: bool = typer.Option(False, "--show-failures", help="列出答错的问题。"),
    calibrate: Path | None = typer.Option(
        None,
        "--calibrate",
        metavar="OUT.svg",
        help="画出置信度与正确率，并按结果类别给出校准误差。",
        show_default=False,
    ),
) -> int:
    """回答一组评测题，按类别给出正确率和区间。"""
    from app.commands.ask import opened_turns
    from app.evaluation import SetError
    from app.evaluation.foreign.crosswoz import is_crosswoz
    from app.evaluation.foreign.finance import is_finance

    path = _folder(str(source) if source else which)
    try:
        if is_crosswoz(path):
            with _foreign_talks(path) as (turns, folder):
                return _judged(folder, turns, json_out, show_failures, calibrate)
        with opened_turns() as turns:
            if is_finance(path):
                return _scoped(path, turns)
            return _judged(path, turns, json_out, show_failures, calibrate)
    except SetError as error:
        raise Failure("评测题", str(error), "改正后再运行", Exit.BAD_INPUT) from error


def _judged(path: Path, turns: Any, json_out: Path | None, show_failures: bool, calibrate: Path | None) -> int:
    from rich.console import Console

    from app.evaluation import failure_lines, run, tables
    from app.evaluation.reliability import drawing, reliability

    report = run([path], _Asker(turns), json_out, show_failures)
    console = Console()
    for table in tables(report):
        console.print(table)
    if calibrate is not None:
        found = reliability(report.judged)
        calibrate.write_text(drawing(found, path.name), encoding="utf-8")
        for one in found:
            out(f"{one.outcome.value}: {one.turns} 轮，校准误差 {one.error:.3f}")
    if show_failures:
        for line in failure_lines(report, closed_too=True):
            out(line)
    return Exit.OK


def _scoped(path: Path, turns: Any) -> int:
    """Which questions are taken to be about finance: what is not turned away as out of scope or as small talk."""
    from app.clock import bank_today
    from app.evaluation.foreign.finance import finance_questions, scope

    ask, today = _Asker(turns), bank_today()
    numbers = count(1)

    def taken(text: str) -> bool:
        return ask(f"scope-{next(numbers)}", text, today)["outcome"] not in _OUTSIDE

    found = scope(finance_questions(path), taken)
    for name, share in (("金融问题", found.inside), ("其他问题", found.outside)):
        low, high = share.interval
        out(f"{name}：{share.hits}/{share.of} 判断正确（{share.value:.0%}，95% 区间 {low:.0%}–{high:.0%}）")
    return Exit.OK


@contextmanager
def _foreign_talks(path: Path) -> Iterator[tuple[Any, Path]]:
    from app.commands.console import progress
    from app.evaluation.foreign.talks import crosswoz_talks
    from app.lifetime import unwind_on_signals
    from app.settings import load_settings

    unwind_on_signals()
    with crosswoz_talks(path, load_settings(), progress) as opened:
        yield opened


class _Asker:
    """Asks as a batch does, and counts."""

    def __init__(self, turns: Any) -> None:
        from app.batch import new_namespace

        self._turns = turns
        self._namespace = new_namespace()
        self._numbers = count(1)
        self._counter = Counter("已回答")

    def __call__(self, session: str, text: str, today: date) -> Mapping[str, Any]:
        from app.batch import Defaults, batch_turn, result_of

        number = next(self._numbers)
        turn = batch_turn(number, self._namespace, session, text, Defaults(today))
        made = self._turns.handle(turn)
        self._counter(number, 0)
        return result_of(number, session, text, made)


def _folder(which: str) -> Path:
    from app.settings import PROJECT

    path = PROJECT / "tests" / "eval" / which if which in _NAMED else Path(which)
    if not path.exists():
        raise Failure("--set", which, f"写 {'、'.join(_NAMED)} 或一个文件、文件夹的路径", Exit.BAD_INPUT)
    return path
