"""Catalogue: the offers of a day with what the graph says of their products, one per revision and day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from customer.suitability import Rated, SuitabilityRules
from growth.case import Product
from growth.offer_files import read_offers
from growth.offers import Offer
from growth.rule_files import read_rules
from growth.rules import FactNames, Rules
from growth.suitability_facts import DAYS_A_MONTH, read_names, suitability_rules
from growth.trial_files import read_experiments
from growth.trials import Experiment
from growth.wording import Copy, Words, banned_in, filled, read_words
from kg.answering.eligible import condition_of
from kg.answering.reader import FactReader
from kg.answering.resolve import Spoken, View
from kg.facts import Fact
from kg.values import Kind
from kg.withdrawal import withdrawn

if TYPE_CHECKING:
    from kg.lexicon.lexicon import Lexicon


class LexiconNames:
    """Names of the graph for reading offers."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    def id_of(self, name: str) -> str | None:
        """The id of the one thing of this name."""
        found = self._lexicon.by_name(name)
        return found[0].id if len(found) == 1 else None


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What decisions of one day and revision share. `copies` holds the words of an offer as they may be shown, and
    those of arms of experiments under a key of their own; an offer without is one whose figures are not in force: it
    has no product here, so that no decision takes it."""

    revision: int
    day: date
    offers: tuple[Offer, ...]
    products: Mapping[str, Product]
    copies: Mapping[str, Copy]
    rules: Rules
    suitability: SuitabilityRules
    experiments: tuple[Experiment, ...] = ()

    def offer(self, offer_id: str) -> Offer | None:
        """The offer of this id."""
        return next((o for o in self.offers if o.id == offer_id), None)


def read_catalogue(folder: Path, reader: FactReader, lexicon: Lexicon, day: date) -> Catalogue:
    """The catalogue of a day. Raises OfferFileError when a file can't be followed, GraphError when the graph fails."""
    names = LexiconNames(lexicon)
    words = read_words(folder / "words.yml")
    rules = read_rules(folder / "rules.yml", names)
    offers = read_offers(folder / "offers.yml", names, words)
    view = View(reader, lexicon, day)
    suitability = suitability_rules(read_names(folder / "suitability.yml"), view)
    source = (reader, lexicon, day, words)
    copies = _filled({o.id: o.copy for o in offers}, source)
    known = [o.product for o in offers if o.id in copies and lexicon.entity(o.product) is not None]
    products = products_of(known, view, rules.facts)
    trials = read_experiments(folder / "experiments.yml", offers, words, rules.trial.name)
    copies |= _filled({e.copy_key(a, o): a.copy for e in trials for a in e.arms if a.copy for o in e.offers}, source)
    return Catalogue(reader.revision, day, offers, products, copies, rules, suitability, trials)


def products_of(ids: Iterable[str], view: View, names: FactNames) -> dict[str, Product]:
    """What the gates ask of products, from the facts in force on the view's day, own and inherited."""
    wanted = tuple(dict.fromkeys(ids))
    ontology = view.lexicon.ontology
    conditional = [p.name for p in ontology.predicates.values() if p.datatype is Kind.CONDITION]
    asked = [names.risk, *names.term, *names.sale_from, *names.sale_to, *conditional]
    spoken = Spoken(view, wanted, asked)
    found = {i: _product(i, spoken, view, names, conditional) for i in wanted}
    gone = withdrawn({i for p in found.values() for i in (p.id, *p.classes)}, view.reader, view.today)
    return {i: replace(p, withdrawn=bool(gone & {p.id, *p.classes})) for i, p in found.items()}


def _product(entity_id: str, spoken: Spoken, view: View, names: FactNames, conditional: list[str]) -> Product:
    levels = view.lexicon.class_levels(entity_id)
    classes = frozenset(c for group in levels for c in group)
    conditions = [f for p in conditional for f in spoken.facts(entity_id, p)]
    months = _months(_all(entity_id, names.term, spoken))
    return Product(
        id=entity_id,
        name=view.lexicon.name_of(entity_id),
        classes=classes,
        nearest=frozenset(levels[0]) if levels else frozenset(),
        rated=Rated(_ratings(entity_id, spoken, names.risk), classes, months),
        conditions=tuple(condition_of(f, view) for f in conditions),
        sale_from=max(_days(_all(entity_id, names.sale_from, spoken)), default=None),
        sale_to=min(_days(_all(entity_id, names.sale_to, spoken)), default=None),
    )


def _ratings(entity_id: str, spoken: Spoken, risk: str) -> tuple[int, ...]:
    """Every rating in force: issuer's and seller's may differ, and the higher one counts."""
    facts = spoken.facts(entity_id, risk) if risk else []
    return tuple(
        int(f.value.number_to if f.value.number_to is not None else f.value.number)
        for f in facts
        if f.value is not None and f.value.number is not None
    )


def _all(entity_id: str, predicates: Iterable[str], spoken: Spoken) -> list[Fact]:
    return [f for p in predicates for f in spoken.facts(entity_id, p)]


def _months(facts: Iterable[Fact]) -> int | None:
    """The longest term, in months, begun ones counted."""
    values = [f.value for f in facts if f.value is not None and f.value.number is not None]
    found = [v.months if v.months is not None else -(-float(v.number or 0) // DAYS_A_MONTH) for v in values]
    return int(max(found)) if found else None


def _days(facts: Iterable[Fact]) -> list[date]:
    return [f.value.date for f in facts if f.value is not None and f.value.date is not None]


def _filled(wanted: Mapping[str, str], source: tuple[FactReader, Lexicon, date, Words]) -> dict[str, Copy]:
    """The words under each key; none for a copy that lacks a fact or says a banned word once it is filled."""
    reader, lexicon, day, words = source
    found = {key: filled(copy, reader, lexicon, day) for key, copy in wanted.items()}
    return {i: c for i, c in found.items() if c is not None and not banned_in(c.text.text, words)}
