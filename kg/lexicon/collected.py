"""What a lexicon is made of, read from a snapshot: entities, classes, names, FAQs, who has which predicate."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

from kg.facts import ALIAS, CALLED, DEFINITION, FAQ_ABOUT, FAQ_ANSWER, FAQ_CLASS, FAQ_VARIANT, SITUATION, written_at
from kg.lexicon.forms import loose_names
from kg.lexicon.source import LexiconSource
from kg.lexicon.text import fold

_FAQ_FIELDS = {FAQ_VARIANT: "variants", FAQ_ABOUT: "about", FAQ_ANSWER: "answers"}


@dataclass(slots=True)
class Collected:
    """Rows by number, entities in the order of their ids; predicates in the order in which they are met."""

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


def collect(source: LexiconSource) -> Collected:
    """Everything of the snapshot that words can lead to."""
    found = Collected()
    for entity_id, name in sorted(source.iter_entities()):
        found.index[entity_id] = len(found.ids)
        found.ids.append(entity_id)
        found.names.append(name)
    index = found.index
    for member, cls in source.iter_instance_edges():
        found.classes[index[member]].append(index[cls])
    for child, parent in source.iter_subclass_edges():
        found.parents[index[child]].append(index[parent])
    _collect_texts(found, source)
    for subject, predicate, is_relation in source.iter_subject_predicates():
        number = found.predicate(predicate)
        found.own[index[subject]].add(number)
        if is_relation:
            found.relations.add(number)
    for target, predicate in source.iter_object_predicates():
        found.incoming[index[target]].add(found.predicate(predicate))
        found.objects[found.predicate(predicate)].add(index[target])
    for name in source.ontology().predicates:
        found.predicate(name)
    return found


def _collect_texts(found: Collected, source: LexiconSource) -> None:
    faq_class = next((i for i, n in enumerate(found.names) if n == FAQ_CLASS), -1)
    for entity, classes in found.classes.items():
        if faq_class in classes:
            found.faqs[entity] = _new_faq(found, entity)
    wanted = (ALIAS, DEFINITION, SITUATION, FAQ_ANSWER, FAQ_VARIANT, FAQ_ABOUT)
    _collect_loose_names(found, source)
    for fact in sorted(source.iter_facts(wanted), key=written_at):
        entity = found.index[fact.subject_id]
        if fact.predicate == ALIAS:
            found.aliases[entity].append(fact.text)
        elif fact.predicate == SITUATION:
            found.situations.append((fact.text, entity))
        elif fact.predicate == DEFINITION:
            found.definitions[entity] = fact.text
        else:
            _add_faq(found, entity, fact.predicate, fact.object_id or fact.text)


def _collect_loose_names(found: Collected, source: LexiconSource) -> None:
    """What nobody declared to be a name is one where no other thing is called so."""
    ontology, names = source.ontology(), {fold(name).text for name in found.names}
    loose = sorted(p for p in CALLED if not ontology.get(p).declared)
    for fact in sorted(source.iter_facts(loose), key=written_at) if loose else ():
        parts = loose_names(fact)
        found.aliases[found.index[fact.subject_id]] += [p for p in parts if fold(p).text not in names]


def _add_faq(found: Collected, entity: int, predicate: str, item: str) -> None:
    """An entity with an answer or similar questions is a FAQ, classed as one or not (other people's files)."""
    faq = found.faqs.setdefault(entity, _new_faq(found, entity))
    target = faq[_FAQ_FIELDS[predicate]]
    assert isinstance(target, list)
    target.append(item)


def _new_faq(found: Collected, entity: int) -> dict[str, object]:
    return {"id": found.ids[entity], "question": found.names[entity], "variants": [], "about": [], "answers": []}
