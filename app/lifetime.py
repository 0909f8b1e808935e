"""Ties processes to each other: a child dies with its owner, an owner asked to stop unwinds first.

The file is a program, too: ``python lifetime.py OWNER_PID COMMAND ARG…`` becomes COMMAND, tied to OWNER_PID. It uses
the standard library only, so that starting it costs 20 ms and needs no environment.
"""

import ctypes
import os
import signal
import sys
from types import FrameType
from typing import NoReturn

_PR_SET_PDEATHSIG = 1


def die_with_parent(parent: int) -> None:
    """Has the kernel kill this process when the thread that started it ends, be it by ``kill -9``.

    Args:
        parent: process id of the parent that was meant; another parent means that it is dead already.

    Raises:
        OSError: the kernel refuses, or the parent is gone.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) was refused; Linux is needed")
    if os.getppid() != parent:
        raise ProcessLookupError(f"parent process {parent} is gone")


def tied_to_owner(command: list[str]) -> list[str]:
    """Returns the command wrapped so that it dies with the calling thread's process.

    The kernel watches the *thread* that starts the command: start it from one that lives as long as it should.
    (A ``preexec_fn`` would run Python between fork and exec, which can hang in a process with threads.)
    """
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), *command]


def unwind_on_signals() -> None:
    """Makes SIGTERM and SIGHUP leave through ``SystemExit``, so that context managers stop what they started.

    To be called from the main thread. SIGINT does so by itself (``KeyboardInterrupt``).
    """

    def leave(number: int, _frame: FrameType | None) -> NoReturn:
        raise SystemExit(128 + number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)


def _become(owner: int, command: list[str]) -> NoReturn:
    die_with_parent(owner)
    os.execv(command[0], command)


if __name__ == "__main__":
    _become(int(sys.argv[1]), sys.argv[2:])
