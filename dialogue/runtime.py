"""Services: the one object through which Rasa's components and actions reach graph and settings.

An engine worker gives it in at start (`use`). Plain Rasa processes (`rasa shell`, `rasa run actions`) have no
such start: the first call asks `app.runtime`, by name, to build it from the settings.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib import import_module

from customer.core import CoreBank
from desk.live_rules import LiveRules
from dialogue.knowledge import KnowledgeBase, Pinned
from growth.service import Growth
from nlu.arbiter import Understanding

_BUILDER = "app.runtime"
_lock = threading.Lock()
_current: Services | None = None


@dataclass(frozen=True, slots=True)
class Services:
    """What a turn needs besides its own input."""

    knowledge: KnowledgeBase
    institution: str = "云杉银行"
    growth: Growth | None = None
    """Decisions about offers; None where none are made."""
    core: CoreBank | None = None
    """The bank's core system, for what is a signed-in customer's own; None where there is none."""
    desk: LiveRules | None = None
    """Rules of the agents' desk; None where there are no agents."""

    def pin(self, revision: int | None = None) -> Pinned:
        """One revision for one turn; see KnowledgeBase.pin."""
        return self.knowledge.pin(revision)

    def understanding(self, revision: int | None) -> Understanding:
        """What Rasa's components ask for."""
        return self.knowledge.understanding(revision)


def use(made: Services) -> None:
    """Sets the services of this process."""
    global _current  # noqa: PLW0603 Rasa makes components and actions itself: there is nobody to hand it to
    _current = made


def services() -> Services:
    """The services of this process, built by `app.runtime.build` when nobody has set them."""
    with _lock:
        if _current is None:
            use(import_module(_BUILDER).build())
    assert _current is not None
    return _current
