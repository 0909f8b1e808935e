"""`jinwen doctor`: what is installed, running, reachable and out of date."""

from __future__ import annotations

from app.commands.console import out
from app.commands.failures import Exit


def doctor() -> int:
    """检查安装、进程、连接和过期的东西，每一项说明怎么办；有不能用的地方时退出码为 1。"""
    from app.doctor import State, examine

    bad = False
    for finding in examine():
        out(str(finding))
        bad |= finding.state is State.BAD
    return Exit.FAILED if bad else Exit.OK
