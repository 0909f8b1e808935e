"""Demo users, one for each kind of work, for who looks at the demo bank; passwords made up at that moment."""

from __future__ import annotations

import secrets

from connectors.staff.accounts import Accounts
from connectors.staff.roles import Role

_USERS = (
    ("demo-editor", "演示编辑", Role.EDITOR),
    ("demo-approver", "演示审批", Role.APPROVER),
    ("demo-agent", "演示坐席", Role.AGENT),
    ("demo-agent-b", "演示坐席乙", Role.AGENT),
    ("demo-supervisor", "演示主管", Role.SUPERVISOR),
    ("demo-marketer", "演示市场", Role.MARKETER),
)


def demo_users(accounts: Accounts) -> list[tuple[str, str]]:
    """Name and password of fresh demo users; none where there is any account already."""
    if accounts.all():
        return []
    made = [(name, display, role, secrets.token_urlsafe(9)) for name, display, role in _USERS]
    for name, display, role, password in made:
        accounts.add(name, display, password, [role])
    return [(name, password) for name, _display, _role, password in made]
