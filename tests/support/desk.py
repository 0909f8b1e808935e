"""The editors' side for tests: its tables, and a desk on a small bank."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from app.editing.operations import run_operation
from app.editing.parts import Parts
from app.graph_process import GraphEndpoint
from app.settings import Settings
from dialogue.store.database import connect, upgrade
from kg.golden import Golden, write_golden
from kg.loading import LoadOptions, load
from kg.store import Graph
from tests.support.cli import GOOD, ONTOLOGY, wipe


def tables(folder: Path) -> Any:
    """A database in the folder, its tables up to date."""
    engine = connect(f"sqlite:///{folder}/jinwen.db")
    upgrade(engine)
    return engine


class LocalDesk:
    """A Desk that runs everything in a thread of this process."""

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    async def call(self, operation: str, **arguments: Any) -> Any:
        if operation == "progress":
            return {"operation": "", "done": 0, "total": 0, "seconds": 0.0}
        return await asyncio.to_thread(run_operation, self.parts, operation, arguments)


@contextmanager
def desk_parts(at: GraphEndpoint, folder: Path, *, approval: bool = True) -> Iterator[Parts]:
    """A desk's parts on an empty graph into which the small bank of tests.support.cli was loaded."""
    home, files = folder / "home", folder / "triples"
    files.mkdir(parents=True)
    (files / "ontology.csv").write_text(ONTOLOGY, encoding="utf-8")
    (files / "products.csv").write_text(GOOD, encoding="utf-8")
    home.mkdir()
    engine = tables(home)
    settings = Settings(home, str(engine.url), approval=approval, golden=home / "golden.csv", data=files)
    write_golden(settings.golden, [Golden("稳盈1号的起购金额是多少"), Golden("定期三年的年利率是多少")])
    wipe(at)
    with Graph.connect(at.uri, at.user, at.password, at.database, home=home) as graph:
        report = load([files], graph, LoadOptions(author="小王"))
        assert report.revision is not None, report.summary
        yield Parts(settings, graph, engine)
    engine.dispose()
