"""The pages and the widget: a handful of files, read once, served with an ETag and a strict content policy."""

from __future__ import annotations

import gzip
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter, Request, Response

from connectors.web.problems import Kind, ProblemError

ROOT = Path(__file__).parents[2] / "web"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
_STAFF = {"/staff": "index.html", "/staff/desk": "desk.html", "/staff/supervisor": "supervisor.html"}
_PAGES = {"/": "index.html", "/demo-host": "demo-host.html", "/phone": "phone.html"}


@dataclass(frozen=True, slots=True)
class _File:
    content: bytes
    packed: bytes
    media_type: str
    etag: str

    @staticmethod
    def read(path: Path) -> _File:
        content = path.read_bytes()
        etag = f'"{hashlib.sha256(content).hexdigest()[:20]}"'
        return _File(content, gzip.compress(content, mtime=0), _TYPES[path.suffix], etag)


def router(allowed_origins: Iterable[str], root: Path = ROOT) -> APIRouter:
    """Serves `root`: its scripts under /widget/ to every page of the web, its pages and what they need to ourselves.

    Args:
        allowed_origins: pages that may show ours in a frame.
    """
    widget = {path.name: _File.read(path) for path in sorted(root.glob("*.js"))}
    assets = {path.name: _File.read(path) for path in sorted((root / "pages").iterdir()) if path.suffix in _TYPES}
    policy = _page_policy(allowed_origins)
    routes = APIRouter(include_in_schema=False)

    @routes.api_route("/widget/{name}", methods=["GET", "HEAD"])
    async def widget_file(name: str, request: Request) -> Response:
        """A module of the widget: public, so that any page on the allow-list can load it."""
        headers = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}
        return _response(request, widget.get(name), headers)

    @routes.api_route("/assets/{name}", methods=["GET", "HEAD"])
    async def asset(name: str, request: Request) -> Response:
        """A style sheet, script or picture of our own pages."""
        return _response(request, None if name.endswith(".html") else assets.get(name), {})

    async def page(request: Request) -> Response:
        """One of our pages."""
        return _response(request, assets[_PAGES[request.url.path]], {"Content-Security-Policy": policy})

    for path in _PAGES:
        routes.add_api_route(path, page, methods=["GET", "HEAD"])
    return routes


def console_router(root: Path = ROOT / "console") -> APIRouter:
    """Serves the pages of staff, their scripts and style. What they show comes from the API, which asks who."""
    found = {path.name: _File.read(path) for path in sorted(root.iterdir()) if path.suffix in _TYPES}
    policy = _page_policy(()).replace("frame-ancestors 'self'", "frame-ancestors 'none'")
    routes = APIRouter(include_in_schema=False)

    async def console(request: Request) -> Response:
        """One of the pages."""
        return _response(request, found[_STAFF[request.url.path]], {"Content-Security-Policy": policy})

    for path in _STAFF:
        routes.add_api_route(path, console, methods=["GET", "HEAD"])

    @routes.api_route("/staff/{name}", methods=["GET", "HEAD"])
    async def console_file(name: str, request: Request) -> Response:
        """A script or style of it."""
        return _response(request, None if name.endswith(".html") else found.get(name), {})

    return routes


def _page_policy(allowed_origins: Iterable[str]) -> str:
    ancestors = " ".join(("'self'", *sorted(allowed_origins)))
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types 'none'; "
        f"frame-ancestors {ancestors}"
    )


def _response(request: Request, file: _File | None, headers: dict[str, str]) -> Response:
    if file is None:
        raise ProblemError(Kind.NOT_FOUND)
    # no-cache means: keep it, ask each time whether it is still the same. An update shows at once.
    headers = {**headers, "ETag": file.etag, "Cache-Control": "no-cache", "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == file.etag:
        return Response(status_code=304, headers=headers)
    if "gzip" in request.headers.get("accept-encoding", ""):
        return Response(file.packed, media_type=file.media_type, headers={**headers, "Content-Encoding": "gzip"})
    return Response(file.content, media_type=file.media_type, headers=headers)
