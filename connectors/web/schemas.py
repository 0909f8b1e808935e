"""What goes over the wire: requests, checked strictly, and replies."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from connectors.web.cleaning import clean_text
from connectors.web.ports import Exchange, Rating
from dialogue.message import Message
from dialogue.turn import TurnOut
from kg.answer import Outcome

HIGHEST_SEQ = 2**53 - 1  # what JavaScript counts exactly
_MAX_REASON = 200

MessageId = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z0-9._:-]{1,64}$",
        description="The client's own id of this message, a UUID for instance; sending it again gives the same reply",
        examples=["0d6f3c1e-6f3b-4a51-9f0e-2f3f5d1c7a10"],
    ),
]
Seq = Annotated[int, Field(ge=1, le=HIGHEST_SEQ, description="Place of a reply in its conversation")]
Cleaned = Annotated[str, AfterValidator(clean_text)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class SessionIn(_In):
    """Opens a conversation; nothing needs to be said for that."""

    scene: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9_-]{0,60}$",
        description="The code of the link or QR code by which somebody came",
    )


class MessageIn(_In):
    """One message of a customer: what was typed, the choice that was clicked, or both."""

    message_id: MessageId
    text: Cleaned = Field(default="", description="What the customer typed", examples=["三年期定期存款利率是多少"])
    payload: str = Field(
        default="",
        pattern=r"^[A-Za-z0-9._:-]{0,200}$",
        description="The payload of the quick reply that was clicked, as it came",
    )
    today: str | None = Field(
        default=None,
        pattern=r"^\d{4}-\d{2}-\d{2}$",
        description="The day this turn is taken for; only where the server allows it",
        examples=["2026-03-01"],
    )

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not self.text and not self.payload:
            raise ValueError("请输入您想问的问题")
        if self.today is not None:
            self.day()
        return self

    def day(self) -> date | None:
        """`today` as a date. Raises ValueError for a day that no calendar has."""
        if self.today is None:
            return None
        try:
            return date.fromisoformat(self.today)
        except ValueError:
            raise ValueError("today应为存在的日期，如2026-03-01") from None


class FeedbackIn(_In):
    """A thumb for one reply."""

    seq: Seq
    rating: Rating = Field(strict=False, description="up or down")
    reason: Cleaned = Field(default="", max_length=_MAX_REASON, description="Why, in the customer's words")


class TableOut(BaseModel):
    """Header and rows of ready text."""

    columns: list[str]
    rows: list[list[str]]
    caption: str = ""


class SourceOut(BaseModel):
    """Where figures of a reply come from."""

    document: str
    article: str = ""
    valid_from: str = Field(default="", description="First day it holds, ISO 8601")
    valid_to: str = Field(default="", description="Last day it holds, ISO 8601; empty while it holds")
    fact_ids: list[str] = Field(default_factory=list)


class QuickReplyOut(BaseModel):
    """A choice to click: send `text` (or `label`) with `payload`."""

    label: str
    text: str = ""
    payload: str = ""


class OfferOut(BaseModel):
    """One short offer beside an answer. Show it below and apart, with its `label` and `notice`."""

    decision: str = Field(description="The record of the decision; POST /feedback names it")
    label: str
    text: str
    notice: str = ""
    choices: list[QuickReplyOut] = Field(default_factory=list)


class MessageOut(BaseModel):
    """One message of the bot. `text` reads whole by itself; show of the rest what fits."""

    text: str
    table: TableOut | None = None
    choices: list[QuickReplyOut] = Field(default_factory=list)
    sources: list[SourceOut] = Field(default_factory=list)
    focus: str = Field(default="", description="What the question was taken to be about")
    corrections: list[QuickReplyOut] = Field(
        default_factory=list, description="What one click puts right in the focus: send its `text`"
    )
    notices: list[str] = Field(default_factory=list, description="Risk and machine notices, to be shown")
    urgent: bool = False
    feedback: str = ""
    speaker: str = Field(default="", description="The person who speaks; empty for the machine")
    offer: OfferOut | None = None

    @staticmethod
    def of(message: Message) -> MessageOut:
        """The message on the wire."""
        return MessageOut.model_validate(message.to_json())


_PRIVATE = (
    "The reply shows the customer's own figures, which are not kept: read again, it has a sentence in their place. A "
    "client that has both shows the reply to its own message"
)


class ReplyOut(BaseModel):
    """The reply to one message."""

    seq: int = Field(ge=0, le=HIGHEST_SEQ, description="Place in the conversation; 0 when it could not be kept")
    turn_id: str
    message_id: str
    outcome: Outcome
    message: MessageOut
    facts: int = Field(default=0, description="How many facts the reply rests on")
    revision: int = Field(default=0, description="Revision of the graph it was answered from")
    trace_id: str = ""
    repeated: bool = Field(default=False, description="True when this message id had been answered before")
    private: bool = Field(default=False, description=_PRIVATE)

    @staticmethod
    def of(turn: TurnOut, message_id: str) -> ReplyOut:
        """The reply that the engine gave."""
        return ReplyOut(
            seq=turn.seq,
            turn_id=turn.turn_id,
            message_id=message_id,
            outcome=turn.outcome,
            message=MessageOut.of(turn.message),
            facts=len(turn.facts),
            revision=turn.revision,
            trace_id=turn.trace_id,
            repeated=turn.repeated,
            private=turn.private,
        )


class ExchangeOut(BaseModel):
    """A finished turn: what the customer said, with personal data masked, and the reply."""

    seq: Seq
    turn_id: str
    message_id: str
    text: str
    at: datetime
    outcome: Outcome
    message: MessageOut
    facts: int = 0
    revision: int = 0
    trace_id: str = ""
    private: bool = Field(default=False, description=_PRIVATE)

    @staticmethod
    def of(exchange: Exchange) -> ExchangeOut:
        """The exchange on the wire."""
        fields: dict[str, Any] = {name: getattr(exchange, name) for name in ExchangeOut.model_fields}
        return ExchangeOut(**fields | {"message": MessageOut.of(exchange.message)})


class HistoryOut(BaseModel):
    """A page of a conversation, oldest first."""

    items: list[ExchangeOut]
    next_after: int | None = Field(default=None, description="Ask on with ?after= this; null at the end")


class LimitsOut(BaseModel):
    """What a client should keep to."""

    max_text: int = Field(description="Characters of one message")
    heartbeat_seconds: float = Field(description="The event stream is never silent for longer")


class SessionOut(BaseModel):
    """A new conversation. Whoever has `session` can read and continue it: keep it like a password."""

    session: str
    opened: datetime
    greeting: MessageOut
    limits: LimitsOut


class FeedbackOut(BaseModel):
    """The feedback as kept."""

    seq: Seq
    rating: Rating
    reason: str


class HealthOut(BaseModel):
    """The process answers."""

    status: Literal["ok"] = "ok"


class ReadinessOut(BaseModel):
    """Whether questions are answered at once."""

    ready: bool
    waiting_for: str = Field(default="", description="What is being started, in Chinese")
