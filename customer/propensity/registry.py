"""The registry of response models: versions of every offer, which of them decides, and the way back."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import func, insert, select, update
from sqlalchemy.engine import Connection, Engine

from customer.errors import CustomerError, ModelUnusable
from customer.propensity.model import ResponseModel
from customer.reading import moment
from customer.sql import reading, writing
from customer.tables import response_model as table


class Stage(StrEnum):
    """Where a version stands. A rejected one was not better than the one in production."""

    CANDIDATE = "candidate"
    PRODUCTION = "production"
    ARCHIVED = "archived"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Version:
    """One version as it is listed."""

    offer: str
    version: int
    kind: str
    stage: Stage
    fingerprint: str
    metrics: dict[str, Any]
    made_at: datetime
    note: str

    @property
    def name(self) -> str:
        """As decisions name it."""
        return f"{self.offer}-v{self.version}"


class Registry:
    """Versions in the database; every change is one transaction."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, model: ResponseModel, fingerprint: str, metrics: dict[str, Any], at: datetime) -> Version:
        """Keeps a new version as a candidate."""
        body = model.dump()
        with writing(self._engine) as sql:
            newest = sql.execute(select(func.max(table.c.version)).where(table.c.offer == model.offer)).scalar()
            number = int(newest or 0) + 1
            row = {
                "offer": model.offer,
                "version": number,
                "kind": model.kind,
                "stage": Stage.CANDIDATE.value,
                "fingerprint": fingerprint,
                "metrics": metrics,
                "body": body,
                "digest": hashlib.sha256(body).hexdigest(),
                "made_at": at,
                "moved_at": at,
                "note": "",
            }
            sql.execute(insert(table), row)
        return self.version(model.offer, number)

    def promote(self, candidate: Version, better: bool, note: str, at: datetime) -> Version:
        """Puts a candidate into production in place of the version there, or rejects it with the reason."""
        with writing(self._engine) as sql:
            if better:
                self._leave(sql, candidate.offer, at)
            self._move(sql, candidate, Stage.PRODUCTION if better else Stage.REJECTED, note, at)
        return self.version(candidate.offer, candidate.version)

    def rollback(self, offer: str, by: str, at: datetime) -> Version:
        """Brings back the version that was in production before.

        Raises:
            CustomerError: there is none.
        """
        with writing(self._engine) as sql:
            newest = select(table.c.version).where(table.c.offer == offer, table.c.stage == Stage.ARCHIVED.value)
            found = sql.execute(newest.order_by(table.c.moved_at.desc(), table.c.version.desc())).scalar()
            if found is None:
                raise CustomerError(f"{offer}：没有可以回退的上一版")
            current = sql.execute(_in_production(offer)).scalar()
            sql.execute(
                update(table)
                .where(table.c.offer == offer, table.c.version == current)
                .values(stage=Stage.REJECTED.value, note=f"{by} 回退", moved_at=at)
            )
            target = self._read(sql, offer, found)
            self._move(sql, target, Stage.PRODUCTION, f"{by} 回退到此版", at)
        return self.version(offer, found)

    def versions(self, offer: str = "") -> list[Version]:
        """All versions, or those of one offer; newest first."""
        chosen = select(table).order_by(table.c.offer, table.c.version.desc())
        with reading(self._engine) as sql:
            rows = sql.execute(chosen.where(table.c.offer == offer) if offer else chosen).all()
        return [_version(row) for row in rows]

    def version(self, offer: str, number: int) -> Version:
        """One version. Raises CustomerError when there is none."""
        with reading(self._engine) as sql:
            return self._read(sql, offer, number)

    def production(self, offer: str) -> tuple[Version, ResponseModel] | None:
        """The model that decides on an offer; None before the first. Raises ModelUnusable when it is damaged."""
        chosen = select(table).where(table.c.offer == offer, table.c.stage == Stage.PRODUCTION.value)
        with reading(self._engine) as sql:
            row = sql.execute(chosen).first()
        if row is None:
            return None
        try:
            return _version(row), ResponseModel.parse(row.body, row.digest)
        except ModelUnusable as error:
            raise ModelUnusable(f"{offer} 第 {row.version} 版：{error}") from error

    def _leave(self, sql: Connection, offer: str, at: datetime) -> None:
        current = update(table).where(table.c.offer == offer, table.c.stage == Stage.PRODUCTION.value)
        sql.execute(current.values(stage=Stage.ARCHIVED.value, moved_at=at))

    def _move(self, sql: Connection, version: Version, stage: Stage, note: str, at: datetime) -> None:
        which = (table.c.offer == version.offer) & (table.c.version == version.version)
        sql.execute(update(table).where(which).values(stage=stage.value, note=note, moved_at=at))

    def _read(self, sql: Connection, offer: str, number: int) -> Version:
        row = sql.execute(select(table).where(table.c.offer == offer, table.c.version == number)).first()
        if row is None:
            raise CustomerError(f"{offer} 第 {number} 版：没有这个版本")
        return _version(row)


def _in_production(offer: str) -> Any:
    return select(table.c.version).where(table.c.offer == offer, table.c.stage == Stage.PRODUCTION.value)


def _version(row: Any) -> Version:
    made = moment(row.made_at)
    return Version(row.offer, row.version, row.kind, Stage(row.stage), row.fingerprint, row.metrics, made, row.note)
