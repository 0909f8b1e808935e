"""The best reading of a turn's words.

Every recogniser proposes spans; the best set of spans that do not overlap is kept. Readings of the same
span stay together (利率 is a predicate and a term), for the parser to choose by context.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import lru_cache
from itertools import pairwise
from typing import TypeVar

from kg.facts import EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import Mention, PredicateMention, exact_spans, near_mentions, predicate_spans
from kg.lexicon.text import digits_as_arabic, simplified
from kg.periods import find_periods
from kg.value_parser import find_values
from nlu.analysis import ASKING, ENDS, FILLER, PUNCTUATION, Analysis, PeriodSpan, ValueSpan, masked
from nlu.glosses import told_by_gloss
from nlu.phrases import Phrase, PhraseBook, default_phrases

_WANTED = re.compile(r"是?(?:能|可以|有|要|在|带|提供|支持|不要|别|没有|含|包|离|靠|\d|[一二两三四五六七八九十]+[^的])")
"""Words behind 最好 that say what would be liked."""
_ADVERBS = (
    ("最好", _WANTED),
    ("比较", re.compile(r"喜欢|想|适合|感兴趣|满意|关心|熟|懒|忙|累|急|担心|看重|注重|在意")),
)
_PARTICLES = frozenset("的得地了呢吗用上里")
_LEADS = frozenset("把将给跟和与在对用让被问")
"""Signs before a name that are words of their own."""
_POINTED = re.compile(r"这[首部本个座条款家位种只场支]")
_PICTURES = frozenset({"So", "Sk"})
SHORT_NAME = 2
NAME_LEAD = 1.02
MAX_SHORT_TYPO = 3
_WEIGHTS = {"mention": 1.0, "predicate": 0.98, "value": 1.0, "period": 1.02, "phrase": 0.9, FILLER: 0.45}
_TEXT_VALUE_WEIGHT = 0.95
Span = Mention | PredicateMention | ValueSpan | PeriodSpan | Phrase
SpanT = TypeVar("SpanT", Mention, PredicateMention, ValueSpan, PeriodSpan, Phrase)


@dataclass(slots=True)
class _Place:
    """All readings of one span."""

    start: int
    end: int
    weight: float = 0.0
    items: list[Span] = field(default_factory=list)


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The text as it is understood: simplified characters, pictures as blanks; every offset stays what it was."""
    return "".join(" " if unicodedata.category(c) in _PICTURES else c for c in simplified(text))


def analyse(text: str, lexicon: Lexicon, today: date, book: PhraseBook | None = None) -> Analysis:
    """The best reading of `text` against the names of one revision; `today` anchors 去年 and the like."""
    phrases = [p for p in (book or default_phrases()).find(simplified(text)) if not _rather(p, text)]
    values = [ValueSpan(v.start, v.end, v.value) for v in find_values(text)]
    periods = [PeriodSpan(p.start, p.end, p.period) for p in find_periods(text, today)]
    periods = [p for p in periods if not p.period.start == p.period.end == today]
    named = predicate_spans(text, lexicon)
    values = [v for v in values if not _in_a_name(v, named)]
    exact = [told_by_gloss(mention, text) for mention in exact_spans(text, lexicon)]
    places = _places(exact, [m for m in named if not _is_titled(m, exact, text)], values, periods, phrases)
    chosen = _best(places)
    items = [_widened(item, named) for place in chosen for item in place.items]
    strong = [(p.start, p.end) for p in chosen if not all(_may_hide_a_name(i) for i in p.items)]
    near = [m for m in near_mentions(text, lexicon, strong) if _is_longer(m, items) and not _cut_short(m, text, chosen)]
    items = [i for i in items if not _overlaps(i, near)] + list(near)
    cues = _cues(phrases, [i for i in items if isinstance(i, Mention)])
    return replace(_assemble(text, items), cues=cues, today=today)


def _rather(phrase: Phrase, text: str) -> bool:
    """最好 before what is wanted (最好能停车) is no superlative, 比较 before a feeling (比较喜欢) compares nothing."""
    return any(phrase.surface == word and wish.match(text, phrase.end) for word, wish in _ADVERBS)


def _is_titled(mention: PredicateMention, exact: Sequence[Mention], text: str) -> bool:
    """Whether words are the name of a thing though an attribute is called so too: 《作者》, 作者这首歌."""
    if all((m.start, m.end) != (mention.start, mention.end) for m in exact):
        return False
    marked = text[: mention.start].endswith("《") and text.startswith("》", mention.end)
    return marked or _POINTED.match(text, mention.end) is not None


def _in_a_name(span: ValueSpan, named: Sequence[PredicateMention]) -> bool:
    """Whether a figure is how the name of an attribute begins: 七日 in 七日年化."""
    longer = (p for p in named if not p.value and p.start == span.start and span.end < p.end)
    said = digits_as_arabic(span.value.text)
    return any(digits_as_arabic(name).startswith(said) for p in longer for name in p.predicates)


def _cues(phrases: Sequence[Phrase], names: Sequence[Mention]) -> frozenset[str]:
    """Labels of the longest question words that stand outside the names."""
    asking = [p for p in phrases if p.label in ASKING or p.label in ENDS]
    out = [p for p in phrases if p.label == "exclude" and p.inner is None]  # 不属于 does not ask whether it belongs
    longest = (
        p
        for p in asking
        if not any(o.start <= p.start < p.end <= o.end and o.end - o.start > p.end - p.start for o in (*asking, *out))
    )
    return frozenset(p.label for p in longest if not any(m.start < p.end and p.start < m.end for m in names))


def _widened(item: Span, named: Sequence[PredicateMention]) -> Span:
    """A long alias of one predicate (利率多少) keeps open what its beginning may also mean (利率)."""
    if not isinstance(item, PredicateMention) or item.value:
        return item
    inside = (p for p in named if not p.value and item.start == p.start and p.end < item.end)
    more = (name for mention in inside for name in mention.predicates)
    return replace(item, predicates=tuple(dict.fromkeys((*item.predicates, *more))))


def _places(
    mentions: Iterable[Mention],
    predicates: Iterable[PredicateMention],
    values: Iterable[ValueSpan],
    periods: Iterable[PeriodSpan],
    phrases: Iterable[Phrase],
) -> list[_Place]:
    places: dict[tuple[int, int], _Place] = {}

    def add(item: Span, weight: float) -> None:
        place = places.setdefault((item.start, item.end), _Place(item.start, item.end))
        place.weight = max(place.weight, weight * (item.end - item.start) ** 1.3)
        place.items.append(item)

    mentions = list(mentions)
    for mention in mentions:
        add(mention, _mention_weight(mention))
    for predicate in predicates:
        if not (predicate.value or predicate.named) and _only_cues(predicate, phrases):
            continue
        if not predicate.named and (_cuts_a_name(predicate, mentions) or _asks_of_its_name(predicate, mentions)):
            continue
        add(predicate, _TEXT_VALUE_WEIGHT if predicate.value else _WEIGHTS["predicate"])
    for value in values:
        add(value, _WEIGHTS["value"])
    for period in periods:
        add(period, _WEIGHTS["period"])
    for phrase in phrases:
        add(phrase, _WEIGHTS[FILLER if phrase.label == FILLER else "phrase"])
    return list(places.values())


def _mention_weight(mention: Mention) -> float:
    """A name counts more than an alias, a thing more than a term of the trade."""
    weight = _WEIGHTS["mention"] * (NAME_LEAD if mention.how == "exact" else 1.0)
    return weight * (NAME_LEAD if mention.best.kind is not EntityKind.TERM else 1.0)


def _cuts_a_name(predicate: PredicateMention, mentions: Iterable[Mention]) -> bool:
    """Whether an alias of a predicate begins or ends inside a name: 卡怎么激活 in 信用卡怎么激活."""
    return any(
        m.start < predicate.start < m.end < predicate.end or predicate.start < m.start < predicate.end < m.end
        for m in mentions
        if m.how == "exact" and m.best.kind is not EntityKind.TERM
    )


def _asks_of_its_name(predicate: PredicateMention, mentions: Iterable[Mention]) -> bool:
    """Whether an alias of a predicate is the name of a thing with words that ask (补卡收费吗), and nothing else is
    named of which it could be asked: 补卡 is what is asked about."""
    if predicate.value:
        return False
    alone = False
    for mention in mentions:
        if mention.end <= predicate.start or predicate.end <= mention.start:
            return False
        firm = mention.how == "exact" and mention.best.kind is not EntityKind.TERM and not mention.best.is_class
        alone = alone or (firm and mention.start == predicate.start and mention.end < predicate.end)
    return alone


def _only_cues(mention: PredicateMention, phrases: Iterable[Phrase]) -> bool:
    """Whether an alias is nothing but question words (多久, 几天, 怎么办): these say what kind of answer is wanted,
    not which predicate."""
    asking = [p for p in phrases if p.label in ASKING]
    at = mention.start
    while at < mention.end:
        ends = [p.end for p in asking if p.start <= at < p.end <= mention.end]
        if not ends:
            return False
        at = max(ends)
    return True


def _best(places: list[_Place]) -> list[_Place]:
    """Weighted interval scheduling over ends."""
    ordered = sorted(places, key=lambda p: (p.end, p.start))
    best: list[tuple[float, tuple[_Place, ...]]] = [(0.0, ())]
    ends = [0]
    for place in ordered:
        before = next(b for e, b in zip(reversed(ends), reversed(best), strict=True) if e <= place.start)
        taken = (before[0] + place.weight, (*before[1], place))
        if taken[0] > best[-1][0]:
            best.append(taken)
            ends.append(place.end)
    return sorted(best[-1][1], key=lambda p: p.start)


def _assemble(text: str, items: list[Span]) -> Analysis:
    spans = sorted({(i.start, i.end) for i in items if not _is_filler(i)})
    filler = sorted({(i.start, i.end) for i in items if _is_filler(i)})
    covered = masked(text, spans)
    quiet = masked(text, filler)
    content = [i for i, char in enumerate(text) if char not in PUNCTUATION]
    known = sum(1 for i in content if covered[i] or quiet[i])
    return Analysis(
        text=text,
        mentions=tuple(_sorted(i for i in items if isinstance(i, Mention))),
        predicates=tuple(_sorted(i for i in items if isinstance(i, PredicateMention))),
        values=tuple(_sorted(i for i in items if isinstance(i, ValueSpan))),
        periods=tuple(_sorted(i for i in items if isinstance(i, PeriodSpan))),
        phrases=tuple(_sorted(i for i in items if isinstance(i, Phrase) and i.label != FILLER)),
        rest=tuple(_stretches(text, [c or q for c, q in zip(covered, quiet, strict=True)])),
        explained=known / len(content) if content else 0.0,
    )


def _sorted(items: Iterable[SpanT]) -> list[SpanT]:
    return sorted(items, key=lambda i: i.start)


def _stretches(text: str, covered: list[bool]) -> list[tuple[int, int]]:
    edges = [-1, *(i for i, c in enumerate(covered) if c or text[i] in PUNCTUATION), len(text)]
    return [(a + 1, b) for a, b in pairwise(edges) if b - a > 1]


def _is_filler(item: Span) -> bool:
    return isinstance(item, Phrase) and item.label == FILLER


def _may_hide_a_name(item: Span) -> bool:
    """Parts of a misspelt name that look like something else: 存单 in 大鹅存单, 180天 in 今添利180天."""
    short = isinstance(item, Mention) and item.end - item.start <= SHORT_NAME
    return short or _is_filler(item) or isinstance(item, ValueSpan | PeriodSpan)


def _cut_short(mention: Mention, text: str, chosen: Sequence[_Place]) -> bool:
    """Whether a misspelt short name goes on with characters that nothing explains: it is rather another, longer name
    (云杉翡 in 云杉翡翠信用卡 is no 云杉卡)."""
    if mention.how != "typo" or mention.end - mention.start > MAX_SHORT_TYPO or mention.end >= len(text):
        return False
    following = text[mention.end]
    return following not in PUNCTUATION and not any(p.start <= mention.end < p.end for p in chosen)


def _is_longer(mention: Mention, items: Iterable[Span]) -> bool:
    hidden = [i for i in items if _overlaps(i, [mention]) and isinstance(i, Mention | ValueSpan | PeriodSpan)]
    size = mention.end - mention.start
    exact = [i for i in hidden if isinstance(i, Mention) and i.exact and i.start == mention.start]
    if any(set(mention.surface[i.end - i.start :]) <= _PARTICLES for i in exact):
        return False  # 李非的 is no 李飞德 where there is a 李非
    ending = [i for i in hidden if isinstance(i, Mention) and i.how == "exact" and i.end == mention.end]
    if any(set(mention.surface[: i.start - mention.start]) <= _LEADS for i in ending):
        return False  # 把车贷 is no 新车贷
    return all(size - (i.end - i.start) >= (1 if isinstance(i, Mention) else SHORT_NAME) for i in hidden)


def _overlaps(item: Span, mentions: Iterable[Mention]) -> bool:
    return any(item.start < m.end and m.start < item.end for m in mentions)
