"""What tests of the command line share: a small bank's files, how a command is called, an empty graph."""

from __future__ import annotations

from collections.abc import Callable

from app.graph_process import GraphEndpoint
from kg.store.connection import Connection

Run = Callable[..., tuple[int, str, str]]
"""Runs a command in this process and gives exit code, stdout and stderr."""

ONTOLOGY = """name,aliases,datatype,unit,cardinality,domain,range,inverse,better_is,template,risk_notice
起购金额,起购,money,元,one,,,,low,,
年利率,利率,percent,%,one,,,,high,,
年费,,money,元,one,,,,,,
"""
GOOD = """subject,predicate,object,qualifiers,valid_from,valid_to,source,article
稳盈1号,实例,理财产品,,,,说明书,
稳盈1号,起购金额,1万元,,,,说明书,第三条
理财产品,购买渠道,手机银行,,,,客户须知,第一条
定期,实例,存款产品,,,,利率表,
定期,年利率,1.25%,期限=3年,2026-01-01,,利率表,第二条
定期,年利率,1.50%,期限=3年,2025-01-01,2025-12-31,利率表,第二条
定期,年利率,0.95%,期限=1年;金额≥20万元,2026-01-01,,利率表,第二条
"""


def wipe(at: GraphEndpoint) -> None:
    """Removes everything from a test's graph."""
    connection = Connection(at.uri, at.user, at.password, at.database)
    connection.write(lambda tx: tx.run("MATCH (n) DETACH DELETE n").consume(), place="test")
    connection.close()
