"""The artefact: what goes in comes out, unfinished work leaves nothing, a second build changes nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.facts import EntityKind
from kg.graph_errors import LexiconFault
from kg.lexicon.build import build
from kg.lexicon.lexicon import Lexicon
from kg.ontology import Ontology, Predicate
from kg.values import Kind
from tests.support.facts import fact, member, money, on, subclass, term, text
from tests.support.memory import MemorySnapshot

FACTS = (
    subclass("理财产品", "产品"),
    subclass("固收理财", "理财产品"),
    member("甲1号", "固收理财"),
    fact("甲1号", "别名", text("甲一")),
    fact("甲1号", "起购金额", money(10000)),
    fact("甲1号", "管理人", "乙公司"),
    member("乙公司", "公司"),
    fact("固收理财", "风险等级", text("R2")),
    fact("存款保险", "适用情形", text("银行倒闭")),
    fact("存款保险", "定义", text("银行出事时由基金偿付存款。")),
    fact("怎么买甲1号", "答案", text("在手机银行买。")),
    fact("怎么买甲1号", "相似问", text("甲1号在哪里买")),
    fact("怎么买甲1号", "关于", "甲1号"),
    fact("定期", "年利率", text("1.5%"), on("期限", term(12))),
)
ONTOLOGY = Ontology({"起购金额": Predicate("起购金额", aliases=("起点",), datatype=Kind.MONEY, many=False)})


@pytest.fixture(scope="module")
def lexicon(tmp_path_factory: pytest.TempPathFactory) -> Lexicon:
    directory = tmp_path_factory.mktemp("lexicon") / "1"
    build(MemorySnapshot(FACTS, ONTOLOGY), directory)
    return Lexicon.open(directory)


def test_an_entity_comes_back_with_names_kind_and_classes(lexicon: Lexicon) -> None:
    info = lexicon.entity("甲1号")
    assert info is not None
    assert (info.name, info.kind, info.is_class, info.aliases) == ("甲1号", EntityKind.PRODUCT, False, ("甲一",))
    assert lexicon.classes_of("甲1号") == ("固收理财", "理财产品", "产品")
    assert lexicon.class_levels("甲1号") == (("固收理财",), ("理财产品",), ("产品",))


def test_kinds_follow_the_classes(lexicon: Lexicon) -> None:
    kinds = {name: info.kind for name in ("乙公司", "存款保险") if (info := lexicon.entity(name))}
    assert kinds == {"乙公司": EntityKind.ORGANISATION, "存款保险": EntityKind.OTHER}


def test_predicates_of_a_member_are_its_own_and_inherited(lexicon: Lexicon) -> None:
    assert set(lexicon.own_predicates("甲1号")) == {"别名", "起购金额", "管理人"}
    assert "风险等级" in lexicon.predicates_of("甲1号")
    assert "起购金额" in lexicon.predicates_of("理财产品")
    assert lexicon.incoming_predicates("乙公司") == ("管理人",)
    assert lexicon.owners_of("起购金额") == ("甲1号",)
    assert lexicon.owners_of("没有的") == ()


def test_classes_count_their_members(lexicon: Lexicon) -> None:
    assert lexicon.member_count("产品") == 1
    assert lexicon.descendants("产品") == ("产品", "理财产品", "固收理财")
    assert lexicon.ancestors("固收理财") == ("理财产品", "产品")


def test_texts_for_matching_come_back(lexicon: Lexicon) -> None:
    (faq,) = lexicon.faqs
    assert (faq.question, faq.variants, faq.about) == ("怎么买甲1号", ("甲1号在哪里买",), ("甲1号",))
    assert list(lexicon.situations()) == [("银行倒闭", "存款保险")]
    assert lexicon.definition("存款保险") == "银行出事时由基金偿付存款。"
    assert ("年利率", "期限", "12个月") in lexicon.qualifier_values


def test_the_ontology_travels_with_it(lexicon: Lexicon) -> None:
    assert lexicon.ontology.get("起购金额") == ONTOLOGY.get("起购金额")


def test_what_is_not_there_is_none(lexicon: Lexicon) -> None:
    assert lexicon.entity("没有的") is None
    assert lexicon.name_of("没有的") == "没有的"
    assert lexicon.classes_of("没有的") == ()
    assert lexicon.by_name("甲一") == []


def test_a_second_build_leaves_the_first_in_place(tmp_path: Path) -> None:
    directory = tmp_path / "7"
    build(MemorySnapshot(FACTS, revision=7), directory)
    before = (directory / "meta.json").stat().st_ino
    build(MemorySnapshot((), revision=8), directory)
    assert (directory / "meta.json").stat().st_ino == before
    assert [p.name for p in tmp_path.iterdir()] == ["7"]


def test_a_cycle_of_classes_is_harmless(tmp_path: Path) -> None:
    facts = (subclass("甲类", "乙类"), subclass("乙类", "甲类"), member("丙", "甲类"))
    build(MemorySnapshot(facts), tmp_path / "1")
    lexicon = Lexicon.open(tmp_path / "1")
    assert set(lexicon.classes_of("丙")) == {"甲类", "乙类"}
    assert lexicon.member_count("乙类") == 1
    assert lexicon.class_levels("丙") != ()


def test_an_empty_graph_has_an_empty_lexicon(tmp_path: Path) -> None:
    build(MemorySnapshot(()), tmp_path / "1")
    assert Lexicon.open(tmp_path / "1").faqs == ()


def test_opening_nothing_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(LexiconFault, match="build it"):
        Lexicon.open(tmp_path / "none")
