"""`jinwen simulate …`: plays a platform on this machine, against the running server of this home folder."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

import typer

from app.commands.console import out, say
from app.commands.failures import Failure

if TYPE_CHECKING:
    from fastapi import FastAPI

    from app.simulated import Simulated

app = typer.Typer(help="在本机模拟微信等平台，不需要账号就能试用渠道。", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def wechat(
    patience: float = typer.Option(5.0, "--patience", min=0.1, help="平台等多少秒；真实的平台是 5 秒。"),
) -> int:
    """模拟微信公众号：验签、五秒限时、三次重试、窗口与次数、令牌；附一个聊天页面。"""
    import httpx

    from connectors.simulators.wechat import Platform
    from connectors.simulators.wechat_app import platform_app

    server, made = _found()
    _free(made.wechat_port)
    platform = Platform(made.wechat, f"{server}/wechat/{made.wechat.name}", httpx.AsyncClient(), patience)
    out(f"微信模拟器：http://127.0.0.1:{made.wechat_port}（回调 {platform.callback}；Ctrl-C 结束）")
    return _serve(platform_app(platform), made.wechat_port, platform.check_address)


@app.command()
def wecom() -> int:
    """模拟企业微信的微信客服：加密回调、按游标取消息、会话状态、窗口与次数；附一个聊天页面。"""
    import httpx

    from connectors.simulators.wecom import WeComPlatform
    from connectors.simulators.wecom_app import wecom_app

    server, made = _found()
    _free(made.wecom_port)
    platform = WeComPlatform(made.wecom, f"{server}/wecom/{made.wecom.name}", httpx.AsyncClient())
    out(f"微信客服模拟器：http://127.0.0.1:{made.wecom_port}（回调 {platform.callback}；Ctrl-C 结束）")
    return _serve(wecom_app(platform), made.wecom_port, platform.check_address)


def _found() -> tuple[str, Simulated]:
    """The running server's address and the accounts it knows."""
    from app.server_file import running_server
    from app.settings import load_settings
    from app.simulated import simulated

    settings = load_settings()
    found = running_server(settings.home)
    if found is None:
        raise Failure("simulate", "没有正在运行的服务", "先在另一个终端运行 ./jinwen serve --demo")
    return found.address, simulated(settings.home)


def _free(port: int) -> None:
    """Raises Failure where the simulator runs already, usually beside the server."""
    from contextlib import closing
    from socket import socket

    with closing(socket()) as asked:
        if asked.connect_ex(("127.0.0.1", port)) == 0:
            running = f"http://127.0.0.1:{port}"
            remedy = "直接打开这个地址；要换设置，用 ./jinwen serve --demo --no-simulators 启动服务再试"
            raise Failure("simulate", f"模拟器已在运行：{running}", remedy)


def _serve(app: FastAPI, port: int, check: Callable[[], Awaitable[bool]]) -> int:
    from app.commands.serving_simulators import serve_until_stopped

    return serve_until_stopped(app, port, check, say)
