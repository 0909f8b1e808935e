"""Promises that a bank must not make: 保本, 稳赚, 零风险, unless the sentence denies or condemns them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.facts import ALIAS, FAQ_VARIANT, SITUATION
from kg.problems import Problem, Severity
from kg.reader.rows import shown
from kg.typed_rows import ParsedRow, row_problem
from kg.values import Kind

_PROMISE = re.compile(
    r"保本保收益|保本保息|保证收益|保收益|保本|稳赚不赔|稳赚|包赚|只赚不赔|零风险|0风险|无风险(?!利率|收益|资产|套利)|绝对安全|百分之百安全|必涨|躺赚|兜底"
)
_DENIED = re.compile(
    r"不|非|未|无法|没有|并无|禁止|严禁|打破|谎|骗|诈|假|谨防|拒绝|凡|警惕|当心|声称|号称|宣称|宣传|所谓|承诺.{0,6}的(?:都|是)|吗|是否|轻信|误导|诱|打着|虚构|虚假"
)
_SENTENCE = re.compile(r"[^。；！？;!?\n]+")
_UNSAID = (ALIAS, FAQ_VARIANT, SITUATION)


def promises(parsed: ParsedRow) -> Iterator[Problem]:
    """Warnings about a text that promises what no product keeps."""
    if parsed.value is None or parsed.value.kind is not Kind.TEXT or parsed.row.predicate in _UNSAID:
        return
    if not _PROMISE.search(parsed.row.object):
        return
    for sentence in _SENTENCE.findall(parsed.row.object):
        found = _PROMISE.search(sentence)
        if found and not _DENIED.search(_PROMISE.sub("", sentence)) and found[0] not in parsed.row.subject:
            what = f"像是在承诺「{found[0]}」"
            remedy = "监管不允许这样宣传：改写，或写明不保证"
            yield row_problem(parsed.row, shown("object"), sentence.strip(), what, remedy, severity=Severity.WARNING)
