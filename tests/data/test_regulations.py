"""The regulation triples against the text of the laws: each figure stands where it is said to, and none is left out."""

from __future__ import annotations

import csv
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from tests.data.law_text import Citation, Figure, Law, figures, find_law, law_name, parse_citation

ROOT = Path(__file__).resolve().parents[2]
TRIPLES = ROOT / "data" / "triples"
LAWS = Path(os.environ.get("JINWEN_LAWS", ROOT.parent / "shared" / "data" / "laws"))
EXCLUSIONS = Path(__file__).with_name("law_exclusions.csv")
REPORT = ROOT / "test-results" / "law_coverage.md"
NUMERIC = {"money", "percent", "term", "date", "count", "age"}

# The laws that bank customers ask about most: no numeral with a unit in them may be left over.
COMPLETE = (
    "存款保险条例",
    "反洗钱法（2006年）",
    "反洗钱法（2024年修订）",
    "个人信息保护法",
    "征信业管理条例",
    "反电信网络诈骗法",
    "储蓄管理条例",
    "消费者权益保护法",
    "个人存款账户实名制规定",
    "防范和处置非法集资条例",
    "商业银行法",
)

pytestmark = pytest.mark.skipif(
    not LAWS.is_dir(), reason=f"no law texts at {LAWS}: set JINWEN_LAWS to the folder with the statutes"
)


@dataclass(frozen=True)
class Row:
    """One line of a regulation file."""

    place: str
    subject: str
    predicate: str
    object: str
    qualifiers: str
    valid_from: str
    source: str
    article: str

    def __str__(self) -> str:
        return f"{self.place}: {self.subject} {self.predicate} {self.object!r} ({self.source} {self.article})"


@dataclass(frozen=True)
class Left:
    """A numeral of a law that no fact states; ``offset`` is its place in the paragraph."""

    source: str
    citation: Citation
    figure: Figure
    paragraph: str

    def __str__(self) -> str:
        start = self.figure.start
        around = self.paragraph[max(0, start - 12) : start + len(self.figure.text) + 6].replace("\n", "")
        return f"{self.source} 第{self.citation.article}条第{self.citation.paragraph}款 {self.figure.text} …{around}…"


@cache
def law(source: str) -> Law | None:
    return find_law(LAWS, source)


@cache
def rows() -> tuple[Row, ...]:
    return tuple(row for path in sorted(TRIPLES.glob("regulations*.csv")) for row in read(path))


def read(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        for number, cells in enumerate(csv.DictReader(file), start=2):
            yield Row(
                place=f"{path.name}:{number}",
                subject=cells["subject"],
                predicate=cells["predicate"],
                object=cells["object"] + (cells.get("unit") or ""),
                qualifiers=cells.get("qualifiers") or "",
                valid_from=cells.get("valid_from") or "",
                source=cells.get("source") or "",
                article=cells.get("article") or "",
            )


@cache
def datatypes() -> dict[str, str]:
    kinds: dict[str, str] = {}
    for path in sorted(TRIPLES.glob("ontology*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            kinds.update({line["name"]: line["datatype"] for line in csv.DictReader(file)})
    return kinds


def cited_text(statute: Law, article: str) -> str | None:
    """The paragraph or article that is cited, or None where the statute has no such one."""
    citation = parse_citation(article)
    found = statute.articles.get(citation.article)
    if found is None or citation.paragraph is None:
        return found.text if found else None
    return found.paragraphs[citation.paragraph - 1] if citation.paragraph <= len(found.paragraphs) else None


def keys(text: str) -> set[tuple[str, str]]:
    return {figure.key for figure in figures(text)}


def law_rows() -> list[Row]:
    return [row for row in rows() if row.source and (row.article or law(row.source))]


def test_cited_laws_and_articles_exist() -> None:
    problems = []
    for row in law_rows():
        statute = law(row.source)
        if statute is None:
            problems.append(f"{row}: no such law in {LAWS}; cite an article only of a law that is there")
        elif row.article and cited_text(statute, row.article) is None:
            problems.append(f"{row}: the law has no such article or paragraph")
    assert not problems, "\n".join(problems)


def test_figures_stand_in_the_cited_article() -> None:
    problems = []
    for row in law_rows():
        statute = law(row.source)
        text = cited_text(statute, row.article) if statute and row.article else statute.head if statute else None
        if text is None:
            continue
        missing = keys(row.object) | keys(row.qualifiers)
        if missing - keys(text):
            problems.append(f"{row}: {sorted(missing - keys(text))} is not said there")
        if datatypes().get(row.predicate) in NUMERIC and not keys(row.object):
            problems.append(f"{row}: a {datatypes()[row.predicate]} is expected and no figure was read")
    assert not problems, "\n".join(problems)


def test_facts_do_not_hold_before_their_law() -> None:
    problems = []
    for row in law_rows():
        effect = effective_dates(row.source)
        if row.valid_from and effect and row.valid_from < min(effect):
            problems.append(f"{row}: holds from {row.valid_from}, the law from {min(effect)}")
    assert not problems, "\n".join(problems)


@cache
def effective_dates(source: str) -> list[str]:
    """Dates that the head or an article joins to 施行."""
    statute = law(source)
    if statute is None:
        return []
    texts = [statute.head, *(article.text for article in statute.articles.values())]
    return [
        figure.value
        for text in texts
        for figure in figures(text)
        if figure.unit == "日期" and "施行" in text[figure.start + len(figure.text) :][:4]
    ]


def test_a_name_has_one_class() -> None:
    """Two classes would make two things of one name, and the customer would be asked which one is meant."""
    classes: dict[str, set[str]] = defaultdict(set)
    for path in sorted(TRIPLES.glob("*.csv")):
        with path.open(encoding="utf-8-sig", newline="") as file:
            for cells in csv.DictReader(file):
                if cells.get("subject_type"):
                    classes[cells["subject"]].add(cells["subject_type"])
    ours = {row.subject for row in rows()}
    assert not {name: kinds for name, kinds in classes.items() if name in ours and len(kinds) > 1}


@cache
def exclusions() -> tuple[tuple[str, Citation, str], ...]:
    with EXCLUSIONS.open(encoding="utf-8", newline="") as file:
        lines = list(csv.DictReader(file))
    assert all(line["reason"].strip() for line in lines), f"{EXCLUSIONS.name}: a line without a reason"
    return tuple((line["law"], parse_citation(line["article"]), line["text"]) for line in lines)


def stated(source: str) -> dict[int, list[tuple[int | None, tuple[str, str]]]]:
    """Per article what typed facts and qualifiers state, with the paragraph they cite. Text facts don't count."""
    found: dict[int, list[tuple[int | None, tuple[str, str]]]] = defaultdict(list)
    for row in rows():
        if row.article and same_version(row.source, source):
            citation = parse_citation(row.article)
            text = row.qualifiers if datatypes().get(row.predicate, "text") == "text" else row.object + row.qualifiers
            if row.predicate in {"废止文件", "起止日期"}:  # text that is nothing but its figure
                text = row.object
            found[citation.article] += [(citation.paragraph, key) for key in keys(text)]
    return found


def same_version(one: str, other: str) -> bool:
    left, right = law(one), law(other)
    return law_name(one)[0] == law_name(other)[0] and left is not None and right is not None and left.head == right.head


def left_over(source: str) -> list[Left]:
    statute = law(source)
    assert statute is not None, f"{source}: not in {LAWS}"
    facts = stated(source)
    left = []
    for article in statute.articles.values():
        for number, paragraph in enumerate(article.paragraphs, start=1):
            known = {key for cited, key in facts[article.number] if cited in (None, number)}
            left += [
                Left(source, Citation(article.number, number), figure, paragraph)
                for figure in figures(paragraph)
                if figure.key not in known
            ]
    return left


def excluded(item: Left) -> tuple[str, Citation, str] | None:
    for line in exclusions():
        name, citation, text = line
        if name != item.source or citation.article != item.citation.article or not text:
            continue
        if citation.paragraph not in (None, item.citation.paragraph):
            continue
        start = item.paragraph.find(text)
        while start >= 0:
            if start <= item.figure.start and item.figure.start + len(item.figure.text) <= start + len(text):
                return line
            start = item.paragraph.find(text, start + 1)
    return None


@pytest.mark.parametrize("source", COMPLETE)
def test_no_numeral_is_left_over(source: str) -> None:
    left = [item for item in left_over(source) if not excluded(item)]
    assert not left, "\n".join(map(str, left))


def test_every_exclusion_is_needed() -> None:
    used = {excluded(item) for source in {line[0] for line in exclusions()} for item in left_over(source)}
    assert not [line for line in exclusions() if line not in used]


def test_coverage_report() -> None:
    """Writes, per law that is cited, how many numerals are facts, excluded and neither; the last with their places."""
    sources = sorted({row.source for row in law_rows()} | set(COMPLETE))
    table, places = ["| law | numerals | facts | excluded | neither |", "|---|---|---|---|---|"], []
    for source in sources:
        statute = law(source)
        if statute is None:
            continue
        total = sum(len(figures(text)) for article in statute.articles.values() for text in article.paragraphs)
        left = left_over(source)
        open_items = [item for item in left if not excluded(item)]
        facts, dropped = total - len(left), len(left) - len(open_items)
        table.append(f"| {source} | {total} | {facts} | {dropped} | {len(open_items)} |")
        places += [f"- {item}" for item in open_items]
    REPORT.parent.mkdir(exist_ok=True)
    REPORT.write_text("\n".join([*table, "", *places]) + "\n", encoding="utf-8")
    assert len(table) - 2 >= len(COMPLETE)
