"""Doubts about things: names that mean two of them, attributes that a class demands, things nobody says anything of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from kg.doubts.scene import Scene, doubt
from kg.facts import ALIAS, INSTANCE_OF, REQUIRED, SUBCLASS_OF, Fact
from kg.lexicon.text import fold
from kg.problems import Problem
from kg.query import Constraint
from kg.values import Kind, Op, Value

_LOOKED_UP = 500
_STRUCTURE = (INSTANCE_OF, SUBCLASS_OF)


def clashing_aliases(scene: Scene) -> Iterator[Problem]:
    """A warning for every new alias that is another thing's alias or name."""
    aliases = [f for f in scene.delta.added if f.predicate == ALIAS]
    owners: dict[str, dict[str, str]] = defaultdict(dict)
    for fact in aliases:
        owners[fold(fact.text).text][fact.subject_id] = fact.subject_name
    for entity in (*scene.delta.created, *scene.delta.changed):
        if fold(entity.name).text in owners:
            owners[fold(entity.name).text][entity.id] = entity.name
    if scene.head.revision:
        _add_known(aliases, owners, scene)
    for fact in aliases:
        others = [name for i, name in owners[fold(fact.text).text].items() if i != fact.subject_id]
        if others:
            what = f"别名和「{'、'.join(others[:3])}」的名称或别名相同，客户这样说时会被反问"
            yield doubt(fact, "object", fact.text, what, "换一个说法，或确认两样东西都这样叫")


def _add_known(aliases: list[Fact], owners: dict[str, dict[str, str]], scene: Scene) -> None:
    """Things of the graph that are called by one of the new aliases."""
    gone = {f.id for f in scene.delta.closed} | set(scene.delta.withdrawn)
    texts = list(dict.fromkeys(f.text for f in aliases))[:_LOOKED_UP]
    for name, ids in scene.head.ids_by_name(texts).items():
        owners[fold(name).text].update({i: name for i in ids if i not in gone})
    for text in texts:
        subjects = scene.head.ids_where(ALIAS, Constraint(ALIAS, Op.EQ, Value(text, Kind.TEXT)))
        for fact in scene.head.facts_of(subjects, [ALIAS]) if subjects else ():
            if fact.id not in gone and fold(fact.text).text == fold(text).text:
                owners[fold(text).text].setdefault(fact.subject_id, fact.subject_name)


def incomplete(scene: Scene) -> Iterator[Problem]:
    """A warning for every thing that lacks an attribute which a class of it demands (`类,必填属性,谓语`)."""
    levels = {i: scene.above(classes) for i, classes in scene.classes.items()}
    classes = set().union(*levels.values())
    demanded: dict[str, set[str]] = defaultdict(set)
    for fact in scene.after(classes, [REQUIRED]):
        demanded[fact.subject_id].add(fact.text)
    wanted = {i: set().union(*(demanded.get(c, ()) for c in above)) for i, above in levels.items()}
    wanted = {i: predicates for i, predicates in wanted.items() if predicates}
    if not wanted:
        return
    every = set().union(*wanted.values())
    speaking = set(wanted).union(*(levels[i] for i in wanted))
    has: dict[str, set[str]] = defaultdict(set)
    for fact in scene.after(speaking, every):
        has[fact.subject_id].add(fact.predicate)
    for row in _first_rows(scene, wanted):
        held = has[row.subject_id].union(*(has[c] for c in levels[row.subject_id]))
        for missing in sorted(wanted[row.subject_id] - held):
            what = f"「{row.subject_name}」缺少同类都要有的「{missing}」"
            yield doubt(row, "subject", row.subject_name, what, f"补上一行「{row.subject_name},{missing},…」")


def _first_rows(scene: Scene, subjects: dict[str, set[str]]) -> list[Fact]:
    """Of each subject the first row that the change has about it."""
    found: dict[str, Fact] = {}
    for fact in scene.delta.added:
        if fact.subject_id in subjects:
            known = found.setdefault(fact.subject_id, fact)
            if (fact.file, fact.line) < (known.file, known.line):
                found[fact.subject_id] = fact
    return list(found.values())


def orphans(scene: Scene) -> Iterator[Problem]:
    """A warning for every new thing that is only pointed to: usually a name that was mistyped."""
    new = {e.id for e in scene.delta.created}
    spoken_of = {f.subject_id for f in scene.delta.added}
    told: set[str] = set()
    for fact in scene.delta.added:
        target = fact.object_id
        if target is None or target in spoken_of or target in told or target not in new:
            continue
        told.add(target)
        if fact.predicate not in _STRUCTURE:
            what = "图谱里没有它，别的行也没有说它是什么"
            yield doubt(fact, "object", fact.object_name, what, "检查名称有没有写错；没有错就补上它的类或属性")
