"""The desk of a running server: quick reading in threads, heavy work one by one in processes of its own.

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
from concurrent.futures import Future, ProcessPoolExecutor
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
SETTLING = ("publish", "rollback")
"""Heavy ones that customers wait for."""
_MEMORY = 4 * 1024**3  # bytes of address space: a workbook that needs more ends its process, not the server
_stack = ExitStack()
_parts: Parts | None = None
_told: Any = None  # in the child: the two numbers that the owner reads, done and total


class Child:
    """A process that does heavy operations one by one; begun when it is first needed, and again if it ended."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._context = multiprocessing.get_context("spawn")
        self._told = self._context.Array("q", 2)
        self._pool: ProcessPoolExecutor | None = None
        self._waiting = 0
        self._doing: tuple[str, float] = ("", 0.0)

    @property
    def busy(self) -> bool:
        """Whether it works just now."""
        return self._waiting > 0

    def warm(self) -> ProcessPoolExecutor:
        """The process, begun ahead of its first work, for that takes seconds: who signs in is about to need it."""
        if self._pool is None:
            # Submitted from the loop's own thread: the kernel ends the child with the thread that started it.
            self._pool = ProcessPoolExecutor(1, self._context, _begin, (self._settings, os.getpid(), self._told))
            self._pool.submit(_understand)
        return self._pool

    async def call(self, operation: str, arguments: dict[str, Any]) -> Any:
        """The operation's result, after what was asked of this process before. DeskRefused where it dies of it."""
        self._waiting += 1
        try:
            return await asyncio.wrap_future(self._submitted(operation, arguments))
        except BrokenProcessPool:
            self._pool = None
            log.error("desk.process_ended", operation=operation)
            raise DeskRefused(No.REFUSED, "处理这份文件的进程意外结束，可能文件太大；分成几个小文件再试") from None
        finally:
            self._waiting -= 1

    def progress(self) -> dict[str, Any]:
        """What it does, since how many seconds, and how far it is."""
        done, total = self._told[:]
        operation, since = self._doing if self.busy else ("", 0.0)
        seconds = time.monotonic() - since if operation else 0.0
        return {"operation": operation, "done": done, "total": total, "seconds": seconds}

    def close(self) -> None:
        """Ends the process after what it does just now."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _submitted(self, operation: str, arguments: dict[str, Any]) -> Future[Any]:
        self._doing, self._told[:] = (operation, time.monotonic()), (0, 0)
        try:
            return self.warm().submit(_heavy, operation, arguments)
        except BrokenProcessPool:  # it ended while nobody needed it, as when the graph was being restarted
            self._pool = None
            return self.warm().submit(_heavy, operation, arguments)


class ServerDesk:
    """A Desk (connectors.editor.ports) on this installation's graph and tables.

    A check of fifty megabytes takes the better part of a minute. What changes the answers does not wait for it:
    publishing and taking back go to a second process while the first one is busy.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._parts: Parts | None = None
        self._opening = asyncio.Lock()
        self._stack = ExitStack()
        self._checking, self._settling = Child(settings), Child(settings)

    async def call(self, operation: str, **arguments: Any) -> Any:
        """See Desk."""
        if operation == "progress":
            return (self._settling if self._settling.busy else self._checking).progress()
        if endpoint_from_env(os.environ) is None and running_endpoint(self._settings.home) is None:
            raise DeskRefused(No.AWAY, "知识图谱还在启动，请稍候")
        operations = await asyncio.to_thread(_operations)
        if operation in operations.HEAVY:
            return await self._child_for(operation).call(operation, arguments)
        self._checking.warm()
        async with self._opening:
            if self._parts is None:
                self._parts = await asyncio.to_thread(_opened, self._settings, self._stack)
        return await asyncio.to_thread(operations.run_operation, self._parts, operation, arguments)

    async def close(self) -> None:
        """Ends the processes, after what they do just now, and gives the connections back."""
        self._checking.close()
        self._settling.close()
        await asyncio.to_thread(self._stack.close)

    def _child_for(self, operation: str) -> Child:
        apart = operation in SETTLING and (self._checking.busy or self._settling.busy)
        return self._settling if apart else self._checking


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
