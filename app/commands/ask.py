"""`jinwen ask`: one question, or a file of them, answered by the running server or by an engine of its own."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from app.commands.console import Counter, out, progress, say
from app.commands.failures import Exit, Failure

if TYPE_CHECKING:
    from app.batch import Defaults
    from app.turns import Turns


def ask(  # noqa: PLR0917 one parameter per option
    text: str = typer.Argument("", metavar='"…"', help="要问的话。", show_default=False),
    session: str = typer.Option("", "--session", help="会话名：同名的几次提问是同一段对话。", show_default=False),
    customer: str = typer.Option("", "--customer", metavar="ID", help="以哪位客户的身份问。", show_default=False),
    today: str = typer.Option("", "--today", metavar="D", help="当作哪一天来回答（2026-01-31）。", show_default=False),
    as_of: str = typer.Option("", "--as-of", metavar="D", help="问哪一天有效的事实。", show_default=False),
    revision: int | None = typer.Option(
        None, "--revision", metavar="N", min=1, help="用图谱的哪一版。", show_default=False
    ),
    as_json: bool = typer.Option(False, "--json", help="输出一个 JSON 对象，字段与批量相同。"),
    batch: Path | None = typer.Option(None, "--batch", metavar="IN.jsonl", help="一行一问的文件。"),
    output: Path | None = typer.Option(None, "--out", metavar="OUT.jsonl", help="批量的结果写到这里。"),
) -> int:
    """提一个问题，或回答一个文件里的问题（--batch IN.jsonl --out OUT.jsonl）。"""
    defaults = _defaults(today, as_of, revision, customer)
    if (batch is None) != (output is None):
        raise Failure("ask", "--batch 和 --out 要一起给", "补上另一个", Exit.BAD_INPUT)
    if batch is not None and output is not None:
        if text:
            raise Failure("ask", "给了 --batch 又给了问题", "只留一个", Exit.BAD_INPUT)
        return _batch(batch, output, defaults)
    if not text.strip():
        raise Failure("ask", "没有要问的话", '写成 ./jinwen ask "三年期定期存款利率是多少"', Exit.BAD_INPUT)
    return _one(text, session, defaults, as_json)


def _one(text: str, session: str, defaults: Defaults, as_json: bool) -> int:
    from app.batch import result_of
    from dialogue.turn import Principal, PrincipalKind, TurnIn

    turn = TurnIn(
        session=f"cli-{session}" if session else f"cli-{uuid.uuid4().hex}",
        text=text,
        message_id=uuid.uuid4().hex,
        today=defaults.today,
        principal=Principal(PrincipalKind.CUSTOMER, defaults.customer) if defaults.customer else Principal(),
        channel="web" if defaults.customer else "cli",  # a customer gets what he would on the web, offers included
        as_of=defaults.as_of,
        revision=defaults.revision,
        trace_id=uuid.uuid4().hex,
    )
    with opened_turns() as turns:
        made = turns.handle(turn)
    if as_json:
        out(json.dumps(result_of(turn.message_id, session, text, made), ensure_ascii=False))
    else:
        out(made.message.plain())
    return Exit.FAILED if made.outcome.value == "error" else Exit.OK


def _batch(source: Path, target: Path, defaults: Defaults) -> int:
    """Answers a file; 2 when some lines could not be read, 1 when some turns failed."""
    from app.batch import BadLine, new_namespace, read_batch, run_batch

    if source.resolve() == target.resolve():
        raise Failure(str(target), "结果会盖掉问题", "给 --out 另一个文件名", Exit.BAD_INPUT)
    namespace = new_namespace()
    try:
        with source.open(encoding="utf-8") as lines:
            items = read_batch(lines, namespace, defaults)
    except UnicodeDecodeError as error:
        raise Failure(
            str(source), f"不是 UTF-8 编码（第 {error.start} 字节）", "另存为 UTF-8", Exit.BAD_INPUT
        ) from error
    bad = [item for item in items if isinstance(item, BadLine)]
    for item in bad:
        say(f"{source}:{item.line}: {item.problem}")
    failed, done = 0, 0
    count = Counter("已回答")
    with target.open("w", encoding="utf-8") as results, opened_turns() as turns:
        for result in run_batch(items, turns.handle, parallel=turns.parallel):
            results.write(json.dumps(result, ensure_ascii=False) + "\n")
            failed += "error" in result
            done += 1
            count(done, len(items))
        turns.forget(namespace)
    failed -= len(bad)
    say(f"{len(items)} 行，{len(bad)} 行不能读，{failed} 轮没有得到回复；结果在 {target}")
    return Exit.FAILED if failed else Exit.BAD_INPUT if bad else Exit.OK


@contextmanager
def opened_turns() -> Iterator[Turns]:
    """Turns of the running server or of an own engine; says on stderr what it waits for."""
    from app.lifetime import unwind_on_signals
    from app.settings import load_settings
    from app.turns import open_turns

    unwind_on_signals()
    said = ""

    def waiting(what: str) -> None:
        nonlocal said
        if what != said:
            said = what
            say(f"等待：{what}")
        progress(what)

    with open_turns(load_settings(), waiting) as turns:
        yield turns


def _defaults(today: str, as_of: str, revision: int | None, customer: str) -> Defaults:
    from app.batch import Defaults
    from app.clock import bank_today

    return Defaults(_day("--today", today) or bank_today(), _day("--as-of", as_of), revision, customer)


def _day(option: str, text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise Failure(option, text, "写成 2026-01-31 这样的日期", Exit.BAD_INPUT) from None
