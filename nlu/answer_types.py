"""What kind of answer a question wants and a predicate gives: a person, an organisation, a place, a time, a figure.

Seen from the question words and from the name and datatype of the predicate; so 谁 does not take 上映时间.
"""

from __future__ import annotations

import re
from enum import StrEnum
from functools import lru_cache

from kg.ontology import Predicate
from kg.values import Kind
from nlu.analysis import Analysis


class Answers(StrEnum):
    """Kinds of answers."""

    PERSON = "person"
    ORGANISATION = "organisation"
    PLACE = "place"
    TIME = "time"
    DURATION = "duration"
    MONEY = "money"
    PERCENT = "percent"
    AGE = "age"
    FIGURE = "figure"
    METHOD = "method"
    REASON = "reason"
    TEXT = "text"


_ENDINGS: tuple[tuple[Answers, tuple[str, ...]], ...] = (
    (
        Answers.PERSON,
        (
            *(
                "人",
                "者",
                "员",
                "师",
                "长",
                "导演",
                "主演",
                "编剧",
                "作者",
                "配偶",
                "妻子",
                "丈夫",
                "父亲",
                "母亲",
                "老师",
            ),
            *(
                "儿子",
                "女儿",
                "子女",
                "歌手",
                "演唱",
                "作曲",
                "作词",
                "填词",
                "主席",
                "总裁",
                "经理",
                "董事",
                "主角",
                "校友",
            ),
            *("股东", "主持", "监制", "原唱", "嘉宾", "冠军", "客户", "顾问", "教练", "队员", "球员"),
        ),
    ),
    (
        Answers.ORGANISATION,
        (
            *(
                "公司",
                "机构",
                "出版社",
                "院校",
                "学校",
                "单位",
                "部门",
                "集团",
                "银行",
                "大学",
                "方",
                "商",
                "任职",
                "组织",
            ),
            *("事务所", "企业", "股东", "管理人", "托管人", "发行人", "俱乐部", "球队", "党", "队", "平台", "母校"),
        ),
    ),
    (
        Answers.PLACE,
        (
            *(
                "地",
                "地址",
                "地点",
                "位置",
                "国籍",
                "国家",
                "省",
                "市",
                "省份",
                "城市",
                "地区",
                "区域",
                "籍贯",
                "产地",
                "总部",
            ),
            *(
                "故乡",
                "家乡",
                "分布",
                "首都",
                "首府",
                "省会",
                "地铁",
                "车站",
                "区县",
                "网点",
                "渠道",
                "网址",
                "所在",
                "机场",
            ),
        ),
    ),
    (
        Answers.TIME,
        (
            "日期",
            "年份",
            "生日",
            "年代",
            "日",
            "时期",
            "朝代",
            "年月",
            "时间",
            "年度",
            "纪念日",
            "校庆",
            "成立",
            "上市",
            "届",
        ),
    ),
    (Answers.DURATION, ("时长", "期限", "周期", "天数", "寿命", "年限", "工期", "学制")),
    (Answers.MONEY, ("价", "价格", "费", "费用", "金额", "收入", "利润", "造价", "资金", "资本", "保费", "薪", "工资")),
    (Answers.PERCENT, ("率", "比例", "占比", "涨幅", "比重")),
    (
        Answers.FIGURE,
        ("数", "数量", "总数", "次数", "人数", "量", "面积", "高度", "长度", "深度", "速度", "重量", "距离"),
    ),
    (Answers.METHOD, ("方法", "方式", "流程", "步骤", "做法", "措施", "途径", "办法", "攻略", "规则")),
    (Answers.REASON, ("原因", "病因", "成因", "起因", "缘由", "理由", "起源", "由来")),
)
_OF_KIND = {
    Kind.DATE: frozenset({Answers.TIME}),
    Kind.TERM: frozenset({Answers.DURATION}),
    Kind.AGE: frozenset({Answers.AGE, Answers.FIGURE}),
    Kind.CONDITION: frozenset({Answers.AGE}),
    Kind.MONEY: frozenset({Answers.MONEY, Answers.FIGURE}),
    Kind.PERCENT: frozenset({Answers.PERCENT, Answers.FIGURE}),
    Kind.COUNT: frozenset({Answers.FIGURE}),
    Kind.NUMBER: frozenset({Answers.FIGURE, Answers.MONEY, Answers.AGE, Answers.DURATION, Answers.PERCENT}),
    Kind.LEVEL: frozenset({Answers.FIGURE}),
}
_WANTED: tuple[tuple[str, frozenset[Answers]], ...] = (
    ("who", frozenset({Answers.PERSON, Answers.ORGANISATION})),
    ("where", frozenset({Answers.PLACE, Answers.ORGANISATION})),
    ("when", frozenset({Answers.TIME, Answers.DURATION})),
    ("how_long", frozenset({Answers.DURATION, Answers.TIME})),
    ("how_old", frozenset({Answers.AGE})),
    ("how", frozenset({Answers.METHOD, Answers.REASON, Answers.TEXT})),
    ("why", frozenset({Answers.REASON})),
    ("count", frozenset({Answers.FIGURE, Answers.DURATION})),
)
_OF_A_HOUSE = re.compile("公司|机构|单位|厂|部门|组织")
"""In what asks who: an organisation is wanted, no person."""
_ON_THE_DAY = re.compile("[年月日号天]")
"""In what asks when: a point in time is wanted, no duration."""
_OF_A_LIFE = re.compile("出生|生日|诞辰")
"""In a time that tells how old somebody is."""
_MONEY = frozenset({"多少钱", "几块", "几钱"})
_PERCENT = frozenset({"几个点", "有几个点", "几个百分点", "几厘", "几分利"})


def wanted(analysis: Analysis) -> frozenset[Answers]:
    """Kinds of answers that the question words ask for; empty when they leave it open."""
    found = {kind for cue, kinds in _WANTED if cue in analysis.cues for kind in kinds}
    who = analysis.first("who")
    if who is not None and _OF_A_HOUSE.search(who.surface):
        found -= {Answers.PERSON}
    when = analysis.first("when")
    if when is not None and _ON_THE_DAY.search(when.surface):
        found -= {Answers.DURATION}
    amount = analysis.first("how_much")
    if amount is not None:
        asked = Answers.MONEY if amount.surface in _MONEY else Answers.PERCENT if amount.surface in _PERCENT else None
        found |= {asked} if asked else {Answers.FIGURE, Answers.DURATION}
    return frozenset(found)


@lru_cache(maxsize=16384)
def given(predicate: Predicate) -> frozenset[Answers]:
    """Kinds of answers that the predicate gives; empty when nothing is known of it."""
    life = frozenset({Answers.AGE} if _OF_A_LIFE.search(predicate.name) else ())
    if predicate.datatype in _OF_KIND:
        return _OF_KIND[predicate.datatype] | life
    named = {kind for kind, endings in _ENDINGS if predicate.name.endswith(endings)} | life
    if predicate.datatype is Kind.TIME:
        named.add(Answers.TIME)
    return frozenset(named)


def fits(predicate: Predicate, analysis: Analysis) -> float:
    """1 when the predicate gives what is asked, -1 when it gives something else, 0 when that is not known."""
    asked, gives = wanted(analysis), given(predicate)
    if not asked or not gives:
        return 0.0
    return 1.0 if asked & gives else -1.0
