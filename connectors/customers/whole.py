"""The whole view of a customer for staff: what the customer tables know, and what the ledger, the conversations and
today's decision add to it. Nothing here is written; a look is noted by whoever shows it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from sqlalchemy.engine import Engine

from customer.model import Customer, Score
from customer.reading import CustomerReader, moment
from customer.sql import reading
from customer.view import Entry, Group, entries, score_entries
from dialogue.store.talks import Talk, talks_of
from growth import history
from growth.case import Context
from growth.catalogue import Catalogue
from growth.errors import GrowthError
from growth.explained import explained
from growth.history import Touch
from growth.reasons import Reason
from growth.service import Decided, Growth
from growth.telling import reason_in_words
from growth.telling import texts as growth_texts
from kg.graph_errors import GraphError, LexiconFault

CHANNEL = "web"
"""Today's offer is decided as for the bank's own pages."""
MOST_CONTACTS = 30
_FILE = Path(__file__).with_name("texts.yml")


def whole(
    engine: Engine,
    growth: Growth,
    catalogue: Callable[[], Catalogue],
    who: Customer,
    day: date,
    *,
    groups: Collection[Group] = tuple(Group),
) -> list[Entry]:
    """The entries of these groups, group by group; raises CustomerStoreUnavailable. A graph that can't be read leaves
    out the offer alone, and says so. What nobody may see is not worked out: reasons of a model take the learners'
    libraries, whose import takes seconds."""
    scores = CustomerReader(engine).scores(who.id)
    ids = (who.id, *who.merged)
    with reading(engine) as sql:
        contacts = [_contact(touch) for touch in history.contacts_of(sql, ids, MOST_CONTACTS)]
        talks = [_talk(t) for t in talks_of(sql, ids)]
    reasoned = Group.REASONS in groups
    found = [
        *entries(who, day),
        *contacts,
        *talks,
        *_suggested(engine, growth, catalogue, who, scores, reasoned=reasoned),
    ]
    order = list(Group)
    return sorted((e for e in found if e.group in groups), key=lambda e: order.index(e.group))


def _contact(touch: Touch) -> Entry:
    words = _words()["contact"].format(product=touch.product, channel=_channel(touch.channel))
    return Entry(Group.CONTACTS, growth_texts()["contacts"][touch.kind], words, _words()["ledger"], touch.at)


def _talk(talk: Talk) -> Entry:
    outcome = _words()["outcomes"].get(talk.outcome, talk.outcome)
    label = _words()["talk"].format(channel=_channel(talk.channel))
    source = _words()["talk_source"].format(session=talk.session)
    return Entry(Group.CONVERSATIONS, label, f"“{talk.text}”（{outcome}）", source, moment(talk.at))


def _suggested(
    engine: Engine,
    growth: Growth,
    catalogue: Callable[[], Catalogue],
    who: Customer,
    scores: Iterable[Score],
    *,
    reasoned: bool,
) -> Iterator[Entry]:
    """What would be offered now, why, why not the others; and what the models expect of each offer."""
    now, words = growth.clock(), _words()
    try:
        made = growth.decide(who.id, Context(CHANNEL), catalogue(), now)
    except (GraphError, LexiconFault, GrowthError, OSError):
        yield Entry(Group.OFFERS, words["next"], words["no_graph"], words["decided"], now)
        yield from score_entries(scores)
        return
    names = {o.id: o.product_name for o in made.catalogue.offers}
    yield _next(made, now)
    if reasoned:
        yield from _why(engine, made, who, now)
    for line in score_entries(scores):
        yield Entry(line.group, names.get(line.label, line.label), line.value, line.source, line.as_of)


def _next(made: Decided, now: datetime) -> Entry:
    """The offer of the moment, or what stops it. What a holdout would have been offered is not told: it would spoil
    the comparison that he is held out for."""
    words, done = _words(), made.decision
    offer = made.catalogue.offer(done.offer)
    if offer is None:
        last = next((s for s in reversed(done.steps) if s.reason is done.reason), None)
        reason = reason_in_words(last) if last else growth_texts()["reasons"][done.reason.value]
        return Entry(Group.OFFERS, words["next"], words["none"].format(reason=reason), words["decided"], now)
    chance = words["chance"].format(chance=f"{done.chance:.1%}") if done.chance is not None else words["no_chance"]
    text = f"{offer.product_name}（{chance}）：{made.text.text}"
    return Entry(Group.OFFERS, words["next"], text, words["decided"], now)


def _why(engine: Engine, made: Decided, who: Customer, now: datetime) -> Iterator[Entry]:
    """The reasons of the model, of a customer who agreed to profiling, and why each other offer is not made."""
    words, done = _words(), made.decision
    reasons = explained(engine, who, done.offer, CHANNEL) if done.offer and done.personal else ()
    for reason in reasons:
        yield Entry(Group.REASONS, words["because"], reason.replace("您", "客户"), done.model, now)
    if done.reason in (Reason.ARM_HOLDOUT, Reason.ARM_HELD):
        return
    for step in done.steps:
        if step.offer and not step.passed and step.offer != done.offer:
            offer = made.catalogue.offer(step.offer)
            label = words["not"].format(product=offer.product_name if offer else step.offer)
            yield Entry(Group.REASONS, label, reason_in_words(step), words["decided"], now)


def _channel(name: str) -> str:
    return str(_words()["channels"].get(name, name))


@lru_cache(maxsize=1)
def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    return loaded
