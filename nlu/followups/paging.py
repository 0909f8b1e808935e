"""More of the same: 还有呢, 下一页, 除了这个还有吗, 有没有别的."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.facts import INSTANCE_OF
from kg.query import Ask, Constraint, Entity, Query
from kg.values import Op
from nlu.followups.scenes import SET_ASKS
from nlu.parsing.demands import unexplained
from nlu.parsing.scene import Scene
from nlu.parsing.sets import PAGE

_MORE = re.compile(
    r"还有(?:没有|呢|吗|么|哪些|什么|其他|其它|别的|$)|更多|下一?页|翻页|继续|接着[看说列]?|剩下|剩余|后面的|往下|再(?:看|来|列|给)几?[个款种只张家些]?"
    r"|换一?批|其余|全部列|都列"
)
_OTHERS = re.compile(
    r"(?:除了|除去|不要)(?:[这那]一?[个款种只张家条位些]|它们?|这几个|以上)?.{0,12}?(?:还有|有没有|其他|其它|别的|之外|以外)"
    r"|(?:有没有|还有|看看?|要|换)(?:其他|其它|别的)|^(?:其他|其它|别的)(?:的|呢|吗)*"
)


def more(scene: Scene) -> Query | None:
    """The next page of the newest list, or what there is besides the thing that is talked about."""
    text = scene.analysis.text
    others = bool(_OTHERS.search(text))
    if not (others or _MORE.search(text)) or _says_more(scene):
        return None
    last = scene.memory.last
    if last is None:
        return None
    left_out = tuple(t.entity for t in scene.named if not t.is_class)
    members = next((q for q in scene.memory.frames if q.ask in SET_ASKS), None)
    if left_out or (others and last.ask not in SET_ASKS):
        return _besides(left_out or last.focus, members, scene)
    if members is not None and members.ask is Ask.BEST:
        return replace(members, offset=members.offset + max(1, len(scene.memory.shown)))
    if members is not None and members.cls is not None:
        listed = replace(members, ask=Ask.LIST) if members.ask is not Ask.REVERSE else members
        return replace(listed, offset=listed.offset + len(scene.memory.shown), limit=listed.limit or PAGE, order=None)
    if members is not None:
        return replace(members, offset=members.offset + len(scene.memory.shown))
    if last.ask is Ask.VALUE and scene.memory.display.total > len(scene.memory.shown):
        return replace(last, offset=last.offset + len(scene.memory.shown))
    return _besides(last.focus, None, scene) if others else None


def _says_more(scene: Scene) -> bool:
    """Whether the turn asks for something else by name: 还有哪些费用."""
    named = [m for m in scene.analysis.predicates if not m.value]
    if scene.analysis.has("most", "least", "best", "compare", "source"):
        return True
    return bool(named or scene.analysis.values or any(t.is_class for t in scene.named)) or _of_the_thing(scene)


def _of_the_thing(scene: Scene) -> bool:
    """他还有什么代表作: words that nothing explains, where nobody declared what the thing of the talk has."""
    last = scene.memory.last
    has = scene.lexicon.predicates_of(last.focus[0].id) if last is not None and last.focus else ()
    return bool(has and unexplained(scene)) and not any(scene.lexicon.ontology.get(p).declared for p in has)


def _besides(known: tuple[Entity, ...], members: Query | None, scene: Scene) -> Query | None:
    """The other members of the list that the things came from, else of their nearest class."""
    if not known:
        return None
    without = tuple(Constraint(INSTANCE_OF, Op.NE, entity_id=e.id) for e in known)
    classes = scene.lexicon.classes_of(known[0].id)
    if members is not None and members.cls is not None and members.cls.id in classes:
        kept = tuple(c for c in members.constraints if c not in without)
        return replace(members, ask=Ask.LIST, constraints=(*kept, *without), order=None, offset=0, limit=PAGE)
    if not classes or scene.lexicon.member_count(classes[0]) < len(known) + 1:
        return None
    cls = Entity(classes[0], scene.lexicon.name_of(classes[0]), how="carried")
    return Query(Ask.LIST, cls=cls, constraints=without, limit=PAGE)
