"""The app's chat over HTTP. Who speaks stands in the token that the bank signed; the conversation is the customer's
one conversation, on every device."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response, WebSocket
from fastapi.responses import StreamingResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from connectors.app.socket import Talk
from connectors.identity.conversations import conversation_of
from connectors.identity.tokens import Identity
from connectors.web.deps import Web, WebDep, limit_client, take, web_of
from connectors.web.origins import OriginPolicy
from connectors.web.problems import Kind, ProblemError, trace_of
from connectors.web.schemas import HIGHEST_SEQ, FeedbackIn, FeedbackOut, HistoryOut, MessageIn, ReplyOut
from connectors.web.signing_in import proven
from connectors.web.talking import BODY, answered, followed, history, problems_of, rated
from dialogue.turn import Principal, PrincipalKind

CHANNEL = "app"
router = APIRouter(prefix="/api/v1/app", tags=["app"])
_bearer = HTTPBearer(auto_error=False, bearerFormat="JWT", description="Signed by the bank's login")
_FORBIDDEN = 4403


async def get_customer(
    request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Depends(_bearer)]
) -> Identity:
    """Who asks. Raises ProblemError 401 without a good token, 429 when he asks faster than people do."""
    await limit_client(request)
    web = web_of(request)
    if given is None:
        raise ProblemError(Kind.SIGN_IN, "请先登录", headers={"WWW-Authenticate": "Bearer"})
    identity = await proven(web, given.credentials, trace_of(request))
    await take(web, f"session:{conversation_of(identity.customer_id)}", web.settings.session_rate)
    return identity


CustomerDep = Annotated[Identity, Depends(get_customer)]


@router.post("/messages", summary="Say something", responses=problems_of(Kind.SIGN_IN, *BODY, Kind.STARTING))
async def send_message(web: WebDep, who: CustomerDep, said: MessageIn, request: Request) -> ReplyOut:
    """Answers one message. The same `message_id` again gives the same reply and happens once."""
    return await answered(
        web,
        conversation_of(who.customer_id),
        Principal(PrincipalKind.CUSTOMER, who.customer_id),
        said,
        channel=CHANNEL,
        trace_id=trace_of(request),
    )


@router.get("/messages", summary="Read the conversation", responses=problems_of(Kind.SIGN_IN))
async def read_messages(
    web: WebDep,
    who: CustomerDep,
    after: Annotated[int, Query(ge=0, le=HIGHEST_SEQ, description="Only what comes after this sequence number")] = 0,
    limit: Annotated[int, Query(ge=1, le=200, description="At most so many")] = 50,
) -> HistoryOut:
    """Pages through the customer's conversation, whatever the channel it was held on, oldest first."""
    return await history(web, conversation_of(who.customer_id), after, limit)


@router.get(
    "/events",
    summary="Follow the conversation",
    response_class=StreamingResponse,
    responses={
        **problems_of(Kind.SIGN_IN, Kind.BUSY),
        200: {
            "description": "Server-sent events as at /api/v1/sessions/{session_id}/events",
            "content": {"text/event-stream": {"schema": {"type": "string"}}},
        },
    },
)
async def follow(
    web: WebDep,
    who: CustomerDep,
    after: Annotated[int, Query(ge=0, le=HIGHEST_SEQ, description="Replay what comes after this number")] = 0,
    last_event_id: Annotated[str, Header(description="Goes before `after`")] = "",
) -> StreamingResponse:
    """Replays what was missed, then streams replies as they are committed, each once and in order."""
    return followed(web, conversation_of(who.customer_id), after, last_event_id)


@router.post(
    "/feedback",
    summary="Say whether a reply helped",
    responses=problems_of(Kind.SIGN_IN, Kind.UNKNOWN_TURN, *BODY),
)
async def give_feedback(web: WebDep, who: CustomerDep, given: FeedbackIn) -> FeedbackOut:
    """Keeps a thumb for the reply `seq`."""
    return await rated(web, conversation_of(who.customer_id), given)


@router.delete(
    "/token",
    summary="Sign out",
    status_code=204,
    response_class=Response,
    responses=problems_of(Kind.SIGN_IN),
)
async def sign_out(web: WebDep, who: CustomerDep) -> Response:
    """Calls back the token that this request carries."""
    assert web.people is not None
    await web.people.check.revoke(who)
    return Response(status_code=204)


@router.websocket("/socket")
async def socket(connection: WebSocket) -> None:
    """The chat over a WebSocket; docs/channels.md has its frames. The token comes in the first one, never in the
    address, where logs would keep it."""
    web = connection.app.state.web
    assert isinstance(web, Web)
    if not OriginPolicy(web.settings.allowed_origins).admits(connection.headers):
        await connection.close(_FORBIDDEN)
        return
    await Talk(web, connection).held()
