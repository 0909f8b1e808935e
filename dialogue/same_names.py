"""Things of one name: told apart by what else the turn names, else by a fact in which they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from kg.answer import Choice
from kg.answering.reader import FactReader
from kg.facts import INSTANCE_OF, SUBCLASS_OF, UNSPOKEN, Fact
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import exact_spans

MANY = 24
"""Same-named things beyond which facts are not read to tell them apart."""
SHORT = 20


def told_apart(choices: Sequence[Choice], text: str, reader: FactReader, lexicon: Lexicon) -> tuple[Choice, ...]:
    """The choices that the turn leaves open (some of what it names stands in a fact of theirs), each with a label of
    its own."""
    ids = [c.query.focus[0].id if c.query and c.query.focus else "" for c in choices]
    if not all(ids) or len(set(ids)) < len(ids) or len(ids) > MANY:
        return tuple(choices)
    facts: dict[str, list[Fact]] = {i: [] for i in ids}
    for fact in reader.facts_of(ids):
        facts[fact.subject_id].append(fact)
    beside = {c.id for m in exact_spans(text, lexicon) for c in m.candidates} - set(ids)
    near = [i for i in ids if any(f.object_id in beside and f.predicate != INSTANCE_OF for f in facts[i])]
    left = [(c, i) for c, i in zip(choices, ids, strict=True) if not near or i in near]
    if len({c.label for c, _ in left}) == len(left):
        return tuple(c for c, _ in left)
    shown = _difference([facts[i] for _, i in left])
    return tuple(replace(c, label=_label(c, shown.get(i, ""))) for c, i in left)


def _label(choice: Choice, hint: str) -> str:
    name = choice.query.focus[0].name if choice.query and choice.query.focus else choice.label
    return f"{name}（{hint}）" if hint else choice.label


def _difference(facts: Sequence[Sequence[Fact]]) -> dict[str, str]:
    """By subject, what it has on the predicate on which the subjects differ most; relations before texts."""
    values: dict[str, dict[str, str]] = {}
    related: set[str] = set()
    for own in facts:
        for fact in own:
            if fact.predicate in (INSTANCE_OF, SUBCLASS_OF, *UNSPOKEN) or len(fact.text) > SHORT:
                continue
            values.setdefault(fact.predicate, {}).setdefault(fact.subject_id, fact.text)
            if fact.object_id is not None:
                related.add(fact.predicate)
    if not values:
        return {}
    best = max(values, key=lambda p: (len(set(values[p].values())), p in related, p))
    return values[best]
