"""Questions that name nothing: matters found by their situation, and kinds found by what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from kg.answer import Choice
from kg.facts import DEFINITION, HOTLINE, UNSPOKEN, EntityKind
from kg.lexicon.text import fold
from kg.query import Ask, Entity, Query
from nlu.analysis import PUNCTUATION
from nlu.asked import ACCEPT, RANKED_FLOOR, RANKED_TOP, Asked, asked_of
from nlu.cases_said import qualifiers_of
from nlu.parsing.evidence import RANKED_SUPPORT, explained_by
from nlu.parsing.scene import Scene
from nlu.predicates import ALIASED, chance, rank
from nlu.readings import Reading
from nlu.things import Thing
from nlu.wording import is_content, wordings_of
from nlu.words import STOP, features, pieces, related_groups, wide_features, words

TOPIC_FLOOR = 0.25
JOINT_SUPPORT, MOST = 0.85, 0.95
"""Support of a matter whose situation and what is asked of it explain every word of the turn, and the most of all."""
OF_SITUATION = 0.2
"""Share of the words that only the situation of a matter explains, from which the turn speaks of that matter."""
MATTERS, MAX_CHOICES = 5, 6
NAMED_FIRMLY = 0.9
FIRM_KINDS = frozenset(EntityKind) - {EntityKind.TERM, EntityKind.OTHER}
TOLD = 0.6
"""Share of a way of asking that has to stand in the words beside a matter's situation."""
HARDLY_TOLD = 0.45
"""Share of it in the whole turn below which the words beside need no look: cut anew, they tell little more."""
FEW_OWNERS = 3
MANY = 60
"""Names looked at that begin with one word."""
LEFT_OVER = 2
"""Characters of content beside what is asked, from which it is asked of something that was not understood."""
_ADDRESSED = re.compile(r"你们|[你贵本我]行|咱们?行|你家")
"""Words for the institution that is spoken to."""
OWNER_SUPPORT, OWNER_BONUS = 0.45, 0.25
BESIDE_A_NAME = 0.7
"""What is left of a topic's support when the turn names a product, law or person outright, or nothing of its own."""


def by_topic(scene: Scene) -> list[Reading]:
    """Readings about a matter that is not named, found by situation or by a predicate that only it has."""
    analysis, lexicon = scene.analysis, scene.lexicon
    support = {t.entity_id: t.support for t in scene.topics.find(analysis.text) if t.support >= TOPIC_FLOOR}
    for mention in analysis.predicates:
        for predicate in () if mention.value else mention.predicates:
            if scene.named and not lexicon.ontology.get(predicate).declared:
                continue  # nobody declared it to be a matter's own: it is asked of what is named
            owners = lexicon.owners_of(predicate)
            for owner in owners:
                if len(owners) <= FEW_OWNERS or owner in support:
                    support[owner] = max(support.get(owner, 0.0), OWNER_SUPPORT) + OWNER_BONUS
    named = {t.entity.id for t in scene.named}
    readings = []
    for entity_id, strength in sorted(support.items(), key=lambda item: -item[1])[:MATTERS]:
        if entity_id not in named:
            reading = _topic_reading(scene, entity_id, min(strength, MOST))
            if reading is not None:
                readings.append(reading)
    # Of a class and a member alike in support the class is meant.
    return sorted(readings, key=lambda r: (-r.score, not lexicon.member_count(r.query.focus[0].id)))[:3]


def _topic_reading(scene: Scene, entity_id: str, strength: float) -> Reading | None:
    said = scene.topics.said_of(entity_id)
    asked = _asked_of_matter(scene, entity_id, said)
    if not asked.predicates:
        return None
    explained, named = _explained_words(scene, said, asked.predicates)
    if named >= OF_SITUATION:
        strength = max(strength, JOINT_SUPPORT * explained)
    elif said and (asked.support <= RANKED_SUPPORT or scene.memory.last is not None):
        strength *= BESIDE_A_NAME  # what is asked speaks of it, its situation does not
    apart = [t for t in scene.named if not _belongs(t, said) or (t.kind is EntityKind.PRODUCT and not t.is_class)]
    if any(stands_firm(t, scene) for t in apart):
        strength *= BESIDE_A_NAME
    entity = Entity(entity_id, scene.lexicon.name_of(entity_id), how="topic")
    qualifiers = qualifiers_of(scene.analysis, asked.predicates, scene.lexicon)
    period = scene.analysis.periods[0].period if scene.analysis.periods else None
    query = Query(Ask.VALUE, (entity,), predicates=asked.predicates, qualifiers=qualifiers, period=period)
    return Reading(
        query,
        entity=min(strength, MOST),
        predicate=max(asked.support, 0.6),
        explained=max(explained, scene.analysis.explained if not said else 0.0),
        coverage=explained,
        by_topic=True,
    )


def _asked_of_matter(scene: Scene, entity_id: str, said: frozenset[str]) -> Asked:
    """What is asked of a matter, the words that describe its situation left out."""
    whole = asked_of(entity_id, scene.analysis, scene.lexicon)
    if not said or whole.support > RANKED_SUPPORT:
        return whole
    has = [p for p in scene.lexicon.predicates_of(entity_id) if p not in UNSPOKEN and p != DEFINITION]
    wordings = wordings_of(scene.lexicon)
    if wordings.most_recalled(scene.analysis.text, has) < HARDLY_TOLD:
        return whole  # less is said by fewer words
    # 赔 belongs to the situation of a failing bank and to what is asked of it
    situation = said - wordings.asking(tuple(has))
    rest = "".join(" " * len(w) if _is_said(w, situation) else w for w in pieces(scene.analysis.text))
    ranked = rank(rest, has, scene.lexicon, scene.analysis)
    likely = chance(ranked, rest, scene.lexicon)
    support = RANKED_FLOOR + (RANKED_TOP - RANKED_FLOOR) * likely
    told = likely >= ACCEPT and ranked[0].match.recall >= TOLD
    return Asked((ranked[0].predicate,), support) if told and support > whole.support else whole


def _is_said(word: str, said: frozenset[str]) -> bool:
    return f"w:{word}" in said or any(f"r:{g}" in said for g in related_groups(word))


def _explained_words(scene: Scene, said: frozenset[str], predicates: Sequence[str]) -> tuple[float, float]:
    """Weighted share of the words of the turn that the matter's situation, what is asked, or question words explain;
    and the share that only the situation does."""
    wordings = wordings_of(scene.lexicon)
    text = scene.analysis.text
    for thing in scene.named:
        if thing.start >= 0 and _belongs(thing, said):
            text = text[: thing.start] + words(thing.entity.name)[-1] + text[thing.end :]
            break
    matches = [wordings.match(text, p) for p in predicates]
    asking = frozenset().union(*(wide_features(m.form) for m in matches if m is not None))
    found = [w for w in pieces(text) if w.strip() and w not in STOP and w not in PUNCTUATION]
    weights = {w: wordings.weight(f"w:{w}") for w in found}
    total = sum(weights.values()) or 1.0
    asked = {w for w in weights if _is_said(w, asking) or not is_content(w)}
    described = {w for w in weights if _is_said(w, said)} - asked
    explained, situation = (sum(weights[w] for w in weights if w in some) for some in (asked | described, described))
    return explained / total, situation / total


def _belongs(thing: Thing, said: frozenset[str]) -> bool:
    """Whether a named thing is one of those that the matter's situations speak of: 云杉银行 where a bank fails."""
    return any(f"w:{w}" in said for w in words(thing.entity.name)[-1:])


def stands_firm(thing: Thing, scene: Scene) -> bool:
    """Whether a named thing leaves little room for a topic: a product, law or person, or a class that has what is
    asked. A mere class (存款) beside a predicate it lacks (最多赔多少) does not."""
    if thing.support <= NAMED_FIRMLY or thing.kind not in FIRM_KINDS:
        return False
    if not thing.is_class:
        return True
    asked = asked_of(thing.entity.id, scene.analysis, scene.lexicon)
    return bool(asked.predicates) and asked.support > RANKED_SUPPORT


def by_predicate(scene: Scene) -> list[Reading]:
    """三年期利率多少 with nothing named: the kinds of things that have it become choices, one is taken at once."""
    named = next((m for m in scene.analysis.predicates if not m.value), None)
    if named is None or _talked_about(scene):
        return []
    cases = {fold(t).text for _, t in scene.lexicon.cases_of(named.predicates)}
    if any(fold(t.entity.name).text not in cases for t in scene.named):
        return []
    if DEFINITION in named.predicates:
        return []  # what is to be defined is what was not understood
    found = _kinds_having(named.predicates, scene)
    if named.named and not (scene.analysis.values or scene.analysis.rest or scene.named):
        found = _told_apart(found, scene)
    queries = [_of_kind(scene, entity_id, predicate) for entity_id, predicate in found[:MAX_CHOICES]]
    if not queries:
        return []
    choices = tuple(Choice(q.focus[0].name, q) for q in queries) if len(queries) > 1 else ()
    explained = explained_by(queries[0], scene)
    return [Reading(queries[0], entity=0.8, predicate=ALIASED, explained=explained, choices=choices)]


def _talked_about(scene: Scene) -> bool:
    """Whether the talk says of what it is asked; a question back that is open does not."""
    return scene.memory.last is not None and not scene.named and not scene.memory.pending


def _told_apart(found: Sequence[tuple[str, str]], scene: Scene) -> list[tuple[str, str]]:
    """The kinds among which it is worth asking: the one that all others are above or below, where there is one that is
    not the highest, as they all mean the same then: 网点 of 机构, 网点 and 县域网点."""
    ids = [entity_id for entity_id, _ in found]
    above = {i: {*ids} & {*scene.lexicon.ancestors(i), *_all_above(i, scene)} for i in ids}
    common = [i for i in ids if all(i == other or other in above[i] or i in above[other] for other in ids)]
    lowest = max(common, key=lambda i: len(above[i]), default="")
    return [item for item in found if item[0] == lowest] if lowest and above[lowest] else list(found)


def _all_above(entity_id: str, scene: Scene) -> Iterator[str]:
    """The classes of a thing and all above them."""
    for cls in scene.lexicon.classes_of(entity_id):
        yield cls
        yield from scene.lexicon.ancestors(cls)


def _kinds_having(predicates: Sequence[str], scene: Scene) -> list[tuple[str, str]]:
    """(id, predicate) of the kinds of things that have one of the predicates, in the case asked, general ones first;
    none where words beside it speak of something that none of the many is called."""
    lexicon = scene.lexicon
    with_case = [p for p in predicates if qualifiers_of(scene.analysis, (p,), lexicon)]
    found: dict[str, str] = {}
    for predicate in with_case or predicates:
        kinds = [c for c in lexicon.class_ids if predicate in lexicon.own_predicates(c)]
        kinds = kinds or [c for c in lexicon.class_ids if predicate in lexicon.member_predicates(c)]
        for entity_id in (*kinds, *lexicon.owners_of(predicate)):
            found.setdefault(entity_id, predicate)
    asked = {f for p in predicates for f in features(p)}
    said = frozenset(f for f in features(_without_cases(scene)) if f not in asked and _tells(f))

    def rank(entity_id: str) -> tuple[int, bool, int]:
        common = len(said & frozenset(features(lexicon.name_of(entity_id))))
        return -common, entity_id not in lexicon.class_ids, len(lexicon.classes_of(entity_id))

    unheard = _unheard(scene)
    begun = _begun_by(unheard, predicates, scene)
    if begun:
        return begun
    house = _house(scene) if _ADDRESSED.search(scene.analysis.text) else ""
    if house in found:
        return [(house, found[house])]
    nearest = sorted(found.items(), key=lambda item: rank(item[0]))
    sharing = [item for item in nearest if rank(item[0])[0] < 0]
    if len(sharing) == 1:
        name = lexicon.name_of(sharing[0][0])
        sure = not any(w not in name for w in unheard) and not scene.analysis.has("list")
        return sharing if sure and not scene.analysis.mentions else nearest
    return sharing or nearest


def _begun_by(unheard: Sequence[str], predicates: Sequence[str], scene: Scene) -> list[tuple[str, str]]:
    """(id, predicate) of the classes that a word begins which nothing else explains (黄金 of 黄金积存 in 黄金怎么买),
    and that have what is asked; the most general first."""
    lexicon = scene.lexicon
    found: dict[str, str] = {}
    whole = {scene.analysis.text[a:b] for a, b in scene.analysis.rest}
    for word in unheard if len(unheard) == 1 and whole == {*unheard} else ():
        rows = {int(row) for name in lexicon.name_trie.iterkeys(fold(word).text) for row, _ in lexicon.name_trie[name]}
        for info in (lexicon.entity_at(row) for row in sorted(rows)[:MANY]):
            predicate = next((p for p in predicates if p in lexicon.predicates_of(info.id)), "")
            if predicate and info.is_class:
                found.setdefault(info.id, predicate)
    return sorted(found.items(), key=lambda item: len(lexicon.ancestors(item[0])))


def _unheard(scene: Scene) -> list[str]:
    """Words of content that nothing explains."""
    beside = (scene.analysis.text[a:b] for a, b in scene.analysis.rest if b - a >= LEFT_OVER)
    return [w for text in beside for w in pieces(text) if len(w) >= LEFT_OVER and is_content(w)]


def _tells(feature: str) -> bool:
    """Whether a word or pair of signs, and no single sign or mere relative, is shared."""
    return feature.startswith(("w:", "p:")) and len(feature) > len("w:") + 1


def _house(scene: Scene) -> str:
    """The id of the institution that speaks: the one with a hotline that most is said to belong to."""
    lexicon = scene.lexicon
    owners = (i for i in map(lexicon.entity, lexicon.owners_of(HOTLINE)) if i is not None and not i.is_class)
    houses = [i.id for i in owners if i.kind is EntityKind.ORGANISATION]
    return max(houses, key=lambda i: len(lexicon.incoming_predicates(i)), default="")


def _without_cases(scene: Scene) -> str:
    """The text without its values and without names that only say the case (三年期, 手机银行)."""
    spans = [(v.start, v.end) for v in scene.analysis.values] + [(t.start, t.end) for t in scene.named]
    chars = list(scene.analysis.text)
    for start, end in spans:
        chars[start:end] = " " * (end - start)
    return "".join(chars)


def _of_kind(scene: Scene, entity_id: str, predicate: str) -> Query:
    entity = Entity(entity_id, scene.lexicon.name_of(entity_id), how="topic")
    qualifiers = qualifiers_of(scene.analysis, (predicate,), scene.lexicon)
    period = scene.analysis.periods[0].period if scene.analysis.periods else None
    return Query(Ask.VALUE, (entity,), predicates=(predicate,), qualifiers=qualifiers, period=period)
