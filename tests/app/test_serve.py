"""`jinwen serve` for real: one server on a part of the demo bank, asked through the command line and over HTTP."""

from __future__ import annotations

import json
import signal
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.serve_process import Served, demo_files, kill, processes_of, served
from tests.support.waiting import wait_for

pytestmark = [pytest.mark.rasa, pytest.mark.graph, pytest.mark.slow]

BANKRUPT = "云杉银行倒闭了我的存款最多赔多少"
KEPT = "客户身份资料要保存几年"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("serve")
    with served(folder / "home", demo_files(folder / "triples"), "--demo", "--port", "0") as running:
        yield running


def answered(server: Served, text: str, *options: str) -> dict[str, Any]:
    done = server.run("ask", "--json", *options, text)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_the_page_is_there_before_the_engine_and_says_what_it_waits_for(server: Served) -> None:
    address = server.address()
    assert httpx.get(address).status_code == 200
    assert httpx.get(f"{address}/healthz").status_code == 200
    state = httpx.get(f"{address}/readyz").json()
    assert state["ready"] or state["waiting_for"]


def test_one_address_is_printed_when_it_answers(server: Served) -> None:
    address = server.ready()
    assert address == server.address()
    assert server.printed().count("金问已就绪") == 1
    assert httpx.get(f"{address}/readyz").json() == {"ready": True, "waiting_for": ""}


def test_ask_uses_the_running_server(server: Served) -> None:
    server.ready()
    found = answered(server, BANKRUPT)
    assert any(f["source"] == "存款保险条例" and f["article"].startswith("第五条") for f in found["facts"])
    assert "50万元" in found["reply"]
    assert found["outcome"] == "answered"
    assert sum("dialogue.engine.worker" in command for command in processes_of(server.home).values()) == 1


def test_the_day_decides_which_version_of_a_law_holds(server: Served) -> None:
    server.ready()
    objects = {
        day: {f["object"] for f in answered(server, KEPT, "--today", day)["facts"]}
        for day in ("2024-06-01", "2026-06-01")
    }
    assert any("5年" in text for text in objects["2024-06-01"])
    assert any("10年" in text for text in objects["2026-06-01"])
    assert not any("10年" in text for text in objects["2024-06-01"])


def test_a_session_of_the_command_line_is_a_conversation(server: Served) -> None:
    server.ready()
    answered(server, "三年期整存整取的年利率", "--session", "a")
    found = answered(server, "那起存金额呢", "--session", "a")
    assert {(f["subject"], f["predicate"]) for f in found["facts"]} == {("三年期整存整取", "起存金额")}


def test_a_batch_keeps_every_line(server: Served, tmp_path: Path) -> None:
    server.ready()
    lines = [
        {"id": 1, "session": "a", "text": BANKRUPT},
        {"id": 2, "session": "b", "text": KEPT, "today": "2024-06-01"},
        {"id": 3, "session": "a", "text": '/greet{"x": 1}'},
        {"id": 4, "session": "c", "text": ""},
    ]
    source, target = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    source.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in lines) + "{\n", encoding="utf-8")
    done = server.run("ask", "--batch", source, "--out", target)
    assert done.returncode == 2
    assert "in.jsonl:5:" in done.stderr
    found = [json.loads(line) for line in target.read_text(encoding="utf-8").splitlines()]
    assert [r["id"] for r in found] == [1, 2, 3, 4, None]
    assert all(r["reply"] for r in found[:4])
    assert found[4]["error"].startswith("第 5 行")
    assert found[0]["facts"]


def test_a_loaded_file_changes_the_answer_without_training(server: Served, tmp_path: Path) -> None:
    server.ready()
    rows = "subject,predicate,object,source\n试金石1号,实例,理财产品,说明书\n试金石1号,起购金额,{},说明书\n"
    for amount in ("7万元", "8万元"):
        (tmp_path / "new.csv").write_text(rows.format(amount), encoding="utf-8")
        done = server.run("kg", "load", tmp_path / "new.csv")
        assert done.returncode == 0, done.stderr
        wait_for(amount, lambda amount=amount: amount in answered(server, "试金石1号起购金额是多少")["reply"], 30)  # type: ignore[misc]


def test_a_second_server_says_where_the_first_is(server: Served) -> None:
    done = server.run("serve")
    assert (done.returncode, server.address() in done.stdout) == (0, True)


def test_the_doctor_sees_what_runs(server: Served) -> None:
    server.ready()
    lines = server.run("doctor").stdout.splitlines()
    assert any(line.startswith(f"✓ 服务：{server.address()}") for line in lines)
    assert any(line.startswith("✓ 知识：第 ") for line in lines)
    assert any(line.startswith("✓ 语言模型：") for line in lines)


def test_logs_are_json_lines(server: Served) -> None:
    server.ready()
    lines = (server.home / "logs" / "server.jsonl").read_text(encoding="utf-8").splitlines()
    assert all("event" in json.loads(line) for line in lines)


def test_killing_the_server_leaves_no_process_and_ask_then_starts_what_it_needs(tmp_path: Path) -> None:
    with served(tmp_path / "home", demo_files(tmp_path / "triples"), "--demo", "--port", "0") as server:
        server.ready()
        assert len(processes_of(server.home)) >= 3  # itself, graph, worker
        kill(server.process)
        wait_for("the end of all its processes", lambda: not processes_of(server.home))
        found = answered(server, BANKRUPT)
        assert "50万元" in found["reply"]
        assert processes_of(server.home) == {}


def test_a_server_that_is_stopped_while_it_starts_leaves_no_process(tmp_path: Path) -> None:
    with served(tmp_path / "home", demo_files(tmp_path / "triples"), "--demo", "--port", "0") as starting:
        starting.address()
        starting.process.send_signal(signal.SIGTERM)
        starting.process.wait(30)
        # Python's resource tracker ends by itself once it reads that nobody holds its pipe any more.
        wait_for("the end of all its processes", lambda: not processes_of(starting.home))
        assert "Traceback" not in starting.printed()


def test_a_port_that_was_asked_for_and_is_taken_is_an_error(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with served(tmp_path / "home", tmp_path, "--port", str(port)) as refused:
            assert refused.process.wait(60) == 1
        assert f"--port：127.0.0.1:{port} 被占用" in refused.printed()
