"""What a customer wants to be told of and what not: 别再推荐, 可以推荐基金但别推保险, 别发短信了, 恢复推荐.

A wish has a direction (wanted or not) and a scope: everything, kinds of products, channels, or what was just offered.
Words: resources/wishes.yml; kinds and products are those of the graph.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from kg.facts import EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import link
from nlu.plain_wishes import any_of, words
from nlu.risk_wishes import RiskWish, risk_wish, speaks_of_risk

_NOT_AGAIN = re.compile("(?:别|不要|不用|不想|停止|取消)再?(?:恢复|重新|继续|开启|打开)")
_NOT_OFFERED = re.compile(
    "(?:不|没|没有|未|别|不能|不肯|不给)(?:给|向|跟|把|对)?(?:我|咱)?.{0,6}(?:推|推荐|推给|介绍)"
    "|只(?:给我)?推|怎么没有|我怎么没"
)
_OPENING = ("除了", "除开", "除去")
_UNDONE = re.compile("(?:取消|解除|关闭|关掉|撤销).{0,3}(?:免打扰|勿扰|屏蔽|拒收|拒绝|退订)")
_TAKEN_UP = re.compile(
    "(?:那就?|好|好的|嗯|行|可以)?[，,]?(?:我)?(?:想|要|来|先)?(?:了解|看看|看|听听|听|详细|具体|介绍|讲讲|说说)(?:了解|介绍|说说|讲讲|看看)?"
    "(?:一?下)?(?:这个|那个|这款|那款|它)?|(?:我|对(?:这个|那个|它))?(?:还?是?挺|很|蛮|有点儿?|比较)?(?:感|有点?)兴趣"
)
_TURNED_DOWN = re.compile(
    "(?:那|嗯|哦|好)?[，,]?(?:这个|那个|这款|那款|它)?(?:我|我们)?(?:就|先|暂时|还是|真)?"
    "(?:不用|不要|不需要|不考虑|不想要|不买|没兴趣|没有兴趣|不感兴趣|不太感兴趣|算)(?:这个|那个|这款|那款|它)?"
    "(?:了|吧|啊|呀|啦|哈|哦|的)*[，,。！!~～ ]*(?:谢谢|多谢)?[你您]?(?:了|啦|啊)?[。！!~～]*"
)
_SUITS_ME = re.compile("[适合]合我(?!行|们银行)|我[适合]合(?:买|什么|哪|投)")
_STOPS = re.compile(r"[，,。；;！!？?\n]+")


@dataclass(frozen=True, slots=True)
class Spoken:
    """One wish. At most one of `kinds` (id, name), `channels` and `risk` is set; `this` means what was just offered;
    with none of them it is about everything."""

    allow: bool
    kinds: tuple[tuple[str, str], ...] = ()
    channels: tuple[str, ...] = ()
    this: bool = False
    risk: RiskWish | None = None

    @property
    def everything(self) -> bool:
        """Whether it speaks of all offers."""
        return not (self.kinds or self.channels or self.this or self.risk)


def wishes_in(text: str, lexicon: Lexicon) -> tuple[Spoken, ...]:
    """The wishes of a text in the order they are said; empty where it has no word of wanting or refusing."""
    found: list[Spoken] = []
    for whole in _with_direction(_clauses(text)):
        if speaks_of_risk(whole):
            found += _of_risk(whole, lexicon, found[-1].allow if found else None)
            continue
        for clause in _two_wishes(whole, lexicon):
            found += _of(clause, lexicon, found[-1].allow if found else None)
    narrow = [w for w in found if not w.everything]
    # "别推了，我不想看保险广告": a wish about everything beside narrower ones of the same direction is their beginning.
    same = [n.allow for n in narrow if n.risk is None or not n.risk.up_to]
    keep = [w for w in found if not w.everything or w.allow not in same]
    return tuple(keep)


def about_profiling(text: str) -> bool:
    """Whether a wish is about being profiled (关掉个性化推荐), not about offers as such."""
    return _has(text, words()["profiling"])


def _two_wishes(clause: str, lexicon: Lexicon) -> list[str]:
    """推荐基金可以保险免谈 is two wishes without a stop between them: it is cut where each side names a kind or channel
    and has one direction, and these differ."""
    marks = sorted([*_directions(clause), *((m, None) for m in _named(clause, lexicon))], key=lambda m: m[0])
    for cut in range(1, len(marks)):
        left, right = marks[:cut], marks[cut:]
        ways = [{way for _, way in side if way is not None} for side in (left, right)]
        named = all(any(way is None for _, way in side) for side in (left, right))
        if named and all(len(w) == 1 for w in ways) and ways[0] != ways[1]:
            at = right[0][0][0]
            return [clause[:at], clause[at:]]
    return [clause]


def _directions(clause: str) -> list[tuple[tuple[int, int], bool | None]]:
    """The words of refusing and allowing, by place; 不要 is no 要."""
    known = words()
    refusing = [m.span() for m in re.finditer(any_of(known["refusing"]), clause)]
    allowing = [m.span() for m in re.finditer(any_of(known["allowing"]), clause)]
    clear = (a for a in allowing if not any(a[0] < r[1] and r[0] < a[1] for r in refusing))
    return [*((r, False) for r in refusing), *((a, True) for a in clear)]


def _named(clause: str, lexicon: Lexicon) -> list[tuple[int, int]]:
    """Where kinds, products and channels stand."""
    kinds = [(m.start, m.end) for m in link(clause, lexicon) if any(c.kind is EntityKind.PRODUCT for c in m.candidates)]
    channels = any_of(w for named in words()["channels"].values() for w in named)
    return [*kinds, *(m.span() for m in re.finditer(channels, clause))]


def _of(clause: str, lexicon: Lexicon, before: bool | None) -> list[Spoken]:
    """The wishes of one clause; one without a direction of its own carries on the one before if it names a kind."""
    known = words()
    kinds = _kinds(clause, lexicon)
    channels = _channels(clause)
    if _has(clause, known["except"]) and (kinds or channels):
        rest = _direction(clause, before)
        return [] if rest is None else [Spoken(rest), Spoken(not rest, kinds, channels if not kinds else ())]
    if _has(clause, known["only"]) and kinds and not _has(clause, ("不只", "不仅")):
        return [Spoken(False), Spoken(True, kinds)]
    allow = _direction(clause, before if kinds or channels else None)
    if allow is None:
        return []
    if kinds:
        return [Spoken(allow, kinds)]
    if channels:
        return [Spoken(allow, channels=channels)]
    if turns_down(clause):
        return [Spoken(False, this=True)]
    mild = not allow and _has(clause, known["mild"]) and not _has(clause, known["offers"])
    pointed = mild or _has(clause, known["this"])
    return [Spoken(allow, this=pointed and not _has(clause, known["everything"]))]


def _with_direction(clauses: list[str]) -> list[str]:
    """R3以上的，一律不要推给我 is one wish: what names levels of risk and nothing to do about them goes on."""
    found: list[str] = []
    for clause in clauses:
        if found and speaks_of_risk(found[-1]) and _silent(found[-1]) and not speaks_of_risk(clause):
            found[-1] += clause
        else:
            found.append(clause)
    return found


def _silent(clause: str) -> bool:
    return _direction(clause, None) is None and risk_wish(clause, None) is None


def _of_risk(clause: str, lexicon: Lexicon, before: bool | None) -> list[Spoken]:
    """The wishes of a clause that speaks of levels of risk. A limit holds for all products, also where the clause names
    a kind (别推高风险的基金): it says less than nothing of other funds. What is no limit from above, but refuses
    (别推低风险的), silences everything: rather nothing than what he does not want."""
    allow = _direction(clause, before)
    wish = risk_wish(clause, None if allow is None else not allow)
    if wish is None:
        return [Spoken(False)] if allow is False else _of(clause, lexicon, before)
    said = Spoken(not wish.cap, risk=wish)
    kinds = tuple((i, name) for i, name in _kinds(clause, lexicon) if lexicon.class_levels(i))  # 产品 is every kind
    if wish.cap and wish.up_to and kinds and _has(clause, words()["only"]):
        return [Spoken(False), Spoken(True, kinds), said]
    return [said]


def _direction(clause: str, before: bool | None) -> bool | None:
    known = words()
    if _has(clause, known["refusing"]):
        resumed = _has(clause, known["resume"]) and not _NOT_AGAIN.search(clause)
        return resumed or bool(_UNDONE.search(clause))
    if _has(clause, known["allowing"]):
        return True
    return before


def _clauses(text: str) -> list[str]:
    """Where a new wish may begin; 除了保险 belongs to what follows it."""
    turned = "|".join(map(re.escape, words()["turn"]))
    parts = [c.strip() for part in _STOPS.split(text) for c in re.split(turned, part) if c.strip()]
    found: list[str] = []
    for part in parts:
        if found and found[-1].startswith(_OPENING):
            found[-1] += part
        else:
            found.append(part)
    return found


def _kinds(clause: str, lexicon: Lexicon) -> tuple[tuple[str, str], ...]:
    """Products and kinds of products that the clause names."""
    found: dict[str, str] = {}
    for mention in link(clause, lexicon):
        product = next((c for c in mention.candidates if c.kind is EntityKind.PRODUCT), None)
        if product is not None:
            found[product.id] = product.name
    return tuple(found.items())


def _channels(clause: str) -> tuple[str, ...]:
    """Channels on which the clause speaks of reaching the customer."""
    named = tuple(c for c, ways in words()["channels"].items() if _has(clause, ways))
    return tuple(c for c in named if not (c == "wechat" and "wecom" in named))


def _has(text: str, found: Any) -> bool:
    return any(word in text for word in found)


def asks_why_not(text: str) -> bool:
    """Whether the question is why something was not offered."""
    return bool(_NOT_OFFERED.search(text))


def asks_what_suits(text: str, lexicon: Lexicon) -> bool:
    """Whether it is asked what suits the speaker (有适合我的产品吗), not whether a product does."""
    if not _SUITS_ME.search(text):
        return False
    named = (lexicon.entity(i) for i, _ in _kinds(text, lexicon))
    return all(info is None or info.is_class for info in named)


def takes_up(text: str) -> bool:
    """Whether the words take up what was just offered (了解一下, 感兴趣) and say nothing else."""
    return bool(_TAKEN_UP.fullmatch(text.strip().rstrip("。！!~～吧啊呀呗的了")))


def turns_down(text: str) -> bool:
    """Whether the words only turn down what was just offered (这个我不要, 不用了), not offers at large."""
    return bool(_TURNED_DOWN.fullmatch(text.strip()))


def asks_to_delete(text: str) -> bool:
    """Whether data are to be deleted, not shown."""
    return _has(text, words()["delete"])


def asks_for_recommendation(text: str) -> bool:
    """Whether a list is asked for as advice (推荐, 适合我), not as information."""
    return _has(text, words()["advice"])
