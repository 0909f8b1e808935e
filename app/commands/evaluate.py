"""`jinwen eval`: asks the evaluation questions and says how many replies are right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from itertools import count
from pathlib import Path
from typing import Any

import typer

from app.commands.console import Counter, out
from app.commands.failures import Exit, Failure

_NAMED = ("dev", "dev2", "dev3", "frozen")


def evaluate(
    which: str = typer.Option("dev", "--set", metavar="dev|dev2|dev3|frozen|PATH", help="用哪一组问题。"),
    json_out: Path | None = typer.Option(None, "--json", metavar="OUT", help="把结果写成 JSON。", show_default=False),
    show_failures: bool = typer.Option(False, "--show-failures", help="列出答错的问题。"),
) -> int:
    """回答一组评测题，按类别给出正确率和区间。"""
    from rich.console import Console

    from app.commands.ask import opened_turns
    from app.evaluation import SetError, failure_lines, run, tables

    path = _folder(which)
    with opened_turns() as turns:
        try:
            report = run([path], _Asker(turns), json_out, show_failures)
        except SetError as error:
            raise Failure("评测题", str(error), "改正后再运行", Exit.BAD_INPUT) from error
    console = Console()
    for table in tables(report):
        console.print(table)
    if show_failures:
        for line in failure_lines(report, closed_too=True):
            out(line)
    return Exit.OK


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
