"""The fact model: entities, qualified facts with an origin, and the key that makes two rows the same fact."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kg.values import Op, Value

OPEN_REVISION = 2**62
"""`rev_to` of a fact that still stands."""

INSTANCE_OF = "实例"
SUBCLASS_OF = "上位类"
ALIAS = "别名"
CALLED = frozenset(
    ("又名", "别号", "别称", "俗称", "俗名", "简称", "全称", "昵称", "绰号", "外号", "曾用名", "中文名", "中文名称",
     "外文名", "英文名", "原名", "本名", "笔名", "艺名")
)  # fmt: skip
"""What other people's graphs call the further names of a thing; where nobody declared them they are its aliases too."""
FAQ_ANSWER = "答案"
FAQ_VARIANT = "相似问"
FAQ_ABOUT = "关于"
FAQ_CLASS = "常见问题"
DEFINITION = "定义"
SITUATION = "适用情形"
CALCULATION = "计算方式"
"""The calculator of a class; qualifiers name the predicates that fill its roles (利率=年利率)."""
REQUIRED = "必填属性"
"""On a class: an attribute that every member must have, or a warning is given."""
SALE_STATUS = "销售状态"
WITHDRAWN = "已停售"
"""The status, from its first day on, of what is answered about and no longer offered."""
UNSPOKEN = frozenset({ALIAS, SITUATION, CALCULATION, FAQ_ANSWER, FAQ_VARIANT, FAQ_ABOUT, REQUIRED})
"""Predicates that help to find things and are never asked about or shown as an attribute."""
URGENT_STEPS = "紧急步骤"
HOTLINE = "客服热线"
OWN_ACCOUNT_CLASS = "个人账户查询"


class EntityKind(StrEnum):
    """The six fixed kinds that the intent model sees in place of names."""

    PRODUCT = "产品"
    ORGANISATION = "机构"
    PERSON = "人"
    REGULATION = "法规"
    TERM = "术语"
    OTHER = "其他"


@dataclass(frozen=True, slots=True)
class Qualifier:
    """What narrows a fact: 期限=3年, 金额≥20万元. `value` is parsed by the qualifier's own predicate, else text."""

    name: str
    op: Op
    value: Value


@dataclass(frozen=True, slots=True)
class Fact:
    """One statement of the graph.

    Exactly one of `object_id` and `value` is set. `valid_from`/`valid_to` are the first and last day on
    which it holds (None = open); it stands in revisions rev_from ≤ N < rev_to. `id` is derived from the
    key, so the same statement keeps its id over revisions. `subject_name`/`object_name` are for display.
    `inherited_from` names the class the fact was read from when it was asked of a member.
    """

    id: str
    subject_id: str
    subject_name: str
    predicate: str
    object_id: str | None = None
    object_name: str = ""
    value: Value | None = None
    qualifiers: tuple[Qualifier, ...] = ()
    source: str = ""
    article: str = ""
    valid_from: date | None = None
    valid_to: date | None = None
    rev_from: int = 0
    rev_to: int = OPEN_REVISION
    file: str = ""
    line: int = 0
    editor: str = ""
    inherited_from: str = ""

    @property
    def text(self) -> str:
        """The object as it is shown."""
        return self.value.text if self.value is not None else self.object_name

    def holds_on(self, day: date) -> bool:
        """Whether `day` lies in the fact's period."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


def written_at(fact: Fact) -> tuple[str, int]:
    """Where an editor wrote it: the order in which facts are told, whatever order an engine gives them in."""
    return fact.file, fact.line
