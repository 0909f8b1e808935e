"""`jinwen user …`: accounts of staff and keys of programs, made on the machine itself."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import typer

from app.commands.console import out, say
from app.commands.failures import Exit, Failure
from app.commands.graph import user as machine_user
from app.commands.signing import read_password

if TYPE_CHECKING:
    from connectors.staff.accounts import Accounts
    from kg.journal import Journal

app = typer.Typer(help="员工账号和程序密钥。", no_args_is_help=True, rich_markup_mode=None)
NAME = typer.Argument(..., metavar="NAME", help="用户名。")


@app.command()
def add(
    name: str = NAME,
    role: list[str] = typer.Option(
        ...,
        "--role",
        "-r",
        help="角色，可多个：editor、approver、agent、supervisor、marketer、analyst、integrator、admin。",
    ),
    display: str = typer.Option("", "--display", help="显示的姓名。", show_default=False),
    days: int = typer.Option(0, "--days", min=0, help="多少天后失效；0 是一直有效。"),
) -> None:
    """添加一个用户；密码从终端输入（或从标准输入读一行）。"""
    with _opened() as (accounts, journal):
        from connectors.staff.roles import Role
        from kg.journal import Act

        try:
            roles = [Role(r) for one in role for r in one.replace("，", ",").split(",")]
        except ValueError as error:
            known = "、".join(Role)
            raise Failure("--role", str(error).split(" ")[0], f"可用的角色：{known}", Exit.BAD_INPUT) from None
        expires = datetime.now(UTC) + timedelta(days=days) if days else None
        made = accounts.add(name, display, read_password(f"给 {name} 设的密码："), roles, expires)
        journal.note(machine_user(), Act.USER_ADDED, who=name, roles=[r.value for r in roles])
    out(f"已添加用户 {made.name}（{'、'.join(r.value for r in made.roles)}）")


@app.command("list")
def list_all() -> None:
    """列出全部用户。"""
    with _opened() as (accounts, _journal):
        found = accounts.all()
    for account in found:
        state = "已停用" if account.disabled else "锁定中" if _locked(account.locked_until) else "可用"
        until = f"到 {account.expires_at:%Y-%m-%d}" if account.expires_at else ""
        roles = "、".join(r.value for r in account.roles)
        out(f"{account.name}  {account.display}  {roles}  {state}  {until}".rstrip())
    if not found:
        say("还没有用户；用 ./jinwen user add NAME --role approver 添加")


@app.command()
def password(name: str = NAME) -> None:
    """给用户设新密码；解除锁定，结束登录。"""
    with _opened() as (accounts, journal):
        from kg.journal import Act

        accounts.set_password(name, read_password(f"给 {name} 设的新密码："))
        journal.note(machine_user(), Act.USER_CHANGED, who=name)
    out(f"已给 {name} 设了新密码")


@app.command()
def disable(name: str = NAME) -> None:
    """停用一个用户；他的登录和密钥立即失效。"""
    with _opened() as (accounts, journal):
        from kg.journal import Act

        accounts.disable(name)
        journal.note(machine_user(), Act.USER_CHANGED, who=name, disabled=True)
    out(f"已停用 {name}")


@app.command()
def key(
    name: str = NAME,
    label: str = typer.Option("", "--label", help="给什么程序用。", show_default=False),
    scope: list[str] = typer.Option([], "--scope", help="只给这些权限；默认是用户的全部权限。"),
    days: int = typer.Option(365, "--days", min=1, help="多少天后失效。"),
) -> None:
    """给程序生成一个密钥，只显示这一次；在请求头写 Authorization: Bearer 密钥。"""
    with _opened() as (accounts, journal):
        from kg.journal import Act

        made = accounts.make_key(name, label, scope, datetime.now(UTC), timedelta(days=days))
        journal.note(machine_user(), Act.KEY_MADE, who=name, label=label, key=made.split("_")[1])
    out(made)


@app.command()
def revoke(key_id: str = typer.Argument(..., metavar="KEY", help="密钥编号：jwk_ 后面的一段。")) -> None:
    """作废一个密钥。"""
    with _opened() as (accounts, journal):
        from kg.journal import Act

        accounts.revoke_key(key_id)
        journal.note(machine_user(), Act.KEY_REVOKED, key=key_id)
    out(f"已作废密钥 {key_id}")


@contextmanager
def _opened() -> Iterator[tuple[Accounts, Journal]]:
    """The accounts of this installation and its journal; no graph is needed."""
    from app.settings import load_settings
    from connectors.staff.accounts import Accounts
    from dialogue.store.database import connect, upgrade
    from kg.journal import Journal

    engine = connect(load_settings().database_url)
    upgrade(engine)
    try:
        yield Accounts(engine), Journal(engine)
    finally:
        engine.dispose()


def _locked(until: datetime | None) -> bool:
    return until is not None and until > datetime.now(UTC)
