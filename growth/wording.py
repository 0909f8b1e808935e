"""Copy: no banned words, no figure of its own, short; its references filled with facts, the risk notice beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from growth.errors import OfferFileError
from growth.yaml_files import read_yaml, texts
from kg.answering.reader import FactReader
from kg.answering.resolve import Spoken, View
from kg.facts import Fact
from kg.figures import Locked, Part, from_fact, from_name, join, loose_figure
from kg.qualifiers import parse_qualifiers
from kg.references import REFERENCE

if TYPE_CHECKING:
    from kg.lexicon.lexicon import Lexicon

_NOISE = re.compile(r"[\s\u200b\u200c\u200d\ufeff·.,，。、*_\-—~]+")


@dataclass(frozen=True, slots=True)
class Words:
    """Words that no copy may carry."""

    banned: frozenset[str]


@dataclass(frozen=True, slots=True)
class Copy:
    """The copy as it is shown, and the facts it rests on."""

    text: Locked
    facts: tuple[Fact, ...]


def read_words(path: Path) -> Words:
    """The list of banned words. Raises OfferFileError."""
    data = read_yaml(path)
    try:
        return Words(texts(data["banned"]))
    except (KeyError, TypeError, ValueError) as error:
        raise OfferFileError((f"{path}：{error}；写成 banned: [词, 词]",)) from error


def faults(copy: str, product: str, words: Words, longest: int) -> list[str]:
    """What is wrong with the copy about a product, as remedies; empty when nothing is."""
    found = [f"不得出现“{w}”，换个说法" for w in banned_in(copy, words)]
    plain = REFERENCE.sub("", copy)
    if len(plain) > longest:
        found.append(f"最多{longest}字，现有{len(plain)}字，缩短")
    figure = loose_figure(_without_names(plain, product, copy))
    if figure:
        found.append(f"数字“{figure}”没有出处，改成引用，例如 {{产品.起购金额}}")
    if "{" in plain or "}" in plain:
        found.append("引用写成 {产品.属性}")
    return found


def banned_in(text: str, words: Words) -> list[str]:
    """The banned words in a text, however they are spaced."""
    squeezed = _NOISE.sub("", text)
    return sorted(w for w in words.banned if w in squeezed)


def filled(copy: str, reader: FactReader, lexicon: Lexicon, today: date) -> Copy | None:
    """The copy with its references filled; None when a fact it needs is not in force: better no offer than half a
    figure."""
    view = View(reader, lexicon, today)
    parts: list[Part] = []
    facts: list[Fact] = []
    at = 0
    for match in REFERENCE.finditer(copy):
        found = _referred(match, view)
        if not found:
            return None
        parts += [_words(copy[at : match.start()]), _value(found)]
        facts += found
        at = match.end()
    parts.append(_words(copy[at:]))
    return Copy(join("", parts), tuple(facts))


def _words(text: str) -> Part:
    """Words between references. They were checked; the names of products that carry a figure (稳盈30天) stay names."""
    return from_name(text)


def _value(facts: Iterable[Fact]) -> Part:
    return join("、", [from_fact(f.text, f.id) for f in facts])


def _referred(match: re.Match[str], view: View) -> list[Fact]:
    name, predicate, cases = match.groups()
    qualifiers = parse_qualifiers(cases or "", view.lexicon.ontology)
    for info in view.lexicon.by_name(name):
        facts = Spoken(view, [info.id], [predicate]).facts(info.id, predicate, qualifiers)
        if facts:
            return facts
    return []


def _without_names(plain: str, product: str, copy: str) -> str:
    """The text without the names of products, which may carry figures (稳盈30天)."""
    for name in (product, *(match.group(1) for match in REFERENCE.finditer(copy))):
        plain = plain.replace(name, "")
    return plain
