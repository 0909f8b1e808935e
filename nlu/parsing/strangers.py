"""Names that the graph does not know: they are said to be unknown and never guessed."""

from __future__ import annotations

import re
from dataclasses import replace

from kg.facts import EntityKind
from kg.lexicon.text import fold, sound_key
from kg.query import Ask, Entity, Query
from nlu.constraints import sort_of
from nlu.parsing.evidence import UNKNOWN_SUPPORT, reading_of
from nlu.parsing.scene import Scene
from nlu.phrases import condition_words
from nlu.readings import Reading
from nlu.things import Thing
from nlu.wording import is_content
from nlu.words import finance_synonyms, pieces

LEFT_OVER = 2
FRAME = frozenset(
    "的了吗呢吧么啊我你您他她它们这那哪某每各是在有没不无非要想能可会该应请让给把被跟和与及或从到对于按以为由向往去来买卖"
    "办开用存取借贷还交付收查问说看找做拿最更太很挺好先再又也都就才只还别些个款种什怎多少几谁啥咋何前后里内外上下中时"
)
"""Characters of the language's frame: words that carry one stand beside a name and are no part of it."""
_NUMBERED = re.compile(r"[^\W\d]{2,}?[0-9０-９一二三四五六七八九十百]+[号期]")
"""A name with a number, as products have it: 稳盈88号."""
_FIRM = re.compile(
    r"(?:请问|我?想?知道|查一?下)?(?P<name>[一-鿿]{2,20}?(?:股份有限公司|有限责任公司|有限公司|集团公司))"
)
_SEQUEL = re.compile(r"》?的?第[0-9一二三四五六七八九十]+(?P<part>[季部卷册])")
_LETTER = re.compile(r"[A-Za-z](?:类|份额)?(?![A-Za-z0-9+])")
"""A letter that tells one share class from another."""


def stranger(scene: Scene) -> Reading | None:
    """A name that the graph does not know: one with a number (稳盈88号), whatever the talk was about before, or one
    that ends in a known class or short name (飞天信用卡, 云杉银行苏州湖畔支行). Names are never guessed."""
    numbered = numbered_stranger(scene) or unknown_firm(scene) or sequel(scene)
    if numbered is not None:
        return numbered
    for thing in sorted(scene.named, key=lambda t: not t.is_class):
        if thing.start < 0 or not (thing.is_class or thing.entity.how == "alias"):
            continue
        before = next(
            ((a, b) for a, b in scene.analysis.rest if b == thing.start and _could_be_named(scene, a, b)), None
        )
        if before is not None and not _begins_own_name(scene.analysis.text[slice(*before)], thing):
            name = scene.analysis.text[_name_start(scene, before[0]) : thing.end]
            unknown = Entity(thing.entity.id, name, name, thing.entity.how)
            reading = reading_of(Query(Ask.VALUE, focus=(unknown,)), [thing], UNKNOWN_SUPPORT, scene)
            return replace(reading, absent=True, stranger=True)
    return lettered_stranger(scene)


def lettered_stranger(scene: Scene) -> Reading | None:
    """A name that goes on with a letter of its own (云麓均衡混合D): another thing than the one called without it."""
    text = scene.analysis.text
    for thing in scene.things:
        ends = 0 <= thing.start < thing.end and thing.kind is EntityKind.PRODUCT and not text[thing.end - 1].isascii()
        after = _LETTER.match(text, thing.end) if ends else None
        if after is not None and not scene.lexicon.name_trie.prefixes(fold(text[thing.end :]).text):
            name = text[thing.start : after.end()]
            query = Query(Ask.VALUE, focus=(Entity(thing.entity.id, name, name, thing.entity.how),))
            return replace(reading_of(query, [thing], UNKNOWN_SUPPORT, scene), absent=True, stranger=True)
    return None


def numbered_stranger(scene: Scene) -> Reading | None:
    """A name with a number that nothing explains: 稳盈88号."""
    stretches = (scene.analysis.text[a:b] for a, b in scene.analysis.rest)
    found = (_NUMBERED.fullmatch(text.strip("和跟与、的")) for text in stretches)
    name = next((match.group() for match in found if match), "")
    if not name:
        return None
    query = Query(Ask.VALUE, focus=(Entity(name, name, name),))
    return Reading(query, entity=1.0, predicate=1.0, explained=1.0, absent=True, stranger=True)


def sequel(scene: Scene) -> Reading | None:
    """Another part of a work than the one that is known: 小纸人西游第二季, where nobody declared what a work has."""
    text, lexicon = scene.analysis.text, scene.lexicon
    for thing in scene.things:
        after = _SEQUEL.match(text, thing.end) if thing.start >= 0 else None
        has = lexicon.predicates_of(thing.entity.id) if after is not None else ()
        if after is not None and not any(lexicon.ontology.get(p).declared or after["part"] in p for p in has):
            name = text[thing.start : after.end()].replace("》", "")
            query = Query(Ask.VALUE, focus=(Entity(thing.entity.id, name, name, thing.entity.how),))
            return replace(reading_of(query, [thing], UNKNOWN_SUPPORT, scene), absent=True, stranger=True)
    return None


def unknown_firm(scene: Scene) -> Reading | None:
    """A firm that the graph does not know, by its legal form (翠微石化股份有限公司) or, where what is asked is had by
    many and nothing is named, as the words at the head of the turn (琅琊电子2020年营业收入)."""
    name = _with_legal_form(scene) or _head_of_a_figure(scene)
    if not name:
        return None
    query = Query(Ask.VALUE, focus=(Entity(name, name, name),))
    return Reading(query, entity=1.0, predicate=1.0, explained=1.0, absent=True, stranger=True)


def _with_legal_form(scene: Scene) -> str:
    for match in _FIRM.finditer(scene.analysis.text):
        named = (m for m in scene.analysis.mentions if not m.best.is_class)
        if not any(m.start < match.end() and match.start() < m.end for m in named):
            return match.group("name")
    return ""


def _head_of_a_figure(scene: Scene) -> str:
    analysis, lexicon = scene.analysis, scene.lexicon
    asked = next((m for m in analysis.predicates if not m.value), None)
    if asked is None or analysis.mentions or scene.memory.last is not None or len(scene.named) > 0:
        return ""
    first = asked.predicates[0]
    if lexicon.ontology.get(first).declared:
        return ""
    begins = min((asked.start, *(p.start for p in analysis.periods)))
    said = next((analysis.text[a:b] for a, b in analysis.rest if begins - 1 <= b <= begins), "")
    return said if len(said) > LEFT_OVER and not any(c in FRAME for c in said) and is_content(said) else ""


def _could_be_named(scene: Scene, start: int, end: int) -> bool:
    """Whether unexplained words may be part of a name: long enough, without words of the language's frame (给…买), and
    not themselves a value that the graph knows under another word (美金)."""
    words = scene.analysis.text[start:end]
    if end - start < LEFT_OVER or any(c in FRAME for c in words) or _is_wished(words):
        return False
    if sort_of(words, scene.lexicon) is not None:
        return False  # 高档酒店 demands 高档型
    said = finance_synonyms().canonical(words)
    if fold(words).text != said and scene.lexicon.value_trie.get(said):
        return False
    return not all(scene.topics.speaks_of(piece) for piece in pieces(words))


def _is_wished(words: str) -> bool:
    """Whether the words before a class say what is wished of it or what was done before (免费, 好玩, 逛完), and name
    nothing."""
    for word in (*condition_words("costless"), *condition_words("wished")):
        words = words.replace(word, "")
    return len(words) < LEFT_OVER


def _begins_own_name(words: str, thing: Thing) -> bool:
    """Whether words before a short name are how its full name begins, maybe misspelt: 云杉 in 云杉学子卡, 程海 in
    程海红利指数."""
    name = fold(thing.entity.name).text
    begins, said = name[: len(words)], fold(words).text
    return not thing.is_class and sound_key(said) == sound_key(begins)


def _name_start(scene: Scene, start: int) -> int:
    """The beginning of a name whose first part is known: 云杉银行 in 云杉银行苏州湖畔支行."""
    return next((t.start for t in scene.named if t.end == start and t.start >= 0), start)
