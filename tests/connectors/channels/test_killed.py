"""A real process, really killed between the commit of a turn and its sending: sent after the restart, once."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from dialogue.store import Store
from tests.support.channels import wechat_scene
from tests.support.waiting import wait_for

PROJECT = Path(__file__).parents[3]
VICTIM = """
import asyncio, sys, time
from pathlib import Path
from connectors.channels.records import Inbound
from connectors.wechat.parsing import MESSAGE
from tests.support.channels import wechat_scene

async def main(folder):
    async with wechat_scene(folder) as scene:
        inbound = Inbound("wechat", "main", "o-1", "m-1", text="你好", grant=MESSAGE)
        entry, _ = scene.channels.inbox.put(inbound)
        claimed = scene.channels.inbox.claim(entry.id)
        await scene.channels.runner._turn(claimed)
        (folder / "committed").touch()
        time.sleep(600)

asyncio.run(main(Path(sys.argv[1])))
"""


async def test_kill_nine_between_commit_and_send(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(PROJECT)}
    victim = subprocess.Popen([sys.executable, "-c", VICTIM, str(tmp_path)], env=environment, cwd=tmp_path)
    try:
        wait_for("the commit", (tmp_path / "committed").exists, 60)
    finally:
        os.kill(victim.pid, signal.SIGKILL)
        victim.wait()
    store = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}")
    [item] = store.unsent()
    assert item.payload["message"]["text"] == "您说的是：你好"
    store.close()
    async with wechat_scene(tmp_path) as scene:
        scene.platform._allow("o-1", False)
        await scene.settle(16)
        assert scene.screen() == ["您说的是：你好"]
        assert scene.engine.turns == []  # it was answered before; nothing is answered twice
        await scene.settle(60)
        assert len(scene.screen()) == 1
        assert scene.store.unsent() == []
