"""Builds a lexicon artefact from a pinned snapshot: written beside its place, flushed, then renamed into it."""

from __future__ import annotations

import json
import os
import re
import shutil
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, field
from pathlib import Path

import marisa_trie
import numpy as np

from kg.facts import (
    ALIAS,
    DEFINITION,
    FAQ_ABOUT,
    FAQ_ANSWER,
    FAQ_CLASS,
    FAQ_VARIANT,
    SITUATION,
    UNSPOKEN,
    EntityKind,
)
from kg.lexicon.inferred import inferred
from kg.lexicon.source import LexiconSource
from kg.lexicon.tables import ListTable, StringTable
from kg.lexicon.text import digits_as_arabic, fold, is_chinese, latin_keys, sound_key
from kg.query import to_plain
from kg.value_parser import guess_value
from kg.values import Kind

FORMAT = 6
_FAQ_FIELDS = {FAQ_VARIANT: "variants", FAQ_ABOUT: "about", FAQ_ANSWER: "answers"}
NAME, ALIAS_NAME = 0, 1
LATIN_FULL, LATIN_INITIALS = 0, 1
MIN_NAME, MAX_NAME = 2, 40
_TOLD_APART = re.compile(r"(?<=[^(（])[(（][^()（）]{1,20}[)）]$")
"""What encyclopedias and chains put behind a name that several things have: 九江(城市), 东来顺(前门店)."""
MAX_LATIN_NAME = 16
MAX_TEXT_VALUE = 16
MAX_OWNERS = 64
HEAD_SIZES = (2, 4)
MIN_TAIL = 3
SHARED_HEAD = 8
NOT_VALUES = UNSPOKEN | {DEFINITION}

KIND_CLASSES: tuple[tuple[EntityKind, tuple[str, ...]], ...] = (
    (EntityKind.PRODUCT, ("产品", "商品", "服务", "金融产品")),
    (EntityKind.ORGANISATION, ("机构", "公司", "企业", "银行", "组织", "网点", "上市公司")),
    (EntityKind.PERSON, ("人", "人物", "人员", "高管", "基金经理")),
    (EntityKind.REGULATION, ("法规", "法律", "法律法规", "监管规定")),
    (EntityKind.TERM, ("术语", "概念", "监管事项", "名词")),
)
"""Class names (own or inherited) that put an entity into one of the six kinds; anything else is 其他."""


@dataclass(slots=True)
class _Draft:
    """What is collected before writing."""

    ids: list[str] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    classes: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    parents: dict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    aliases: dict[int, list[str]] = field(default_factory=lambda: defaultdict(list))
    situations: list[tuple[str, int]] = field(default_factory=list)
    definitions: dict[int, str] = field(default_factory=dict)
    faqs: dict[int, dict[str, object]] = field(default_factory=dict)
    predicates: list[str] = field(default_factory=list)
    predicate_index: dict[str, int] = field(default_factory=dict)
    own: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    objects: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    incoming: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    relations: set[int] = field(default_factory=set)

    def predicate(self, name: str) -> int:
        """Index of a predicate, added when new."""
        if name not in self.predicate_index:
            self.predicate_index[name] = len(self.predicates)
            self.predicates.append(name)
        return self.predicate_index[name]


def build(source: LexiconSource, directory: Path) -> None:
    """Write the lexicon of `source` into `directory`; an unfinished build leaves nothing there."""
    draft = _collect(source)
    directory.parent.mkdir(parents=True, exist_ok=True)
    work = directory.with_name(f".{directory.name}.{os.getpid()}")
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir()
    _write_entities(draft, work)
    _write_names(draft, work)
    _write_words(draft, source, work)
    _write_meta(draft, source, work)
    for path in work.iterdir():
        with path.open("rb") as handle:
            os.fsync(handle.fileno())
    if directory.exists():
        shutil.rmtree(work)
        return
    os.rename(work, directory)


def _collect(source: LexiconSource) -> _Draft:
    draft = _Draft()
    for entity_id, name in sorted(source.iter_entities()):
        draft.index[entity_id] = len(draft.ids)
        draft.ids.append(entity_id)
        draft.names.append(name)
    index = draft.index
    for member, cls in source.iter_instance_edges():
        draft.classes[index[member]].append(index[cls])
    for child, parent in source.iter_subclass_edges():
        draft.parents[index[child]].append(index[parent])
    _collect_texts(draft, source)
    for subject, predicate, is_relation in source.iter_subject_predicates():
        number = draft.predicate(predicate)
        draft.own[index[subject]].add(number)
        if is_relation:
            draft.relations.add(number)
    for target, predicate in source.iter_object_predicates():
        draft.incoming[index[target]].add(draft.predicate(predicate))
        draft.objects[draft.predicate(predicate)].add(index[target])
    for name in source.ontology().predicates:
        draft.predicate(name)
    return draft


def _collect_texts(draft: _Draft, source: LexiconSource) -> None:
    faq_class = next((i for i, n in enumerate(draft.names) if n == FAQ_CLASS), -1)
    for entity, classes in draft.classes.items():
        if faq_class in classes:
            draft.faqs[entity] = _new_faq(draft, entity)
    wanted = (ALIAS, DEFINITION, SITUATION, FAQ_ANSWER, FAQ_VARIANT, FAQ_ABOUT)
    for fact in source.iter_facts(wanted):
        entity = draft.index[fact.subject_id]
        if fact.predicate == ALIAS:
            draft.aliases[entity].append(fact.text)
        elif fact.predicate == SITUATION:
            draft.situations.append((fact.text, entity))
        elif fact.predicate == DEFINITION:
            draft.definitions[entity] = fact.text
        else:
            _add_faq(draft, entity, fact.predicate, fact.object_id or fact.text)


def _add_faq(draft: _Draft, entity: int, predicate: str, item: str) -> None:
    """An entity with an answer or similar questions is a FAQ, classed as one or not (other people's files)."""
    faq = draft.faqs.setdefault(entity, _new_faq(draft, entity))
    target = faq[_FAQ_FIELDS[predicate]]
    assert isinstance(target, list)
    target.append(item)


def _new_faq(draft: _Draft, entity: int) -> dict[str, object]:
    return {"id": draft.ids[entity], "question": draft.names[entity], "variants": [], "about": [], "answers": []}


def _write_entities(draft: _Draft, work: Path) -> None:
    count = range(len(draft.ids))
    StringTable.write(work / "ids", draft.ids)
    StringTable.write(work / "names", draft.names)
    ListTable.write(work / "classes", [sorted(set(draft.classes.get(i, ()))) for i in count])
    ListTable.write(work / "own", [sorted(draft.own.get(i, ())) for i in count])
    ListTable.write(work / "incoming", [sorted(draft.incoming.get(i, ())) for i in count])
    StringTable.write(work / "aliases", ["\n".join(draft.aliases.get(i, ())) for i in count])
    np.save(work / "kinds.npy", np.array(_kinds(draft), dtype=np.uint8))
    marisa_trie.RecordTrie("<I", ((key, (i,)) for i, key in enumerate(draft.ids))).save(str(work / "ids.trie"))


def _kinds(draft: _Draft) -> list[int]:
    """Index into EntityKind of each entity, from its own name if it is a class and the names of its classes."""
    kinds = list(EntityKind)
    by_name = {name: kinds.index(kind) for kind, names in KIND_CLASSES for name in names}
    other = kinds.index(EntityKind.OTHER)
    known: dict[int, int] = {}

    def of_class(cls: int, seen: frozenset[int]) -> int:
        if cls in known:
            return known[cls]
        kind = by_name.get(draft.names[cls], other)
        if kind == other:
            above = (of_class(p, seen | {cls}) for p in draft.parents.get(cls, ()) if p not in seen)
            kind = next((k for k in above if k != other), other)
        known[cls] = kind
        return kind

    def of(entity: int) -> int:
        if entity in draft.parents:
            return of_class(entity, frozenset())
        found = (of_class(c, frozenset()) for c in draft.classes.get(entity, ()))
        return next((k for k in found if k != other), by_name.get(draft.names[entity], other))

    return [of(i) for i in range(len(draft.ids))]


def _name_rows(draft: _Draft) -> Iterable[tuple[str, int, int]]:
    """(folded name, entity, NAME or ALIAS_NAME) of all that can be mentioned; questions of FAQs can't."""
    for entity, name in enumerate(draft.names):
        if entity not in draft.faqs:
            for form, how in forms_of(name, draft.aliases.get(entity, ())):
                yield form, entity, how


def forms_of(name: str, aliases: Iterable[str]) -> Iterable[tuple[str, int]]:
    """(folded name, NAME or ALIAS_NAME) of all that something can be called by."""
    written = [(name, NAME), *((a, ALIAS_NAME) for a in aliases)]
    if (plain := _TOLD_APART.sub("", name)) != name:
        written.append((plain, ALIAS_NAME))
    seen: set[str] = set()
    for text, how in written:
        folded = fold(text).text
        for form in (folded, digits_as_arabic(folded)):
            if MIN_NAME <= len(form) <= MAX_NAME and form not in seen:
                seen.add(form)
                yield form, how


def _without_shared_head(rows: Sequence[tuple[str, int, int]], names: Set[str]) -> list[tuple[str, int, int]]:
    """Short forms that leave out a head which many names share (云杉数字信用卡 → 数字信用卡), as aliases.

    A head is a name or alias that at least SHARED_HEAD names begin with. What is left must not be a name of
    something else; if several things are left with the same words, all of them keep it.
    """
    heads = Counter(name[:size] for name in names for size in HEAD_SIZES if len(name) >= size + MIN_TAIL)
    found = []
    for name, entity, _ in rows:
        for size in HEAD_SIZES:
            tail = name[size:]
            if len(tail) >= MIN_TAIL and heads[name[:size]] >= SHARED_HEAD and tail not in names and stands_alone(tail):
                found.append((tail, entity, ALIAS_NAME))
    return list(dict.fromkeys(found))


def stands_alone(tail: str) -> bool:
    """Whether what a name leaves without its head is a name: 一个月 of 稳盈一个月 is a term."""
    return not tail[0].isdigit() and guess_value(tail).kind is Kind.TEXT


def _write_names(draft: _Draft, work: Path) -> None:
    rows = sorted(_name_rows(draft))
    members = [r for r in rows if r[1] in draft.classes and r[1] not in draft.parents]
    rows = sorted({*rows, *_without_shared_head(members, {n for n, _, _ in rows})})
    marisa_trie.RecordTrie("<IB", ((n, (e, h)) for n, e, h in rows)).save(str(work / "names.trie"))
    chinese = [(n, e) for n, e, _ in rows if is_heard(n)]
    sounds = ((sound_key(n), (e, len(n))) for n, e in chinese)
    marisa_trie.RecordTrie("<IB", sounds).save(str(work / "sounds.trie"))
    latin = ((key, (entity, how)) for name, entity in chinese for key, how in latin_of(name))
    marisa_trie.RecordTrie("<IB", latin).save(str(work / "latin.trie"))
    StringTable.write(work / "forms", (n for n, _, _ in rows))
    np.save(work / "form_entities.npy", np.array([e for _, e, _ in rows], dtype=np.int32))
    _write_bigrams([n for n, _, _ in rows], work)


def is_heard(form: str) -> bool:
    """Whether a name is looked for by its sound."""
    return sum(map(is_chinese, form)) >= 2


def latin_of(form: str) -> list[tuple[str, int]]:
    """What is typed for a name without a Chinese keyboard, each with its kind."""
    if len(form) > MAX_LATIN_NAME:
        return []
    full, initials = latin_keys(form)
    return [(full, LATIN_FULL), (initials, LATIN_INITIALS)]


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


def _write_words(draft: _Draft, source: LexiconSource, work: Path) -> None:
    """Tries of what predicates are called (name 0, alias 1) and of the short texts that stand as their values."""
    ontology = source.ontology()
    called: list[tuple[str, tuple[int, int]]] = []
    for number, name in enumerate(draft.predicates):
        called.append((fold(name).text, (number, NAME)))
        called.extend((fold(a).text, (number, ALIAS_NAME)) for a in ontology.get(name).aliases)
    marisa_trie.RecordTrie("<IB", called).save(str(work / "predicates.trie"))
    values: list[tuple[str, tuple[int]]] = []
    for predicate, text in source.iter_text_values(MAX_TEXT_VALUE):
        folded = fold(text).text
        if predicate not in NOT_VALUES and len(folded) >= MIN_NAME:
            values.append((folded, (draft.predicate_index[predicate],)))
    marisa_trie.RecordTrie("<I", values).save(str(work / "values.trie"))


def _owners(draft: _Draft) -> list[list[int]]:
    """For each predicate the entities that have it, as far as they are few enough to stand for it."""
    owners: list[list[int]] = [[] for _ in draft.predicates]
    for entity in sorted(draft.own):
        for predicate in draft.own[entity]:
            if len(owners[predicate]) <= MAX_OWNERS:
                owners[predicate].append(entity)
    return [o if len(o) <= MAX_OWNERS else [] for o in owners]


def _reach(draft: _Draft, predicate: int) -> set[int]:
    """Predicates that the objects of a relation have themselves: the second steps of its paths."""
    return {p for target in draft.objects.get(predicate, ()) for p in draft.own.get(target, ())}


def _write_meta(draft: _Draft, source: LexiconSource, work: Path) -> None:
    class_ids = sorted(
        {c for cs in draft.classes.values() for c in cs}
        | set(draft.parents)
        | {p for ps in draft.parents.values() for p in ps}
    )
    direct: dict[int, int] = defaultdict(int)
    member_predicates: dict[int, set[int]] = defaultdict(set)
    for member, classes in draft.classes.items():
        for cls in classes:
            direct[cls] += 1
            member_predicates[cls] |= draft.own.get(member, set())
    ontology = source.ontology()
    kinds, related = source.value_kinds(), source.relation_counts()
    guessed = inferred(kinds, related, ontology)
    meta = {
        "format": FORMAT,
        "revision": source.revision,
        "words": uuid.uuid4().hex,
        "graph_id": source.graph_id,
        "predicates": draft.predicates,
        "relations": sorted(draft.relations),
        "ontology": [to_plain(p) for p in (*ontology.predicates.values(), *guessed)],
        "value_kinds": kinds,
        "relation_counts": related,
        "classes": [
            {
                "entity": c,
                "parents": sorted(set(draft.parents.get(c, ()))),
                "members": direct[c],
                "member_predicates": sorted(member_predicates[c]),
            }
            for c in class_ids
        ],
        "owners": _owners(draft),
        "reach": [sorted(_reach(draft, p)) for p in range(len(draft.predicates))],
        "qualifiers": sorted(source.iter_qualifier_values()),
        "situations": draft.situations,
        "definitions": sorted(draft.definitions.items()),
    }
    (work / "meta.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
    lines = (json.dumps(faq, ensure_ascii=False) for _, faq in sorted(draft.faqs.items()))
    (work / "faqs.jsonl").write_text("\n".join(lines), encoding="utf-8")
