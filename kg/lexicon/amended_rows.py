"""The rows, names and values of the layer that a change puts over a lexicon."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from itertools import islice
from pathlib import Path
from typing import Any

from kg.delta import Delta
from kg.facts import (
    ALIAS,
    CALLED,
    FAQ_ABOUT,
    FAQ_ANSWER,
    FAQ_CLASS,
    FAQ_VARIANT,
    INSTANCE_OF,
    EntityKind,
    Fact,
    written_at,
)
from kg.lexicon.build import MAX_TEXT_VALUE, NOT_VALUES
from kg.lexicon.forms import (
    ALIAS_NAME,
    HEAD_SIZES,
    MIN_NAME,
    MIN_TAIL,
    NAME,
    SHARED_HEAD,
    forms_of,
    is_heard,
    latin_of,
    loose_names,
    short_forms,
    stands_alone,
)
from kg.lexicon.kinds import KIND_CLASSES
from kg.lexicon.layer import EntityRow, Layer
from kg.lexicon.lexicon import Lexicon, read_meta
from kg.lexicon.opened import Tables
from kg.lexicon.text import fold, sound_key
from kg.overlay import STRUCTURE, Overlay
from kg.values import Kind

MAX_LAYER = 20_000
"""Rows and words; a larger layer takes longer to open than it saves."""
_MAX_LOST = 200
"""Ends of relations for which the graph is asked whether any is left."""
_FAQ = (FAQ_ANSWER, FAQ_VARIANT, FAQ_ABOUT)
_KINDS = list(EntityKind)
_KIND_OF = {name: _KINDS.index(kind) for kind, names in KIND_CLASSES for name in names}
_OTHER = _KINDS.index(EntityKind.OTHER)


class Amending:
    """The layer in the making: rows of everything that the change touches, read anew."""

    def __init__(self, old: Path, laid: Overlay, delta: Delta) -> None:
        self.before = Lexicon.open(old)
        self.known = read_meta(old)
        self.layer = Layer.read(old) or Layer()
        self.tables = Tables(old)
        self.laid, self.delta = laid, delta
        self.predicates: list[str] = list(self.known["predicates"])
        self._numbers = {name: n for n, name in enumerate(self.predicates)}
        self._rows: dict[str, int] = {}
        self._next = len(self.before.ids)
        self.facts: dict[str, list[Fact]] = defaultdict(list)
        self.was: dict[int, EntityRow] = {}

    def done(self) -> bool:
        """Fills the layer; False when it would be too large or can't be said."""
        classes = set(self.classes_before)
        for entity in self.delta.changed:
            if self.before.index_of(entity.id) in classes:
                return False
        for fact in self.laid.facts_of(self.touched):
            self.facts[fact.subject_id].append(fact)
        for entity in (*self.delta.created, *self.delta.changed):
            self.row(entity.id, entity.name)
        for entity_id in self.delta.withdrawn:
            self._bury(entity_id)
        for entity_id in self.touched:
            self._say(entity_id)
        if not self._point():
            return False
        self._name_again()
        self._add_values()
        return self.layer.size <= MAX_LAYER

    # --- rows ---

    @cached_property
    def touched(self) -> list[str]:
        """Ids that the change touches and leaves standing, in order."""
        gone = set(self.delta.withdrawn)
        return [i for i in sorted(self.delta.touched) if i not in gone]

    @cached_property
    def classes_before(self) -> dict[int, dict[str, Any]]:
        """What was known of the classes, by row."""
        return {c["entity"]: c for c in self.known["classes"]}

    def row(self, entity_id: str, name: str = "") -> EntityRow:
        """The row of an entity in the layer, begun with what it was."""
        number = self.number(entity_id)
        row = self.layer.rows.get(number)
        if row is None or number not in self.was:
            known = number < len(self.before.ids)
            if row is None:
                row = self._read(number) if known else EntityRow(entity_id, name, _OTHER)
            self.was[number] = EntityRow(**{**row.__dict__, "own": list(row.own), "incoming": list(row.incoming)})
            if not known:
                self.was[number].name = ""
            self.layer.rows[number] = row
        if name:
            row.name = name
        return row

    def number(self, entity_id: str) -> int:
        """The row of an entity, a new one behind the end for one that the lexicon does not have."""
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
        row, number = self.row(entity_id), self.number(entity_id)
        row.aliases, row.classes, row.own, row.incoming = [], [], [], []
        self.layer.gone.append(number)

    def _say(self, entity_id: str) -> None:
        """What the facts of an entity say of it after the change."""
        row, facts = self.row(entity_id), self.facts[entity_id]
        row.aliases = [*self._loose_names(entity_id), *(f.text for f in facts if f.predicate == ALIAS)]
        row.classes = sorted({self.number(f.object_id) for f in facts if f.predicate == INSTANCE_OF and f.object_id})
        row.own = sorted({self.predicate(f.predicate) for f in facts if f.predicate not in STRUCTURE})

    def _loose_names(self, entity_id: str) -> list[str]:
        """What nobody declared to be a name is one where no other thing is called so."""
        names, ontology, own = self.before.name_trie, self.before.ontology, self.number(entity_id)
        loose = (f for f in self.facts[entity_id] if f.predicate in CALLED and not ontology.get(f.predicate).declared)
        found = [name for fact in sorted(loose, key=written_at) for name in loose_names(fact)]
        others = [{row for row, how in names.get(fold(n).text) or () if how == NAME} - {own} for n in found]
        return [name for name, other in zip(found, others, strict=True) if not other]

    def predicate(self, name: str) -> int:
        """The number of a predicate; a new one is called by its name."""
        if name not in self._numbers:
            self._numbers[name] = len(self.predicates)
            self.predicates.append(name)
            self.layer.called.append((fold(name).text, self._numbers[name], NAME))
        return self._numbers[name]

    def _point(self) -> bool:
        """Which predicates point to what; False where too many ends would have to be asked for."""
        begun = {(f.object_id, f.predicate) for f in self.delta.added if f.object_id}
        ended = {(f.object_id, f.predicate) for f in self.delta.closed if f.object_id} - begun
        ended = {(i, p) for i, p in ended if p not in STRUCTURE and i not in self.delta.withdrawn}
        if len(ended) > _MAX_LOST:
            return False
        for target, predicate in begun:
            if target is not None and predicate not in STRUCTURE:
                row, number = self.row(target), self.predicate(predicate)
                row.incoming = sorted({*row.incoming, number})
        for target, predicate in ended:
            if target is not None and not self.laid.subjects_of(predicate, target):
                row = self.row(target)
                row.incoming = [n for n in row.incoming if n != self._numbers.get(predicate)]
        return True

    # --- names ---

    def _name_again(self) -> None:
        """Names of the rows that are called otherwise than before."""
        renamed = {n for n, was in self.was.items() if self._called(self.layer.rows[n]) != self._called(was)}
        renamed |= {self.number(i) for i in self.touched if self.is_faq(i) != (i in self.old_faqs)}
        layer = self.layer
        renamed |= set(layer.gone)
        layer.unnamed = sorted({*layer.unnamed, *renamed})
        layer.forms = [f for f in layer.forms if f[1] not in renamed]
        layer.sounds = [f for f in layer.sounds if f[1] not in renamed]
        layer.latin = [f for f in layer.latin if f[1] not in renamed]
        for number in self.was:
            self.layer.rows[number].kind = self._kind(number)
        for number in sorted(renamed - set(layer.gone)):
            self._add_names(number)

    def _called(self, row: EntityRow) -> tuple[str, list[str], bool]:
        return row.name, row.aliases, bool(row.classes)

    def _kind(self, number: int) -> int:
        if number in self.classes_before and self.classes_before[number]["parents"]:
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
        if self.is_faq(row.id):
            return
        forms = list(forms_of(row.name, row.aliases))
        if row.classes and number not in self.classes_before:
            forms += [(tail, ALIAS_NAME) for form, _how in forms for tail in self._tails(form)]
        forms += [f for f in short_forms((row.name, *row.aliases)) if f[0] not in self.before.predicate_trie]
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
        for fact in self.delta.added:
            if fact.value is None or fact.value.kind is not Kind.TEXT or len(fact.value.text) > MAX_TEXT_VALUE:
                continue
            text, number = fold(fact.value.text).text, self.predicate(fact.predicate)
            if fact.predicate in NOT_VALUES or len(text) < MIN_NAME or (text, number) in known:
                continue
            if (number,) not in (self.before.value_trie.get(text) or ()):
                known.add((text, number))
                self.layer.values.append((text, number))

    @cached_property
    def old_faqs(self) -> Mapping[str, dict[str, Any]]:
        """The FAQs of before, by id."""
        lines = (self.before.directory / "faqs.jsonl").read_text(encoding="utf-8").splitlines()
        return {faq["id"]: faq for faq in map(json.loads, lines)}

    def is_faq(self, entity_id: str) -> bool:
        """Whether an entity is a FAQ after the change."""
        facts = self.facts[entity_id]
        if entity_id not in self.delta.touched:
            return entity_id in self.old_faqs
        return any(f.predicate in _FAQ or (f.predicate == INSTANCE_OF and f.object_name == FAQ_CLASS) for f in facts)
