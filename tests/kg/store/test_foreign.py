"""A property graph that others made, read over Bolt and turned into facts."""

from __future__ import annotations

from pathlib import Path

from app.graph_process import GraphEndpoint
from kg.importing import Imported, Mapping, convert
from kg.store.connection import Connection
from kg.store.foreign import write_tables
from tests.kg.store.conftest import wipe

MADE = """
CREATE (a:Company {id: 'c1', name: '甲公司', founded: 1999, tags: ['国企', '上市']})
CREATE (b:Person {name: '张三', born: date('1970-05-01')})
CREATE (c:Person {name: '李四'})
CREATE (b)-[:WORKS_AT {post: '董事长'}]->(a)
CREATE (c)-[:WORKS_AT]->(a)
"""


def test_labels_relations_and_properties_become_facts(graph_endpoint: GraphEndpoint, tmp_path: Path) -> None:
    wipe(graph_endpoint)
    at = graph_endpoint
    connection = Connection(at.uri, at.user, at.password, at.database)
    statements = [" ".join(MADE.split())]
    for statement in statements:
        connection.write(lambda tx, s=statement: tx.run(s).consume(), place="test")  # type: ignore[misc]
    before = connection.read("MATCH (n) RETURN count(n)")[0][0]
    paths = write_tables(connection, tmp_path)
    assert connection.read("MATCH (n) RETURN count(n)")[0][0] == before == 3
    connection.close()
    found = Imported()
    mapping = Mapping({"WORKS_AT": "任职", "Company": "公司", "Person": "人", "founded": "成立年份", "tags": "标签"})
    rows = {tuple(row[:3]) for row in convert(paths, mapping, found)}
    assert (found.nodes, found.edges, found.problems) == (3, 2, [])
    assert {
        ("甲公司", "实例", "公司"),
        ("甲公司", "成立年份", "1999"),
        ("甲公司", "标签", "国企"),
        ("甲公司", "标签", "上市"),
        ("张三", "任职", "甲公司"),
        ("李四", "任职", "甲公司"),
    } <= rows
    assert any(row[0] == "张三" and row[2] == "1970-05-01" for row in rows)
    again = convert(paths, mapping, Imported())
    assert any("董事长" in cell for row in again for cell in row)
    wipe(graph_endpoint)
