"""Conversations on a graph of another trade: undeclared predicates, most turns leave the thing out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kg.answer import Outcome
from kg.facts import Fact
from nlu.intents import OUT_OF_SCOPE
from tests.support.demo import Bank, bank_of
from tests.support.facts import fact, member, text
from tests.support.memory import MemorySnapshot

FILMS = (
    *(member(film, "电影") for film in ("雾港来信", "夜航灯塔", "纸鸢少年")),
    *(member(person, "导演") for person in ("沈砚秋", "温如璟")),
    *(member(person, "演员") for person in ("陆星野", "顾晚舟")),
    *(member(firm, "公司") for firm in ("鲸屿影业", "澄川影视")),
    fact("雾港来信", "导演", "沈砚秋"),
    fact("夜航灯塔", "导演", "沈砚秋"),
    fact("纸鸢少年", "导演", "温如璟"),
    *(fact("雾港来信", "主演", name, many=True) for name in ("陆星野", "顾晚舟")),
    fact("夜航灯塔", "主演", "陆星野"),
    fact("雾港来信", "出品公司", "鲸屿影业"),
    fact("夜航灯塔", "出品公司", "澄川影视"),
    *(fact(film, "评分", text(mark)) for film, mark in (("雾港来信", "8.1"), ("夜航灯塔", "7.4"), ("纸鸢少年", "8.6"))),
    *(fact(film, "片长", text(long)) for film, long in (("雾港来信", "118分钟"), ("夜航灯塔", "132分钟"))),
    *(
        fact(film, "类型", text(kind))
        for film, kind in (("雾港来信", "悬疑"), ("夜航灯塔", "剧情"), ("纸鸢少年", "剧情"))
    ),
    fact("雾港来信", "取景地", text("泉州港")),
    *(fact("雾港来信", "周边影院", text(name), many=True) for name in ("星河影院", "云帆影院")),
    fact("星河影院", "电话", text("0595-5555-0101")),
    fact("云帆影院", "电话", text("0595-5555-0202")),
    fact("沈砚秋", "出生地", text("漳州")),
    fact("温如璟", "出生地", text("大理")),
    fact("陆星野", "身高", text("183厘米")),
    fact("顾晚舟", "身高", text("168厘米")),
    fact("鲸屿影业", "总部", text("青岛")),
    fact("鲸屿影业", "董事长", "骆闻笙"),
    fact("骆闻笙", "籍贯", text("绍兴")),
    fact("澄川影视", "总部", text("成都")),
)


@pytest.fixture(scope="module")
def films() -> Bank:
    return bank_of(MemorySnapshot(FILMS))


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (("雾港来信评分", "片长呢", "导演是谁"), ("8.1", "118分钟", "沈砚秋")),
        (("雾港来信的导演是谁", "他的出生地", "夜航灯塔片长"), ("沈砚秋", "漳州", "132分钟")),
        (("纸鸢少年的导演是谁", "她出生地呢"), ("温如璟", "大理")),
        (("雾港来信主演有谁", "第二个身高", "第一个呢"), ("顾晚舟", "168厘米", "183厘米")),
        (
            ("雾港来信的出品公司", "这家公司总部在哪", "董事长是谁", "这个人籍贯"),
            ("鲸屿影业", "青岛", "骆闻笙", "绍兴"),
        ),
        (("雾港来信评分", "夜航灯塔呢", "纸鸢少年呢", "它的导演"), ("8.1", "7.4", "8.6", "温如璟")),
        (("雾港来信评分", "夜航灯塔呢", "哪个评分高"), ("8.1", "7.4", "雾港来信：8.1")),
        (("雾港来信片长", "不是，我问的是夜航灯塔", "回到雾港来信，评分多少"), ("118", "132", "8.1")),
        (("有哪些剧情电影", "第一部评分", "悬疑的呢"), ("夜航灯塔", "7.4", "雾港来信")),
        (("雾港来信取景地", "周边有什么影院", "第二个电话", "它的电话"), ("泉州港", "云帆影院", "0202", "0202")),
        (("雾港来信评分", "刚才那部电影的类型", "这部电影的片长"), ("8.1", "悬疑", "118分钟")),
        (("夜航灯塔出品公司", "总部在哪"), ("澄川影视", "成都")),
    ],
)
def test_what_is_left_out_is_filled_in(films: Bank, turns: tuple[str, ...], said: tuple[str, ...]) -> None:
    replies = films.talk(*turns)
    for turn, reply, wanted in zip(turns, replies, said, strict=True):
        assert reply.outcome is Outcome.ANSWERED, turn
        assert wanted in reply.message.plain(), turn


def test_the_classifiers_opinion_on_scope_is_about_the_bank_alone(films: Bank) -> None:
    assert films.reply("雾港来信的评分", intent=OUT_OF_SCOPE).outcome is Outcome.ANSWERED
    assert films.reply("今天股市怎么样", intent=OUT_OF_SCOPE).outcome is not Outcome.ANSWERED


def test_what_is_known_of_neither_is_not_answered(films: Bank) -> None:
    reply = films.talk("纸鸢少年评分", "票房呢")[-1]
    assert reply.outcome is not Outcome.ANSWERED
    assert reply.facts == ()


def place(name: str, kind: str, **held: str | tuple[str, ...]) -> Iterator[Fact]:
    """A place of some kind; a tuple is a list of texts."""
    yield member(name, kind)
    for predicate, value in held.items():
        if isinstance(value, tuple):
            yield from (fact(name, predicate, text(one), many=True) for one in value)
        else:
            yield fact(name, predicate, text(value))


PLACES = (
    *place("枫露园", "公园", 门票="40", 电话="0551-20", 周边饭馆=("老灶台", "竹里食堂"), 周边公园=("星湖",)),
    *place("星湖", "公园", 门票="0", 电话="0551-21", 开放时间="全天"),
    *place("老灶台", "饭馆", 电话="0551-31", 饭馆类型="家常菜", 人均="55", 招牌菜=("石锅鱼", "小吃")),
    *place("竹里食堂", "饭馆", 电话="0551-32", 饭馆类型="素食", 人均="38", 周边公园=("枫露园", "星湖")),
    *place("那家客栈", "旅馆", 电话="0551-41", 房价="260", 设施=("停车场", "酒吧")),
    *place("白鹭旅馆", "旅馆", 电话="0551-42", 房价="320", 周边饭馆=("老灶台",)),
)


@pytest.fixture(scope="module")
def places() -> Bank:
    return bank_of(MemorySnapshot(PLACES))


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (("枫露园的门票", "公园的电话是多少", "附近有什么饭馆吗"), ("40", "0551-20", "竹里食堂")),
        (("推荐您去白鹭旅馆，是很安静的旅馆。", "这家旅馆的电话呢", "旅馆附近有哪些饭馆"), ("", "0551-42", "老灶台")),
        (("我想去竹里食堂吃饭，这家饭馆人均多少", "这个饭馆周边还有别的公园吗"), ("38", "枫露园")),
        (("老灶台这家饭馆是什么类型的饭馆", "它家电话发我一下"), ("家常菜", "0551-31")),
        (("那家客栈这家旅馆值得住住看看。", "房价多少", "旅馆有没有停车场"), ("", "260", "停车场")),
        (("名叫枫露园的公园门票是多少？周围有饭馆么？",), ("竹里食堂",)),
        (("枫露园门票多少", "有开放时间吗"), ("40", "")),
        (("枫露园的门票", "好的。星湖这个公园的电话是啥"), ("40", "0551-21")),
        (("枫露园的门票", "附近有什么饭馆", "这些都是我比较喜欢的，公园电话多少"), ("40", "竹里食堂", "0551-20")),
        (("白鹭旅馆的电话", "旅馆附近有没有饭馆"), ("0551-42", "老灶台")),
        (("我想住白鹭旅馆", "你知道旅馆房价是多少吗"), ("", "320")),
        (("星湖的门票价格和公园的开放时间",), ("全天",)),
    ],
)
def test_classes_and_scattered_names_of_attributes(places: Bank, turns: tuple[str, ...], said: tuple[str, ...]) -> None:
    for turn, reply, wanted in zip(turns, places.talk(*turns), said, strict=True):
        if wanted:
            assert reply.outcome is Outcome.ANSWERED, turn
            assert wanted in reply.message.plain(), turn
            assert len({f.subject_name for f in reply.facts}) == 1, turn


def test_an_attribute_that_its_kind_has_is_not_turned_round(places: Bank) -> None:
    reply = places.talk("白鹭旅馆的房价", "附近有什么公园")[-1]
    assert reply.outcome is Outcome.UNANSWERABLE


HOTELS = (
    *(member(hotel, "酒店") for hotel in ("临渊宾馆", "听涛宾馆", "云帆酒店")),
    *(member(sight, "景点") for sight in ("望海楼", "青屿灯塔")),
    *(member(place, "餐馆") for place in ("老渔港食府", "好味不如家常小馆")),
    *(fact(hotel, "价格", text(price)) for hotel, price in (("临渊宾馆", "531"), ("听涛宾馆", "288"))),
    *(fact(sight, "门票", text(price)) for sight, price in (("望海楼", "20"), ("青屿灯塔", "35"))),
    *(fact(place, "电话", text(call)) for place, call in (("老渔港食府", "0595-1"), ("好味不如家常小馆", "0595-2"))),
    fact("临渊宾馆", "周边景点", "望海楼"),
    fact("云帆酒店", "周边景点", "青屿灯塔"),
    fact("望海楼", "周边景点", "青屿灯塔"),
    fact("老渔港食府", "周边餐馆", "好味不如家常小馆"),
    fact("老渔港食府", "周边景点", "望海楼"),
)


@pytest.fixture(scope="module")
def hotels() -> Bank:
    return bank_of(MemorySnapshot(HOTELS))


@pytest.mark.parametrize(
    ("turns", "said"),
    [
        (("临渊宾馆周边有什么景点", "这家酒店价格是多少"), "531"),
        (("望海楼的门票", "帮我看一下周边有什么景点"), "青屿灯塔"),
        (("老渔港食府的电话", "附近还有什么好味的餐馆么"), "好味不如家常小馆"),
        (("给您推荐老渔港食府餐馆", "电话多少"), "0595-1"),
    ],
)
def test_what_is_talked_about_is_what_the_words_fit(hotels: Bank, turns: tuple[str, ...], said: str) -> None:
    reply = hotels.talk(*turns)[-1]
    assert reply.outcome is Outcome.ANSWERED
    assert said in reply.message.plain()


def test_what_a_thing_lacks_is_not_answered_by_an_earlier_one(hotels: Bank) -> None:
    reply = hotels.talk("望海楼的门票", "听涛宾馆价格", "周边有什么景点")[-1]
    assert reply.outcome is Outcome.UNANSWERABLE
    assert "听涛宾馆" in reply.message.plain()
