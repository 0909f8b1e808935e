"""What the bot would say: asked in a batch of its own, which remembers nothing, offers nothing and leaves no trace."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date

from connectors.desk.schemas import SuggestionOut
from connectors.web.ports import Engine
from connectors.web.schemas import SourceOut
from dialogue.message import Message
from dialogue.turn import Namespace, TurnIn


async def suggested(engine: Engine, handoff_id: str, asked: Sequence[str], today: date) -> SuggestionOut:
    """The answer to the last of `asked`; those before it are asked first, so that 那三年的呢 is understood."""
    session = f"desk-{handoff_id}-{uuid.uuid4().hex}"
    for number, text in enumerate(asked):
        out = await engine.handle(TurnIn(session, text, f"s{number}", today, namespace=Namespace.BATCH))
    return SuggestionOut(
        asked=asked[-1],
        text=_words(out.message),
        outcome=out.outcome.value,
        sources=[
            SourceOut(document=s.document, article=s.article, valid_from=s.valid_from) for s in out.message.sources
        ],
        focus=out.message.focus,
    )


def _words(message: Message) -> str:
    """Text and table, as an agent can send it; sources stand apart."""
    return Message(message.text, table=message.table).plain()
