"""Attributes, descriptions and sources of named things."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.facts import DEFINITION, UNSPOKEN, EntityKind
from kg.query import Ask, Period, Query
from kg.values import Kind
from nlu.analysis import PUNCTUATION
from nlu.asked import Asked, asked_of, asked_text
from nlu.cases_said import period_said, qualifiers_of
from nlu.longer_names import asked_noun
from nlu.parsing.demands import ends_in_class, unexplained
from nlu.parsing.evidence import BARE_SUPPORT, UNKNOWN_SUPPORT, reading_of
from nlu.parsing.scene import Scene, wants_definition, with_predicate
from nlu.parsing.strangers import LEFT_OVER
from nlu.phrases import condition_words
from nlu.readings import Reading
from nlu.things import Thing
from nlu.value_kinds import likeliest_for
from nlu.wording import is_content

DESCRIBE_SUPPORT = 0.9
_RECENT = ("近", "最近", "过去")
_FIGURES = (Kind.MONEY, Kind.PERCENT, Kind.LEVEL, Kind.AGE)
_LEAD_IN = r"(?:老?(?:说|听说|看到|讲)|那个|这个|请问|就是|又|到底|究竟|所谓的?|\W)*"
_IS_WHO = re.compile(rf"{_LEAD_IN}(?:是|系)?(?:谁|哪位|什么人|啥人|何许人也?|边个)\W*[呀啊呢吧]?\W*")
_IS_WHAT = re.compile(
    rf"{_LEAD_IN}(?:(?:啥子?|什么|咋个?|怎么)叫|(?:(?:又|到底|究竟)?(?:是|系|指)(?:个|的)?"
    r"(?:啥子?|什么|咩|what|咋回事|怎么回事|咋一?回事|什么东西|啥东西|何物|什么鬼)))[嘛呀啊呢吧的了]*\W*",
    re.IGNORECASE,
)
"""What stands around a term that is to be explained, as people say it."""


def value(scene: Scene) -> Reading | None:
    """The value of an attribute of a named thing: 稳盈1号起购多少."""
    if not scene.named:
        return None
    ordered = with_predicate(scene)
    thing = ordered[0]
    if thing.is_class and (ends_in_class(scene, thing) or scene.analysis.has("aggregate")):
        return None  # members are asked for, and listing has said what it can; figures of all together are not known
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    if asked.predicates == (DEFINITION,) or not (asked.predicates or asked.absent):
        return None
    predicates = asked.predicates or asked.absent
    qualifiers = qualifiers_of(scene.analysis, predicates, scene.lexicon)
    cases = {q.value.text for q in qualifiers}  # 手机银行 in 手机银行跨行转账限额
    focus = [thing, *(t for t in ordered[1:] if _same_rank(t, thing) and t.entity.name not in cases)]
    query = Query(
        Ask.VALUE,
        focus=tuple(t.entity for t in focus),
        predicates=predicates,
        qualifiers=qualifiers,
        period=_period_asked(scene, predicates),
    )
    reading = reading_of(query, focus, asked.support or 0.9, scene)
    explained = max(min(1.0, reading.explained + _told(asked, scene)), asked.likely)
    return replace(
        reading, absent=not asked.predicates, explained=explained, coverage=max(reading.coverage, asked.likely)
    )


def of_all_members(query: Query, scene: Scene) -> bool:
    """Whether a question is answered by a table of all members of a class, which itself has none of what is asked."""
    if query.ask is not Ask.VALUE or len(query.focus) != 1 or not scene.lexicon.member_count(query.focus[0].id):
        return False
    above = (query.focus[0].id, *scene.lexicon.ancestors(query.focus[0].id))
    return not set(query.predicates) & {p for c in above for p in scene.lexicon.own_predicates(c)}


def _told(asked: Asked, scene: Scene) -> float:
    """Share of the text that a predicate which is meant, not named, accounts for."""
    content = sum(1 for c in scene.analysis.text if c not in PUNCTUATION)
    unexplained = sum(end - start for start, end in scene.analysis.rest)
    return min(asked.told, unexplained) / content if content else 0.0


def _period_asked(scene: Scene, predicates: Sequence[str]) -> Period | None:
    """The time that is asked about; 近一年 in 近一年收益 is part of what is asked, not a time in which it held."""
    about = [s.period for s in scene.analysis.periods if not s.period.text.startswith(_RECENT)]
    if any("近" in p for p in predicates):
        return about[0] if about and about[0].end < scene.analysis.today else None
    return period_said(scene.analysis)


def _same_rank(one: Thing, other: Thing) -> bool:
    return one.is_class == other.is_class and one.kind is other.kind


def describe(scene: Scene) -> Reading | None:
    """What a named thing is; something asked of it that is not understood is known to be unknown."""
    if not scene.named:
        return None
    thing = next((t for t in scene.named if t.kind is not EntityKind.ORGANISATION), scene.named[0])
    if _what_it_is(thing, scene):
        return reading_of(Query(Ask.DESCRIBE, focus=(thing.entity,)), [thing], DESCRIBE_SUPPORT, scene)
    term = _term_of(thing, scene)
    if term and not wants_definition(scene.analysis):
        unknown = reading_of(
            Query(Ask.VALUE, focus=(thing.entity,), predicates=(term,)), [thing], UNKNOWN_SUPPORT, scene
        )
        return replace(unknown, absent=True)
    if _leans_on_the_talk(thing, scene):
        return replace(
            reading_of(Query(Ask.VALUE, focus=(thing.entity,)), [thing], UNKNOWN_SUPPORT, scene), absent=True
        )
    known = _asks_if_known(thing, scene)
    if not known and (_asks_of(thing, scene) or (not wants_definition(scene.analysis) and _asks_something(scene))):
        words = _own_words(thing, scene)
        query = Query(Ask.VALUE, focus=(thing.entity,), predicates=(words,) if words else ())
        return replace(reading_of(query, [thing], UNKNOWN_SUPPORT, scene), absent=True)
    support = DESCRIBE_SUPPORT if known or wants_definition(scene.analysis) else BARE_SUPPORT
    reading = reading_of(Query(Ask.DESCRIBE, focus=(thing.entity,)), [thing], support, scene)
    left = sum(end - start for start, end in scene.analysis.rest if is_content(scene.analysis.text[start:end]))
    return replace(reading, coverage=0.0 if left > LEFT_OVER else reading.coverage)


def _leans_on_the_talk(thing: Thing, scene: Scene) -> bool:
    """有附属卡么, 北京的: a term that is asked for, or a name that only qualifies, says something of what the talk is
    about; what the term or the name itself is, is no answer."""
    if scene.memory.last is None or thing.start < 0 or wants_definition(scene.analysis):
        return False
    bare = not scene.analysis.rest and not scene.analysis.predicates
    asks = thing.kind is EntityKind.TERM and scene.analysis.has("yes_no")
    return bare and (asks or scene.analysis.text.rstrip("".join(PUNCTUATION))[thing.end :] == "的")


def _own_words(thing: Thing, scene: Scene) -> str:
    """The noun by which the turn asks for what is not known, where nobody declared what the thing has."""
    if any(scene.lexicon.ontology.get(p).declared for p in scene.lexicon.predicates_of(thing.entity.id)):
        return ""
    return asked_noun(asked_text(thing.entity.id, scene.analysis, scene.lexicon))


def _asks_if_known(thing: Thing, scene: Scene) -> bool:
    """你知道雾港来信这部电影吗: whether the thing is known, and no more; it is told what it is."""
    text = scene.analysis.text[: max(thing.start, 0)] + scene.analysis.text[max(thing.end, 0) :]
    if not any(word in text for word in condition_words("familiar")):
        return False
    classes = (scene.lexicon.name_of(c) for c in scene.lexicon.classes_of(thing.entity.id))
    for word in (*classes, *condition_words("familiar"), *condition_words("familiar_frame")):
        text = text.replace(word, "")
    return not any(c.isalnum() for c in text)


def _what_it_is(thing: Thing, scene: Scene) -> bool:
    """林知远是谁, 破净是咋回事, FOF是what: who a person is, or a term with nothing beside it but words that ask."""
    beside = scene.analysis.text[: thing.start] + scene.analysis.text[thing.end :] if thing.start >= 0 else ""
    if thing.kind is EntityKind.PERSON:
        return _IS_WHO.fullmatch(beside) is not None
    return thing.kind is EntityKind.TERM and _IS_WHAT.fullmatch(beside) is not None


def _term_of(thing: Thing, scene: Scene) -> str:
    """The term of the trade that is asked of a thing which is none itself: 夏普比率 in 稳盈5号的夏普比率."""
    if thing.kind is EntityKind.TERM:
        return ""
    named = (m for m in scene.analysis.mentions if m.best.kind is EntityKind.TERM and m.start >= thing.end)
    return next((m.best.name for m in named if m.best.id != thing.entity.id), "")


def _asks_of(thing: Thing, scene: Scene) -> bool:
    """X的主题曲是什么: words that nothing explains stand between 的 behind the name and the question."""
    text, define = scene.analysis.text, scene.analysis.first("define")
    declared = any(scene.lexicon.ontology.get(p).declared for p in scene.lexicon.predicates_of(thing.entity.id))
    behind = define is not None and 0 <= thing.start < thing.end <= define.start and not declared
    if define is not None and behind and (_kind_asked(thing, scene, define.end) or _names_between(thing, scene)):
        return True
    apart = text.startswith("的", thing.end) or not declared
    if define is None or thing.start < 0 or not apart or define.start <= thing.end:
        return False
    between = range(thing.end, define.start)
    return sum(1 for a, b in scene.analysis.rest for i in range(a, b) if i in between) >= LEFT_OVER


def _kind_asked(thing: Thing, scene: Scene, at: int) -> bool:
    """是什么颜色, 是什么类型的军舰: words of content behind the question, and no mere class of the thing."""
    behind = scene.analysis.text[at:].rstrip("".join(PUNCTUATION) + "的呀啊呢吧嘛")
    classes = (scene.lexicon.name_of(c) for c in scene.lexicon.classes_of(thing.entity.id))
    return len(behind) >= LEFT_OVER and is_content(behind) and behind not in classes


def _names_between(thing: Thing, scene: Scene) -> bool:
    """X的化学式是什么: the name of an attribute stands behind that of the thing, though the thing lacks it."""
    named = (p for p in scene.analysis.predicates if not p.value and DEFINITION not in p.predicates)
    return any(p.start >= thing.end for p in named)


def _asks_something(scene: Scene) -> bool:
    """The turn has a question word, an attribute or words left over: it wants something of the thing that was not
    understood."""
    left = sum(end - start for start, end in scene.analysis.rest)
    names_more = any(not p.value and DEFINITION not in p.predicates for p in scene.analysis.predicates)
    named_now = any(t.start >= 0 for t in scene.named)  # a figure alone, as 那20万呢, goes on with what was asked
    figures = named_now and any(s.value.kind in _FIGURES for s in scene.analysis.values)
    return bool(scene.analysis.cues - {"filler"}) or names_more or figures or left >= LEFT_OVER


def source(scene: Scene) -> Reading | None:
    """Which document says so: 存款保险限额的依据是什么."""
    if not scene.analysis.has("source") or not scene.named:
        return None
    thing = with_predicate(scene)[0]
    if thing.kind is EntityKind.TERM and unexplained(scene) and not _predicate_of_value(scene, thing):
        return None  # 部分提前支取只能一次 哪个文件讲的: where a word is explained says nothing of what is claimed
    has = scene.lexicon.predicates_of(thing.entity.id)
    if has and not any(scene.lexicon.ontology.get(p).declared for p in has):
        return None  # 根据什么改编的 asks for an attribute where nobody gave a source
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    predicates = asked.predicates if asked.support >= 0.6 else ()
    typed = tuple(p for p in predicates if scene.lexicon.ontology.get(p).datatype not in (Kind.TEXT, Kind.ENTITY))
    predicates = typed or _predicate_of_value(scene, thing) or predicates
    plain = tuple(p for p in predicates if p not in scene.lexicon.relations)
    if predicates and not plain:
        return reading_of(Query(Ask.VALUE, focus=(thing.entity,), predicates=predicates), [thing], 0.95, scene)
    predicates = plain
    return reading_of(Query(Ask.SOURCE, focus=(thing.entity,), predicates=predicates), [thing], 0.95, scene)


def _predicate_of_value(scene: Scene, thing: Thing) -> tuple[str, ...]:
    """存款保险50万的依据: the figure in the question says which predicate is meant."""
    options = [p for p in scene.lexicon.predicates_of(thing.entity.id) if p not in UNSPOKEN]
    found = (likeliest_for(s.value, options, scene.lexicon) for s in scene.analysis.values)
    return tuple(dict.fromkeys(p for p in found if p))
