"""`serve`: one server per home folder; the port is open at once, the rest comes up behind it and ends with it."""

from __future__ import annotations

import contextlib
import errno
import socket
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from fastapi import FastAPI

from app.channels import ChannelApp, elsewhere
from app.demo_simulators import DemoSimulators
from app.demo_staff import demo_users
from app.editing.process import ServerDesk
from app.factory import create_app, gateway_server
from app.front import Front
from app.internal_api import internal_router
from app.logging import configure_logging
from app.offers_source import GraphOffers, open_published
from app.server_file import announce, serving
from app.settings import Settings
from app.startup import Startup
from connectors.desk.ports import AgentDesk
from connectors.desk.service import DeskService
from connectors.desk.ticking import ticking
from connectors.growth.ports import GrowthDesk
from connectors.staff.accounts import Accounts
from connectors.staff.auth import Staff
from connectors.web.limits import RateLimiter
from connectors.web.live import Hub
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from desk.live_rules import LiveRules
from dialogue.store import Store
from growth.service import Growth
from kg.journal import Journal
from kg.memory import settle

_NEXT_PORTS = 50
Say = Callable[[str], None]


class PortTaken(Exception):
    """The port that was asked for is in use."""

    def __init__(self, host: str, port: int) -> None:
        super().__init__(f"{host}:{port} is in use")
        self.host, self.port = host, port


@dataclass(frozen=True, slots=True)
class Wanted:
    """How to serve. `exact_port` refuses to take another one; `demo` is the folder for an empty graph, and with
    `simulators` a demonstration has its platforms beside it."""

    host: str
    port: int
    exact_port: bool
    demo: Path | None
    simulators: bool = True


def serve(settings: Settings, wanted: Wanted, say: Say, ready: Say) -> None:
    """Serves until SIGINT or SIGTERM; `say` gets console lines, `ready` the address once turns are answered.

    Raises:
        AlreadyServed: this home folder has a server.
        PortTaken: no port.
        Exception: what kept the rest from coming up, after everything was stopped.
    """
    with serving(settings.home) as home:
        configure_logging(home, "server")
        with contextlib.closing(_bound(wanted, say)) as listening:
            _serve(settings, wanted, listening, say, ready)


def _serve(settings: Settings, wanted: Wanted, listening: socket.socket, say: Say, ready: Say) -> None:
    address = _address(listening)
    store = Store.open(settings.database_url)
    failures: list[Exception] = []
    front = Front()
    startup = Startup(settings, store, front, say, wanted.demo)

    def failed(error: Exception) -> None:
        failures.append(error)
        server.should_exit = True

    desk = ServerDesk(settings)
    offers = GraphOffers(partial(open_published, settings), settings.lexicons)
    growth = GrowthDesk(Growth(store.engine, settings.offers), offers, settings.home)
    demo = wanted.demo is not None
    channels = ChannelApp(settings, front, store, demo=demo, address=address, growth=growth)
    platforms = DemoSimulators(settings.home, address) if demo and wanted.simulators else None

    @contextlib.asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with (
            startup.running(failed, lambda: _announced(address, platforms, demo, ready, say)),
            channels.running(),
            ticking(agents, app.state.web.hub),
            _signs(settings, app.state.web.hub),
            platforms.running() if platforms else contextlib.nullcontext(),
        ):
            try:
                yield
            finally:
                await desk.close()

    staff = Staff(Accounts(store.engine), Journal(store.engine))
    if demo:
        _told(staff, address, say)
    agents = _agents(settings, store, channels, growth)
    app = create_app(
        _web(settings),
        front,
        web_stores(store),
        staff=(staff, desk),
        growth=growth,
        identity=channels.people,
        outreach=channels.outreach_desk,
        agents=agents,
        limiter=_limiter(settings),
        lifespan=lifespan,
    )
    for router in (*channels.routers(), internal_router(front, announce(settings.home, address).token)):
        app.include_router(router)
    server = gateway_server(app, wanted.host, 0)
    say(f"网页已打开：{address}，正在准备……")
    try:
        server.run(sockets=[listening])
    finally:
        offers.close()
        store.close()
    if failures:
        raise failures[0]


def _agents(settings: Settings, store: Store, channels: ChannelApp, growth: GrowthDesk) -> AgentDesk:
    live = LiveRules(settings.desk, elsewhere(settings.home))
    service = DeskService(store, live, channels.channels, announcer=channels.announcer)
    return AgentDesk(service, settings.desk, channels.channels, growth)


def _told(staff: Staff, address: str, say: Say) -> None:
    """Who may look at the demonstration, once."""
    for name, password in demo_users(staff.accounts):
        say(f"{address}/staff 的演示用户：{name}，密码 {password}（只显示这一次）")


def _announced(address: str, platforms: DemoSimulators | None, demo: bool, ready: Say, say: Say) -> None:
    """Turns are answered: the address, and where everything is."""
    # The engine's package is loaded by now, and was not to be before the port opened.
    from dialogue.engine.hugepages import collapse_heap

    collapse_heap()
    settle()
    ready(address)
    pages = [("网页对话", "/"), ("嵌入示例", "/demo-host")]
    if demo:
        pages += [("网页对话（示例客户一已登录）", "/#login=demo-1"), ("手机银行示例", "/phone")]
    pages += [("坐席台", "/staff/desk"), ("主管台", "/staff/supervisor"), ("编辑台", "/staff")]
    for name, path in pages:
        say(f"  {name}：{address}{path}")
    for one in platforms.all if platforms is not None else ():
        say(f"  {one.name}：{one.address}")


def _signs(settings: Settings, hub: Hub) -> contextlib.AbstractAsyncContextManager[None]:
    """Replicas tell each other what streams should know at once."""
    if not settings.redis_url:
        return contextlib.nullcontext()
    from connectors.web.redis_signs import RedisSigns

    return RedisSigns(settings.redis_url, hub).running()


def _web(settings: Settings) -> WebSettings:
    origins = frozenset(origin.strip() for origin in settings.allowed_origins.split(",") if origin.strip())
    return WebSettings(allowed_origins=origins, allow_today=settings.allow_today, limited=settings.limits)


def _limiter(settings: Settings) -> RateLimiter | None:
    """What replicas count in together; one server counts by itself."""
    if not settings.redis_url:
        return None
    from connectors.web.redis_limits import RedisLimiter

    return RedisLimiter(settings.redis_url)


def _bound(wanted: Wanted, say: Say) -> socket.socket:
    """A listening socket on the wanted port or, unless it has to be that one, on the next free one."""
    last = wanted.port if wanted.exact_port or wanted.port == 0 else wanted.port + _NEXT_PORTS
    for port in range(wanted.port, last + 1):
        family = socket.AF_INET6 if ":" in wanted.host else socket.AF_INET
        listening = socket.socket(family, socket.SOCK_STREAM)
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listening.bind((wanted.host, port))
            listening.listen(2048)
        except OSError as error:
            listening.close()
            if error.errno != errno.EADDRINUSE:
                raise
        else:
            if port != wanted.port:
                say(f"端口 {wanted.port} 被占用，改用 {port}")
            return listening
    raise PortTaken(wanted.host, wanted.port)


def _address(listening: socket.socket) -> str:
    host, port = listening.getsockname()[:2]
    shown = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)
    return f"http://{shown}:{port}"
