"""Errors of the packages below as the desk's words to an editor."""

from __future__ import annotations

import errno

from sqlalchemy.exc import OperationalError

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
    if _disk_full(error):
        return DeskRefused(No.AWAY, "服务器的磁盘满了，没有写入；请管理员腾出空间再来，旧版本仍在回答客户")
    if isinstance(error, GraphError):
        fault = "连不上知识图谱" if isinstance(error, GraphUnavailable) else "知识图谱没有按时完成"
        return DeskRefused(No.AWAY, f"{fault}；稍后再试，旧版本仍在回答客户")
    return None


def _overtaken(error: Overtaken) -> str:
    clash = f"，都改了 {'、'.join(error.subjects[:5])}" if error.subjects else ""
    return f"草稿基于第 {error.base} 版，现在已是第 {error.head} 版{clash}；先把草稿搬到新版本上，看过差异再发布"


def _disk_full(error: Exception) -> bool:
    """Of the file system (lexicons, files), of SQLite, of PostgreSQL, of the graph engine."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
    told = str(error) if isinstance(error, OperationalError | GraphError) else ""
    return any(words in told for words in ("disk is full", "No space left", "File too large"))
