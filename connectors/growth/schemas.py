"""Bodies of the API of offers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from growth.case import ContactKind, WishScope
from growth.reasons import Gate, Reason

CustomerId = Annotated[str, Field(min_length=1, max_length=64, description="The customer's id in the bank")]
Channel = Literal["web", "wechat", "wecom", "app", "sms", "mail", "phone", "push"]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid")


class RecommendIn(_In):
    """A decision to take."""

    customer: CustomerId
    channel: Channel = "app"
    session: str = Field(default="", max_length=200, description="The conversation, if there is one")
    focus: list[Annotated[str, Field(max_length=100)]] = Field(
        default_factory=list, max_length=20, description="Names of the products or classes that the customer looks at"
    )
    answered: bool | None = Field(
        default=None, description="Whether the customer's last question was answered; null when nothing was asked"
    )


class StepOut(BaseModel):
    """One gate of a decision."""

    gate: Gate
    passed: bool
    reason: Reason
    offer: str = ""
    words: str = Field(description="The reason in Chinese")


class OfferedOut(BaseModel):
    """The offer to show, with its notice."""

    id: str
    product: str
    text: str
    notice: str = Field(default="", description="The risk notice; show it with the text")


class RecommendOut(BaseModel):
    """The decision. An offer is reserved for ten minutes; report `shown` when it was."""

    decision: str
    offer: OfferedOut | None
    reason: Reason
    words: str
    personal: bool = Field(description="Whether the customer's own data chose it")
    model: str = Field(description="The model that gave the probabilities, or why there was none")
    steps: list[StepOut]


class FeedbackIn(_In):
    """What came of an offer."""

    decision: Annotated[str, Field(min_length=1, max_length=40)]
    kind: Literal["shown", "clicked", "accepted", "refused", "bought"]
    amount: float | None = Field(default=None, ge=0, le=1e12, description="For a purchase, in 元")


class FeedbackOut(BaseModel):
    """`repeated`: it was known before, and nothing was written again."""

    decision: str
    kind: ContactKind
    repeated: bool


class ConsentIn(_In):
    """One word of the customer on a purpose."""

    customer: CustomerId
    purpose: Literal["marketing", "personalised"]
    granted: bool
    channel: Channel | Literal["*"] = "*"
    source: str = Field(min_length=1, max_length=80, description="Where the customer said it", examples=["柜面"])


class WishIn(_In):
    """A wish of the customer about offers."""

    customer: CustomerId
    allow: bool
    scope: WishScope
    of: str = Field(
        default="",
        max_length=100,
        description="Name of the kind or product; the channel; for `risk` the highest level, R1 to R5, that a refusal "
        "leaves and a permission opens",
        examples=["R3"],
    )
    channel: Channel = "app"


class ConsentOut(BaseModel):
    """What was said last on a purpose and a channel."""

    purpose: str
    channel: str
    granted: bool
    at: datetime
    source: str


class WishOut(BaseModel):
    """One wish as it stands in the record."""

    allow: bool
    scope: WishScope
    of: str
    at: datetime | None


class ConsentsOut(BaseModel):
    """What a customer has agreed to, and what he wants to hear of; the last word counts."""

    customer: str
    consents: list[ConsentOut]
    wishes: list[WishOut]


class TrialOut(BaseModel):
    """An experiment and how many decisions it saw."""

    trial: str
    decisions: int


class ArmOut(BaseModel):
    """One arm."""

    units: int
    converted: int
    rate: float


class ReadoutOut(BaseModel):
    """The effect of showing offers: treated minus control, as a share."""

    trial: str
    arm: str = Field(description="The arm that is compared with the control")
    offer: str = Field(description="Empty for all offers together")
    lag_days: int
    unripe: int = Field(description="Customers decided on less than the lag ago, not counted yet")
    control: ArmOut
    treated: ArmOut
    effect: float
    interval: tuple[float, float] = Field(description="95 %, for one look at the planned end")
    always: tuple[float, float] = Field(description="95 % at all times together: may be looked at every day")
    decided: bool = Field(description="Whether `always` leaves out zero")
    ratio_p: float = Field(description="Probability of arms as unequal as these under the planned shares")
    sound: bool = Field(description="False: the arms are not as planned; look for the cause before reading the effect")
