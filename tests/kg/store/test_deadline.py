"""Deadlines of reads: they end a wait of the thread that set them, and of nobody else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from typing import Any

import pytest
from neo4j._deadline import Deadline
from neo4j._exceptions import SocketDeadlineExceededError
from neo4j._sync.io._bolt._bolt_socket import BoltSocket

from kg.store.deadline import within


@pytest.fixture
def ends() -> Iterator[tuple[Any, socket.socket]]:
    """The driver's socket, and the one of an engine that says nothing by itself."""
    ours, theirs = socket.socketpair()
    with ours, theirs:
        yield BoltSocket(ours), theirs


def test_a_wait_ends_with_the_time_of_its_thread(ends: tuple[Any, socket.socket]) -> None:
    reader, _ = ends
    with within(0.01) as over:
        with pytest.raises(SocketDeadlineExceededError):
            reader.recv(1)
        assert over()
    assert reader.get_read_deadline() is None


def test_what_comes_in_time_is_read_and_the_time_is_not_over(ends: tuple[Any, socket.socket]) -> None:
    reader, engine = ends
    engine.sendall(b"ab")
    with within(60) as over:
        assert reader.recv(1) == b"a"
        assert not over()
    assert reader.recv(1) == b"b"


def test_the_earlier_of_two_deadlines_holds(ends: tuple[Any, socket.socket]) -> None:
    reader, _ = ends
    greeting: Any = Deadline(0.01)
    reader.set_read_deadline(greeting)
    with within(60), pytest.raises(SocketDeadlineExceededError):
        reader.recv(1)
    assert reader.get_read_deadline() == greeting


def test_an_inner_deadline_gives_back_the_outer_one(ends: tuple[Any, socket.socket]) -> None:
    reader, _ = ends
    with within(0.02):
        with within(60):
            pass
        with pytest.raises(SocketDeadlineExceededError):
            reader.recv(1)


def test_other_threads_wait_as_long_as_they_like(ends: tuple[Any, socket.socket]) -> None:
    reader, engine = ends
    read: list[bytes] = []
    with within(0.0):
        other = threading.Thread(target=lambda: read.append(reader.recv(1)))
        other.start()
        engine.sendall(b"a")
        other.join(10)
    assert read == [b"a"]
