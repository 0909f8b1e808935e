"""What goes wrong, on both engines: killed and rival writers, slow statements, floods, lost connections."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from app.graph_process import GraphEndpoint
from kg.delta import Delta, NamedEntity
from kg.ontology import Predicate
from kg.store import (
    Graph,
    GraphError,
    GraphTimeout,
    GraphUnavailable,
    LeaseLost,
    Note,
    RowCapExceeded,
    Snapshot,
    WriterBusy,
)
from kg.store.connection import Connection, Tx
from tests.kg.store.conftest import open_graph
from tests.support.facts import fact, member, money, subclass, text
from tests.support.proxy import Proxy

OLD = (
    member("稳盈1号", "理财产品"),
    subclass("理财产品", "产品"),
    fact("稳盈1号", "起购金额", money(10000)),
    fact("稳盈1号", "特点", text("随时赎回"), many=True),
    fact("稳盈1号", "发行机构", "云杉银行"),
)
CHANGE = Delta(
    base=1,
    closed=OLD[2:],
    added=(
        replace(OLD[2], value=money(50000)),
        fact("稳盈1号", "特点", text("每日计息"), many=True),
        fact("稳盈2号", "发行机构", "云杉理财"),
        member("稳盈2号", "理财产品"),
        subclass("结构性存款", "产品"),
    ),
    created=tuple(NamedEntity(n, n) for n in ("稳盈2号", "云杉理财", "结构性存款")),
    changed=(NamedEntity("稳盈1号", "稳盈一号臻选"),),
    withdrawn=("云杉银行",),
    predicates=(Predicate("起购金额", many=False),),
    file_subjects={"产品.csv": ("稳盈2号",)},
)
Content = tuple[set[object], dict[str, str], object]


def content(snapshot: Snapshot) -> Content:
    """All that a revision says."""
    facts = {replace(f, rev_from=0, rev_to=0) for f in snapshot.iter_facts()}
    return facts, dict(snapshot.iter_entities()), snapshot.ontology()


def past_head(graph: Graph) -> int:
    """How many records there are that no published revision knows."""
    head = {"head": graph.head().number, "open": 2**62}
    condition = "x.rev_from > $head OR (x.rev_to > $head AND x.rev_to < $open)"
    nodes = graph.connection.read(f"MATCH (x) WHERE {condition} RETURN count(x)", head)[0][0]
    edges = graph.connection.read(f"MATCH ()-[x]->() WHERE {condition} RETURN count(x)", head)[0][0]
    return int(nodes) + int(edges)


@pytest.fixture
def loaded(graph: Graph) -> Graph:
    names = {i for f in OLD for i in (f.subject_id, f.object_id) if i}
    with graph.writing("测试") as writing:
        writing.publish(Delta(0, added=OLD, created=tuple(NamedEntity(n, n) for n in sorted(names))), Note("", ""))
    return graph


def die_at(step: int, endpoint: GraphEndpoint, home: Path) -> None:
    """Publish CHANGE and be killed in the middle: at transaction step // 2, before or after its commit."""
    count = 0
    whole = Connection._one_transaction

    def counted(self: Connection, work: Callable[[Tx], object], timeout: float) -> object:
        nonlocal count
        mine, count = count, count + 1
        if step == 2 * mine:
            return whole(self, lambda tx: (work(tx), os.kill(os.getpid(), signal.SIGKILL)), timeout)
        done = whole(self, work, timeout)
        if step == 2 * mine + 1:
            os.kill(os.getpid(), signal.SIGKILL)
        return done

    Connection._one_transaction = counted  # type: ignore[method-assign,assignment]
    with open_graph(endpoint, home).writing("编辑") as writing:
        writing.publish(CHANGE, Note("编辑", "改版"))
    os._exit(0)


def test_a_writer_killed_at_any_transaction_leaves_the_old_revision_or_the_new(
    loaded: Graph, graph_endpoint: GraphEndpoint
) -> None:
    assert loaded.home is not None
    old = content(loaded.at())
    outcomes = set()
    for step in range(100):
        child = multiprocessing.get_context("fork").Process(target=die_at, args=(step, graph_endpoint, loaded.home))
        child.start()
        child.join(60)
        if child.exitcode == 0:
            break
        assert child.exitcode == -signal.SIGKILL
        published = loaded.head().number == 2
        outcomes.add(published)
        if not published:
            assert content(loaded.at()) == old
            loaded.recover(wait=5)
            assert content(loaded.at()) == old
            assert past_head(loaded) == 0
        else:
            break
    assert outcomes == {False, True}
    assert step > 20
    new = content(loaded.at())
    assert {f.text for f in loaded.at().facts_of(["稳盈1号"], ["起购金额", "特点"])} == {"50000元", "每日计息"}
    assert content(loaded.at(1)) == old
    assert loaded.recover(wait=5) is False
    assert content(loaded.at()) == new
    assert past_head(loaded) == 0


def test_the_next_writer_undoes_what_a_dead_one_left(loaded: Graph, graph_endpoint: GraphEndpoint) -> None:
    assert loaded.home is not None
    child = multiprocessing.get_context("fork").Process(target=die_at, args=(9, graph_endpoint, loaded.home))
    child.start()
    child.join(60)
    assert past_head(loaded) > 0
    with loaded.writing("下一位", wait=5) as writing:
        made = writing.publish(CHANGE, Note("下一位", ""))
    assert made.number == 2
    assert past_head(loaded) == 0
    assert loaded.at().entities(["稳盈1号", "云杉银行"]) == {"稳盈1号": "稳盈一号臻选"}


def test_a_second_writer_on_this_machine_is_told_who_holds_the_graph(
    loaded: Graph, graph_endpoint: GraphEndpoint
) -> None:
    other = open_graph(graph_endpoint, loaded.home)
    with loaded.writing("张敏"), pytest.raises(WriterBusy, match=str(os.getpid())), other.writing("李娜", wait=0.3):
        pass
    other.close()


def test_a_second_writer_on_another_machine_is_told_who_holds_the_graph(
    loaded: Graph, graph_endpoint: GraphEndpoint
) -> None:
    other = open_graph(graph_endpoint)
    with loaded.writing("张敏"), pytest.raises(WriterBusy, match="张敏"), other.writing("李娜", wait=0.3):
        pass
    with other.writing("李娜", wait=0.3):
        pass
    other.close()


def test_a_second_writer_waits_for_the_first(loaded: Graph, graph_endpoint: GraphEndpoint) -> None:
    other = open_graph(graph_endpoint, loaded.home)
    held, done = threading.Event(), threading.Event()

    def first() -> None:
        with loaded.writing("张敏") as writing:
            held.set()
            done.wait(0.5)
            writing.publish(CHANGE, Note("张敏", ""))

    thread = threading.Thread(target=first)
    thread.start()
    held.wait(10)
    with other.writing("李娜", wait=20) as writing:
        assert other.head().number == 2
        assert writing.publish(Delta(2, created=(NamedEntity("新", "新"),)), Note("李娜", "")).number == 3
    thread.join(10)
    other.close()


def test_a_writer_whose_lease_ran_out_can_write_nothing_more(loaded: Graph, graph_endpoint: GraphEndpoint) -> None:
    other = open_graph(graph_endpoint)
    expire = "MATCH (w:Control {id: 'writer'}) SET w.expires = 1"
    with loaded.writing("慢") as slow:
        loaded.connection.execute(expire)
        with other.writing("快", wait=1) as quick:
            with pytest.raises(LeaseLost):
                slow.publish(CHANGE, Note("慢", ""))
            assert quick.publish(CHANGE, Note("快", "")).number == 2
    assert loaded.head().author == "快"
    other.close()


def test_a_slow_statement_ends_at_its_deadline(loaded: Graph) -> None:
    # 16 million rows take seconds on any machine; not more, for ArcadeDB goes on after the client has given up.
    slow = "UNWIND range(1, 4000) AS a UNWIND range(1, 4000) AS b WITH a * b AS c WHERE c % 7 = 3 RETURN count(c)"
    started = time.monotonic()
    with pytest.raises(GraphTimeout):
        loaded.connection.read(slow, timeout=0.05)
    assert time.monotonic() - started < 30
    assert loaded.head().number == 1


def test_more_rows_than_the_cap_are_refused_not_cut(loaded: Graph) -> None:
    small = Snapshot(loaded.connection, loaded.graph_id, 1, cap=2)
    with pytest.raises(RowCapExceeded):
        small.facts_of(["稳盈1号"])
    assert len(small.facts_of(["稳盈1号"], ["起购金额", "特点"])) == 2


@pytest.mark.parametrize(
    "clause", ["CREATE (:X)", "MATCH (n) DETACH DELETE n", "MERGE (:X {a: 1})", "CALL db.labels()"]
)
def test_a_reading_connection_sends_no_writing_statement(loaded: Graph, clause: str) -> None:
    with pytest.raises(GraphError, match="write"):
        loaded.connection.read(clause)


def test_cypher_in_a_cell_is_text(loaded: Graph) -> None:
    nasty = "') DETACH DELETE n //`{}$x \\' \" RETURN 1"
    delta = Delta(1, added=(fact(nasty, nasty, text(nasty)),), created=(NamedEntity(nasty, nasty),))
    with loaded.writing("测试") as writing:
        writing.publish(delta, Note(nasty, nasty))
    (found,) = loaded.at().facts_of([nasty])
    assert (found.predicate, found.text) == (nasty, nasty)
    assert loaded.at().ids_where(nasty, _contains(nasty)) == [nasty]
    assert len(content(loaded.at())[0]) == len(OLD) + 1


def _contains(words: str) -> object:
    from kg.query import Constraint
    from kg.values import Op

    return Constraint(words, Op.HAS, text(words))


@pytest.fixture
def proxied(loaded: Graph, graph_endpoint: GraphEndpoint) -> Iterator[tuple[Proxy, Graph]]:
    at = urlsplit(graph_endpoint.uri)
    with Proxy(at.hostname or "127.0.0.1", at.port or 7687) as proxy:
        through = replace(graph_endpoint, uri=f"bolt://127.0.0.1:{proxy.port}")
        graph = open_graph(through)
        yield proxy, graph
        graph.close()


def test_a_graph_that_is_down_says_so_quickly_and_is_found_again(proxied: tuple[Proxy, Graph]) -> None:
    proxy, graph = proxied
    snapshot = graph.at()
    proxy.cut()
    for _attempt in range(2):
        started = time.monotonic()
        with pytest.raises(GraphUnavailable):
            snapshot.facts_of(["稳盈1号"])
        assert time.monotonic() - started < 15  # the driver would go on for 30
    proxy.restore()
    assert len(snapshot.facts_of(["稳盈1号"])) == 4


def test_a_connection_cut_between_two_reads_is_not_noticed(proxied: tuple[Proxy, Graph]) -> None:
    proxy, graph = proxied
    assert graph.head().number == 1
    proxy.cut()
    proxy.restore()
    assert graph.head().number == 1
