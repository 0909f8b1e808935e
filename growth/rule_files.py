"""rules.yml: read whole, every mistake with its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from growth.errors import OfferFileError
from growth.offer_files import Names
from growth.rules import FactNames, KeptByLaw, Pressure, Quiet, Rules, Said, Trial
from growth.yaml_files import Node, Skipped, clock, number, read_yaml, text, texts, whole

_DAYS = whole(0, 3650)
_FEW = whole(0, 1000)
_SHARE = number(0, 1)
_WRITE_COUNT, _WRITE_SHARE = "写 0 以上的整数", "写 0 到 1 之间的数"


def read_rules(path: Path, names: Names) -> Rules:
    """The rules; classes by id. Raises OfferFileError."""
    problems: list[str] = []
    node = Node(path.name, read_yaml(path), problems)
    try:
        rules = Rules(
            pressure=_pressure(node.node("pressure")),
            quiet=_quiet(node.node("quiet")),
            trial=_trial(node.node("trial")),
            service_days={k: number(0, 3650)(v) for k, v in node.node("service_days").rest().items()},
            threshold=node.take("threshold", _SHARE, _WRITE_SHARE),
            same_class_factor=node.take("same_class_factor", _SHARE, _WRITE_SHARE),
            needs_disclosure=_ids(node.take("disclosure", texts, "写类的名称", frozenset()), names),
            facts=_facts(node.node("facts")),
            statements=node.take("statements", _listed, "写成 属性=值 的列表", ()),
            said=_said(node.node("said")),
            kept=_kept(node.node("kept_by_law")),
        )
        node.done()
    except (Skipped, TypeError, ValueError):
        raise OfferFileError(tuple(problems) or (f"{path}：有一处读不懂；对照 README.md 改正",)) from None
    if problems:
        raise OfferFileError(tuple(problems))
    return rules


def _pressure(node: Node) -> Pressure:
    read = {name: node.take(name, _FEW, _WRITE_COUNT) for name in Pressure.__slots__}
    node.done()
    return Pressure(**read)


def _quiet(node: Node) -> Quiet:
    quiet = Quiet(
        node.take("from", clock, '写成 "21:00"'),
        node.take("to", clock, '写成 "08:00"'),
        node.take("channels", texts, "写渠道", frozenset()),
    )
    node.done()
    return quiet


def _trial(node: Node) -> Trial:
    trial = Trial(
        node.take("name", text, "写名称"),
        node.take("salt", text, "写一个不再变的词"),
        node.take("holdout", _SHARE, _WRITE_SHARE),
        node.take("explore", _SHARE, _WRITE_SHARE),
    )
    node.done()
    return trial


def _kept(node: Node) -> KeptByLaw:
    kept = KeptByLaw(
        tuple(node.take("things", _listed, "写图谱里的名称", ())), node.maybe("predicate", text, "写谓语名称") or ""
    )
    node.done()
    return kept


def _facts(node: Node) -> FactNames:
    facts = FactNames(
        node.take("risk", text, "写谓语名称"),
        tuple(node.take("term", _listed, "写谓语名称", ())),
        tuple(node.take("sale_from", _listed, "写谓语名称", ())),
        tuple(node.take("sale_to", _listed, "写谓语名称", ())),
    )
    node.done()
    return facts


def _said(node: Node) -> Said:
    said = Said(
        **{
            n: node.take(n, text, "写条件里的说法", "")
            for n in ("age", "monthly_income", "region", "level", "assessed")
        },
        funds=node.take("funds", _listed, "写条件里的说法", ()),
    )
    node.done()
    return said


def _listed(value: Any) -> tuple[str, ...]:
    return tuple(text(item) for item in ([value] if isinstance(value, str) else value))


def _ids(names: frozenset[str], graph: Names) -> frozenset[str]:
    return frozenset(graph.id_of(n) or n for n in names)
