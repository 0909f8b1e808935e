"""Calculators: interest, repayment, fees and their like, exact to the cent, one module for each family of formulas.

Nothing here reads the graph or knows a product: `kg.answering.calculation` binds the facts and the customer's inputs.
"""

from kg.calculating.model import Calculator, Figure, Figures, Line, MissingFigure
from kg.calculating.registry import CALCULATORS

__all__ = ["CALCULATORS", "Calculator", "Figure", "Figures", "Line", "MissingFigure"]
