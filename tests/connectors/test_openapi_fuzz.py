"""Requests made up from the OpenAPI document: no answer outside it, no server error."""

from __future__ import annotations

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.factory import OPENAPI_URL, create_app
from connectors.web.settings import WebSettings
from tests.support.chat import Bank

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
OPERATIONS = [
    ("POST", "/api/v1/sessions"),
    ("POST", "/api/v1/sessions/{session_id}/messages"),
    ("GET", "/api/v1/sessions/{session_id}/messages"),
    ("POST", "/api/v1/sessions/{session_id}/feedback"),
    ("POST", "/api/v1/sessions/{session_id}/survey"),
    ("GET", "/healthz"),
    ("GET", "/readyz"),
]


@pytest.mark.slow
@pytest.mark.parametrize("known", [False, True], ids=["unknown session", "open session"])
@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_answers_stay_within_the_document(method: str, path: str, known: bool) -> None:
    bank = Bank()
    schema = schemathesis.openapi.from_asgi(
        OPENAPI_URL, create_app(WebSettings(limited=False), bank.engine, bank.stores)
    )
    session = schema["/api/v1/sessions"]["POST"].Case(body={}).call().json()["session"]

    @given(case=schema[path][method].as_strategy())
    @settings(max_examples=20, deadline=None, suppress_health_check=list(HealthCheck))
    def answers_are_documented(case: schemathesis.Case) -> None:
        if known and "session_id" in case.path_parameters:
            case.path_parameters["session_id"] = session
        case.call_and_validate(checks=CHECKS)

    answers_are_documented()


def test_every_operation_is_tried() -> None:
    bank = Bank()
    paths = create_app(WebSettings(), bank.engine, bank.stores).openapi()["paths"]
    # The stream does not end while the server runs: tests/connectors/test_events.py has it.
    listed = {(m.upper(), path) for path, methods in paths.items() for m in methods if not path.endswith("/events")}
    assert listed == set(OPERATIONS)
