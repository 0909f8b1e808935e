"""How far confidence can be believed: the share that is right by confidence and outcome, as figures and drawing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape

from app.evaluation.report import Judged
from app.evaluation.scoring import Mark
from app.evaluation.statistics import Bin, bins, calibration_error
from kg.answer import Outcome

_SIDE, _LEFT, _TOP, _GAP = 200, 46, 34, 70
_LEAST = 20
"""Turns from which an outcome is drawn: fewer say nothing."""


@dataclass(frozen=True, slots=True)
class Reliability:
    """One outcome: how many turns had it, the expected calibration error of their confidence, and its bins."""

    outcome: Outcome
    turns: int
    error: float
    bins: tuple[Bin, ...]


def reliability(judged: Iterable[Judged]) -> list[Reliability]:
    """By outcome, those with most turns first. An answer is right when it is exact or loose; anything else when it is
    the outcome that was expected."""
    pairs: dict[Outcome, list[tuple[float, bool]]] = {}
    for one in judged:
        if one.reply.confidence is not None:
            mark = one.judgement.mark
            right = one.judgement.right if one.reply.outcome is Outcome.ANSWERED else mark is Mark.EXACT
            pairs.setdefault(one.reply.outcome, []).append((one.reply.confidence, right))
    found = [Reliability(o, len(p), calibration_error(p), tuple(bins(p))) for o, p in pairs.items()]
    return sorted(found, key=lambda r: (-r.turns, r.outcome.value))


def drawing(found: Sequence[Reliability], title: str) -> str:
    """The diagrams side by side as SVG: the diagonal is perfect, a dot is a bin, its area the turns in it."""
    shown = [r for r in found if r.turns >= _LEAST]
    width = _LEFT + len(shown) * (_SIDE + _GAP)
    panels = "".join(_panel(r, _LEFT + i * (_SIDE + _GAP)) for i, r in enumerate(shown))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {_SIDE + 2 * _TOP + 30}" '
        f'font-family="sans-serif" font-size="12"><title>{escape(title)}</title>'
        f'<rect width="100%" height="100%" fill="#fff"/>{panels}</svg>\n'
    )


def _panel(one: Reliability, left: int) -> str:
    bottom = _TOP + _SIDE
    most = max(b.count for b in one.bins)
    dots = "".join(
        f'<circle cx="{left + b.confidence * _SIDE:.1f}" cy="{bottom - b.right * _SIDE:.1f}" '
        f'r="{3 + 9 * (b.count / most) ** 0.5:.1f}" fill="#1f5fa8" fill-opacity="0.7"/>'
        for b in one.bins
    )
    return (
        f'<rect x="{left}" y="{_TOP}" width="{_SIDE}" height="{_SIDE}" fill="none" stroke="#555"/>'
        f'<line x1="{left}" y1="{bottom}" x2="{left + _SIDE}" y2="{_TOP}" stroke="#999" stroke-dasharray="4 3"/>{dots}'
        f'<text x="{left}" y="{_TOP - 10}">{escape(one.outcome.value)}: {one.turns} turns, ECE {one.error:.3f}</text>'
        f'<text x="{left}" y="{bottom + 16}">0</text><text x="{left + _SIDE - 8}" y="{bottom + 16}">1</text>'
        f'<text x="{left + 50}" y="{bottom + 30}">confidence</text>'
        f'<text x="{left - 40}" y="{_TOP + 8}">right</text>'
    )
