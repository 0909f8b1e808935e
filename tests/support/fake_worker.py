"""A worker without Rasa: speaks the engine's protocol and does what the text says, to test the pool by.

死 ends the process (once per file named in the text after a blank), 慢 never answers, 起不来 comes from settings.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import sys
from pathlib import Path
from typing import Any


def reply(turn: dict[str, Any], count: int) -> dict[str, Any]:
    """The text, how many turns this process has taken, and its pid."""
    return {
        "session": turn["session"],
        "turn_id": f"t-{turn['message_id']}",
        "seq": count,
        "message": {"text": turn["text"]},
        "outcome": "answered",
        "intent": str(os.getpid()),
        "confidence": 1.0,
        "query": None,
        "facts": [],
        "truncated": False,
        "revision": 1,
        "trace_id": turn.get("trace_id", ""),
        "latency_ms": 0.1,
        "repeated": False,
    }


def obey(text: str) -> None:
    """Dies or hangs where the text says so."""
    what, _, mark = text.partition(" ")
    if what == "死" and not (mark and Path(mark).exists()):
        if mark:
            Path(mark).touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if what == "慢":
        signal.pause()


def main(connection: socket.socket) -> None:
    """Until the socket ends."""
    lines = connection.makefile("r", encoding="utf-8")

    def send(message: dict[str, Any]) -> None:
        connection.sendall(json.dumps(message).encode() + b"\n")

    json.loads(lines.readline())
    send({"state": "载入测试"})
    send({"ready": {"hotline": "95588-测试"}})
    for count, line in enumerate(lines, 1):
        message = json.loads(line)
        if "turn" in message:
            obey(message["turn"]["text"])
            send({"id": message["id"], "out": reply(message["turn"], count)})


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
