"""The desk of a running server: quick reading in threads, heavy work one by one in a process of its own.

Checking a large file, asking golden questions and publishing would keep the gateway's other requests waiting; and
what a hostile workbook does to memory, it does to a process that can be replaced.
"""

from __future__ import annotations

import asyncio
import importlib
import multiprocessing
import os
import resource
import time
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from types import ModuleType
from typing import TYPE_CHECKING, Any

import structlog

from app.graph_process import endpoint_from_env, running_endpoint
from app.lifetime import die_with_parent
from app.settings import Settings
from connectors.editor.ports import DeskRefused, No

if TYPE_CHECKING:
    from app.editing.parts import Parts

log = structlog.get_logger(__name__)

WATCHED = ("weigh", "publish", "rollback")
"""Heavy ones that tell how far they are."""
_MEMORY = 4 * 1024**3  # bytes of address space: a workbook that needs more ends its process, not the server
_stack = ExitStack()
_parts: Parts | None = None
_told: Any = None  # in the child: the two numbers that the owner reads, done and total


class ServerDesk:
    """A Desk (connectors.editor.ports) on this installation's graph and tables."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pool: ProcessPoolExecutor | None = None
        self._parts: Parts | None = None
        self._opening = asyncio.Lock()
        self._stack = ExitStack()
        self._context = multiprocessing.get_context("spawn")
        self._told = self._context.Array("q", 2)
        self._busy: tuple[str, float] = ("", 0.0)

    async def call(self, operation: str, **arguments: Any) -> Any:
        """See Desk."""
        if operation == "progress":
            return self._progress()
        if endpoint_from_env(os.environ) is None and running_endpoint(self._settings.home) is None:
            raise DeskRefused(No.AWAY, "知识图谱还在启动，请稍候")
        operations = await asyncio.to_thread(_operations)
        if operation in operations.HEAVY:
            return await self._apart(operation, arguments)
        self._warm()
        async with self._opening:
            if self._parts is None:
                self._parts = await asyncio.to_thread(_opened, self._settings, self._stack)
        return await asyncio.to_thread(operations.run_operation, self._parts, operation, arguments)

    async def close(self) -> None:
        """Ends the process, after what it does just now, and gives the connections back."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        await asyncio.to_thread(self._stack.close)

    def _warm(self) -> ProcessPoolExecutor:
        """The process, begun ahead of its first work, for that takes seconds: who signs in is about to need it."""
        if self._pool is None:
            # Submitted from the loop's own thread: the kernel ends the child with the thread that started it.
            self._pool = ProcessPoolExecutor(1, self._context, _begin, (self._settings, os.getpid(), self._told))
            self._pool.submit(_understand)
        return self._pool

    async def _apart(self, operation: str, arguments: dict[str, Any]) -> Any:
        self._busy, self._told[:] = (operation, time.monotonic()), (0, 0)
        try:
            work = self._warm().submit(_heavy, operation, arguments)
        except BrokenProcessPool:  # it ended while nobody needed it, as when the graph was being restarted
            self._pool = None
            work = self._warm().submit(_heavy, operation, arguments)
        try:
            return await asyncio.wrap_future(work)
        except BrokenProcessPool:
            self._pool = None
            log.error("desk.process_ended", operation=operation)
            raise DeskRefused(No.REFUSED, "处理这份文件的进程意外结束，可能文件太大；分成几个小文件再试") from None
        finally:
            self._busy = ("", 0.0)

    def _progress(self) -> dict[str, Any]:
        operation, since = self._busy
        done, total = self._told[:]
        return {
            "operation": operation,
            "done": done,
            "total": total,
            "seconds": time.monotonic() - since if operation else 0.0,
        }


def _operations() -> ModuleType:
    """Imported when somebody edits, and not before: it would be half a second of each start, and 60 MiB."""
    return importlib.import_module("app.editing.operations")


def _begin(settings: Settings, owner: int, told: Any) -> None:
    """Runs in the child, once."""
    global _parts, _told  # noqa: PLW0603 a worker process has one desk
    _told = told
    die_with_parent(owner)
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    _parts = _opened(settings, _stack)


def _understand() -> None:
    """Imports what understands questions."""
    importlib.import_module("dialogue.impact")


def _heavy(operation: str, arguments: dict[str, Any]) -> Any:
    assert _parts is not None
    watched = {"progress": _tell} if operation in WATCHED else {}
    return _operations().run_operation(_parts, operation, {**arguments, **watched})


def _tell(done: int, total: int) -> None:
    _told[:] = (done, total)


def _opened(settings: Settings, stack: ExitStack) -> Parts:
    from app.runtime import open_graph, parts_of

    parts = parts_of(stack.enter_context(open_graph(settings)), settings)
    stack.callback(parts.engine.dispose)
    return parts
