"""Problem documents (RFC 9457): what went wrong, in words a customer's page can show, with a trace id and no more.

Nothing that a client sent is ever repeated in one.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"
_TYPE = "urn:jinwen:problem:"
_OWN_NAME = re.compile(r"[a-z_]{1,32}")


class Kind(Enum):
    """The problems this channel knows: name in the type URI, status, title."""

    MALFORMED_JSON = ("malformed-json", 400, "请求内容不是合法的JSON")
    SIGN_IN = ("sign-in-required", 401, "请先登录")
    NOT_PERMITTED = ("not-permitted", 403, "没有权限")
    FORBIDDEN_ORIGIN = ("forbidden-origin", 403, "这个网站没有获准使用智能助手")
    NOT_FOUND = ("not-found", 404, "没有这个地址")
    UNKNOWN_SESSION = ("unknown-session", 404, "会话不存在或已过期")
    UNKNOWN_TURN = ("unknown-turn", 404, "没有这条回复")
    UNKNOWN_THING = ("unknown-thing", 404, "没有找到")
    METHOD = ("method-not-allowed", 405, "这个地址不支持此方法")
    SLOW_BODY = ("request-timeout", 408, "请求内容没有按时送达")
    CONFLICT = ("conflict", 409, "和别人的改动冲突")
    TOO_LARGE = ("content-too-large", 413, "请求内容过大")
    MEDIA = ("unsupported-media-type", 415, "只接受JSON")
    INVALID = ("invalid-request", 422, "请求内容不符合要求")
    REFUSED = ("refused", 422, "不能这样做")
    RATE = ("rate-limited", 429, "请求过于频繁")
    INTERNAL = ("internal-error", 500, "系统出了点问题")
    STARTING = ("starting", 503, "智能助手正在启动")
    GRAPH_AWAY = ("graph-away", 503, "知识图谱暂时不可用")
    STORE_AWAY = ("store-away", 503, "客户库暂时不可用")
    BUSY = ("busy", 503, "智能助手正忙")

    @property
    def uri(self) -> str:
        """The type URI."""
        return _TYPE + str(self.value[0])

    @property
    def status(self) -> int:
        """The HTTP status."""
        return int(self.value[1])

    @property
    def title(self) -> str:
        """The same words for every problem of this kind."""
        return str(self.value[2])


# What the framework raises by itself: it cannot decode the body, finds no route, or no method for it.
_BY_STATUS = {400: Kind.MALFORMED_JSON, 404: Kind.NOT_FOUND, 405: Kind.METHOD}


class FieldProblem(BaseModel):
    """One field that does not fit."""

    pointer: str = Field(description="JSON pointer to the field", examples=["#/text"])
    detail: str = Field(description="What is wrong and what to do", examples=["最多2000个字"])


class Problem(BaseModel):
    """An RFC 9457 problem document."""

    type: str = Field(description="URI of the kind of problem", examples=["urn:jinwen:problem:invalid-request"])
    title: str = Field(description="Short, the same for every problem of this kind")
    status: int = Field(description="The HTTP status again", ge=400, le=599)
    detail: str = Field(default="", description="What happened and what to do, in Chinese")
    trace_id: str = Field(default="", description="Quote it when reporting the problem")
    errors: list[FieldProblem] = Field(default_factory=list, description="The fields that do not fit")


class ProblemError(Exception):
    """Ends a request with a problem document."""

    def __init__(
        self,
        kind: Kind,
        detail: str = "",
        *,
        errors: Sequence[FieldProblem] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{kind.status} {kind.value[0]}: {detail}")
        self.kind, self.detail, self.errors, self.headers = kind, detail, list(errors), dict(headers or {})

    def response(self, trace_id: str) -> JSONResponse:
        """The document as a response."""
        kind = self.kind
        problem = Problem(
            type=kind.uri,
            title=kind.title,
            status=kind.status,
            detail=self.detail,
            trace_id=trace_id,
            errors=self.errors,
        )
        return JSONResponse(problem.model_dump(), kind.status, self.headers, MEDIA_TYPE)


def trace_of(request: Request) -> str:
    """The trace id that the edge gave this request."""
    return str(getattr(request.state, "trace_id", ""))


def install(app: FastAPI) -> None:
    """Makes every error of the application a problem document."""
    app.add_exception_handler(ProblemError, _own)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(HTTPException, _http)


async def _own(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, ProblemError)
    return error.response(trace_of(request))


async def _http(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    kind = _BY_STATUS.get(error.status_code, Kind.INTERNAL)
    return ProblemError(kind, headers=error.headers).response(trace_of(request))


async def _invalid(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    faults = error.errors()
    if any(fault["type"] == "json_invalid" for fault in faults):
        return ProblemError(Kind.MALFORMED_JSON, "请检查引号、逗号和括号").response(trace_of(request))
    errors = [FieldProblem(pointer=_pointer(fault["loc"]), detail=_detail(fault)) for fault in faults[:20]]
    return ProblemError(Kind.INVALID, "；".join(e.detail for e in errors[:3]), errors=errors).response(
        trace_of(request)
    )


def _pointer(location: Sequence[object]) -> str:
    # A key that the client made up is not repeated: only names that could be ours are.
    names = [str(part) if _OWN_NAME.fullmatch(str(part)) or isinstance(part, int) else "…" for part in location[1:]]
    return "#/" + "/".join(names)


def _detail(fault: Mapping[str, Any]) -> str:
    context = fault.get("ctx", {})
    templates = {
        "missing": "缺少这一项",
        "string_type": "应为文字",
        "int_type": "应为整数",
        "int_parsing": "应为整数",
        "extra_forbidden": "没有这一项",
        "string_too_long": f"最多{context.get('max_length')}个字",
        "string_too_short": f"至少{context.get('min_length')}个字",
        "string_pattern_mismatch": "格式不对",
        "greater_than_equal": f"不能小于{context.get('ge')}",
        "less_than_equal": f"不能大于{context.get('le')}",
        "enum": "不在可选范围内",
        "model_attributes_type": "应为JSON对象",
        "value_error": str(context.get("error", "")),  # our own validators' words
    }
    return templates.get(fault["type"]) or "不符合要求"
