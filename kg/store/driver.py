"""What is used of the Neo4j driver, imported without its optional parts."""

from __future__ import annotations

from kg.optional import DATA_FRAMES, without

with without(*DATA_FRAMES):
    from neo4j import READ_ACCESS, WRITE_ACCESS, GraphDatabase, ManagedTransaction, Query, Transaction
    from neo4j._async_compat.network._bolt_socket import BoltSocketBase
    from neo4j._deadline import Deadline
    from neo4j.exceptions import (
        AuthError,
        ClientError,
        DriverError,
        Neo4jError,
        ServiceUnavailable,
        SessionExpired,
        TransientError,
    )

__all__ = [
    "READ_ACCESS",
    "WRITE_ACCESS",
    "AuthError",
    "BoltSocketBase",
    "ClientError",
    "Deadline",
    "DriverError",
    "GraphDatabase",
    "ManagedTransaction",
    "Neo4jError",
    "Query",
    "ServiceUnavailable",
    "SessionExpired",
    "Transaction",
    "TransientError",
]
