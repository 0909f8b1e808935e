"""Bars as SVG for documentation: no plotting library, no fonts of our own, readable as text."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_LABEL, _BAR, _TEXT, _ROW, _HEAD = 150, 300, 110, 24, 44
_FILL, _INK, _QUIET = "#2f6f8f", "#222", "#666"


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: its label, how long it is, and what stands behind it."""

    label: str
    length: float
    text: str


def bars(title: str, panels: Sequence[tuple[str, Sequence[Bar]]]) -> str:
    """Panels of horizontal bars below one another; each panel has a scale of its own, beginning at 0."""
    width = _LABEL + _BAR + _TEXT
    height = _HEAD + sum(_HEAD + _ROW * len(rows) for _, rows in panels)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" role="img" '
        f'aria-label="{escape(title)}" font-family="sans-serif" font-size="13">',
        f'<rect width="{width}" height="{height}" fill="#fff"/>',
        f'<text x="12" y="26" font-size="16" fill="{_INK}">{escape(title)}</text>',
    ]
    top = _HEAD
    for name, rows in panels:
        parts.append(f'<text x="12" y="{top + 24}" fill="{_QUIET}">{escape(name)}</text>')
        top += _HEAD - 8
        longest = max((r.length for r in rows), default=0) or 1.0
        for row in rows:
            parts += _bar(row, _BAR * max(row.length, 0) / longest, top)
            top += _ROW
        top += 8
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bar(row: Bar, length: float, top: int) -> list[str]:
    return [
        f'<text x="{_LABEL - 8}" y="{top + 15}" text-anchor="end" fill="{_INK}">{escape(row.label)}</text>',
        f'<rect x="{_LABEL}" y="{top + 3}" width="{length:.1f}" height="{_ROW - 8}" fill="{_FILL}"/>',
        f'<text x="{_LABEL + length + 6:.1f}" y="{top + 15}" fill="{_QUIET}">{escape(row.text)}</text>',
    ]
