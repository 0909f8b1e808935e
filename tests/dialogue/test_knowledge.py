"""What a worker follows: head with its lexicon, and an understanding that is only made anew when words change."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from dialogue.knowledge import KnowledgeBase
from kg.delta import Delta
from kg.lexicon.build import build
from kg.lexicon.carry import carry
from kg.store import Graph
from tests.support.facts import fact, member, money
from tests.support.memory import MemorySnapshot

FACTS = (member("稳盈1号", "理财产品"), fact("稳盈1号", "起购金额", money(10000)))
DEARER = (FACTS[0], fact("稳盈1号", "起购金额", money(60000)))
MORE = (*DEARER, member("松涛1号", "理财产品"))


class Published:
    """A graph whose head is set by the test."""

    graph_id = MemorySnapshot(FACTS).graph_id

    def __init__(self) -> None:
        self.revisions: dict[int, Any] = {}

    def publish(self, facts: Any) -> None:
        number = len(self.revisions) + 1
        self.revisions[number] = MemorySnapshot(facts, revision=number)

    def head(self) -> Any:
        return SimpleNamespace(number=len(self.revisions))

    def at(self, number: int) -> Any:
        return self.revisions[number]


def test_an_understanding_is_kept_while_all_words_stay(tmp_path: Path) -> None:
    graph = Published()
    base = KnowledgeBase(lambda: cast(Graph, graph), tmp_path)
    folder = tmp_path / graph.graph_id
    graph.publish(FACTS)
    base.refresh()
    first = base.pin()
    graph.publish(DEARER)
    carry(folder / "1", folder / "2", 2, Delta(1))
    base.refresh()
    second = base.pin()
    assert (second.revision, second.understanding is first.understanding) == (2, True)
    assert second.reader.facts_of(["稳盈1号"], ["起购金额"])[0].text == "60000元"
    graph.publish(MORE)
    build(graph.at(3), folder / "3")
    base.refresh()
    third = base.pin()
    assert third.understanding is not first.understanding
    assert third.lexicon.entity("松涛1号") is not None
    graph.publish(FACTS)
    carry(folder / "1", folder / "4", 4, Delta(1))
    base.refresh()
    assert (base.pin().revision, base.pin().understanding is first.understanding) == (4, True)
