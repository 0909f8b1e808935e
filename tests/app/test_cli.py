"""The command line without graph and engine: help, errors as one line, exit codes, the doctor."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from app.cli import run
from app.commands.failures import Exit, explain
from app.graph_state import GraphProcessError
from app.settings import PROJECT, SettingsError
from kg.drafts import UnknownDraft
from kg.store import GraphError, GraphUnavailable, StaleBase, UnknownRevision, WriterBusy

HEAVY = ("rasa", "tensorflow", "spacy", "neo4j", "sqlalchemy", "fastapi", "numpy")
FOR_WORK_OF_ITS_OWN = (
    "rasa",
    "tensorflow",
    "spacy",
    "jieba",
    "sklearn",
    "scipy",
    "pandas",
    "numpy",
    "neo4j",
    "openpyxl",
)
"""What engine, editors and batch work need: in the gateway it would be 250 MiB and some seconds before the page."""


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("JINWEN_HOME", str(tmp_path / "home"))
    return tmp_path / "home"


def test_help_imports_nothing_heavy() -> None:
    assert _imported(HEAVY, "from app.cli import run; run(['kg', '--help'])") == "[]"


def test_the_gateway_imports_what_serves_requests_and_no_more() -> None:
    assert _imported(FOR_WORK_OF_ITS_OWN, "import app.serving") == "[]"


def _imported(names: tuple[str, ...], code: str) -> str:
    """Those of the modules that a new process has imported after the code."""
    code = f"import sys; {code}; print('IMPORTED', [m for m in {names!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.rpartition("IMPORTED ")[2].strip()


def test_every_command_explains_itself_in_chinese(capsys: pytest.CaptureFixture[str]) -> None:
    commands = ["ask", "serve", "train", "eval", "doctor"]
    groups = ["check", "diff", "load", "publish", "rollback", "log", "show", "why", "export"]
    for arguments in [*([c] for c in commands), *(["kg", c] for c in groups)]:
        assert run([*arguments, "--help"]) == Exit.OK
        lines = capsys.readouterr().out.splitlines()
        assert any("\u4e00" <= c <= "\u9fff" for c in lines[2]), arguments


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["nonsense"], "nonsense"),
        (["kg", "load"], "FILE"),
        (["kg", "load", "没有.csv"], "没有.csv：没有这个文件或文件夹；检查路径"),
        (["kg", "export", "out.txt"], "out.txt：不是 .csv 或 .jsonld 文件名"),
        (["kg", "rollback", "第三版"], "'REV'"),
        (["ask"], "没有要问的话"),
        (["ask", "--today", "明天", "你好"], "--today：明天；写成 2026-01-31 这样的日期"),
        (["ask", "--batch", "in.jsonl"], "--batch 和 --out 要一起给"),
        (["ask", "--batch", "没有.jsonl", "--out", "o.jsonl"], "没有.jsonl"),
        (["eval", "--set", "没有这组"], "没有这组；写 dev、dev2、dev3、dev4、dev5、dev6、dev8、frozen"),
    ],
)
def test_what_cannot_be_meant_ends_in_2_with_one_line(
    arguments: list[str], told: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run(arguments) == Exit.BAD_INPUT
    error = capsys.readouterr().err
    assert told in error
    assert "Traceback" not in error


def test_a_bad_setting_ends_in_2(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("JINWEN_APPROVAL", "或许")
    assert run(["kg", "log"]) == Exit.BAD_INPUT
    assert "JINWEN_APPROVAL：'或许'；写 on 或 off" in capsys.readouterr().err


def test_an_unreachable_graph_ends_in_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:9")
    monkeypatch.setenv("NEO4J_PASSWORD", "")
    assert run(["kg", "log"]) == Exit.FAILED
    error = capsys.readouterr().err
    assert "连不上知识图谱" in error
    assert len(error.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (GraphUnavailable("graph", "bolt://x", "start it"), Exit.FAILED),
        (WriterBusy("writer lock", "held by kg load (process 7)", "wait"), Exit.FAILED),
        (StaleBase("publish", "base 3, head 4", "load again"), Exit.FAILED),
        (GraphError("read", "MATCH", "see the log"), Exit.FAILED),
        (UnknownRevision("revision", "9", "see kg log"), Exit.BAD_INPUT),
        (UnknownDraft("abc"), Exit.BAD_INPUT),
        (GraphProcessError("no memory"), Exit.FAILED),
        (SettingsError("JINWEN_PORT：x"), Exit.BAD_INPUT),
        (FileNotFoundError(2, "No such file", "a.csv"), Exit.BAD_INPUT),
        (PermissionError(13, "Permission denied", "a.csv"), Exit.FAILED),
        (ZeroDivisionError("division by zero"), Exit.FAILED),
    ],
)
def test_every_error_becomes_place_value_and_remedy(error: Exception, code: Exit) -> None:
    failure = explain(error)
    assert failure.code is code
    assert "；" in str(failure)
    assert "\n" not in str(failure)


def test_debug_shows_the_place_in_the_code(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("JINWEN_DEBUG", "")
    assert run(["--debug", "kg", "load", "没有.csv"]) == Exit.BAD_INPUT
    assert "Traceback" in capsys.readouterr().err


def test_the_doctor_works_where_nothing_was_ever_started(capsys: pytest.CaptureFixture[str], home: Path) -> None:
    code = run(["doctor"])
    lines = capsys.readouterr().out.splitlines()
    assert code == (Exit.FAILED if any(line.startswith("✗") for line in lines) else Exit.OK)
    found = {line[2:].split("：")[0]: line for line in lines}
    for name in ("Python", "环境", "软件包", "状态文件夹", "磁盘", "内存", "服务", "知识图谱", "语言模型", "数据库"):
        assert name in found, lines
    assert found["服务"] == "· 服务：没有运行；make run 启动它"
    assert "还没有建立" in found["知识图谱"]
    assert not home.exists()


def test_the_doctor_tells_a_bad_setting(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("JINWEN_PORT", "x")
    assert run(["doctor"]) == Exit.FAILED
    assert "✗ 设置：JINWEN_PORT" in capsys.readouterr().out


def test_the_doctor_tells_an_unreachable_graph(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("NEO4J_URI", "bolt://127.0.0.1:9")
    monkeypatch.setenv("NEO4J_PASSWORD", "")
    assert run(["doctor"]) == Exit.FAILED
    assert any(line.startswith("✗ 知识图谱") for line in capsys.readouterr().out.splitlines())
