"""Who acts at the terminal: the machine's user, or a member of staff with a password where approval is on."""

from __future__ import annotations

import getpass
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.commands.failures import Exit, Failure
from app.commands.graph import user

if TYPE_CHECKING:
    from app.editing.parts import Parts


def approver(parts: Parts, name: str) -> str:
    """The name under which something is published.

    With JINWEN_APPROVAL=on and an approver among the accounts, that is a member of staff who may approve and gives
    the password; before there is one, whoever has the machine.
    """
    from connectors.staff.accounts import Accounts, SignInRefused
    from connectors.staff.roles import Scope
    from kg.journal import Act

    accounts = Accounts(parts.engine)
    if not parts.settings.approval or not any(Scope.APPROVE in a.principal.scopes for a in accounts.all()):
        return name or user()
    if not name:
        raise Failure("审批已打开", "", "用 --user 写明批准人的用户名", Exit.BAD_INPUT)
    try:
        account = accounts.sign_in(name, read_password(f"{name} 的密码："), datetime.now(UTC))
    except SignInRefused:
        parts.journal.note(name, Act.SIGN_IN_FAILED)
        raise Failure("登录没有成功", name, "检查用户名和密码；多次失败会锁定 15 分钟", Exit.BAD_INPUT) from None
    if Scope.APPROVE not in account.principal.scopes:
        raise Failure("不能发布", name, "请有审批角色（approver）的同事来发布", Exit.BAD_INPUT)
    return account.name


def read_password(prompt: str) -> str:
    """A password from the terminal without echo, or from a line of stdin where that is no terminal."""
    if sys.stdin.isatty():
        return getpass.getpass(prompt)
    return sys.stdin.readline().rstrip("\r\n")
