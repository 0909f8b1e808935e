"""Turns taken before anybody waits for one: the first hundred of a process cost twice what later ones do.

Rasa and the caches of names fill, Python specialises what runs often, and the graph engine compiles its queries. What
is asked is made from the names of whatever graph is loaded.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING

from dialogue.turn import Namespace, TurnIn
from kg.facts import UNSPOKEN
from nlu import foreign_words, meant

if TYPE_CHECKING:
    from dialogue.engine.turns import TurnHandler
    from kg.lexicon.lexicon import Lexicon

SECONDS, QUESTIONS = 6.0, 600
"""How long it may take at most, and after how many questions more of them make no difference."""
_SESSION = "warm-up"
_ANY_GRAPH = ("你好", "有哪些产品", "什么是利率", "第一个呢")


def questions(lexicon: Lexicon | None) -> Iterator[str]:
    """What is asked: small talk first, then lists, attributes and follow-ups of names spread over the graph."""
    yield from _ANY_GRAPH
    if lexicon is None:
        return
    classes, step = frozenset(lexicon.class_ids), max(1, len(lexicon.ids) // QUESTIONS)
    for place, entity_id in enumerate(lexicon.ids[index] for index in range(0, len(lexicon.ids), step)):
        name = lexicon.name_of(entity_id)
        if entity_id in classes:
            yield f"有哪些{name}"
        asked = [p for p in lexicon.predicates_of(entity_id) if p not in UNSPOKEN]
        if asked:
            yield f"{name}的{asked[place % len(asked)]}是多少"
            yield f"那{asked[-1 - place % len(asked)]}呢"


async def warm_up(handler: TurnHandler, lexicon: Lexicon | None, clock: Callable[[], float] = time.monotonic) -> None:
    """Takes turns that nobody asked for and forgets them; nothing of them is stored."""
    if lexicon is not None:
        meant.prepare((p for p in lexicon.predicates if p not in UNSPOKEN), lexicon.ontology)
        foreign_words.prepare(lexicon)
    until = clock() + SECONDS
    for number, text in enumerate(islice(questions(lexicon), QUESTIONS)):
        await handler.handle(TurnIn(_SESSION, text, f"{_SESSION}-{number}", date.today(), namespace=Namespace.BATCH))
        if clock() > until:
            break
    handler.forget(_SESSION)
    if lexicon is not None:
        handler.prepare_offers()
