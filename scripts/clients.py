"""Writes the typed clients of the app's API into clients/: `scripts/in-env python -m scripts.clients [--check]`."""

import sys
import tempfile
from pathlib import Path

from app.client_generation import python_client, typescript_client
from app.factory import create_app
from app.front import Front
from connectors.identity.conversations import Conversations
from connectors.identity.jwks import Jwks
from connectors.identity.settings import IssuerSettings
from connectors.identity.tokens import TokenCheck
from connectors.web.deps import People
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from dialogue.store import Store

FOLDER = Path(__file__).parents[1] / "clients"


def wanted() -> dict[str, str]:
    """The clients by file name, from the application as it is."""
    with tempfile.TemporaryDirectory() as home:
        store = Store.open(f"sqlite:///{home}/jinwen.db")
        issuer = IssuerSettings("any", "any", "any", "any")
        people = People(TokenCheck(issuer, Jwks("any"), store.engine), Conversations(store.engine))
        document = create_app(WebSettings(), Front(), web_stores(store), identity=people).openapi()
        store.close()
    return {"jinwen_client.py": python_client(document), "jinwen_client.ts": typescript_client(document)}


def main() -> int:
    """Writes them, or with --check says whether they are what they should be."""
    stale = [name for name, text in wanted().items() if not _same(FOLDER / name, text)]
    if "--check" not in sys.argv:
        FOLDER.mkdir(exist_ok=True)
        for name, text in wanted().items():
            (FOLDER / name).write_text(text, encoding="utf-8")
        return 0
    for name in stale:
        print(f"clients/{name} is not what the API says; run python -m scripts.clients")
    return 1 if stale else 0


def _same(path: Path, text: str) -> bool:
    return path.exists() and path.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main())
