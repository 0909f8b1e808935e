"""Who stands in a relation in a given case: X的董事长是谁, where 董事长 is a qualifier, not the relation."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from kg.facts import Qualifier
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold
from kg.query import Ask, Query
from kg.values import Kind, Op, Value
from nlu.analysis import PUNCTUATION
from nlu.parsing.evidence import reading_of
from nlu.parsing.scene import Scene
from nlu.parsing.sets import PAGE
from nlu.predicates import ALIASED
from nlu.readings import Reading

_BETWEEN = re.compile(r"[/、,，;；|]")
MIN_CASE, MAX_CASE = 2, 12


def post(scene: Scene) -> Reading | None:
    """Subjects of an undeclared relation to the named thing whose qualifier is named behind it."""
    if len(scene.things) != 1 or scene.things[0].start < 0 or scene.analysis.has("yes_no"):
        return None
    thing = scene.things[0]
    incoming = scene.lexicon.incoming_predicates(thing.entity.id)
    behind = fold(scene.analysis.text[thing.end :]).text
    cases = (c for p in incoming for c in _cases(scene.lexicon).get(p, ()) if c[1] in behind)
    found = max(cases, key=lambda c: len(c[1]), default=None)
    if found is None or any(not m.value and found[1] in fold(m.surface).text for m in scene.analysis.predicates):
        return None
    name, folded, predicate, text = found
    case = Qualifier(name, Op.EQ, Value(text, Kind.TEXT))
    query = Query(Ask.REVERSE, focus=(thing.entity,), predicates=(predicate,), qualifiers=(case,), limit=PAGE)
    content = sum(1 for c in scene.analysis.text if c not in PUNCTUATION) or 1
    reading = reading_of(query, [thing], ALIASED, scene)
    return replace(reading, explained=min(1.0, reading.explained + len(folded) / content))


@lru_cache(maxsize=4)
def _cases(lexicon: Lexicon) -> dict[str, list[tuple[str, str, str, str]]]:
    """By undeclared relation, (qualifier, folded case, relation, case) of every single case that its facts name."""
    found: dict[str, dict[str, tuple[str, str, str, str]]] = {}
    for predicate, name, text in lexicon.qualifier_values:
        if predicate not in lexicon.relations or lexicon.ontology.get(predicate).declared:
            continue
        for part in map(str.strip, _BETWEEN.split(text)):
            folded = fold(part).text
            if MIN_CASE <= len(folded) <= MAX_CASE and not any(c.isdigit() for c in folded):
                found.setdefault(predicate, {})[folded] = (name, folded, predicate, part)
    return {predicate: list(cases.values()) for predicate, cases in found.items()}
