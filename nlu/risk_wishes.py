"""Wishes about how risky an offer may be: 不要给我推高风险的, 只推R2以下的, R4的也可以推, 不限风险等级了.

Levels are R1 to R5 or the words banks use for them; 高风险 from a customer means R4 and R5, 低风险 R1 and R2. A wish
lowers the highest level that is wanted, raises it, or both (只推…). Words: resources/wishes.yml.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from kg.levels import PATTERN as LEVEL
from kg.levels import RANGES, read
from nlu.plain_wishes import any_of, asks, clauses_of, refuses_offers, words

LOWEST, HIGHEST = RANGES["R"]
_MILD, _HIGH = 2, 4
"""What a customer calls low goes up to R2, what he calls high begins with R4."""
_DEGREE = "(?:太|较|比较|很|最|这么|那么|特别|非常|过|有点儿?|偏|极|稍)?"
_UNLIMITED = re.compile(
    "(?:取消|解除|去掉|放开|撤销|不再?限制?|不用限制|别限制|没有限制).{0,4}(?:风险|R[1-5])"
    "|(?:风险|等级)(?:等级|级别)?(?:的)?(?:不限|无所谓|都可以|都行|都能推|限制.{0,2}(?:取消|去掉|解除|放开))"
    "|(?:什么|任何|各种)(?:风险|等级)[^，,。]{0,5}(?:都可以|都行|都能)"
)
_NO_HIGHER = re.compile(
    "(?:不|别|不要|不能|不许|不得|不可|不想|不可以|不应)(?:再)?(?:超过|高于|大于|超|高过)|最高|最多|至多|顶多|上限|封顶|为止"
)
_ABOVE = re.compile("(?:高于|超过|大于|高过)(?:等级|风险)?$")
_UP = re.compile("^(?:级)?(?:风险|等级)?(?:的)?(?:及|和|或|或者|乃至)?(?:其|它)?(?:以上|之上|往上|更高|起)")
_DOWN = re.compile(
    "^(?:级)?(?:风险|等级)?(?:的)?(?:及|和|或|或者)?(?:其|它)?(?:以下|之下|以内|之内|往下|更低|为止|封顶)"
)
_BELOW = re.compile("(?:低于|小于)(?:等级|风险)?$")
_NOT_HIGH = re.compile(f"风险(?:等级|级别)?(?:也|都)?(?:不能|不要|别|不许|不可以|不得|不|不宜|不应){_DEGREE}[高大]")


@dataclass(frozen=True, slots=True)
class Risk:
    """The levels that a clause speaks of: from `low` to `high`. `limit`: it names a highest one itself (不超过R2)."""

    low: int
    high: int
    limit: bool = False


@dataclass(frozen=True, slots=True)
class RiskWish:
    """What is wanted after it: nothing above `cap` (0: says nothing), and all up to `up_to` again (0: says nothing)."""

    cap: int = 0
    up_to: int = 0


def risk_wish(clause: str, refused: bool | None) -> RiskWish | None:
    """The wish of one clause about levels of risk; None where it speaks of none, or of one that is no limit from above
    (别推低风险的). `refused`: the direction that the clause has by its other words, None for no direction."""
    if _UNLIMITED.search(clause) and not _excepts(clause):
        return RiskWish(up_to=HIGHEST)
    found = risk_in(clause)
    if found is None:
        return None
    if _excepts(clause):
        return _except(found, refused)
    if found.limit or _only(clause):
        return RiskWish(cap=found.high, up_to=found.high) if found.low == LOWEST or found.limit else None
    if refused is True:
        return RiskWish(cap=found.low - 1) if found.low > LOWEST else None
    return RiskWish(up_to=found.high) if refused is False else None


def speaks_of_risk(text: str) -> bool:
    """Whether levels of risk, or their limit, are spoken of."""
    return bool(_UNLIMITED.search(text)) or risk_in(text) is not None


def risk_in(clause: str) -> Risk | None:
    """The levels that a clause names, together."""
    found = [r for m in re.finditer(LEVEL, clause) if (r := _level(clause, m)) is not None]
    if not found and _NOT_HIGH.search(clause):
        return Risk(LOWEST, _HIGH - 1, limit=True)
    if not found:
        found = [Risk(low, high) for name, low, high in _BY_WORD if _patterns()[name].search(clause)][:1]
    if not found:
        return None
    return Risk(min(r.low for r in found), max(r.high for r in found), any(r.limit for r in found))


def plainly_about_risk(text: str) -> bool:
    """Whether the words plainly are a wish about the risk of offers, so that no classifier need be asked: offers are
    refused or limited (只推, 别超过) in what they say of risk, and no list is asked for beside."""
    parts = clauses_of(text)
    if asks(parts) or not any(speaks_of_risk(p) for p in parts):
        return False
    offering = _patterns()["offering"]
    if any(offering.search(p) and _patterns()["requests"].search(p) for p in parts):
        return False
    refused = any(refuses_offers(p) or _patterns()["not_offered"].search(p) for p in parts)
    return refused or (any(_limits(p) for p in parts) and any(offering.search(p) for p in parts))


def _limits(clause: str) -> bool:
    """Whether a clause by itself limits, or frees, the risk of offers to come."""
    if _UNLIMITED.search(clause):
        return True
    found = risk_in(clause)
    if found is None:
        return False
    lasting = _patterns()["lasting"].search(clause) is not None
    permits = _patterns()["permits"].search(clause) is not None
    return _only(clause) or _excepts(clause) or (found.limit and lasting) or permits or bool(_NOT_HIGH.search(clause))


def _except(found: Risk, refused: bool | None) -> RiskWish | None:
    """除了高风险的都可以推 excludes what is named, 除了低风险的都别推 keeps nothing else."""
    if refused is False and found.low > LOWEST:
        return RiskWish(cap=found.low - 1)
    return RiskWish(cap=found.high, up_to=found.high) if refused is True and found.low == LOWEST else None


def _level(clause: str, match: re.Match[str]) -> Risk | None:
    """One level with the words around it that make it a bound."""
    scale, number = read(match.group())
    if scale != "R" or not LOWEST <= number <= HIGHEST:
        return None
    before, after = clause[: match.start()], clause[match.end() :]
    if _NO_HIGHER.search(before[-8:]) or _NO_HIGHER.match(after):
        return Risk(LOWEST, number, limit=True)
    if _ABOVE.search(before):
        return Risk(number + 1, HIGHEST) if number < HIGHEST else None
    if _BELOW.search(before):
        return Risk(LOWEST, max(number - 1, LOWEST))
    if _UP.match(after):
        return Risk(number, HIGHEST)
    if _DOWN.match(after):
        return Risk(LOWEST, number)
    if not match.group()[0].isascii():  # words of customers are wider than those of tables
        return _worded(number)
    return Risk(number, number)


def _worded(number: int) -> Risk:
    """低风险 is R1 and R2, 高风险 R4 and R5, whatever a table calls each of them."""
    if number >= _HIGH:
        return Risk(_HIGH, HIGHEST)
    return Risk(LOWEST, _MILD) if number <= _MILD else Risk(number, number)


def _only(clause: str) -> bool:
    return bool(_patterns()["only"].search(clause))


def _excepts(clause: str) -> bool:
    return any(word in clause for word in words()["except"])


_BY_WORD = (("any", LOWEST + 1, HIGHEST), ("high", _HIGH, HIGHEST), ("low", LOWEST, _MILD))


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    known = words()
    risk, refusing, allowing = known["risk"], any_of(known["refusing"]), any_of(known["allowing"])
    return {
        **{name: re.compile("|".join(risk[name])) for name in ("any", "high", "low", "only", "lasting", "requests")},
        "offering": re.compile(f"{any_of(known['offering'])}|推|介绍"),
        "not_offered": re.compile(
            f"(?:{refusing})[^的]{{0,6}}?(?:推|介绍|提|发|出现)|(?:{refusing}).{{0,14}}(?:推荐|推送|推销|广告)$"
            f"|(?:推荐|推送)(?:里|中|列表|的东西).{{0,4}}(?:{refusing})"
        ),
        "permits": re.compile(f"(?:{allowing})[^的]{{0,4}}(?:推|介绍)|推荐?.{{0,4}}(?:{allowing})"),
    }
