"""Growth: reads a case, has it decided, and writes what came of it. One per process, safe to share between threads."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError

from customer.errors import CustomerError, CustomerStoreUnavailable
from customer.model import Customer, Score
from customer.reading import CustomerReader
from growth import ledger
from growth.case import Case, ContactKind, Context, Wish
from growth.catalogue import Catalogue, read_catalogue
from growth.decision import Decision, decide
from growth.errors import ClaimLost, LedgerUnavailable
from growth.ledger import Entry, Place, Standing
from growth.people import person_of
from growth.reasons import Gate, Reason, Step
from kg.answering.reader import FactReader
from kg.figures import Locked

if TYPE_CHECKING:
    from kg.lexicon.lexicon import Lexicon

log = structlog.get_logger(__name__)

LOOK_BACK = timedelta(days=400)
"""Contacts older than this no rule asks for."""
STALE_SCORES = timedelta(days=45)
LOOK_S = 1.0
BUDGET_S = 5.0
"""Seconds for which the count of showings is taken as read: a budget may be overrun by what is shown in them."""
NO_SCORES = "没有模型评分"
STALE = "模型评分过旧"
UNREADABLE = "模型评分读不出来"
MADE = "{day} 的评分"


@dataclass(frozen=True, slots=True)
class Decided:
    """A decision that is not written yet: the case it was taken on, and the version of the customer it read."""

    decision: Decision
    case: Case
    version: int
    catalogue: Catalogue

    @property
    def text(self) -> Locked:
        """The words that the offer is shown with: those of its arm, where it has any that stand today."""
        offer = self.catalogue.offer(self.decision.offer)
        if offer is None:
            raise ValueError("a decision without an offer has no words to show")
        found = self.catalogue.copies.get(self.decision.copy) or self.catalogue.copies[offer.id]
        return found.text


class Growth:
    """Decides about offers. `folder` holds the offers' files; `clock` gives the moment, with its zone."""

    def __init__(self, engine: Engine, folder: Path, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.engine = engine
        self.clock = clock
        self.folder = folder
        self._customers = CustomerReader(engine)
        self._lock = threading.Lock()
        self._catalogue: Catalogue | None = None
        self._key: tuple[object, ...] = ()
        self._looked: tuple[float, tuple[tuple[str, int], ...]] = (0.0, ())
        # SQLite has one writer, and its own waiting sleeps for up to a tenth of a second.
        self._writing = threading.Lock() if engine.dialect.name == "sqlite" else nullcontext()
        self._spent: tuple[float, Mapping[str, int]] = (0.0, {})

    def catalogue(self, reader: FactReader, lexicon: Lexicon, day: date) -> Catalogue:
        """The catalogue of a revision and day; files that marketers change are read again. Raises OfferFileError."""
        with self._lock:
            key = (reader.revision, day, self._stamps())
            if self._catalogue is None or self._key != key:
                self._catalogue, self._key = read_catalogue(self.folder, reader, lexicon, day), key
            return self._catalogue

    def _stamps(self) -> tuple[tuple[str, int], ...]:
        """When the offers' files were changed, looked at once a second at most."""
        at, stamps = self._looked
        if not stamps or time.monotonic() - at > LOOK_S:
            stamps = tuple(sorted((p.name, p.stat().st_mtime_ns) for p in self.folder.glob("*.yml")))
            self._looked = (time.monotonic(), stamps)
        return stamps

    def customer(self, who: str) -> Customer | None:
        """The view of a customer. Raises CustomerStoreUnavailable."""
        return self._customers.customer(who)

    def has_features(self, who: str) -> bool:
        """Whether figures for models were worked out from what the customer did. Raises CustomerStoreUnavailable."""
        return bool(self._customers.features(who))

    def kept_id(self, who: str) -> str:
        """The id that counts for this one: another where two turned out to be one person. Raises
        CustomerStoreUnavailable."""
        return self._customers.kept_id(who)

    def decide(self, who: str, context: Context, catalogue: Catalogue, now: datetime | None = None) -> Decided:
        """The decision for a customer, not written yet. What can't be read stops it: nothing here raises."""
        case, version = self.case(who, context, catalogue, now or self.clock())
        return Decided(decide(case), case, version, catalogue)

    def write(self, connection: Connection, made: Decided, kind: ContactKind, turn_id: str = "") -> None:
        """Writes the decision and, where it has an offer, that it is shown or reserved.

        Raises ClaimLost when the customer's ledger or wishes have moved since: `without` says what is left then.
        """
        done, context = made.decision, made.case.context
        place = Place(context.channel, context.session, turn_id, made.case.rules.trial.name, made.catalogue.revision)
        if done.offer:
            ledger.claim(connection, done.customer, made.version)
            ledger.write_contact(connection, self._entry(made, kind))
        ledger.write_decision(connection, done, place, made.case.now)

    def without(self, made: Decided, reason: Reason = Reason.CLAIM_LOST) -> Decided:
        """The decision with its offer stopped at the last gate."""
        done = made.decision
        stopped = Step(Gate.EXPOSURE, False, reason, done.offer)
        left = replace(done, offer="", would_have=done.offer, reason=reason, steps=(*done.steps, stopped))
        return replace(made, decision=left)

    def reserve(self, who: str, context: Context, catalogue: Catalogue) -> Decided:
        """Decides for a client that shows offers itself: written with the offer reserved, once over two replicas.

        Raises LedgerUnavailable when it can't be written: then there is no offer.
        """
        [made] = self.reserve_all([self.decide(who, context, catalogue)])
        return made

    def reserve_all(self, all_made: Sequence[Decided]) -> list[Decided]:
        """Writes decisions about different customers, their offers reserved, in one transaction; what another replica
        has overtaken meanwhile is written without its offer. Raises LedgerUnavailable: then none is written."""
        try:
            with self._writing, self.engine.begin() as connection:
                return [self._reserved(connection, made) for made in all_made]
        except DBAPIError as error:
            raise LedgerUnavailable(f"台账写不进去：{error.orig}；检查 JINWEN_DATABASE_URL") from error

    def _reserved(self, connection: Connection, made: Decided) -> Decided:
        """What was written. The claim comes first: where it is lost, nothing of the decision is there yet."""
        try:
            self.write(connection, made, ContactKind.RESERVED)
            return made
        except ClaimLost:
            left = self.without(made)
            self.write(connection, left, ContactKind.RESERVED)
            return left

    def _entry(self, made: Decided, kind: ContactKind) -> Entry:
        offer = made.catalogue.offer(made.decision.offer)
        assert offer is not None
        product = made.catalogue.products[offer.product]
        return Entry(
            kind=kind,
            who=made.decision.customer,
            decision=made.decision.id,
            offer=offer.id,
            channel=made.case.context.channel,
            at=made.case.now,
            product=product.id,
            classes=tuple(sorted(product.nearest)),
        )

    def case(self, who: str, context: Context, catalogue: Catalogue, now: datetime) -> tuple[Case, int]:
        """The case of a customer and the version that his ledger was read at. What can't be read is named in it."""
        case = Case(
            id=uuid.uuid4().hex,
            now=now,
            person=None,
            context=context,
            offers=catalogue.offers,
            products=catalogue.products,
            rules=catalogue.rules,
            suitability=catalogue.suitability,
            experiments=catalogue.experiments,
        )
        try:
            customer = self._customers.customer(who) if who else None
            if customer is None:
                return replace(case, wishes=self._wishes(who, context.session)), 0
            found = self._standing((customer.id, *customer.merged), context.session, now - LOOK_BACK)
            spent = self._spending(catalogue)
        except (CustomerError, DBAPIError) as error:
            log.warning("growth.unreadable", error=str(error))
            return replace(case, broken=("客户库",)), 0
        scores, model = self._scores(customer.id, now)
        case = replace(
            case,
            person=person_of(customer, catalogue, case.today),
            contacts=found.contacts,
            wishes=found.wishes,
            signals=customer.signals,
            spent=spent,
            chances={s.offer: s.probability for s in scores} if scores else None,
            models={s.offer: s.model for s in scores},
            model=model,
        )
        return case, found.version

    def _wishes(self, who: str, session: str) -> tuple[Wish, ...]:
        """What somebody unknown has said he wants; a visitor's wishes belong to the conversation."""
        owners = [o for o in (who, ledger.session_owner(session) if session else "") if o]
        with self.engine.connect().execution_options(jinwen_read=True) as connection:
            return ledger.wishes_of(connection, owners)

    def _standing(self, who: Sequence[str], session: str, since: datetime) -> Standing:
        with self.engine.connect().execution_options(jinwen_read=True) as connection:
            return ledger.standing(connection, who, session, since)

    def _spending(self, catalogue: Catalogue) -> Mapping[str, int]:
        limited = [o.id for o in catalogue.offers if o.budget is not None]
        if not limited:
            return {}
        at, spent = self._spent
        if time.monotonic() - at > BUDGET_S or not spent.keys() >= set(limited):
            with self.engine.connect().execution_options(jinwen_read=True) as connection:
                spent = {**dict.fromkeys(limited, 0), **ledger.spent(connection, limited)}
            self._spent = (time.monotonic(), spent)
        return spent

    def _scores(self, who: str, now: datetime) -> tuple[tuple[Score, ...], str]:
        """The response probabilities that may be used, and when they were made; without any the reason."""
        try:
            scores = self._customers.scores(who)
        except CustomerStoreUnavailable as error:
            log.warning("growth.no_scores", error=str(error))
            return (), UNREADABLE
        fresh = tuple(s for s in scores if now - s.as_of < STALE_SCORES)
        if not fresh:
            return (), STALE if scores else NO_SCORES
        return fresh, MADE.format(day=max(s.as_of for s in fresh).date())
