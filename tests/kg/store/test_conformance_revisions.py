"""Publishing on both engines: what one revision shows, and what another does."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kg.delta import Delta, NamedEntity
from kg.facts import Fact
from kg.store import Graph, Note, StaleBase, UnknownRevision
from tests.support.facts import fact, member, money, on, percent, subclass, term, text


def named(*ids: str) -> tuple[NamedEntity, ...]:
    return tuple(NamedEntity(i, i) for i in ids)


FIRST = (
    member("稳盈1号", "理财产品"),
    subclass("理财产品", "产品"),
    fact("稳盈1号", "起购金额", money(10000, "1万元")),
    fact("稳盈1号", "业绩比较基准", percent("2.10", "3.60")),
    fact("稳盈1号", "年利率", percent("2.35"), on("期限", term(36))),
    fact("稳盈1号", "特点", text("随时赎回")),
    fact("稳盈1号", "发行机构", "云杉银行"),
)


def publish(graph: Graph, delta: Delta, message: str = "") -> None:
    with graph.writing("张敏") as writing:
        writing.publish(delta, Note("张敏", message))


@pytest.fixture
def loaded(graph: Graph) -> Graph:
    publish(graph, Delta(0, added=FIRST, created=named("稳盈1号", "理财产品", "产品", "云杉银行")), "首次导入")
    return graph


def by_id(facts: list[Fact]) -> dict[str, Fact]:
    return {f.id: f for f in facts}


def test_an_empty_graph_has_revision_zero_and_nothing_in_it(graph: Graph) -> None:
    assert graph.head().number == 0
    assert graph.at().facts_of(["稳盈1号"]) == []
    assert list(graph.at().iter_entities()) == []


def test_facts_come_back_whole(loaded: Graph) -> None:
    found = by_id(loaded.at().facts_of(["稳盈1号", "理财产品"]))
    assert found == {f.id: replace(f, rev_from=1) for f in FIRST}
    head = loaded.head()
    assert (head.number, head.author, head.message, head.facts, head.entities) == (1, "张敏", "首次导入", 7, 4)


def test_a_changed_value_is_seen_in_the_new_revision_only(loaded: Graph) -> None:
    old = FIRST[2]
    new = replace(old, value=money(50000, "5万元"))
    before = loaded.at()
    publish(loaded, Delta(1, added=(new,), closed=(old,)))
    assert [f.text for f in loaded.at().facts_of(["稳盈1号"], ["起购金额"])] == ["5万元"]
    assert [f.text for f in before.facts_of(["稳盈1号"], ["起购金额"])] == ["1万元"]
    assert [f.text for f in loaded.at(1).facts_of(["稳盈1号"], ["起购金额"])] == ["1万元"]
    assert loaded.head().content_hash != loaded.revision(1).content_hash


def test_the_content_hash_comes_back_with_the_content(loaded: Graph) -> None:
    old = FIRST[2]
    new = replace(old, value=money(50000, "5万元"))
    publish(loaded, Delta(1, added=(new,), closed=(old,)))
    publish(loaded, Delta(2, added=(old,), closed=(new,)))
    assert loaded.revision(3).content_hash == loaded.revision(1).content_hash


def test_a_renamed_entity_keeps_its_id_and_each_revision_its_name(loaded: Graph) -> None:
    publish(loaded, Delta(1, changed=(NamedEntity("稳盈1号", "稳盈一号臻选"),)))
    assert loaded.at().entities(["稳盈1号"]) == {"稳盈1号": "稳盈一号臻选"}
    assert loaded.at(1).entities(["稳盈1号"]) == {"稳盈1号": "稳盈1号"}
    assert loaded.at(1).facts_of(["稳盈1号"])[0].subject_name == "稳盈1号"
    assert loaded.at().facts_of(["稳盈1号"])[0].subject_name == "稳盈一号臻选"


def test_a_withdrawn_entity_may_come_back(loaded: Graph) -> None:
    publish(loaded, Delta(1, closed=(FIRST[6],), withdrawn=("云杉银行",)))
    assert "云杉银行" not in dict(loaded.at().iter_entities())
    publish(loaded, Delta(2, added=(FIRST[6],), changed=(NamedEntity("云杉银行", "云杉银行"),)))
    assert "云杉银行" in dict(loaded.at().iter_entities())
    assert [len(list(loaded.at(n).iter_entities())) for n in (1, 2, 3)] == [4, 3, 4]
    assert [loaded.revision(n).entities for n in (1, 2, 3)] == [4, 3, 4]
    assert loaded.revision(3).content_hash == loaded.revision(1).content_hash


def test_a_delta_on_another_base_is_refused(loaded: Graph) -> None:
    with pytest.raises(StaleBase, match="head is 1"):
        publish(loaded, Delta(0, created=named("新产品")))
    assert loaded.head().number == 1


def test_a_revision_past_head_is_unknown(loaded: Graph) -> None:
    with pytest.raises(UnknownRevision):
        loaded.at(2)


def test_the_log_is_newest_first(loaded: Graph) -> None:
    publish(loaded, Delta(1, created=named("云杉理财")), "加机构")
    assert [(r.number, r.message) for r in loaded.log()] == [(2, "加机构"), (1, "首次导入")]
