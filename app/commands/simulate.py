"""`jinwen simulate …`: plays a platform on this machine, against the running server of this home folder."""

from __future__ import annotations

import typer

from app.commands.console import out, say
from app.commands.failures import Failure

app = typer.Typer(help="在本机模拟微信等平台，不需要账号就能试用渠道。", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def wechat(
    patience: float = typer.Option(5.0, "--patience", min=0.1, help="平台等多少秒；真实的平台是 5 秒。"),
) -> int:
    """模拟微信公众号：验签、五秒限时、三次重试、窗口与次数、令牌；附一个聊天页面。"""
    import httpx

    from app.commands.serving_simulators import serve_until_stopped
    from app.server_file import running_server
    from app.settings import load_settings
    from app.simulated import simulated
    from connectors.simulators.wechat import Platform
    from connectors.simulators.wechat_app import platform_app

    settings = load_settings()
    found = running_server(settings.home)
    if found is None:
        raise Failure("simulate", "没有正在运行的服务", "先在另一个终端运行 ./jinwen serve --demo")
    made = simulated(settings.home)
    client = httpx.AsyncClient()
    platform = Platform(made.wechat, f"{found.address}/wechat/{made.wechat.name}", client, patience)
    out(f"微信模拟器：http://127.0.0.1:{made.wechat_port}（回调 {platform.callback}；Ctrl-C 结束）")
    return serve_until_stopped(platform_app(platform), made.wechat_port, platform.check_address, say)
