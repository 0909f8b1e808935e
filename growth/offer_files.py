"""Offers as a marketer writes them, checked: every field, the copy's words and figures, and the graph's names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Protocol

from growth.errors import OfferFileError
from growth.offers import DEFAULT_THRESHOLD, Offer
from growth.wording import Words, faults
from growth.yaml_files import Node, Skipped, ages, number, period, read_yaml, switch, text, texts, whole

LONGEST_COPY = 60
CHANNELS = ("web", "wechat", "wecom", "app", "sms", "mail", "phone", "push", "api")
TRAITS = ("segment", "life_stage")


class Names(Protocol):
    """What reading offers needs of the graph: the id behind a name, or None where it has none or several."""

    def id_of(self, name: str) -> str | None:
        """The id of the one thing of this name."""


def read_offers(path: Path, names: Names, words: Words) -> tuple[Offer, ...]:
    """All offers of the file; ids of products and classes as the graph has them today.

    A product or class that the graph does not know keeps its name as its id: the offer is never made, and the
    decision says why. Raises OfferFileError with all mistakes of the file.
    """
    problems: list[str] = []
    data = read_yaml(path)
    rows = data.get("offers") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise OfferFileError((f"{path}：没有 offers 列表；写成 offers: 下面一项一个优惠",))
    offers = []
    for place, row in enumerate(rows, 1):
        node = Node(f"{path.name} 第{place}项", row, problems)
        try:
            offers.append(_offer(node, row, names, words))
        except Skipped:
            continue
    problems += _repeated(o.id for o in offers)
    if problems:
        raise OfferFileError(tuple(problems))
    return tuple(offers)


def _offer(node: Node, row: Any, names: Names, words: Words) -> Offer:
    copy = node.take("copy", text, f"写一句不超过{LONGEST_COPY}字的话")
    product = node.take("product", text, "写图谱里产品的名称")
    for fault in faults(copy, product, words, LONGEST_COPY):
        node.problem("copy", copy, fault)
    first, last = node.take("valid", period, "写成 2026-01-01..2026-12-31")
    audience = node.node("audience")
    offer = Offer(
        id=node.take("id", text, "写一个简短、不重复的编号"),
        product=names.id_of(product) or product,
        product_name=product,
        copy=copy,
        valid_from=first,
        valid_to=last,
        value=node.take("value", number(0, 1e6), "写 0 以上的元数"),
        channels=node.take("channels", _channels, f"写 {'、'.join(CHANNELS)} 中的几个"),
        ages=audience.maybe("age", ages, "写成 25-60"),
        audience={t: v for t in TRAITS if (v := audience.maybe(t, texts, "写允许的值"))},
        budget=node.maybe("budget", whole(0, 10**9), "写最多展示多少次"),
        threshold=node.take("threshold", number(0, 1), "写 0 到 1 之间的数", DEFAULT_THRESHOLD),
        regions=node.maybe("regions", texts, "写地区名称") or frozenset(),
        suits=frozenset(names.id_of(n) or n for n in node.maybe("suits", texts, "写类或产品的名称") or ()),
        general=node.take("general", switch, "写 true 或 false", False),
        release=node.take("release", number(0, 1), "写 0 到 1 之间的数：先给多大比例的客户", 1.0),
        version=hashlib.sha256(json.dumps(row, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12],
    )
    audience.done()
    node.done()
    return offer


def _channels(value: Any) -> frozenset[str]:
    found = texts(value)
    if not found or not found <= set(CHANNELS):
        raise ValueError
    return found


def _repeated(ids: Iterable[str]) -> list[str]:
    seen: set[str] = set()
    return [f"offers.yml：编号 {i!r} 出现两次；换一个编号" for i in ids if i in seen or seen.add(i)]  # type: ignore[func-returns-value]
