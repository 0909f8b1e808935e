"""Errors of the packages below as the desk's words to an editor."""

from __future__ import annotations

from app.editing.desk import NotAllowed
from app.editing.reading import Missing
from connectors.editor.ports import DeskRefused, No
from kg.draft_files import FileRefused
from kg.drafts import DraftMoved, UnknownDraft
from kg.golden import GoldenFault
from kg.publishing import Overtaken
from kg.store import GraphError, GraphUnavailable, StaleBase, UnknownRevision, WriterBusy


def refusal(error: Exception) -> DeskRefused | None:  # noqa: PLR0911 one line per kind
    """What to tell the editor; None for a fault that nobody foresaw."""
    if isinstance(error, DeskRefused):
        return error
    if isinstance(error, UnknownDraft):
        return DeskRefused(No.UNKNOWN, "没有这份草稿，或者它已经发布、放弃了；刷新列表")
    if isinstance(error, Missing):
        return DeskRefused(No.UNKNOWN, str(error))
    if isinstance(error, UnknownRevision):
        return DeskRefused(No.UNKNOWN, "没有这个版本；看版本列表")
    if isinstance(error, DraftMoved):
        return DeskRefused(No.CONFLICT, "草稿刚被改过；刷新，看过新的内容再来")
    if isinstance(error, Overtaken):
        return DeskRefused(No.CONFLICT, _overtaken(error))
    if isinstance(error, StaleBase):
        return DeskRefused(No.CONFLICT, "刚有人发布了新版本；把草稿搬到新版本上，看过再发布")
    if isinstance(error, NotAllowed):
        return DeskRefused(No.FORBIDDEN, str(error))
    if isinstance(error, FileRefused | GoldenFault):
        return DeskRefused(No.REFUSED, str(error))
    if isinstance(error, WriterBusy):
        return DeskRefused(No.CONFLICT, "另一个发布正在进行；等它结束再来")
    if isinstance(error, GraphUnavailable):
        return DeskRefused(No.AWAY, "连不上知识图谱；稍后再试，旧版本仍在回答客户")
    if isinstance(error, GraphError):
        return DeskRefused(No.AWAY, "知识图谱没有按时完成；稍后再试，旧版本仍在回答客户")
    return None


def _overtaken(error: Overtaken) -> str:
    clash = f"，都改了 {'、'.join(error.subjects[:5])}" if error.subjects else ""
    return f"草稿基于第 {error.base} 版，现在已是第 {error.head} 版{clash}；先把草稿搬到新版本上，看过差异再发布"
