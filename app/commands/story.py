"""Lines of the journal in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kg.journal import Entry

_WORDS = {
    "drafted": "起草",
    "edited": "改正",
    "commented": "留言",
    "submitted": "提交审批",
    "returned": "退回修改",
    "rebased": "搬到新版本上",
    "dropped": "放弃草稿",
    "published": "发布",
    "rolled_back": "回退",
    "golden_added": "加入黄金问答",
    "golden_removed": "移出黄金问答",
    "user_added": "添加用户",
    "user_changed": "修改用户",
    "user_locked": "用户锁定",
    "key_made": "生成密钥",
    "key_revoked": "作废密钥",
    "signed_in": "登录",
    "sign_in_failed": "登录失败",
}


def told(entry: Entry) -> str:
    """What happened, in one line."""
    detail = dict(entry.detail or {})
    return f"{_WORDS[entry.act.value]}{''.join(f'  {part}' for part in _parts(detail))}"


def _parts(detail: dict[str, Any]) -> list[str]:
    parts = []
    if detail.get("files"):
        parts.append("、".join(map(str, detail["files"][:5])))
    if detail.get("file"):
        places = "、".join(f"第 {line} 行" for line in detail.get("places", [])[:5])
        parts.append(f"{detail['file']} {places}".rstrip())
    if "errors" in detail:
        parts.append(f"{detail['errors']} 处错误" if detail["errors"] else "无错误")
    parts.extend(str(detail[key]) for key in ("text", "message", "checks", "who") if detail.get(key))
    if detail.get("onto") is not None:
        parts.append(f"第 {detail['onto']} 版")
    if detail.get("to") is not None:
        parts.append(f"内容同第 {detail['to']} 版")
    if detail.get("urgent"):
        parts.append(f"紧急：{detail['urgent']}")
    return parts
