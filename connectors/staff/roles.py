"""Roles and what each may do. A principal carries scopes only; nobody asks for a role."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    """One thing that staff and programs may do."""

    READ = "kg:read"
    DRAFT = "kg:draft"
    APPROVE = "kg:approve"
    GOLDEN = "golden:edit"
    TURNS = "turns:read"
    AUDIT = "audit:read"
    USERS = "users:manage"
    AGENT = "desk:agent"
    SUPERVISE = "desk:supervise"
    GROWTH = "growth:edit"
    DECIDE = "growth:decide"
    CUSTOMERS = "customers:read"
    CUSTOMER_ASSETS = "customers:assets"


class Role(StrEnum):
    """What a person is hired for."""

    EDITOR = "editor"
    APPROVER = "approver"
    AGENT = "agent"
    SUPERVISOR = "supervisor"
    MARKETER = "marketer"
    ANALYST = "analyst"
    ADMIN = "admin"
    INTEGRATOR = "integrator"


_SCOPES: dict[Role, frozenset[Scope]] = {
    Role.EDITOR: frozenset({Scope.READ, Scope.DRAFT, Scope.GOLDEN, Scope.TURNS}),
    Role.APPROVER: frozenset({Scope.READ, Scope.APPROVE, Scope.GOLDEN, Scope.TURNS, Scope.AUDIT}),
    # Who serves a customer sees what he holds; who writes offers sees whom they are for.
    Role.AGENT: frozenset({Scope.READ, Scope.AGENT, Scope.CUSTOMERS, Scope.CUSTOMER_ASSETS}),
    Role.SUPERVISOR: frozenset(
        {
            Scope.READ,
            Scope.AGENT,
            Scope.SUPERVISE,
            Scope.CUSTOMERS,
            Scope.CUSTOMER_ASSETS,
            Scope.TURNS,
            Scope.AUDIT,
        }
    ),
    Role.MARKETER: frozenset({Scope.READ, Scope.GROWTH, Scope.CUSTOMERS}),
    Role.ANALYST: frozenset({Scope.READ, Scope.TURNS}),
    # Programs of the bank that show offers: a key of such an account, no person.
    Role.INTEGRATOR: frozenset({Scope.DECIDE}),
    # Who makes accounts does not thereby change knowledge.
    Role.ADMIN: frozenset({Scope.READ, Scope.USERS, Scope.AUDIT}),
}


def scopes_of(roles: Iterable[Role]) -> frozenset[str]:
    """All that the roles allow together."""
    return frozenset(scope.value for role in roles for scope in _SCOPES[role])
