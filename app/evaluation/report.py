"""What an evaluation found: every judged turn, and the figures that follow from them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from app.evaluation.cases import Turn
from app.evaluation.queries import query_exact
from app.evaluation.reading import Reply
from app.evaluation.scoring import Judgement, Mark
from app.evaluation.statistics import Share, bins, calibration_error, percentile
from kg.answer import Outcome


@dataclass(frozen=True, slots=True)
class Judged:
    """One turn of a set, what came back, and the judgement. `group` is what summary row it belongs to."""

    set_name: str
    case_id: str
    group: str
    turn: Turn
    reply: Reply
    judgement: Judgement
    open: bool = True


@dataclass(frozen=True, slots=True)
class Row:
    """The figures of a part of the turns."""

    name: tuple[str, ...]
    turns: int
    marks: dict[Mark, Share]

    def to_json(self) -> dict[str, Any]:
        """The row as plain JSON."""
        return {
            "name": list(self.name),
            "turns": self.turns,
            **{mark.value: share.to_json() for mark, share in self.marks.items()},
        }


@dataclass(frozen=True, slots=True)
class EvalReport:
    """All judged turns of one run. `hashes` names the sets and the SHA-256 of what was asked."""

    judged: tuple[Judged, ...]
    hashes: dict[str, str]

    def groups(self) -> list[Row]:
        """Figures by group: single questions, conversation turns, out of scope, unanswerable, commands."""
        return self._rows(lambda j: (j.set_name, j.group))

    def cells(self) -> list[Row]:
        """Figures by kind of question × phenomenon."""
        return self._rows(lambda j: (j.turn.kind, j.turn.phenomenon))

    def kinds(self) -> list[Row]:
        """Figures by kind of question."""
        return self._rows(lambda j: (j.turn.kind,))

    def wrong_of_all(self) -> Share:
        """Wrong answers of all turns."""
        return self._share(lambda j: j.judgement.mark is Mark.WRONG, self.judged)

    def wrong_of_answered(self) -> Share:
        """Wrong answers of the turns that were answered."""
        answered = [j for j in self.judged if j.reply.outcome is Outcome.ANSWERED]
        return self._share(lambda j: j.judgement.mark is Mark.WRONG, answered)

    def exact_queries(self) -> Share:
        """Turns that were understood exactly, of those whose expectation fixes the Query."""
        verdicts = [query_exact(j.turn.expect, j.reply) for j in self.judged]
        return Share(verdicts.count(True), len(verdicts) - verdicts.count(None))

    def out_of_scope_recall(self) -> Share:
        """Out-of-scope questions that were not answered."""
        outside = [j for j in self.judged if j.turn.kind == "out_of_scope"]
        return self._share(lambda j: j.reply.outcome is not Outcome.ANSWERED, outside)

    def false_refusals(self) -> Share:
        """Questions the graph can answer that were turned away as out of scope."""
        inside = [j for j in self.judged if j.turn.expect.wants_answer]
        return self._share(lambda j: j.reply.outcome is Outcome.OUT_OF_SCOPE, inside)

    def calibration(self) -> list[tuple[float, bool]]:
        """(confidence, right) of every answered turn that gave a confidence."""
        answered = [j for j in self.judged if j.reply.outcome is Outcome.ANSWERED]
        return [(j.reply.confidence, j.judgement.right) for j in answered if j.reply.confidence is not None]

    def latencies(self) -> list[float]:
        """Latency of every turn in milliseconds."""
        return [j.reply.latency_ms for j in self.judged if j.reply.latency_ms is not None]

    def failures(self, *, closed_too: bool = False) -> list[Judged]:
        """Turns that are not exact, those of closed sets only when asked for."""
        return [j for j in self.judged if j.judgement.mark is not Mark.EXACT and (j.open or closed_too)]

    def to_json(self, *, closed_too: bool = False) -> dict[str, Any]:
        """The whole report as plain JSON: figures, and the failures that may be looked at."""
        pairs, latencies = self.calibration(), self.latencies()
        return {
            "sets": self.hashes,
            "turns": len(self.judged),
            "groups": [row.to_json() for row in self.groups()],
            "kinds": [row.to_json() for row in self.kinds()],
            "cells": [row.to_json() for row in self.cells()],
            "exact_queries": self.exact_queries().to_json(),
            "wrong_of_all": self.wrong_of_all().to_json(),
            "wrong_of_answered": self.wrong_of_answered().to_json(),
            "out_of_scope_recall": self.out_of_scope_recall().to_json(),
            "false_refusals": self.false_refusals().to_json(),
            "calibration_error": round(calibration_error(pairs), 4),
            "calibration": [{s: round(getattr(b, s), 4) for s in b.__slots__} for b in bins(pairs)],
            "latency_ms": {"p50": percentile(latencies, 0.5), "p99": percentile(latencies, 0.99)},
            "failures": [failure(j) for j in self.failures(closed_too=closed_too)],
        }

    def _rows(self, name: Callable[[Judged], tuple[str, ...]]) -> list[Row]:
        parts: dict[tuple[str, ...], list[Judged]] = {}
        for judged in self.judged:
            parts.setdefault(name(judged), []).append(judged)
        return [_row(key, part) for key, part in sorted(parts.items())]

    @staticmethod
    def _share(hit: Callable[[Judged], bool], of: Iterable[Judged]) -> Share:
        turns = list(of)
        return Share(sum(hit(j) for j in turns), len(turns))


def failure(judged: Judged) -> dict[str, Any]:
    """A turn that is not exact, with all one needs to understand why."""
    return {
        "set": judged.set_name,
        "id": judged.case_id,
        "kind": judged.turn.kind,
        "phenomenon": judged.turn.phenomenon,
        "today": judged.turn.today.isoformat(),
        "text": judged.turn.text,
        "mark": judged.judgement.mark.value,
        "reasons": list(judged.judgement.reasons),
        "outcome": judged.reply.outcome.value,
        "reply": judged.reply.text,
        "facts": [list(fact) for fact in judged.reply.facts[:10]],
    }


def _row(name: tuple[str, ...], part: list[Judged]) -> Row:
    marks = {mark: Share(sum(j.judgement.mark is mark for j in part), len(part)) for mark in Mark}
    return Row(name, len(part), marks)
