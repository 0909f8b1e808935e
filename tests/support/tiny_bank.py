"""A bank of a dozen facts, for tests that need names to understand and figures to answer with."""

from __future__ import annotations

from pathlib import Path

from kg.facts import HOTLINE, Fact
from kg.lexicon.build import build
from kg.lexicon.lexicon import Lexicon
from nlu.arbiter import Understanding
from tests.support.facts import fact, member, money, subclass, text
from tests.support.memory import MemorySnapshot

BANK = "云杉银行"
FACTS: tuple[Fact, ...] = (
    subclass("理财产品", "产品"),
    subclass("信用卡", "产品"),
    member("稳盈1号", "理财产品"),
    member("稳盈2号", "理财产品"),
    member("云杉金卡", "信用卡"),
    fact("稳盈1号", "起购金额", money(10000, "1万元")),
    fact("稳盈2号", "起购金额", money(50000, "5万元")),
    fact("稳盈1号", "风险等级", text("R2")),
    fact("稳盈2号", "风险等级", text("R3")),
    fact("云杉金卡", "年费", money(300)),
    member(BANK, "银行"),
    fact(BANK, HOTLINE, text("956-0088")),
)


def tiny_snapshot() -> MemorySnapshot:
    """The facts as revision 1."""
    return MemorySnapshot(FACTS)


def tiny_understanding(folder: Path) -> Understanding:
    """Lexicon and understanding of the facts, built under `folder`."""
    build(tiny_snapshot(), folder / "lexicon")
    return Understanding(Lexicon.open(folder / "lexicon"))
