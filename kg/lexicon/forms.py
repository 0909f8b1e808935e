"""What something can be called: folded names, names without what tells them apart or without a shared head, Latin."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence, Set

from kg.facts import Fact
from kg.lexicon.text import digits_as_arabic, fold, is_chinese, latin_keys
from kg.value_parser import guess_value
from kg.values import Kind

NAME, ALIAS_NAME = 0, 1
LATIN_FULL, LATIN_INITIALS = 0, 1
MIN_NAME, MAX_NAME = 2, 40
MAX_LATIN_NAME = 16
MAX_LOOSE = 16
HEAD_SIZES = (2, 4)
MIN_TAIL = 3
SHARED_HEAD = 8
_TOLD_APART = re.compile(r"(?<=[^(（])[(（][^()（）]{1,20}[)）]$")
"""What encyclopedias and chains put behind a name that several things have: 九江(城市), 东来顺(前门店)."""

_QUOTED = re.compile(r"《([^《》]+)》")
_LISTED = re.compile("[、；;，]")
"""What stands between several names in one text."""
_PART = re.compile(r"(?<=[·•‧・･])[\u3400-\u9fff]{2,}$")
"""The last part of a foreign name, by which it is called alone: 霍恩 of 埃德加·霍恩."""
_LEGAL_FORM = re.compile(
    r"(?P<group>(?:[(（]集团[)）]|集团)?)(?:控股)?(?:股份有限公司|有限责任公司|股份公司|有限公司)$"
)
"""What stands behind a firm's name and is left out in talk: 恒岳重工股份有限公司 is 恒岳重工."""


def forms_of(name: str, aliases: Iterable[str]) -> Iterable[tuple[str, int]]:
    """(folded name, NAME or ALIAS_NAME) of all that something can be called by."""
    written = [(name, NAME), *((a, ALIAS_NAME) for a in aliases)]
    written += [(part, ALIAS_NAME) for a in aliases for part in names_in(a)]
    written += [(form, ALIAS_NAME) for form in _without_marks(name)]
    seen: set[str] = set()
    for text, how in written:
        folded = fold(text).text
        for form in (folded, digits_as_arabic(folded)):
            if MIN_NAME <= len(form) <= MAX_NAME and form not in seen:
                seen.add(form)
                yield form, how


def names_in(text: str) -> list[str]:
    """The several names that one text lists: 照夜君、衡山老母."""
    return [part.strip() for part in _LISTED.split(text) if len(part.strip()) >= MIN_NAME]


def loose_names(fact: Fact) -> list[str]:
    """The names that a fact of kg.facts.CALLED gives; long ones and relations give none."""
    return [] if fact.object_id else [name for name in names_in(fact.text) if len(name) <= MAX_LOOSE]


def gloss_of(name: str) -> str:
    """What a name has behind it in brackets that tells it from others of that name: 作家 of 李宛(作家); else empty."""
    found = _TOLD_APART.search(name)
    return found.group()[1:-1] if found else ""


def _without_marks(name: str) -> Iterable[str]:
    """A name without what tells it apart and without the marks of a title. A single sign is called by that name only
    in marks (《糖》) or behind what tells it apart (小说糖)."""
    plain = _TOLD_APART.sub("", name)
    plain = _QUOTED.sub(r"\1", plain) if _QUOTED.fullmatch(plain) else plain
    if len(plain) >= MIN_NAME:
        return [plain]
    gloss = gloss_of(name)
    return [f"《{plain}》", *([f"{gloss[-MIN_NAME:]}{plain}"] if len(gloss) >= MIN_NAME else [])]


def short_forms(names: Iterable[str]) -> Iterable[tuple[str, int]]:
    """What firms and foreigners are called for short, as aliases: without the legal form, and without 集团 before it;
    by the last part of the name."""
    for name in names:
        part = _PART.search(name)
        if part is not None:
            yield fold(part.group()).text, ALIAS_NAME
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
