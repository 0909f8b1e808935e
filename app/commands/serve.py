"""`jinwen serve`: runs everything and prints one address."""

from __future__ import annotations

import typer

from app.commands.console import out, say
from app.commands.failures import Exit, Failure


def serve(
    demo: bool = typer.Option(False, "--demo", help="图谱是空的时候载入示例银行（data/triples）。"),
    simulators: bool = typer.Option(
        True, "--simulators/--no-simulators", help="--demo 时在旁边运行微信公众号和微信客服的模拟器。"
    ),
    host: str = typer.Option("", "--host", help="监听的地址；默认 127.0.0.1，只有本机能访问。", show_default=False),
    port: int | None = typer.Option(None, "--port", min=0, max=65535, help="监听的端口；默认 8080，被占用就换下一个。"),
) -> int:
    """启动服务：图谱、语言模型、对话引擎和网页；Ctrl-C 结束。"""
    from app.lifetime import unwind_on_signals
    from app.server_file import AlreadyServed, running_server
    from app.settings import load_settings

    settings = load_settings()
    found = running_server(settings.home)
    if found is not None:
        return _already(found.address)
    unwind_on_signals()
    from app.serving import PortTaken, Wanted
    from app.serving import serve as run

    wanted = Wanted(
        host=host or settings.host,
        port=settings.port if port is None else port,
        exact_port=port is not None,
        demo=settings.data if demo else None,
        simulators=simulators,
    )
    try:
        run(settings, wanted, say, lambda address: out(f"金问已就绪：{address}"))
    except KeyboardInterrupt:
        say("已停止")
    except AlreadyServed as error:
        if error.info is None:
            raise Failure("serve", "另一个进程正在启动服务", "稍候再试") from None
        return _already(error.info.address)
    except PortTaken as error:
        raise Failure("--port", f"{error.host}:{error.port} 被占用", "换一个端口，或不写 --port 让它自己找") from None
    return Exit.OK


def _already(address: str) -> int:
    out(f"服务已在运行：{address}")
    return Exit.OK
