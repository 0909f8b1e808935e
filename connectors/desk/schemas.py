"""What goes over the wire at the desk."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from connectors.web.cleaning import clean_text
from connectors.web.schemas import ExchangeOut, MessageId, SourceOut

MAX_WORDS = 2000


def _some(text: str) -> str:
    cleaned = clean_text(text)
    if not cleaned:
        raise ValueError("请写几个字")
    return cleaned


Words = Annotated[str, Field(max_length=MAX_WORDS), AfterValidator(_some)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class MeIn(_In):
    """Whether one can be asked to take customers, and for which skills (none: all)."""

    ready: bool
    skills: list[str] = Field(default_factory=list, max_length=50)


class TellIn(_In):
    """Words to the customer."""

    message_id: MessageId
    text: Words


class NoteIn(_In):
    """Words that no customer sees."""

    text: Words


class TransferIn(_In):
    """To a skill, or to a colleague by name."""

    skill: str = Field(default="", max_length=40)
    to: str = Field(default="", max_length=64)


class CloseIn(_In):
    """How it ended: one of the bank's codes."""

    code: str = Field(min_length=1, max_length=40)


class AskIn(_In):
    """What to ask the graph for; empty: what the customer wrote last."""

    text: str = Field(default="", max_length=MAX_WORDS)


class LineOut(BaseModel):
    """A handoff in a list."""

    id: str
    state: str
    reason: str
    skill: str
    priority: int
    channel: str
    customer_id: str
    agent: str
    agent_name: str
    transfers: int
    asked_at: datetime
    queued_at: datetime
    since: datetime
    deadline: datetime | None
    customer_at: datetime | None = Field(description="The customer waits for an answer since then")
    promised_at: datetime | None
    preview: str = Field(description="What the customer wrote last, masked")
    code: str = ""
    score: int | None = None


class AgentOut(BaseModel):
    """Somebody at the desk."""

    name: str
    display: str
    ready: bool
    present: bool
    skills: list[str]
    talks: int


class StateOut(BaseModel):
    """The desk as an agent sees it."""

    now: datetime
    me: AgentOut
    open: bool = Field(description="Within business hours")
    waiting: list[LineOut]
    mine: list[LineOut]
    agents: list[AgentOut]


class NoteOut(BaseModel):
    """An internal note."""

    at: datetime
    author: str
    text: str


class HappenedOut(BaseModel):
    """One step of a handoff."""

    at: datetime
    actor: str
    kind: str
    state: str
    detail: dict[str, Any]


class AskedOut(BaseModel):
    """A question before the handoff: what was understood, how it ended, the facts that the answer rests on."""

    at: datetime
    asked: str
    understood: str
    outcome: str
    answer: str
    facts: list[str]


class WindowOut(BaseModel):
    """What the customer's channel still takes: None for channels without limits."""

    left: int | None = None
    until: datetime | None = None


class HandoffOut(LineOut):
    """A handoff with all that an agent needs."""

    exchanges: list[ExchangeOut]
    summary: list[AskedOut]
    notes: list[NoteOut]
    story: list[HappenedOut]
    window: WindowOut
    offers: list[str] = Field(description="Why no offers are shown; empty while they may be")
    codes: dict[str, str]


class SuggestionOut(BaseModel):
    """What the graph answers; nothing is sent."""

    asked: str
    text: str
    outcome: str
    sources: list[SourceOut]
    focus: str


class PastOut(BaseModel):
    """An earlier exchange of the same customer."""

    at: datetime
    channel: str
    text: str
    reply: str


class ConfigOut(BaseModel):
    """What the page needs to know once."""

    skills: list[str]
    codes: dict[str, str]
    replies: dict[str, list[str]]
    talks_at_once: int
    target_seconds: int
