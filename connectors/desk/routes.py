"""The desk's API: lists and conversations live, every act of an agent. Every step is in the handoff's story."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Header, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from sqlalchemy.engine import Connection
from starlette.concurrency import run_in_threadpool

from connectors.desk import schemas, streams, views
from connectors.desk.muted import why_muted
from connectors.desk.ports import AgentDesk
from connectors.desk.service import UnknownHandoff
from connectors.desk.suggesting import suggested
from connectors.staff.auth import StaffDep, may
from connectors.staff.roles import Scope
from connectors.web.deps import Web, WebDep
from connectors.web.problems import Kind, Problem, ProblemError
from connectors.web.schemas import HIGHEST_SEQ, ExchangeOut
from customer.privacy import mask
from desk import store as handoffs
from desk.model import Accept, Close, Decline, Event, Handoff, Impossible, Return, State, TakeOver, Transfer
from desk.queueing import Agent
from desk.store import HandoffMoved
from dialogue.turn import Principal

PROBLEMS: dict[int | str, dict[str, Any]] = {
    code: {"model": Problem} for code in (400, 401, 403, 404, 408, 409, 413, 415, 422, 429, 503)
}
router = APIRouter(prefix="/api/v1/desk", tags=["desk"], responses=PROBLEMS)
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {"description": "Server-sent events", "content": {"text/event-stream": {"schema": {"type": "string"}}}}
}
_SHOWN = 200
_TYPING_S = 4.0
_LOOK_BACK = timedelta(days=1)

Member = Annotated[Principal, Depends(may(Scope.AGENT))]
HandoffId = Annotated[str, Path(pattern=r"^[0-9a-f]{32}$")]


async def get_desk(request: Request) -> AgentDesk:
    """The desk of the application that answers."""
    desk = request.app.state.agents
    assert isinstance(desk, AgentDesk)
    return desk


DeskDep = Annotated[AgentDesk, Depends(get_desk)]


@router.get("/config", summary="What the page needs to know once")
async def config(desk: DeskDep, _who: Member) -> schemas.ConfigOut:
    """Skills, codes and canned replies, as the bank's files say now."""
    try:
        replies = await run_in_threadpool(desk.replies)
    except ValueError as error:
        raise ProblemError(Kind.REFUSED, str(error)) from None
    rules = desk.service.rules
    return schemas.ConfigOut(
        skills=list(rules.skills),
        codes=dict(rules.codes),
        replies=replies,
        talks_at_once=rules.talks_at_once,
        target_seconds=int(rules.target.total_seconds()),
    )


@router.get("/state", summary="Queue, own customers, colleagues")
async def state(desk: DeskDep, staff: StaffDep, who: Member) -> schemas.StateOut:
    """The lists once; asking for them says that one is there."""
    return await run_in_threadpool(_state, desk, who.id, await _display(staff, who.id))


@router.get("/events", summary="Follow the lists", response_class=StreamingResponse, responses=_STREAM)
async def follow(desk: DeskDep, staff: StaffDep, web: WebDep, who: Member) -> StreamingResponse:
    """`state` at once and whenever something changes; while it is open one counts as present."""
    display = await _display(staff, who.id)
    stream = streams.lists(web.hub, lambda: _state(desk, who.id, display))
    return StreamingResponse(stream, media_type="text/event-stream", headers=streams.HEADERS)


@router.post("/me", summary="Say whether one takes customers")
async def set_me(desk: DeskDep, staff: StaffDep, web: WebDep, who: Member, given: schemas.MeIn) -> schemas.StateOut:
    """Ready or away, and for which skills; none means all."""
    unknown = set(given.skills) - set(desk.service.rules.skills)
    if unknown:
        raise ProblemError(Kind.REFUSED, f"没有这个技能组；可用的有 {'、'.join(desk.service.rules.skills)}")
    display = await _display(staff, who.id)

    def write() -> schemas.StateOut:
        now = desk.service.clock()
        with desk.service.engine.begin() as sql:
            handoffs.seen(sql, who.id, display, now)
            handoffs.set_agent(sql, who.id, ready=given.ready, skills=sorted(set(given.skills)))
        return _state(desk, who.id, display)

    found = await run_in_threadpool(write)
    web.hub.look(streams.DESK)
    return found


@router.get("/handoffs/{handoff_id}", summary="Show a handoff")
async def show(desk: DeskDep, web: WebDep, who: Member, handoff_id: HandoffId) -> schemas.HandoffOut:
    """The conversation, what was asked before, notes, story, window of the channel, and why offers are muted."""
    return await run_in_threadpool(_shown, desk, web, who, handoff_id)


@router.get("/handoffs/{handoff_id}/window", summary="What the customer's channel still takes")
async def window(desk: DeskDep, who: Member, handoff_id: HandoffId) -> schemas.WindowOut:
    """Messages left and until when; both null where the channel has no such limits."""

    def read() -> schemas.WindowOut:
        found = _visible(desk, who, handoff_id)
        with desk.service.reading.connect() as sql:
            channel, _ = views.place_of(sql, found)
        return views.window_of(desk.channels, found.session, channel)

    return await run_in_threadpool(read)


@router.get(
    "/handoffs/{handoff_id}/events",
    summary="Follow a conversation",
    response_class=StreamingResponse,
    responses=_STREAM,
)
async def follow_talk(  # noqa: PLR0917 one parameter per part of the request
    desk: DeskDep,
    web: WebDep,
    who: Member,
    handoff_id: HandoffId,
    after: Annotated[int, Query(ge=0, le=HIGHEST_SEQ, description="Only what comes after this number")] = 0,
    last_event_id: Annotated[str, Header(description="As browsers send it; goes before `after`")] = "",
) -> StreamingResponse:
    """`reply` (an exchange, by its sequence number) and `typing`; what was missed is sent again from `after`."""
    found = await run_in_threadpool(_visible, desk, who, handoff_id)
    start = int(last_event_id) if last_event_id.isdecimal() and len(last_event_id) < 16 else after
    stream = streams.talk(web.hub, web.stores.outbox, found.session, start)
    return StreamingResponse(stream, media_type="text/event-stream", headers=streams.HEADERS)


@router.post("/handoffs/{handoff_id}/accept", summary="Take a customer")
async def accept(desk: DeskDep, web: WebDep, staff: StaffDep, who: Member, handoff_id: HandoffId) -> schemas.LineOut:
    """Of two who take the same one, one wins; the other is told who."""
    await run_in_threadpool(_seen, desk, who.id, await _display(staff, who.id))
    return await _act(desk, web, handoff_id, Accept(who.id), who.id)


@router.post("/handoffs/{handoff_id}/decline", summary="Let an offer pass")
async def decline(desk: DeskDep, web: WebDep, who: Member, handoff_id: HandoffId) -> schemas.LineOut:
    """It goes to the next one."""
    return await _act(desk, web, handoff_id, Decline(who.id), who.id)


@router.post("/handoffs/{handoff_id}/takeover", summary="Take over from an agent")
async def take_over(
    desk: DeskDep,
    web: WebDep,
    staff: StaffDep,
    who: Annotated[Principal, Depends(may(Scope.SUPERVISE))],
    handoff_id: HandoffId,
) -> schemas.LineOut:
    """Supervisors only."""
    await run_in_threadpool(_seen, desk, who.id, await _display(staff, who.id))
    return await _act(desk, web, handoff_id, TakeOver(who.id), who.id)


@router.post("/handoffs/{handoff_id}/transfer", summary="Hand a customer on")
async def transfer(
    desk: DeskDep, web: WebDep, who: Member, handoff_id: HandoffId, given: schemas.TransferIn
) -> schemas.LineOut:
    """To a skill, or to a colleague who is there."""
    if given.to and given.to not in {a.name for a in await run_in_threadpool(_agents, desk) if _there(desk, a)}:
        raise ProblemError(Kind.REFUSED, "这位同事现在不在线或没有示闲；请换一位或转到技能组")
    event = Transfer(who.id, given.skill, given.to)
    return await _act(desk, web, handoff_id, event, who.id, skill=given.skill, to=given.to)


@router.post("/handoffs/{handoff_id}/return", summary="Give a customer back to the bot")
async def give_back(desk: DeskDep, web: WebDep, who: Member, handoff_id: HandoffId) -> schemas.LineOut:
    """The bot answers from the next message on; the customer is asked what he thinks."""
    return await _act(desk, web, handoff_id, Return(who.id), who.id)


@router.post("/handoffs/{handoff_id}/close", summary="Close a conversation")
async def close(
    desk: DeskDep, web: WebDep, who: Member, handoff_id: HandoffId, given: schemas.CloseIn
) -> schemas.LineOut:
    """With one of the bank's codes; the customer is asked what he thinks."""
    return await _act(desk, web, handoff_id, Close(who.id, given.code), who.id, code=given.code)


@router.post("/handoffs/{handoff_id}/messages", summary="Write to the customer")
async def tell(
    desk: DeskDep, web: WebDep, who: Member, handoff_id: HandoffId, given: schemas.TellIn
) -> schemas.LineOut:
    """On whatever channel he wrote last; the same `message_id` once."""
    try:
        done = await run_in_threadpool(desk.service.tell, handoff_id, who.id, given.text, given.message_id)
    except (UnknownHandoff, Impossible, HandoffMoved) as error:
        raise _problem(error) from None
    web.hub.wrote(done.session)
    desk.wake(web.hub, done.session)
    return await run_in_threadpool(_line, desk, done)


@router.post("/handoffs/{handoff_id}/notes", summary="Write an internal note", status_code=201)
async def write_note(desk: DeskDep, who: Member, handoff_id: HandoffId, given: schemas.NoteIn) -> list[schemas.NoteOut]:
    """No customer sees it; it stays with the conversation. Numbers of persons are masked."""

    def write() -> list[schemas.NoteOut]:
        found = _visible(desk, who, handoff_id)
        with desk.service.engine.begin() as sql:
            handoffs.write_note(sql, found.session, who.id, mask(given.text), desk.service.clock())
            return views.notes_of(sql, found.session)

    return await run_in_threadpool(write)


@router.post("/handoffs/{handoff_id}/typing", summary="Say that one is typing", status_code=204)
async def typing(desk: DeskDep, web: WebDep, who: Member, handoff_id: HandoffId) -> Response:
    """The customer sees the sign for four seconds."""
    found = await run_in_threadpool(_visible, desk, who, handoff_id)
    if found.state is State.TALKING and found.agent == who.id:
        web.hub.typing(found.session, _TYPING_S)
    return Response(status_code=204)


@router.post("/handoffs/{handoff_id}/suggestion", summary="Ask the graph")
async def suggestion(
    desk: DeskDep, web: WebDep, who: Member, handoff_id: HandoffId, given: schemas.AskIn
) -> schemas.SuggestionOut:
    """What the bot would answer to what the customer wrote last, or to `text`, with sources; nothing is sent."""
    found = await run_in_threadpool(_visible, desk, who, handoff_id)

    def read() -> list[str]:
        with desk.service.reading.connect() as sql:
            return views.last_words(sql, found.session, 3)

    words = await run_in_threadpool(read)
    asked = [*words, given.text] if given.text.strip() else words
    if not asked:
        raise ProblemError(Kind.REFUSED, "客户还没有说过话；写一个问题再问")
    return await suggested(web.engine, handoff_id, asked, web.today())


@router.get("/handoffs/{handoff_id}/past", summary="Search the customer's past conversations")
async def past(
    desk: DeskDep, who: Member, handoff_id: HandoffId, q: Annotated[str, Query(max_length=100)] = ""
) -> list[schemas.PastOut]:
    """Newest first, thirty at most, of the last four hundred turns; all words of `q` have to be there."""

    def read() -> list[schemas.PastOut]:
        found = _visible(desk, who, handoff_id)
        with desk.service.reading.connect() as sql:
            return views.past_of(sql, found, q)

    return await run_in_threadpool(read)


async def _act(desk: AgentDesk, web: Web, handoff_id: str, event: Event, actor: str, **detail: Any) -> schemas.LineOut:
    try:
        done = await asyncio.to_thread(desk.service.act, handoff_id, event, actor, **detail)
    except (UnknownHandoff, Impossible, HandoffMoved) as error:
        raise _problem(error) from None
    desk.wake(web.hub, done.session)
    return await run_in_threadpool(_line, desk, done)


def _problem(error: Exception) -> ProblemError:
    if isinstance(error, UnknownHandoff):
        return ProblemError(Kind.UNKNOWN_THING, "没有这次人工服务")
    detail = str(error) if isinstance(error, Impossible) else "别人刚刚动过这位客户；请看看现在的样子再试"
    return ProblemError(Kind.CONFLICT, detail)


def _visible(desk: AgentDesk, who: Principal, handoff_id: str) -> Handoff:
    """The handoff, if it is somebody's business: waiting, one's own to a day after its end, or one supervises. Raises
    ProblemError."""
    with desk.service.reading.connect() as sql:
        found = handoffs.of_id(sql, handoff_id)
        if found is None:
            raise ProblemError(Kind.UNKNOWN_THING, "没有这次人工服务")
        mine = found.open and (found.agent in ("", who.id) or found.state is State.OFFERED)
        recent = found.ended_at is None or desk.service.clock() - found.ended_at < _LOOK_BACK
        was_mine = recent and _was_mine(sql, handoff_id, who.id)
        if not (mine or was_mine) and Scope.SUPERVISE not in who.scopes:
            raise ProblemError(Kind.NOT_PERMITTED, "这位客户由另一位同事接待，或者接待已经结束超过一天；需要时请找主管")
    return found


def _was_mine(sql: Connection, handoff_id: str, name: str) -> bool:
    return any(e["actor"] == name and e["kind"] in ("Accept", "TakeOver") for e in handoffs.events(sql, handoff_id))


def _shown(desk: AgentDesk, web: Web, who: Principal, handoff_id: str) -> schemas.HandoffOut:
    found = _visible(desk, who, handoff_id)
    with desk.service.reading.connect() as sql:
        names = {a.name: a.display for a in handoffs.agents(sql)}
        line = views.line_of(found, "", names)
        summary = views.summary_of(sql, found)
        notes, story = views.notes_of(sql, found.session), views.story_of(sql, handoff_id)
        channel, last = views.place_of(sql, found)
    exchanges = web.stores.outbox.since(found.session, max(0, last - _SHOWN), _SHOWN)
    return schemas.HandoffOut(
        **line.model_dump(exclude={"channel"}),
        channel=channel,
        exchanges=[ExchangeOut.of(e) for e in exchanges],
        summary=summary,
        notes=notes,
        story=story,
        window=views.window_of(desk.channels, found.session, channel),
        offers=why_muted(desk.growth, found.customer_id, channel),
        codes=dict(desk.service.rules.codes),
    )


def _state(desk: AgentDesk, name: str, display: str) -> schemas.StateOut:
    now = _seen(desk, name, display)
    with desk.service.reading.connect() as sql:
        me = next(a for a in handoffs.agents(sql) if a.name == name)
        return views.state_of(sql, me, now, desk.service.rules)


def _seen(desk: AgentDesk, name: str, display: str) -> datetime:
    now = desk.service.clock().astimezone(UTC)
    with desk.service.reading.connect() as sql:
        known = next((a for a in handoffs.agents(sql) if a.name == name), None)
    if known is None or (now - known.seen_at).total_seconds() > _SEEN_S:
        with desk.service.engine.begin() as sql:
            handoffs.seen(sql, name, display, now)
    return now


_SEEN_S = 10.0


def _line(desk: AgentDesk, found: Handoff) -> schemas.LineOut:
    with desk.service.reading.connect() as sql:
        return views.line_of(found, "", {a.name: a.display for a in handoffs.agents(sql)})


def _agents(desk: AgentDesk) -> list[Agent]:
    with desk.service.reading.connect() as sql:
        return handoffs.agents(sql)


def _there(desk: AgentDesk, agent: Agent) -> bool:
    return agent.present(desk.service.clock())


async def _display(staff: Any, name: str) -> str:
    accounts = await run_in_threadpool(staff.accounts.all)
    return next((a.display for a in accounts if a.name == name), name)
