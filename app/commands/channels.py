"""`jinwen channels …`: what is configured, and menus brought to the platform."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import typer

from app.commands.console import out
from app.commands.failures import Exit, Failure

if TYPE_CHECKING:
    from connectors.wechat.settings import WeChatSettings

app = typer.Typer(help="渠道账号（channels.toml）。", no_args_is_help=True, rich_markup_mode=None)


@app.command()
def check() -> int:
    """检查 channels.toml，列出渠道账号和回调地址；不连接平台。"""
    from app.channels import FILE, configured
    from app.settings import load_settings

    home = load_settings().home
    found = configured(home)
    for account in found:
        out(f"{type(account).__name__.removesuffix('Settings')}  {account.name}")
    if not found:
        out(f"没有渠道账号；写在 {home / FILE}，格式见 docs/channels.md")
    return Exit.OK


@app.command()
def menu(
    name: str = typer.Argument(..., metavar="NAME", help="公众号账号的名称，即 [wechat.名称]。"),
    dry: bool = typer.Option(False, "--dry-run", help="只比较，不改平台上的菜单。"),
) -> int:
    """把 channels.toml 里的菜单同步到公众号；一样就不动。"""
    from app.channels import configured
    from app.settings import load_settings
    from connectors.wechat.settings import WeChatSettings

    settings = load_settings()
    accounts = [a for a in configured(settings.home) if isinstance(a, WeChatSettings) and a.name == name]
    if not accounts:
        raise Failure(
            "channels menu", f"没有公众号账号「{name}」", "用 ./jinwen channels check 看有哪些", Exit.BAD_INPUT
        )
    out(asyncio.run(_synced(accounts[0], settings.database_url, dry)))
    return Exit.OK


async def _synced(account: WeChatSettings, database_url: str, dry: bool) -> str:
    import httpx

    from connectors.wechat.api import WeChatApi
    from connectors.wechat.menus import sync
    from dialogue.store import Store

    store = Store.open(database_url)
    try:
        async with httpx.AsyncClient() as client:
            changed = await sync(WeChatApi(account, client, store.engine), _buttons(account), dry=dry)
    finally:
        store.close()
    if not changed:
        return "菜单已经一样，没有改动"
    return "平台上的菜单不一样（没有改）" if dry else "菜单已同步"


def _buttons(account: WeChatSettings) -> list[dict[str, Any]]:
    if not account.menu:
        raise Failure("channels menu", f"「{account.name}」没有写 menu", "在 channels.toml 里写 menu", Exit.BAD_INPUT)
    return [dict(button) for button in account.menu]
