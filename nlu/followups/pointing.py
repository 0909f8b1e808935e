"""Pointing words: 它, 这家公司, 第二个, 前两个, 刚才那个. What stands in the text, before anybody asks what it means;
`nlu.followups.referents` finds the things."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from kg.numerals import parse_number

_NUMBER = "[0-9０-９一二两三四五六七八九十]+"
_UNIT = "[个款种只张家条项位名部份支类档笔间座所处本场首道]"
_SPOKEN_OF = "(?:我们?|你们?|您)?(?:说|问|提到|提|讲|看|聊|推荐|列|查)(?:的|过的|到的)?"
_BEFORE = (
    f"(?:(?:刚才|刚刚|方才)(?:{_SPOKEN_OF})?的?"
    f"|(?:刚|之前|先前|前面|上面|最开始|一开始|开头){_SPOKEN_OF}"
    "|(?:之前|先前|前面|上面|最开始|一开始|开头)的?(?=[这那]))"
)


class Pointing(StrEnum):
    """How the words point."""

    PLACES = "places"
    """Places in what was shown: 第二个, 前两个, 最后一个, 后者."""
    ONE = "one"
    MANY = "many"
    PERSON = "person"
    PREVIOUS = "previous"
    """The one before the one that is talked about: 上一个."""
    OTHER = "other"
    """Of two the one that is not talked about: 另一个."""
    HOUSE = "house"
    """The firm behind it: 他家."""


@dataclass(frozen=True, slots=True)
class Pointer:
    """A span that points. `number` says how many are meant where that is said; `first`, `last` and `place` are of
    PLACES: the first n, the last n, the n-th (negative from the end). `bare` ones (该, 这) point only with a noun
    behind them; `recalled` ones reach back beyond the last turn (刚才, 之前);
    `of_two` ones mean one of the two asked about last (前者); `far` ones (那个) may mean what the bank brought up below
    the answer, and `offered` ones (推荐的那款) do; `ahead` ones (前面那个) may mean the first
    of two that were asked about."""

    kind: Pointing
    start: int
    end: int
    number: int = 0
    first: int = 0
    last: int = 0
    place: int = 0
    bare: bool = False
    recalled: bool = False
    of_two: bool = False
    far: bool = False
    offered: bool = False
    ahead: bool = False


_AHEAD = ("前面的", "前面那", "前面这")
_PLACE_END = "(?=$|[的呢和跟与、,，是?？吗])"
_PATTERNS: tuple[tuple[Pointing, re.Pattern[str]], ...] = (
    (Pointing.PLACES, re.compile(rf"前(?!一|1)(?P<first>{_NUMBER}){_UNIT}|(?:后面?|最后)(?P<last>{_NUMBER}){_UNIT}")),
    (
        Pointing.PLACES,
        re.compile(
            rf"(?P<back>倒数)?第(?P<place>{_NUMBER})(?:、第?(?P<second>{_NUMBER}))?(?:{_UNIT}|{_PLACE_END})(?!高|低|大)"
        ),
    ),
    (
        Pointing.PLACES,
        re.compile(
            rf"(?P<end>(?:最后|末尾|末了|最末|最下面?)的?(?:那|这)?(?:一|1)?{_UNIT}|后者|后一{_UNIT}|后[面边]的?那一?{_UNIT})"
            rf"|(?P<begin>前者|头一{_UNIT}|(?:打头|排头|领头|最前面?|最上面?|开头)的?(?:那|这)一?{_UNIT})"
        ),
    ),
    (Pointing.PREVIOUS, re.compile(rf"(?:上(?:一{_UNIT}|[个款])|前一{_UNIT})(?!月|季度|年|星期)")),
    (Pointing.OTHER, re.compile(rf"另外?(?:一{_UNIT}|那{_UNIT}|的那{_UNIT})")),
    (Pointing.HOUSE, re.compile(r"[他她它](?:们)?家|[这那]家(?=的|还有|都有|有)")),
    (Pointing.PERSON, re.compile(r"(?<!其)[他她](?!们|人|行|家)|此人|[这那]个?人(?!民)|[这那]位")),
    (
        Pointing.MANY,
        re.compile(
            rf"{_BEFORE}?(?:[它他她][们俩]|[这那](?:些|(?P<many>两|几|{_NUMBER}){_UNIT})|两者|二者"
            rf"|(?:以上|上述)这?(?:几|些|两|三){_UNIT}?|上述(?=.)"
            rf"|(?P<both>俩|两[个款种只张家位部者]|三[个款种只张家位部者])(?=.{{0,10}}(?:哪|谁|比|区别|对比|差|都|各|一样|相同|分别)))"
        ),
    ),
    (
        Pointing.ONE,
        re.compile(
            rf"(?P<offered>{_BEFORE}?(?:你们?|您)?(?:[给向跟]我)?推荐(?:[给过]我?)?的?(?:[这那]一?{_UNIT}|(?<=的)(?:产品|东西)))"
        ),
    ),
    (Pointing.ONE, re.compile(rf"(?P<recall>{_BEFORE})(?:[这那]一?{_UNIT})?")),
    (Pointing.ONE, re.compile(rf"[这那]一?{_UNIT}(?!时候|时间|月|星期|季度)")),
    (Pointing.ONE, re.compile(rf"(?P<noun>[该此]{_UNIT}?|这)")),
    (Pointing.ONE, re.compile(r"它(?!们)|(?<![尤极])其(?![他它中余实次])|[这那](?:里|边|儿)|当地")),
)
_HESITATION = re.compile(r"^那个[,，.。、…\s]|^这个[,，、…\s]")


def pointers(text: str) -> list[Pointer]:
    """The pointing words in order of place; of overlapping ones the first and longest."""
    found: list[Pointer] = []
    hesitation = _HESITATION.match(text)
    taken = hesitation.end() if hesitation and hesitation.end() < len(text) else 0
    for pointer in sorted(_all(text), key=lambda p: (p.start, -p.end)):
        if pointer.start >= taken:
            found.append(pointer)
            taken = pointer.end
    return found


def _all(text: str) -> Iterator[Pointer]:
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            yield from _pointers_of(kind, match)


def _pointers_of(kind: Pointing, match: re.Match[str]) -> Iterator[Pointer]:
    groups = match.groupdict()
    start, end = match.span()
    if kind is Pointing.PLACES:
        yield from _places(groups, start, end)
    elif kind is Pointing.MANY:
        number = integer(groups["many"] or (groups["both"] or "")[:1])
        yield Pointer(kind, start, end, number=number)
    else:
        yield Pointer(
            kind,
            start,
            end,
            bare=bool(groups.get("noun")),
            ahead=match.group().startswith(_AHEAD),
            recalled=bool(groups.get("recall")),
            far="那" in match.group(),
            offered=bool(groups.get("offered")),
        )


def _places(groups: dict[str, str | None], start: int, end: int) -> Iterator[Pointer]:
    if groups.get("first"):
        yield Pointer(Pointing.PLACES, start, end, first=integer(groups["first"] or ""))
    elif groups.get("last"):
        yield Pointer(Pointing.PLACES, start, end, last=integer(groups["last"] or ""))
    elif groups.get("place"):
        sign = -1 if groups.get("back") else 1
        middle = end if not groups.get("second") else end - 1
        yield Pointer(Pointing.PLACES, start, middle, place=sign * integer(groups["place"] or ""))
        if groups.get("second"):
            yield Pointer(Pointing.PLACES, middle, end, place=integer(groups["second"] or ""))
    else:
        said = groups.get("end") or groups.get("begin") or ""
        of_two = said.endswith("者") or said.startswith(("后面", "后边"))
        yield Pointer(Pointing.PLACES, start, end, place=-1 if groups.get("end") else 1, of_two=of_two)


def integer(text: str) -> int:
    """两 → 2; 0 for what is no number (几, 些)."""
    number = parse_number(text.replace("俩", "两")) if text else None
    return int(number) if number is not None else 0
