"""The gateway on a real port, in a thread of its own, stoppable in the middle of a test."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from fastapi import FastAPI

from app.factory import GatewayServer, create_app, gateway_server
from connectors.editor.ports import Desk
from connectors.staff.auth import Staff
from connectors.web.settings import WebSettings
from tests.support.chat import Bank
from tests.support.waiting import wait_for


class Gateway:
    """A running gateway in front of a bank; the same port again after a restart."""

    def __init__(self, bank: Bank, settings: WebSettings, staff: tuple[Staff, Desk] | None = None) -> None:
        self.bank = bank
        self._settings = settings
        self._staff = staff
        self._port = 0
        self._server: GatewayServer | None = None
        self._thread: threading.Thread | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        self._server = gateway_server(
            create_app(self._settings, self.bank.engine, self.bank.stores, staff=self._staff), "127.0.0.1", self._port
        )
        self._thread = threading.Thread(target=self._server.run, name="gateway")
        self._thread.start()
        wait_for("the gateway", lambda: self._server and self._server.started)
        self._port = self._server.servers[0].sockets[0].getsockname()[1]

    def stop(self) -> None:
        if self._server and self._thread:
            self._server.should_exit = True
            self._thread.join(10)
            assert not self._thread.is_alive(), "the gateway did not stop within 10 s"


@contextmanager
def running_gateway(
    bank: Bank, settings: WebSettings | None = None, staff: tuple[Staff, Desk] | None = None
) -> Iterator[Gateway]:
    """A gateway that is stopped at the end."""
    gateway = Gateway(bank, settings or WebSettings(), staff)
    gateway.start()
    try:
        yield gateway
    finally:
        gateway.stop()


@contextmanager
def serving_app(app: FastAPI) -> Iterator[str]:
    """An application on a real port, stopped at the end; yields its address."""
    server = gateway_server(app, "127.0.0.1", 0)
    thread = threading.Thread(target=server.run, name="gateway")
    thread.start()
    try:
        wait_for("the gateway", lambda: server.started)
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(10)
        assert not thread.is_alive(), "the gateway did not stop within 10 s"
