"""What the editor API takes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

Version = Annotated[int, Field(ge=1, description="The draft's version that was seen; a later one is refused")]
Words = Annotated[str, Field(max_length=2000)]


class _In(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class EditIn(_In):
    """One change of a file: a cell of the record at `line`, or the whole record (`raw`; empty takes it out).

    `line` 0 appends `raw` as a new record.
    """

    line: int = Field(ge=0)
    column: int | None = Field(default=None, ge=0, le=99)
    value: str = Field(default="", max_length=20_000)
    raw: str | None = Field(default=None, max_length=40_000)


class EditsIn(_In):
    """Changes of one file of a draft."""

    version: Version
    file: str = Field(min_length=1, max_length=200)
    edits: list[EditIn] = Field(max_length=500)


class StepIn(_In):
    """A step of a draft's way: what was seen, and words about it."""

    version: Version
    text: Words = ""


class PublishIn(_In):
    """Approval. `urgent` is the reason for publishing one's own work; it is flagged in the revision."""

    version: Version
    urgent: Words = ""


class CommentIn(_In):
    """A remark."""

    text: str = Field(min_length=1, max_length=2000)


class RollbackIn(_In):
    """Which revision to go back to, and why."""

    revision: int = Field(ge=0)
    text: str = Field(min_length=1, max_length=2000)


class TryIn(_In):
    """A question asked of a draft."""

    text: str = Field(min_length=1, max_length=500)


class GoldenIn(_In):
    """A golden question; `intent` as a recorded turn had it."""

    question: str = Field(min_length=1, max_length=500)
    intent: str = Field(default="", max_length=60, pattern=r"^[a-z_]*$")
    note: str = Field(default="", max_length=500)


class GoldenOutIn(_In):
    """The question to take out."""

    question: str = Field(min_length=1, max_length=500)


class WithdrawIn(_In):
    """From when on an entity is no longer sold (today if not said); `back` sells it again."""

    model_config = ConfigDict(extra="forbid")
    id: str = Field(min_length=1, max_length=500)
    on: date | None = None
    text: Words = ""
    back: bool = False


class RenameIn(_In):
    """An entity's new name; its id stays."""

    id: str = Field(min_length=1, max_length=500)
    name: str = Field(min_length=1, max_length=200)
    text: Words = ""
