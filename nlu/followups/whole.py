"""Words that mean all that was spoken of: the list of which page stands on display (这些里哪个最高, 剩几个), and the
attributes asked about together (这三样呢)."""

from __future__ import annotations

import re
from dataclasses import replace

from nlu.followups.pointing import Pointing, integer, pointers
from nlu.followups.scenes import SET_ASKS, with_things
from nlu.parsing.scene import Scene

_ATTRIBUTES = re.compile(
    r"(?:同样)?的?[这那上](?:些|几|(?P<many>[0-9一二两三四五六]))(?:样|项|点|个?方面|个?指标|个?数|条)(?!产品|里|中|当中)"
)


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
    asked = _ATTRIBUTES.search(text)
    if asked is not None and len(last.predicates) > 1 and integer(asked["many"] or "") in (0, len(last.predicates)):
        spans.append(asked.span())
    return replace(with_things(scene, (), spans), leans=True) if spans else scene
