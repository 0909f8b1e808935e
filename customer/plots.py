"""What stands in the documentation: segments by their middle customers, and which features weigh most."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import yaml

from customer.drawing import Bar, bars
from customer.propensity.explaining import importance
from customer.propensity.model import ResponseModel

_NAMES = Path(__file__).parent / "propensity" / "feature_names.yml"
MOST = 15
SAMPLE = 2_000


def segment_plot(report: dict[str, Any]) -> str:
    """The segments of a run: size, and days, times and 元 of their middle customers; the richest first."""
    found = sorted(report["segments"], key=lambda s: -s["middle"]["monetary"])
    panels = [("占比", [Bar(s["name"], report["shares"][s["id"]], f"{report['shares'][s['id']]:.1%}") for s in found])]
    for key, title, unit in (
        ("recency", "中位客户：最近一次动账", "天前"),
        ("frequency", "中位客户：次数", "次"),
        ("monetary", "中位客户：金额", "元"),
    ):
        panels.append((title, [Bar(s["name"], s["middle"][key], f"{s['middle'][key]:,.0f} {unit}") for s in found]))
    return bars("客户分群", panels)


def importance_plot(models: Mapping[str, ResponseModel], rows: pd.DataFrame) -> str:
    """Mean absolute contribution to the log-odds over customers and over all models in production."""
    sample = rows.sample(min(SAMPLE, len(rows)), random_state=7)
    total: dict[str, float] = defaultdict(float)
    for model in models.values():
        for feature, weight in importance(model, sample).items():
            total[feature] += weight / len(models)
    best = sorted(total.items(), key=lambda item: -item[1])[:MOST]
    panel = [Bar(feature_name(f), w, f"{w:.3f}") for f, w in best]
    return bars("响应模型：特征的平均影响", [(f"对数几率的平均绝对贡献，{len(models)} 个模型", panel)])


def feature_name(feature: str) -> str:
    """What a feature is called; its own name where none is written."""
    name, _, family = feature.partition("_")
    written = _feature_names().get(feature) or (_feature_names().get(f"{name}_") if family else None)
    return written.replace("{family}", family) if written else feature


@lru_cache(maxsize=1)
def _feature_names() -> dict[str, str]:
    loaded: dict[str, str] = yaml.safe_load(_NAMES.read_text(encoding="utf-8"))
    return loaded
