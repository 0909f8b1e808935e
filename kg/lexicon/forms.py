"""What something can be called: folded names, names without what tells them apart or without a shared head, Latin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set

from kg.lexicon.text import digits_as_arabic, fold, is_chinese, latin_keys
from kg.value_parser import guess_value
from kg.values import Kind

NAME, ALIAS_NAME = 0, 1
LATIN_FULL, LATIN_INITIALS = 0, 1
MIN_NAME, MAX_NAME = 2, 40
MAX_LATIN_NAME = 16
HEAD_SIZES = (2, 4)
MIN_TAIL = 3
SHARED_HEAD = 8
_TOLD_APART = re.compile(r"(?<=[^(（])[(（][^()（）]{1,20}[)）]$")
"""What encyclopedias and chains put behind a name that several things have: 九江(城市), 东来顺(前门店)."""

_LEGAL_FORM = re.compile(
    r"(?P<group>(?:[(（]集团[)）]|集团)?)(?:控股)?(?:股份有限公司|有限责任公司|股份公司|有限公司)$"
)
"""What stands behind a firm's name and is left out in talk: 恒岳重工股份有限公司 is 恒岳重工."""


def forms_of(name: str, aliases: Iterable[str]) -> Iterable[tuple[str, int]]:
    """(folded name, NAME or ALIAS_NAME) of all that something can be called by."""
    written = [(name, NAME), *((a, ALIAS_NAME) for a in aliases)]
    if (plain := _TOLD_APART.sub("", name)) != name:
        written.append((plain, ALIAS_NAME))
    seen: set[str] = set()
    for text, how in written:
        folded = fold(text).text
        for form in (folded, digits_as_arabic(folded)):
            if MIN_NAME <= len(form) <= MAX_NAME and form not in seen:
                seen.add(form)
                yield form, how


def without_legal_form(names: Iterable[str]) -> Iterable[tuple[str, int]]:
    """Short forms of firms' names as aliases: without the legal form, and without 集团 before it."""
    for name in names:
        found = _LEGAL_FORM.search(name)
        if found is not None:
            for stem in dict.fromkeys((name[: found.start()] + found["group"], name[: found.start()])):
                folded = fold(stem).text
                if MIN_NAME <= len(folded) <= MAX_NAME:
                    yield folded, ALIAS_NAME


def without_shared_head(rows: Sequence[tuple[str, int, int]], names: Set[str]) -> list[tuple[str, int, int]]:
    """Short forms that leave out a head which many names share (云杉数字信用卡 → 数字信用卡), as aliases.

    A head is a name or alias that at least SHARED_HEAD names begin with. What is left must not be a name of
    something else; if several things are left with the same words, all of them keep it.
    """
    heads = Counter(name[:size] for name in names for size in HEAD_SIZES if len(name) >= size + MIN_TAIL)
    found = []
    for name, entity, _ in rows:
        for size in HEAD_SIZES:
            tail = name[size:]
            if len(tail) >= MIN_TAIL and heads[name[:size]] >= SHARED_HEAD and tail not in names and stands_alone(tail):
                found.append((tail, entity, ALIAS_NAME))
    return list(dict.fromkeys(found))


def stands_alone(tail: str) -> bool:
    """Whether what a name leaves without its head is a name: 一个月 of 稳盈一个月 is a term, 的费率 of 存款保险的费率
    the end of a phrase."""
    return not tail[0].isdigit() and tail[0] != "的" and guess_value(tail).kind is Kind.TEXT


def is_heard(form: str) -> bool:
    """Whether a name is looked for by its sound."""
    return sum(map(is_chinese, form)) >= 2


def latin_of(form: str) -> list[tuple[str, int]]:
    """What is typed for a name without a Chinese keyboard, each with its kind."""
    if len(form) > MAX_LATIN_NAME:
        return []
    full, initials = latin_keys(form)
    return [(full, LATIN_FULL), (initials, LATIN_INITIALS)]
