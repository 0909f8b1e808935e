"""Read statutes and normalise the numerals in them: the oracle of the regulation tests.

It shares no code with ``kg`` on purpose. What ``kg`` misreads must not be misread here in the same way.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

CN_DIGITS = {"〇": 0, "零": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}
CN_SCALES = {"十": 10, "百": 100, "千": 1000}
CN_GROUPS = {"万": 10_000, "亿": 100_000_000}

_CN = "〇零一二两三四五六七八九十百千万亿"
_NUMBER = rf"(?:\d[\d,]*(?:\.\d+)?[百千万亿]*|[{_CN}]+)"
# Longest first: 个工作日 before 个 and 日. The second member is the unit every spelling is reduced to.
UNITS = (
    ("个工作日", "工作日"),
    ("工作日", "工作日"),
    ("个月", "月"),
    ("个小时", "小时"),
    ("小时", "小时"),
    ("个交易日", "交易日"),
    ("交易日", "交易日"),
    ("周岁", "岁"),
    ("元", "元"),
    ("美元", "美元"),
    ("日", "日"),
    ("天", "日"),
    ("年", "年"),
    ("月", "月"),
    ("岁", "岁"),
    ("倍", "倍"),
    ("人", "人"),
    ("名", "人"),
    ("次", "次"),
    ("份", "份"),
    ("个", "个"),
    ("家", "家"),
)
_UNIT = "|".join(text for text, _ in UNITS)
_CANONICAL = dict(UNITS)

# 第五条, 第一次 … are ordinals; 一次性, 上一年度, 一人公司-like words and 一家人 are words, not numerals with a unit.
_PATTERN = re.compile(
    rf"(?P<date>(?:\d{{4}}|[〇零一二三四五六七八九]{{4}})年(?:{_NUMBER})月(?:{_NUMBER})日)"
    rf"|(?P<yearmonth>(?:\d{{4}}|[〇零一二三四五六七八九]{{4}})年{_NUMBER}月)"
    rf"|(?P<monthday>{_NUMBER}月{_NUMBER}日)"
    rf"|(?P<isodate>\d{{4}}-\d{{2}}-\d{{2}})"
    rf"|(?P<year>(?:1[89]|20)\d{{2}}年|[一二][〇零一二三四五六七八九]{{3}}年)"
    rf"|(?P<base>\d+|百|千|万|[{_CN}]+)分之(?P<part>{_NUMBER})"
    rf"|(?P<percent>\d[\d,]*(?:\.\d+)?)\s*[%％]"
    rf"|(?P<number>{_NUMBER})(?P<unit>{_UNIT})(?!性|度)"
)
_ORDINAL = re.compile(rf"第{_NUMBER}(?:条|款|项|章|节|编|号|届|次|笔|位|批|年|日|个|家|方)?")


@dataclass(frozen=True)
class Figure:
    """One numeral with its unit, e.g. ``("500000", "元")``; ``text`` and ``start`` say where it stood."""

    value: str
    unit: str
    text: str
    start: int

    @property
    def key(self) -> tuple[str, str]:
        """What two spellings of one figure have in common."""
        return (self.value, self.unit)


@dataclass(frozen=True)
class Article:
    """An article: its paragraphs (款) in order, items (项) joined to the paragraph they belong to."""

    number: int
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The whole article, without its number."""
        return "\n".join(self.paragraphs)


@dataclass(frozen=True)
class Law:
    """A statute: name, head (dates of adoption and publication) and articles by number."""

    name: str
    head: str
    articles: dict[int, Article]


@dataclass(frozen=True)
class Citation:
    """第十九条第三款 as numbers; ``paragraph`` is None where the whole article is cited."""

    article: int
    paragraph: int | None


def chinese_number(text: str) -> Fraction:
    """Value of 五十, 1.5, 二〇〇八, 50万 or 1,000. Raises ValueError on anything else."""
    plain = text.replace(",", "")
    mixed = re.fullmatch(r"(\d+(?:\.\d+)?)([百千万亿]*)", plain)
    if mixed:
        value = Fraction(mixed[1])
        for scale in mixed[2]:
            value *= CN_SCALES.get(scale) or CN_GROUPS[scale]
        return value
    if not plain or any(char not in _CN for char in plain):
        raise ValueError(f"not a number: {text!r}")
    if len(plain) > 1 and all(char in CN_DIGITS for char in plain):
        return Fraction(int("".join(str(CN_DIGITS[char]) for char in plain)))
    return Fraction(_positional(plain))


def _positional(text: str) -> int:
    total = group = digit = 0
    for char in text:
        if char in CN_DIGITS:
            digit = CN_DIGITS[char]
        elif char in CN_SCALES:
            group += (digit or 1) * CN_SCALES[char]
            digit = 0
        else:
            total = (total + group + digit or 1) * CN_GROUPS[char]
            group = digit = 0
    return total + group + digit


def _digits(text: str) -> int:
    return int(chinese_number(text))


def _clean(text: str) -> str:
    """Same length as the text: full-width digits, and the letter l that one published text has for 1 in l月1日."""
    narrow = text.translate(str.maketrans("０１２３４５６７８９．，％", "0123456789.,%"))
    return re.sub(r"l(?=月\d)", "1", narrow)


def figures(text: str) -> list[Figure]:
    """Every numeral with a unit in the text, in order; ordinals (第五条) are not among them."""
    return list(_figures(_clean(text)))


def _figures(text: str) -> Iterator[Figure]:
    masked = _ORDINAL.sub(lambda found: "第" * len(found[0]), text)
    for found in _PATTERN.finditer(masked):
        value, unit = _reduce(found)
        yield Figure(value, unit, found[0], found.start())


def _reduce(found: re.Match[str]) -> tuple[str, str]:
    if found["date"]:
        year, month, day = re.split("[年月日]", found["date"])[:3]
        return f"{_digits(year):04d}-{_digits(month):02d}-{_digits(day):02d}", "日期"
    if found["isodate"]:
        return found["isodate"], "日期"
    if found["yearmonth"]:
        year, month = re.split("[年月]", found["yearmonth"])[:2]
        return f"{_digits(year):04d}-{_digits(month):02d}", "年月"
    if found["monthday"]:
        month, day = re.split("[月日]", found["monthday"])[:2]
        return f"{_digits(month):02d}-{_digits(day):02d}", "月日"
    if found["year"]:
        return str(_digits(found["year"][:-1])), "年份"
    if found["percent"]:
        return str(chinese_number(found["percent"])), "%"
    if found["base"]:
        return _ratio(found["base"], chinese_number(found["part"]))
    return str(chinese_number(found["number"])), _CANONICAL[found["unit"]]


def _ratio(base: str, part: Fraction) -> tuple[str, str]:
    tenfold = {"百": 100, "千": 1000, "万": 10_000}.get(base)
    if tenfold:
        return str(part * 100 / tenfold), "%"
    return str(part / chinese_number(base)), "分数"


def parse_citation(text: str) -> Citation:
    """第三十一条第二款第三项 → article 31, paragraph 2. Raises ValueError on anything that names no article."""
    found = re.match(rf"第({_NUMBER})条(?:第({_NUMBER})款)?", text)
    if not found:
        raise ValueError(f"no article in {text!r}; write 第五条 or 第十九条第三款")
    return Citation(_digits(found[1]), _digits(found[2]) if found[2] else None)


def parse_law(name: str, text: str) -> Law:
    """Split the Markdown of a statute into head and articles. Headings, tables of contents and rules are dropped."""
    head, _, body = text.partition("<!-- INFO END -->")
    articles: dict[int, list[str]] = {}
    current: list[str] = []
    for line in (raw.strip() for raw in body.splitlines()):
        if not line or line.startswith("#"):
            continue
        opening = re.match(rf"第({_NUMBER})条[\s　]+(.*)", line)
        if opening:
            current = articles.setdefault(_digits(opening[1]), [])
            current.append(opening[2])
        elif re.match(r"[（(][一二三四五六七八九十]+[)）]", line) and current:
            current[-1] += "\n" + line
        else:
            current.append(line)
    return Law(name, head, {number: Article(number, tuple(lines)) for number, lines in articles.items()})


def law_name(source: str) -> tuple[str, str | None]:
    """反洗钱法（2024年修订） → ("反洗钱法", "2024"); a source without a version has None."""
    found = re.fullmatch(r"(.+?)[（(](\d{4})[^）)]*[）)]", source)
    return (found[1], found[2]) if found else (source, None)


def find_law(folder: Path, source: str) -> Law | None:
    """The statute a source names, in its named version or else the latest; None if the folder has none.

    The date in the name of the file counts as part of the head: it is that of the last amendment.
    """
    name, version = law_name(source)
    if name.startswith("民法典"):
        books = sorted((folder / "民法典").glob(f"{name.removeprefix('民法典') or '*'}.md"))
        return parse_law(source, _join(books)) if books else None
    files = sorted(path for path in folder.rglob(f"{name}(*).md") if version is None or f"({version}-" in path.name)
    return parse_law(source, f"{files[-1].stem}\n{files[-1].read_text(encoding='utf-8')}") if files else None


def _join(books: list[Path]) -> str:
    texts = [path.read_text(encoding="utf-8").partition("<!-- INFO END -->") for path in books]
    return texts[0][0] + "<!-- INFO END -->" + "\n".join(body for _, _, body in texts)
