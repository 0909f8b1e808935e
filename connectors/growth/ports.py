"""What the API of offers needs of others: the service, and the offers of the day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from growth.catalogue import Catalogue
from growth.service import Growth


class CatalogueSource(Protocol):
    """Where the offers of a day come from."""

    def catalogue(self, growth: Growth, day: date) -> Catalogue:
        """The offers of a day on the published graph. Raises OfferFileError, GraphError, LexiconFault."""

    def id_of(self, name: str) -> str | None:
        """The id of the one thing of this name; None where there is none or several."""

    def kinds_of(self, names: list[str]) -> frozenset[str]:
        """Ids of these products and classes and of all classes above them; unknown names give nothing."""


@dataclass(frozen=True, slots=True)
class GrowthDesk:
    """The services of this API, one per application; `home` holds the files of customers' movements and behaviour."""

    growth: Growth
    source: CatalogueSource
    home: Path
