"""What a worker needs to know, as it travels to it: never on a command line, where others could read the password."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class GraphAddress:
    """Where the graph answers."""

    uri: str
    user: str
    password: str
    database: str


@dataclass(frozen=True, slots=True)
class EngineSettings:
    """`home` is the state folder, `model` the trained model's file, `institution` the bank's own name in the graph,
    `offers` the folder of the offers' files, None for no offers, `desk` that of the agents' desk, None for no agents,
    `core` the bank's core system (customer.core); `elsewhere` are channels whose people the platform itself has.

    `turn_timeout` is how many seconds a turn may take before it is answered with an apology, `start_timeout`
    how long a turn waits for a worker that has never been ready.
    """

    home: Path
    model: Path
    database_url: str
    graph: GraphAddress
    institution: str = "云杉银行"
    offers: Path | None = None
    core: str = ""
    desk: Path | None = None
    elsewhere: tuple[str, ...] = ()
    turn_timeout: float = 8.0
    start_timeout: float = 60.0

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        paths = {name: str(getattr(self, name) or "") for name in ("home", "model", "offers", "desk")}
        return {**asdict(self), **paths}

    @staticmethod
    def from_json(data: dict[str, Any]) -> EngineSettings:
        """The settings that `to_json` wrote."""
        paths = {name: Path(data[name]) if data[name] else None for name in ("home", "model", "offers", "desk")}
        rest = {"graph": GraphAddress(**data["graph"]), "elsewhere": tuple(data["elsewhere"])}
        return EngineSettings(**{**data, **paths, **rest})
