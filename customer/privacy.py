"""Masking: what identifies a person or an account goes before text is logged or kept; amounts stay."""

from __future__ import annotations

import re
from collections.abc import Callable

_MAIL = re.compile(r"(?<![\w.+-])([\w.+-])[\w.+-]*@([\w-]+(?:\.[\w-]+)+)", re.ASCII)
_IDENTITY = re.compile(
    r"(?<![0-9])([1-9][0-9]{5})(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9])"
)
_CARD = re.compile(r"(?<![0-9])(?<![0-9][.,])[0-9](?:[ \-]?[0-9]){11,22}(?![0-9])(?!\.[0-9])")
_PHONE = re.compile(r"(?<![0-9])(?:(?:\+|00)?86[ \-]?)?(1[3-9][0-9])[ \-]?[0-9]{4}[ \-]?([0-9]{4})(?![0-9])(?!\.[0-9])")
_LANDLINE = re.compile(r"(?<![0-9])(0[0-9]{2,3})-([0-9]{7,8})(?![0-9])")
_UNIT = re.compile(
    r"\s*(?:[万亿千百]|元|块|美元|港元|欧元|日元|英镑|人民币|RMB|CNY|USD|￥|¥|%|％|股|份|克)", re.IGNORECASE
)
_SURNAMES = (
    "王李张刘陈杨黄赵周吴徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾"
    "夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟申欧耿关"
    "兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷曲盛冉翁蓝路游辛靳管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤阳时穆农司卓古吉缪简车"
)
_COMPOUND = (
    "欧阳|太史|端木|上官|司马|东方|独孤|南宫|万俟|闻人|夏侯|诸葛|尉迟|公羊|赫连|皇甫|宗政|濮阳|公冶|令狐|慕容|司徒"
)
# Who says his name says it so; whatever follows a surname is taken for the given name, two characters at most.
_NAMED = re.compile(
    r"(我叫|本人叫|名字叫|名叫|名字是|姓名是|姓名为|姓名[:：]|户名是|户名为|户名[:：])"
    rf"(\s*)({_COMPOUND}|[{_SURNAMES}])[\u4e00-\u9fff]{{1,2}}"
)
_NARROW = str.maketrans("０１２３４５６７８９", "0123456789")
_SHORTEST_CARD, _LONGEST_CARD = 12, 19


def mask(text: str) -> str:
    """`text` with card, identity and telephone numbers, mail addresses and names that are told made unreadable.

    The ends that help to recognise one's own stay (138****8000). What carries a unit of money is an amount
    and stays; so do short numbers, rates and product codes. Full-width digits count as digits.
    """
    narrow = text.translate(_NARROW)
    folded = _MAIL.sub(r"\1***@\2", narrow)
    folded = _sub_number(_IDENTITY, folded, lambda m: f"{m.group(1)}********{m.group()[-4:]}")
    folded = _sub_number(_PHONE, folded, lambda m: f"{m.group(1)}****{m.group(2)}")
    folded = _LANDLINE.sub(r"\1-********", folded)
    folded = _sub_number(_CARD, folded, _card)
    folded = _NAMED.sub(r"\1\2\3**", folded)
    return text if folded == narrow else folded


def _sub_number(pattern: re.Pattern[str], text: str, masked: Callable[[re.Match[str]], str]) -> str:
    return pattern.sub(lambda m: m.group() if _UNIT.match(text, m.end()) else masked(m), text)


def _card(match: re.Match[str]) -> str:
    digits = re.sub(r"\D", "", match.group())
    if not _is_card(digits):
        return match.group()
    return f"{digits[:4]}****{digits[-4:]}"


def _is_card(digits: str) -> bool:
    """A payment card: 16 to 19 digits, or fewer with a valid check digit."""
    if len(digits) > _LONGEST_CARD or len(digits) < _SHORTEST_CARD:
        return False
    return len(digits) >= 16 or _luhn(digits)


def _luhn(digits: str) -> bool:
    total = 0
    for place, char in enumerate(reversed(digits)):
        number = int(char) * (2 if place % 2 else 1)
        total += number - 9 if number > 9 else number
    return total % 10 == 0
