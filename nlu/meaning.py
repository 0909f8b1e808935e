"""Word meaning: which attributes everyday words ask for (谁拍的 → 导演), and which words mean the same.

resources/attribute_words.csv groups words that stand in the names of attributes with the words that people use
to ask for them; resources/synonyms_wordnet.csv holds synonyms from the Chinese Open Wordnet (see NOTICE).
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from kg.lexicon.text import fold
from nlu.resources import resource
from nlu.words import words

AKIN = 0.5
"""Share of an attribute's name that a word of one group with another name must fill to be asked for by that name."""
_TAILS = frozenset(
    ("价格", "费用", "信息", "情况", "名称", "名字", "时间", "日期", "方式", "方法", "人数", "数量", "人员", "名单",
     "类型", "等级", "级别", "地点", "位置", "地区", "编号", "号码", "代码", "性", "数", "名", "期", "地", "者", "人")
)  # fmt: skip
"""Ends of names that only say what kind of thing an attribute gives."""
ENOUGH = 4
"""Characters of a cue from which it is beyond doubt."""


@dataclass(frozen=True, slots=True)
class Related:
    """How firmly a text asks for an attribute: `cover`, the share of the attribute's name that a group's word
    fills; `cue`, how telling the words of the text are (0–1, by length); `words`, these words."""

    cover: float = 0.0
    cue: float = 0.0
    words: str = ""


def related(text: str, name: str) -> Related:
    """The best of all groups that have a word in the attribute's name and a cue in the text."""
    cues = _cues(text)
    best = Related()
    for group, cover in _groups_of(name):
        if group in cues:
            strength, word = cues[group]
            found = Related(cover, strength, word)
            best = max(best, found, key=lambda r: r.cover * r.cue)
    return best


def akin(said: str, name: str) -> bool:
    """Whether an attribute called `said` is asked for by who asks for one called `name`: 生日 and 出生日期 stand in one
    group, 门票 is how 门票价格 begins."""
    folded, own = fold(said).text, fold(name).text
    if own.startswith(folded) and own[len(folded) :] in _TAILS:
        return True
    found = related(said, name)
    return found.words == folded and found.cover >= AKIN


@dataclass(frozen=True, slots=True)
class _Group:
    attribute: tuple[str, ...]
    asked: tuple[str, ...]


@lru_cache(maxsize=1)
def _groups() -> tuple[_Group, ...]:
    text = resource("attribute_words.csv")
    rows = csv.reader(text.splitlines()[1:])
    return tuple(_Group(_folded(a), _folded(q)) for a, q in rows)


_SPOKEN = (
    ("为啥", "为什么"), ("啥时候", "什么时候"), ("啥", "什么"), ("咋样", "怎么样"), ("咋", "怎么"), ("哪儿", "哪里"),
    ("何处", "哪里"), ("何时", "什么时候"), ("哪一年", "哪年"), ("哪一个", "哪个"), ("总共", "一共"), ("几多", "多少"),
)  # fmt: skip
"""Question words as they are spoken or written formally, and the usual ones."""


def _usual(text: str) -> str:
    """The folded text with the usual question words."""
    folded = fold(text).text
    for spoken, usual in _SPOKEN:
        folded = folded.replace(spoken, usual)
    return folded


def _folded(cell: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(_usual(w) for w in cell.split("|") if w))


@lru_cache(maxsize=1)
def _cue_words() -> tuple[dict[str, frozenset[int]], int]:
    found: dict[str, set[int]] = defaultdict(set)
    for number, group in enumerate(_groups()):
        for word in (*group.attribute, *group.asked):
            found[word].add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}, max(map(len, found))


@lru_cache(maxsize=2048)
def _cues(text: str) -> dict[int, tuple[float, str]]:
    """Groups with a cue in the text, its strength and words; a single character counts only as a word of its own."""
    folded = "\n".join(_usual(part) for part in text.split(" "))
    table, longest = _cue_words()
    alone: frozenset[str] = frozenset()
    found: dict[int, tuple[float, str]] = {}
    for start in range(len(folded)):
        for size in range(1, min(longest, len(folded) - start) + 1):
            word = folded[start : start + size]
            groups = table.get(word)
            if groups is None:
                continue
            if size == 1:
                alone = alone or frozenset(w for w in words(text) if len(w) == 1)
                if word not in alone:
                    continue
            for group in groups:
                found[group] = max(found.get(group, (0.0, "")), (min(1.0, (size + 1) / (ENOUGH + 1)), word))
    return found


@lru_cache(maxsize=16384)
def _groups_of(name: str) -> tuple[tuple[int, float], ...]:
    """(group, share of the name that its longest word fills)."""
    folded = fold(name).text
    found = []
    for number, group in enumerate(_groups()):
        sizes = [len(w) for w in group.attribute if (w in folded if len(w) > 1 else w == folded)]
        if sizes:
            found.append((number, max(sizes) / len(folded)))
    return tuple(found)


def group_words(word: str) -> tuple[str, ...]:
    """The words of two characters and more that ask for an attribute called by this word: 周边 → 附近, 周围."""
    folded = fold(word).text
    groups = [g for g in _groups() if folded in g.attribute]
    return tuple(dict.fromkeys(w for g in groups for w in (*g.attribute, *g.asked) if len(w) > 1))


@lru_cache(maxsize=1)
def _synonyms() -> dict[str, frozenset[int]]:
    text = resource("synonyms_wordnet.csv")
    found: dict[str, set[int]] = defaultdict(set)
    for number, row in enumerate(csv.DictReader(text.splitlines())):
        for word in row["group"].split("|"):
            found[word].add(number)
    return {word: frozenset(numbers) for word, numbers in found.items()}


@lru_cache(maxsize=1)
def _everyday() -> dict[str, frozenset[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for row in csv.DictReader(resource("everyday_words.csv").splitlines()):
        members = [fold(w).text for w in row["group"].split("|")]
        for word in members:
            found[word].add(members[0])
    return {word: frozenset(groups) for word, groups in found.items()}


@lru_cache(maxsize=16384)
def senses(word: str) -> frozenset[str | int]:
    """What a word may mean: synsets of the wordnet, and groups of resources/everyday_words.csv, whose words stand for
    one another in what people ask of a bank or an insurer."""
    return frozenset((*_synonyms().get(word, ()), *_everyday().get(word, ())))


def everyday_words() -> tuple[str, ...]:
    """All words of resources/everyday_words.csv."""
    return tuple(_everyday())


@lru_cache(maxsize=1)
def _by_beginning() -> dict[str, tuple[str, ...]]:
    """Everyday words of two characters and more by their first two."""
    found: dict[str, list[str]] = defaultdict(list)
    for word in _everyday():
        if len(word) > 1:
            found[word[:2]].append(word)
    return {beginning: tuple(words) for beginning, words in found.items()}


@lru_cache(maxsize=4096)
def concepts(text: str) -> frozenset[str]:
    """The groups of resources/everyday_words.csv that a text touches, whatever words it is cut into: members of two
    characters and more wherever they stand."""
    said, beginnings, table = fold(text).text, _by_beginning(), _everyday()
    near = ((i, beginnings.get(said[i : i + 2])) for i in range(len(said) - 1))
    found = (table[word] for i, words in near if words for word in words if said.startswith(word, i))
    return frozenset(group for groups in found for group in groups)


def synonymous(asked: Iterable[str], named: Iterable[str]) -> float:
    """Share of the words `named` that mean the same as one of the words `asked` without being it."""
    table = _synonyms()
    have = list(asked)
    senses = frozenset(s for w in have for s in table.get(w, ()))
    wanted = [w for w in named if len(w) > 1]
    met = sum(len(w) for w in wanted if w not in have and senses & table.get(w, frozenset()))
    return met / sum(map(len, wanted)) if wanted else 0.0
