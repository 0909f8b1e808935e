"""`jinwen replay SESSION`: an old conversation asked again, and where it is answered differently."""

from __future__ import annotations

import json

import typer

from app.commands.ask import opened_turns
from app.commands.console import out, say
from app.commands.failures import Exit, Failure


def replay(
    session: str = typer.Argument(..., metavar="SESSION", help="对话编号（日志和对话记录里的 session）。"),
) -> int:
    """用当时的图谱版本和日期重放一段对话，指出哪里和当时答得不一样；有不同时退出码为 1。"""
    from app.replay import replay as again
    from app.settings import load_settings
    from dialogue.store.database import connect, upgrade

    engine = connect(load_settings().database_url)
    upgrade(engine)
    different, models = 0, set()
    with opened_turns() as turns:
        found = list(again(engine, session, turns.handle))
    engine.dispose()
    if not found:
        raise Failure(session, "没有这段对话的记录", "检查编号；批量提问不留记录", Exit.BAD_INPUT)
    for item in found:
        models.add(item.model)
        out(f"{'＝' if item.same else '≠'} {item.text}  （第 {item.revision} 版）")
        if not item.same:
            different += 1
            out(f"  当时：{json.loads(item.then)['text']}\n  现在：{json.loads(item.now)['text']}")
    say(f"{len(found)} 轮，{different} 轮不同；当时的模型：{'、'.join(sorted(models))}")
    return Exit.FAILED if different else Exit.OK
