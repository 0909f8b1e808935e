"""The files of data/offers: those of the demo are sound, and every mistake is named with its place and remedy."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from growth.assessment import answer_in, read_questionnaire
from growth.catalogue import Catalogue, LexiconNames, read_catalogue
from growth.errors import OfferFileError
from growth.offer_files import read_offers
from growth.wording import Words, banned_in, faults
from kg.figures import loose_figure
from tests.support.demo import TODAY, Bank
from tests.support.offers import OFFERS

WORDS = Words(frozenset({"保本", "稳赚"}))
GOOD = "- {id: a, product: 稳盈1号, copy: 可以看看, valid: 2026-01-01..2026-12-31, value: 1, channels: [web]}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(OFFERS, tmp_path / "offers"))


def test_every_offer_of_the_demo_can_be_made(bank: Bank) -> None:
    made = read_catalogue(OFFERS, bank.snapshot, bank.lexicon, TODAY)
    assert {o.product for o in made.offers} == set(made.products)
    for copy in made.copies.values():
        assert "{" not in copy.text.text
        assert not banned_in(copy.text.text, WORDS)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (GOOD.replace("可以看看", "保本又稳赚"), ["不得出现“保本”", "不得出现“稳赚”"]),
        (GOOD.replace("可以看看", "保 本"), ["不得出现“保本”"]),
        (GOOD.replace("可以看看", "起购5万元"), ["没有出处", "{产品.起购金额}"]),
        (GOOD.replace("可以看看", "很" * 61), ["最多60字"]),
        (GOOD.replace("2026-12-31", "2025-12-31"), ["valid", "2026-01-01..2026-12-31"]),
        (GOOD.replace("value: 1", "value: 很多"), ["value", "元数"]),
        (GOOD.replace("[web]", "[传真]"), ["channels", "web"]),
        (GOOD.replace("value: 1", "value: 1, threshold: 3"), ["threshold"]),
        (GOOD.replace("value: 1", "value: 1, colour: red"), ["colour", "没有这个字段"]),
        (f"{GOOD}\n{GOOD}", ["出现两次"]),
        ("- 一句话", ["写成 名称: 值"]),
    ],
)
def test_mistakes_are_named(bank: Bank, tmp_path: Path, row: str, said: list[str]) -> None:
    path = tmp_path / "offers.yml"
    path.write_text(f"offers:\n{row}\n", encoding="utf-8")
    with pytest.raises(OfferFileError) as error:
        read_offers(path, LexiconNames(bank.lexicon), WORDS)
    assert [s for s in said if s not in str(error.value)] == []


@pytest.mark.parametrize("name", ["rules.yml", "suitability.yml", "offers.yml", "words.yml"])
@pytest.mark.parametrize("content", ["", "a: [", "nonsense: 1", "offers: 3"])
def test_a_damaged_file_stops_everything(bank: Bank, folder: Path, name: str, content: str) -> None:
    (folder / name).write_text(content, encoding="utf-8")
    with pytest.raises(OfferFileError) as error:
        read_catalogue(folder, bank.snapshot, bank.lexicon, TODAY)
    assert name.removesuffix(".yml") in str(error.value)


def test_an_offer_without_its_fact_or_product_is_never_made(bank: Bank, folder: Path) -> None:
    path = folder / "offers.yml"
    gone = GOOD.replace("稳盈1号", "没有这款").replace("id: a", "id: b")
    lost = GOOD.replace("可以看看", "'{稳盈1号.没有这项}'")
    path.write_text(f"offers:\n{gone}\n{lost}\n", encoding="utf-8")
    made: Catalogue = read_catalogue(folder, bank.snapshot, bank.lexicon, TODAY)
    assert len(made.offers) == 2 and made.products == {}


def test_names_with_figures_are_no_figures() -> None:
    assert faults("闲钱可以看看稳盈30天", "稳盈30天", WORDS, 60) == []
    assert faults("闲钱可以看看稳盈30天", "稳盈1号", WORDS, 60)
    assert loose_figure("稳盈30天")


@pytest.mark.parametrize(
    ("said", "place"),
    [
        ("A", 0),
        ("b", 1),
        ("选C", 2),
        ("4", 3),
        ("第二个", 1),
        ("三", 2),
        ("没有", 3),
        ("有房贷", 1),
        ("我有少量短期债务", 2),
        *((said, None) for said in ("E", "9", "不知道", "", "有")),
    ],
)
def test_answers_are_read_as_people_give_them(said: str, place: int | None) -> None:
    questions = read_questionnaire(OFFERS)
    assert answer_in(said, questions.questions[3]) == place


def test_points_make_a_level() -> None:
    questions = read_questionnaire(OFFERS)
    assert len(questions.questions) == 10
    assert questions.level_of([3] * 10) == 5
    assert questions.level_of([2] * 10) == 4
    assert questions.level_of([1] * 10) == 2
    assert questions.level_of([0] * 10) == 1
    assert questions.level_of([3] * 8 + [0, 3]) == 1, "whoever can bear no loss is cautious, whatever else he says"
