"""What a turn demands of the members of a class: values, texts, relations, classes left out."""

from __future__ import annotations

from collections.abc import Sequence

from kg.facts import INSTANCE_OF, EntityKind
from kg.query import Constraint
from kg.values import Kind, Op
from nlu.constraints import constraint_of, text_constraint
from nlu.parsing.scene import Scene, class_options
from nlu.predicates import rank
from nlu.things import Thing


def demands_on(scene: Scene, cls: Thing, skip: str = "") -> tuple[Constraint, ...]:
    """What the turn demands of members: values, texts, and named things they must be related to."""
    options = [p for p in class_options(scene, cls) if p != skip]
    found: list[Constraint] = []
    for span in scene.analysis.values:
        if span.value.kind in (Kind.COUNT, Kind.NUMBER) and scene.analysis.has("most", "least", "best"):
            continue
        constraint = constraint_of(span, scene.analysis, options, scene.lexicon)
        if constraint is not None and all(c.predicate != constraint.predicate for c in found):
            found.append(constraint)
    for mention in scene.analysis.predicates:
        constraint = text_constraint(mention, options, scene.analysis) if mention.value else None
        if constraint is not None and mention.start not in {t.start for t in scene.named}:
            found.append(constraint)
    found.extend(_related(scene, options))
    found.extend(_excluded_classes(scene, cls))
    return tuple(found)


def _related(scene: Scene, options: Sequence[str]) -> list[Constraint]:
    """Members that point to a named thing: 云杉理财公司管理的产品."""
    found = []
    for thing in scene.things:
        incoming = [p for p in scene.lexicon.incoming_predicates(thing.entity.id) if p in options]
        named = [p for m in scene.analysis.predicates for p in m.predicates if p in incoming]
        if incoming and thing.kind is not EntityKind.TERM:
            found.append(Constraint((named or _likeliest(incoming, scene))[0], Op.EQ, entity_id=thing.entity.id))
    return found


def _likeliest(predicates: Sequence[str], scene: Scene) -> list[str]:
    """Predicates by how well they go with the words around the names (由甲公司管理 → 管理人)."""
    ranked = rank(scene.analysis.unnamed_text(), predicates, scene.lexicon, scene.analysis)
    return [r.predicate for r in ranked]


def _excluded_classes(scene: Scene, cls: Thing) -> list[Constraint]:
    excluded = [p for p in scene.analysis.phrases if p.label == "exclude"]
    return [
        Constraint(INSTANCE_OF, Op.NE, entity_id=c.entity.id)
        for c in scene.classes
        if c != cls and any(p.start <= c.start < p.end or 0 <= c.start - p.end <= 1 for p in excluded)
    ]
