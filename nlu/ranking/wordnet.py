"""Makes nlu/resources/synonyms_wordnet.csv from the Chinese Open Wordnet: `python -m nlu.ranking.wordnet FILE.tab`."""

from __future__ import annotations

import csv
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

OUT = Path(__file__).parents[1] / "resources" / "synonyms_wordnet.csv"
_WORD = re.compile(r"[\u4e00-\u9fff]{2,4}")
MOST = 8
"""Lemmas of one synset beyond which it is too loose to tell attributes apart."""


def groups(lines: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """Words of nouns and verbs that share a synset."""
    found: dict[str, dict[str, None]] = defaultdict(dict)
    for line in lines:
        cells = line.rstrip("\n").split("\t")
        if len(cells) >= 3 and cells[1].endswith(":lemma") and cells[0][-1] in "nv" and _WORD.fullmatch(cells[2]):
            found[cells[0]][cells[2]] = None
    yield from sorted({tuple(sorted(g)) for g in found.values() if 2 <= len(g) <= MOST})


def main() -> None:
    """Writes the table."""
    with Path(sys.argv[1]).open(encoding="utf-8") as lines, OUT.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(["group"])
        table.writerows(["|".join(group)] for group in groups(lines))


if __name__ == "__main__":
    main()
