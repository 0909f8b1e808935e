"""The one arbiter: Query, FAQ, command, chit-chat and out of scope on one scale; the likeliest reading wins.

Each reading gets a probability from a logistic curve over its evidence; the curves are fitted on the
development sets and stand in resources/arbiter.json.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from kg.answer import Choice
from kg.facts import OWN_ACCOUNT_CLASS, URGENT_STEPS, EntityKind
from kg.lexicon.lexicon import Lexicon
from kg.lexicon.text import fold
from kg.query import Ask
from nlu import intents
from nlu.analysing import analyse, plain
from nlu.analysis import Analysis
from nlu.compounds import compounded
from nlu.curves import curves, log_odds, probability
from nlu.faq import FaqHit, FaqIndex
from nlu.followups import readings_of
from nlu.followups.choosing import chosen
from nlu.followups.correcting import takes_back
from nlu.foreign_words import translated
from nlu.memory import Memory
from nlu.misspelt import corrected, prepare
from nlu.parsing.scene import scene_of
from nlu.plain_wishes import drops, may_refuse, plain_wish
from nlu.readings import Reading
from nlu.remarks import without_remark
from nlu.risk_wishes import plainly_about_risk
from nlu.scale import as_intents, likely, or_unknown, winner
from nlu.selves import of_the_speaker
from nlu.several import questions, understood_apart
from nlu.topics import TopicIndex, urgent_topics
from nlu.typed_pinyin import in_chinese
from nlu.understood import Understood
from nlu.wording import is_content, wordings_of
from nlu.words import pieces

OTHER_INSTITUTION = 0.995
"""Another bank's or payment firm's name in the turn, unless the graph itself knows it: its products are not ours."""
PLAIN_WISH, MISHEARD = 0.97, 0.2
"""What is believed of words that plainly refuse or want offers; from which opinion of the classifier that offers are
refused it is looked for the word that refuses them."""
SURELY_URGENT, URGENT_FIRST = 0.6, 0.99
"""An urgent matter named with the first support goes before everything else."""
NAMES_IT = 0.9
"""Support from which a FAQ is taken to be about a name that the graph does not know."""
FOREIGN_WORDS = 2
"""Words of content from which a turn without any that the graph knows is about something else."""
FAMILIAR = 0.6
"""Share of a question that must be explained for it to lean on the one before it in the same message."""
OFFERED, LEAST_SHARE = 0.25, 0.03
"""Probability of the nearest FAQ from which the near ones are offered where nothing is answered, and the share of the
belief in all near ones from which one is worth offering."""
THERE_ALONE = 0.8
"""Probability that what is asked stands in the graph at all from which the near FAQs are offered where the graph has
nothing else: which of them is meant the customer knows."""
SAID_ALONE = 0.85
"""Probability from which a FAQ is answered where the graph has nothing else: of all that is asked some 2 % are answered
wrongly so."""
_FOR_FACTS = (
    *("how_much", "how_long", "how_old", "count", "sum", "average", "share", "most", "least", "best", "list", "when"),
    *("where", "who", "source", "define"),
)
"""Cues of questions for a figure, a name, a time, a list or an article: facts answer these."""


class Understanding:
    """Everything of one lexicon that understanding needs; built once per revision, shared by all turns."""

    def __init__(self, lexicon: Lexicon) -> None:
        self.lexicon = lexicon
        self.topics = TopicIndex(lexicon)
        self.faqs = FaqIndex(lexicon)
        undeclared = sum(not lexicon.ontology.get(p).declared for p in lexicon.predicates)
        self.faqs_alone = 2 * len(lexicon.faqs) > len(lexicon.ids)
        self.foreign = 2 * undeclared > len(lexicon.predicates) or self.faqs_alone
        wordings_of(lexicon)  # these are asked by some turns only; none of them shall wait until they are built
        urgent_topics(lexicon)
        prepare(lexicon)

    def understand(self, text: str, probabilities: Mapping[str, float], memory: Memory, today: date) -> Understood:
        """The likeliest reading of `text`. `probabilities` are the classifier's, by intent."""
        text = plain(text)
        if self.foreign:
            probabilities = _without_scope(probabilities)
        if memory.asked and drops(text):
            return Understood(intents.CANCEL, PLAIN_WISH)
        choice = chosen(text, memory)
        if choice is not None and choice.query is not None:
            return Understood(intents.CHOOSE, 1.0, query=choice.query)
        if choice is not None:
            text = choice.text or choice.label
        typed = in_chinese(text, self.lexicon)
        text = typed.text if typed is not None else text
        analysis = corrected(analyse(text, self.lexicon, today), self.lexicon, today)
        analysis = translated(analysis, self.lexicon, today)
        if typed is not None:
            analysis = replace(analysis, misspelt=(*typed.read_as, *analysis.misspelt))
        if _of_others(analysis):
            return Understood(intents.OUT_OF_SCOPE, OTHER_INSTITUTION)
        wanted = plain_wish(text)
        if wanted is not None:
            return Understood(intents.OPT_IN if wanted else intents.OPT_OUT, PLAIN_WISH)
        if plainly_about_risk(text):
            return Understood(intents.OPT_OUT, PLAIN_WISH)
        whole = self._one(analysis, _heard(text, probabilities), memory)
        apart = self._several(analysis, whole, probabilities, memory, today)
        return apart or self._without_remark(analysis, whole, probabilities, memory, today) or whole

    def _without_remark(
        self, analysis: Analysis, whole: Understood, probabilities: Mapping[str, float], memory: Memory, today: date
    ) -> Understood | None:
        """The question of a turn that passes a remark besides, where it is surer without the remark."""
        refused = whole.intent in (intents.FALLBACK, intents.OUT_OF_SCOPE)
        unheard = refused or (whole.reading is not None and not whole.choices)
        text = without_remark(analysis) if unheard else ""
        if not text:
            return None
        part = self._one(analyse(text, self.lexicon, today), probabilities, memory)
        known = part.reading is not None and part.query is not None and not part.reading.absent
        lost = refused or (whole.reading is not None and whole.reading.absent)
        return part if known and (lost or part.confidence > whole.confidence) else None

    def _several(
        self, analysis: Analysis, whole: Understood, probabilities: Mapping[str, float], memory: Memory, today: date
    ) -> Understood | None:
        """The message as several questions, None where it is one; commands and small talk are never cut up."""
        cut = questions(analysis, self.lexicon)
        known = whole.intent in intents.KNOWLEDGE_INTENTS or whole.intent in (intents.FALLBACK, intents.OUT_OF_SCOPE)
        if not cut or not known or takes_back(analysis.text):
            return None

        def understand(text: str, so_far: Memory, leans: bool) -> Understood:
            part = compounded(analyse(text, self.lexicon, today), self.lexicon)
            named = any(not p.value for p in part.predicates) and not part.mentions
            familiar = named or part.explained >= FAMILIAR
            return self._one(part, probabilities, so_far if familiar else Memory(), leans and familiar)

        parts = understood_apart(cut, whole, memory, today, understand)
        return replace(parts[0], parts=parts) if parts else None

    def _one(
        self, analysis: Analysis, probabilities: Mapping[str, float], memory: Memory, leans: bool = False
    ) -> Understood:
        text = analysis.text
        readings = self._readings(analysis, memory, leans)
        ranked = self.faqs_alone or self._has_no_fact(analysis, readings)
        hits = self.faqs.find(text) if ranked else self.faqs.alike(text)
        unknown = bool(readings) and readings[0].stranger
        known = max((r.score for r in readings if self._speaks_against_commands(r, analysis)), default=0.0)
        candidates = [
            *self._as_queries(readings[:3], analysis),
            *(self._as_faq(h, analysis) for h in hits[:1] if self._may_be(h, unknown) and not _of_another(h, analysis)),
            *as_intents(probabilities, known, max((max(h.score, h.sure) for h in hits), default=0.0), analysis),
        ]
        knowledge = sum(p for i, p in probabilities.items() if i in intents.KNOWLEDGE_INTENTS)
        won = winner(candidates, knowledge if self._speaks_our_language(analysis) else 0.0)
        lost = won.intent == intents.FALLBACK or (won.intent == intents.OUT_OF_SCOPE and self.faqs_alone)
        hits = self.faqs.find(text) if lost and not ranked else hits
        offers = lost and bool(hits) and self._is_near(hits[0]) and not of_the_speaker(text)
        return _offered(hits, won) if offers else won

    def _is_near(self, hit: FaqHit) -> bool:
        return hit.there >= THERE_ALONE if self.faqs_alone else hit.sure >= OFFERED

    def _may_be(self, hit: FaqHit, unknown: bool) -> bool:
        return hit.sure >= SAID_ALONE if self.faqs_alone else not unknown or hit.score >= NAMES_IT

    def _has_no_fact(self, analysis: Analysis, readings: Sequence[Reading]) -> bool:
        """Where the ranking of FAQs is heard beside facts: no fact answers, no figure is said, and none, no name, no
        list and no attribute by its name is asked for."""
        named = analysis.mentions and any(p.named and not p.value for p in analysis.predicates)
        if analysis.values or analysis.has(*_FOR_FACTS) or (named and not analysis.has("how", "why")):
            return False
        return all(r.absent or likely(r, analysis) < curves()["threshold"]["any"] for r in readings)

    def _as_faq(self, hit: FaqHit, analysis: Analysis) -> Understood:
        """A graph of nothing but FAQs has no facts that a question could be about instead."""
        asks = {"why": float(analysis.has("why")), "how": float(analysis.has("how"))}
        if self.faqs_alone:
            return Understood(intents.ASK_FAQ, hit.sure, faq_id=hit.faq.id)
        alike = probability("faq", {"score": hit.score, "margin": hit.margin, **asks})
        ranked = probability("faq_ranked", {"odds": log_odds(hit.sure)}) if hit.sure else 0.0
        return Understood(intents.ASK_FAQ, max(alike, ranked), faq_id=hit.faq.id)

    def _speaks_our_language(self, analysis: Analysis) -> bool:
        """Whether a name, an attribute, a figure or a word of the graph's matters stands in the turn: what a classifier
        takes for a question without any is a question about something else."""
        known = analysis.mentions or analysis.predicates or analysis.values
        content = [w for w in pieces(analysis.text) if is_content(w)]
        return bool(known) or len(content) < FOREIGN_WORDS or any(self.topics.speaks_of(w) for w in content)

    def _as_queries(self, readings: Sequence[Reading], analysis: Analysis) -> list[Understood]:
        """In the order of their scores. On a graph nobody declared, where the curve was not fitted, a worse reading
        that asks the like is never surer than the best one."""
        queries = [self._as_query(r, analysis) for r in readings]
        best = queries[0] if queries and self.foreign else None
        if best is None:
            return queries
        like = readings[0].query.ask
        capped = (replace(q, confidence=min(q.confidence, best.confidence)) for q in queries)
        return [c if r.query.ask is like else q for r, q, c in zip(readings, queries, capped, strict=True)]

    def _as_query(self, reading: Reading, analysis: Analysis) -> Understood:
        p = likely(reading, analysis)
        if self._is_urgent(reading):
            first = max(p, URGENT_FIRST) if reading.score >= SURELY_URGENT else p
            return Understood(intents.REPORT_URGENT, first, reading=reading)
        intent = intents.KNOWLEDGE[reading.query.ask]
        return Understood(intent, p, query=reading.query, reading=reading, choices=reading.choices)

    def _is_urgent(self, reading: Reading) -> bool:
        """The turn is about a matter that has urgent steps, and asks for these or for nothing in particular."""
        if reading.choices:
            return False
        asks = reading.query.ask is Ask.DESCRIBE or set(reading.query.predicates) == {URGENT_STEPS}
        return asks and any(URGENT_STEPS in self.lexicon.own_predicates(e.id) for e in reading.query.focus)

    def _speaks_against_commands(self, reading: Reading, analysis: Analysis) -> bool:
        """Not where a customer sees what is his own: that speaks for the command. Nor a name of which nothing is asked:
        转人工客服 names the service centre, and wants it."""
        only_names = reading.query.ask is Ask.DESCRIBE and not analysis.has("define", "how", "list")
        return not only_names and not self._is_own_account(reading)

    def _is_own_account(self, reading: Reading) -> bool:
        """The reading is about where a customer sees what is his own, so it speaks for that command, not against it."""
        classes = (c for e in reading.query.focus for c in self.lexicon.classes_of(e.id))
        return any(self.lexicon.name_of(c) == OWN_ACCOUNT_CLASS for c in classes)

    def _readings(self, analysis: Analysis, memory: Memory, leans: bool = False) -> list[Reading]:
        scene = replace(scene_of(analysis, self.lexicon, memory, self.topics), leans=leans)
        readings = [or_unknown(r, analysis) for r in readings_of(scene)]
        return sorted(readings, key=lambda r: -r.score)


def _of_another(hit: FaqHit, analysis: Analysis) -> bool:
    """Whether one product is named of which the FAQ does not speak: what is said of cards in general answers nothing
    about this one."""
    products = [m for m in analysis.mentions if not m.best.is_class and m.best.kind is EntityKind.PRODUCT and m.exact]
    if not products:
        return False
    said = fold("\n".join((hit.faq.question, *hit.faq.variants, *hit.faq.answers))).text
    return not any(fold(name).text in said for m in products for name in (m.surface, m.best.name))


def _heard(text: str, probabilities: Mapping[str, float]) -> Mapping[str, float]:
    """The classifier's probabilities, without a refusal of offers where no word refuses anything (别的推荐有吗)."""
    if probabilities.get(intents.OPT_OUT, 0.0) < MISHEARD or may_refuse(text):
        return probabilities
    rest = 1.0 - probabilities[intents.OPT_OUT]
    others = {i: p / rest for i, p in probabilities.items() if i != intents.OPT_OUT} if rest > 0 else {}
    return {**others, intents.OPT_OUT: 0.0}


def _of_others(analysis: Analysis) -> bool:
    """Whether another institution is named that is no thing of the graph itself."""
    named = [p for p in analysis.phrases if p.label == "other_institution"]
    return any(not any(m.start <= p.start and p.end <= m.end for m in analysis.mentions) for p in named)


def _without_scope(probabilities: Mapping[str, float]) -> dict[str, float]:
    """The classifier's probabilities without its opinion on scope: it knows the bank's own matters, and takes what a
    graph of another trade can answer for something else. Names and attributes of the graph decide there."""
    outside = probabilities.get(intents.OUT_OF_SCOPE, 0.0)
    known = {i: p for i, p in probabilities.items() if i in intents.KNOWLEDGE_INTENTS}
    total = sum(known.values()) or 1.0
    moved = {i: p + outside * p / total for i, p in known.items()}
    return {**probabilities, **moved, intents.OUT_OF_SCOPE: 0.0}


def _offered(hits: Sequence[FaqHit], instead: Understood) -> Understood:
    """The nearest FAQs as choices, in place of a refusal."""
    near = [h for h in hits if h.share >= LEAST_SHARE] or list(hits)
    choices = tuple(Choice(h.faq.question, text=h.faq.question) for h in near)
    return Understood(intents.ASK_FAQ, hits[0].sure, choices=choices, runners_up=instead.runners_up)
