"""Words that mean all that was spoken of: the list of which page stands on display (这些里哪个最高, 剩几个), and the
attributes asked about together (这三样呢)."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.query import Query
from nlu.followups.pointing import Pointing, integer, pointers
from nlu.followups.scenes import SET_ASKS, with_things
from nlu.parsing.scene import Scene

_ATTRIBUTES = re.compile(
    r"(?:同样)?的?[这那上](?:些|几|(?P<many>[0-9一二两三四五六]))(?:样|项|点|个?方面|个?指标|个?数|条)(?!产品|里|中|当中)"
)


_WITHIN = re.compile(r"^(?:[那这就]|这些)*(?:里[面头边]|其中|当中)的?(?=\S)")
_THE_SAME = re.compile(r"(?:同样|一样|相同)(?:的|是)?")


def without_the_whole(scene: Scene) -> Scene:
    """The scene without such words, so that it leans on the last question as it is."""
    last = scene.memory.last
    if last is None:
        return scene
    text = scene.analysis.text
    spans = []
    if last.cls is not None and last.ask in SET_ASKS and scene.analysis.has("count", "most", "least", "best"):
        many = (p for p in pointers(text) if p.kind is Pointing.MANY)
        spans = [(p.start, p.end) for p in many if p.number in (0, scene.memory.display.total)]
    within = _WITHIN.match(text) if last.cls is not None else None
    spans += [within.span()] if within is not None and not spans else []
    spans += _same_case(text, last)
    asked = _ATTRIBUTES.search(text)
    if asked is not None and len(last.predicates) > 1 and integer(asked["many"] or "") in (0, len(last.predicates)):
        spans.append(asked.span())
    return replace(with_things(scene, (), spans), leans=True) if spans else scene


def _same_case(text: str, last: Query) -> list[tuple[int, int]]:
    """同样期数: that the case stays is nothing that is asked; 同样50克 says another case of the same question."""
    said = _THE_SAME.search(text)
    if said is None or not last.qualifiers:
        return []
    behind = next((q.name for q in last.qualifiers if text.startswith(q.name, said.end())), "")
    return [(said.start(), said.end() + len(behind))]
