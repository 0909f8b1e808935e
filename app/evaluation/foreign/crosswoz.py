"""CrossWOZ (Apache-2.0, thu-coai): its three databases as triples, its dialogues as conversations with known answers.

Scored is what asks for an attribute of a thing that the annotation names, or for the things that meet stated
conditions; the values come from the databases, not from what the people in the dialogues wrote.
"""

from __future__ import annotations

import csv
import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.evaluation.foreign.crosswoz_conditions import Condition, condition, meets

Record = Mapping[str, Any]
DATABASES = ("attraction_db.json", "hotel_db.json", "restaurant_db.json")
DIALOGUES = "val.json.zip"
_NAME, _DOMAIN = "名称", "领域"


@dataclass(frozen=True, slots=True)
class Base:
    """The records of all domains by name."""

    domains: Mapping[str, Mapping[str, Record]]

    def find(self, domain: str, name: str) -> Record | None:
        """The record of this name, None when there is none."""
        return self.domains.get(domain, {}).get(name)


def is_crosswoz(folder: Path) -> bool:
    """Whether a folder holds the data set."""
    return all((folder / name).is_file() for name in (*DATABASES, DIALOGUES))


def read_base(folder: Path) -> Base:
    """The databases of a folder. Raises OSError or ValueError when they can't be read."""
    domains: dict[str, dict[str, Record]] = {}
    for file in DATABASES:
        for name, record in json.loads((folder / file).read_text(encoding="utf-8")):
            domains.setdefault(record[_DOMAIN], {})[name] = record
    return Base(domains)


def read_dialogues(folder: Path) -> Mapping[str, Any]:
    """The annotated dialogues by id."""
    with zipfile.ZipFile(folder / DIALOGUES) as packed:
        found: Mapping[str, Any] = json.loads(packed.read(packed.namelist()[0]))
    return found


def values_of(record: Record, slot: str) -> list[str]:
    """What a record holds for a slot, as written in the triples."""
    held = record.get(slot)
    items = held if isinstance(held, list) else [held]
    return [str(i) for i in items if i is not None and any(char.isalnum() for char in str(i))]


def write_triples(base: Base, target: Path) -> int:
    """Writes the databases as a triple CSV without ids, units or types beyond the domain; returns the rows."""
    count = 0
    with target.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(("subject", "predicate", "object", "subject_type"))
        for domain, records in base.domains.items():
            for name, record in records.items():
                rows = [(name, "实例", domain, domain)]
                slots = (s for s in record if s not in (_NAME, _DOMAIN))
                rows += [(name, slot, value, domain) for slot in slots for value in values_of(record, slot)]
                table.writerows(rows)
                count += len(rows)
    return count


def conversations(base: Base, dialogues: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The dialogues that have a scored turn, as lines of our format."""
    for number, dialogue in dialogues.items():
        turns = list(_Talk(base).turns(dialogue["messages"]))
        while turns and turns[-1].get("unscored"):
            turns.pop()
        if turns:
            yield {"id": f"crosswoz-{number}", "kind": "attribute", "phenomenon": "-", "turns": turns}


@dataclass
class _Talk:
    """One dialogue as it goes on: what the customer has named, and where the other side named something first."""

    base: Base
    named: set[str] = field(default_factory=set)
    said: dict[str, str] = field(default_factory=dict)

    def turns(self, messages: Sequence[Mapping[str, Any]]) -> Iterator[dict[str, Any]]:
        for message in messages:
            acts = message["dialog_act"]
            names = [v for _, domain, slot, v in acts if slot == _NAME and self.base.find(domain, v)]
            if message["role"] != "usr":
                self.said.update({n: message["content"] for n in names if n not in self.said})
                continue
            entity = self._entity(message)
            if entity and entity not in names and entity not in self.named and entity in self.said:
                yield {"text": self.said[entity], "unscored": True, "expect": {}}
            yield self._turn(message, acts, names, entity)
            self.named.update(n for n in (*names, entity) if n)

    def _entity(self, message: Mapping[str, Any]) -> str:
        """The thing whose attributes the turn asks for, if it asks for any."""
        asked = {d for act, d, slot, _ in message["dialog_act"] if act == "Request" and slot != _NAME}
        states = [s for s in message["user_state"] if s[1] in asked]
        held = [s[3] for s in states if s[2] == _NAME and isinstance(s[3], str) and self.base.find(s[1], s[3])]
        wanted = {(d, slot) for act, d, slot, _ in message["dialog_act"] if act == "Request"}
        goals = {s[0] for s in states if (s[1], s[2]) in wanted and s[4]}
        own = [s[3] for s in states if s[0] in goals and s[2] == _NAME and s[3] in held]
        return own[-1] if own else ""

    def _turn(
        self, message: Mapping[str, Any], acts: Sequence[Sequence[str]], names: list[str], entity: str
    ) -> dict[str, Any]:
        text = message["content"]
        asked = [(d, slot) for act, d, slot, _ in acts if act == "Request" and slot != _NAME]
        wants_name = any(act == "Request" and slot == _NAME for act, _, slot, _ in acts)
        if asked and not wants_name and len({d for d, _ in asked}) == 1 and entity:
            expect = self._attributes(entity, asked)
            how = "named" if entity in names else "omitted" if entity in self.named else "introduced"
            kind = "attribute" if len(asked) == 1 else "attributes"
            return {"text": text, "kind": kind, "phenomenon": how, "expect": expect}
        if wants_name and not asked and not names:
            found = self._list(acts)
            if found is not None:
                return {"text": text, "kind": "conditions", "phenomenon": "-", "expect": found}
        return {"text": text, "unscored": True, "expect": {}}

    def _attributes(self, entity: str, asked: Sequence[tuple[str, str]]) -> dict[str, Any]:
        groups, present = [], []
        for domain, slot in asked:
            record = self.base.find(domain, entity)
            assert record is not None
            holder, _, value = slot.partition("-")
            values = values_of(record, holder)
            if value:
                present.append(value in values)
                continue
            if values:
                groups.append([[[entity, holder, v]] for v in values])
        if present:
            return {"verdict": "yes" if all(present) else "no"}
        return {"any_facts": groups} if groups else {"outcome": "unanswerable"}

    def _list(self, acts: Sequence[Sequence[str]]) -> dict[str, Any] | None:
        domains = {d for act, d, slot, _ in acts if act == "Request" and slot == _NAME}
        stated = [(d, slot, v) for act, d, slot, v in acts if act == "Inform"]
        if len(domains) != 1 or not stated or any(act == "Select" for act, *_ in acts):
            return None
        domain = domains.pop()
        if domain not in self.base.domains or any(d != domain for d, _, _ in stated):
            return None
        demands: list[Condition] = []
        for _, slot, value in stated:
            made = condition(slot, value)
            if made is None:
                return None
            demands.append(made)
        records = self.base.domains[domain]
        found = [name for name, record in records.items() if all(meets(record, d) for d in demands)]
        if not found:
            return None
        return {"members": found, "total": len(found), "members_exclude": [n for n in records if n not in set(found)]}
