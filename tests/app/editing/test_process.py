"""The desk of a server: what is heavy runs apart, and publishing does not wait for somebody's check."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from app.editing.process import ServerDesk
from app.graph_process import GraphEndpoint
from tests.support.desk import desk_parts

pytestmark = [pytest.mark.graph, pytest.mark.slow]

ROWS = 150_000
ROW = "subject,predicate,object\n稳盈1号,起购金额,2万元\n".encode()


@pytest.fixture
async def server(
    arcadedb_endpoint: GraphEndpoint, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[ServerDesk]:
    at = arcadedb_endpoint
    for name, value in (("URI", at.uri), ("USER", at.user), ("PASSWORD", at.password), ("DATABASE", at.database)):
        monkeypatch.setenv(f"NEO4J_{name}", value)
    with desk_parts(arcadedb_endpoint, tmp_path, approval=False) as parts:
        made = ServerDesk(parts.settings)
        yield made
        await made.close()


async def test_a_publication_overtakes_a_long_check(server: ServerDesk) -> None:
    given: dict[str, Any] = {"actor": "王敏", "message": "改价", "take_out": False}
    draft = await server.call("open_draft", files={"价.csv": ROW}, **given)
    ready = await server.call("submit", actor="王敏", draft_id=draft["id"], version=draft["version"], message="")
    many = "subject,predicate,object\n" + "".join(f"产品{i},特点,好{i}\n" for i in range(ROWS))
    check = asyncio.create_task(server.call("open_draft", files={"多.csv": many.encode()}, **given))
    while (await server.call("progress"))["operation"] != "open_draft":
        await asyncio.sleep(0.01)
    done = await server.call("publish", actor="李强", draft_id=ready["id"], version=ready["version"])
    assert (done["published"]["number"], check.done()) == (2, False)
    assert (await server.call("progress"))["operation"] == "open_draft"
    late = await check
    assert late["findings"]["errors"] == 0
    assert (late["base"], (await server.call("progress"))["operation"]) in ((1, ""), (2, ""))
    [listed] = [d for d in await server.call("list_drafts", settled=False) if d["id"] == late["id"]]
    assert listed["facts"] == ROWS
