"""`python -m bench.editors [--facts N] [--neo4j]`: checking, loading, weighing, publishing, rolling back at scale.

A customer in a process of its own asks all the while: when answers show a revision, and how long a turn takes.
The graph is made up: products of some classes with a figure, a text, a relation and a class each. Times are of this
process with an engine of its own in a scratch folder, embedded ArcadeDB or, with `--neo4j`, a Neo4j 5.26 as the tests
run it (JDK 17 and Maven); memory is the peak of this process while it checks.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from app.editing import desk
from app.editing.parts import Parts
from app.runtime import build_lexicon
from app.settings import Settings
from bench.customer import Customer
from bench.engines import Engine, engine_for
from bench.machine import this_machine
from bench.rows import Row
from bench.table import table
from dialogue.store.database import connect, upgrade
from kg.check import check
from kg.drafts import EDITING
from kg.golden import Golden, write_golden
from kg.loading import LoadOptions, examine, load
from kg.ontology_files import read_ontology
from kg.reader import TripleFiles
from kg.store import Graph

PER_PRODUCT = 4
CHANGED = 1000
QUESTIONS = 500
ONTOLOGY = "name,aliases,datatype,unit,cardinality,better_is\n起购金额,起购,money,元,one,low\n管理人,,entity,,one,\n"
MIB = 1024.0


def main(arguments: list[str]) -> int:
    """Measures and prints the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.editors")
    parser.add_argument("--facts", type=int, default=1_000_000, help="facts in the graph")
    parser.add_argument("--neo4j", action="store_true", help="on a Neo4j 5.26 instead of the embedded engine")
    wanted = parser.parse_args(arguments)
    run, called = engine_for(on_neo4j=wanted.neo4j)
    with tempfile.TemporaryDirectory(prefix="jinwen-bench-") as scratch:
        made = measure(Path(scratch), wanted.facts, run)
    print(f"{this_machine()}\n{wanted.facts:,} facts on {called}\n\n{table(made)}")
    return 0


def measure(scratch: Path, facts: int, run: Engine) -> list[Row]:
    """All rows of the table, on an engine that is started in a scratch folder."""
    files, home = scratch / "files", scratch / "home"
    files.mkdir(parents=True)
    home.mkdir()
    _write(files, facts // PER_PRODUCT)
    scale = facts / 1_000_000
    rows = _checking(files, facts, scale)
    with ExitStack() as stack:
        at = stack.enter_context(run(home))
        graph = stack.enter_context(Graph.connect(at.uri, at.user, at.password, at.database, home=home))
        parts = _parts(home, graph, facts // PER_PRODUCT)
        loaded = _timed("load", lambda: load([files], graph, LoadOptions(author="bench")))
        words = _timed("lexicon", lambda: build_lexicon(graph, parts.settings))
        rows += [
            Row(f"load {facts:,} facts through Bolt", "s", loaded.wall, target=150 * scale),
            Row("  of it this process, CPU", "s", loaded.cpu),
            Row("build its lexicon", "s", words.wall),
        ]
        with Customer(at, parts.settings, ASKED) as customer:
            for change in (FIGURES, NEW_WORDS):
                rows += _change(parts, customer, change, scratch)
            rows.append(Row("longest turn of a customer meanwhile", "ms", customer.longest, target=200))
    return rows


def _checking(files: Path, facts: int, scale: float) -> list[Row]:
    before = _peak()
    ontology, _problems = read_ontology([files])
    checked = _timed("check", lambda: check(TripleFiles.of([files]), ontology))
    return [
        Row(f"check {facts:,} rows", "s", checked.wall, target=30 * scale),
        Row("  of it CPU", "s", checked.cpu, target=30 * scale),
        Row("  memory it takes", "MiB", _peak() - before),
    ]


@dataclass(frozen=True)
class Change:
    """A change of CHANGED facts: what it is, and its rows."""

    what: str
    rows: Callable[[int], str]


FIGURES = Change("figures changed", lambda i: f"产品{i:07d},起购金额,{7 + i}元,")
NEW_WORDS = Change("facts under a new name", lambda i: f"产品{i:07d},服务热线,400-{i:07d},")
ASKED = "产品0000000的起购金额是多少"


def _change(parts: Parts, customer: Customer, change: Change, scratch: Path) -> list[Row]:
    """Weighing, publishing until a customer sees it, and taking back."""
    draft = _draft(parts, change, scratch / change.what)
    weighed = _timed("diff", lambda: desk.weigh(parts, draft))
    again = _timed("diff again", lambda: desk.weigh(parts, draft))
    waiting = desk.submit(parts, "bench", draft, parts.drafts.find(draft).version, "bench")
    head, started = parts.graph.head().number, time.time()
    published = _timed("publish", lambda: desk.publish(parts, "other", draft, waiting["version"]))
    seen = customer.saw(head + 1) - started
    back, returned = time.time(), _timed("rollback", lambda: desk.rollback(parts, "other", head, "bench"))
    gone = customer.saw(head + 2) - back
    told = f"{CHANGED:,} {change.what}"
    return [
        Row(f"diff of {told}, {QUESTIONS} golden questions", "s", weighed.wall, target=20),
        Row("  the same diff again", "s", again.wall, target=20),
        Row(f"publish {told}: until answers show it", "s", seen, target=3),
        Row("  of it this process, wall", "s", published.wall),
        Row("  of it this process, CPU", "s", published.cpu),
        Row("roll it back: until answers show it", "s", gone, target=3),
        Row("  of it this process, wall", "s", returned.wall),
    ]


def _parts(home: Path, graph: Graph, products: int) -> Parts:
    settings = Settings(home, f"sqlite:///{home}/jinwen.db", golden=home / "golden.csv")
    step = max(1, products // QUESTIONS)
    write_golden(
        settings.golden, [Golden(f"产品{i:07d}的起购金额是多少") for i in range(0, products, step)][:QUESTIONS]
    )
    engine = connect(settings.database_url)
    upgrade(engine)
    return Parts(settings, graph, engine)


def _draft(parts: Parts, change: Change, folder: Path) -> str:
    """The change, planned as a load of it would be."""
    folder.mkdir()
    rows = "\n".join(change.rows(i) for i in range(CHANGED))
    (folder / "change.csv").write_text(f"subject,predicate,object,source\n{rows}\n", encoding="utf-8")
    _report, delta = examine([folder], parts.graph, LoadOptions(author="bench"))
    made = parts.drafts.add(parts.graph.graph_id, delta, author="bench", message="bench", state=EDITING)
    return made.id


def _write(folder: Path, products: int) -> None:
    (folder / "ontology.csv").write_text(ONTOLOGY, encoding="utf-8")
    with (folder / "products.csv").open("w", encoding="utf-8") as file:
        file.write("subject,predicate,object,source\n")
        file.writelines(_rows(products))


def _rows(products: int) -> Iterator[str]:
    for i in range(products):
        name = f"产品{i:07d}"
        yield f"{name},实例,类别{i % 40},\n{name},起购金额,{1000 + i % 5000}元,说明书\n"
        yield f"{name},特点,第{i}种产品的特点,说明书\n{name},管理人,公司{i % 300},说明书\n"


@dataclass(frozen=True)
class Spent:
    """Seconds on the clock, and of this process's own work."""

    wall: float
    cpu: float


def _timed(what: str, work: Callable[[], object]) -> Spent:
    sys.stderr.write(f"{what} …\n")
    started, busy = time.monotonic(), time.process_time()
    work()
    return Spent(time.monotonic() - started, time.process_time() - busy)


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
