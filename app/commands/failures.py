"""What the command line says and ends with when something fails: one line with place, value and remedy."""

from __future__ import annotations

from collections.abc import Callable
from enum import IntEnum
from typing import Any


class Exit(IntEnum):
    """Exit codes."""

    OK = 0
    FAILED = 1
    BAD_INPUT = 2
    DRAFTED = 3
    INTERRUPTED = 130


class Failure(Exception):
    """A command can't do what was asked: where, which value, what to do; `code` is what the process ends with."""

    def __init__(self, place: str, value: str, remedy: str, code: Exit = Exit.FAILED) -> None:
        said = f"{place}：{value}；{remedy}" if value else f"{place}；{remedy}"
        super().__init__(" ".join(said.split("\n")))
        self.code = code


def explain(error: BaseException) -> Failure:
    """The Failure that an error of the packages below amounts to; an unknown one asks for --debug."""
    for kind in type(error).__mro__:
        found = _KNOWN.get(f"{kind.__module__}.{kind.__qualname__}")
        if found is not None:
            return found(error)
    detail = str(error).strip()
    return Failure(f"意外的错误（{type(error).__name__}）", detail, "加 --debug 再运行一次，看出错的位置")


def _unavailable(error: Any) -> Failure:
    return Failure("连不上知识图谱", error.value, "用 ./jinwen doctor 看图谱引擎的状态；外部图库请检查 NEO4J_URI")


def _busy(error: Any) -> Failure:
    return Failure("另一个载入正在写图谱", error.value, "等它结束后再运行一次")


def _stale(error: Any) -> Failure:
    return Failure("草稿过期，它之后又发布了新版本", error.value, "重新载入文件，生成新的草稿")


def _unknown_revision(error: Any) -> Failure:
    return Failure("没有这个版本", error.value, "用 ./jinwen kg log 看有哪些版本", Exit.BAD_INPUT)


def _unknown_draft(error: Any) -> Failure:
    return Failure("没有等待发布的草稿", error.draft_id, "用 ./jinwen kg drafts 看有哪些草稿", Exit.BAD_INPUT)


def _overtaken(error: Any) -> Failure:
    clash = f"，改了同样的 {'、'.join(error.subjects[:5])}" if error.subjects else ""
    value = f"草稿基于第 {error.base} 版，现在是第 {error.head} 版{clash}"
    return Failure("草稿过期，它之后又发布了新版本", value, f"先 ./jinwen kg rebase {error.draft_id}，看过差异再发布")


def _moved(error: Any) -> Failure:
    return Failure("草稿刚被别人改过", error.draft_id, "看过新的内容再来")


def _said(error: Any) -> Failure:
    return Failure("不能这样做", str(error), "照上面说的做", Exit.BAD_INPUT)


def _schema(error: Any) -> Failure:
    return Failure("图库里的数据不是本版本写的", error.value, "换一个空的图库或 JINWEN_HOME，再载入数据")


def _graph(error: Any) -> Failure:
    return Failure(f"图谱操作失败（{error.place}）", error.value, "用 ./jinwen doctor 检查；细节在 logs 文件夹")


def _process(error: Any) -> Failure:
    return Failure("图谱引擎没有起来", str(error), "看 graph/server.log；确认内存和磁盘够用后再试")


def _file(error: Any) -> Failure:
    value = f"{error.filename or ''} {error.strerror or error}".strip()
    code = Exit.BAD_INPUT if isinstance(error, FileNotFoundError) else Exit.FAILED
    return Failure("读写文件失败", value, "检查路径、权限和磁盘空间", code)


def _database(error: Any) -> Failure:
    return Failure("数据库读写失败", str(error), "检查 JINWEN_DATABASE_URL、权限和磁盘空间")


def _server(error: Any) -> Failure:
    return Failure("正在运行的服务没有回答", str(error), "看 logs/server.jsonl，或停掉它再运行 make run")


def _empty(_error: Any) -> Failure:
    return Failure("图谱是空的，没有可以回答的知识", "", "先 ./jinwen kg load 载入文件，或用 make run 载入示例银行")


def _start(error: Any) -> Failure:
    return Failure("服务没有起来", str(error), "改好后再运行；细节在 logs 文件夹")


def _training(error: Any) -> Failure:
    return Failure("训练没有成功", str(error).replace("\n", " / "), "看 models/training.log")


def _settings(error: Any) -> Failure:
    return Failure("设置有误", str(error), "改正 JINWEN_* 环境变量或设置文件", Exit.BAD_INPUT)


_KNOWN: dict[str, Callable[[Any], Failure]] = {
    "app.commands.failures.Failure": lambda error: error,
    "app.backup.BackupFault": _said,
    "app.editing.desk.NotAllowed": _said,
    "app.graph_state.GraphProcessError": _process,
    "app.server_client.ServerGone": _server,
    "app.settings.SettingsError": _settings,
    "app.startup.StartFailed": _start,
    "app.training.TrainingFailed": _training,
    "app.turns.EmptyGraph": _empty,
    "customer.errors.CustomerError": _said,
    "customer.errors.CustomerStoreUnavailable": _database,
    "connectors.channels.config.ConfigFault": _settings,
    "dialogue.store.errors.StoreError": _database,
    "connectors.staff.accounts.AccountFault": _said,
    "connectors.staff.passwords.WeakPassword": _said,
    "growth.errors.GrowthError": _said,
    "kg.draft_files.FileRefused": _said,
    "kg.drafts.DraftMoved": _moved,
    "kg.drafts.UnknownDraft": _unknown_draft,
    "kg.merging.CannotMerge": _said,
    "kg.publishing.Overtaken": _overtaken,
    "kg.graph_errors.GraphError": _graph,
    "kg.graph_errors.GraphUnavailable": _unavailable,
    "kg.graph_errors.SchemaMismatch": _schema,
    "kg.graph_errors.StaleBase": _stale,
    "kg.graph_errors.UnknownRevision": _unknown_revision,
    "kg.graph_errors.WriterBusy": _busy,
    "sqlalchemy.exc.SQLAlchemyError": _database,
    "builtins.OSError": _file,
}
"""By name: importing the classes would import the database drivers."""
