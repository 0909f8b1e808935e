"""Originals: the files of a publication, byte for byte, so that they can be given back as they came."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping

from sqlalchemy import func, insert, select
from sqlalchemy.engine import Engine

from kg.desk_tables import originals


def keep_originals(engine: Engine, graph_id: str, revision: int, files: Mapping[str, bytes]) -> None:
    """Keeps the files that a revision was published from."""
    rows = [
        {
            "graph_id": graph_id,
            "revision": revision,
            "name": name,
            "digest": hashlib.sha256(content).hexdigest(),
            "content": zlib.compress(content),
        }
        for name, content in files.items()
    ]
    if rows:
        with engine.begin() as sql:
            sql.execute(insert(originals), rows)


def originals_at(engine: Engine, graph_id: str, revision: int) -> dict[str, bytes]:
    """The newest version up to `revision` of every file that was ever loaded with it kept, by name."""
    upto = (originals.c.graph_id == graph_id) & (originals.c.revision <= revision)
    newest = select(originals.c.name, func.max(originals.c.revision).label("revision")).where(upto)
    latest = newest.group_by(originals.c.name).subquery()
    joined = originals.join(latest, (originals.c.name == latest.c.name) & (originals.c.revision == latest.c.revision))
    query = select(originals.c.name, originals.c.content).select_from(joined).where(upto)
    with engine.connect() as sql:
        return {row.name: zlib.decompress(row.content) for row in sql.execute(query.order_by(originals.c.name))}
