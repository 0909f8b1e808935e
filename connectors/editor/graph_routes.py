"""Looking at knowledge over HTTP: entities and their history, golden questions, gaps, the journal."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Query

from connectors.editor.inputs import GoldenIn, GoldenOutIn, RenameIn, WithdrawIn
from connectors.editor.routes import PROBLEMS, Ask, Editor, Reader
from connectors.editor.schemas import AskedOut, DraftOut, EntityOut, EntryOut, FactLine, GapsOut, GoldenOut, NamedOut
from connectors.staff.auth import may
from connectors.staff.roles import Scope
from dialogue.turn import Principal

router = APIRouter(prefix="/api/v1/kg", tags=["knowledge"], responses=PROBLEMS)

EntityId = Annotated[str, Query(min_length=1, max_length=500, description="The entity's id")]


@router.get("/search", summary="Find entities")
async def search(
    ask: Ask,
    _who: Reader,
    q: Annotated[str, Query(min_length=1, max_length=100)],
    limit: Annotated[int, Query(ge=1, le=50)] = 20,
) -> list[NamedOut]:
    """By name or alias, or a part of it."""
    return await ask("search", text=q, limit=limit)  # type: ignore[no-any-return]


@router.get("/entity", summary="Show an entity")
async def entity(ask: Ask, _who: Reader, id: EntityId) -> EntityOut:
    """Its facts, those of its classes, and who points to it."""
    return await ask("entity", entity_id=id)  # type: ignore[no-any-return]


@router.get("/history", summary="Show where a fact comes from")
async def history(
    ask: Ask, _who: Reader, id: EntityId, predicate: Annotated[str, Query(min_length=1, max_length=200)]
) -> list[FactLine]:
    """Every version of an entity's facts on a predicate: file, line, editor, approver, revisions."""
    return await ask("history", entity_id=id, predicate=predicate)  # type: ignore[no-any-return]


@router.post("/entity/withdraw", summary="Withdraw an entity from sale", status_code=201)
async def withdraw(ask: Ask, who: Editor, given: WithdrawIn) -> DraftOut:
    """A draft: it is answered about as withdrawn, and never offered, once that is published."""
    words = {"on": given.on, "reason": given.text, "back": given.back}
    return await ask("withdraw", actor=who.id, entity_id=given.id, **words)  # type: ignore[no-any-return]


@router.post("/entity/rename", summary="Rename an entity", status_code=201)
async def rename(ask: Ask, who: Editor, given: RenameIn) -> DraftOut:
    """A draft: the id stays, the name it had becomes an alias."""
    words = {"name": given.name, "reason": given.text}
    return await ask("rename", actor=who.id, entity_id=given.id, **words)  # type: ignore[no-any-return]


@router.get("/golden", summary="List golden questions")
async def list_goldens(ask: Ask, _who: Reader) -> list[GoldenOut]:
    """In the order of the file."""
    return await ask("list_goldens")  # type: ignore[no-any-return]


@router.post("/golden", summary="Add a golden question", status_code=201)
async def add_golden(
    ask: Ask, who: Annotated[Principal, Depends(may(Scope.GOLDEN))], given: GoldenIn
) -> list[GoldenOut]:
    """All of them, with the new one."""
    words = {"question": given.question, "intent": given.intent, "note": given.note}
    return await ask("add_golden", actor=who.id, **words)  # type: ignore[no-any-return]


@router.post("/golden/remove", summary="Remove a golden question")
async def remove_golden(
    ask: Ask, who: Annotated[Principal, Depends(may(Scope.GOLDEN))], given: GoldenOutIn
) -> list[GoldenOut]:
    """All of them, without it."""
    return await ask("remove_golden", actor=who.id, question=given.question)  # type: ignore[no-any-return]


@router.get("/asked", summary="What customers asked lately")
async def asked(
    ask: Ask,
    _who: Annotated[Principal, Depends(may(Scope.TURNS))],
    q: Annotated[str, Query(max_length=100)] = "",
    about: Annotated[str, Query(max_length=500, description="An entity's id")] = "",
) -> list[AskedOut]:
    """Questions of the chat of 90 days, most asked first, masked as they were recorded: golden ones to be."""
    return await ask("list_asked", text=q, about=about)  # type: ignore[no-any-return]


@router.get("/gaps", summary="What customers asked in vain")
async def gaps(ask: Ask, _who: Annotated[Principal, Depends(may(Scope.TURNS))]) -> GapsOut:
    """Unanswered questions by what they asked for, and replies with a thumb down."""
    return await ask("gaps")  # type: ignore[no-any-return]


@router.get("/journal", summary="Read the journal")
async def journal(
    ask: Ask, _who: Annotated[Principal, Depends(may(Scope.AUDIT))], limit: Annotated[int, Query(ge=1, le=500)] = 100
) -> list[EntryOut]:
    """Newest first."""
    return await ask("journal", limit=limit)  # type: ignore[no-any-return]
