"""The demo bank's own files go through the check without an error."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.check import check
from kg.ontology_files import read_ontology
from kg.problems import Severity
from kg.reader import Row, TripleFiles

TRIPLES = Path(__file__).parents[2] / "data" / "triples"


@pytest.mark.slow
def test_data_triples_have_no_errors() -> None:
    ontology, problems = read_ontology([TRIPLES])
    source = TripleFiles.of([TRIPLES])
    problems += check(source, ontology)
    assert [str(p) for p in problems if p.severity is Severity.ERROR] == []
    assert sum(isinstance(item, Row) for item in source) >= 8_000
