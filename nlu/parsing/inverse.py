"""What has a named thing, or a text, as the value of an attribute that the words ask for: X写了哪些书, X拍过什么片子.

Of attributes that nobody declared (where none of the file's subjects is called X, X is but a text of it), and of
declared ones where a verb of theirs asks for several: X管着哪几只.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import lru_cache

from kg.lexicon.linker import PredicateMention
from kg.lexicon.text import fold
from kg.query import Ask, Constraint, Query
from kg.values import Kind, Op, Value
from nlu.asked import asked_of
from nlu.meant import Meant, meant
from nlu.parsing.evidence import explained_by
from nlu.parsing.scene import Scene
from nlu.parsing.sets import PAGE
from nlu.predicates import ALIASED
from nlu.readings import Reading
from nlu.resources import resource

LEAST_VALUE = 2
VERB = 0.85
"""Probability of an attribute whose holder does what is said."""
_SEVERAL = re.compile(r"什么|啥|哪些|都有|哪几?[部本首款种个家位座艘所张条支只]|几[部本首款种个家位座艘所张条支只]")
"""What stands where one or several things are asked for that have something."""
_HOLDS = re.compile(r"^\W*的")
"""Behind a name: an attribute of the thing itself is asked for."""


def inverse(scene: Scene) -> Reading | None:
    """The things that point to the one that is named, or hold the one text that is, by the attribute that is meant."""
    if not _SEVERAL.search(scene.analysis.text) or scene.classes:
        return None
    if scene.things:
        return _of_thing(scene) if len(scene.things) == 1 else None
    return _of_text(scene)


def _of_thing(scene: Scene) -> Reading | None:
    (thing,) = scene.things
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    if thing.start < 0 or asked.support >= ALIASED:
        return None
    incoming = scene.lexicon.incoming_predicates(thing.entity.id)
    found = _done_to_several(scene, incoming) or (
        None if asked.predicates else _meant(scene, thing.start, thing.end, incoming)
    )
    if found is None:
        return None
    return _reading(Query(Ask.REVERSE, focus=(thing.entity,), predicates=(found.predicate,), limit=PAGE), found, scene)


def _done_to_several(scene: Scene, options: Iterable[str]) -> Meant | None:
    """The declared attribute whose holder does what is asked of several things: 管着哪几只 wants those of which the
    named one is 基金经理."""
    declared = [p for p in options if scene.lexicon.ontology.get(p).declared]
    done = by_verb(fold(scene.analysis.unnamed_text()).text, declared) if declared else None
    if done is None:
        return None
    verbs = (v for attributes, verbs in _groups() for v in verbs if any(a in done.predicate for a in attributes))
    several = rf"(?:{'|'.join(map(re.escape, verbs))})[着了过]?(?:{_SEVERAL.pattern})(?!的)"
    return done if re.search(several, scene.analysis.text) else None


def _of_text(scene: Scene) -> Reading | None:
    """The longest text that is the value of an attribute, where it is followed by words that ask for several."""
    values = [m for m in scene.analysis.predicates if m.value and m.end - m.start >= LEAST_VALUE]
    mention: PredicateMention | None = max(values, key=lambda m: m.end - m.start, default=None)
    if mention is None:
        return None
    found = _meant(scene, mention.start, mention.end, mention.predicates)
    if found is None:
        return None
    held = Constraint(found.predicate, Op.EQ, Value(mention.value, Kind.TEXT))
    return _reading(Query(Ask.LIST, predicates=(found.predicate,), constraints=(held,), limit=PAGE), found, scene)


def _meant(scene: Scene, start: int, end: int, options: Iterable[str]) -> Meant | None:
    """The attribute among `options` that the words around a name ask for, whatever kind of answer it gives."""
    text = scene.analysis.text
    if _HOLDS.match(text, end):
        return None
    around = text[:start] + " " * (end - start) + text[end:]
    loose = [p for p in options if not scene.lexicon.ontology.get(p).declared]
    return by_verb(around, loose) or _by_name(around, loose, scene)


def _by_name(around: str, options: Sequence[str], scene: Scene) -> Meant | None:
    wanting = replace(scene.analysis, cues=frozenset(), phrases=())
    found = meant(around, options, scene.lexicon.ontology, wanting)
    return found if found is not None and found.told > 0 else None


def by_verb(around: str, options: Sequence[str]) -> Meant | None:
    """The attribute whose holder does what the words say: who 导演 is has 拍过 the film. Of several, the one whose name
    says it most fully; none where two do alike."""
    folded = fold(around).text
    found = {p: max((_said(p, group, folded) for group in _groups()), default=(0.0, "")) for p in options}
    best = sorted(((share, len(verb), p) for p, (share, verb) in found.items() if verb), reverse=True)
    if not best or (len(best) > 1 and best[0][:2] == best[1][:2]):
        return None
    return Meant(best[0][2], VERB, best[0][1])


def _said(name: str, group: tuple[tuple[str, ...], tuple[str, ...]], text: str) -> tuple[float, str]:
    """(share of an attribute's name that a word of the group fills, the longest of its verbs in the text)."""
    attributes, verbs = group
    sizes = [len(a) for a in attributes if (a in name if len(a) > 1 else a == name)]
    verb = max((v for v in verbs if v in text), key=len, default="")
    return (max(sizes) / len(name), verb) if sizes and verb else (0.0, "")


@lru_cache(maxsize=1)
def _groups() -> tuple[tuple[tuple[str, ...], tuple[str, ...]], ...]:
    """(attributes, verbs) of resources/inverse_verbs.csv."""
    rows = csv.reader(resource("inverse_verbs.csv").splitlines()[1:])
    return tuple((_parts(attributes), _parts(verbs)) for attributes, verbs in rows)


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(fold(word).text for word in cell.split("|"))


def _reading(query: Query, found: Meant, scene: Scene) -> Reading:
    explained = max(found.probability, explained_by(query, scene))
    return Reading(query, entity=1.0, predicate=found.probability, explained=explained)
