"""Things told by how they differ from the one that is talked about: C类 (of a fund's A), 三年的 (of a deposit for one
year), 海贝湾那个 (of branches), 便宜的那个 (of those compared)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.lexicon.lexicon import EntityInfo, Lexicon
from kg.lexicon.text import digits_as_arabic, fold
from kg.query import Entity
from nlu.hints import hints
from nlu.memory import Extreme, Met

_LETTERS = re.compile(r"(?<![A-Za-z])[A-Za-z](?![A-Za-z])")
_TERM = re.compile(r"(?:[0-9一二两三四五六七八九十半]+)(?:个)?(?:年|月|天|日|周)(?:期)?")
_SERIAL = re.compile(r"[0-9一二三四五六七八九十]+(?=[号期代])")
_KINDS = (_TERM, _SERIAL, _LETTERS)
_TALK = re.compile(
    r"^(?:那么?|换成?|改成|要是|如果是|还是|我?说的?是|我?问的?是|我?[要想](?:问|说|看|查|找)的?是?|是|只看|只说|只要)+|(?:的|呢|吧|吗|呀|啊|那|这)+$"
)
_HIGH = re.compile(r"最?(?:高|大|长|多|贵|久)的?$")
_LOW = re.compile(r"最?(?:低|小|短|少|便宜|近)的?$")
ENOUGH = 2
MAX_FORMS = 4000


def rewritten(text: str, focus: Entity, lexicon: Lexicon) -> Entity | None:
    """The thing whose name is that of `focus` with the letter, number or term of the turn in place of its own."""
    info = lexicon.entity(focus.id)
    if info is None:
        return None
    for pattern in _KINDS:
        said = pattern.search(_core(text))
        if said is None:
            continue
        for name in (info.name, *info.aliases):
            for own in pattern.finditer(name):
                other = _named(name[: own.start()], said.group(), name[own.end() :], info, lexicon)
                if other is not None:
                    return other
    return None


def _named(head: str, said: str, tail: str, info: EntityInfo, lexicon: Lexicon) -> Entity | None:
    for middle in _spellings(said):
        rows = lexicon.name_trie.get(fold(head + middle + tail).text) or []
        rows = rows or lexicon.name_trie.get(digits_as_arabic(fold(head + middle + tail).text)) or []
        found = {lexicon.entity_at(int(row)).id for row, _ in rows} - {info.id}
        if len(found) == 1:
            other = lexicon.entity(found.pop())
            return Entity(other.id, other.name, said, "alias") if other else None
    return None


def _spellings(said: str) -> list[str]:
    """三年, 三年期; 两年, 二年期; 半年, 6个月."""
    plain = said.upper()
    forms = [plain, plain.removesuffix("期"), plain.removesuffix("期") + "期"]
    forms += [f.replace("两", "二") for f in forms] + [f.replace("半年", "6个月") for f in forms]
    forms += [f.replace("半年", "六个月") for f in forms]
    return list(dict.fromkeys(forms))


def part_named(before: str, known: Iterable[Met], lexicon: Lexicon) -> Entity | None:
    """The one of the things of the talk in whose name stand the words before the pointing words (颐养的那个)."""
    part = fold(_core(before)).text
    if len(part) < ENOUGH:
        return None
    found = {m.entity.id: m.entity for m in known if _in_name(part, m.entity.id, lexicon)}
    return next(iter(found.values())) if len(found) == 1 else None


def like_named(words: str, focus: Sequence[Entity], lexicon: Lexicon) -> Entity | None:
    """The sibling whose name is that of the focus but for the words (二套 for 首套安居贷)."""
    part = fold(_core(words)).text
    other = sibling(words, focus, lexicon)
    if other is None:
        return None
    rest = fold(other.name).text.replace(part, "", 1)
    return other if part in fold(other.name).text and _in_order(rest, fold(focus[0].name).text) else None


def sibling(words: str, focus: Sequence[Entity], lexicon: Lexicon) -> Entity | None:
    """The one thing of the same class as the focus whose name has the words (海贝湾), or at least their characters in
    order (创业贷 for 创业担保贷); of several classes that they share the nearest counts."""
    part = fold(_core(words)).text
    if len(part) < ENOUGH or not focus:
        return None
    near = {c: level for level, group in enumerate(lexicon.class_levels(focus[0].id), 1) for c in group}
    near[focus[0].id] = 0  # 长辈的呢, after a question about the whole class
    known = {e.id for e in focus}
    found: dict[tuple[bool, int], set[str]] = {}
    for info, whole in _containing(part, lexicon):
        shared = [near[c] for c in lexicon.classes_of(info.id) if c in near]
        if info.id not in known and not info.is_class and shared:
            found.setdefault((not whole, min(shared)), set()).add(info.id)
    nearest = found[min(found)] if found else set()
    if len(nearest) != 1:
        return None
    only = nearest.pop()
    return Entity(only, lexicon.name_of(only), words, "alias")


def _containing(part: str, lexicon: Lexicon) -> Iterable[tuple[EntityInfo, bool]]:
    """Entities with the part in a name, whole or with other characters between, by its character pairs."""
    pairs = (lexicon.pair_trie.get(part[i : i + 2]) for i in range(len(part) - 1))
    postings = [lexicon.pairs.array(found[0][0]) for found in pairs if found]
    for form in min(postings, key=len, default=())[:MAX_FORMS]:
        name = lexicon.forms[int(form)]
        if part in name or (len(part) > ENOUGH and _in_order(part, name)):
            yield lexicon.entity_at(int(lexicon.form_entities[int(form)])), part in name


def _in_order(part: str, name: str) -> bool:
    rest = iter(name)
    return all(char in rest for char in part)


def _in_name(part: str, entity_id: str, lexicon: Lexicon) -> bool:
    info = lexicon.entity(entity_id)
    return info is not None and any(part in fold(n).text for n in (info.name, *info.aliases))


def extreme_named(before: str, extremes: Sequence[Extreme]) -> str:
    """Id of the thing that an adjective before the pointing words singles out (便宜的那个, 期限短的那款), or empty."""
    said = before.rstrip()
    ends = said.removesuffix("的")
    options = [x.predicate for x in extremes]
    hinted = [
        (len(word), x, hint.direction)
        for hint in hints("adjectives")
        for word in hint.words
        for x in extremes
        if ends.endswith(word) and x.predicate in hint.predicates
    ]
    if hinted:
        _, extreme, direction = max(hinted, key=lambda h: h[0])
        return extreme.high if direction == "high" else extreme.low
    named = [x for x in extremes if x.predicate in said] or (list(extremes) if len(options) == 1 else [])
    if len(named) != 1:
        return ""
    return named[0].high if _HIGH.search(said) else named[0].low if _LOW.search(said) else ""


def _core(text: str) -> str:
    """The words of an elliptical turn without those that only say that it is one."""
    plain = text.strip(" ，,。.？?!！、")
    while True:
        shorter = _TALK.sub("", plain).strip(" ，,。.？?!！、")
        if shorter == plain or not shorter:
            return plain
        plain = shorter
