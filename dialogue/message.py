"""Message: what is said to a customer, independent of the channel that shows it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from kg.query import to_plain


@dataclass(frozen=True, slots=True)
class Table:
    """Header and rows of ready text; every figure in it has passed the number lock."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a figure comes from: document, article or section, first day it holds (ISO), fact ids it supports."""

    document: str
    article: str = ""
    valid_from: str = ""
    valid_to: str = ""
    fact_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class QuickReply:
    """A choice the customer can click. `text` is sent as if typed; `payload` is an opaque id of a stored choice."""

    label: str
    text: str = ""
    payload: str = ""


@dataclass(frozen=True, slots=True)
class OfferCard:
    """One short offer that stands beside an answer and is no part of it. `decision` is its record; `label` says that
    it is an offer; `notice` is the risk notice, to be shown with it."""

    decision: str
    label: str
    text: str
    notice: str = ""
    choices: tuple[QuickReply, ...] = ()


@dataclass(frozen=True, slots=True)
class Message:
    """One reply.

    `text` is plain Chinese with line breaks; `plain()` adds what the table and the notices say, for channels
    that show text only (voice, SMS, the command line);
    `focus` is what was understood (稳盈1号·起购金额); `notices` are risk and machine notices;
    `feedback` is the handle that thumbs refer to.
    """

    text: str
    table: Table | None = None
    choices: tuple[QuickReply, ...] = ()
    sources: tuple[Source, ...] = ()
    focus: str = ""
    corrections: tuple[QuickReply, ...] = ()
    """What one click puts right in `focus`: another thing, a demand or time left out."""
    notices: tuple[str, ...] = ()
    urgent: bool = False
    feedback: str = ""
    first: bool = False
    """First reply of a conversation: `notices` opens with the notice that a machine answers."""
    speaker: str = ""
    """The person who speaks, as the customer may know him; empty: the machine."""
    offer: OfferCard | None = None
    """At most one offer, decided after the answer was made; channels show it below and apart."""

    def plain(self) -> str:
        """The whole message as text: table rows as lines, choices numbered by place, sources and notices below."""
        lines = [*self.notices[:1], self.text] if self.notices and self.first else [self.text]
        if self.speaker:
            lines.insert(0, f"【人工客服 {self.speaker}】")
        if self.table is not None:
            header = self.table.columns
            for row in self.table.rows:
                cells = (f"{name}：{cell}" for name, cell in zip(header[1:], row[1:], strict=False) if cell)
                lines.append(f"- {row[0]}  {'；'.join(cells)}".rstrip())
        lines.extend(f"- {choice.label}" for choice in self.choices)
        lines.extend(
            f"来源：{s.document}{'·' + s.article if s.article else ''}"
            f"{'·' + s.valid_from + '起' if s.valid_from else ''}"
            for s in self.sources
        )
        lines.extend(self.notices[1:] if self.first else self.notices)
        if self.offer is not None:
            lines.append(f"【{self.offer.label}】{self.offer.text}{self.offer.notice}")
            lines.append("　".join(choice.label for choice in self.offer.choices))
        return "\n".join(line for line in lines if line)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON; empty parts are left out, but for the text: where a person speaks, the machine says nothing."""
        plain: dict[str, Any] = {"text": "", **to_plain(self)}
        return plain

    @staticmethod
    def from_json(data: dict[str, Any]) -> Message:
        """The Message that `to_json` wrote."""
        table, offer = data.get("table"), data.get("offer")
        return Message(
            text=data["text"],
            table=Table(tuple(table["columns"]), tuple(tuple(r) for r in table["rows"]), table.get("caption", ""))
            if table
            else None,
            choices=tuple(QuickReply(**c) for c in data.get("choices", ())),
            sources=tuple(Source(**{**s, "fact_ids": tuple(s.get("fact_ids", ()))}) for s in data.get("sources", ())),
            focus=data.get("focus", ""),
            corrections=tuple(QuickReply(**c) for c in data.get("corrections", ())),
            notices=tuple(data.get("notices", ())),
            urgent=data.get("urgent", False),
            feedback=data.get("feedback", ""),
            first=data.get("first", False),
            speaker=data.get("speaker", ""),
            offer=OfferCard(**{**offer, "choices": tuple(QuickReply(**c) for c in offer["choices"])})
            if offer
            else None,
        )
