"""Builds a lexicon artefact from a pinned snapshot: written beside its place, flushed, then renamed into it."""

from __future__ import annotations

import json
import os
import shutil
import uuid
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import marisa_trie
import numpy as np

from kg.facts import (
    DEFINITION,
    UNSPOKEN,
)
from kg.lexicon.collected import Collected, collect
from kg.lexicon.forms import (
    ALIAS_NAME,
    MIN_NAME,
    NAME,
    forms_of,
    is_heard,
    latin_of,
    short_forms,
    without_shared_head,
)
from kg.lexicon.inferred import inferred
from kg.lexicon.kinds import kinds_of
from kg.lexicon.literals_kept import MANY, predicates_held, write_literals
from kg.lexicon.source import LexiconSource
from kg.lexicon.tables import ListTable, StringTable
from kg.lexicon.text import fold, sound_key
from kg.query import to_plain

FORMAT = 9
MAX_TEXT_VALUE = 16
MAX_OWNERS = 64

NOT_VALUES = UNSPOKEN | {DEFINITION}


def build(source: LexiconSource, directory: Path, many: int = MANY) -> None:
    """Write the lexicon of `source` into `directory`; an unfinished build leaves nothing there. `many` literals of a
    predicate are kept at hand."""
    found, kinds = collect(source), source.value_kinds()
    directory.parent.mkdir(parents=True, exist_ok=True)
    work = directory.with_name(f".{directory.name}.{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    _write_entities(found, work)
    _write_names(found, work)
    _write_words(found, source, work)
    _write_meta(found, source, kinds, work)
    write_literals(source, found.index, predicates_held(kinds, many), work)
    for path in work.iterdir():
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
    if directory.exists():
        shutil.rmtree(work)
        return
    os.rename(work, directory)


def _write_entities(found: Collected, work: Path) -> None:
    count = range(len(found.ids))
    StringTable.write(work / "ids", found.ids)
    StringTable.write(work / "names", found.names)
    ListTable.write(work / "classes", [sorted(set(found.classes.get(i, ()))) for i in count])
    ListTable.write(work / "own", [sorted(found.own.get(i, ())) for i in count])
    ListTable.write(work / "incoming", [sorted(found.incoming.get(i, ())) for i in count])
    StringTable.write(work / "aliases", ["\n".join(found.aliases.get(i, ())) for i in count])
    np.save(work / "kinds.npy", np.array(kinds_of(found), dtype=np.uint8))
    marisa_trie.RecordTrie("<I", ((key, (i,)) for i, key in enumerate(found.ids))).save(str(work / "ids.trie"))


def _name_rows(found: Collected) -> Iterable[tuple[str, int, int]]:
    """(folded name, entity, NAME or ALIAS_NAME) of all that can be mentioned; questions of FAQs can't."""
    for entity, name in enumerate(found.names):
        if entity not in found.faqs:
            for form, how in forms_of(name, found.aliases.get(entity, ())):
                yield form, entity, how


def _stems(found: Collected) -> Iterable[tuple[str, int, int]]:
    """What firms and foreigners are called for short, in rows as above; one that is called so anyway keeps its name."""
    attributes = {fold(p).text for p in found.predicates}
    for entity, name in enumerate(found.names):
        if entity not in found.faqs:
            for form, how in short_forms((name, *found.aliases.get(entity, ()))):
                if form not in attributes:
                    yield form, entity, how


def _write_names(found: Collected, work: Path) -> None:
    rows = sorted(_name_rows(found))
    members = [r for r in rows if r[1] in found.classes and r[1] not in found.parents]
    stems = _stems(found)
    rows = sorted({*rows, *without_shared_head(members, {n for n, _, _ in rows}), *stems})
    marisa_trie.RecordTrie("<IB", ((n, (e, h)) for n, e, h in rows)).save(str(work / "names.trie"))
    chinese = [(n, e) for n, e, _ in rows if is_heard(n)]
    sounds = ((sound_key(n), (e, len(n))) for n, e in chinese)
    marisa_trie.RecordTrie("<IB", sounds).save(str(work / "sounds.trie"))
    latin = ((key, (entity, how)) for name, entity in chinese for key, how in latin_of(name))
    marisa_trie.RecordTrie("<IB", latin).save(str(work / "latin.trie"))
    StringTable.write(work / "forms", (n for n, _, _ in rows))
    np.save(work / "form_entities.npy", np.array([e for _, e, _ in rows], dtype=np.int32))
    _write_bigrams([n for n, _, _ in rows], work)


def _write_bigrams(forms: list[str], work: Path) -> None:
    """Inverted index character pair → forms, sorted by pair, for the search of misspelt names."""
    postings: dict[str, list[int]] = defaultdict(list)
    for number, form in enumerate(forms):
        for pair in {form[i : i + 2] for i in range(len(form) - 1)}:
            postings[pair].append(number)
    pairs = sorted(postings)
    marisa = marisa_trie.RecordTrie("<I", ((p, (i,)) for i, p in enumerate(pairs)))
    marisa.save(str(work / "pairs.trie"))
    ListTable.write(work / "pairs", [postings[p] for p in pairs])


def _write_words(found: Collected, source: LexiconSource, work: Path) -> None:
    """Tries of what predicates are called (name 0, alias 1) and of the short texts that stand as their values."""
    ontology = source.ontology()
    called: list[tuple[str, tuple[int, int]]] = []
    for number, name in enumerate(found.predicates):
        called.append((fold(name).text, (number, NAME)))
        called.extend((fold(a).text, (number, ALIAS_NAME)) for a in ontology.get(name).aliases)
    marisa_trie.RecordTrie("<IB", called).save(str(work / "predicates.trie"))
    values: list[tuple[str, tuple[int]]] = []
    for predicate, text in source.iter_text_values(MAX_TEXT_VALUE):
        folded = fold(text).text
        if predicate not in NOT_VALUES and len(folded) >= MIN_NAME:
            values.append((folded, (found.predicate_index[predicate],)))
    marisa_trie.RecordTrie("<I", values).save(str(work / "values.trie"))


def _owners(found: Collected) -> list[list[int]]:
    """For each predicate the entities that have it, as far as they are few enough to stand for it."""
    owners: list[list[int]] = [[] for _ in found.predicates]
    for entity in sorted(found.own):
        for predicate in found.own[entity]:
            if len(owners[predicate]) <= MAX_OWNERS:
                owners[predicate].append(entity)
    return [o if len(o) <= MAX_OWNERS else [] for o in owners]


def _reach(found: Collected, predicate: int) -> set[int]:
    """Predicates that the objects of a relation have themselves: the second steps of its paths."""
    return {p for target in found.objects.get(predicate, ()) for p in found.own.get(target, ())}


def _write_meta(found: Collected, source: LexiconSource, kinds: list[tuple[str, str, str, int]], work: Path) -> None:
    class_ids = sorted(
        {c for cs in found.classes.values() for c in cs}
        | set(found.parents)
        | {p for ps in found.parents.values() for p in ps}
    )
    direct: dict[int, int] = defaultdict(int)
    member_predicates: dict[int, set[int]] = defaultdict(set)
    for member, classes in found.classes.items():
        for cls in classes:
            direct[cls] += 1
            member_predicates[cls] |= found.own.get(member, set())
    ontology = source.ontology()
    related = source.relation_counts()
    guessed = inferred(kinds, related, ontology)
    meta = {
        "format": FORMAT,
        "revision": source.revision,
        "words": uuid.uuid4().hex,
        "graph_id": source.graph_id,
        "predicates": found.predicates,
        "relations": sorted(found.relations),
        "ontology": [to_plain(p) for p in (*ontology.predicates.values(), *guessed)],
        "value_kinds": kinds,
        "relation_counts": related,
        "classes": [
            {
                "entity": c,
                "parents": sorted(set(found.parents.get(c, ()))),
                "members": direct[c],
                "member_predicates": sorted(member_predicates[c]),
            }
            for c in class_ids
        ],
        "owners": _owners(found),
        "reach": [sorted(_reach(found, p)) for p in range(len(found.predicates))],
        "qualifiers": sorted(source.iter_qualifier_values()),
        "situations": found.situations,
        "definitions": sorted(found.definitions.items()),
    }
    (work / "meta.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
    lines = (json.dumps(faq, ensure_ascii=False) for _, faq in sorted(found.faqs.items()))
    (work / "faqs.jsonl").write_text("\n".join(lines), encoding="utf-8")
