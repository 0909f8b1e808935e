"""FAQ retrieval over many questions: `python -m bench.faqs [COUNT]`, CPU time of this process.

The questions are made of the demo bank's own with words exchanged, so that many are near one another; what is asked is
one of them with its end cut off. The target is 10 ms in the median over 20,000.
"""

from __future__ import annotations

import random
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from kg.lexicon.lexicon import Faq, Lexicon
from nlu.faq import FaqIndex
from nlu.ranking.fit_faq import Wordings, read_faqs
from nlu.words import words

COUNT, ASKED, CUT = 20_000, 200, 2
TARGET_MS = 10.0
TRIPLES = Path(__file__).parents[1] / "data" / "triples"


@dataclass(frozen=True, slots=True)
class Timed:
    """CPU seconds that the index took and then the vectors of the FAQs, and CPU milliseconds of a question."""

    count: int
    built_s: float
    prepared_s: float
    p50_ms: float
    p99_ms: float


def made_up(count: int, seed: int = 3) -> list[Faq]:
    """That many questions with answers, the same ones for the same seed."""
    dice = random.Random(seed)
    real = read_faqs(sorted(TRIPLES.glob("faq_*.csv")))
    pieces = sorted({w for faq in real for w in words(faq.question) if len(w) > 1})
    found = []
    for number in range(count):
        faq = real[number % len(real)]
        said = list(words(faq.question))
        said[dice.randrange(len(said))] = dice.choice(pieces)
        found.append(Faq(str(number), "".join(said) + dice.choice(pieces), (), (), faq.answers[:1]))
    return found


def timed(faqs: Sequence[Faq], asked: int = ASKED, seed: int = 5) -> Timed:
    """Builds the index of the questions and asks some of them."""
    dice = random.Random(seed)
    started = time.process_time()
    index = FaqIndex(cast(Lexicon, Wordings(tuple(faqs))))
    built = time.process_time() - started
    started = time.process_time()
    index.prepare()
    prepared = time.process_time() - started
    spent = []
    for faq in dice.sample(list(faqs), asked):
        started = time.process_time()
        index.find(faq.question[:-CUT])
        spent.append((time.process_time() - started) * 1000)
    spent.sort()
    return Timed(len(faqs), built, prepared, spent[len(spent) // 2], spent[len(spent) * 99 // 100])


def main(arguments: Sequence[str]) -> int:
    """Prints the figures; 1 when the median misses the target."""
    result = timed(made_up(int(arguments[0]) if arguments else COUNT))
    sys.stdout.write(
        f"{result.count} FAQs: built in {result.built_s:.1f} s, vectors in {result.prepared_s:.1f} s, a question "
        f"{result.p50_ms:.1f} ms in the median, "
        f"{result.p99_ms:.1f} ms at p99 (target {TARGET_MS:.0f} ms)\n"
    )
    return int(result.p50_ms > TARGET_MS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
