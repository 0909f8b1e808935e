"""Ranking of predicates by the words of a question, for any graph: wording, synonyms, and the kind of answer asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold, sound_key
from kg.ontology import Ontology
from kg.values import Kind
from nlu.analysis import Analysis
from nlu.curves import probability
from nlu.wording import RECALL_SHARE, Match, wordings_of

TYPE_WEIGHT, MISTYPED = 0.12, 0.4
"""What answering the kind of question asked adds to the wording, and what answering another kind leaves of it."""
HEARD = 0.8
WELL_WORDED = 0.6
"""Wording from which nothing is listened for that sounds alike."""
NAMED, ALIASED = 1.0, 0.95
_AMOUNTS = frozenset({Kind.MONEY, Kind.PERCENT, Kind.COUNT, Kind.NUMBER})
_OTHER_KINDS = {
    "how_long": _AMOUNTS | {Kind.AGE, Kind.ENTITY, Kind.LEVEL},
    "when": _AMOUNTS | {Kind.AGE, Kind.ENTITY, Kind.LEVEL},
    "how_old": _AMOUNTS | {Kind.TERM, Kind.DATE, Kind.ENTITY, Kind.LEVEL},
    "who": _AMOUNTS | {Kind.AGE, Kind.TERM, Kind.DATE, Kind.LEVEL},
    "how_much": frozenset({Kind.DATE, Kind.ENTITY}),
    "count": frozenset({Kind.MONEY, Kind.PERCENT, Kind.AGE, Kind.TERM, Kind.DATE, Kind.LEVEL, Kind.ENTITY}),
}
"""Kinds of value that do not answer a question word, though wording may suggest them: 能借多久 is no amount."""
_KINDS_OF_CUE: tuple[tuple[str, frozenset[Kind]], ...] = (
    ("how_long", frozenset({Kind.TERM})),
    ("when", frozenset({Kind.DATE, Kind.TIME, Kind.TERM})),
    ("how_much", frozenset({Kind.MONEY, Kind.PERCENT, Kind.COUNT, Kind.NUMBER, Kind.AGE})),
    ("how_old", frozenset({Kind.AGE, Kind.CONDITION})),
    ("count", frozenset({Kind.COUNT, Kind.NUMBER})),
    ("who", frozenset({Kind.ENTITY})),
)
_WORDS_OF_CUE: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("where", ("地址", "渠道", "地点", "位置", "所在", "地区", "城市", "网址")),
    ("how", ("流程", "步骤", "方法", "方式", "规则", "渠道")),
    ("why", ("原因", "理由")),
    ("when", ("时间", "日期", "年份")),
    ("how_long", ("时间", "期限", "时长", "年限")),
    ("who", ("人", "者", "公司", "机构")),
)
NO_MATCH = Match("", 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Ranked:
    """A predicate and how well it fits: `match` is its nearest form; `typed` is 1 when it answers the kind of question
    asked, -1 when it answers another kind, 0 when the question does not say."""

    predicate: str
    match: Match
    typed: int

    @property
    def score(self) -> float:
        """Wording and kind of answer together."""
        if self.typed < 0:
            return self.match.wording * MISTYPED
        return self.match.wording + TYPE_WEIGHT * self.typed


def rank(text: str, options: Iterable[str], lexicon: Lexicon, analysis: Analysis) -> list[Ranked]:
    """`options` by fit to the words `text` and to the question words of `analysis`, best first."""
    wordings = wordings_of(lexicon)
    matches = {name: wordings.match(text, name) or NO_MATCH for name in options}
    if max((m.wording for m in matches.values()), default=0.0) < WELL_WORDED:
        sounds = "|" + sound_key(fold(text).text)
        matches = {name: _heard(m, wordings.heard(name, sounds, text), text) for name, m in matches.items()}
    ranked = [
        Ranked(name, match, _typed(name, lexicon.ontology.get(name).datatype, analysis.cues))
        for name, match in matches.items()
    ]
    return sorted(ranked, key=lambda r: -r.score)


def _heard(match: Match, heard: str, text: str) -> Match:
    """The better of a match by wording and one by sound, of the form that was `heard`."""
    if not heard:
        return match
    share = min(1.0, len(heard) / max(1, sum(not c.isspace() for c in text)))
    return max(match, Match(heard, HEARD * share ** (1 - RECALL_SHARE), 1.0, share), key=lambda m: m.wording)


@lru_cache(maxsize=16384)
def _typed(name: str, datatype: Kind, cues: frozenset[str]) -> int:
    """1 when values of a predicate are of the kind that the question words ask for, -1 when they ask for another."""
    if any(cue in cues and datatype in kinds for cue, kinds in _KINDS_OF_CUE):
        return 1
    if any(cue in cues and any(w in name for w in words) for cue, words in _WORDS_OF_CUE):
        return 1
    return -1 if any(datatype in kinds for cue, kinds in _OTHER_KINDS.items() if cue in cues) else 0


def goes_with(predicate: str, analysis: Analysis, lexicon: Lexicon) -> bool:
    """Whether the question words leave it open that the predicate is asked for."""
    return _typed(predicate, lexicon.ontology.get(predicate).datatype, analysis.cues) >= 0


def chance(ranked: Sequence[Ranked], text: str, lexicon: Lexicon) -> float:
    """Probability that the first of `ranked` is what was asked, from its wording, its kind, its lead over the second,
    and how much nearer a predicate comes that the thing does not have."""
    if not ranked:
        return 0.0
    top = ranked[0]
    lead = top.score - ranked[1].score if len(ranked) > 1 else top.score
    gap = max(0.0, wordings_of(lexicon).best_anywhere(text) - top.match.wording)
    evidence = {"wording": top.match.wording, "typed": top.typed, "lead": lead, "gap": gap}
    return probability("predicate", evidence)


def typed_by_cue(typed: Sequence[str], analysis: Analysis) -> str:
    """The one predicate that answers the question word (在哪 → 地址), empty when several do equally."""
    if len(typed) == 1:
        return typed[0]
    for cue, words in _WORDS_OF_CUE:
        for word in words if cue in analysis.cues else ():
            named = [p for p in typed if word in p]
            if named:
                return named[0] if len(named) == 1 or word in named else ""
    return ""


def of_kind(options: Sequence[str], kinds: Iterable[Kind], ontology: Ontology) -> list[str]:
    """The options whose datatype is one of `kinds`, order kept."""
    wanted = frozenset(kinds)
    return [o for o in options if ontology.get(o).datatype in wanted]
