"""Analysis: one reading of the words of a turn as names, predicates, values, periods and phrases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from kg.answer import Assumption
from kg.lexicon.linker import Mention, PredicateMention
from kg.query import Period
from kg.values import Value
from nlu.phrases import Phrase

FILLER = "filler"
ASKING = frozenset({"how_old", "how_long", "how_much", "when", "who", "where", "how", "why", "yes_no", "list", FILLER})
ENDS = frozenset({"count", "most", "least", "best"})
PUNCTUATION = frozenset("，。！？、；：,.!?;:~～…—-\"'“”‘’()（）《》<>[]【】 \t\r\n·")


@dataclass(frozen=True, slots=True)
class ValueSpan:
    """A value as the customer wrote it, with its comparison word."""

    start: int
    end: int
    value: Value


@dataclass(frozen=True, slots=True)
class PeriodSpan:
    """A time in the world that the customer names (去年)."""

    start: int
    end: int
    period: Period


@dataclass(frozen=True, slots=True)
class Analysis:
    """What stands in the text, in order of place; `rest` are the stretches that nothing explains."""

    text: str
    mentions: tuple[Mention, ...] = ()
    predicates: tuple[PredicateMention, ...] = ()
    values: tuple[ValueSpan, ...] = ()
    periods: tuple[PeriodSpan, ...] = ()
    phrases: tuple[Phrase, ...] = ()
    rest: tuple[tuple[int, int], ...] = ()
    explained: float = 0.0
    """Share of the characters, punctuation aside, that lie in a recognised span."""
    cues: frozenset[str] = frozenset()
    """Kinds of answer that question words outside the names ask for, also where they are part of an attribute's
    alias (最长几年)."""

    today: date = date.min
    """The day that 去年 and the like were counted from."""

    misspelt: tuple[Assumption, ...] = ()
    """What was written otherwise than the text says, which is as it was read."""

    def has(self, *labels: str) -> bool:
        """Whether a phrase of one of the labels stands in the text."""
        return any(p.label in labels for p in self.phrases)

    def first(self, *labels: str) -> Phrase | None:
        """The first phrase of one of the labels."""
        return next((p for p in self.phrases if p.label in labels), None)

    def unnamed_text(self) -> str:
        """The text without the names in it, so that 稳 in 稳盈1号 is no adjective."""
        named = masked(self.text, ((m.start, m.end) for m in self.mentions))
        return "".join(" " if hidden else char for char, hidden in zip(self.text, named, strict=True))

    def rest_text(self) -> str:
        """The unexplained stretches, joined by blanks."""
        return " ".join(self.text[a:b] for a, b in self.rest)


def masked(text: str, spans: Iterable[tuple[int, int]]) -> list[bool]:
    """For each character whether it lies in one of the spans."""
    mask = [False] * len(text)
    for start, end in spans:
        mask[start:end] = [True] * (end - start)
    return mask
