"""Gaps: questions that found no answer, gathered by what they lack, each with the row that would fill it.

Read from the turn record, whose texts are masked; batch turns leave no record and so never count here.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import Any

from kg.facts import ALIAS, FAQ_ANSWER, INSTANCE_OF
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold
from nlu.analysing import analyse
from nlu.words import STOP

NEAR_SCOPE = 0.15
"""Probability of a query or FAQ reading from which a turn taken for out of scope was near it."""
ALIKE = 0.5
"""Share of character pairs from which two questions without a known thing are one gap."""
ALMOST_A_NAME = 0.5
COLUMNS = ("subject", "predicate", "object", "qualifiers")


class GapKind(StrEnum):
    """What is missing."""

    ENTITY = "实体"
    PREDICATE = "谓语"
    VALUE = "值"
    ALIAS = "别名"
    FAQ = "常见问题"


@dataclass(frozen=True, slots=True)
class Unanswered:
    """One recorded turn without an answer; `near` is the best probability of another reading as query or FAQ."""

    text: str
    session: str
    outcome: str
    intent: str
    day: date
    query: dict[str, Any] | None = None
    near: float = 0.0


@dataclass(frozen=True, slots=True)
class Gap:
    """Turns that lack the same thing, newest wording first; `rows` are COLUMNS of a triple file to be completed."""

    kind: GapKind
    about: str
    questions: tuple[str, ...]
    conversations: int
    outcome: str
    intent: str
    rows: tuple[tuple[str, ...], ...]

    def csv(self) -> str:
        """The drafted rows with their header."""
        file = io.StringIO()
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *self.rows])
        return file.getvalue()


def near_of(runners_up: Iterable[Sequence[Any]]) -> float:
    """The best probability among the record's runners-up that are queries or FAQs."""
    return max((float(p) for kind, _intent, p in runners_up if kind in ("query", "faq")), default=0.0)


def gaps_of(turns: Iterable[Unanswered], lexicon: Lexicon) -> list[Gap]:
    """Gaps by how many conversations met them. Turns far from anything the graph is about are left out."""
    named: dict[tuple[GapKind, str, tuple[tuple[str, ...], ...]], list[Unanswered]] = {}
    loose: list[tuple[frozenset[str], list[Unanswered]]] = []
    for turn in turns:
        if not turn.text.strip() or (turn.outcome == "out_of_scope" and turn.near < NEAR_SCOPE):
            continue
        lack = _lack(turn, lexicon)
        if lack is not None:
            named.setdefault(lack, []).append(turn)
            continue
        pairs = _pairs(turn.text)
        group = next((g for p, g in loose if _jaccard(p, pairs) >= ALIKE), None)
        if group is None:
            loose.append((pairs, [turn]))
        else:
            group.append(turn)
    found = [_gap(kind, about, rows, group) for (kind, about, rows), group in named.items()]
    found += [_gap(GapKind.FAQ, group[0].text, _faq_rows(group[0].text), group) for _, group in loose]
    return sorted(found, key=lambda g: (-g.conversations, g.questions[0]))


def _lack(turn: Unanswered, lexicon: Lexicon) -> tuple[GapKind, str, tuple[tuple[str, ...], ...]] | None:
    """What the turn's Query lacks; None when there is nothing that names a thing."""
    query = turn.query or {}
    focus = [e for e in query.get("focus", ()) if e.get("name")] or ([query["cls"]] if query.get("cls") else [])
    if not focus:
        return None
    thing = focus[0]
    name, info = str(thing["name"]), lexicon.entity(str(thing["id"]))
    if info is None or fold(info.name).text != fold(name).text:
        return _unknown(name, info.name if info is not None else "", lexicon)
    predicates = [str(p) for p in query.get("predicates", ())] or [_asked_words(turn, lexicon)]
    case = ";".join(f"{q['name']}={q['value']['text']}" for q in query.get("qualifiers", ()))
    if query.get("period"):
        case = ";".join(filter(None, (case, f"年度={query['period'].get('text') or query['period']['start']}")))
    has = set(lexicon.predicates_of(info.id))
    kind = GapKind.VALUE if case and all(p in has for p in predicates) else GapKind.PREDICATE
    return kind, f"{name}·{'、'.join(predicates)}", tuple((name, p, "", case) for p in predicates)


def _unknown(name: str, cls: str, lexicon: Lexicon) -> tuple[GapKind, str, tuple[tuple[str, ...], ...]]:
    """A name that the graph lacks: another name of what it nearly is, else a new thing."""
    near = _nearest(name, lexicon)
    if near:
        return GapKind.ALIAS, name, ((near, ALIAS, name, ""),)
    return GapKind.ENTITY, name, ((name, INSTANCE_OF, cls, ""),)


def _nearest(name: str, lexicon: Lexicon) -> str:
    """The known name that shares most character pairs with an unknown one, empty when none shares enough."""
    pairs = _pairs(name)
    counts: dict[int, int] = {}
    for pair in pairs:
        rows = lexicon.pair_trie.get(pair)
        for form in lexicon.pairs.array(int(rows[0][0]))[:2000].tolist() if rows else ():
            counts[form] = counts.get(form, 0) + 1
    best = max(counts, key=lambda f: (_jaccard(_pairs(lexicon.forms[f]), pairs), -f), default=None)
    if best is None or _jaccard(_pairs(lexicon.forms[best]), pairs) < ALMOST_A_NAME:
        return ""
    digits = {c for c in lexicon.forms[best] if c.isdigit()} ^ {c for c in fold(name).text if c.isdigit()}
    return "" if digits else lexicon.names[int(lexicon.form_entities[best])]


def _asked_words(turn: Unanswered, lexicon: Lexicon) -> str:
    """The longest words of the turn that nothing explains: what is asked of a known thing."""
    analysis = analyse(turn.text, lexicon, turn.day)
    rest = [turn.text[a:b].strip("".join(STOP)) for a, b in analysis.rest]
    return max(rest, key=len, default="") or "（没有听懂的一点）"


def _gap(kind: GapKind, about: str, rows: tuple[tuple[str, ...], ...], turns: Sequence[Unanswered]) -> Gap:
    questions = tuple(dict.fromkeys(t.text for t in turns))
    conversations = len({t.session for t in turns})
    return Gap(kind, about, questions, conversations, turns[0].outcome, turns[0].intent, rows)


def _faq_rows(text: str) -> tuple[tuple[str, ...], ...]:
    return ((text, FAQ_ANSWER, "", ""),)


def _pairs(text: str) -> frozenset[str]:
    content = [c for c in fold(text).text if c.isalnum()]
    return frozenset(a + b for a, b in pairwise(content)) or frozenset(content)


def _jaccard(one: frozenset[str], other: frozenset[str]) -> float:
    return len(one & other) / len(one | other) if one or other else 0.0
