"""What the editor API needs of others: a desk that carries out what is asked, and says no in words."""

from __future__ import annotations

from enum import StrEnum
from typing import Any, Protocol


class No(StrEnum):
    """Why a desk does not do something."""

    UNKNOWN = "unknown"
    CONFLICT = "conflict"
    REFUSED = "refused"
    FORBIDDEN = "forbidden"
    AWAY = "away"


class DeskRefused(Exception):
    """The desk does not do it; `detail` is Chinese, for the editor. Both are arguments: it crosses processes."""

    def __init__(self, why: str, detail: str) -> None:
        super().__init__(why, detail)
        self.why, self.detail = No(why), detail


class Desk(Protocol):
    """Carries out operations by name (app.editing.operations.OPERATIONS); results are plain JSON."""

    async def call(self, operation: str, **arguments: Any) -> Any:
        """The result. Raises DeskRefused."""
