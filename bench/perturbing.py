"""What people do to a question: sounds for signs, a sign lost, other scripts, filler, no marks, other figures, emoji.

Each perturbation is a pure function of the text, None where it has nothing to change, so that two runs ask the same.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache

from opencc import OpenCC
from pypinyin import lazy_pinyin

from kg.lexicon.text import exact_syllable, is_chinese
from kg.value_parser import find_values
from kg.values import Kind

_FIGURES = frozenset("零一二三四五六七八九十百千万亿两半0123456789")
_FORMAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_MARKS = re.compile(r"[，。！？、；：,.!?;:~～…\s]")
_WAN = re.compile(r"([1-9一二三四五六七八九])万")
_DIGITS = "零一二三四五六七八九"


def homophone(text: str, common: str) -> str | None:
    """One sign written as another one of the same sound among the `common` ones."""
    alike = _by_sound(common)
    places = [i for i in _signs(text) if set(alike.get(exact_syllable(text[i]), "")) - {text[i]}]
    if not places:
        return None
    at = _pick(places, text)
    others = [c for c in alike[exact_syllable(text[at])] if c != text[at]]
    return text[:at] + others[zlib.crc32(text.encode()) % len(others)] + text[at + 1 :]


def dropped(text: str) -> str | None:
    """One sign lost, no figure."""
    places = _signs(text)
    if len(places) < 5:
        return None
    at = _pick(places[1:-1], text)
    return text[:at] + text[at + 1 :]


def traditional(text: str) -> str | None:
    """In the script of Taiwan and Hong Kong."""
    return _unlike(_traditional().convert(text), text)


def full_width(text: str) -> str | None:
    """Latin letters, figures and marks in full width."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    return _unlike(wide, text)


def polite(text: str) -> str | None:
    """With what people say around a question."""
    return f"你好，请问一下{text}，谢谢"


def hesitant(text: str) -> str | None:
    """As it is spoken."""
    return f"嗯那个我想问一下就是{text}呀"


def unmarked(text: str) -> str | None:
    """Without marks and blanks."""
    return _unlike(_MARKS.sub("", text), text)


def with_w(text: str) -> str | None:
    """五万 as 5w."""
    return _unlike(_WAN.sub(lambda m: f"{_figure(m.group(1))}w", text), text)


def formal(text: str) -> str | None:
    """Amounts as on a cheque: 五万元 as 伍万圆."""
    out = text
    for found in reversed([v for v in find_values(text) if v.value.kind is Kind.MONEY]):
        said = "".join(
            _DIGITS[int(c)] if c.isdigit() and len(text[found.start : found.end].rstrip("元块万")) == 1 else c
            for c in text[found.start : found.end]
        )
        out = out[: found.start] + said.replace("元", "圆").replace("块", "圆").translate(_FORMAL) + out[found.end :]
    return _unlike(out, text)


def in_pinyin(text: str, names: Iterable[str]) -> str | None:
    """The longest of the `names` in the question written in Latin letters."""
    name = max((n for n in names if n in text and len(n) > 2 and all(map(is_chinese, n))), key=len, default="")
    return text.replace(name, "".join(lazy_pinyin(name))) if name else None


def with_emoji(text: str) -> str | None:
    """With pictures before and behind."""
    return f"😊{text}🙏"


def perturbations(common: str, names: Iterable[str]) -> Mapping[str, Callable[[str], str | None]]:
    """All of them by name: `common` are the signs to mistake others for, `names` those to be written in pinyin."""
    known = tuple(names)
    return {
        "homophone": lambda text: homophone(text, common),
        "dropped": dropped,
        "traditional": traditional,
        "full width": full_width,
        "polite": polite,
        "hesitant": hesitant,
        "unmarked": unmarked,
        "5w": with_w,
        "formal": formal,
        "pinyin": lambda text: in_pinyin(text, known),
        "emoji": with_emoji,
    }


def _signs(text: str) -> list[int]:
    return [i for i, c in enumerate(text) if is_chinese(c) and c not in _FIGURES]


def _pick(places: list[int], text: str) -> int:
    return places[zlib.crc32(text.encode()) % len(places)]


def _figure(sign: str) -> str:
    return str(_DIGITS.index(sign)) if sign in _DIGITS else sign


def _unlike(changed: str, text: str) -> str | None:
    return changed if changed != text else None


@lru_cache(maxsize=4)
def _by_sound(common: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for char in dict.fromkeys(common):
        found[exact_syllable(char)] = found.get(exact_syllable(char), "") + char
    return found


@lru_cache(maxsize=1)
def _traditional() -> OpenCC:
    return OpenCC("s2t")
