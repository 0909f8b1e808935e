"""Data at the start of a server: an empty graph gets the given files, a filled one is only compared with them.

`python -m app.demo_data [DIR]` does it in a process of its own and tells, as JSON lines, how far it is and how it
ended; the server's own process needs neither the graph's driver nor the memory of a load.
"""

from __future__ import annotations

import hashlib
import json
import sys
import time
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.pace import Pace, pace

if TYPE_CHECKING:
    from app.settings import Settings
    from kg.store import Graph


class DataState(StrEnum):
    """How the graph stands to the files."""

    LOADED = "loaded"
    SAME = "same"
    DIFFERENT = "different"
    REFUSED = "refused"
    EMPTY = "empty"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class DataReport:
    """The end of it; `detail` is for a person."""

    state: DataState
    detail: str = ""


@dataclass(frozen=True, slots=True)
class _Compared:
    """What was compared with what, so that the next start need not do it again."""

    graph_id: str
    revision: int
    digest: str
    state: str
    detail: str


def main(arguments: list[str]) -> None:
    """Runs in the child."""
    from app.runtime import open_graph
    from app.settings import load_settings

    settings = load_settings()
    data = Path(arguments[0]) if arguments else None
    with open_graph(settings) as graph:
        graph.recover()
        report = _fill(graph, settings, data) if graph.head().number == 0 else _compare(graph, settings, data)
    _tell({"report": asdict(report)})


def read_progress(line: str) -> str | DataReport:
    """What a line of the child says: how far it is, or how it ended."""
    data = json.loads(line)
    if "progress" in data:
        return str(data["progress"])
    return DataReport(DataState(data["report"]["state"]), data["report"]["detail"])


def _fill(graph: Graph, settings: Settings, data: Path | None) -> DataReport:
    from app.runtime import build_lexicon, parts_of
    from kg.loading import LoadOptions, kept_files, load
    from kg.originals import keep_originals

    if data is None:
        return DataReport(DataState.EMPTY, "图谱是空的；用 ./jinwen kg load 载入文件")
    _tell({"progress": "检查数据"})
    options = LoadOptions(author="jinwen", message=f"首次启动载入 {data.name}", progress=_Percent())
    report = load([data], graph, options)
    if report.refused:
        errors = [str(p) for p in report.problems if p.severity.value == "error"]
        return DataReport(DataState.REFUSED, "\n".join([*errors, report.summary]))
    parts = parts_of(graph, settings)
    keep_originals(parts.engine, graph.graph_id, graph.head().number, kept_files([data]))
    parts.engine.dispose()
    _tell({"progress": "建立词典"})
    build_lexicon(graph, settings)
    _remember(settings.home, _Compared(graph.graph_id, graph.head().number, _digest(data), DataState.SAME, ""))
    return DataReport(DataState.LOADED, report.summary)


def _compare(graph: Graph, settings: Settings, data: Path | None) -> DataReport:
    from kg.loading import LoadOptions, preview

    if data is None:
        return DataReport(DataState.KEPT)
    head, digest = graph.head().number, _digest(data)
    known = _remembered(settings.home)
    if known is not None and (known.graph_id, known.revision, known.digest) == (graph.graph_id, head, digest):
        return DataReport(DataState(known.state), known.detail)
    found = preview([data], graph, LoadOptions(author="jinwen"))
    files = sorted({f.file for f in (*found.added, *(new for _old, new in found.changed), *found.removed, *found.gone)})
    same = not files and not found.predicates and not found.refused
    named = "、".join(files[:5]) + (f" 等 {len(files)} 个文件" if len(files) > 5 else "")
    counts = f"新增 {len(found.added)}、修改 {len(found.changed)}、图谱里多出 {len(found.removed) + len(found.gone)}"
    detail = "" if same else f"{data} 与图谱第 {head} 版不同（{counts}；{named}），没有载入；载入用 ./jinwen kg load"
    state = DataState.SAME if same else DataState.DIFFERENT
    _remember(settings.home, _Compared(graph.graph_id, head, digest, state, detail))
    return DataReport(state, detail)


def last_difference(home: Path, graph_id: str, revision: int) -> str:
    """How the graph differed from the files when they were last compared at this revision; empty if it did not."""
    known = _remembered(home)
    if known is None or (known.graph_id, known.revision) != (graph_id, revision):
        return ""
    return known.detail


def was_filled(home: Path) -> bool:
    """Whether an earlier start saw a filled graph."""
    return _file(home).exists()


def _digest(data: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in data.iterdir() if p.is_file()):
        digest.update(f"{path.name}\0{path.stat().st_size}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _file(home: Path) -> Path:
    return home / "data-compared.json"


def _remember(home: Path, compared: _Compared) -> None:
    scratch = _file(home).with_suffix(".new")
    scratch.write_text(json.dumps(asdict(compared), ensure_ascii=False), encoding="utf-8")
    scratch.replace(_file(home))


def _remembered(home: Path) -> _Compared | None:
    try:
        return _Compared(**json.loads(_file(home).read_text(encoding="utf-8")))
    except (FileNotFoundError, ValueError, TypeError):  # never written, or by another version
        return None


class _Percent:
    """Tells every tenth part of a load."""

    def __init__(self) -> None:
        self._told = 0
        self._pace = Pace()

    def __call__(self, done: int, total: int) -> None:
        percent, rate = done * 100 // max(total, 1), self._pace.rate(done, time.monotonic())
        if percent >= self._told + 10:
            self._told = percent
            _tell({"progress": pace("载入数据", done, total, rate)})


def _tell(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1:])
