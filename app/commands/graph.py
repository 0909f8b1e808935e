"""What the commands on the graph share: opening it, and how facts are shown on one line."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from app.commands.console import Waiting, out

if TYPE_CHECKING:
    from app.settings import Settings
    from kg.facts import Fact
    from kg.store import Graph


@contextmanager
def opened_graph() -> Iterator[tuple[Graph, Settings]]:
    """The graph of this installation, running or started for this command, and the settings."""
    from app.lifetime import unwind_on_signals
    from app.runtime import open_graph
    from app.settings import load_settings

    unwind_on_signals()
    settings = load_settings()
    with open_graph(settings, on_wait=Waiting("正在启动知识图谱")) as graph:
        yield graph, settings


def user() -> str:
    """Who runs the command, as revisions name their authors."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user may have no name
        return "cli"


def local_time(moment: datetime) -> str:
    """A moment as the bank's clock shows it; databases without time zones keep UTC."""
    from app.clock import BANK_TIME

    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{aware.astimezone(BANK_TIME):%Y-%m-%d %H:%M:%S}"


def fact_line(fact: Fact) -> str:
    """A fact on one line: triple, qualifiers, period, where it was written."""
    from kg.qualifiers import written

    qualifiers = written(fact.qualifiers)
    parts = [fact.subject_name, fact.predicate, fact.text]
    if qualifiers:
        parts.append(f"（{qualifiers}）")
    if fact.valid_from or fact.valid_to:
        parts.append(f"[{fact.valid_from or ''}…{fact.valid_to or ''}]")
    place = f"  {fact.file}:{fact.line}" if fact.file else ""
    return " ".join(parts).replace("\n", " ") + place


def show_changes(
    added: Sequence[Fact], removed: Sequence[Fact], changed: Sequence[tuple[Fact, Fact]], limit: int | None = None
) -> None:
    """Lines of + new, - gone, ~ changed facts; at most `limit` of them, saying how many are left out."""
    lines = [f"+ {fact_line(fact)}" for fact in added]
    lines += [f"- {fact_line(fact)}" for fact in removed]
    lines += [f"~ {fact_line(old)}\n  → {fact_line(new)}" for old, new in changed]
    for line in lines[:limit]:
        out(line)
    if limit is not None and len(lines) > limit:
        out(f"……还有 {len(lines) - limit} 处（--all 全部列出）")
