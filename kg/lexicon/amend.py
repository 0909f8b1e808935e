"""The lexicon of the next revision from that of the one before, by a layer over its tables: work for the change alone.

What a layer can't say is left to `kg.lexicon.build`: changes of the class tree or of declarations, renamed classes,
and so much that building is as quick. Words whose last use has just ended (a text that no fact has any more, a
qualifier, a predicate) stay known until the next whole build: who uses one is told that nothing was found. The heads
that many names share are counted with the names below.
"""

from __future__ import annotations

import json
import uuid
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from kg.delta import Delta
from kg.facts import (
    ALIAS,
    DEFINITION,
    FAQ_ABOUT,
    FAQ_ANSWER,
    FAQ_CLASS,
    FAQ_VARIANT,
    INSTANCE_OF,
    SITUATION,
    SUBCLASS_OF,
    EntityKind,
    Fact,
)
from kg.lexicon.build import (
    ALIAS_NAME,
    HEAD_SIZES,
    KIND_CLASSES,
    MAX_OWNERS,
    MAX_TEXT_VALUE,
    MIN_NAME,
    MIN_TAIL,
    NAME,
    NOT_VALUES,
    SHARED_HEAD,
    forms_of,
    is_heard,
    latin_of,
    stands_alone,
)
from kg.lexicon.carry import linked
from kg.lexicon.inferred import inferred
from kg.lexicon.layer import EntityRow, Layer, Layered
from kg.lexicon.lexicon import Lexicon, read_meta
from kg.lexicon.opened import Tables
from kg.lexicon.text import fold, sound_key
from kg.overlay import STRUCTURE, Overlay
from kg.query import to_plain
from kg.values import Kind

MAX_LAYER = 20_000
"""Rows and words; a larger layer takes longer to open than it saves."""
_MAX_LOST = 200
"""Ends of relations for which the graph is asked whether any is left."""
_FAQ = (FAQ_ANSWER, FAQ_VARIANT, FAQ_ABOUT)
_KINDS = list(EntityKind)
_KIND_OF = {name: _KINDS.index(kind) for kind, names in KIND_CLASSES for name in names}
_OTHER = _KINDS.index(EntityKind.OTHER)


def amend(old: Path, laid: Overlay, delta: Delta, directory: Path) -> bool:
    """Make `directory` the lexicon of `laid`, which is the revision of `old` after `delta`; False where it can't."""
    if not _can_be_said(delta):
        return False
    work = _Amending(old, laid, delta)
    if not work.done():
        return False
    meta, faqs = work.meta(), work.faqs()
    with linked(old, directory, without=("meta.json", "layer.json", "faqs.jsonl")) as folder:
        work.layer.write(folder)
        (folder / "meta.json").write_text(json.dumps(meta, ensure_ascii=False), encoding="utf-8")
        (folder / "faqs.jsonl").write_text("\n".join(faqs), encoding="utf-8")
    return True


def _can_be_said(delta: Delta) -> bool:
    if delta.predicates or delta.dropped:
        return False
    return not any(f.predicate == SUBCLASS_OF for f in (*delta.added, *delta.closed))


class _Amending:
    """The layer in the making: rows of everything that the change touches, read anew."""

    def __init__(self, old: Path, laid: Overlay, delta: Delta) -> None:
        self.before = Lexicon.open(old)
        self._meta = read_meta(old)
        self.layer = Layer.read(old) or Layer()
        self._tables = Tables(old)
        self._laid, self._delta = laid, delta
        self._predicates: list[str] = list(self._meta["predicates"])
        self._numbers = {name: n for n, name in enumerate(self._predicates)}
        self._rows: dict[str, int] = {}
        self._next = len(self.before.ids)
        self._facts: dict[str, list[Fact]] = defaultdict(list)
        self._was: dict[int, EntityRow] = {}

    def done(self) -> bool:
        """Fills the layer; False when it would be too large or can't be said."""
        classes = set(self._meta_classes)
        for entity in self._delta.changed:
            if self.before.index_of(entity.id) in classes:
                return False
        for fact in self._laid.facts_of(self._touched):
            self._facts[fact.subject_id].append(fact)
        for entity in (*self._delta.created, *self._delta.changed):
            self._row(entity.id, entity.name)
        for entity_id in self._delta.withdrawn:
            self._bury(entity_id)
        for entity_id in self._touched:
            self._say(entity_id)
        if not self._point():
            return False
        self._name_again()
        self._add_values()
        return self.layer.size <= MAX_LAYER

    # --- rows ---

    @cached_property
    def _touched(self) -> list[str]:
        gone = set(self._delta.withdrawn)
        return [i for i in sorted(self._delta.touched) if i not in gone]

    @cached_property
    def _meta_classes(self) -> dict[int, dict[str, Any]]:
        return {c["entity"]: c for c in self._meta["classes"]}

    def _row(self, entity_id: str, name: str = "") -> EntityRow:
        """The row of an entity in the layer, begun with what it was."""
        number = self._number(entity_id)
        row = self.layer.rows.get(number)
        if row is None or number not in self._was:
            known = number < len(self.before.ids)
            if row is None:
                row = self._read(number) if known else EntityRow(entity_id, name, _OTHER)
            self._was[number] = EntityRow(**{**row.__dict__, "own": list(row.own), "incoming": list(row.incoming)})
            if not known:
                self._was[number].name = ""
            self.layer.rows[number] = row
        if name:
            row.name = name
        return row

    def _number(self, entity_id: str) -> int:
        if entity_id not in self._rows:
            known = self.before.index_of(entity_id)
            if known is None:
                known, self._next = self._next, self._next + 1
            self._rows[entity_id] = known
        return self._rows[entity_id]

    def _read(self, number: int) -> EntityRow:
        tables = self.before.tables
        aliases = tables.aliases[number]
        return EntityRow(
            id=tables.ids[number],
            name=tables.names[number],
            kind=int(tables.kinds[number]),
            aliases=aliases.split("\n") if aliases else [],
            classes=tables.classes_of[number],
            own=tables.own[number],
            incoming=tables.incoming[number],
        )

    def _bury(self, entity_id: str) -> None:
        if self.before.index_of(entity_id) is None:
            return
        row, number = self._row(entity_id), self._number(entity_id)
        row.aliases, row.classes, row.own, row.incoming = [], [], [], []
        self.layer.gone.append(number)

    def _say(self, entity_id: str) -> None:
        """What the facts of an entity say of it after the change."""
        row, facts = self._row(entity_id), self._facts[entity_id]
        row.aliases = [f.text for f in facts if f.predicate == ALIAS]
        row.classes = sorted({self._number(f.object_id) for f in facts if f.predicate == INSTANCE_OF and f.object_id})
        row.own = sorted({self._predicate(f.predicate) for f in facts if f.predicate not in STRUCTURE})

    def _predicate(self, name: str) -> int:
        if name not in self._numbers:
            self._numbers[name] = len(self._predicates)
            self._predicates.append(name)
            self.layer.called.append((fold(name).text, self._numbers[name], NAME))
        return self._numbers[name]

    def _point(self) -> bool:
        """Which predicates point to what; False where too many ends would have to be asked for."""
        begun = {(f.object_id, f.predicate) for f in self._delta.added if f.object_id}
        ended = {(f.object_id, f.predicate) for f in self._delta.closed if f.object_id} - begun
        ended = {(i, p) for i, p in ended if p not in STRUCTURE and i not in self._delta.withdrawn}
        if len(ended) > _MAX_LOST:
            return False
        for target, predicate in begun:
            if target is not None and predicate not in STRUCTURE:
                row, number = self._row(target), self._predicate(predicate)
                row.incoming = sorted({*row.incoming, number})
        for target, predicate in ended:
            if target is not None and not self._laid.subjects_of(predicate, target):
                row = self._row(target)
                row.incoming = [n for n in row.incoming if n != self._numbers.get(predicate)]
        return True

    # --- names ---

    def _name_again(self) -> None:
        """Names of the rows that are called otherwise than before."""
        renamed = {n for n, was in self._was.items() if self._called(self.layer.rows[n]) != self._called(was)}
        renamed |= {self._number(i) for i in self._touched if self._is_faq(i) != (i in self._old_faqs)}
        layer = self.layer
        renamed |= set(layer.gone)
        layer.unnamed = sorted({*layer.unnamed, *renamed})
        layer.forms = [f for f in layer.forms if f[1] not in renamed]
        layer.sounds = [f for f in layer.sounds if f[1] not in renamed]
        layer.latin = [f for f in layer.latin if f[1] not in renamed]
        for number in self._was:
            self.layer.rows[number].kind = self._kind(number)
        for number in sorted(renamed - set(layer.gone)):
            self._add_names(number)

    def _called(self, row: EntityRow) -> tuple[str, list[str], bool]:
        return row.name, row.aliases, bool(row.classes)

    def _kind(self, number: int) -> int:
        if number in self._meta_classes and self._meta_classes[number]["parents"]:
            return self.layer.rows[number].kind
        row = self.layer.rows[number]
        kinds = (self._kind_now(c) for c in row.classes)
        return next((k for k in kinds if k != _OTHER), _KIND_OF.get(row.name, _OTHER))

    def _kind_now(self, cls: int) -> int:
        if cls < len(self.before.ids):
            return int(self.before.tables.kinds[cls])
        return _KIND_OF.get(self.layer.rows[cls].name, _OTHER) if cls in self.layer.rows else _OTHER

    def _add_names(self, number: int) -> None:
        row = self.layer.rows[number]
        if self._is_faq(row.id):
            return
        forms = list(forms_of(row.name, row.aliases))
        if row.classes and number not in self._meta_classes:
            forms += [(tail, ALIAS_NAME) for form, _how in forms for tail in self._tails(form)]
        for form, how in dict.fromkeys(forms):
            self.layer.forms.append((form, number, how))
            if is_heard(form):
                self.layer.sounds.append((sound_key(form), number, len(form)))
                self.layer.latin.extend((key, number, kind) for key, kind in latin_of(form))

    def _tails(self, form: str) -> Iterable[str]:
        """What is left of a name without a head that many names share."""
        trie = self.before.name_trie
        for size in HEAD_SIZES:
            head, tail = form[:size], form[size:]
            if len(tail) >= MIN_TAIL and tail not in trie and stands_alone(tail):
                longer = (key for key in trie.iterkeys(head) if len(key) >= size + MIN_TAIL)
                if len(list(islice(longer, SHARED_HEAD))) == SHARED_HEAD:
                    yield tail

    def _add_values(self) -> None:
        known = {(text, n) for text, n in self.layer.values}
        for fact in self._delta.added:
            if fact.value is None or fact.value.kind is not Kind.TEXT or len(fact.value.text) > MAX_TEXT_VALUE:
                continue
            text, number = fold(fact.value.text).text, self._predicate(fact.predicate)
            if fact.predicate in NOT_VALUES or len(text) < MIN_NAME or (text, number) in known:
                continue
            if (number,) not in (self.before.value_trie.get(text) or ()):
                known.add((text, number))
                self.layer.values.append((text, number))

    # --- what is no table ---

    def meta(self) -> dict[str, Any]:
        """The small part of the next lexicon."""
        view = Layered(self._tables, self.layer)
        kinds, related = self._counts()
        declared = self._laid.ontology()
        guessed = inferred(kinds, related, declared)
        new = {self._predicate(f.predicate) for f in self._delta.added if f.object_id and f.predicate not in STRUCTURE}
        lost = {n for n in self._meta["relations"] if not related.get(self._predicates[n])}
        cases = [(f.predicate, q.name, q.value.text) for f in self._delta.added for q in f.qualifiers]
        return {
            **self._meta,
            "revision": self._laid.revision,
            "words": uuid.uuid4().hex,
            "predicates": self._predicates,
            "relations": sorted({*self._meta["relations"], *new} - lost),
            "ontology": [to_plain(p) for p in (*declared.predicates.values(), *guessed)],
            "value_kinds": kinds,
            "relation_counts": related,
            "classes": self._classes(view),
            "owners": self._owners(view),
            "reach": self._reach(view),
            "qualifiers": sorted({*map(tuple, self._meta["qualifiers"]), *cases}),
            "situations": [*self._kept("situations", 1), *([text, row] for row, text in self._said(SITUATION))],
            "definitions": sorted(
                [*self._kept("definitions", 0), *([row, text] for row, text in self._said(DEFINITION))]
            ),
        }

    def _counts(self) -> tuple[list[tuple[str, str, str, int]], dict[str, int]]:
        values = Counter({(p, k, u): n for p, k, u, n in self._meta["value_kinds"]})
        related = Counter(self._meta["relation_counts"])
        for facts, more in ((self._delta.added, 1), (self._delta.closed, -1)):
            for fact in facts:
                if fact.value is not None:
                    values[fact.predicate, fact.value.kind.value, fact.value.unit] += more
                elif fact.predicate not in STRUCTURE:
                    related[fact.predicate] += more
        return [(*key, n) for key, n in values.items() if n > 0], {p: n for p, n in related.items() if n > 0}

    def _classes(self, view: Layered) -> list[dict[str, Any]]:
        found = dict(self._meta_classes)
        above = {p for c in found.values() for p in c["parents"]}
        for cls in {c for n, was in self._was.items() for c in (*was.classes, *self.layer.rows[n].classes)}:
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
        return [found[cls] for cls in sorted(found) if cls not in self.layer.gone]

    def _owners(self, view: Layered) -> list[list[int]]:
        found = [*self._meta["owners"], *([] for _ in range(len(self._predicates) - len(self._meta["owners"])))]
        for predicate in {p for n, was in self._was.items() for p in {*was.own} ^ {*self.layer.rows[n].own}}:
            rows = view.own.rows_with(predicate)
            found[predicate] = rows.tolist() if len(rows) <= MAX_OWNERS else []
        return found

    def _reach(self, view: Layered) -> list[list[int]]:
        found = [*self._meta["reach"], *([] for _ in range(len(self._predicates) - len(self._meta["reach"])))]
        stale: set[int] = set()
        for number, was in self._was.items():
            row = self.layer.rows[number]
            stale |= {*was.incoming} ^ {*row.incoming}
            if row.own != was.own:
                stale |= {*was.incoming, *row.incoming}
        for predicate in stale:
            found[predicate] = sorted(view.own.values_of(view.incoming.rows_with(predicate)))
        return found

    def _kept(self, name: str, place: int) -> list[Any]:
        said = {self._number(i) for i in (*self._touched, *self._delta.withdrawn)}
        return [item for item in self._meta[name] if item[place] not in said]

    def _said(self, predicate: str) -> Iterable[tuple[int, str]]:
        found = ((i, f.text) for i in self._touched for f in self._facts[i] if f.predicate == predicate)
        return ((self._number(i), text) for i, text in found)

    # --- FAQs ---

    @cached_property
    def _old_faqs(self) -> Mapping[str, dict[str, Any]]:
        lines = (self.before.directory / "faqs.jsonl").read_text(encoding="utf-8").splitlines()
        return {faq["id"]: faq for faq in map(json.loads, lines)}

    def _is_faq(self, entity_id: str) -> bool:
        facts = self._facts[entity_id]
        if entity_id not in self._delta.touched:
            return entity_id in self._old_faqs
        return any(f.predicate in _FAQ or (f.predicate == INSTANCE_OF and f.object_name == FAQ_CLASS) for f in facts)

    def faqs(self) -> list[str]:
        """One JSON line per FAQ."""
        found = {i: faq for i, faq in self._old_faqs.items() if i not in self._delta.touched}
        for entity_id in self._touched:
            if self._is_faq(entity_id):
                facts = self._facts[entity_id]
                found[entity_id] = {
                    "id": entity_id,
                    "question": self._row(entity_id).name,
                    "variants": [f.object_id or f.text for f in facts if f.predicate == FAQ_VARIANT],
                    "about": [f.object_id or f.text for f in facts if f.predicate == FAQ_ABOUT],
                    "answers": [f.text for f in facts if f.predicate == FAQ_ANSWER],
                }
        return [json.dumps(faq, ensure_ascii=False) for faq in found.values()]
