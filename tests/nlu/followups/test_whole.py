"""Words that mean all that was spoken of: a list of which one page is shown, attributes asked about together; and which
of the things that were asked about has more."""

from __future__ import annotations

import pytest

from kg.query import Ask, Query
from nlu.analysing import analyse
from nlu.followups.pointing import Pointing, pointers
from nlu.parsing.comparisons import which_more
from tests.support.demo import TODAY, Bank


def last(bank: Bank, *turns: str) -> Query:
    reply = bank.talk(*turns)[-1]
    assert reply.query is not None, reply.message.plain()
    return reply.query


@pytest.mark.parametrize("words", ["这些总共多少张", "它们一共几张", "那些总共几张"])
def test_those_of_a_list_are_counted_and_not_those_of_its_page(bank: Bank, words: str) -> None:
    query = last(bank, "免年费的信用卡有哪些", words)
    assert query.ask is Ask.COUNT
    assert query.cls is not None and query.cls.name == "信用卡"
    assert [c.predicate for c in query.constraints] == ["年费"]


@pytest.mark.parametrize("words", ["这些当中年费最贵的", "这些里哪张年费最高"])
def test_the_first_of_a_list_is_sought_in_all_of_it(bank: Bank, words: str) -> None:
    reply = bank.talk("有哪些信用卡", "还有呢", words)[-1]
    assert reply.query is not None and reply.query.ask is Ask.BEST
    assert "云杉钻石信用卡" in reply.message.plain()


@pytest.mark.parametrize("words", ["科创优选这三样呢", "科创优选这几项呢", "那科创优选这些方面呢"])
def test_attributes_asked_together_are_asked_again(bank: Bank, words: str) -> None:
    query = last(bank, "红利进取的起购金额、风险等级和期限", words)
    assert [e.name for e in query.focus] == ["科创优选"]
    assert set(query.predicates) == {"起购金额", "风险等级", "期限"}


@pytest.mark.parametrize(
    ("text", "more"),
    [
        ("这俩谁利息高", True),
        ("哪个等得久一点", True),
        ("哪个首付低", False),
        ("贵的是哪个", True),
        ("便宜的那个是谁", False),
        ("哪个好", None),
        ("谁管理的", None),
        ("利率高吗", None),
        ("哪个网点的行长", None),
    ],
)
def test_which_has_more(bank: Bank, text: str, more: bool | None) -> None:
    assert which_more(analyse(text, bank.lexicon, TODAY)) is more


@pytest.mark.parametrize(
    ("turns", "winner"),
    [
        (("一天通知存款利率", "七天的", "这俩谁利息高"), "七天通知存款"),
        (("云杉新车贷首付要多少", "新能源车贷", "二手车贷呢", "三个里面哪个首付最少"), "云杉新能源车贷"),
        (("青禾守护重疾险保障病种数", "海岳长青重疾险呢", "谁保得多"), "海岳长青重疾险"),
    ],
)
def test_a_comparison_says_first_which_one_it_is(bank: Bank, turns: tuple[str, ...], winner: str) -> None:
    opening = bank.talk(*turns)[-1].message.plain().splitlines()[0]
    assert opening.endswith(f"的是{winner}。")


def test_a_comparison_of_equals_says_so(bank: Bank) -> None:
    assert bank.talk("颐养1号和颐养2号哪个期限长")[-1].message.plain().startswith("期限一样。")


@pytest.mark.parametrize("text", ["末尾那个呢", "最后的那款", "打头那款的年费", "最上面那个"])
def test_ends_of_a_list_in_other_words(text: str) -> None:
    assert [p.kind for p in pointers(text)] == [Pointing.PLACES]
