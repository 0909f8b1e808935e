"""Values of a question as constraints on members (R2以下 → 风险等级 ≤ R2) or as qualifiers of a fact (三年期)."""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import islice, pairwise

from kg.answering.stated import period_of_text
from kg.facts import EntityKind, Qualifier
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import PredicateMention
from kg.lexicon.text import fold
from kg.query import Constraint, Period
from kg.value_parser import guess_value
from kg.values import Kind, Op, Value
from nlu.analysis import PUNCTUATION, Analysis, ValueSpan
from nlu.case_words import said_in_other_words
from nlu.exclusion import excluded, excluded_behind
from nlu.meaning import related
from nlu.phrases import condition_words
from nlu.resources import resource
from nlu.unknown_cases import unknown_currency, unknown_kinds
from nlu.wording import is_content, wordings_of

NEAR = 4
"""Characters between a predicate and a value that still belong together (收益率在3%以上)."""
NAMED_ENOUGH = 0.5
"""Share of the words beside a value that a predicate's name has to explain to take it."""
LEAST_BEGUN, MOST_BEGUN = 3, 8
"""Characters that a beginning of a value has at least, and values that may begin with it."""
MEANT_ENOUGH = 0.5
"""How firmly the words before a value have to ask for a predicate (nlu.meaning) to give it the value."""
LEAST_SUM = 100
"""Bare numbers from which a case that is an amount takes them."""
_JOINED = re.compile(r"\s*(?:[、,，/]|和|与|及|以及|跟)\s*")
"""What stands between two times that are both asked about."""
_OPS = {"le": Op.LE, "ge": Op.GE}
_UNITS = {Kind.MONEY: "元", Kind.PERCENT: "%"}


@dataclass(frozen=True, slots=True)
class Hint:
    """Words that name predicates without being their name: 能买 (money ≤ 起购金额), 便宜 (lowest 年费)."""

    words: tuple[str, ...]
    direction: str
    predicates: tuple[str, ...]


@lru_cache(maxsize=2)
def hints(name: str) -> tuple[Hint, ...]:
    """The rows of resources/`name`.csv (adjectives or verbs)."""
    text = resource(f"{name}.csv")
    rows = csv.reader(text.splitlines()[1:])
    return tuple(Hint(tuple(w.split("|")), d, tuple(p.split("|"))) for w, d, p in rows)


def hinted(text: str, name: str, options: Sequence[str]) -> tuple[str, str] | None:
    """(predicate, direction) of the longest hint in the text whose predicate is among `options`."""
    found = [
        (len(word), hint)
        for hint in hints(name)
        for word in hint.words
        if word in text and any(p in options for p in hint.predicates)
    ]
    if not found:
        return None
    hint = max(found, key=lambda f: f[0])[1]
    return next(p for p in hint.predicates if p in options), hint.direction


def constraint_of(span: ValueSpan, analysis: Analysis, options: Sequence[str], lexicon: Lexicon) -> Constraint | None:
    """The constraint that a value puts on members whose predicates are `options`; None when nothing takes it, or when
    the words right before it name something that members do not have."""
    op = _op(span.value, analysis, span)
    before = [m for m in analysis.predicates if m.end <= span.start]
    near = [p for p in _beside(span, analysis.predicates, options) if _reads(lexicon, p, span.value)]
    near = [p for p in near if not _unitless(lexicon, p, span.value) or any(p in m.predicates for m in before)]
    if near:
        asks_enough = span.value.op is Op.EQ and analysis.has("yes_no") and hinted(analysis.text, "verbs", near[:1])
        op = _OPS[asks_enough[1]] if asks_enough and op is Op.EQ else op  # 三百万够大额存单的门槛吗
        return Constraint(near[0], op, _as_of(lexicon, near[0], span.value))
    taking = [p for p in options if _takes(lexicon, p, span.value)]
    verb = hinted(analysis.text, "verbs", taking)
    if verb is not None:
        return Constraint(verb[0], _OPS[verb[1]] if span.value.op is Op.EQ else op, span.value)
    said = _words_before(span, analysis)
    nearest = _nearest_by_wording(said, options, span.value, lexicon)
    if nearest:
        return Constraint(nearest, op, _as_of(lexicon, nearest, span.value))
    meant = _meant_before(said, options, span.value, lexicon)
    if meant:
        return Constraint(meant, op, _as_of(lexicon, meant, span.value))
    alone = taking[0] if len(taking) == 1 and not lexicon.ontology.get(taking[0]).declared else ""
    if alone and is_content(said) and set(said) & set(alone):
        return Constraint(alone, op, span.value)  # 票价20元以下, the only money that members have being 门票
    measured = _named_by_unit(span.value, options, lexicon)
    if measured and not is_content(said):
        return Constraint(measured, op, _as_of(lexicon, measured, span.value))  # 4.5分以上 of the 评分
    if not taking or is_content(said) or _uncounted(span.value, taking, lexicon):
        return None
    return Constraint(_likeliest(taking, span.value), op, span.value)


def period_stated(analysis: Analysis, predicates: Sequence[str], lexicon: Lexicon) -> Period | None:
    """The time asked about, where facts of one of the predicates say their time in a qualifier (年度=2021年)."""
    if not analysis.periods:
        return None
    loose = any(not lexicon.ontology.get(p).declared for p in predicates)  # maybe dated by its validity
    dated = loose or any(period_of_text(t) is not None for _, t in lexicon.cases_of(predicates))
    return period_said(analysis) if dated else None


def period_said(analysis: Analysis) -> Period | None:
    """The time that the turn speaks of; where it joins several (2019年和2021年, 2019、2020年), all of them."""
    spans = analysis.periods
    if not spans:
        return None
    gaps = (analysis.text[a.end : b.start] for a, b in pairwise(spans))
    if len(spans) < 2 or not all(_JOINED.fullmatch(gap) for gap in gaps):
        return spans[0].period
    periods = sorted((s.period for s in spans), key=lambda p: p.start)
    text = analysis.text[spans[0].start : spans[-1].end]
    parts = tuple((p.start, p.end) for p in periods)
    return Period(periods[0].start, max(p.end for p in periods), text, parts)


def likeliest_for(value: Value, options: Sequence[str], lexicon: Lexicon) -> str:
    """The predicate that a value most likely belongs to by its kind alone, empty when none takes it."""
    taking = [p for p in options if _takes(lexicon, p, value)]
    return _likeliest(taking, value) if taking else ""


def _words_before(span: ValueSpan, analysis: Analysis) -> str:
    """The words right before a value, back to the name, value or mark before them: 首付 in 房贷首付20%以内."""
    stops = [m.end for m in analysis.mentions if m.best.kind is not EntityKind.TERM and m.end <= span.start]
    stops += [v.end for v in analysis.values if v.end <= span.start]
    stops += [p.end for p in analysis.phrases if p.end <= span.start]
    stops += [i + 1 for i, c in enumerate(analysis.text[: span.start]) if c in PUNCTUATION]
    return analysis.text[max(stops, default=0) : span.start]


def _nearest_by_wording(said: str, options: Sequence[str], value: Value, lexicon: Lexicon) -> str:
    """The predicate that the words before a value are most of the name of, and that takes the value."""
    wordings = wordings_of(lexicon)
    matches = ((wordings.match(said, p), p) for p in options if _reads(lexicon, p, value)) if said.strip() else ()
    good = [(m.recall + m.coverage, p) for m, p in matches if m and m.coverage >= NAMED_ENOUGH]
    return max(good, key=lambda g: g[0])[1] if good else ""


def _meant_before(said: str, options: Sequence[str], value: Value, lexicon: Lexicon) -> str:
    """The undeclared predicate that everyday words before a value mean (价格50元以下: 门票), and that takes it."""
    loose = [p for p in options if not lexicon.ontology.get(p).declared and _reads(lexicon, p, value)]
    found = [(r.cover * r.cue, p) for p in loose if (r := related(said, p)).cover * r.cue >= MEANT_ENOUGH]
    return max(found)[1] if said.strip() and found else ""


def _uncounted(value: Value, taking: Sequence[str], lexicon: Lexicon) -> bool:
    """A bare number belongs to a predicate only where the words say so; a count only to one of its unit."""
    units = {lexicon.ontology.get(p).unit for p in taking}
    return value.kind is Kind.NUMBER or (value.kind is Kind.COUNT and value.unit not in units)


def _named_by_unit(value: Value, options: Sequence[str], lexicon: Lexicon) -> str:
    """The one undeclared number in whose name the unit of a count stands, empty where there is none or several."""
    if value.kind is not Kind.COUNT or not value.unit:
        return ""
    loose = (p for p in options if value.unit in p and not lexicon.ontology.get(p).declared)
    found = [p for p in loose if lexicon.ontology.get(p).datatype in (Kind.COUNT, Kind.NUMBER)]
    return found[0] if len(found) == 1 else ""


def _reads(lexicon: Lexicon, predicate: str, value: Value) -> bool:
    """Whether a predicate takes the value, a bare number (年费200以下) being of the predicate's own kind, and an amount
    of money a number where nobody wrote the unit (价格 508)."""
    bare = value.kind is Kind.NUMBER and lexicon.ontology.get(predicate).datatype in _UNITS
    return bare or _unitless(lexicon, predicate, value) or _takes(lexicon, predicate, value)


def _unitless(lexicon: Lexicon, predicate: str, value: Value) -> bool:
    known = lexicon.ontology.get(predicate)
    return value.kind is Kind.MONEY and known.datatype is Kind.NUMBER and not known.declared and not known.unit


def _as_of(lexicon: Lexicon, predicate: str, value: Value) -> Value:
    kind = lexicon.ontology.get(predicate).datatype
    if _unitless(lexicon, predicate, value):
        return replace(value, kind=Kind.NUMBER, unit="")
    bare = value.kind is Kind.NUMBER and kind in _UNITS
    return replace(value, kind=kind, unit=_UNITS[kind]) if bare else value


def free_of(
    mention: PredicateMention, options: Sequence[str], analysis: Analysis, lexicon: Lexicon
) -> Constraint | None:
    """免年费, 不收手续费: a charge named right after a word that says there is none is to be zero."""
    before = analysis.text[: mention.start]
    if mention.value or not any(before.endswith(word) for word in condition_words("free")):
        return None
    if before.endswith("有没有") or any(0 <= v.start - mention.end <= NEAR for v in analysis.values):
        return None  # 有没有人均消费100元的 asks, and 没有年费500元的 says how much
    charges = [p for p in mention.predicates if p in options and lexicon.ontology.get(p).datatype in _UNITS]
    if not charges:
        return None
    kind = lexicon.ontology.get(charges[0]).datatype
    op = Op.NE if excluded_behind(mention.end, analysis) else Op.EQ
    return Constraint(charges[0], op, Value(f"0{_UNITS[kind]}", kind, number=Decimal(0), unit=_UNITS[kind]))


def costless(analysis: Analysis, options: Sequence[str], lexicon: Lexicon) -> Constraint | None:
    """免费的公园: the only amount of money that members have is zero, where nobody declared what they have."""
    if not any(word in analysis.text for word in condition_words("costless")):
        return None
    amounts = [p for p in options if lexicon.ontology.get(p).datatype is Kind.MONEY]
    if len(amounts) != 1 or lexicon.ontology.get(amounts[0]).declared:
        return None
    return Constraint(amounts[0], Op.EQ, Value("0元", Kind.MONEY, number=Decimal(0), unit="元"))


def presence(said: str, options: Sequence[str], lexicon: Lexicon) -> Constraint | None:
    """有保管箱(的网点), 周末不开门(的网点): words that name a text predicate which can say no, with or without a word
    of lacking in them."""
    lacking = next((w for w in condition_words("lacks") if w in said), "")
    words = said.replace(lacking, "", 1) if lacking else said
    words = words.removeprefix(next((w for w in condition_words("has") if words.startswith(w)), ""))
    wordings = wordings_of(lexicon)
    matches = ((wordings.match(words, p), p) for p in options) if words.strip() else ()
    good = [(m.wording, p) for m, p in matches if m and min(m.coverage, m.recall) >= NAMED_ENOUGH]
    named = [(wording, p) for wording, p in good if _negative(p, lexicon)]
    if not named:
        return None
    predicate = max(named)[1]
    return Constraint(predicate, Op.EQ if lacking else Op.NE, Value(_negative(predicate, lexicon), Kind.TEXT))


def _negative(predicate: str, lexicon: Lexicon) -> str:
    """The text by which a predicate says no, empty when it never does."""
    rows = ((w, lexicon.value_trie.get(fold(w).text) or ()) for w in condition_words("negative_values"))
    return next((w for w, found in rows if any(lexicon.predicates[p] == predicate for (p,) in found)), "")


def sort_of(words: str, lexicon: Lexicon) -> tuple[str, tuple[str, ...]] | None:
    """(value, predicates) where words are a value that the graph writes with 型 or the like behind it (高档型)."""
    folded = fold(words).text
    for ending in condition_words("sorts"):
        rows = lexicon.value_trie.get(folded + ending) if folded else None
        if rows:
            return folded + ending, tuple(dict.fromkeys(lexicon.predicates[p] for (p,) in rows))
    return None


def begun(words: str, options: Sequence[str], lexicon: Lexicon) -> Constraint | None:
    """国际长途 of 国际长途电话: words that are the greater part of the one value that begins with them, where nobody
    declared the predicate."""
    said = words.strip().removesuffix("的")
    said = said.removeprefix(next((w for w in condition_words("has") if said.startswith(w)), ""))
    folded = fold(said).text
    if len(folded) < LEAST_BEGUN:
        return None
    found: list[tuple[str, str]] = []
    for text in islice(lexicon.value_trie.iterkeys(folded), MOST_BEGUN):
        rows = (lexicon.predicates[p] for (p,) in lexicon.value_trie[text])
        loose = (p for p in rows if p in options and not lexicon.ontology.get(p).declared)
        found.extend((p, text) for p in loose if 2 * len(folded) > len(text))
    return Constraint(found[0][0], Op.EQ, Value(found[0][1], Kind.TEXT)) if len(found) == 1 else None


def text_constraint(mention: PredicateMention, options: Sequence[str], analysis: Analysis) -> Constraint | None:
    """A text that stands as value of one of the members' predicates: 币种=美元."""
    predicate = next((p for p in mention.predicates if p in options), None)
    if predicate is None:
        return None
    op = Op.NE if excluded(mention.start, mention.end, analysis) else Op.EQ
    return Constraint(predicate, op, Value(mention.value, Kind.TEXT))


def qualifiers_of(analysis: Analysis, predicates: Sequence[str], lexicon: Lexicon) -> tuple[Qualifier, ...]:
    """The values and texts of the question that name a case of the asked predicates: 期限=3年, 渠道=手机银行."""
    named: dict[str, Qualifier] = {}
    known = lexicon.cases_of(predicates)
    currency = unknown_currency(analysis)
    if not known:
        return (currency,) if currency is not None else ()
    names = tuple(n for n, _ in Counter(n for n, _ in known).most_common())
    for span in analysis.values:
        taking = [n for n in names if n not in named and _takes(lexicon, n, span.value)]
        if not taking and _is_sum(span.value):
            taking = [n for n in names if n not in named and lexicon.ontology.get(n).datatype is Kind.MONEY]
        if taking:
            stated = {n for n, t in known if n in taking and _known_value(t).number == span.value.number}
            name = next((n for n in taking if n in stated), taking[0])
            named[name] = Qualifier(name, span.value.op, _as_of(lexicon, name, span.value))
    folded = fold(analysis.text).text
    if analysis.periods:
        known = [(n, t) for n, t in known if period_of_text(t) is None]  # a time is the query's own period
    for name, text in sorted(known, key=lambda k: -len(k[1])):
        if name in named or _folded(text) not in folded:
            continue
        if _is_worded(name, text, lexicon):
            named[name] = Qualifier(name, Op.EQ, Value(text, Kind.TEXT))
    worded = [(n, t) for n, t in known if n not in named and _is_worded(n, t, lexicon)]
    for name, text in said_in_other_words(analysis.unnamed_text(), worded):
        named.setdefault(name, Qualifier(name, Op.EQ, Value(text, Kind.TEXT)))
    if currency is not None:
        named.setdefault(currency.name, currency)
    for case in unknown_kinds(analysis, [(n, t) for n, t in known if _is_worded(n, t, lexicon)]):
        named[case.name] = case
    return tuple(named.values())


def _is_sum(value: Value) -> bool:
    """Whether a bare number may be an amount of money: 八千, 20000."""
    return value.kind is Kind.NUMBER and value.number is not None and value.number >= LEAST_SUM


def _is_worded(name: str, text: str, lexicon: Lexicon) -> bool:
    """Whether a case is told by words: 大号 is, though 规格 has figures as well."""
    return lexicon.ontology.get(name).datatype in (Kind.TEXT, Kind.ENTITY) or _known_value(text).number is None


@lru_cache(maxsize=16384)
def _folded(text: str) -> str:
    return fold(text).text


@lru_cache(maxsize=16384)
def _known_value(text: str) -> Value:
    return guess_value(text)


def _beside(span: ValueSpan, mentions: Sequence[PredicateMention], options: Sequence[str]) -> list[str]:
    found: list[tuple[int, str]] = []
    for mention in mentions:
        gap = max(span.start - mention.end, mention.start - span.end)
        if gap <= NEAR:
            found.extend((gap, p) for p in mention.predicates if p in options)
    return [p for _, p in sorted(found, key=lambda f: f[0])]


_COMPATIBLE = {
    Kind.MONEY: {Kind.MONEY},
    Kind.PERCENT: {Kind.PERCENT},
    Kind.TERM: {Kind.TERM},
    Kind.DATE: {Kind.DATE},
    Kind.AGE: {Kind.AGE, Kind.NUMBER},
    Kind.LEVEL: {Kind.LEVEL},
    Kind.COUNT: {Kind.COUNT, Kind.NUMBER},
    Kind.NUMBER: {Kind.COUNT, Kind.NUMBER},
}


def _takes(lexicon: Lexicon, predicate: str, value: Value) -> bool:
    declared = lexicon.ontology.get(predicate)
    if declared.datatype not in _COMPATIBLE.get(value.kind, set()):
        return False
    return value.kind is not Kind.LEVEL or not declared.unit or declared.unit == value.unit


def _likeliest(taking: Sequence[str], value: Value) -> str:
    """Several predicates take the value: the one that verbs and adjectives list first, else the first."""
    listed = [p for h in (*hints("verbs"), *hints("adjectives")) for p in h.predicates]
    return min(taking, key=lambda p: listed.index(p) if p in listed else len(listed))


def _op(value: Value, analysis: Analysis, span: ValueSpan) -> Op:
    if value.op is Op.EQ and excluded(span.start, span.end, analysis):
        return Op.NE
    return value.op
