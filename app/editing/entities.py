"""Changes of one entity that need no file of the editor's: withdrawal and renaming, each as a draft of one row."""

from __future__ import annotations

import csv
import hashlib
import io
import re
from datetime import date
from typing import Any

from app.editing.desk import open_draft
from app.editing.parts import Parts
from app.editing.reading import named
from kg.facts import ALIAS, SALE_STATUS, WITHDRAWN

ON_SALE = "在售"
_HEADER = ("subject", "subject_id", "predicate", "object", "valid_from", "source")
_ODD = re.compile(r"[^\w]+")


def withdraw(parts: Parts, actor: str, entity_id: str, *, on: date | None, reason: str, back: bool) -> dict[str, Any]:
    """A draft after which the entity counts as no longer sold from a day on (today if none); `back` undoes that."""
    name = named(parts, entity_id)
    status, verb = (ON_SALE, "恢复销售") if back else (WITHDRAWN, "下架")
    row = (name, entity_id, SALE_STATUS, status, (on or parts.today).isoformat(), reason.strip())
    content = _one_row(row)
    return open_draft(parts, actor, {_file(SALE_STATUS, row): content}, f"{verb}：{name}　{reason}".strip(), False)


def rename(parts: Parts, actor: str, entity_id: str, *, name: str, reason: str) -> dict[str, Any]:
    """A draft that gives the entity another name; its id stays, and the name it had becomes an alias."""
    before = named(parts, entity_id)
    row = (name.strip(), entity_id, ALIAS, before, "", reason.strip())
    message = f"改名：{before} → {name.strip()}　{reason}".strip()
    return open_draft(parts, actor, {_file("改名", row): _one_row(row)}, message, False)


def _file(title: str, row: tuple[str, ...]) -> str:
    """A name of its own for each entity: what a file brought before is replaced by what it brings next."""
    mark = hashlib.blake2b(row[1].encode(), digest_size=4).hexdigest()
    return f"{title}-{_ODD.sub('', row[0])[:40]}-{mark}.csv"


def _one_row(row: tuple[str, ...]) -> bytes:
    content = io.StringIO()
    csv.writer(content).writerows((_HEADER, row))
    return content.getvalue().encode()
