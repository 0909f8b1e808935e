"""The graph for others: JSON-LD, and the CSV layout of `neo4j-admin database import`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from app.triple_export import written_table
from kg.facts import INSTANCE_OF, Fact
from kg.formulas import escaped
from kg.qualifiers import written
from kg.store import Snapshot

_BASE = "urn:jinwen:"


def write_jsonld(path: Path, snapshot: Snapshot) -> int:
    """One JSON-LD document, an entity with its facts per line of `@graph`; returns the number of facts.

    A fact without qualifiers, period and source is a plain property; others are nodes with `value` or `target`.
    """
    count = 0
    scratch = path.with_name(f".{path.name}.part")
    names = dict(snapshot.iter_entities())
    context = {"@vocab": f"{_BASE}p:", "name": "http://schema.org/name", "@base": f"{_BASE}e:"}
    with scratch.open("w", encoding="utf-8") as file:
        file.write(f'{{"@context": {json.dumps(context, ensure_ascii=False)}, "@graph": [\n')
        facts = defaultdict(list)
        for fact in snapshot.iter_facts():
            facts[fact.subject_id].append(fact)
            count += 1
        lines = (json.dumps(_node(i, name, facts.get(i, [])), ensure_ascii=False) for i, name in names.items())
        file.write(",\n".join(lines))
        file.write("\n]}\n")
    scratch.replace(path)
    return count


def _node(entity_id: str, name: str, facts: list[Fact]) -> dict[str, Any]:
    node: dict[str, Any] = {"@id": quote(entity_id), "name": name}
    types = [quote(f.object_id) for f in facts if f.predicate == INSTANCE_OF and f.object_id]
    if types:
        node["@type"] = types
    for fact in facts:
        if fact.predicate != INSTANCE_OF:
            node.setdefault(fact.predicate, []).append(_object(fact))
    return node


def _object(fact: Fact) -> Any:
    said: Any = {"@id": quote(fact.object_id)} if fact.object_id is not None else fact.text
    more = {
        "限定": written(fact.qualifiers),
        "生效日": fact.valid_from.isoformat() if fact.valid_from else "",
        "失效日": fact.valid_to.isoformat() if fact.valid_to else "",
        "来源": fact.source,
        "条款": fact.article,
    }
    told = {name: text for name, text in more.items() if text}
    return {("target" if fact.object_id is not None else "value"): said, **told} if told else said


def write_neo4j(folder: Path, snapshot: Snapshot) -> tuple[int, int]:
    """nodes.csv (`:ID`, `:LABEL`) and relationships.csv (`:START_ID`, `:END_ID`, `:TYPE`); how many of each."""
    folder.mkdir(parents=True, exist_ok=True)
    nodes = edges = 0
    values: list[tuple[str, Fact]] = []
    header = ("predicate", "qualifiers", "valid_from", "valid_to", "source", "article", ":START_ID", ":END_ID", ":TYPE")
    with written_table(folder / "relationships.csv", header) as table:
        for fact in snapshot.iter_facts():
            target = fact.object_id if fact.object_id is not None else f"literal:{fact.id}"
            if fact.object_id is None:
                values.append((target, fact))
            kind = {"实例": "INSTANCE_OF", "上位类": "SUBCLASS_OF"}.get(fact.predicate, "FACT")
            table.writerow([*map(escaped, _edge(fact)), fact.subject_id, target, kind])
            edges += 1
    with written_table(folder / "nodes.csv", ("id:ID", "name", "text", "unit", "number:double", ":LABEL")) as table:
        for row in _nodes(snapshot, values):
            table.writerow(row)
            nodes += 1
    return nodes, edges


def _nodes(snapshot: Snapshot, values: list[tuple[str, Fact]]) -> Iterator[list[str]]:
    for entity_id, name in snapshot.iter_entities():
        yield [entity_id, escaped(name), "", "", "", "Entity"]
    for key, fact in values:
        value = fact.value
        if value is not None:
            number = "" if value.number is None else format(value.number, "f")
            yield [key, "", escaped(value.text), value.unit, number, "Literal"]


def _edge(fact: Fact) -> list[str]:
    days = [day.isoformat() if day else "" for day in (fact.valid_from, fact.valid_to)]
    return [fact.predicate, written(fact.qualifiers), *days, fact.source, fact.article]
