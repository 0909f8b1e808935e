"""What a load says of itself."""

from __future__ import annotations

from dataclasses import dataclass

from kg.facts import Fact
from kg.problems import Problem, Severity
from kg.store import Revision


@dataclass(frozen=True, slots=True)
class LoadReport:
    """How a load ended.

    `revision` is the one published, None when nothing was: no change, a draft (its id in `draft`), or
    errors. `changed` holds (as it was, as it is now); `gone` are facts whose rows left their file and that
    were kept; `removed` also holds those that `replace` took out. `quarantined` counts rows left out.
    """

    base: int
    revision: Revision | None = None
    draft: str = ""
    added: tuple[Fact, ...] = ()
    removed: tuple[Fact, ...] = ()
    changed: tuple[tuple[Fact, Fact], ...] = ()
    gone: tuple[Fact, ...] = ()
    unchanged: int = 0
    predicates: int = 0
    problems: tuple[Problem, ...] = ()
    quarantined: int = 0
    seconds: float = 0.0

    @property
    def refused(self) -> bool:
        """Whether errors kept everything out."""
        return not self.quarantined and any(p.severity is Severity.ERROR for p in self.problems)

    @property
    def exit_code(self) -> int:
        """What the command line ends with: 0 done or nothing to do, 2 errors, 3 a draft waits."""
        if self.refused:
            return 2
        return 3 if self.draft else 0

    @property
    def summary(self) -> str:
        """One sentence for the editor."""
        if self.refused:
            count = sum(1 for p in self.problems if p.severity is Severity.ERROR)
            return f"有 {count} 处错误，没有载入任何内容，图谱仍是第 {self.base} 版"
        counts = f"新增 {len(self.added)}、修改 {len(self.changed)}、删除 {len(self.removed)}、未变 {self.unchanged}"
        if self.draft:
            return f"已存为草稿 {self.draft}（{counts}），审批发布后生效"
        if self.revision is None:
            return f"内容没有变化，图谱仍是第 {self.base} 版"
        return f"已发布第 {self.revision.number} 版（{counts}），共 {self.revision.facts} 条事实"
