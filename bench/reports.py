"""`python -m bench.reports [OUT.json] [--facts N] [--shape S]`: questions on made-up annual reports, on a real engine.

Loads the reports into an engine of its own with 1 GB of heap, asks the questions of `bench.annual_questions` one by one
(understanding, answer and wording; no Rasa, no HTTP) and says how many were right and how long each kind took.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bench.annual import SHAPES, Company, for_facts, write
from bench.annual_questions import TODAY, Question, mark, questions
from bench.machine import told
from bench.stats import percentile

if TYPE_CHECKING:
    from kg.store import Graph


def asked(graph: Graph, every: Sequence[Company]) -> dict[str, Any]:
    """Marks of all questions, and wall and processor milliseconds by kind, medians."""
    from app.settings import load_settings
    from dialogue.lexicons import lexicon_of
    from dialogue.replying import Setting, reply
    from kg.answer import Outcome
    from nlu import intents
    from nlu.arbiter import Understanding
    from nlu.memory import Memory

    snapshot = graph.at()
    lexicon = lexicon_of(snapshot, load_settings().lexicons)
    understanding = Understanding(lexicon)
    chances = dict.fromkeys(sorted(intents.KNOWLEDGE_INTENTS), 1 / len(intents.KNOWLEDGE_INTENTS))

    def turn(question: Question) -> str:
        understood = understanding.understand(question.text, chances, Memory(), TODAY)
        made = reply(understood, Memory(), Setting(snapshot, lexicon, TODAY, "云杉银行", question.text))
        return mark(question, made.message.plain(), answered=made.outcome is Outcome.ANSWERED).value

    marks: Counter[str] = Counter()
    spent: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for question in questions(every):
        wall, cpu = time.perf_counter(), time.process_time()
        marks[turn(question)] += 1
        spent[question.kind].append(((time.perf_counter() - wall) * 1000, (time.process_time() - cpu) * 1000))
    times = {
        kind: [round(percentile(sorted(part), 0.5), 1) for part in zip(*ms, strict=True)] for kind, ms in spent.items()
    }
    return {"marks": dict(marks), "ms by kind: wall, processor": times}


def main() -> None:
    """Runs in a scratch home of its own and prints the figures."""
    parser = argparse.ArgumentParser(prog="python -m bench.reports")
    parser.add_argument("out", nargs="?", type=Path)
    parser.add_argument("--facts", type=int, default=1_000_000)
    parser.add_argument("--shape", choices=sorted(set(SHAPES) - {"wide"}), default="qualifier")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="jinwen-reports-") as scratch:
        os.environ.update(JINWEN_HOME=f"{scratch}/home", JINWEN_GRAPH_HEAP="1g")
        from app.runtime import open_graph
        from app.settings import load_settings
        from kg.loading import LoadOptions, load

        every, file = for_facts(wanted.facts), Path(scratch) / "reports.csv"
        write(file, wanted.shape, every)
        with open_graph(load_settings()) as graph:
            report = load([file], graph, LoadOptions(author="bench"))
            found = {"facts": len(report.added), "load, s": round(report.seconds, 1), **asked(graph, every)}
    told(found, wanted.out)


if __name__ == "__main__":
    main()
