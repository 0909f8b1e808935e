"""The generated clients: fresh, and the Python one talks to the real API; made-up requests find no server error."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import response_schema_conformance, status_code_conformance
from starlette.testclient import TestClient

from app.factory import OPENAPI_URL, create_app
from connectors.web.settings import WebSettings
from connectors.web.store import web_stores
from dialogue.store import Store
from scripts import clients
from tests.support.channels import StoredEngine
from tests.support.identity import BankLogin

FOLDER = Path(clients.FOLDER)
CHECKS = [not_a_server_error, status_code_conformance, response_schema_conformance]


@pytest.fixture(scope="module")
def python() -> ModuleType:
    spec = importlib.util.spec_from_file_location("jinwen_client", FOLDER / "jinwen_client.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def bank(tmp_path: Path) -> Iterator[tuple[Any, BankLogin]]:
    store, login = Store.open(f"sqlite:///{tmp_path / 'jinwen.db'}"), BankLogin(tmp_path)
    people = login.people(store.engine)
    yield create_app(WebSettings(limited=False), StoredEngine(store), web_stores(store), identity=people), login
    store.close()


def test_clients_are_what_the_api_says() -> None:
    for name, text in clients.wanted().items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, "run python -m scripts.clients"


def test_python_client_talks(python: ModuleType, bank: tuple[Any, BankLogin]) -> None:
    app, login = bank
    with TestClient(app, base_url="http://b.test") as http:
        client = python.Client(http, login.token())
        reply = client.send_message({"message_id": "m1", "text": "稳盈1号起购金额是多少"})
        assert reply["message"]["text"] == "稳盈1号的起购金额：1万元"
        assert client.give_feedback({"seq": 1, "rating": "up"})["rating"] == "up"
        assert [item["seq"] for item in client.read_messages(after=0, limit=5)["items"]] == [1]
        client.sign_out()
        with pytest.raises(python.ProblemError) as refused:
            client.read_messages()
        assert (refused.value.status, refused.value.problem["type"]) == (401, "urn:jinwen:problem:sign-in-required")


def test_both_clients_have_the_same_operations() -> None:
    python = (FOLDER / "jinwen_client.py").read_text(encoding="utf-8")
    typescript = (FOLDER / "jinwen_client.ts").read_text(encoding="utf-8")
    call = re.compile(r'call\("(\w+)", "([^"]+)"')
    assert call.findall(python) == call.findall(typescript)
    shapes = re.findall(r"^(?:class (\w+)\(TypedDict\)|(\w+) = Literal)", python, re.MULTILINE)
    for name in (a or b for a, b in shapes):
        assert re.search(rf"^export (interface|type) {name}\b", typescript, re.MULTILINE), name


OPERATIONS = [
    ("POST", "/api/v1/app/messages"),
    ("GET", "/api/v1/app/messages"),
    ("POST", "/api/v1/app/feedback"),
    ("POST", "/api/v1/sessions/{session_id}/identity"),
]


@pytest.mark.slow
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_stay_within_the_document(bank: tuple[Any, BankLogin], method: str, path: str) -> None:
    app, login = bank
    schema = schemathesis.openapi.from_asgi(OPENAPI_URL, app)
    session = schema["/api/v1/sessions"]["POST"].Case(body={}).call().json()["session"]
    token = login.token()

    @given(case=schema[path][method].as_strategy())
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
    def answers_are_documented(case: schemathesis.Case) -> None:
        if "session_id" in case.path_parameters:
            case.path_parameters["session_id"] = session
        case.call_and_validate(checks=CHECKS, headers={"Authorization": f"Bearer {token}"})

    answers_are_documented()
