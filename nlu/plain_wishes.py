"""Words that leave no doubt that somebody wants no offers, or wants them again: 不要向我介绍产品, 电话营销就免了.

A classifier learns wishes from examples, and misses turns of phrase; here the grammar decides: a word of refusing that
governs one of offering (不需要任何产品推荐), or one of offering with an end put to it (公众号推送关了吧). What only
looks like it is none: 别的推荐有吗, 不用年费的信用卡推荐一下, 为什么不推荐…. Words: resources/wishes.yml.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

import yaml

from nlu.resources import resource

_POLITE = re.compile("(?:能不能|能否|可不可以|可否|能|可以|麻烦|请).*(?:吗|么|呢|嘛)?$")
_DROPS = re.compile(
    r"(?:(?:那就?|就|先|还是|我|你|哎|唉|嗯|好吧?|呃)*(?:算了|不(?:用|必|想|要)?(?:算|办|问|填|说|弄|搞|查|继续)了?|不用了|不必了|不要了"
    r"|取消|停(?:止|下|了)?|退出|(?:先)?这样|到此为止)(?:了|吧|啦|啊|呀|谢谢|的)*[，,。；;！!\s]*)+"
)
_STOPS = re.compile(r"[，,。；;！!？?\n、]+")


def plain_wish(text: str) -> bool | None:
    """False where the words plainly refuse offers, True where they plainly want them again, None where they are no
    plain wish or something is asked beside."""
    clauses = clauses_of(text)
    if asks(clauses):
        return None
    said = [w for c in clauses if (w := _wish_of(c)) is not None]
    if not said or (not said[-1] and _opens(clauses[-1])):  # 之前说别推荐，现在可以推了
        return None
    return said[-1]


def clauses_of(text: str) -> list[str]:
    """The clauses of a text, look-alikes of refusing (级别, 别的) blotted out."""
    return [_without_lookalikes(c) for c in _STOPS.split(text) if c.strip()]


def refuses_offers(clause: str) -> bool:
    """Whether the clause plainly refuses offers."""
    return _wish_of(clause) is False


def asks(clauses: Iterable[str]) -> bool:
    """Whether any of the clauses is a question, and no polite request."""
    return any(_asks(c) for c in clauses)


def drops(text: str) -> bool:
    """Whether the words do nothing but drop what is being asked of the customer: 算了不算了, 先这样吧."""
    return _DROPS.fullmatch(text.strip()) is not None


def may_refuse(text: str) -> bool:
    """Whether a word that refuses or leaves out stands in the text at all, look-alikes (别的, 级别) aside."""
    left = _without_lookalikes(text)
    return any(word in left for kind in ("refusing", "ending", "mild", "only", "except") for word in words()[kind])


@lru_cache(maxsize=1)
def words() -> dict[str, Any]:
    """The words of wishes, by what they say."""
    loaded: dict[str, Any] = yaml.safe_load(resource("wishes.yml"))
    return loaded


def any_of(found: Iterable[str]) -> str:
    """A pattern of any of the words, the longest first."""
    return "|".join(re.escape(w) for w in sorted(found, key=len, reverse=True))


def _wish_of(clause: str) -> bool | None:
    if _patterns()["again"].search(clause):
        return True
    refused = any(_patterns()[name].search(clause) for name in ("refused", "ended", "unreached"))
    return False if refused else None


def _opens(clause: str) -> bool:
    """Whether a clause only permits."""
    known = words()
    return any(w in clause for w in known["allowing"]) and not any(w in clause for w in known["refusing"])


def _asks(clause: str) -> bool:
    """Whether the clause is a question, and no polite request."""
    if _patterns()["why"].search(clause):
        return True
    return bool(_patterns()["asking"].search(clause)) and not _POLITE.match(clause)


def _without_lookalikes(text: str) -> str:
    return _patterns()["lookalikes"].sub("〇", text)


@lru_cache(maxsize=1)
def _patterns() -> dict[str, re.Pattern[str]]:
    """By what they find. No 的 stands between a refusal and what it governs: 不用年费的信用卡推荐 refuses a fee."""
    known = words()
    refusing, offering, ending = (any_of(known[n]) for n in ("refusing", "offering", "ending"))
    sent = f"(?:{any_of(known['reach'])}).{{0,4}}(?:{any_of(c for ways in known['channels'].values() for c in ways)})"
    after = "(?:了|吧|啦|啊|呀|掉|我|谢谢|吗|嘛|呗|好吗|行吗|行不行)*$"
    return {
        **{name: re.compile(any_of(known[name])) for name in ("lookalikes", "why")},
        **{name: re.compile("|".join(known[name])) for name in ("asking", "again")},
        "refused": re.compile(f"(?:{refusing})[^的〇]{{0,8}}?(?:{offering})(?!码|人|费)"),
        "ended": re.compile(f"(?:{offering})[^〇]{{0,6}}(?:{ending}){after}"),
        "unreached": re.compile(
            f"^(?!.*(?:{any_of(known['service_notes'])})).*(?:{refusing})[^的〇]{{0,6}}?(?:{sent})"
        ),
    }
