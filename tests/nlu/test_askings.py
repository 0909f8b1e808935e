"""The ways of asking without an attribute's name, and that they answer on graphs which use other names."""

from __future__ import annotations

import pytest

from kg.ontology import Ontology, Predicate
from kg.values import Kind
from nlu.askings import askings_of, concepts
from nlu.wording import ASKED, wordings_of
from tests.support.demo import Bank, bank_of, demo_bank
from tests.support.facts import fact, money, text
from tests.support.memory import MemorySnapshot


def test_the_table_covers_many_concepts_each_once() -> None:
    names = [concept.name for concept in concepts()]
    assert len(names) >= 300
    assert len(names) == len(set(names))


def test_every_concept_has_its_askings_once_and_none_is_short() -> None:
    for concept in concepts():
        assert len(concept.askings) >= 3, concept.name
        assert len(set(concept.askings)) == len(concept.askings), concept.name
        assert len(set(concept.names)) == len(concept.names), concept.name
        assert not {concept.name, *concept.names} & set(concept.askings), concept.name
        assert all(len(asking) >= 3 for asking in concept.askings), concept.name


def test_names_and_askings_are_clean_of_separators_and_blanks() -> None:
    parts = [part for concept in concepts() for part in (*concept.names, *concept.askings)]
    assert not [part for part in parts if part != part.strip() or set(part) & set(";|、，。？?")]


def test_a_name_finds_its_concept_before_an_alias_and_an_ending() -> None:
    assert "盘子多大" in askings_of("产品规模")
    assert "能用几年" in askings_of("有效时限")
    assert "谁操盘" in askings_of("掌管者", aliases=("基金经理",))
    assert askings_of("基金经理", aliases=("规模",)) == askings_of("基金经理")
    assert askings_of("理财业绩比较基准") == askings_of("业绩比较基准")
    assert askings_of("新客提前还款违约金") == askings_of("提前还款违约金") != askings_of("违约金")


def test_a_short_name_at_the_end_tells_nothing() -> None:
    assert askings_of("面条地址") == ()
    assert askings_of("涟漪系数") == ()


ONTOLOGY = Ontology(
    {
        p.name: p
        for p in (
            Predicate("创办年份", aliases=("创办时间",), datatype=Kind.TEXT),
            Predicate("掌柜", aliases=("负责人",), datatype=Kind.TEXT),
            Predicate("招牌菜", datatype=Kind.TEXT),
            Predicate("交通方式", datatype=Kind.TEXT),
            Predicate("营业时段", datatype=Kind.TEXT),
            Predicate("人均消费", datatype=Kind.MONEY),
            Predicate("从业人数", datatype=Kind.TEXT),
            Predicate("停车信息", datatype=Kind.TEXT),
        )
    }
)
FACTS = (
    fact("灯笼面馆", "创办年份", text("一九八七年")),
    fact("灯笼面馆", "掌柜", text("青石师傅")),
    fact("灯笼面馆", "招牌菜", text("笋丁拌面")),
    fact("灯笼面馆", "交通方式", text("九路车到石桥")),
    fact("灯笼面馆", "营业时段", text("清晨到午后")),
    fact("灯笼面馆", "人均消费", money(28)),
    fact("灯笼面馆", "从业人数", text("六名")),
    fact("灯笼面馆", "停车信息", text("桥下空地")),
)


@pytest.fixture(scope="module")
def noodles() -> Bank:
    return bank_of(MemorySnapshot(FACTS, ONTOLOGY))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("灯笼面馆什么时候起家的", "一九八七年"),
        ("灯笼面馆老板是谁呀", "青石师傅"),
        ("灯笼面馆有啥好吃的", "笋丁拌面"),
        ("灯笼面馆怎么坐车去", "九路车到石桥"),
        ("灯笼面馆几点打烊", "清晨到午后"),
        ("灯笼面馆吃一顿多少钱", "28"),
        ("灯笼面馆有几号人", "六名"),
        ("去灯笼面馆车停哪", "桥下空地"),
    ],
)
def test_an_invented_graph_is_asked_without_its_names(noodles: Bank, question: str, answer: str) -> None:
    assert answer in _said(noodles, question)


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("禾安百万医疗险自己得先掏多少", "免赔额"),
        ("禾安百万医疗险去哪看病能报", "医院范围"),
        ("禾安百万医疗险花一万能报多少", "赔付比例"),
        ("禾安百万医疗险赔过还能再买吗", "续保规则"),
        ("青禾守护重疾险买完几天才开始保", "等待期"),
        ("青禾福满养老年金几岁开始给钱", "领取起始年龄"),
        ("稳盈90天钱都投哪了", "投资范围"),
        ("稳盈90天险不险", "风险等级"),
        ("云麓成长混合谁操盘", "基金经理"),
        ("云麓成长混合盘子多大", "产品规模"),
        ("云麓成长混合搜什么号能找到", "基金代码"),
        ("云麓成长混合最惨跌多少", "近一年最大回撤"),
        ("云杉白金信用卡刷几次就不收", "年费减免规则"),
        ("云杉白金信用卡刷完几天内还没利息", "免息期"),
        ("云杉白金信用卡每年白扣多少", "年费"),
        ("云杉学子信用卡能给家里办几张", "附属卡张数"),
        ("云杉房抵经营贷钱几天下来", "放款时间"),
        ("云杉房抵经营贷要不要押东西", "担保方式"),
        ("云杉房抵经营贷早还要罚钱吗", "提前还款违约金"),
        ("房贷自己先掏几成", "首付比例"),
        ("云杉银行北京青松街支行怎么坐车去", "交通指引"),
        ("云杉银行大本营在哪", "总部所在地"),
        ("U盾能用几年", "有效时限"),
        ("手机银行老手机行不行", "系统要求"),
    ],
)
def test_the_demo_bank_is_asked_without_its_names(question: str, asked: str) -> None:
    query = demo_bank().reply(question).query
    assert query is not None
    assert query.predicates[0] == asked


def test_a_way_of_asking_weighs_less_than_a_name_and_counts_only_when_nearly_whole(noodles: Bank) -> None:
    wordings = wordings_of(noodles.lexicon)
    named, asked = wordings.match("招牌菜", "招牌菜"), wordings.match("有啥好吃的", "招牌菜")
    assert named is not None
    assert asked is not None
    assert named.wording == pytest.approx(1.0)
    assert asked.wording == pytest.approx(ASKED)
    part = wordings.match("车", "停车信息")
    assert part is None or part.form == "停车信息"


def _said(bank: Bank, question: str) -> str:
    message = bank.reply(question).message
    rows = message.table.rows if message.table else ()
    return message.text + "".join(cell for row in rows for cell in row)
