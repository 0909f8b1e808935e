"""What is installed, running, reachable and out of date here, and what to do about it. Starts nothing."""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import Enum
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.demo_data import last_difference
from app.graph_process import endpoint_from_env, engine_memory, running_endpoint
from app.server_file import running_server
from app.settings import PROJECT, Settings, load_settings

_PACKAGES = ("rasa", "neo4j", "arcadedb-embedded", "fastapi", "spacy", "scikit-learn", "sqlalchemy")
_TEST_TOOLS = (
    ("真 Neo4j 的测试", ("java", "mvn"), "apt-get install openjdk-17-jdk-headless maven"),
    ("浏览器测试", ("chromium",), "apt-get install chromium fonts-noto-cjk"),
    ("PostgreSQL 的测试", ("psql",), "apt-get install postgresql"),
)
_MIN_DISK, _MIN_MEMORY = 2_000_000_000, 2_000_000_000  # bytes: graph and logs; engine worker and graph engine


class State(Enum):
    """How a finding is meant."""

    GOOD = "✓"
    NOTE = "·"
    BAD = "✗"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `remedy` says what to do unless all is well."""

    state: State
    name: str
    what: str
    remedy: str = ""

    def __str__(self) -> str:
        return f"{self.state.value} {self.name}：{self.what}" + (f"；{self.remedy}" if self.remedy else "")


def examine() -> Iterator[Finding]:
    """Every finding, as soon as it is known; what is missing or broken keeps no other from being looked at."""
    yield from _guarded("环境", _environment)
    yield from _guarded("软件包", _packages)
    try:
        settings = load_settings()
    except Exception as error:  # whatever is wrong with them is the finding
        yield Finding(State.BAD, "设置", str(error), "改正后再运行一次")
        return
    for name, check in (
        ("机器", _machine),
        ("服务", _server),
        ("知识图谱", _graph),
        ("语言模型", _model),
        ("数据库", _database),
    ):
        yield from _guarded(name, lambda check=check: check(settings))  # type: ignore[misc]
    yield from _guarded("测试工具", _test_tools)


def _guarded(name: str, check: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from check()
    except Exception as error:  # the doctor reports what is broken, it does not break
        yield Finding(State.BAD, name, f"检查不了（{type(error).__name__}：{error}）", "按上面各项的提示处理后再试")


def _environment() -> Iterator[Finding]:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info[:2] == (3, 11):
        yield Finding(State.GOOD, "Python", f"{found}（{sys.prefix}）")
    else:
        yield Finding(State.BAD, "Python", f"{found}，需要 3.11", "用项目里的 ./jinwen 运行")
    stamp = PROJECT / ".venv" / ".stamp"
    lock = PROJECT / "requirements.lock"
    wanted = hashlib.sha256(f"{PROJECT}\n".encode() + lock.read_bytes()).hexdigest()
    if stamp.is_file() and stamp.read_text(encoding="ascii").strip() == wanted:
        yield Finding(State.GOOD, "环境", "与 requirements.lock 一致")
    else:
        yield Finding(State.BAD, "环境", ".venv 不是按 requirements.lock 装的", "运行任何 ./jinwen 命令会重新安装")


def _packages() -> Iterator[Finding]:
    found: list[str] = []
    for name in _PACKAGES:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            yield Finding(State.BAD, "软件包", f"没有 {name}", "删除 .venv 再运行 ./jinwen，会重新安装")
    yield Finding(State.GOOD, "软件包", "、".join(found))


def _machine(settings: Settings) -> Iterator[Finding]:
    home = settings.home
    existing = next(p for p in (home, *home.parents) if p.exists())
    if not os.access(existing, os.W_OK):
        yield Finding(State.BAD, "状态文件夹", f"{home} 不可写", "改权限，或把 JINWEN_HOME 设到别处")
    else:
        yield Finding(State.GOOD, "状态文件夹", f"{home}" + ("" if home.exists() else "（第一次运行时建立）"))
    free = shutil.disk_usage(existing).free
    state = State.GOOD if free >= _MIN_DISK else State.BAD
    yield Finding(state, "磁盘", f"剩 {free / 1e9:.1f} GB", "" if state is State.GOOD else "腾出 2 GB")
    available = _available_memory()
    state = State.GOOD if available >= _MIN_MEMORY else State.BAD
    remedy = "" if state is State.GOOD else "关掉别的程序；引擎和图谱约需 2 GB"
    yield Finding(state, "内存", f"可用 {available / 1e9:.1f} GB", remedy)


def _available_memory() -> int:
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return 0


def _server(settings: Settings) -> Iterator[Finding]:
    info = running_server(settings.home)
    if info is None:
        yield Finding(State.NOTE, "服务", "没有运行", "make run 启动它")
        return
    from app.server_client import ServerTurns

    state = ServerTurns(info).readiness()
    if state.ready:
        yield Finding(State.GOOD, "服务", f"{info.address}（进程 {info.pid}）")
    else:
        yield Finding(State.NOTE, "服务", f"{info.address} 正在等待：{state.waiting_for}", "稍候；细节在 logs 文件夹")


def _graph(settings: Settings) -> Iterator[Finding]:
    given = endpoint_from_env(os.environ)
    endpoint = given or running_endpoint(settings.home)
    if endpoint is None:
        filled = (settings.home / "graph").exists()
        what = "没有运行" if filled else "还没有建立"
        yield Finding(State.NOTE, "知识图谱", what, "make run 会启动它；kg 命令也会临时启动它")
        return
    from kg.store import Graph

    with Graph.connect(endpoint.uri, endpoint.user, endpoint.password, endpoint.database, home=settings.home) as graph:
        head = graph.head()
        memory = engine_memory(settings.home)
        used = f"，内存 {memory / 1e6:.0f} MB" if memory and not given else ""
        yield Finding(State.GOOD, "知识图谱", f"{graph.connection.engine()}，{endpoint.uri}{used}")
        if head.number == 0:
            yield Finding(State.BAD, "知识", "图谱是空的", "make run 载入示例，或 ./jinwen kg load 载入文件")
            return
        yield Finding(State.GOOD, "知识", f"第 {head.number} 版，{head.facts} 条事实")
        difference = last_difference(settings.home, graph.graph_id, head.number)
        if difference:
            yield Finding(State.NOTE, "数据", difference)
        if not (settings.lexicons / graph.graph_id / str(head.number)).exists():
            yield Finding(State.NOTE, "词典", f"第 {head.number} 版的还没有建", "服务启动时会建")


def _model(settings: Settings) -> Iterator[Finding]:
    from app.training import model_is_current, newest_model

    model = newest_model(settings)
    if model is None:
        yield Finding(State.NOTE, "语言模型", "还没有训练", "./jinwen train，或等 make run 训练")
    elif model_is_current(settings):
        yield Finding(State.GOOD, "语言模型", model.name)
    else:
        yield Finding(State.NOTE, "语言模型", f"{model.name} 比训练数据旧", "./jinwen train 重新训练")


def _database(settings: Settings) -> Iterator[Finding]:
    from sqlalchemy.engine import make_url

    url = make_url(settings.database_url)
    if url.get_backend_name() == "sqlite" and not Path(url.database or "").exists():
        yield Finding(State.NOTE, "数据库", f"{url.database} 还没有建立", "第一次运行时建立")
        return
    from dialogue.store.database import connect

    engine = connect(settings.database_url)
    try:
        with engine.connect() as connection:
            name = connection.dialect.name
        yield Finding(State.GOOD, "数据库", f"{name}，{url.render_as_string(hide_password=True)}")
    finally:
        engine.dispose()


def _test_tools() -> Iterator[Finding]:
    for what, programs, remedy in _TEST_TOOLS:
        missing = [program for program in programs if shutil.which(program) is None]
        if missing:
            yield Finding(State.NOTE, what, f"会跳过，缺 {'、'.join(missing)}", remedy)
        else:
            yield Finding(State.GOOD, what, "、".join(programs))
