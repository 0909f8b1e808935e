"""Drafts over HTTP: upload, correct, weigh, submit, approve, publish, roll back. Every step names who does it."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request

from connectors.editor.inputs import CommentIn, EditsIn, PublishIn, RollbackIn, StepIn, TryIn
from connectors.editor.ports import Desk, DeskRefused, No
from connectors.editor.schemas import DraftLine, DraftOut, LogOut, ProgressOut, RevisionOut, RowsOut, TryOut
from connectors.staff.auth import may
from connectors.staff.roles import Scope
from connectors.web.bodies import read_body
from connectors.web.deps import WebDep
from connectors.web.problems import Kind, Problem, ProblemError
from dialogue.turn import Principal

_KINDS = {
    No.UNKNOWN: Kind.UNKNOWN_THING,
    No.CONFLICT: Kind.CONFLICT,
    No.REFUSED: Kind.REFUSED,
    No.FORBIDDEN: Kind.NOT_PERMITTED,
    No.AWAY: Kind.GRAPH_AWAY,
}
PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem} for status in (401, 403, 404, 409, 413, 422, 429, 503)
}
router = APIRouter(prefix="/api/v1/kg", tags=["knowledge"], responses=PROBLEMS)

Reader = Annotated[Principal, Depends(may(Scope.READ))]
Editor = Annotated[Principal, Depends(may(Scope.DRAFT))]
Approver = Annotated[Principal, Depends(may(Scope.APPROVE))]
DraftId = Annotated[str, Path(pattern=r"^[0-9a-f]{12}$")]


class Asking:
    """The desk, its refusals turned into problem documents."""

    def __init__(self, request: Request) -> None:
        self._desk: Desk = request.app.state.desk

    async def __call__(self, operation: str, **arguments: Any) -> Any:
        try:
            return await self._desk.call(operation, **arguments)
        except DeskRefused as no:
            raise ProblemError(_KINDS[no.why], no.detail) from None


async def get_asking(request: Request) -> Asking:
    """The desk of the application that answers."""
    return Asking(request)


Ask = Annotated[Asking, Depends(get_asking)]


@router.get("/drafts", summary="List drafts")
async def list_drafts(ask: Ask, _who: Reader, settled: bool = False) -> list[DraftLine]:
    """Open drafts, newest first, or those that were published."""
    return await ask("list_drafts", settled=settled)  # type: ignore[no-any-return]


@router.post(
    "/drafts",
    summary="Upload a file",
    status_code=201,
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def open_draft(  # noqa: PLR0917 one parameter per part of the request
    ask: Ask,
    web: WebDep,
    who: Editor,
    request: Request,
    name: Annotated[str, Query(min_length=1, max_length=200, description="File name: .csv or .xlsx")],
    message: Annotated[str, Query(max_length=2000)] = "",
    replace: Annotated[bool, Query(description="Take out facts whose rows the file has no more")] = False,
) -> DraftOut:
    """A new draft of the file in the body (at most 50 MB), checked at once: its problems are in `findings`."""
    settings = web.settings
    content = await read_body(
        request.headers, request.receive, settings.max_upload, settings.upload_timeout, any_media=True
    )
    files = {name: content}
    return await ask("open_draft", actor=who.id, files=files, message=message, take_out=replace)  # type: ignore[no-any-return]


@router.get("/drafts/{draft}", summary="Show a draft")
async def show_draft(ask: Ask, _who: Reader, draft: DraftId) -> DraftOut:
    """Its findings, changes, and story."""
    return await ask("show_draft", draft_id=draft)  # type: ignore[no-any-return]


@router.get("/drafts/{draft}/rows", summary="Show a file's records")
async def rows(  # noqa: PLR0917 one parameter per part of the request
    ask: Ask,
    _who: Reader,
    draft: DraftId,
    file: Annotated[str, Query(min_length=1, max_length=200)],
    offset: Annotated[int, Query(ge=0, le=10_000_000)] = 0,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    line: Annotated[list[int], Query(max_length=200, description="Only these lines")] = [],  # noqa: B006 FastAPI copies it
) -> RowsOut:
    """A page of them, or those at some lines."""
    found = await ask("rows", draft_id=draft, file=file, offset=offset, limit=limit, lines=line)
    return found  # type: ignore[no-any-return]


@router.post("/drafts/{draft}/edits", summary="Correct cells")
async def edit(ask: Ask, who: Editor, draft: DraftId, given: EditsIn) -> DraftOut:
    """Changes records of a file and checks the draft anew; it goes back to editing if it waited."""
    from kg.draft_files import Edit

    edits = [Edit(e.line, e.column, e.value, e.raw) for e in given.edits]
    step = {"actor": who.id, "draft_id": draft, "version": given.version}
    return await ask("edit_file", **step, file=given.file, edits=edits)  # type: ignore[no-any-return]


@router.post("/drafts/{draft}/weigh", summary="Ask the golden questions")
async def weigh(ask: Ask, _who: Reader, draft: DraftId) -> DraftOut:
    """Which answers the draft changes is in `findings.impact` afterwards."""
    return await ask("weigh", draft_id=draft)  # type: ignore[no-any-return]


@router.post("/drafts/{draft}/submit", summary="Hand to an approver")
async def submit(ask: Ask, who: Editor, draft: DraftId, given: StepIn) -> DraftOut:
    """Weighs the draft if it was not, and has it wait for approval."""
    step = {"actor": who.id, "draft_id": draft, "version": given.version}
    return await ask("submit", **step, message=given.text)  # type: ignore[no-any-return]


@router.post("/drafts/{draft}/comments", summary="Remark on a draft", status_code=201)
async def comment(ask: Ask, who: Reader, draft: DraftId, given: CommentIn) -> DraftOut:
    """For all to read."""
    return await ask("comment", actor=who.id, draft_id=draft, text=given.text)  # type: ignore[no-any-return]


@router.post("/drafts/{draft}/return", summary="Send back for changes")
async def send_back(ask: Ask, who: Approver, draft: DraftId, given: StepIn) -> DraftOut:
    """It is in editing again."""
    step = {"actor": who.id, "draft_id": draft, "version": given.version}
    return await ask("send_back", **step, reason=given.text)  # type: ignore[no-any-return]


@router.post("/drafts/{draft}/rebase", summary="Move onto the newest revision")
async def rebase(ask: Ask, who: Editor, draft: DraftId, given: StepIn) -> DraftOut:
    """Computed and checked anew on head."""
    return await ask("rebase", actor=who.id, draft_id=draft, version=given.version)  # type: ignore[no-any-return]


@router.delete("/drafts/{draft}", summary="Give a draft up")
async def drop(ask: Ask, who: Editor, draft: DraftId) -> DraftOut:
    """It stays readable."""
    return await ask("drop", actor=who.id, draft_id=draft)  # type: ignore[no-any-return]


@router.post("/drafts/{draft}/publish", summary="Approve and publish")
async def publish(ask: Ask, who: Approver, draft: DraftId, given: PublishIn) -> DraftOut:
    """Customers are answered from it within seconds. With four eyes on, nobody publishes his own work."""
    step = {"actor": who.id, "draft_id": draft, "version": given.version}
    return await ask("publish", **step, urgent=given.urgent)  # type: ignore[no-any-return]


@router.post("/drafts/{draft}/try", summary="Ask a draft")
async def try_out(ask: Ask, _who: Reader, draft: DraftId, given: TryIn) -> TryOut:
    """What the chat says now and would say with the draft."""
    return await ask("try_out", draft_id=draft, question=given.text, today=None)  # type: ignore[no-any-return]


@router.get("/progress", summary="How far heavy work is")
async def progress(ask: Ask, _who: Reader) -> ProgressOut:
    """Checking, weighing, publishing and rolling back are done one by one; this is about the one that goes on."""
    return await ask("progress")  # type: ignore[no-any-return]


@router.get("/revisions", summary="List revisions")
async def log(ask: Ask, _who: Reader, limit: Annotated[int, Query(ge=1, le=100)] = 20) -> LogOut:
    """Newest first, each with its story."""
    return await ask("log", limit=limit)  # type: ignore[no-any-return]


@router.get("/revisions/{number}", summary="Show a revision")
async def show_revision(ask: Ask, _who: Reader, number: Annotated[int, Path(ge=1, le=2**31)]) -> RevisionOut:
    """With what it changed."""
    return await ask("show_revision", number=number)  # type: ignore[no-any-return]


@router.post("/rollback", summary="Go back to an earlier revision", status_code=201)
async def rollback(ask: Ask, who: Approver, given: RollbackIn) -> RevisionOut:
    """Publishes its content as a new revision; nothing is lost."""
    made = await ask("rollback", actor=who.id, number=given.revision, message=given.text)
    if made is None:
        raise ProblemError(Kind.REFUSED, f"当前内容和第 {given.revision} 版相同，不用回退")
    return made  # type: ignore[no-any-return]
