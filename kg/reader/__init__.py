"""Reading triple files: CSV and .xlsx to Rows, streaming, with every problem said at its line."""

from kg.reader.files import TripleFiles
from kg.reader.rows import COLUMNS, Row

__all__ = ["COLUMNS", "Row", "TripleFiles"]
