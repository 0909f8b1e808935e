"""Numerals as people write them, Arabic and Chinese, to Decimal: 1.5万, 3,000.00, 五十万, 伍万圆整, 廿, 5w."""

from __future__ import annotations

import re
from decimal import Decimal

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_FORMAL = dict(zip("壹贰叁肆伍陆柒捌玖拾佰仟", "一二三四五六七八九十百千", strict=True)) | {"弍": "二", "叄": "三"}
_SCALES = {"十": 10, "百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_LATIN_SCALES = {"w": 10_000, "k": 1000}

# Traditional and formal characters that stand in figures and the words around them, one for one.
_TRADITIONAL = "萬億兩個歲週點內過於間貳參陸圓達歐約號從開後來滿與還無數塊錢紀"
_SIMPLE = dict(zip(_TRADITIONAL, "万亿两个岁周点内过于间二三六元达欧约号从开后来满与还无数块钱纪", strict=True))
_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_FOLD = str.maketrans(
    {
        **{chr(wide): chr(narrow) for wide, narrow in _WIDTH.items()},
        **_SIMPLE,
        "　": " ",
        "\u00a0": " ",
        "￥": "¥",
        "〜": "~",
        "–": "-",
        "—": "-",
        "−": "-",
        "‐": "-",
        "‑": "-",
        "﹣": "-",
        "≧": "≥",
        "⩾": "≥",
        "≦": "≤",
        "⩽": "≤",
        "﹪": "%",
        "○": "〇",
    }
)
_FOLD_FORMAL = str.maketrans({**_FORMAL, "廿": "甘", "卅": "丗"})

CHINESE = "零〇一二两三四五六七八九十百千万亿廿卅壹贰叁肆伍陆柒捌玖拾佰仟弍叄"
"""Characters that a Chinese numeral is made of (without 点 and 半)."""

_ARABIC = r"(?:\d{1,3}(?:,\d{3})+(?!\d)|\d+)(?:\.\d+)?"
_MIXED_TAIL = rf"(?:[百千万亿]+(?:{_ARABIC}[百千万]+)*|[wWkK](?![A-Za-z]))?"
_SIGNS = (
    rf"(?:[{CHINESE.replace('两', '')}]|两(?=[百千万亿]))"  # 六万两年 is no number of years, 一两年 no number at all
)
_CHINESE_RUN = rf"(?:[一三]?两{_SIGNS}*|{_SIGNS}+)(?:点[零〇一二两三四五六七八九]+[万亿]*)?"
PATTERN = rf"(?:{_ARABIC}{_MIXED_TAIL}|{_CHINESE_RUN})"
"""Regular expression of one numeral in folded text; a match may still be no number (万千), see `parse_number`."""

_ARABIC_PARTS = re.compile(rf"({_ARABIC})([百千万亿]*)")
_LATIN = re.compile(rf"({_ARABIC})([wk])", re.IGNORECASE)
_CHINESE_SHAPE = re.compile(rf"([{CHINESE}]+)(?:点([零〇一二两三四五六七八九]+)([万亿]*))?")


def fold(text: str) -> str:
    """Full width to half width, dashes to `-`, traditional number words to simplified; same length, so offsets hold."""
    return text.translate(_FOLD)


def parse_number(text: str) -> Decimal | None:
    """The number that folded `text` says as a whole, or None when it says none."""
    latin = _LATIN.fullmatch(text)
    if latin:
        return _arabic(latin[1]) * _LATIN_SCALES[latin[2].lower()]
    if text[:1].isascii() and text[:1].isdigit():
        return _mixed(text)
    return _chinese(text)


def _arabic(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))


def _scaled(number: Decimal, scales: str) -> Decimal:
    for scale in scales:
        number *= _SCALES[scale]
    return number


def _mixed(text: str) -> Decimal | None:
    """1.5万, 3千万, 1亿2000万: parts with falling scales."""
    total = Decimal(0)
    position = 0
    last: Decimal | None = None
    while position < len(text):
        part = _ARABIC_PARTS.match(text, position)
        if part is None:
            return None
        factor = _scaled(Decimal(1), part[2])
        if last is not None and factor >= last:
            return None
        last = factor
        total += _arabic(part[1]) * factor
        position = part.end()
    return total if last is not None else None


def _chinese(text: str) -> Decimal | None:
    shape = _CHINESE_SHAPE.fullmatch(text)
    if shape is None:
        return None
    whole = _chinese_whole(shape[1].translate(_FOLD_FORMAL))
    if whole is None:
        return None
    if shape[2] is None:
        return Decimal(whole)
    fraction = "".join(str(_DIGITS[c]) for c in shape[2])
    return _scaled(Decimal(f"{whole}.{fraction}"), shape[3])


def _chinese_whole(text: str) -> int | None:
    text = text.replace("甘", "二十").replace("丗", "三十")
    if all(c in _DIGITS for c in text):
        # 二〇二六 is read digit by digit; 两三 and 七八 are vague and are no number.
        if len(text) > 1 and not set(text) & {"零", "〇"} and len(text) < 4:
            return None
        return int("".join(str(_DIGITS[c]) for c in text))
    return _positional(text)


def _positional(text: str) -> int | None:
    """五十万零三百, 三万五 (short for 三万五千). None when the order of scales makes no number."""
    total = section = 0
    digit: int | None = None
    last_scale = 10**12
    after_zero = False
    for char in text:
        if char in _DIGITS:
            if digit is not None and digit != 0:
                return None
            digit = _DIGITS[char]
            after_zero = after_zero or digit == 0
            continue
        scale = _SCALES[char]
        if scale >= 10_000:
            section += digit or 0
            if section == 0 and total == 0:
                return None
            total = (total + section) * scale if section == 0 or scale > 10_000 else total + section * scale
            section = 0
        elif digit is None and scale != 10:
            return None
        else:
            section += (1 if digit is None else digit) * scale
        digit, last_scale, after_zero = None, scale, False
    if digit:
        section += digit if after_zero or last_scale == 10 else digit * last_scale // 10
    return total + section
