"""Figures with the words that compare them: ranges, alternatives, 不低于 and 以内, over a text's single figures."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from decimal import Decimal

from kg.atoms import Atom
from kg.comparisons import joined, op_after, op_before
from kg.quantities import atoms
from kg.values import Kind, Op, Value


@dataclass(frozen=True, slots=True)
class Phrase:
    """One value and where its words stand in the text, comparison words included."""

    start: int
    end: int
    value: Value


_RANGE = re.compile(r"\s*(?:\((?:不含|含)\)|含)?\s*(?:-+|~+|至|到)\s*")
_BETWEEN = re.compile(r"\s*(?:和|与|跟|、|,)\s*")
_BETWEEN_END = re.compile(r"\s*(?:之间|中间|之内的区间)")
_OR = re.compile(r"\s*(?:或者|或是|或|/)\s*")
_OR_SENTENCE = re.compile(r"\s*(?:或者|或是|或)\s*")
_OR_LEVEL = re.compile(r"\s*(?:或者|或是|或|/|、|和|及|与|跟)\s*")
_LISTED = re.compile(r"\s*(?:、|和|与|跟|及)\s*")


def phrases(text: str, folded: str, found: Iterable[Atom], cell: Kind | None = None) -> list[Phrase]:
    """Values of a text, given its single figures. `folded` is the folded text, `text` the one to quote from."""
    rest = _with_listed_units(folded, list(found), cell)
    result: list[Phrase] = []
    floor = 0
    while rest:
        used, phrase = _next(text, folded, rest, floor, cell)
        rest = rest[used:]
        floor = phrase.end
        result.append(phrase)
    return result


def _with_listed_units(folded: str, found: list[Atom], cell: Kind | None) -> list[Atom]:
    """1、3、6个月: numbers of a list take the unit that its last one names."""
    giver: Atom | None = None
    for index in range(len(found) - 2, -1, -1):
        left, right = found[index], found[index + 1]
        if not left.bare or not _LISTED.fullmatch(folded[left.end : right.start]):
            giver = None
        elif giver := giver or (None if right.bare else right):
            found[index] = _alike(folded, left, giver, cell)[0]
    return found


def _next(text: str, folded: str, rest: list[Atom], floor: int, cell: Kind | None) -> tuple[int, Phrase]:
    if len(rest) > 1:
        ends = _as_range(folded, rest[0], rest[1], cell)
        if ends is not None:
            return 2, _range(text, folded, *ends, floor)
        either = _alternatives(folded, rest, cell)
        if len(either) > 1:
            return len(either), _either(text, folded, either, floor, cell)
    return 1, _single(text, folded, rest[0], floor, cell)


def _single(text: str, folded: str, atom: Atom, floor: int, cell: Kind | None) -> Phrase:
    before, start = op_before(folded, atom.start)
    if start < floor:
        before, start = None, atom.start
    after, included, end = op_after(folded, atom.end, cell is not None)
    op = joined(before, after, included)
    if atom.vague and op is Op.EQ:
        op = Op.ABOUT
    return Phrase(start, end, _value(text[start:end], atom, op))


def _value(text: str, atom: Atom, op: Op) -> Value:
    return Value(text.strip(), atom.kind, atom.number, None, op, atom.unit, atom.date, atom.months)


def _range(text: str, folded: str, low: Atom, high: Atom, floor: int) -> Phrase:
    start, end = low.start, high.end
    lead = re.search(r"(?:介于|在|从|约)$", folded[:start])
    if lead and lead.start() >= floor and lead[0] in ("介于", "约"):
        start = lead.start()
    bottom, top = low.number, high.number
    if bottom is not None and "不含" in folded[low.end : high.start]:
        bottom += quantum(low.kind)
    _, included, end = op_after(folded, end)
    if top is not None and included is False:
        top -= quantum(high.kind)
    if after := _BETWEEN_END.match(folded, end):
        end = after.end()
    return Phrase(start, end, Value(text[start:end].strip(), high.kind, bottom, top, Op.RANGE, high.unit, low.date))


def _as_range(folded: str, left: Atom, right: Atom, cell: Kind | None) -> tuple[Atom, Atom] | None:
    gap = folded[left.end : right.start]
    if not _RANGE.fullmatch(gap):
        closed = _BETWEEN.fullmatch(gap) and _BETWEEN_END.match(folded, right.end)
        if not closed:
            return None
    left, right = _alike(folded, left, right, cell)
    if not _comparable(left, right) or left.number is None or right.number is None or left.number > right.number:
        return None
    return left, right


def _comparable(left: Atom, right: Atom) -> bool:
    if left.kind is not right.kind or left.bare != right.bare:
        return False
    return left.kind in (Kind.AGE, Kind.DATE, Kind.TIME) or left.unit == right.unit


def _alike(folded: str, left: Atom, right: Atom, cell: Kind | None) -> tuple[Atom, Atom]:
    """Both figures with the unit that only one of them names: 3到6个月, 1-5万, 百分之三到五."""
    if left.bare and left.number is not None and right.number is not None:
        ending = folded[right.tail : right.end]
        if right.scale < right.tail and left.scale == left.tail and _smaller(folded, left, right):
            ending = folded[right.scale : right.tail] + ending
        lead = folded[right.start : right.digits] if right.kind is Kind.MONEY else ""
        if ending or lead:
            left = _reread(f"{lead}{folded[left.start : left.tail]}{ending}", left, cell)
    elif right.bare and left.start < left.digits:
        right = _reread(folded[left.start : left.digits] + folded[right.digits : right.end], right, cell)
    return left, right


def _smaller(folded: str, left: Atom, right: Atom) -> bool:
    """Whether 1 in 1-5万 means 一万: it does unless it is more than the number before 万."""
    raw = next(iter(atoms(folded[right.digits : right.scale], Kind.NUMBER)), None)
    return raw is not None and raw.number is not None and left.number is not None and left.number < raw.number


def _reread(words: str, atom: Atom, cell: Kind | None) -> Atom:
    again = [a for a in atoms(words, cell) if a.start == 0 and a.end == len(words)]
    return replace(again[0], start=atom.start, end=atom.end, digits=atom.digits) if len(again) == 1 else atom


def _alternatives(folded: str, rest: list[Atom], cell: Kind | None) -> list[Atom]:
    word = _OR if cell is not None else _OR_LEVEL if rest[0].kind is Kind.LEVEL else _OR_SENTENCE
    chain = [rest[0]]
    for atom in rest[1:]:
        if not word.fullmatch(folded[chain[-1].end : atom.start]):
            break
        chain.append(atom)
    for index in range(len(chain) - 2, -1, -1):
        chain[index], chain[index + 1] = _alike(folded, chain[index], chain[index + 1], cell)
    return chain if all(_comparable(chain[0], atom) for atom in chain) else chain[:1]


def _either(text: str, folded: str, chain: list[Atom], floor: int, cell: Kind | None) -> Phrase:
    members = tuple(_value(text[a.start : a.end], a, Op.EQ) for a in chain)
    start, end = chain[0].start, chain[-1].end
    first = chain[0]
    whole = Value(
        text[start:end].strip(), first.kind, first.number, None, Op.EQ, first.unit, first.date, first.months, members
    )
    return Phrase(start, end, whole)


def merged(low: Phrase, high: Phrase, text: str) -> Phrase | None:
    """5万元以上20万元以下 as one range, or None when the two are no such pair. An open end is moved inside."""
    lower, upper = low.value, high.value
    if lower.op not in (Op.GE, Op.GT) or upper.op not in (Op.LE, Op.LT) or lower.kind is not upper.kind:
        return None
    if lower.number is None or upper.number is None:
        return None
    start = lower.number + (quantum(lower.kind) if lower.op is Op.GT else 0)
    stop = upper.number - (quantum(upper.kind) if upper.op is Op.LT else 0)
    if start > stop:
        return None
    value = replace(
        upper, text=text[low.start : high.end].strip(), number=start, number_to=stop, op=Op.RANGE, months=None
    )
    return Phrase(low.start, high.end, value)


_QUANTA = {Kind.MONEY: Decimal("0.01"), Kind.PERCENT: Decimal("0.0001")}


def quantum(kind: Kind) -> Decimal:
    """The smallest step of a kind: 一分, one day, one year of age, 0.0001 %."""
    return _QUANTA.get(kind, Decimal(1))
