"""Retraining by command: compare, keep, and put into production only what is not worse on the newest months."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

import pandas as pd

from customer.errors import ModelUnusable
from customer.propensity.measures import Measures
from customer.propensity.registry import Registry, Stage, Version
from customer.propensity.training import Compared, compare, judge

WORSE_CALIBRATION = 0.02
"""How much further from the truth a better-ranking model may be."""


@dataclass(frozen=True, slots=True)
class Retrained:
    """What came of one offer."""

    compared: Compared
    version: Version


def retrain(registry: Registry, offer: str, rows: pd.DataFrame, at: datetime) -> Retrained:
    """Trains an offer anew. Raises training.TooLittle."""
    found = compare(offer, rows)
    metrics = {
        "measures": {kind: m.to_json() for kind, m in found.measures.items()},
        "groups": found.groups,
        "said": [asdict(s) for s in found.said],
        "months": list(found.months),
    }
    added = registry.add(found.model, found.fingerprint, metrics, at)
    better, note = is_better(registry, found)
    return Retrained(found, registry.promote(added, better, note, at))


def is_better(registry: Registry, found: Compared) -> tuple[bool, str]:
    """Whether a new model may take the place of the one in production, judged on the same newest months."""
    mine = found.measures[found.model.kind]
    if mine.auc_low <= 0.5:
        return False, f"AUC {mine.auc:.3f} 的区间含 0.5：不比随机好"
    try:
        current = registry.production(found.offer)
    except ModelUnusable as error:
        return True, f"现用版本不可用（{error}）"
    if current is None:
        return True, "第一版"
    return _against(mine, judge(current[1], found.judged))


def _against(mine: Measures, theirs: Measures) -> tuple[bool, str]:
    errors = f"{mine.calibration_error:.4f} 对 {theirs.calibration_error:.4f}"
    said = f"AUC {mine.auc:.4f} 对 {theirs.auc:.4f}，校准误差 {errors}"
    better = mine.auc >= theirs.auc and mine.calibration_error <= theirs.calibration_error + WORSE_CALIBRATION
    return better, f"{'不差于' if better else '差于'}现用版本：{said}"


def in_production(versions: list[Version]) -> list[Version]:
    """Those that decide."""
    return [v for v in versions if v.stage is Stage.PRODUCTION]
