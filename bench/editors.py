"""`python -m bench.editors [--facts N]`: checking, loading, publishing, weighing and rolling back on a large graph.

The graph is made up: products of some classes with a figure, a text, a relation and a class each. Times are of this
process with an embedded engine of its own in a scratch folder; memory is the peak of this process while it checks.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

from app.editing import desk
from app.editing.parts import Parts
from app.graph_process import EmbeddedGraph
from app.runtime import build_lexicon
from app.settings import Settings
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
    wanted = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="jinwen-bench-") as scratch:
        made = measure(Path(scratch), wanted.facts)
    print(f"{this_machine()}\n{wanted.facts:,} facts\n\n{table(made)}")
    return 0


def measure(scratch: Path, facts: int) -> list[Row]:
    """All rows of the table."""
    files, home = scratch / "files", scratch / "home"
    files.mkdir()
    home.mkdir()
    _write(files, facts // PER_PRODUCT)
    before = _peak()
    ontology, _problems = read_ontology([files])
    checked = _timed("check", lambda: check(TripleFiles.of([files]), ontology))
    grown = _peak() - before
    with ExitStack() as stack:
        at = stack.enter_context(EmbeddedGraph(home, heap="1g")).endpoint
        graph = stack.enter_context(Graph.connect(at.uri, at.user, at.password, at.database, home=home))
        parts = _parts(home, graph, facts // PER_PRODUCT)
        loaded = _timed("load", lambda: load([files], graph, LoadOptions(author="bench")))
        words = _timed("lexicon", lambda: build_lexicon(graph, parts.settings))
        draft = _draft(parts, scratch)
        weighed = _timed("diff, first", lambda: desk.weigh(parts, draft))
        again = _timed("diff, answers kept", lambda: desk.weigh(parts, draft))
        waiting = desk.submit(parts, "bench", draft, parts.drafts.find(draft).version, "bench")
        published = _timed("publish", lambda: desk.publish(parts, "other", draft, waiting["version"]))
        back = _timed("rollback", lambda: desk.rollback(parts, "other", 1, "bench"))
    scale = facts / 1_000_000
    return [
        Row(f"check {facts:,} rows", "s", checked, target=30 * scale),
        Row("memory that checking takes", "MiB", grown),
        Row(f"load {facts:,} facts through Bolt", "s", loaded, target=150 * scale),
        Row("build its lexicon", "s", words),
        Row(f"diff of {CHANGED} facts, {QUESTIONS} golden questions", "s", weighed, target=20),
        Row("the same diff again", "s", again, target=20),
        Row(f"publish {CHANGED} changed facts, lexicon included", "s", published, target=3),
        Row("roll it back", "s", back, target=3),
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


def _draft(parts: Parts, scratch: Path) -> str:
    """A thousand changed figures, planned as a load of them would be."""
    folder = scratch / "change"
    folder.mkdir()
    rows = "".join(f"产品{i:07d},起购金额,{7 + i}元\n" for i in range(CHANGED))
    (folder / "products.csv").write_text(f"subject,predicate,object\n{rows}", encoding="utf-8")
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


def _timed(what: str, work: Callable[[], object]) -> float:
    sys.stderr.write(f"{what} …\n")
    started = time.monotonic()
    work()
    return time.monotonic() - started


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MIB


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
