"""Evaluation: runs sets of questions through an engine and says how often, and where, the answers are right."""

from app.evaluation.cases import Case, EvalSet, SetError, Turn, read_set
from app.evaluation.report import EvalReport
from app.evaluation.running import Ask, run
from app.evaluation.scoring import Judgement, Mark, judge
from app.evaluation.tables import failure_lines, tables

__all__ = [
    "Ask",
    "Case",
    "EvalReport",
    "EvalSet",
    "Judgement",
    "Mark",
    "SetError",
    "Turn",
    "failure_lines",
    "judge",
    "read_set",
    "run",
    "tables",
]
