"""Rasa graph components made for a test, each with a storage folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any


def node(component: Any, folder: Path, options: dict[str, Any], name: str = "node") -> Any:
    """A component with its default options and these."""
    from rasa.engine.graph import ExecutionContext, GraphSchema
    from rasa.engine.storage.local_model_storage import LocalModelStorage
    from rasa.engine.storage.resource import Resource

    folder.mkdir(parents=True, exist_ok=True)
    context = ExecutionContext(GraphSchema({}), node_name=name)
    storage = LocalModelStorage(folder)
    return component.create({**component.get_default_config(), **options}, storage, Resource(name), context)
