"""Other tools' node and edge tables become triples: ids stay, edge properties become qualifiers."""

from kg.importing.convert import Imported, convert
from kg.importing.mapping import Mapping, MappingFault, read_mapping

__all__ = ["Imported", "Mapping", "MappingFault", "convert", "read_mapping"]
