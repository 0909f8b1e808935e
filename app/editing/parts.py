"""What the desk works with, wired from the settings: graph, tables, lexicons, golden questions."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import Engine

from app.clock import bank_today
from app.settings import Settings
from dialogue.lexicons import draft_lexicon, lexicon_ahead, lexicon_of
from kg.delta import Delta
from kg.drafts import DraftStore
from kg.golden import Golden, read_golden
from kg.journal import Journal
from kg.lexicon.lexicon import Lexicon
from kg.overlay import Overlay
from kg.store import Graph
from kg.store.connection import PATIENT_S

if TYPE_CHECKING:
    from dialogue.trial import Side
    from kg.overlay import Base


@dataclass(frozen=True)
class Parts:
    """Everything that a desk needs; `engine` is a database whose tables are up to date."""

    settings: Settings
    graph: Graph
    engine: Engine

    @cached_property
    def drafts(self) -> DraftStore:
        """Drafts."""
        return DraftStore(self.engine)

    @cached_property
    def journal(self) -> Journal:
        """The journal of this graph."""
        return Journal(self.engine, self.graph.graph_id)

    @property
    def today(self) -> date:
        """The bank's day."""
        return bank_today()

    def goldens(self) -> list[Golden]:
        """The golden questions of this installation, else those of the demo bank. Raises GoldenFault."""
        own = self.settings.golden
        return read_golden(own if own.exists() else self.settings.data.parent / "golden.csv")

    def ahead(self, delta: Delta, restores: int | None = None) -> AbstractContextManager[None]:
        """Around a publication: the lexicon of the new revision is there when head moves; `restores` is the revision
        whose content it has, if it is a rollback."""
        base = self.graph.at(delta.base, timeout=PATIENT_S)
        return lexicon_ahead(base, delta, self.settings.lexicons, restores)

    def before(self, revision: int) -> Side:
        """A published revision, to be asked."""
        snapshot = self.graph.at(revision, timeout=PATIENT_S)
        return self._side(lexicon_of(snapshot, self.settings.lexicons), snapshot)

    @contextmanager
    def after(self, delta: Delta) -> Iterator[Side]:
        """A draft on its base, to be asked as long as this is open."""
        base = self.graph.at(delta.base, timeout=PATIENT_S)
        folder = Path(tempfile.mkdtemp(prefix="draft-", dir=_made(self.settings.lexicons)))
        try:
            directory = folder / "lexicon"
            draft_lexicon(base, delta, self.settings.lexicons, directory)
            yield self._side(Lexicon.open(directory), Overlay(base, delta))
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _side(self, lexicon: Lexicon, reader: Base) -> Side:
        # Understanding imports spaCy and jieba: two seconds that a load need not wait for.
        from dialogue.trial import Side
        from nlu.arbiter import Understanding

        return Side(Understanding(lexicon), reader, self.settings.institution)


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder
