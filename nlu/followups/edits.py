"""Nothing is named: values, texts, times and question words change the last Query; the rest of it stays."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from kg.facts import EntityKind, Qualifier
from kg.lexicon.text import fold
from kg.periods import find_periods
from kg.query import Ask, Constraint, Entity, Order, Query
from kg.values import Kind, Op, Value
from nlu.asked_in_case import tells_of_a_time
from nlu.cases_said import period_said, qualifiers_of
from nlu.followups.demanded import members_of, merged, narrowed, new_constraints, predicates_said
from nlu.followups.referents import alike
from nlu.followups.scenes import SET_ASKS, latest
from nlu.followups.siblings import ENOUGH, rewritten
from nlu.followups.switching import merged_qualifiers, of_now
from nlu.parsing.comparisons import which_more
from nlu.parsing.demands import unexplained
from nlu.parsing.scene import Scene
from nlu.parsing.sets import PAGE
from nlu.parsing.superlatives import COUNTS, ORDERED, ascends, wanted_number
from nlu.predicates import goes_with, of_kind
from nlu.wording import is_content, wordings_of

_ANY = re.compile(r"(?:不限|无所谓|都可以|都行|随便|去掉|取消|不管|不要求|不看)")
_NEXT_BEST = re.compile(
    r"第([二三四五六七八九十2-9])(?:高|低|大|小|长|短|多|少|便宜|贵|名|位)|其次|排?第二(?=呢|是|的|$)"
)
OF_MEASURE = 3
"""Unexplained characters up to which which-has-more asks by the last attribute: 谁保得多, 哪个等得短."""
CLEARER = 0.3
"""How much more of the words another attribute has to explain to be what is compared."""
_ONCE_MORE = re.compile(
    r"^(?:那|所以)?(?:具体|到底|究竟)(?:是|叫|有)?(?:多少|几多|什么|啥|谁|哪里|哪个)?[呢呀啊嘛]?[?？。]*$"
)
_PLACES = "一二三四五六七八九十"


def edited(scene: Scene, last: Query) -> Query | None:
    """The Query that the values and times of the turn make of a remembered one; None when they make none."""
    for change in _CHANGES:
        query = change(scene, last)
        if query is not None:
            return query
    members = latest(scene, SET_ASKS)
    return narrowed(scene, members) if members is not None and members.cls is not None else members_of(scene, last)


def _again(scene: Scene, last: Query) -> Query | None:
    """具体是多少, 到底是谁: what was asked last, once more."""
    asked = last.predicates and last.ask in (Ask.VALUE, Ask.CHECK, Ask.COMPARE)
    return last if asked and _ONCE_MORE.search(scene.analysis.text) else None


def _loosened(scene: Scene, last: Query) -> Query | None:
    """风险不限: a demand or a case is dropped."""
    text = scene.analysis.text
    if last.qualifiers and _ANY.search(text) and any(q.name in text for q in last.qualifiers):
        return replace(last, qualifiers=tuple(q for q in last.qualifiers if q.name not in text))
    members = latest(scene, SET_ASKS)
    if members is None or not _ANY.search(scene.analysis.text):
        return None
    said = {p for m in scene.analysis.predicates for p in m.predicates}
    kept = tuple(c for c in members.constraints if c.predicate not in said)
    return replace(members, constraints=kept, offset=0) if len(kept) < len(members.constraints) else None


def another_of_its_name(scene: Scene, last: Query) -> Query | None:
    """三年的呢, C类呢: the thing of that name beside the one that is talked about."""
    if len(last.focus) != 1 or predicates_said(scene):
        return None
    other = rewritten(scene.analysis.text, last.focus[0], scene.lexicon)
    period = None if of_now(scene) else last.period
    return replace(last, focus=(other,), period=period) if other is not None else None


def _another_time(scene: Scene, last: Query) -> Query | None:
    plain = not scene.analysis.values and not predicates_said(scene)
    ends = scene.analysis.has("compare", "most", "least", "best") or which_more(scene.analysis) is not None
    terms = any(m.best.kind is EntityKind.TERM for m in scene.analysis.mentions)
    plain = plain and not (ends or terms)  # 近一年哪个涨得多, 昨天净值多少
    further = _further_back(scene, last) if plain else None
    if further is not None:
        return further
    if plain and last.period is not None and of_now(scene):
        return replace(last, period=None, offset=0)
    plain = plain and not _asks_else(scene, last)
    cases = {q.name for q in qualifiers_of(scene.analysis, last.predicates, scene.lexicon)}
    is_case = cases & {q.name for q in last.qualifiers}  # a report's year: 年度=2021年 is for 2020年 to take
    timed = plain and scene.analysis.periods and not is_case and last.ask is not Ask.DESCRIBE
    return replace(last, period=period_said(scene.analysis), offset=0) if timed else None


def _further_back(scene: Scene, last: Query) -> Query | None:
    """近三年, after 近一年收益率: the attribute whose name begins with the time that is said and ends as the last."""
    said = [fold(s.period.text).text for s in scene.analysis.periods]
    if len(said) != 1 or len(last.predicates) != 1 or len(last.focus) == 0:
        return None
    before = next((p.period.text for p in find_periods(last.predicates[0], scene.analysis.today)), "")
    has = scene.lexicon.predicates_of(last.focus[0].id)
    rest = last.predicates[0].removeprefix(before)
    other = next((p for p in has if before and p != last.predicates[0] and p == said[0] + rest), "")
    return replace(last, predicates=(other,), period=None) if other else None


def _asks_else(scene: Scene, last: Query) -> bool:
    """上周金价涨了多少, after a fee: words of which the last attributes say nothing ask for something else."""
    wordings = wordings_of(scene.lexicon)
    left = unexplained(scene)
    return tells_of_a_time(last.predicates, scene.analysis, scene.lexicon) or any(
        all(wordings.match(words, p) is None for p in last.predicates) for words in left
    )


def _another_case(scene: Scene, last: Query) -> Query | None:
    """三年的呢, 手机银行呢: another case of what was asked."""
    asked = (last.order.predicate,) if last.order else last.predicates
    if last.ask not in (Ask.VALUE, Ask.BEST, Ask.COMPARE, Ask.SOURCE) or predicates_said(scene):
        return None
    if asked and not any(goes_with(p, scene.analysis, scene.lexicon) for p in asked):
        return None  # 首套能还多少年, after the share of the down payment
    fresh = qualifiers_of(scene.analysis, asked, scene.lexicon) or _case_in_part(scene, asked)
    figure = scene.analysis.has("how_much", "how_long") and len(asked) == 1 and last.focus
    if fresh and figure and _measure(scene, asked[0], last.focus[0]) != asked[0]:
        return None  # 一年交多少基础版, after the excess
    if last.ask is Ask.BEST and not {q.name for q in fresh} & {q.name for q in last.qualifiers}:
        return None
    if not fresh:
        return None
    period = scene.analysis.periods[0].period if scene.analysis.periods else last.period
    return replace(last, qualifiers=merged_qualifiers(last.qualifiers, fresh), period=period)


def _case_in_part(scene: Scene, asked: Sequence[str]) -> tuple[Qualifier, ...]:
    """境外的呢: words that stand in one of the cases only (渠道=境外ATM)."""
    words = fold(scene.analysis.rest_text()).text.strip()
    if len(words) < ENOUGH:
        return ()
    known = dict.fromkeys(scene.lexicon.cases_of(asked))
    found = [(n, t) for n, t in known if words in fold(t).text]
    return tuple(Qualifier(n, Op.EQ, Value(t, Kind.TEXT)) for n, t in found) if len(found) == 1 else ()


def _another_figure(scene: Scene, last: Query) -> Query | None:
    """5万呢, after a question whether something can be had for 10万."""
    if last.ask is not Ask.CHECK or not scene.analysis.values or not last.constraints:
        return None
    value = scene.analysis.values[0].value
    renewed = tuple(replace(c, value=value) if _same_kind(c, value) else c for c in last.constraints)
    return replace(last, constraints=renewed) if renewed != last.constraints else None


def _same_kind(constraint: Constraint, value: Value) -> bool:
    return constraint.value is not None and constraint.value.kind is value.kind


def _next_best(scene: Scene, last: Query) -> Query | None:
    """第二高的呢: further down in the same order."""
    found = _NEXT_BEST.search(scene.analysis.text)
    ranked = latest(scene, (Ask.BEST,))
    if found is None or ranked is None:
        return None
    place = found.group(1) or "二"
    number = int(place) if place.isascii() else _PLACES.index(place) + 1
    return replace(ranked, limit=1, offset=number - 1)


def _flipped(scene: Scene, last: Query) -> Query | None:
    """那最低的呢: the other end of the same order."""
    ends = scene.analysis.first("most", "least")
    if ends is None or predicates_said(scene) or unexplained(scene):
        return None  # 保本的里面最高的: a demand that was not understood is not left out
    ranked = latest(scene, (Ask.BEST,))
    if ranked is not None and ranked.order is not None and ranked.cls is not None:
        number = wanted_number(scene)
        demanded = new_constraints(scene, ranked.cls)
        fresh = tuple(c for c in demanded if c.value is None or c.value.kind not in COUNTS)  # 三张: how many are wanted
        if scene.analysis.values and not fresh and number is None:
            return None
        order = replace(ranked.order, descending=ends.label == "most")
        constraints = merged(ranked.constraints, fresh)
        return replace(ranked, order=order, constraints=constraints, limit=number or 1, offset=0)
    members = latest(scene, (Ask.LIST, Ask.COUNT))
    ordered = [p for p in members.predicates if scene.lexicon.ontology.get(p).datatype in ORDERED] if members else []
    if members is None or len(ordered) != 1 or last is not members:
        return None
    order = Order(ordered[0], ends.label == "most")
    return replace(members, ask=Ask.BEST, order=order, limit=1, offset=0)


def _sorted(scene: Scene, last: Query) -> Query | None:
    """按收益排一下: the listed members in the order of a figure."""
    members = latest(scene, SET_ASKS)
    if not scene.analysis.has("sort") or members is None or members.cls is None or unexplained(scene):
        return None
    said = {p for m in scene.analysis.predicates if not m.value for p in m.predicates}
    options = [p for p in scene.lexicon.member_predicates(members.cls.id) if p in said] if said else members.predicates
    ordered = [p for p in options if scene.lexicon.ontology.get(p).datatype in ORDERED]
    if not ordered:
        return None
    by = next(
        (p for p in members.predicates if p in ordered), ordered[0]
    )  # of several that are called so, the shown one
    columns = tuple(dict.fromkeys((by, *members.predicates)))
    order = Order(by, not ascends(scene))
    return replace(members, ask=Ask.BEST, predicates=columns, order=order, limit=PAGE, offset=0)


def _first_of_those(scene: Scene, last: Query) -> Query | None:
    """哪部最高, after the ratings of one film after the other."""
    ends = scene.analysis.first("most", "least")
    more = ends.label == "most" if ends is not None else which_more(scene.analysis)
    ordered = len(last.predicates) == 1 and last.ask in (Ask.VALUE, Ask.COMPARE)
    asks = scene.analysis.has("how_much", "how_long", "how_old", "when") or len(scene.analysis.rest_text()) > OF_MEASURE
    if more is None or not ordered or asks or predicates_said(scene):
        return None
    focus = last.focus if len(last.focus) > 1 else tuple(reversed(alike(scene)))
    if len(focus) < 2:
        return None
    measure = _measure(scene, last.predicates[0], focus[0])
    kept = last.qualifiers if measure == last.predicates[0] else ()
    order = Order(measure, more)
    return replace(last, ask=Ask.COMPARE, focus=focus, predicates=(measure,), qualifiers=kept, order=order)


def _measure(scene: Scene, asked: str, entity: Entity) -> str:
    """What which-has-more is asked of: what was asked before, unless the verb clearly says another figure: 哪个借得多
    after a rate."""
    said, lexicon = scene.analysis.rest_text(), scene.lexicon
    if not is_content(said):
        return asked
    wordings = wordings_of(lexicon)

    def told(predicate: str) -> tuple[float, float]:
        found = (wordings.match(text, predicate) for text in (said, scene.analysis.text))
        part, whole = (match.coverage if match else 0.0 for match in found)
        return part, whole

    options = of_kind(lexicon.predicates_of(entity.id), ORDERED, lexicon.ontology)
    nearest = max(options, key=told, default=asked)
    return nearest if told(nearest)[0] - told(asked)[0] >= CLEARER else asked


_CHANGES = (
    _again,
    _loosened,
    _another_time,
    _another_case,
    _another_figure,
    _next_best,
    _sorted,
    _first_of_those,
    _flipped,
)
"""Tried in this order: a name or case that the talk knows before a demand on members."""


def case_kept(query: Query, last: Query, scene: Scene) -> Query:
    """The new question with the cases and the time of the last one, as far as they can be asked of its predicates."""
    if query.ask not in (Ask.VALUE, Ask.COMPARE, Ask.SOURCE) or last.ask not in (Ask.VALUE, Ask.COMPARE, Ask.SOURCE):
        return query
    known = {name for name, _ in scene.lexicon.cases_of(query.predicates)}
    stated = {q.name for q in query.qualifiers}
    kept: tuple[Qualifier, ...] = tuple(q for q in last.qualifiers if q.name not in stated and q.name in known)
    return replace(query, qualifiers=(*kept, *query.qualifiers), period=query.period or last.period)
