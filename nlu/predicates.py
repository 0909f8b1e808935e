"""Ranking of predicates by the words of a question, for any graph: wording, synonyms, and the kind of answer asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from kg.lexicon.text import fold, sound_key
from kg.ontology import Ontology, Predicate
from kg.values import Kind
from nlu.analysis import Analysis
from nlu.words import features

TYPE_WEIGHT = 0.3
HEARD = 0.8
_WEIGHTS = {"w": 2.0, "p": 1.0, "c": 0.5}
NAMED, ALIASED = 1.0, 0.95
_KINDS_OF_CUE: tuple[tuple[str, frozenset[Kind]], ...] = (
    ("how_long", frozenset({Kind.TERM})),
    ("when", frozenset({Kind.DATE, Kind.TIME, Kind.TERM})),
    ("how_much", frozenset({Kind.MONEY, Kind.PERCENT, Kind.COUNT, Kind.NUMBER, Kind.AGE})),
    ("how_old", frozenset({Kind.AGE, Kind.CONDITION})),
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


@dataclass(frozen=True, slots=True)
class Ranked:
    """A predicate and how well it fits, 0–1; `typed` whether it answers the kind of question asked."""

    predicate: str
    score: float
    wording: float
    typed: bool


def rank(text: str, options: Iterable[str], ontology: Ontology, analysis: Analysis) -> list[Ranked]:
    """`options` by fit to the unexplained words `text` and to the question words of `analysis`, best first."""
    wanted = frozenset(features(text))
    mass = _mass(wanted)
    sounds = "|" + sound_key(fold(text).text)
    ranked = []
    for name in options:
        predicate = ontology.get(name)
        typed = answers(predicate, analysis)
        forms = (name, *predicate.aliases)
        wording = max(max(_overlap(wanted, mass, form), HEARD * _heard(sounds, form)) for form in forms)
        score = min(1.0, wording * (1 - TYPE_WEIGHT) + TYPE_WEIGHT * typed)
        ranked.append(Ranked(name, score, wording, typed))
    return sorted(ranked, key=lambda r: -r.score)


def answers(predicate: Predicate, analysis: Analysis) -> bool:
    """Whether values of the predicate are of the kind that the question words ask for."""
    for cue, kinds in _KINDS_OF_CUE:
        if analysis.has(cue) and predicate.datatype in kinds:
            return True
    return any(analysis.has(cue) and any(w in predicate.name for w in words) for cue, words in _WORDS_OF_CUE)


def typed_by_cue(typed: Sequence[str], analysis: Analysis) -> str:
    """The one predicate that answers the question word (在哪 → 地址), empty when several do equally."""
    if len(typed) == 1:
        return typed[0]
    for cue, words in _WORDS_OF_CUE:
        for word in words if analysis.has(cue) else ():
            named = [p for p in typed if word in p]
            if named:
                return named[0] if len(named) == 1 or word in named else ""
    return ""


@lru_cache(maxsize=32768)
def _form_features(form: str) -> tuple[frozenset[str], float]:
    found = frozenset(features(form))
    return found, _mass(found)


def _overlap(wanted: frozenset[str], wanted_mass: float, form: str) -> float:
    """Weighted share of the form's features that stand in the question, tempered by the reverse share."""
    of_form, mass = _form_features(form)
    shared = of_form & wanted
    if not shared:
        return 0.0
    common = _mass(shared)
    return 0.65 * common / mass + 0.35 * common / wanted_mass


@lru_cache(maxsize=32768)
def _form_sound(form: str) -> str:
    return "|" + sound_key(fold(form).text)


def _heard(sounds: str, form: str) -> bool:
    """Whether the form is heard in the text though written otherwise: 年废 for 年费."""
    return len(form) >= 2 and _form_sound(form) in sounds


def _mass(items: frozenset[str]) -> float:
    return sum(_WEIGHTS[i[0]] for i in items)


def of_kind(options: Sequence[str], kinds: Iterable[Kind], ontology: Ontology) -> list[str]:
    """The options whose datatype is one of `kinds`, order kept."""
    wanted = frozenset(kinds)
    return [o for o in options if ontology.get(o).datatype in wanted]
