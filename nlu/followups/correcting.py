"""Corrections: 不是年费，是挂失费. What is taken back is not read; what takes its place changes the last question."""

from __future__ import annotations

import re
from dataclasses import replace

from nlu.followups.scenes import with_things
from nlu.parsing.scene import Scene

_TAKEN_BACK = re.compile(
    r"(?:不是(?:说|问|要)?|不要|没[说问])(?P<wrong>[^，,。；;]{1,14}?)(?:[，,。；; ]+|(?=而是|我[说问要]|应该是))"
    r"(?:而?是|我(?:说|问|要|指)的?(?:是)?|应该?是|问的是|说的是|要)"
)
_PUT_RIGHT = re.compile(
    r"^(?:哦|噢|啊|呃|嗯|喔|唉|诶|那个|[，,。 ])*(?:不是|不要|不问|没问)(?P<wrong>[^，,。；;？?吗]{2,10})[，,。；; ]+"
    r"(?=\S{2,10}$)"
)
"""哦不是管理费，托管费: a denial and, right behind it, nothing but what takes its place."""
_SAID_SO = re.compile(
    r"^(?:不是|不对|错了|弄错了|搞错了|我?(?:说|打|问)错了)[，,。!！ ]*(?:我(?:说|问|要|指)的?(?:是)?|应该是|是)?"
    r"|^我(?:说|问|指)(?:的是)?"
)


def takes_back(text: str) -> bool:
    """Whether the turn takes something back and puts something else in its place."""
    return (_TAKEN_BACK.search(text) or _PUT_RIGHT.search(text)) is not None


def corrected(scene: Scene) -> Scene:
    """The scene without what the turn takes back, and without the words that only say that it corrects."""
    match = _TAKEN_BACK.search(scene.analysis.text) or _put_right(scene)
    if match is not None:
        return with_things(scene, (), [match.span()])
    opening = _SAID_SO.match(scene.analysis.text)
    if opening is None or not scene.analysis.has("correction"):
        return scene
    plain = with_things(scene, (), [opening.span()])
    said = (*(p for p in scene.analysis.phrases if p.label == "correction"), *plain.analysis.phrases)
    return replace(plain, analysis=replace(plain.analysis, phrases=said))


def _put_right(scene: Scene) -> re.Match[str] | None:
    """The denial, where it names what the last question was about or asked, so that it takes that back."""
    match, last = _PUT_RIGHT.search(scene.analysis.text), scene.memory.last
    if match is None or last is None:
        return None
    inside = range(*match.span("wrong"))
    asked = any(m.start in inside and set(m.predicates) & set(last.predicates) for m in scene.analysis.predicates)
    about = {e.id for e in (*last.focus, *((last.cls,) if last.cls else ()))}
    return match if asked or any(t.start in inside and t.entity.id in about for t in scene.named) else None
