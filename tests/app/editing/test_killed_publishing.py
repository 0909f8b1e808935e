"""Publishers and loaders killed with -9 at random points: one revision or the other, whole, and a draft to go on."""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from app.editing import desk
from app.editing.parts import Parts
from app.graph_process import GraphEndpoint
from dialogue.lexicons import lexicon_of
from dialogue.store.database import connect
from kg.drafts import PUBLISHED, WAITING
from kg.loading import LoadOptions, examine, load
from kg.publishing import settle_published
from kg.store import Graph
from tests.support.desk import desk_parts

KILLS = 50
NAMES = [f"产品{number}" for number in range(300)]
SEEN = {"errors": 0, "impact": {"questions": 0, "changes": []}}
pytestmark = [pytest.mark.slow, pytest.mark.graph]


@pytest.fixture
def parts(arcadedb_endpoint: GraphEndpoint, tmp_path: Path) -> Iterator[Parts]:
    with desk_parts(arcadedb_endpoint, tmp_path, approval=False) as made:
        yield made


def written(folder: Path, amount: int) -> Path:
    """A file in which every product costs the same."""
    path = folder / "价.csv"
    rows = "".join(f"{name},起购金额,{amount}元\n" for name in NAMES)
    path.write_text(f"subject,predicate,object\n{rows}", encoding="utf-8")
    return path


def _work(at: GraphEndpoint, parts: tuple[object, ...], draft: str, path: Path) -> None:
    """In the child: publishes a draft, or loads a file where there is none."""
    settings, url = parts
    with Graph.connect(at.uri, at.user, at.password, at.database, home=settings.home) as graph:  # type: ignore[attr-defined]
        mine = Parts(settings, graph, connect(str(url)))  # type: ignore[arg-type]
        if draft:
            desk.publish(mine, "李强", draft, 1)
        else:
            load([path], graph, LoadOptions(author="夜间批量", ahead=mine.ahead))


def test_a_kill_at_any_point_leaves_a_whole_revision_and_an_open_draft(
    parts: Parts, arcadedb_endpoint: GraphEndpoint, tmp_path: Path
) -> None:
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__])
    dice = random.Random(20261123)
    load([written(tmp_path, 1)], parts.graph, LoadOptions(author="小王"))
    standing, longest, fates = 1, 1.0, set()
    for turn in range(KILLS):
        amount, head = turn + 2, parts.graph.head().number
        path, draft = written(tmp_path, amount), ""
        if turn % 2:
            _report, delta = examine([path], parts.graph, LoadOptions(author="王敏"))
            added = parts.drafts.add(parts.graph.graph_id, delta, author="王敏", message="", findings=SEEN)
            draft = added.id
        arguments = (arcadedb_endpoint, (parts.settings, parts.engine.url), draft, path)
        child = context.Process(target=_work, args=arguments)
        began = time.monotonic()
        child.start()
        child.join(dice.uniform(0, longest))
        if child.is_alive() and child.pid is not None:
            os.kill(child.pid, signal.SIGKILL)
            child.join()
        else:
            longest = max(0.3, time.monotonic() - began)
        parts.graph.recover(wait=30)
        settle_published(parts.graph, parts.drafts)
        now = parts.graph.head().number
        assert now in (head, head + 1)
        standing = amount if now > head else standing
        facts = [f for f in parts.graph.at().iter_facts(["起购金额"]) if f.subject_id in NAMES]
        assert (len(facts), {f.text for f in facts}) == (len(NAMES), {f"{standing}元"})
        assert lexicon_of(parts.graph.at(), parts.settings.lexicons).revision == now
        if draft:
            state = parts.drafts.find(draft).state
            assert state == (PUBLISHED if now > head else WAITING)
            fates.add(state)
            if state == WAITING:
                _resume_or_drop(parts, draft, resume=turn % 4 == 1)
                standing = amount if parts.graph.head().number > head else standing
    assert fates == {PUBLISHED, WAITING}


def _resume_or_drop(parts: Parts, draft: str, *, resume: bool) -> None:
    if resume:
        assert desk.publish(parts, "李强", draft, parts.drafts.get(draft).version)["state"] == PUBLISHED
    else:
        assert desk.drop(parts, "王敏", draft)["state"] == "dropped"


def test_a_full_disk_or_a_lost_connection_leaves_the_old_revision_answering(parts: Parts, tmp_path: Path) -> None:
    _report, delta = examine([written(tmp_path, 7)], parts.graph, LoadOptions(author="王敏"))
    draft = parts.drafts.add(parts.graph.graph_id, delta, author="王敏", message="", findings=SEEN)
    full = replace(parts.settings, home=Path("/proc/no-space-here"))
    with pytest.raises(OSError):
        desk.publish(Parts(full, parts.graph, parts.engine), "李强", draft.id, 1)
    assert parts.graph.head().number == 1
    assert parts.drafts.get(draft.id).state == WAITING
    assert desk.publish(parts, "李强", draft.id, 1)["revision"] == 2
