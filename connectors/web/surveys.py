"""What a customer thinks of the whole conversation."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Depends
from pydantic import BaseModel, ConfigDict, Field
from starlette.concurrency import run_in_threadpool

from connectors.web.cleaning import clean_text
from connectors.web.deps import TalkingDep, WebDep, limit_client
from connectors.web.problems import Kind
from connectors.web.talking import BODY, problems_of
from customer.privacy import mask

router = APIRouter(prefix="/api/v1", tags=["chat"], dependencies=[Depends(limit_client)])
_LONGEST = 500


class SurveyIn(BaseModel):
    """How satisfied, and why."""

    model_config = ConfigDict(extra="forbid", strict=True)

    score: int = Field(ge=1, le=5, description="1 not at all … 5 very")
    comment: str = Field(default="", max_length=_LONGEST)


class SurveyOut(BaseModel):
    """As kept."""

    score: int
    comment: str


@router.post(
    "/sessions/{session_id}/survey",
    summary="Say what you think of the conversation",
    responses=problems_of(Kind.UNKNOWN_SESSION, *BODY),
)
async def answer_survey(web: WebDep, session: TalkingDep, given: SurveyIn) -> SurveyOut:
    """Keeps one answer per conversation; a later one takes its place."""
    comment = mask(clean_text(given.comment))
    await run_in_threadpool(web.stores.surveys.put, session.talk, given.score, comment, datetime.now(UTC))
    return SurveyOut(score=given.score, comment=comment)
