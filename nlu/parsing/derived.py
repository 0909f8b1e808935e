"""Figures worked out from others of a thing: growth, one figure as a share of another, sums over years, its best year.

Only what undeclared predicates say, or declared ones by year, is worked out so: a bank's own figures have calculators.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import lru_cache

import yaml

from kg.answering.stated import period_of_text
from kg.calculating.ratios import named, ratio_formulas
from kg.facts import UNSPOKEN
from kg.query import Ask, Entity, Order, Period, Query
from kg.values import Kind
from nlu.cases_said import period_said, qualifiers_of
from nlu.longer_names import FIGURES
from nlu.meant import meant
from nlu.parsing.evidence import reading_of
from nlu.parsing.scene import Scene
from nlu.parsing.superlatives import ORDERED, wanted_number
from nlu.predicates import of_kind
from nlu.readings import Reading
from nlu.resources import resource

SUPPORT = 0.97
_CHANGED = "增长|增加|增多|减少|下降|下滑|变化|变动|上升|提高|降低|上涨|下跌|提升|增"
_BASE = "上一?年|去年|前一年|上一年度|上年度|上年同期|去年同期|同期|上期"
_GROWTH = re.compile(
    rf"同比(?:的?(?:{_CHANGED})了?(?:幅度|比例|率|多少)?)?"
    rf"|(?:年?增长|增长速|增|变动|变化|增减)(?:速度|率|幅度?|速|比例)"
    rf"|(?:{_CHANGED})了?(?:多少|百分之(?:几|多少)|几成|几个(?:百分)?点)"
    rf"|(?:比|较|相比|相较)(?:于|起)?(?:{_BASE})(?:的?(?:{_CHANGED}))?了?(?:多少|百分之(?:几|多少))?"
)
_AGAINST_LAST = re.compile(rf"(?:比|较|相比|相较|与|和)(?:于|起)?(?:{_BASE})")


def derived(scene: Scene) -> Reading | None:
    """The first of the ways in which the turn asks for a figure that has to be worked out."""
    if not 1 <= len({t.entity.id for t in scene.things}) <= 2:
        return None
    for make in (_apart, _growth, _share, _ratio, _best_year, _together):
        reading = make(scene)
        if reading is not None:
            return reading
    return None


def _growth(scene: Scene) -> Reading | None:
    """X的2021年净利润同比增长多少."""
    found = _GROWTH.search(scene.analysis.text)
    if found is None or _within_a_name(found.span(), scene):
        return None
    predicate = _figure_in(scene, [found.span()])
    if not predicate:
        return None
    period = _growth_period(scene)
    return _reading(Query(Ask.GROWTH, _focus(scene), predicates=(predicate,), period=period), scene)


def _growth_period(scene: Scene) -> Period | None:
    """The years compared: of 2021年比2020年 both, of 2021年比上年 the one that is named."""
    against = _AGAINST_LAST.search(scene.analysis.text)
    inside = against.span() if against else (0, 0)
    spans = [s for s in scene.analysis.periods if s.end <= inside[0] or s.start >= inside[1]]
    if not spans:
        spans = list(scene.analysis.periods)
    periods = sorted((s.period for s in spans), key=lambda p: p.start)
    if len(periods) < 2:
        return periods[0] if periods else None
    return Period(periods[0].start, periods[-1].end, "、".join(s.period.text for s in spans))


def _share(scene: Scene) -> Reading | None:
    """研发费用占营业收入的比例, 净利润除以营业收入."""
    text = scene.analysis.text
    over = next(((at, at + len(w)) for w in _words()["over"] if (at := text.find(w)) > 0), None)
    if over is None:
        return None
    after = [at for w in _words()["of"] if (at := text.find(w, over[1])) > over[1]]
    if not after and text[slice(*over)] not in ("除以", "比上"):
        return None
    end = min(after, default=len(text))
    outside = [(0, 0)] if end >= len(text) else [(end, len(text))]
    parts = [_figure_in(scene, [(over[0], len(text))]), _figure_in(scene, [(0, over[1]), *outside])]
    if not any(parts):
        return None
    period = period_said(scene.analysis)
    if all(parts):
        query = Query(Ask.RATIO, _focus(scene), predicates=(parts[0], parts[1]), period=period)
        return _reading(query, scene)
    lost = _said(scene, [(over[0], len(text))]) if not parts[0] else _said(scene, [(0, over[1]), *outside])
    if not lost:
        return None
    return replace(_reading(Query(Ask.VALUE, _focus(scene), predicates=(lost,), period=None), scene), absent=True)


def _ratio(scene: Scene) -> Reading | None:
    """X的2021年资产负债率: a declared ratio, where the thing does not have the figure itself."""
    text = scene.analysis.text
    called = next((name for name in ratio_formulas() if name in text), "")
    has = _has(scene)
    if not called or called in has or any(called in p and p in text for p in has):
        return None
    formula = ratio_formulas()[called]
    if not any(named(operand, has) in has for operand in formula.operands):
        return None
    query = Query(Ask.RATIO, _focus(scene), predicates=(formula.name,), period=period_said(scene.analysis))
    return _reading(query, scene)


def _best_year(scene: Scene) -> Reading | None:
    """X哪一年净利润最高."""
    analysis = scene.analysis
    end = next((p for p in analysis.phrases if p.label in ("most", "least")), None)
    asked = _first("years", analysis.text)
    if end is None or asked is None or len(scene.things) != 1:
        return None
    predicate = _figure_in(scene, [asked, (end.start, end.end)], ORDERED)
    if not predicate:
        return None
    order = Order(predicate, end.label == "most")
    query = Query(Ask.BEST, _focus(scene), predicates=(predicate,), order=order, limit=wanted_number(scene) or 1)
    return _reading(replace(query, period=period_said(analysis)), scene)


def _together(scene: Scene) -> Reading | None:
    """X的2019到2021年净利润合计, 近三年平均."""
    for word, ask in (("sum", Ask.SUM), ("average", Ask.AVERAGE)):
        asked = _first(word, scene.analysis.text)
        if asked is None or _within_a_name(asked, scene) or len(scene.things) != 1:
            continue
        period = period_said(scene.analysis)
        counted = period is None and scene.analysis.has("count")  # X一共多少页 asks for one figure
        several = not counted and (period is None or period.parts or period.start.year != period.end.year)
        predicate = _figure_in(scene, [asked]) if several else ""
        if predicate and (period is not None or _by_period(predicate, scene)):
            return _reading(Query(ask, _focus(scene), predicates=(predicate,), period=period), scene)
    return None


def _apart(scene: Scene) -> Reading | None:
    """X和Y的2021年营业收入相差多少."""
    asked = _first("apart", scene.analysis.text)
    if asked is None or len({t.entity.id for t in scene.things}) != 2:
        return None
    predicate = _figure_in(scene, [asked])
    if not predicate:
        return None
    query = Query(Ask.DIFFERENCE, _focus(scene), predicates=(predicate,), period=period_said(scene.analysis))
    return _reading(query, scene)


def _reading(query: Query, scene: Scene) -> Reading:
    qualifiers = () if query.ask is Ask.RATIO else qualifiers_of(scene.analysis, query.predicates, scene.lexicon)
    worded = replace(query, qualifiers=tuple(q for q in qualifiers if q.value.kind is Kind.TEXT))
    return replace(reading_of(worded, scene.things, SUPPORT, scene), explained=1.0)


def _focus(scene: Scene) -> tuple[Entity, ...]:
    return tuple({t.entity.id: t.entity for t in scene.things}.values())


def _has(scene: Scene) -> list[str]:
    return [p for p in scene.lexicon.predicates_of(scene.things[0].entity.id) if p not in UNSPOKEN]


def _figure_in(scene: Scene, hidden: Sequence[tuple[int, int]], kinds: Collection[Kind] = FIGURES) -> str:
    """The figure of the thing that the words outside the `hidden` stretches name or mean; empty where there is none, or
    where it is a declared one that no facts by year speak of."""
    options = [p for p in of_kind(_has(scene), kinds, scene.lexicon.ontology) if _is_dated(p, scene)]
    outside = [
        m for m in scene.analysis.predicates if not m.value and not any(a < m.end and m.start < b for a, b in hidden)
    ]
    fitting = [p for m in outside for p in m.predicates if p in options]
    if outside and fitting:
        return fitting[0]
    said = _masked(scene, hidden)
    guess = meant(said, options, scene.lexicon.ontology, scene.analysis) if said.strip() and not outside else None
    return guess.predicate if guess is not None else ""


def _is_dated(predicate: str, scene: Scene) -> bool:
    return not scene.lexicon.ontology.get(predicate).declared or _by_period(predicate, scene)


def _by_period(predicate: str, scene: Scene) -> bool:
    """Whether the graph has the predicate for several times: 总共雇了多少人 sums up nothing where it has one figure."""
    return any(period_of_text(t) is not None for _, t in scene.lexicon.cases_of((predicate,)))


def _masked(scene: Scene, hidden: Sequence[tuple[int, int]]) -> str:
    """The words of the turn without names, times, question words and the hidden stretches; offsets stay."""
    analysis = scene.analysis
    spans = [*hidden, *((m.start, m.end) for m in analysis.mentions), *((p.start, p.end) for p in analysis.periods)]
    chars = list(analysis.text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def _said(scene: Scene, hidden: Sequence[tuple[int, int]]) -> str:
    """The customer's own words for a figure that is not known: 广告费."""
    kept = _masked(scene, hidden)
    for start, end in scene.analysis.rest:
        if kept[start:end].strip():
            return kept[start:end].strip().strip("的")
    return ""


def _within_a_name(span: tuple[int, int], scene: Scene) -> bool:
    """Whether the words are part of the name of an attribute: 营业收入同比增长率 where the graph has it."""
    return any(m.start < span[1] and span[0] < m.end for m in scene.analysis.predicates if not m.value and m.named)


def _first(label: str, text: str) -> tuple[int, int] | None:
    """Where the first word of a kind stands, longer ones first."""
    return next(((at, at + len(w)) for w in _words()[label] if (at := text.find(w)) >= 0), None)


@lru_cache(maxsize=1)
def _words() -> dict[str, tuple[str, ...]]:
    table: dict[str, list[str]] = yaml.safe_load(resource("derived.yml"))
    return {label: tuple(sorted(words, key=len, reverse=True)) for label, words in table.items()}
