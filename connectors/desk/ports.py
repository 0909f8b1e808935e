"""What the desk's API needs; one per application."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from connectors.channels.hub import Channels
from connectors.desk.service import DeskService
from connectors.desk.streams import DESK
from connectors.growth.ports import GrowthDesk
from connectors.web.live import Hub


@dataclass(frozen=True, slots=True)
class AgentDesk:
    """`folder` holds rules.yml and replies.yml; `growth` says why a customer is shown no offers."""

    service: DeskService
    folder: Path
    channels: Channels | None = None
    growth: GrowthDesk | None = None

    def wake(self, hub: Hub, session: str) -> None:
        """On the event loop: whoever follows the lists or the conversation looks at once, and what is due is sent."""
        hub.look(session)
        hub.look(DESK)
        if self.channels is not None:
            self.channels.sender.wake()

    def replies(self) -> dict[str, list[str]]:
        """The canned replies by group, as the file says now. Raises ValueError for a file that says something else."""
        path = self.folder / "replies.yml"
        try:
            found = yaml.safe_load(path.read_text(encoding="utf-8")) if path.exists() else {}
            return {str(group): [str(line) for line in lines] for group, lines in (found or {}).items()}
        except (OSError, UnicodeDecodeError, yaml.YAMLError, AttributeError, TypeError) as error:
            raise ValueError(f"{path.name}：{error}；写成 组名: 后跟以 - 开头的句子") from error
