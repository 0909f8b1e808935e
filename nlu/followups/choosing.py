"""Taking one of the choices that a question back offered: by its label, a part of it, its place, or all of them."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.answer import Choice
from kg.lexicon.text import fold
from kg.query import Ask
from nlu.followups.pointing import integer, pointers
from nlu.followups.referents import placed
from nlu.memory import Memory

_TALK = re.compile(
    r"^(?:那就|就|那|我(?:要|想)?(?:问|选|说)?(?:的)?(?:是)?|选|要|问|看)+|(?:的那?[个款种只张家]?|那[个款种只张家]|这[个款种只张家]|呢|吧|啊|呀|了|哦|，|。|！|,|!|\s)+$"
)
_ALL = re.compile(r"^(?:都|全部|全都|所有|每个|两个都|几个都)(?:要|看|想知道|说|列|给)?.{0,6}$")
_NUMBER = re.compile(r"^(?:第|选)?([0-9０-９一二三四五六七八九])(?:号|个|[.、。])?$")


def chosen(text: str, memory: Memory) -> Choice | None:
    """The pending choice that the turn takes; None when it takes none and is to be read as a question."""
    pending = memory.pending
    if not pending:
        return None
    if _ALL.match(text.strip()):
        return _together(pending)
    place = _place(text, len(pending))
    if place is not None:
        return pending[place]
    said = fold(text).text
    labels = [fold(c.label).text for c in pending]
    for number, label in enumerate(labels):
        if said and said in (label, label.split("(")[0]):
            return pending[number]
    core = fold(_core(text)).text
    found = [c for c, label in zip(pending, labels, strict=True) if len(core) >= 2 and core in label]
    return found[0] if len(found) == 1 else None


def _place(text: str, size: int) -> int | None:
    plain = text.strip()
    number = _NUMBER.match(plain)
    if number is not None:
        place = integer(number.group(1))
        return place - 1 if 1 <= place <= size else None
    found = pointers(plain)
    if len(found) != 1 or found[0].end - found[0].start < len(_core(plain)):
        return None
    ids = list(range(size))
    picked = placed(found[0], ids)
    return picked[0] if len(picked) == 1 else None


def _core(text: str) -> str:
    plain = text.strip()
    while True:
        shorter = _TALK.sub("", plain)
        if shorter == plain or not shorter:
            return plain
        plain = shorter


def _together(pending: tuple[Choice, ...]) -> Choice | None:
    """All of the choices in one question, where they ask the same of different things."""
    queries = [c.query for c in pending if c.query is not None]
    if len(queries) < len(pending) or any(q.ask is not Ask.VALUE for q in queries):
        return None
    focus = tuple(dict.fromkeys(e for q in queries for e in q.focus))
    predicates = tuple(dict.fromkeys(p for q in queries for p in q.predicates))
    return Choice("、".join(c.label for c in pending), replace(queries[0], focus=focus, predicates=predicates))
