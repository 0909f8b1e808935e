"""Two or three steps through the graph: an attribute of what the named thing points to is asked (X的导演的出生地)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from kg.facts import DEFINITION, UNSPOKEN
from kg.lexicon.linker import PredicateMention
from kg.query import Ask, Query
from nlu.analysis import Analysis
from nlu.answer_types import fits
from nlu.asked import asked_text
from nlu.meaning import akin
from nlu.meant import meant
from nlu.parsing.evidence import explained_by, reading_of
from nlu.parsing.scene import Scene
from nlu.predicates import ALIASED, rank
from nlu.readings import Reading
from nlu.things import Thing
from nlu.wording import is_content
from nlu.words import words

STEP = "/"
_BETWEEN = re.compile(r"(?:的|所在的|是哪里的)?(?:他|她|它|人家|这人|这家公司)?(?:又|都|是|有)?")
"""What stands between the name of a relation and that of an attribute of what it points to: 基金经理是什么学历."""
LEAST, MOST = 2, 6
"""Characters of the words that ask for a first step which is not named."""
SURELY = 0.7
"""Probability of the second step from which two are taken where neither is named."""
_DOES = re.compile(r"(?:请问|你?知道|我?想知道)?[^的，,。？?]{1,4}[《“]?")
_DONE_BY = re.compile(r"[》”]?的(?:那[家个位所座])?")
_DONE_IN = re.compile(r"[》”]?[^的，,。？?是]{1,4}的(?:那[家个位所座])?")
"""Words that say what is done, before a thing and behind it: 拍…的公司, …读的大学."""
_BEHIND = re.compile(r"》?的?")
TOLD_BETWEEN = 0.5
"""Share of the words between two steps that a step has to explain, and of its own name that they are."""
TOLD, TOLD_BESIDE = 0.2, 0.35
"""Share of the words beside the second step that tell the first, where the thing lacks the second and where not."""


def path(scene: Scene) -> Reading | None:
    """The attribute of the object of a relation, where the words name both steps or leave no doubt about one."""
    if len(scene.things) != 1 or scene.analysis.has("list", "count", "most", "least", "best", "source"):
        return None
    thing = scene.things[0]
    steps = _named_steps(scene, thing) or _meant_second(scene, thing) or _meant_first(scene, thing)
    steps = steps or _told_first(scene, thing) or _done_first(scene, thing) or _meant_both(scene, thing)
    if steps is None:
        return None
    query = Query(Ask.VALUE, focus=(thing.entity,), predicates=(STEP.join(steps),))
    reading = reading_of(query, [thing], ALIASED, scene)
    asked = Query(Ask.VALUE, focus=(thing.entity,), predicates=steps)
    return Reading(
        query,
        entity=reading.entity,
        predicate=ALIASED,
        explained=max(0.9, explained_by(asked, scene)),
        assumptions=reading.assumptions,
        choices=reading.choices,
    )


def _relations(scene: Scene, thing: Thing) -> list[str]:
    return [p for p in scene.lexicon.own_predicates(thing.entity.id) if p in scene.lexicon.relations]


def _mentions(scene: Scene, thing: Thing) -> list[PredicateMention]:
    return [m for m in scene.analysis.predicates if not m.value and m.start >= thing.end]


def _named_steps(scene: Scene, thing: Thing) -> tuple[str, ...] | None:
    """导演 … 出生地: the second is asked of what the first points to, and maybe a third of what the second does."""
    mentions = _mentions(scene, thing)
    for place, mention in enumerate(mentions[:-1]):
        first = next((p for p in mention.predicates if p in _relations(scene, thing)), None)
        steps: tuple[str, ...] = (first,) if first is not None else ()
        for before, following in pairwise(mentions[place:]) if steps else ():
            between = scene.analysis.text[before.end : following.start]
            further = _next_steps(steps[-1], between, following, scene)
            if not further:
                break
            steps += further
        if len(steps) > 1:
            return steps
    return None


def _next_steps(last: str, between: str, following: PredicateMention, scene: Scene) -> tuple[str, ...]:
    """The step that is named next, after one that the words between tell (基金经理任职的公司是什么时候成立的)."""
    reach = scene.lexicon.reach(last)
    if _BETWEEN.fullmatch(between):
        named = next((p for p in following.predicates if p in reach and p != DEFINITION), None)
        return (named,) if named is not None else ()
    relations = [p for p in reach if p in scene.lexicon.relations]
    told = rank(between, relations, scene.lexicon, replace(scene.analysis, cues=frozenset()))[:1]
    if not told or min(told[0].match.coverage, told[0].match.recall) < TOLD_BETWEEN:
        return ()
    beyond = scene.lexicon.reach(told[0].predicate)
    named = next((p for p in following.predicates if p in beyond and p not in reach and p != DEFINITION), None)
    return (told[0].predicate, named) if named is not None else ()


def _meant_second(scene: Scene, thing: Thing) -> tuple[str, str] | None:
    """导演出生在哪里: the first step is named, the second is what the other words ask for."""
    mentions = _mentions(scene, thing)
    if len(mentions) != 1:
        return None
    mention = mentions[0]
    first = next((p for p in mention.predicates if p in _relations(scene, thing)), None)
    if first is None:
        return None
    text = asked_text(thing.entity.id, scene.analysis, scene.lexicon)
    text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    found = meant(text, _askable(scene.lexicon.reach(first)), scene.lexicon.ontology, scene.analysis)
    return (first, found.predicate) if found is not None and found.told > 0 else None


def _meant_first(scene: Scene, thing: Thing) -> tuple[str, str] | None:
    """所在公司属于什么行业: the thing itself has no such attribute, what the other words point to has."""
    has = scene.lexicon.predicates_of(thing.entity.id)
    mentions = _mentions(scene, thing)
    second = next((p for m in mentions for p in m.predicates if p not in has), None)
    if second is None or any(p in has for m in mentions for p in m.predicates):
        return None
    relations = [p for p in _relations(scene, thing) if second in scene.lexicon.reach(p)]
    text = asked_text(thing.entity.id, scene.analysis, scene.lexicon)
    for mention in mentions:
        text = text[: mention.start] + " " * (mention.end - mention.start) + text[mention.end :]
    found = meant(text, relations, scene.lexicon.ontology, scene.analysis)
    return (found.predicate, second) if found is not None and found.told > 0 else None


def _told_first(scene: Scene, thing: Thing) -> tuple[str, str] | None:
    """托管行的成立日期, 承保…的公司偿付能力: the second step is named, the words beside it tell the first. Where the
    thing has such an attribute itself, they have to tell it plainly."""
    has = scene.lexicon.predicates_of(thing.entity.id)
    named = [m for m in scene.analysis.predicates if not m.value and m.start >= thing.end]
    if len(named) != 1:
        return None
    mention = named[0]
    own = any(p in has for p in mention.predicates)
    text = scene.analysis.text[: thing.start] * (not own) + " " + scene.analysis.text[thing.end : mention.start]
    if own and not any(scene.lexicon.ontology.get(p).declared for p in mention.predicates):
        text = _beside(scene, thing, mention)
    wanting = replace(scene.analysis, cues=frozenset())  # the question word asks for the second step
    ranked = rank(text, _relations(scene, thing), scene.lexicon, wanting) if is_content(text) else []
    for top in ranked[:1]:
        reached = scene.lexicon.reach(top.predicate)
        second = next((p for p in mention.predicates if p in reached and p != DEFINITION), None)
        if second is not None and top.match.coverage >= (TOLD_BESIDE if own else TOLD):
            return top.predicate, second
    return None


def _meant_both(scene: Scene, thing: Thing) -> tuple[str, str] | None:
    """原唱是哪里人: neither step is named; how the words behind the thing begin asks for a relation that does not give
    what the question word wants, and the others for what that to which it leads has."""
    behind = _BEHIND.match(scene.analysis.text, thing.end)
    if behind is None or _mentions(scene, thing):
        return None
    text, start = scene.analysis.text, behind.end()
    size, first = max(((_asking_size(text[start:], p), p) for p in _relations(scene, thing)), default=(0, ""))
    relation = scene.lexicon.ontology.get(first)
    if not size or relation.declared:
        return None
    if fits(relation, scene.analysis) >= 0 and not is_content(text[start + size :]):
        return None
    rest = " " * (start + size) + text[start + size :]
    found = meant(rest, _askable(scene.lexicon.reach(first)), scene.lexicon.ontology, scene.analysis)
    return (first, found.predicate) if found is not None and found.probability >= SURELY else None


def _done_first(scene: Scene, thing: Thing) -> tuple[str, str] | None:
    """拍X的公司在哪里, X读的大学在哪座城市: what is done, and by or in what, tells the first step, the rest the
    second. Of what nobody declared."""
    if thing.start < 0:
        return None
    before, behind = scene.analysis.text[: thing.start], scene.analysis.text[thing.end :]
    clause = _DONE_BY.match(behind) if _DOES.fullmatch(before) else _DONE_IN.match(behind)
    if clause is None:
        return None
    noun = next(iter(words(behind[clause.end() :])), "")
    rest = behind[clause.end() + len(noun) :]
    if not noun or not rest:
        return None
    loose = [p for p in _relations(scene, thing) if not scene.lexicon.ontology.get(p).declared]
    done = before if clause.re is _DONE_BY else clause.group()
    told = f"谁{done}" if noun == "人" else f"{done}{noun}"
    first = meant(told, loose, scene.lexicon.ontology, _saying(scene, told))
    if first is None or not first.told:
        return None
    options = _askable(scene.lexicon.reach(first.predicate))
    second = meant(rest, options, scene.lexicon.ontology, _saying(scene, rest, scene.analysis.cues))
    return (first.predicate, second.predicate) if second is not None and second.probability >= SURELY else None


def _saying(scene: Scene, text: str, cues: frozenset[str] = frozenset()) -> Analysis:
    """An analysis of a part of a turn in which nothing is known but the kind of answer asked for."""
    return Analysis(text, rest=((0, len(text)),), cues=cues, today=scene.analysis.today)


def _asking_size(text: str, name: str) -> int:
    """How many characters at the beginning of a text ask for an attribute."""
    sizes = (n for n in range(LEAST, min(MOST, len(text)) + 1) if name.endswith(text[:n]) or akin(text[:n], name))
    return max(sizes, default=0)


def _beside(scene: Scene, thing: Thing, mention: PredicateMention) -> str:
    """The words between a thing and an attribute that belong to neither: 景点 only says what the thing is, and 周边 is
    a part of the attribute 周边餐馆 itself."""
    text = asked_text(thing.entity.id, scene.analysis, scene.lexicon)[thing.end : mention.start]
    for name in mention.predicates:
        for size in range(len(name), 1, -1):
            for at in range(len(name) - size + 1):
                text = text.replace(name[at : at + size], " " * size)
    return text


def _askable(predicates: Sequence[str]) -> list[str]:
    return [p for p in predicates if p not in UNSPOKEN and p != DEFINITION]
