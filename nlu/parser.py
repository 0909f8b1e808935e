"""Parser: the words of a turn, and what the talk was about, become Query readings.

Each kind of question has one function in `nlu.parsing` that returns a Reading or None; `parse` asks them in
the order in which the more specific one comes first and adds the readings by topic. None knows a product.
"""

from __future__ import annotations

from collections.abc import Callable

from kg.query import Ask, Query
from kg.values import Kind
from nlu.parsing.aggregates import aggregate, history
from nlu.parsing.calculation import calculation
from nlu.parsing.checks import check
from nlu.parsing.comparisons import comparison
from nlu.parsing.conditioned import conditioned
from nlu.parsing.demands import is_part, unexplained
from nlu.parsing.derived import derived
from nlu.parsing.eligibility import eligible
from nlu.parsing.evidence import unknown_of
from nlu.parsing.identifiers import identified
from nlu.parsing.inverse import inverse
from nlu.parsing.paths import path
from nlu.parsing.posts import post
from nlu.parsing.scene import Scene, wants_definition
from nlu.parsing.sets import count, listing
from nlu.parsing.shared import related, sharing
from nlu.parsing.strangers import stranger
from nlu.parsing.superlatives import best
from nlu.parsing.unnamed import by_predicate, by_topic, stands_firm
from nlu.parsing.values import describe, of_all_members, source, value
from nlu.readings import Reading
from nlu.words import pieces

_SETS, _SET_CUES = (best, count, listing), ("list", "count", "most", "least", "best")
"""What asks for some of the members of a class. Where it cannot, as a demand was not understood, the figures of all
members are no answer either."""
LEANING = 0.7
"""What is left of a bare name's reading as list or description when the turn leans on what went before."""
SURE, FAIR = 0.9, 0.65
"""Support of a reading beside which nothing unnamed is looked for: of anything, and of what is named outright."""
AT_A_GLANCE, MEMBERS_LOOKED_AT = 3, 100
"""Rows of a table among which one's own is found, and members of a class up to which they are counted."""


def parse(scene: Scene, *, unnamed: bool = True) -> list[Reading]:
    """Readings of a turn that stands for itself (follow-ups are nlu.followups), best first; without `unnamed` only
    those about what the scene names."""
    makers: tuple[Callable[[Scene], Reading | None], ...] = (
        derived,
        aggregate,
        history,
        comparison,
        best,
        count,
        source,
        eligible,
        related,
        sharing,
        path,
        post,
        inverse,
        listing,
        check,
        value,
        describe,
    )
    found: list[Reading] = []
    unheard = False
    by_code = identified(scene)
    if by_code is not None:
        return [by_code]
    worked_out = calculation(scene)
    if worked_out is not None:
        return [worked_out]
    unknown = stranger(scene)
    if unknown is not None:
        return [unknown]
    for maker in makers:
        reading = maker(scene)
        if reading is not None:
            found.append(reading)
            if not reading.absent:
                break
            unheard = unheard or (maker in _SETS and scene.analysis.has(*_SET_CUES))
    if unheard or _unknown_superlative(scene):
        found = [r for r in found if not of_all_members(r.query, scene) or r.absent]
    found = [r if r.absent or not _left_out(r, scene) else unknown_of(r) for r in found]
    if unnamed and not unheard and not (found and _settled(found[0], scene)):
        found.extend(by_topic(scene))
        found.extend(by_predicate(scene))
    return sorted((conditioned(r, scene) for r in found), key=lambda r: -r.score)


def _settled(reading: Reading, scene: Scene) -> bool:
    """Whether nothing that is not named can be meant instead: of some 900 turns that name a product, law or person
    outright and have a fair reading none was about a matter."""
    fair = reading.score >= FAIR and not reading.absent
    return reading.score >= SURE or (fair and any(stands_firm(t, scene) for t in scene.named))


def _left_out(reading: Reading, scene: Scene) -> bool:
    """Whether the figures of all members leave out what was said of those that are meant (信用卡临时提上去的额度,
    鹤川能源股票的代码) or of what is done."""
    query = reading.query
    if not of_all_members(query, scene) or _told_at_a_glance(query, scene):
        return False
    starts = [*(m.start for m in scene.analysis.mentions), *(p.start for p in scene.analysis.predicates)]
    last = max(starts, default=0)
    before = (words for words in unexplained(scene) if 0 <= scene.analysis.text.find(words) < last)
    said = [words for words in before if not any(is_part(p, words, scene) for p in query.predicates)]
    return any(not _names_a_member(words, query.focus[0].id, scene) for words in said)


def _names_a_member(words: str, cls: str, scene: Scene) -> bool:
    """Whether a word stands in the name of a member, which whoever asks then finds in the table: 跨行."""
    lexicon = scene.lexicon
    if lexicon.member_count(cls) > MEMBERS_LOOKED_AT:
        return False
    names = "\n".join(lexicon.name_of(m) for m in lexicon.members_of((cls, *lexicon.descendants(cls))))
    return any(len(piece) > 1 and piece in names for piece in pieces(words))


def _told_at_a_glance(query: Query, scene: Scene) -> bool:
    """Whether the table has so few figures that whoever asks finds his own."""
    lexicon, cls = scene.lexicon, query.focus[0].id
    many_cases = not query.qualifiers and bool(lexicon.cases_of(query.predicates))
    if many_cases or lexicon.member_count(cls) > MEMBERS_LOOKED_AT:
        return False
    members = lexicon.members_of((cls, *lexicon.descendants(cls)))
    having = [m for m in members if set(query.predicates) & set(lexicon.own_predicates(m))]
    text = any(lexicon.ontology.get(p).datatype is Kind.TEXT for p in query.predicates)
    return len(having) <= AT_A_GLANCE and not text


def _unknown_superlative(scene: Scene) -> bool:
    """最稳当: the first by a measure that nothing is known of."""
    return any("最" in scene.analysis.text[a : b - 1] for a, b in scene.analysis.rest)


def bare(reading: Reading, scene: Scene) -> bool:
    """A list or description that nothing but a name asks for."""
    asks_set = scene.analysis.has("list", "count", "most", "least", "best") or wants_definition(scene.analysis)
    return reading.query.ask in (Ask.LIST, Ask.DESCRIBE) and not asks_set
