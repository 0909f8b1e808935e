"""Values of a question as constraints on members (R2以下 → 风险等级 ≤ R2) or as qualifiers of a fact (三年期)."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import islice

from kg.facts import EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.linker import PredicateMention
from kg.lexicon.text import fold
from kg.query import Constraint
from kg.values import Kind, Op, Value
from nlu.analysis import PUNCTUATION, Analysis, ValueSpan
from nlu.exclusion import excluded, excluded_behind
from nlu.hints import hinted
from nlu.meaning import related
from nlu.phrases import condition_words
from nlu.value_kinds import UNITS, as_of, likeliest, named_by_unit, reads, takes, uncounted, unitless
from nlu.wording import is_content, wordings_of

NEAR = 4
"""Characters between a predicate and a value that still belong together (收益率在3%以上)."""
NAMED_ENOUGH = 0.5
"""Share of the words beside a value that a predicate's name has to explain to take it."""
LEAST_BEGUN, MOST_BEGUN = 3, 8
"""Characters that a beginning of a value has at least, and values that may begin with it."""
MEANT_ENOUGH = 0.5
"""How firmly the words before a value have to ask for a predicate (nlu.meaning) to give it the value."""
_OPS = {"le": Op.LE, "ge": Op.GE}


def constraint_of(span: ValueSpan, analysis: Analysis, options: Sequence[str], lexicon: Lexicon) -> Constraint | None:
    """The constraint that a value puts on members whose predicates are `options`; None when nothing takes it, or when
    the words right before it name something that members do not have."""
    op = _op(span.value, analysis, span)
    before = [m for m in analysis.predicates if m.end <= span.start]
    near = [p for p in _beside(span, analysis.predicates, options) if reads(lexicon, p, span.value)]
    near = [p for p in near if not unitless(lexicon, p, span.value) or any(p in m.predicates for m in before)]
    if near:
        asks_enough = span.value.op is Op.EQ and analysis.has("yes_no") and hinted(analysis.text, "verbs", near[:1])
        op = _OPS[asks_enough[1]] if asks_enough and op is Op.EQ else op  # 三百万够大额存单的门槛吗
        return Constraint(near[0], op, as_of(lexicon, near[0], span.value))
    taking = [p for p in options if takes(lexicon, p, span.value)]
    verb = hinted(analysis.text, "verbs", taking)
    if verb is not None:
        return Constraint(verb[0], _OPS[verb[1]] if span.value.op is Op.EQ else op, span.value)
    said = _words_before(span, analysis)
    nearest = _nearest_by_wording(said, options, span.value, lexicon)
    if nearest:
        return Constraint(nearest, op, as_of(lexicon, nearest, span.value))
    meant = _meant_before(said, options, span.value, lexicon)
    if meant:
        return Constraint(meant, op, as_of(lexicon, meant, span.value))
    alone = taking[0] if len(taking) == 1 and not lexicon.ontology.get(taking[0]).declared else ""
    if alone and is_content(said) and set(said) & set(alone):
        return Constraint(alone, op, span.value)  # 票价20元以下, the only money that members have being 门票
    measured = named_by_unit(span.value, options, lexicon)
    if measured and not is_content(said):
        return Constraint(measured, op, as_of(lexicon, measured, span.value))  # 4.5分以上 of the 评分
    if not taking or is_content(said) or uncounted(span.value, taking, lexicon):
        return None
    return Constraint(likeliest(taking, span.value), op, span.value)


def _words_before(span: ValueSpan, analysis: Analysis) -> str:
    """The words right before a value, back to the name, value or mark before them: 首付 in 房贷首付20%以内."""
    stops = [m.end for m in analysis.mentions if m.best.kind is not EntityKind.TERM and m.end <= span.start]
    stops += [v.end for v in analysis.values if v.end <= span.start]
    stops += [p.end for p in analysis.phrases if p.end <= span.start]
    stops += [i + 1 for i, c in enumerate(analysis.text[: span.start]) if c in PUNCTUATION]
    return analysis.text[max(stops, default=0) : span.start]


def _nearest_by_wording(said: str, options: Sequence[str], value: Value, lexicon: Lexicon) -> str:
    """The predicate that the words before a value are most of the name of, and that takes the value."""
    wordings = wordings_of(lexicon)
    matches = ((wordings.match(said, p), p) for p in options if reads(lexicon, p, value)) if said.strip() else ()
    good = [(m.recall + m.coverage, p) for m, p in matches if m and m.coverage >= NAMED_ENOUGH]
    return max(good, key=lambda g: g[0])[1] if good else ""


def _meant_before(said: str, options: Sequence[str], value: Value, lexicon: Lexicon) -> str:
    """The undeclared predicate that everyday words before a value mean (价格50元以下: 门票), and that takes it."""
    loose = [p for p in options if not lexicon.ontology.get(p).declared and reads(lexicon, p, value)]
    found = [(r.cover * r.cue, p) for p in loose if (r := related(said, p)).cover * r.cue >= MEANT_ENOUGH]
    return max(found)[1] if said.strip() and found else ""


def free_of(
    mention: PredicateMention, options: Sequence[str], analysis: Analysis, lexicon: Lexicon
) -> Constraint | None:
    """免年费, 不收手续费: a charge named right after a word that says there is none is to be zero."""
    before = analysis.text[: mention.start]
    if mention.value or not any(before.endswith(word) for word in condition_words("free")):
        return None
    if before.endswith("有没有") or any(0 <= v.start - mention.end <= NEAR for v in analysis.values):
        return None  # 有没有人均消费100元的 asks, and 没有年费500元的 says how much
    charges = [p for p in mention.predicates if p in options and lexicon.ontology.get(p).datatype in UNITS]
    if not charges:
        return None
    kind = lexicon.ontology.get(charges[0]).datatype
    op = Op.NE if excluded_behind(mention.end, analysis) else Op.EQ
    return Constraint(charges[0], op, Value(f"0{UNITS[kind]}", kind, number=Decimal(0), unit=UNITS[kind]))


def costless(analysis: Analysis, options: Sequence[str], lexicon: Lexicon) -> Constraint | None:
    """免费的公园: the only amount of money that members have is zero, where nobody declared what they have."""
    if not any(word in analysis.text for word in condition_words("costless")):
        return None
    amounts = [p for p in options if lexicon.ontology.get(p).datatype is Kind.MONEY]
    if len(amounts) != 1 or lexicon.ontology.get(amounts[0]).declared:
        return None
    return Constraint(amounts[0], Op.EQ, Value("0元", Kind.MONEY, number=Decimal(0), unit="元"))


def presence(said: str, options: Sequence[str], lexicon: Lexicon) -> Constraint | None:
    """有保管箱(的网点), 周末不开门(的网点): words that name a text predicate which can say no, with or without a word
    of lacking in them."""
    lacking = next((w for w in condition_words("lacks") if w in said), "")
    words = said.replace(lacking, "", 1) if lacking else said
    words = words.removeprefix(next((w for w in condition_words("has") if words.startswith(w)), ""))
    wordings = wordings_of(lexicon)
    matches = ((wordings.match(words, p), p) for p in options) if words.strip() else ()
    good = [(m.wording, p) for m, p in matches if m and min(m.coverage, m.recall) >= NAMED_ENOUGH]
    named = [(wording, p) for wording, p in good if _negative(p, lexicon)]
    if not named:
        return None
    predicate = max(named)[1]
    return Constraint(predicate, Op.EQ if lacking else Op.NE, Value(_negative(predicate, lexicon), Kind.TEXT))


def _negative(predicate: str, lexicon: Lexicon) -> str:
    """The text by which a predicate says no, empty when it never does."""
    rows = ((w, lexicon.value_trie.get(fold(w).text) or ()) for w in condition_words("negative_values"))
    return next((w for w, found in rows if any(lexicon.predicates[p] == predicate for (p,) in found)), "")


def sort_of(words: str, lexicon: Lexicon) -> tuple[str, tuple[str, ...]] | None:
    """(value, predicates) where words are a value that the graph writes with 型 or the like behind it (高档型)."""
    folded = fold(words).text
    for ending in condition_words("sorts"):
        rows = lexicon.value_trie.get(folded + ending) if folded else None
        if rows:
            return folded + ending, tuple(dict.fromkeys(lexicon.predicates[p] for (p,) in rows))
    return None


def begun(words: str, options: Sequence[str], lexicon: Lexicon) -> Constraint | None:
    """国际长途 of 国际长途电话: words that are the greater part of the one value that begins with them, where nobody
    declared the predicate."""
    said = words.strip().removesuffix("的")
    said = said.removeprefix(next((w for w in condition_words("has") if said.startswith(w)), ""))
    folded = fold(said).text
    if len(folded) < LEAST_BEGUN:
        return None
    found: list[tuple[str, str]] = []
    for text in islice(lexicon.value_trie.iterkeys(folded), MOST_BEGUN):
        rows = (lexicon.predicates[p] for (p,) in lexicon.value_trie[text])
        loose = (p for p in rows if p in options and not lexicon.ontology.get(p).declared)
        found.extend((p, text) for p in loose if 2 * len(folded) > len(text))
    return Constraint(found[0][0], Op.EQ, Value(found[0][1], Kind.TEXT)) if len(found) == 1 else None


def text_constraint(mention: PredicateMention, options: Sequence[str], analysis: Analysis) -> Constraint | None:
    """A text that stands as value of one of the members' predicates: 币种=美元."""
    predicate = next((p for p in mention.predicates if p in options), None)
    if predicate is None:
        return None
    op = Op.NE if excluded(mention.start, mention.end, analysis) else Op.EQ
    return Constraint(predicate, op, Value(mention.value, Kind.TEXT))


def _beside(span: ValueSpan, mentions: Sequence[PredicateMention], options: Sequence[str]) -> list[str]:
    found: list[tuple[int, str]] = []
    for mention in mentions:
        gap = max(span.start - mention.end, mention.start - span.end)
        if gap <= NEAR:
            found.extend((gap, p) for p in mention.predicates if p in options)
    return [p for _, p in sorted(found, key=lambda f: f[0])]


def _op(value: Value, analysis: Analysis, span: ValueSpan) -> Op:
    if value.op is Op.EQ and excluded(span.start, span.end, analysis):
        return Op.NE
    return value.op
