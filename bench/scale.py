"""`python -m bench.scale [OUT.json] [--facts N] [--neo4j]`: a synthetic graph of a million facts and 100,000 names.

Loads it through Bolt into an engine of its own, embedded ArcadeDB or a Neo4j 5.26 as the tests run it, then times
understanding, answering and wording of turns of each kind (without Rasa and HTTP, which cost the same on any graph),
the lexicon on names, and a publish of 1,000 facts. Everything is generated from a seed.
"""

from __future__ import annotations

import argparse
import csv
import os
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from bench.engines import Engine, engine_for
from bench.machine import told
from bench.stats import percentile

if TYPE_CHECKING:
    from kg.store import Graph

DAY = date(2026, 11, 20)
SEED = 20261123
NAMES = 100_000
CLASSES = ("公司", "门店", "楼盘", "设备")
_HEAD = "恒瑞嘉泰盛昌鸿福安宁华茂隆丰佳美天成永和顺达云海东方新远正大"
_MIDDLE = "科创星辰宇航博雅锦绣金桥银泰蓝山绿洲青松白鹭红枫紫光玉泉石门"
_CITIES = ("沧澜", "云溪", "松江口", "白石", "临渊", "青屿", "望海", "平湖", "远山", "晴川")


def names(count: int, dice: random.Random) -> list[str]:
    """Distinct invented names."""
    found: dict[str, None] = {}
    while len(found) < count:
        head = dice.choice(_HEAD) + dice.choice(_MIDDLE) + dice.choice(_MIDDLE) + dice.choice(_HEAD)
        found[head + dice.choice(_MIDDLE) + dice.choice(("股份", "商贸", "中心", "工场"))] = None
    return list(found)


def triples(every: Sequence[str], facts: int, dice: random.Random) -> Iterator[tuple[str, str, str, str, str]]:
    """Rows subject, predicate, object, subject_type, qualifiers; `facts` of them or a few less."""
    years = range(2010, 2026)
    per_name = facts // len(every)
    for number, name in enumerate(every):
        cls = CLASSES[number % len(CLASSES)]
        yield name, "注册资本", f"{dice.randint(10, 99999)}万元", cls, ""
        yield name, "员工人数", f"{dice.randint(3, 20000)}人", cls, ""
        yield name, "评分", f"{dice.randint(10, 50) / 10}", cls, ""
        yield name, "所在城市", dice.choice(_CITIES), cls, ""
        yield name, "上级公司", every[dice.randrange(len(every))], cls, ""
        for year in dice.sample(years, min(len(years), max(0, per_name - 6))):
            yield name, "营业收入", f"{dice.randint(1, 99999)}万元", cls, f"年度={year}年"


def write(path: Path, facts: int) -> list[str]:
    """The triple file; returns the names."""
    dice = random.Random(SEED)
    every = names(NAMES if facts >= NAMES * 8 else max(100, facts // 10), dice)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(("subject", "predicate", "object", "subject_type", "qualifiers"))
        table.writerows(triples(every, facts, dice))
    return every


def timed(run: Callable[[], object]) -> float:
    """Milliseconds that something takes."""
    started = time.perf_counter()
    run()
    return (time.perf_counter() - started) * 1000


def busy(run: Callable[[], object]) -> tuple[float, float]:
    """Milliseconds that something takes, on the clock and of this process's own processor time."""
    started = time.process_time()
    wall = timed(run)
    return wall, (time.process_time() - started) * 1000


def turns(graph: Graph, every: Sequence[str]) -> dict[str, float]:
    """Medians in ms of turns by kind, each about another name or figure; `own` is this process's processor time."""
    from app.settings import load_settings
    from dialogue.lexicons import lexicon_of
    from dialogue.replying import Setting, reply
    from kg.lexicon.linker import link
    from nlu import intents
    from nlu.arbiter import Understanding
    from nlu.memory import Memory

    settings, snapshot = load_settings(), graph.at()
    built = timed(lambda: lexicon_of(snapshot, settings.lexicons))
    lexicon = lexicon_of(snapshot, settings.lexicons)
    understanding = Understanding(lexicon)
    chances = dict.fromkeys(sorted(intents.KNOWLEDGE_INTENTS), 1 / len(intents.KNOWLEDGE_INTENTS))
    dice = random.Random(SEED + 1)
    chosen = dice.sample(list(every), 60)

    def turn(text: str) -> str:
        understood = understanding.understand(text, chances, Memory(), DAY)
        made = reply(understood, Memory(), Setting(snapshot, lexicon, DAY, "云杉银行", text))
        return made.outcome.value

    def kind(texts: Sequence[str]) -> dict[str, float]:
        outcomes = [turn(texts[0])]
        spent = [busy(lambda text=text: outcomes.append(turn(text))) for text in texts[1:]]  # type: ignore[misc]
        wall, cpu = (sorted(part) for part in zip(*spent, strict=True))
        right = sum(o == "answered" for o in outcomes) / len(outcomes)
        figures = {"p50": percentile(wall, 0.5), "p99": percentile(wall, 0.99), "own p50": percentile(cpu, 0.5)}
        return {**figures, "answered": round(right, 2)}

    kinds = {
        "attribute": [f"{n}的注册资本是多少" for n in chosen],
        "attribute of a year": [f"{n}2019年的营业收入" for n in chosen],
        "filter": [f"注册资本{dice.randint(9000, 9999)}0万元以上的公司有哪些" for _ in range(15)],
        "filter that nine of ten meet": [f"注册资本{dice.randint(100, 9999)}万元以上的公司有哪些" for _ in range(6)],
        "filter by a text": [f"所在城市是{c}的公司有哪些" for c in _CITIES[:6]],
        "filter of a year": [f"2019年营业收入{dice.randint(9000, 9999)}0万元以上的公司有哪些" for _ in range(6)],
        "superlative": ["评分最高的门店", *(f"注册资本最{w}的{c}" for w in ("高", "低") for c in CLASSES)],
        "count": [f"员工人数{dice.randint(19000, 19990)}人以上的公司有多少家" for _ in range(15)],
    }
    found: dict[str, float] = {"lexicon built, s": built / 1000}
    for name, texts in kinds.items():
        found.update({f"{name} {figure}": value for figure, value in kind(texts).items()})
    exact = sorted(timed(lambda n=n: link(f"{n}怎么样", lexicon, [(0, 99)])) for n in chosen)  # type: ignore[misc]
    typos = [n[:2] + dice.choice(_MIDDLE) + n[3:] for n in chosen]
    fuzzy = sorted(timed(lambda n=n: link(f"{n}怎么样", lexicon)) for n in typos)  # type: ignore[misc]
    return {**found, "link exact p50": percentile(exact, 0.5), "link misspelt p50": percentile(fuzzy, 0.5)}


def measured(scratch: Path, facts: int, run: Engine) -> dict[str, float]:
    """All figures: seconds for loading, milliseconds for the rest, MiB for memory."""
    from app.runtime import build_lexicon, parts_of
    from app.settings import load_settings
    from kg.loading import LoadOptions, load
    from kg.store import Graph

    file, more = scratch / "million.csv", scratch / "thousand.csv"
    every = write(file, facts)
    with more.open("w", encoding="utf-8", newline="") as handle:
        table = csv.writer(handle)
        table.writerow(("subject", "predicate", "object"))
        table.writerows((n, "服务热线", f"400-{i:07d}") for i, n in enumerate(every[:1000]))
    found: dict[str, float] = {}
    home = load_settings().home
    home.mkdir(mode=0o700)
    with run(home) as at, Graph.connect(at.uri, at.user, at.password, at.database, home=home) as graph:
        report = load([file], graph, LoadOptions(author="bench"))
        found["load, s"] = report.seconds
        found["facts"] = graph.head().number and len(report.added)
        found.update(turns(graph, every))

        parts = parts_of(graph, load_settings())

        def publish() -> None:
            load([more], graph, LoadOptions(author="bench", ahead=parts.ahead))
            build_lexicon(graph, load_settings())

        found["publish 1,000, ms"] = timed(publish)
    found["memory of this process, MiB"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return {name: round(value, 2) for name, value in found.items()}


def main() -> None:
    """Runs in a scratch home of its own and prints the figures."""
    parser = argparse.ArgumentParser(
        prog="python -m bench.scale", description=__doc__.splitlines()[0] if __doc__ else ""
    )
    parser.add_argument("out", nargs="?", type=Path)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--neo4j", action="store_true", help="on a Neo4j 5.26 instead of the embedded engine")
    wanted = parser.parse_args()
    run, called = engine_for(on_neo4j=wanted.neo4j)
    with tempfile.TemporaryDirectory(prefix="jinwen-scale-") as scratch:
        os.environ.update(JINWEN_HOME=f"{scratch}/home")
        figures = measured(Path(scratch), wanted.facts, run)
    told({"engine": called, **figures}, wanted.out)


if __name__ == "__main__":
    main()
