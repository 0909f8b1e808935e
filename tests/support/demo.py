"""The demo bank in memory: data/triples through the real reader and load plan, with its lexicon and understanding.

Loaded once per test process (a few seconds); nothing here needs Rasa or a graph server.
"""

from __future__ import annotations

import atexit
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache
from pathlib import Path

from dialogue.replying import Reply, Setting, reply
from kg.lexicon.build import build
from kg.lexicon.lexicon import Lexicon
from kg.loading_plan import plan_load
from kg.ontology_files import read_ontology
from kg.problems import Problem, Severity
from kg.reader import TripleFiles
from kg.typed_rows import parse_row
from nlu import intents
from nlu.arbiter import Understanding
from nlu.encoder import KEPT
from nlu.memory import Memory
from nlu.understood import Understood
from tests.support.head import MemoryHead
from tests.support.memory import MemorySnapshot

PROJECT = Path(__file__).parents[2]
TRIPLES = PROJECT / "data" / "triples"
TODAY = date(2026, 11, 20)
"""The day the demo is written for."""
BANK = "云杉银行"
VECTORS = Path(tempfile.gettempdir()) / f"jinwen-vectors-{os.getuid()}"
KNOWLEDGE: Mapping[str, float] = dict.fromkeys(sorted(intents.KNOWLEDGE_INTENTS), 1 / len(intents.KNOWLEDGE_INTENTS))
"""What a classifier says that takes the turn for a question and has no opinion on its kind."""


def sure_of(intent: str) -> dict[str, float]:
    """What a classifier says that is nearly sure of one intent."""
    rest = 0.05 / len(KNOWLEDGE)
    return {**dict.fromkeys(KNOWLEDGE, rest), intent: 0.95}


def snapshot_of(paths: Iterable[Path]) -> MemorySnapshot:
    """The graph that loading these files into an empty store would give. Bad rows are an AssertionError."""
    paths = list(paths)
    ontology, problems = read_ontology(paths)
    parsed = [item if isinstance(item, Problem) else parse_row(item, ontology) for item in TripleFiles.of(paths)]
    rows = [item for item in parsed if not isinstance(item, Problem | list)]
    bad = [problem for item in parsed if isinstance(item, Problem | list) for problem in _listed(item)]
    plan = plan_load(rows, ontology, MemoryHead(), replace_gone=False, editor="测试")
    bad += [*problems, *plan.problems]
    errors = [str(p) for p in bad if p.severity is Severity.ERROR]
    assert not errors, errors[:5]
    return MemorySnapshot(plan.delta.added, ontology)


def _listed(item: Problem | list[Problem]) -> list[Problem]:
    return [item] if isinstance(item, Problem) else item


@dataclass(frozen=True)
class Bank:
    """A graph in memory, with the means to talk about it."""

    snapshot: MemorySnapshot
    lexicon: Lexicon

    @cached_property
    def understanding(self) -> Understanding:
        """Built on first use, FAQs prepared as a worker does; their vectors are kept for the next test process."""
        KEPT.keep_in(VECTORS)
        made = Understanding(self.lexicon)
        made.faqs.prepare()
        return made

    def id_of(self, name: str) -> str:
        """The id of the one entity of this name."""
        ids = [info.id for info in self.lexicon.by_name(name)]
        assert len(ids) == 1, f"{name}: {ids}"
        return ids[0]

    def understood(self, text: str, memory: Memory | None = None, today: date = TODAY, intent: str = "") -> Understood:
        """What a turn is taken to mean; `intent` is what the classifier would be sure of."""
        chances = sure_of(intent) if intent else KNOWLEDGE
        return self.understanding.understand(text, chances, memory or Memory(), today)

    def reply(self, text: str, memory: Memory | None = None, today: date = TODAY, intent: str = "") -> Reply:
        """The reply to one turn."""
        known = memory or Memory()
        setting = Setting(self.snapshot, self.lexicon, today, BANK, text)
        return reply(self.understood(text, known, today, intent), known, setting)

    def talk(self, *turns: str, today: date = TODAY) -> list[Reply]:
        """The replies of one conversation; memory goes through its JSON from turn to turn as it does in the slot."""
        memory = Memory()
        replies = []
        for text in turns:
            replies.append(self.reply(text, memory, today))
            memory = Memory.from_json(replies[-1].memory.to_json())
        return replies


def bank_of(snapshot: MemorySnapshot) -> Bank:
    """A graph with its lexicon, which is deleted when the process ends."""
    folder = Path(tempfile.mkdtemp(prefix="jinwen-lexicon-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    build(snapshot, folder / "lexicon")
    return Bank(snapshot, Lexicon.open(folder / "lexicon"))


@lru_cache(maxsize=1)
def demo_bank() -> Bank:
    """The demo bank, one for all tests of a process."""
    return bank_of(snapshot_of([TRIPLES]))
