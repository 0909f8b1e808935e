"""What a desk can be asked to do, by name. Importing this brings most of `kg` along."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import structlog

from app.editing import desk, entities, gaps, reading
from app.editing.parts import Parts
from app.editing.refusals import refusal

log = structlog.get_logger(__name__)

HEAVY: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        desk.open_draft,
        desk.edit_file,
        desk.rebase,
        desk.weigh,
        desk.submit,
        desk.publish,
        desk.try_out,
        entities.withdraw,
        entities.rename,
    )
} | {"rollback": desk.rollback}
QUICK: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (
        desk.comment,
        desk.send_back,
        desk.drop,
        reading.list_drafts,
        reading.show_draft,
        reading.rows,
        reading.log,
        reading.show_revision,
        reading.search,
        reading.entity,
        reading.history,
        reading.list_goldens,
        reading.add_golden,
        reading.remove_golden,
        reading.journal,
        gaps.gaps,
        gaps.list_asked,
    )
}
OPERATIONS = {**HEAVY, **QUICK}


def run_operation(parts: Parts, operation: str, arguments: dict[str, Any]) -> Any:
    """One operation by name. Raises DeskRefused for what the packages below refuse."""
    try:
        return partial(OPERATIONS[operation], parts)(**arguments)
    except Exception as error:  # every refusal of the packages below is told in words; others are faults
        told = refusal(error)
        if told is None:
            log.exception("desk.failed", operation=operation)
            raise
        raise told from None
