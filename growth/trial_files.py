"""experiments.yml: read whole, every mistake with its place. No file is no experiment."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import combinations
from pathlib import Path
from typing import Any

from growth.errors import OfferFileError
from growth.offer_files import LONGEST_COPY
from growth.offers import Offer
from growth.trials import Experiment, TrialArm
from growth.wording import Words, faults
from growth.yaml_files import Node, Skipped, number, period, read_yaml, switch, text, texts

_SHARE = number(0, 1)
_WRITE_SHARE = "写 0 到 1 之间的数"
_NEARLY_ONE = 1e-6


def read_experiments(path: Path, offers: Sequence[Offer], words: Words, standing: str) -> tuple[Experiment, ...]:
    """All experiments of the file; `standing` is the name that is taken. Raises OfferFileError."""
    if not path.exists():
        return ()
    data = read_yaml(path)
    rows = data.get("experiments") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        raise OfferFileError((f"{path}：没有 experiments 列表；没有实验就写 experiments: []",))
    problems: list[str] = []
    known = {o.id: o for o in offers}
    found = []
    for place, row in enumerate(rows, 1):
        node = Node(f"{path.name} 第{place}项", row, problems)
        try:
            found.append(_experiment(node, known, words))
        except Skipped:
            continue
    problems += _clashes(found, standing)
    if problems:
        raise OfferFileError(tuple(problems))
    return tuple(found)


def _experiment(node: Node, known: dict[str, Offer], words: Words) -> Experiment:
    name = node.take("name", _name, "写一个不超过 40 字、不重复的名称")
    offers = node.take("offers", texts, "写优惠的编号")
    for unknown in sorted(offers - known.keys()):
        node.problem("offers", unknown, "offers.yml 里没有这个编号")
    first, last = node.take("valid", period, "写成 2026-12-01..2026-12-31")
    share = node.take("share", _SHARE, _WRITE_SHARE, 1.0)
    arms = tuple(
        _arm(node, place, row, [known[o] for o in offers & known.keys()], words)
        for place, row in enumerate(node.take("arms", _rows, "写两组以上"), 1)
    )
    if abs(sum(a.share for a in arms) - 1) > _NEARLY_ONE or len({a.name for a in arms}) < len(arms):
        node.problem("arms", [a.share for a in arms], "各组的 share 合计为 1，名称不重复")
    salt = node.maybe("salt", text, "写一个不再变的词") or name
    node.done()
    return Experiment(name, salt, offers, first, last, share, arms)


def _arm(parent: Node, place: int, row: Any, offers: Iterable[Offer], words: Words) -> TrialArm:
    node = parent.part(f"arms 第{place}组", row)
    arm = TrialArm(
        node.take("name", _name, "写这一组的名称"),
        node.take("share", _SHARE, _WRITE_SHARE),
        node.maybe("copy", text, f"写一句不超过{LONGEST_COPY}字的话") or "",
        node.take("hold", switch, "写 true 或 false", False),
    )
    for offer in offers if arm.copy else ():
        for fault in faults(arm.copy, offer.product_name, words, LONGEST_COPY):
            node.problem("copy", arm.copy, fault)
    if arm.copy and arm.hold:
        node.problem("hold", True, "不展示的一组不用写 copy")
    node.done()
    return arm


def _name(value: Any) -> str:
    found = text(value)
    if len(found) > 40 or "/" in found:
        raise ValueError
    return found


def _rows(value: Any) -> list[Any]:
    if not isinstance(value, list) or len(value) < 2:
        raise ValueError
    return value


def _clashes(found: Sequence[Experiment], standing: str) -> list[str]:
    """Names that are taken, and two experiments on one offer at a time: neither could be read out."""
    problems = [f"experiments.yml：名称 {e.name!r} 是长期实验的；换一个" for e in found if e.name == standing]
    for one, other in combinations(found, 2):
        if one.name == other.name:
            problems.append(f"experiments.yml：名称 {one.name!r} 出现两次；换一个")
        if one.offers & other.offers and one.first <= other.last and other.first <= one.last:
            both = "、".join(sorted(one.offers & other.offers))
            problems.append(f"experiments.yml：{one.name} 和 {other.name} 同时在 {both} 上；错开日期或优惠")
    return problems
