"""Several questions in one message: where they part, and whether they are answered better one by one.

A message is cut at stops, commas, blanks and words that go on (另外, 还有); a piece that asks nothing goes with the
next question (优职贷, 36岁, 能办吗 is one question). Each question is then understood in the light of those before it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import date
from itertools import pairwise

from kg.lexicon.lexicon import Lexicon
from kg.query import Ask, Query
from nlu import intents
from nlu.analysis import PUNCTUATION, Analysis
from nlu.hints import hinted
from nlu.memory import Memory
from nlu.understood import Understood

MOST = 4
SURE = 0.5
"""Probability that each question must have by itself, unless a question mark parts it from the others."""
_STOP = re.compile(r"[?？。；;！!\n]+")
_GOES_ON = re.compile(
    r"[，,\s]+|(?=另外|顺便|再问|还想问|还有(?!呢|吗|没|别|什么|哪|多少|几)|然后|第[一二三四]个(?:问题|就是|是)|以及(?=.*[?？吗]))"
)
_LEADING = re.compile(r"^(?:另外|顺便|再问一下|再问|还想问|还有|然后|以及|第[一二三四]个(?:问题)?)[就是,，：:]*")
_ASKING = (
    "list",
    "count",
    "compare",
    "define",
    "yes_no",
    "source",
    "who",
    "where",
    "when",
    "how_old",
    "how_long",
    "how_much",
    "how",
    "why",
)
_CRIES = ("!", "！")
_ENDINGS = ("吗", "呢", "么", "不", "没")
_A_NOT_A = re.compile(r"(\w)[不没]\1")
_QUESTION_WORD = re.compile(r"多少|几|什么|啥|怎么|如何|谁|哪|吗|多久|多长")
_WHY = re.compile("为什么|为啥|凭什么|怎么会|怎么这么")
_LEAST = 2


def questions(analysis: Analysis, lexicon: Lexicon) -> list[tuple[str, bool]]:
    """The questions of a message, in order, with whether a stop parts each from the one before; one or none where
    nothing parts them."""
    pieces = _pieces(analysis.text)
    found: list[tuple[str, bool]] = []
    pending, stopped = "", False
    for start, end, after_stop in pieces:
        text = analysis.text[start:end]
        stopped = stopped or after_stop
        if not _asks(analysis, start, end, lexicon):
            pending = f"{pending}，{text}" if pending else text
            continue
        found.append((f"{pending}，{text}" if pending else text, stopped))
        pending, stopped = "", False
    if pending and found:
        found[-1] = (f"{found[-1][0]}，{pending}", found[-1][1])
    return found if _LEAST <= len(found) <= MOST else []


def stretches(text: str) -> list[tuple[int, int]]:
    """(start, end) of the stretches of a message between stops, commas and blanks."""
    return [(start, end) for start, end, _ in _pieces(text)]


def inquires(analysis: Analysis, start: int, end: int) -> bool:
    """Whether a stretch has words of a question."""
    text = analysis.text[start:end].rstrip("".join(PUNCTUATION))
    inside = (p.label for p in analysis.phrases if start <= p.start and p.end <= end)
    return bool({*inside} & {*_ASKING} - {"list"} or _QUESTION_WORD.search(text) or text.endswith(_ENDINGS))


def understood_apart(
    parts: Sequence[tuple[str, bool]],
    whole: Understood,
    memory: Memory,
    today: date,
    understand: Callable[[str, Memory, bool], Understood],
) -> tuple[Understood, ...]:
    """Each question by itself, the later ones with what the earlier ones were about; none where the message is better
    taken as one. Where that has no answer, a why that has none keeps nobody from the answers to the others: these come
    first.
    """
    found: list[Understood] = []
    absent = whole.reading is not None and whole.reading.absent
    lost = absent or not (whole.choices or whole.query or whole.faq_id)
    for number, (text, stopped) in enumerate(parts):
        part = understand(text, memory, number > 0)
        answerable = bool(part.query or part.faq_id) and not part.choices and part.confidence >= SURE
        if not answerable and not (stopped and number > 0) and not (lost and _WHY.search(text)):
            return ()
        found.append(part if answerable else Understood(intents.FALLBACK, 1.0 - part.confidence))
        if part.query is not None:
            memory = memory.with_query(part.query, None, memory.revision, today)
    found = sorted(found, key=lambda part: not (part.query or part.faq_id)) if lost else found
    answered = bool(found[0].query or found[0].faq_id)
    return () if not answered or _covers(whole, found) or _repeats(found) else tuple(found)


def _pieces(text: str) -> list[tuple[int, int, bool]]:
    """(start, end, whether a stop stands before it) of the stretches between the cuts; lead-in words are left out."""
    cuts = {0: False, len(text): True}
    for match in _STOP.finditer(text):
        cuts[match.end()] = True
    for match in _GOES_ON.finditer(text):
        cuts.setdefault(match.end(), False)
    found = []
    for start, end in pairwise(sorted(cuts)):
        lead = _LEADING.match(text[start:end])
        begin = start + (lead.end() if lead else 0)
        if any(c not in PUNCTUATION for c in text[begin:end]):
            found.append((begin, end, cuts[start]))
    return found


def _asks(analysis: Analysis, start: int, end: int, lexicon: Lexicon) -> bool:
    """Whether a stretch is a question: question words, or an attribute by itself."""
    inside = [p for p in analysis.phrases if start <= p.start and p.end <= end]
    text = analysis.text[start:end].rstrip("".join(PUNCTUATION))
    valued = any(start <= v.start and v.end <= end for v in analysis.values)
    if valued and {p.label for p in inside} & set(_ASKING) == {"list"} and not _names_a_class(analysis, start, end):
        return False  # 想找一个人均消费100元以下的，… says only what is demanded
    if any(p.label in _ASKING for p in inside) or text.endswith(_ENDINGS) or _A_NOT_A.search(text):
        return True
    if analysis.text[start:end].rstrip().endswith(_CRIES):
        return False  # 居然是导演！ is surprised
    named = [p for p in analysis.predicates if not p.value and start <= p.start and p.end <= end]
    if any(_QUESTION_WORD.search(analysis.text[p.start : p.end]) for p in named):
        return True
    if not named or valued:
        return False
    outside = "".join(c for i, c in enumerate(text, start) if not any(p.start <= i < p.end for p in named))
    return hinted(outside, "adjectives", lexicon.predicates) is None


def _names_a_class(analysis: Analysis, start: int, end: int) -> bool:
    return any(m.best.is_class and start <= m.start and m.end <= end for m in analysis.mentions)


def _covers(whole: Understood, parts: Sequence[Understood]) -> bool:
    """Whether the message taken as one asks all that its parts ask: of one class, the members that meet all demands."""
    if whole.query is not None and whole.query.ask is Ask.LIST and whole.query.constraints and whole.query.cls:
        return all(p.query is not None and _about(p.query) == {whole.query.cls.id} for p in parts)
    if whole.query is None or whole.choices or whole.query.ask not in (Ask.VALUE, Ask.COMPARE):
        return False
    focus = {e.id for e in whole.query.focus}
    return all(p.query is not None and _within(p.query, whole.query, focus) for p in parts)


def _about(query: Query) -> set[str]:
    return {e.id for e in query.focus} | ({query.cls.id} if query.cls else set())


def _within(part: Query, whole: Query, focus: set[str]) -> bool:
    same = {e.id for e in part.focus} <= focus and set(part.predicates) <= set(whole.predicates)
    return part.ask is Ask.VALUE and same and bool(part.predicates)


def _repeats(parts: Sequence[Understood]) -> bool:
    """Two parts that come to the same question were one."""
    asked = [str(p.query) if p.query else p.faq_id or p.intent for p in parts]
    return len(set(asked)) < len(asked)
