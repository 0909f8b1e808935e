"""The first members of a class by a figure: 哪张信用卡年费最低, 信用卡按年费排序."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.query import Ask, Order, Query
from kg.values import Kind
from nlu.analysis import ENDS
from nlu.asked import asked_of, asked_text
from nlu.cases_said import period_stated, qualifiers_of
from nlu.hints import hinted
from nlu.parsing.demands import demands_on, is_part
from nlu.parsing.evidence import reading_of
from nlu.parsing.scene import Scene, class_options, members_of
from nlu.parsing.sets import PAGE, heard, own_fact_suits
from nlu.predicates import of_kind
from nlu.readings import Reading
from nlu.things import Thing
from nlu.wording import is_content, wordings_of

ORDERED = (Kind.MONEY, Kind.PERCENT, Kind.TERM, Kind.COUNT, Kind.NUMBER, Kind.AGE, Kind.LEVEL, Kind.DATE)
_ASCENDS = re.compile(r"[从由](?:[低小少短早]|便宜)|升序|正序")
COUNTS = (Kind.COUNT, Kind.NUMBER)
_FIRST = re.compile(r"前\s*[0-9一二两三四五六七八九十]+\s*(?:名|个|只|款|位|张|家|种|大)?")
ORDER_NAMED = 0.5
"""Share of the words beside a superlative that the predicate ordered by has to explain."""
LEAST_MORE = 2
"""Signs of an attribute's name behind the superlative with which it begins, from which that name is meant."""


def best(scene: Scene) -> Reading | None:
    """The first of a class by a figure, or all in its order: 哪张信用卡年费最低, 信用卡按年费排序."""
    cls = members_of(scene)
    cue = _end(scene, cls)
    sorting = scene.analysis.has("sort") and (not cue or _names_a_column(scene, cls))
    adjective = hinted(scene.analysis.unnamed_text(), "adjectives", class_options(scene, cls)) if cls else None
    if cls is None or (not cue and not sorting and not (adjective and scene.analysis.has("list", "compare"))):
        return None
    if scene.analysis.has("how_much", "how_long") and not scene.analysis.has("list", "compare"):
        asked = asked_of(cls.entity.id, scene.analysis, scene.lexicon)
        if asked.predicates and own_fact_suits(scene, cls, asked):
            return None
    order = _order(scene, cls, cue, adjective)
    if order is None or (not sorting and (_bounded(scene, cls, order) or _names_a_bound(scene, cls, order))):
        return None
    if sorting:
        order = replace(order, descending=not ascends(scene))
    demands = demands_on(scene, cls, skip="" if sorting else order.predicate)
    if sorting:
        demands = replace(demands, unheard=tuple(w for w in demands.unheard if not is_part(order.predicate, w, scene)))
    qualifiers = qualifiers_of(scene.analysis, (order.predicate,), scene.lexicon)
    taken = {q.value for q in qualifiers}
    query = Query(
        Ask.BEST,
        cls=cls.entity,
        predicates=(order.predicate,),
        constraints=tuple(c for c in demands.constraints if c.value not in taken),
        qualifiers=qualifiers,
        order=order,
        limit=wanted_number(scene) or (PAGE if sorting else 1),
        period=period_stated(scene.analysis, (order.predicate,), scene.lexicon),
    )
    return heard(reading_of(query, [cls], 0.95, scene), demands, scene)


def _end(scene: Scene, cls: Thing | None) -> str:
    """Label of the superlative in the turn, or empty. One within the name of an attribute that is asked of the class
    (信用卡的最低还款比例) makes none of it, unless members are asked for (哪张卡最长几天免息)."""
    analysis = scene.analysis
    options = set(class_options(scene, cls)) if cls is not None else set()
    named = any(not m.value and options & set(m.predicates) for m in analysis.predicates)
    within = named and not analysis.has("list", "compare")
    spoken = {p.label for p in analysis.phrases} if within else analysis.cues
    end = next((label for label in ("most", "least", "best") if label in spoken & analysis.cues), "")
    return end or ("best" if named and _FIRST.search(analysis.unnamed_text()) else "")


def ascends(scene: Scene) -> bool:
    """Whether the turn wants the lowest first: 从低到高. Nothing said of it, the highest come first."""
    return _ASCENDS.search(scene.analysis.text) is not None


def _bounded(scene: Scene, cls: Thing, order: Order) -> bool:
    """最低价格是1000元以上: what looks like a superlative is part of the name of what is bounded, in a graph that tells
    no lowest from other ones."""
    if scene.lexicon.ontology.get(order.predicate).declared:
        return False
    bounded = {c.predicate for c in demands_on(scene, cls).constraints}
    ends = {p.end for p in scene.analysis.phrases if p.label in ("most", "least")}
    named = {p for m in scene.analysis.predicates if m.start in ends for p in m.predicates}
    return bool(bounded & (named or {order.predicate}))


def _names_a_column(scene: Scene, cls: Thing | None) -> bool:
    """按最高年化从高到低: the superlative is how the name of an attribute begins."""
    options = class_options(scene, cls) if cls is not None else []
    return any(_begins(p.start, p.surface, options, scene) for p in scene.analysis.phrases if p.label in ENDS)


def _names_a_bound(scene: Scene, cls: Thing, order: Order) -> bool:
    """最短持有超过3天: the superlative is how the name of an attribute begins that is bounded, and not ordered by."""
    bounded = [c.predicate for c in demands_on(scene, cls).constraints if c.value is not None]
    ends = [p for p in scene.analysis.phrases if p.label in ENDS]
    return bool(ends) and all(_begins(p.start, p.surface, bounded, scene) for p in ends)


def _begins(start: int, word: str, predicates: Sequence[str], scene: Scene) -> bool:
    """Whether the text from `start` on is how one of the predicates is called, beyond the word itself."""
    more = scene.analysis.text[start : start + len(word) + LEAST_MORE]
    return len(more) == len(word) + LEAST_MORE and any(p.startswith(more) for p in predicates)


def _order(scene: Scene, cls: Thing, cue: str, adjective: tuple[str, str] | None) -> Order | None:
    ontology = scene.lexicon.ontology
    options = of_kind(class_options(scene, cls), ORDERED, ontology)
    named = [p for m in scene.analysis.predicates if not m.value for p in m.predicates if p in options]
    if named:
        descending = cue == "most" or (cue in ("", "best") and ontology.get(named[0]).better_is != "low")
        return Order(named[0], descending)
    spent = {t.start for t in scene.named}
    if any(not m.value and m.start not in spent for m in scene.analysis.predicates):
        return None
    said = _ordered_by(scene, cls, options)
    if said and cue != "best":
        return Order(said, cue == "most" or (cue == "" and ontology.get(said).better_is != "low"))
    if adjective is not None and adjective[0] in options:
        return Order(adjective[0], adjective[1] == "high")
    preferred = [p for p in options if ontology.get(p).better_is]
    if cue == "best" and preferred:
        return Order(preferred[0], ontology.get(preferred[0]).better_is == "high")
    asked = asked_of(cls.entity.id, scene.analysis, scene.lexicon)
    typed = [p for p in asked.predicates if p in options]
    return Order(typed[0], cue == "most") if typed and cue != "best" else None


def _ordered_by(scene: Scene, cls: Thing, options: Sequence[str]) -> str:
    """The predicate that the words beside the superlative name in part: ATM in 哪个网点ATM最多."""
    wordings = wordings_of(scene.lexicon)
    ends = [(p.start, p.end) for p in scene.analysis.phrases]
    ends += [(t.start, t.end) for t in scene.named if t.start >= 0] + [(v.start, v.end) for v in scene.analysis.values]
    chars = list(asked_text(cls.entity.id, scene.analysis, scene.lexicon))
    for start, end in ends:
        chars[start:end] = " " * (end - start)
    text = "".join(chars)
    matches = ((wordings.match(text, p), p) for p in options) if is_content(text) else ()
    good = [(m.wording, p) for m, p in matches if m and m.coverage >= ORDER_NAMED]
    return max(good)[1] if good else ""


def wanted_number(scene: Scene) -> int | None:
    """三张, 前五, top3: how many are wanted; counts used elsewhere are constraints."""
    for span in scene.analysis.values:
        if span.value.kind in COUNTS and span.value.number is not None:
            number = int(span.value.number)
            if 1 <= number <= 50:
                return number
    return None
