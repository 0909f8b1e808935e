"""The number lock: a figure can only be said with an origin.

Replies are composed of plain words and of pieces with an origin: a fact, the customer's own input, the bank's core
system, a calculation, or layout. Plain words that carry a figure are refused, so a digit typed into a template
fails where it is composed, and a test composes every template.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

_FIGURE = re.compile(
    r"[0-9０-９]"
    r"|[百千万]分之[零〇一二两三四五六七八九十百千万]"
    r"|[零〇一二两三四五六七八九十百千万亿]+点[零〇一二三四五六七八九]"
    r"|(?<![第统同专唯另某这那哪每任])[二两三四五六七八九十百千万亿半][零〇一二两三四五六七八九十百千万亿]*"
    r"(?:年|个月|个?工作日|天|日|周岁|岁|元|块|倍|成|个百分点|美元|港元|欧元|基点)"
)


class FigureFault(ValueError):
    """A figure without an origin; names the text and says what to do."""


class OriginKind(StrEnum):
    """Where a piece comes from."""

    FACT = "fact"
    NAME = "name"
    INPUT = "input"
    COMPUTED = "computed"
    CORE = "core"
    LAYOUT = "layout"


@dataclass(frozen=True, slots=True)
class Origin:
    """`reference` is a fact id, entity id, formula or layout rule; `operands` the facts a calculation used."""

    kind: OriginKind
    reference: str = ""
    operands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """Text with an origin; it may carry figures."""

    text: str
    origin: Origin


@dataclass(frozen=True, slots=True)
class Span:
    """Where a piece stands in a composed text."""

    start: int
    end: int
    origin: Origin


@dataclass(frozen=True, slots=True)
class Locked:
    """Composed text whose every figure lies in a span with an origin."""

    text: str = ""
    spans: tuple[Span, ...] = ()

    def fact_ids(self) -> tuple[str, ...]:
        """Facts that the text rests on, in order of first use."""
        found: dict[str, None] = {}
        for span in self.spans:
            if span.origin.kind is OriginKind.FACT:
                found[span.origin.reference] = None
            found.update(dict.fromkeys(span.origin.operands))
        return tuple(found)

    def __bool__(self) -> bool:
        return bool(self.text)


Part = str | Piece | Locked


def from_fact(text: str, fact_id: str) -> Piece:
    """A fact's object, qualifier, period or source."""
    return Piece(text, Origin(OriginKind.FACT, fact_id))


def from_name(text: str, reference: str = "") -> Piece:
    """The name of an entity, class or predicate, as the graph has it."""
    return Piece(text, Origin(OriginKind.NAME, reference))


def from_input(text: str) -> Piece:
    """The customer's own words."""
    return Piece(text, Origin(OriginKind.INPUT))


def from_core(text: str, what: str) -> Piece:
    """A figure that the bank's core system gave for the signed-in customer; never kept."""
    return Piece(text, Origin(OriginKind.CORE, what))


def computed(text: str, formula: str, operands: Iterable[str] = ()) -> Piece:
    """A figure worked out from facts."""
    return Piece(text, Origin(OriginKind.COMPUTED, formula, tuple(operands)))


def layout(text: str) -> Piece:
    """Numbering of a list and the like."""
    return Piece(text, Origin(OriginKind.LAYOUT, "layout"))


def loose_figure(text: str) -> str:
    """The first figure in a plain text, empty when there is none; ordinals of speech (第一, 一下) are words."""
    match = _FIGURE.search(text)
    return match.group() if match else ""


def compose(*parts: Part) -> Locked:
    """Join parts. Raises FigureFault when a plain string carries a figure."""
    texts: list[str] = []
    spans: list[Span] = []
    at = 0
    for part in parts:
        if isinstance(part, str):
            figure = loose_figure(part)
            if figure:
                raise FigureFault(
                    f"text {part!r}: the figure {figure!r} has no origin; pass it as a piece of a fact or calculation"
                )
            text = part
        elif isinstance(part, Piece):
            text = part.text
            spans.append(Span(at, at + len(text), part.origin))
        else:
            text = part.text
            spans.extend(Span(at + s.start, at + s.end, s.origin) for s in part.spans)
        texts.append(text)
        at += len(text)
    return Locked("".join(texts), tuple(spans))


def fill(template: str, **parts: Part) -> Locked:
    """A template with {name} places filled. Raises FigureFault on a figure in the template itself, KeyError on a
    place that nothing fills."""
    pieces: list[Part] = []
    at = 0
    for match in re.finditer(r"\{(\w+)\}", template):
        pieces.append(template[at : match.start()])
        pieces.append(parts[match.group(1)])
        at = match.end()
    pieces.append(template[at:])
    return compose(*pieces)


def join(separator: str, parts: Iterable[Part]) -> Locked:
    """Parts with a separator between them."""
    joined: list[Part] = []
    for part in parts:
        if joined:
            joined.append(separator)
        joined.append(part)
    return compose(*joined)
