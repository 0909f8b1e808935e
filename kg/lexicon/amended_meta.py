"""What an amended lexicon keeps beside its tables: classes, owners, reach, kinds of values, FAQs."""

from __future__ import annotations

import json
import uuid
from collections import Counter
from collections.abc import Iterable
from typing import Any

from kg.facts import (
    DEFINITION,
    FAQ_ABOUT,
    FAQ_ANSWER,
    FAQ_VARIANT,
    SITUATION,
)
from kg.lexicon.amended_rows import Amending
from kg.lexicon.build import MAX_OWNERS
from kg.lexicon.inferred import inferred
from kg.lexicon.layer import Layered
from kg.overlay import STRUCTURE
from kg.query import to_plain


def meta(work: Amending) -> dict[str, Any]:
    """The small part of the next lexicon."""
    view = Layered(work.tables, work.layer)
    kinds, related = _counts(work)
    declared = work.laid.ontology()
    guessed = inferred(kinds, related, declared)
    new = {work.predicate(f.predicate) for f in work.delta.added if f.object_id and f.predicate not in STRUCTURE}
    lost = {n for n in work.known["relations"] if not related.get(work.predicates[n])}
    cases = [(f.predicate, q.name, q.value.text) for f in work.delta.added for q in f.qualifiers]
    return {
        **work.known,
        "revision": work.laid.revision,
        "words": uuid.uuid4().hex,
        "predicates": work.predicates,
        "relations": sorted({*work.known["relations"], *new} - lost),
        "ontology": [to_plain(p) for p in (*declared.predicates.values(), *guessed)],
        "value_kinds": kinds,
        "relation_counts": related,
        "classes": _classes(work, view),
        "owners": _owners(work, view),
        "reach": _reach(work, view),
        "qualifiers": sorted({*map(tuple, work.known["qualifiers"]), *cases}),
        "situations": [*_kept(work, "situations", 1), *([text, row] for row, text in _said(work, SITUATION))],
        "definitions": sorted(
            [*_kept(work, "definitions", 0), *([row, text] for row, text in _said(work, DEFINITION))]
        ),
    }


def _counts(work: Amending) -> tuple[list[tuple[str, str, str, int]], dict[str, int]]:
    values = Counter({(p, k, u): n for p, k, u, n in work.known["value_kinds"]})
    related = Counter(work.known["relation_counts"])
    for facts, more in ((work.delta.added, 1), (work.delta.closed, -1)):
        for fact in facts:
            if fact.value is not None:
                values[fact.predicate, fact.value.kind.value, fact.value.unit] += more
            elif fact.predicate not in STRUCTURE:
                related[fact.predicate] += more
    return [(*key, n) for key, n in values.items() if n > 0], {p: n for p, n in related.items() if n > 0}


def _classes(work: Amending, view: Layered) -> list[dict[str, Any]]:
    found = dict(work.classes_before)
    above = {p for c in found.values() for p in c["parents"]}
    for cls in {c for n, was in work.was.items() for c in (*was.classes, *work.layer.rows[n].classes)}:
        members = view.classes_of.rows_with(cls)
        parents = found.get(cls, {}).get("parents", [])
        if not len(members) and not parents and cls not in above:
            found.pop(cls, None)
            continue
        found[cls] = {
            "entity": cls,
            "parents": parents,
            "members": len(members),
            "member_predicates": sorted(view.own.values_of(members)),
        }
    return [found[cls] for cls in sorted(found) if cls not in work.layer.gone]


def _owners(work: Amending, view: Layered) -> list[list[int]]:
    found = [*work.known["owners"], *([] for _ in range(len(work.predicates) - len(work.known["owners"])))]
    for predicate in {p for n, was in work.was.items() for p in {*was.own} ^ {*work.layer.rows[n].own}}:
        rows = view.own.rows_with(predicate)
        found[predicate] = rows.tolist() if len(rows) <= MAX_OWNERS else []
    return found


def _reach(work: Amending, view: Layered) -> list[list[int]]:
    found = [*work.known["reach"], *([] for _ in range(len(work.predicates) - len(work.known["reach"])))]
    stale: set[int] = set()
    for number, was in work.was.items():
        row = work.layer.rows[number]
        stale |= {*was.incoming} ^ {*row.incoming}
        if row.own != was.own:
            stale |= {*was.incoming, *row.incoming}
    for predicate in stale:
        found[predicate] = sorted(view.own.values_of(view.incoming.rows_with(predicate)))
    return found


def _kept(work: Amending, name: str, place: int) -> list[Any]:
    said = {work.number(i) for i in (*work.touched, *work.delta.withdrawn)}
    return [item for item in work.known[name] if item[place] not in said]


def _said(work: Amending, predicate: str) -> Iterable[tuple[int, str]]:
    found = ((i, f.text) for i in work.touched for f in work.facts[i] if f.predicate == predicate)
    return ((work.number(i), text) for i, text in found)


def faqs(work: Amending) -> list[str]:
    """One JSON line per FAQ."""
    found = {i: faq for i, faq in work.old_faqs.items() if i not in work.delta.touched}
    for entity_id in work.touched:
        if work.is_faq(entity_id):
            facts = work.facts[entity_id]
            found[entity_id] = {
                "id": entity_id,
                "question": work.row(entity_id).name,
                "variants": [f.object_id or f.text for f in facts if f.predicate == FAQ_VARIANT],
                "about": [f.object_id or f.text for f in facts if f.predicate == FAQ_ABOUT],
                "answers": [f.text for f in facts if f.predicate == FAQ_ANSWER],
            }
    return [json.dumps(faq, ensure_ascii=False) for faq in found.values()]
