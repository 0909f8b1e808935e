"""Impact: the golden questions whose answer a draft changes, old beside new, and how often customers asked them."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import insert, select
from sqlalchemy.engine import Engine
from sqlalchemy.exc import IntegrityError

from dialogue.store.tables import turn
from dialogue.trial import Side, Tried, query_key
from kg.delta import Delta
from kg.desk_tables import answers
from kg.golden import Golden
from kg.lexicon.carry import leaves_words
from kg.reading_trace import Trace

LOOK_BACK = timedelta(days=90)
_MOST_TURNS = 100_000
Progress = Callable[[int, int], None]


class Shift(StrEnum):
    """How an answer changes."""

    CHANGED = "changed"
    NEWLY = "newly"
    """Answerable only with the draft."""
    LOST = "lost"
    """No longer answerable with it."""


@dataclass(frozen=True, slots=True)
class AnswerChange:
    """One golden question whose answer changes; `asked` is how many recorded turns asked the same."""

    question: str
    shift: Shift
    old: Tried
    new: Tried
    asked: int = 0


@dataclass(frozen=True, slots=True)
class Impact:
    """What a draft does to the golden questions. `again` is how many had to be asked again on the draft."""

    questions: int
    again: int
    changes: tuple[AnswerChange, ...]
    turns: int = 0
    """Recorded turns that rest on a fact which the draft changes or ends."""


class KeptAnswers:
    """Answers of a published revision, kept with what they rest on: a revision never changes."""

    def __init__(self, engine: Engine, graph_id: str, revision: int) -> None:
        self._engine = engine
        self._graph_id = graph_id
        self._revision = revision

    def all(self) -> dict[str, tuple[Tried, Trace]]:
        """Kept answers by key of question and day."""
        which = (answers.c.graph_id == self._graph_id) & (answers.c.revision == self._revision)
        with self._engine.connect() as sql:
            rows = sql.execute(select(answers.c.question, answers.c.body).where(which))
            found = {row.question: json.loads(row.body) for row in rows}
        return {k: (Tried.from_json(b["tried"]), Trace.from_json(b["trace"])) for k, b in found.items()}

    def keep(self, made: dict[str, tuple[Tried, Trace]]) -> None:
        """Keeps more answers; ones that another process has kept meanwhile are the same."""
        for question, (tried, trace) in made.items():
            body = json.dumps({"tried": tried.to_json(), "trace": trace.to_json()}, ensure_ascii=False)
            row = {"graph_id": self._graph_id, "revision": self._revision, "question": question, "body": body}
            try:
                with self._engine.begin() as sql:
                    sql.execute(insert(answers).values(**row))
            except IntegrityError:
                continue


def impact(
    goldens: Sequence[Golden],
    delta: Delta,
    before: Side,
    after: Callable[[], Side],
    *,
    kept: KeptAnswers,
    today: date,
    progress: Progress = lambda _done, _all: None,
) -> Impact:
    """Asks the goldens before and, where the delta can touch the answer, after it. `after` is made when needed."""
    known, fresh = kept.all(), dict[str, tuple[Tried, Trace]]()
    words_change = not leaves_words(delta)
    side: Side | None = None
    changes: list[AnswerChange] = []
    again = 0
    for done, golden in enumerate(goldens):
        progress(done, len(goldens))
        day = golden.today or today
        key = _key(golden, day)
        if key not in known:
            fresh[key] = known[key] = before.ask(golden.question, day, golden.intent)
        old, trace = known[key]
        if not words_change and not trace.touched_by(delta):
            continue
        again += 1
        side = side or after()
        new, _ = side.ask(golden.question, day, golden.intent)
        if (old.text, old.outcome) != (new.text, new.outcome):
            changes.append(AnswerChange(golden.question, _shift(old, new), old, new))
    kept.keep(fresh)
    return Impact(len(goldens), again, tuple(changes))


def counted(found: Impact, delta: Delta, engine: Engine, now: datetime | None = None) -> Impact:
    """The impact with how often customers asked the same lately, and on how many turns the change would have told."""
    since = (now or datetime.now(UTC)) - LOOK_BACK
    ended = {f.id for f in delta.closed}
    asked: Counter[str] = Counter()
    turns = 0
    query = select(turn.c.text, turn.c.query, turn.c.fact_ids).where(turn.c.created_at >= since)
    with engine.connect().execution_options(jinwen_read=True) as sql:
        for row in sql.execute(query.order_by(turn.c.created_at.desc()).limit(_MOST_TURNS)):
            asked[_recorded_key(row.query) or row.text] += 1
            turns += bool(ended.intersection(row.fact_ids or ()))
    changes = tuple(
        AnswerChange(c.question, c.shift, c.old, c.new, asked[c.old.key or c.question]) for c in found.changes
    )
    return Impact(found.questions, found.again, changes, turns)


def _recorded_key(query: object) -> str:
    if not isinstance(query, dict):
        return ""
    try:
        return query_key(query)
    except (KeyError, ValueError):  # a record of another version is still a text
        return ""


def _key(golden: Golden, day: date) -> str:
    return hashlib.sha256(f"{golden.question}\0{golden.intent}\0{day}".encode()).hexdigest()


def _shift(old: Tried, new: Tried) -> Shift:
    if old.answered == new.answered:
        return Shift.CHANGED
    return Shift.NEWLY if new.answered else Shift.LOST
