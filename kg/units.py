"""Units of figures: how each spelling is reduced to a kind, a factor to the canonical unit and the unit shown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal

from kg.values import Kind

DAY = "天"
"""The unit of every term of the calendar, whatever it was written in; the text and the months are kept beside it."""
WORK_DAY = "工作日"
"""The unit of terms in days on which banks or exchanges are open: not comparable with days of the calendar."""
YEAR_DAYS = Decimal(365)
MONTH_DAYS = YEAR_DAYS / 12
TERM_PLACES = Decimal("0.000001")
"""Terms are ordered on one scale of days; months are an uneven number of them and rounded here."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A spelling's meaning. `factor` leads to the canonical unit; `months` is set where months are counted exactly."""

    kind: Kind
    name: str
    factor: Decimal = Decimal(1)
    months: int = 0


_CURRENCIES = {
    "元": "元 圆 块钱 块 元人民币 人民币 元整 圆整 RMB CNY",
    "美元": "美元 美金 美刀 刀 USD",
    "港元": "港元 港币 港币元 HKD",
    "欧元": "欧元 欧 EUR",
    "英镑": "英镑 GBP",
    "日元": "日元 日圆 日币 JPY",
    "澳元": "澳元 澳大利亚元 澳币 AUD",
    "加元": "加元 加拿大元 加币 CAD",
    "新加坡元": "新加坡元 新元 坡币 SGD",
    "瑞士法郎": "瑞士法郎 瑞郎 CHF",
    "韩元": "韩元 韩币 KRW",
    "澳门元": "澳门元 澳门币 MOP",
    "泰铢": "泰铢 THB",
    "新西兰元": "新西兰元 纽元 NZD",
    "新台币": "新台币 TWD",
    "卢布": "卢布 RUB",
}
_SYMBOLS = {"¥": "元", "RMB": "元", "CNY": "元", "人民币": "元", "US$": "美元", "$": "美元", "USD": "美元"} | {
    "HK$": "港元",
    "HKD": "港元",
    "€": "欧元",
    "EUR": "欧元",
    "£": "英镑",
    "GBP": "英镑",
    "JPY": "日元",
}
_PERCENTS = {
    "%": "1",
    "％": "1",
    "个百分点": "1",
    "百分点": "1",
    "个点": "1",
    "‰": "0.1",
    "‱": "0.01",
    "个基点": "0.01",
    "基点": "0.01",
    "个BP": "0.01",
    "BP": "0.01",
    "BPS": "0.01",
    "成": "10",
}
_MONTHS = {"年": 12, "年期": 12, "周年": 12, "个年度": 12, "个季度": 3, "个月": 1, "个月期": 1, "个整月": 1}
_DAYS = dict.fromkeys(("天", "天期", "日", "个自然日", "自然日"), 1) | dict.fromkeys(
    ("周", "个周", "星期", "个星期", "礼拜", "个礼拜"), 7
)
WORK_DAYS = ("工作日", "个工作日", "交易日", "个交易日", "开放日", "个开放日")
_CLOCK = {"小时": Decimal(24), "个小时": Decimal(24), "钟头": Decimal(24), "个钟头": Decimal(24), "分钟": Decimal(1440)}
_MEASURES = (
    "个人 次 笔 张 个 户 人 名 家 份 种 枚 台 倍 只 支 款 套 项 件 期 位 条 把 股 积分 里程 公里 场 趟 本 页 手 票 间 "
    "辆 部 门 字 档 层 句 遍 组 批 颗 分 瓶 盒 场次 人次 件套 座 亩 吨 季"
)
_PEOPLE = dict.fromkeys(("个人", "名", "位"), "人")
_PHYSICAL = "千克 公斤 克拉 克 盎司 毫米 厘米 平方米 平米 米 千米 毫升 升"


def _table() -> dict[str, Unit]:
    units = {word: Unit(Kind.MONEY, name) for name, words in _CURRENCIES.items() for word in words.split()}
    units |= {word: Unit(Kind.MONEY, "元", Decimal("0.1")) for word in ("角", "毛", "毛钱", "角钱")}
    units["分钱"] = Unit(Kind.MONEY, "元", Decimal("0.01"))
    units |= {word: Unit(Kind.PERCENT, "%", Decimal(factor)) for word, factor in _PERCENTS.items()}
    units |= {word: Unit(Kind.TERM, DAY, MONTH_DAYS * n, n) for word, n in _MONTHS.items()}
    units |= {word: Unit(Kind.TERM, DAY, Decimal(factor)) for word, factor in _DAYS.items()}
    units |= {word: Unit(Kind.TERM, WORK_DAY) for word in WORK_DAYS}
    units |= {word: Unit(Kind.TERM, DAY, 1 / per_day) for word, per_day in _CLOCK.items()}
    units |= {word: Unit(Kind.AGE, "岁") for word in ("岁", "周岁")}
    units |= {word: Unit(Kind.COUNT, _PEOPLE.get(word, word)) for word in _MEASURES.split()}
    units |= {word: Unit(Kind.NUMBER, word) for word in _PHYSICAL.split()}
    return units


UNITS = _table()
CURRENCY_NAMES = {
    word: name for name, words in _CURRENCIES.items() for word in words.split() if len(word) > 1 and not word.isascii()
}
"""Spelling of a currency in Chinese characters → the name that it is reduced to."""
CURRENCY_SIGNS = {sign.upper(): name for sign, name in _SYMBOLS.items()}
RATE_BASES = "年|个?月|日|天|周|季度?|笔|次|张|份|户|人|个|套|枚|克|页|本|只|股|位|辆|项|件|台|单|名"
"""What a price may be per: 12元/克, 3元/月."""

SIGN_PATTERN = r"US\$|HK\$|[¥$€£]|人民币|(?:RMB|CNY|USD|HKD|EUR|GBP|JPY)"


# 5万个人贷款 is about 个人贷款; 3成本 and 3年级 are other words; 一分钟 is longer than 一分.
_NOT_A_UNIT = {
    "个人": "贷信消住经养账客网银存业版所征储结外理财",
    "成": "立为功本长交员熟都绩",
    "年": "级代薪报终会龄轻化",
    "分": "之行期红享配析类享",
    "次": "日月年要级贷",
    "期": "限货权间望交",
    "年期": "限",
    "家": "庭人里",
    "位": "置于",
    "元": "件旦素宵",
    "人": "民工行身寿才员",
    "名": "单字称",
    "种": "类植",
    "档": "案",
    "日": "均常元圆币前后利息间子历",
    "周": "边转末一二三四五六日年岁期",
    "季": "末初",
    "天": "津天数然",
    "块": "儿",
    "刀": "具片",
    "欧": "洲盟美式",
    "支": "付持取行票",
    "条": "件款例",
    "项": "目",
    "套": "现餐利",
    "只": "有能要是",
    "把": "握",
    "股": "票份金权市东",
    "手": "续机",
    "本": "金息行人票月年周外科地",
    "页": "面",
    "票": "据面",
    "门": "店槛户",
    "间": "隔",
    "米": "其",
    "层": "级",
    "句": "号",
    "组": "合",
    "批": "准发",
    "座": "机位",
    "件": "套",
    "份": "额",
    "户": "口籍主",
    "个": "体税性贷别人",
    "笔": "记试",
    "台": "湾风州",
    "倍": "增感",
    "角": "度色落",
    "毛": "利",
}


def _unit_pattern() -> str:
    words = sorted(UNITS, key=len, reverse=True)
    return "|".join(_one(word) for word in words)


def _one(word: str) -> str:
    tail = "(?![A-Za-z])" if word.isascii() and word.isalpha() else ""
    tail += r"(?!\d+期)" if word == "分" else ""  # 1万2分3期 is about instalments
    if stop := _NOT_A_UNIT.get(word):
        tail += f"(?![{stop}])"
    return re.escape(word) + tail


UNIT_PATTERN = _unit_pattern()


def unit_of(word: str) -> Unit | None:
    """The meaning of a unit's spelling, or None when it is not known."""
    return UNITS.get(word) or UNITS.get(word.upper())
