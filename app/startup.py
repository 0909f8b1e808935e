"""Bringing a server up behind its open port: graph, data, model, engine workers; and taking all of it down again."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

import structlog

from app.demo_data import DataReport, DataState, read_progress, was_filled
from app.front import Front
from app.graph_process import EmbeddedGraph, GraphEndpoint, endpoint_from_env
from app.lifetime import tied_to_owner
from app.settings import Settings
from dialogue.store import Store

if TYPE_CHECKING:
    from dialogue.engine import Engine

log = structlog.get_logger(__name__)
Say = Callable[[str], None]
Failed = Callable[[Exception], None]
Ready = Callable[[], None]

_POLL = 0.2


class StartFailed(Exception):
    """A part that nothing works without did not come up; the message is Chinese and says where to look."""


class Startup:
    """One bring-up. `say` gets lines for the console; `demo` is the folder for an empty graph, None for none."""

    def __init__(self, settings: Settings, store: Store, front: Front, say: Say, demo: Path | None) -> None:
        self._settings = settings
        self._store = store
        self._front = front
        self._say = say
        self._demo = demo
        self._began = time.monotonic()

    @asynccontextmanager
    async def running(
        self, on_failure: Callable[[Exception], None], on_ready: Callable[[], None]
    ) -> AsyncIterator[None]:
        """Brings up in the background while the body serves; what was started is stopped at the end.

        `on_failure` is called when it can't come up, `on_ready` when turns are answered.
        """
        async with AsyncExitStack() as stack:
            task = asyncio.create_task(self._guarded(stack, on_failure, on_ready))
            try:
                yield
            finally:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task

    async def _guarded(self, stack: AsyncExitStack, on_failure: Failed, on_ready: Ready) -> None:
        try:
            await self._bring_up(stack, on_ready)
        except Exception as error:  # whatever it is, the owner of the server decides what follows
            log.exception("startup.failed")
            on_failure(error)

    async def _bring_up(self, stack: AsyncExitStack, on_ready: Ready) -> None:
        at = await self._graph(stack)
        filled = was_filled(self._settings.home)
        data = asyncio.create_task(self._data())
        stack.push_async_callback(_cancelled, data)
        if filled:
            data_later, model = data, await self._model()
        else:
            model, _ = await asyncio.gather(self._model(), data)
            data_later = None
        await self._engine(stack, at, model)
        on_ready()
        if data_later is not None:
            await data_later

    async def _graph(self, stack: AsyncExitStack) -> GraphEndpoint:
        given = endpoint_from_env(os.environ)
        if given:
            self._step(f"知识图谱：{given.uri}")
            return given
        self._front.waiting_for = "启动知识图谱"
        graph = EmbeddedGraph(self._settings.home, self._settings.graph_heap)
        if not graph.claim():
            self._say("另一个命令正在用图谱，等它结束……")
            while not graph.claim():
                await asyncio.sleep(_POLL)
        stack.push_async_callback(asyncio.to_thread, graph.stop)
        await asyncio.to_thread(graph.start)
        self._step("知识图谱已启动")
        return graph.endpoint

    async def _model(self) -> Path:
        training = await asyncio.to_thread(import_module, "app.training")  # a second of imports: pages go on
        if training.model_is_current(self._settings):
            model: Path = training.ensure_model(self._settings, self._note)
            return model
        # In a child that can be stopped: a thread that trains would keep Ctrl-C waiting for a minute.
        code, last = await self._child(["app.cli", "train"], self._note)
        if code != 0:
            raise StartFailed(f"训练没有成功：{last}")
        made: Path | None = training.newest_model(self._settings)
        if made is None:
            raise StartFailed(f"训练没有留下模型；看 {self._settings.models} 里的 training.log")
        return made

    def _note(self, what: str) -> None:
        self._front.waiting_for = what
        self._say(what)

    async def _data(self) -> None:
        """Fills an empty graph or says how it differs; a fault there is told and keeps nobody waiting."""
        reports: list[DataReport] = []

        def told(line: str) -> None:
            item = read_progress(line)
            reports.append(item) if isinstance(item, DataReport) else self._note(item)

        arguments = [str(self._demo)] if self._demo else []
        code, last = await self._child(["app.demo_data", *arguments], told)
        if code != 0 or not reports:
            log.error("startup.data_failed", code=code, error=last)
            self._say(f"数据没有准备好（代码 {code}）：{last}")
            return
        report = reports[-1]
        log.info("startup.data", state=report.state.value, detail=report.detail)
        if report.detail:
            self._step(report.detail) if report.state is DataState.LOADED else self._say(report.detail)

    async def _child(self, module: list[str], line: Callable[[str], None]) -> tuple[int, str]:
        """Runs `python -m MODULE …`, hands on its lines, and returns its code and the last line of its stderr."""
        child = await asyncio.create_subprocess_exec(
            *tied_to_owner([sys.executable, "-P", "-m", *module]),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        assert child.stdout is not None and child.stderr is not None
        errors = asyncio.create_task(child.stderr.read())
        try:
            async for told in child.stdout:
                line(told.decode().strip())
            code = await child.wait()
            said = (await errors).decode(errors="replace").strip()
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        log.info("startup.child", module=module[0], code=code, stderr=said[-2000:])
        return code, said.splitlines()[-1] if said else ""

    async def _engine(self, stack: AsyncExitStack, at: GraphEndpoint, model: Path) -> None:
        start = await asyncio.to_thread(import_module, "app.engine_start")
        engine_log = stack.enter_context(start.worker_log(self._settings))
        engine: Engine = start.make_engine(self._settings, at, model, self._store, engine_log)
        stack.push_async_callback(engine.stop)
        await engine.start(self._settings.workers)
        self._front.open(engine)
        self._say("启动对话引擎（约 20 秒）……")
        while not engine.state.ready:
            await asyncio.sleep(_POLL)
        self._step("对话引擎已就绪")

    def _step(self, what: str) -> None:
        self._say(f"{what}（{time.monotonic() - self._began:.0f} 秒）")


async def _cancelled(task: asyncio.Task[None]) -> None:
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
