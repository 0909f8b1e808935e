"""Making the engine of this installation: its settings, its database, workers that die with this process."""

from __future__ import annotations

from pathlib import Path
from typing import IO

from app.channels import elsewhere
from app.graph_process import GraphEndpoint
from app.lifetime import tied_to_owner
from app.logging import MAX_BYTES
from app.settings import Settings
from dialogue.engine import Engine, EngineSettings, GraphAddress
from dialogue.engine.process import COMMAND
from dialogue.store import Store


def make_engine(settings: Settings, at: GraphEndpoint, model: Path, store: Store, log: IO[bytes]) -> Engine:
    """An engine that is not started yet; `log` gets what its workers write to stderr."""
    return Engine(
        EngineSettings(
            home=settings.home,
            model=model,
            database_url=settings.database_url,
            graph=GraphAddress(at.uri, at.user, at.password, at.database),
            institution=settings.institution,
            offers=settings.offers,
            core=settings.core,
            desk=settings.desk,
            elsewhere=elsewhere(settings.home),
        ),
        store,
        command=tied_to_owner(list(COMMAND)),
        stderr=log,
    )


def worker_log(settings: Settings) -> IO[bytes]:
    """The file that workers log to, as JSON lines; a long one of earlier runs is put aside first."""
    folder = settings.home / "logs"
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / "engine.jsonl"
    if path.exists() and path.stat().st_size > MAX_BYTES:
        path.replace(folder / "engine.jsonl.1")
    return path.open("ab")
