"""Tables of the editors' side for tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from dialogue.store.database import connect, upgrade


def tables(folder: Path) -> Any:
    """A database in the folder, its tables up to date."""
    engine = connect(f"sqlite:///{folder}/jinwen.db")
    upgrade(engine)
    return engine
