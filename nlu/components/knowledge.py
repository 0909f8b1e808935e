"""How a component gets at the graph's names: a provider named in config.yml, so that nlu imports nothing above it."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import Any, Protocol

from nlu.arbiter import Understanding

METADATA = "metadata"
REVISION = "revision"
TODAY = "today"


class Knowledge(Protocol):
    """What components need of the services that the process runs on."""

    def understanding(self, revision: int | None) -> Understanding:
        """Understanding on a revision, head when None. Raises when there is none to be had."""


def knowledge_of(config: Mapping[str, Any]) -> Knowledge:
    """Calls the provider that the component's option `knowledge` names (`package.module:function`)."""
    module, _, function = str(config["knowledge"]).partition(":")
    knowledge: Knowledge = getattr(import_module(module), function)()
    return knowledge
