"""The bank speaks first: only where it may, by a way that is open, once."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from connectors.channels.ports import NotSent, Refused, Unknown
from connectors.channels.tables import address, notice
from connectors.growth.ports import GrowthDesk
from connectors.identity.conversations import Conversations, conversation_of
from connectors.notices.sending import NoticeSender
from connectors.notices.store import Medium, Notice, NoticeStore, recipient_digest
from connectors.outreach.deciding import Decider
from connectors.outreach.placing import Places
from connectors.outreach.records import Outgoing, Progress, Purpose, Wanted, Way
from connectors.outreach.service import Outreach
from connectors.outreach.store import OutreachStore
from connectors.outreach.ways import Ways
from connectors.simulators.faults import Fault
from customer.model import Consent, ConsentState
from customer.model import Purpose as For
from growth.arms import arm_of
from growth.case import WishScope
from growth.ledger import Place, session_owner, write_wishes
from growth.ledger import Wanted as Wish
from growth.service import Growth
from growth.tables import contact, decision
from tests.connectors.test_growth_api import MemorySource
from tests.support.channels import SEAL, Scene, wechat_scene
from tests.support.customers import write_customer
from tests.support.demo import Bank
from tests.support.offers import OFFERS, THEN, customer_of

DAY = timedelta(days=1)
QUIET = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)  # 22:00 at the bank


@dataclass
class Line:
    """A Provider that keeps what it is given; `fault` is raised once."""

    medium: Medium
    keyed: bool = False
    sent: list[Notice] = field(default_factory=list)
    fault: Exception | None = None

    async def send(self, notice: Notice) -> str:
        if self.fault is not None:
            fault, self.fault = self.fault, None
            raise fault
        self.sent.append(notice)
        return f"p-{len(self.sent)}"


@dataclass
class Reach:
    """The service with every way, a platform in memory behind 微信."""

    scene: Scene
    growth: Growth
    store: OutreachStore
    notices: NoticeStore
    lines: dict[Medium, Line]
    source: MemorySource

    def service(self) -> Outreach:
        ways = Ways(
            self.store,
            self.scene.channels.addresses,
            self.scene.channels.adapters,
            notices=self.notices,
            media=self.lines,
        )
        places = Places(self.scene.channels, self.notices)
        return Outreach(
            self.store, ways, places, Decider(GrowthDesk(self.growth, self.source, Path())), clock=self.scene.clock
        )

    async def subscribe(self, who: str, openid: str = "o-1") -> None:
        """The customer follows the account, writes, and has signed in."""
        await self.scene.say("你好", openid)
        with self.scene.store.engine.begin() as sql:
            bound = {"customer_id": who, "session": conversation_of(who)}
            sql.execute(update(address).where(address.c.user == openid).values(**bound))

    def ask(self, who: str, key: str = "k", purpose: Purpose = Purpose.OFFER, **more: Any) -> bool:
        return self.store.queue(Wanted(key, who, purpose, self.scene.clock.now + 3 * DAY, **more))

    async def turn(self, seconds: float = 0.0) -> None:
        """Time passes; the service, the channels and the notices have their round."""
        await self.scene.settle(seconds)
        service, sender = self.service(), NoticeSender(self.notices, self.lines.values())
        for _ in range(2):
            service.round()
            await self.scene.settle()
            await sender.round()

    def found(self, key: str = "k") -> Outgoing:
        found = self.store.get(key)
        assert found
        return found

    def wish(self, who: str, scope: WishScope = WishScope.ALL, of: str = "", *, owner: str = "") -> None:
        with self.growth.engine.begin() as sql:
            place = Place("wechat", conversation_of(who))
            now = self.scene.clock.now
            write_wishes(sql, owner or who, [Wish(False, scope, of)], breath=f"b{now}", place=place, now=now)

    def rows(self, table: Any) -> list[Any]:
        with self.growth.engine.connect() as sql:
            return list(sql.execute(select(table)))


def in_arm(arm: str, letter: str) -> str:
    """A customer in an arm of the standing trial (data/offers/rules.yml)."""
    shares = {"holdout": 0.05, "treated": 0.95}
    found = (f"{letter}{n}" for n in itertools.count())
    return next(who for who in found if arm_of(who, "jinwen-standing-1", shares) == arm)


WHO = in_arm("treated", "C")


@pytest.fixture
async def reach(tmp_path: Path, bank: Bank) -> AsyncIterator[Reach]:
    async with wechat_scene(tmp_path) as scene:
        engine = scene.store.engine
        write_customer(engine, customer_of(WHO))
        growth = Growth(engine, OFFERS, scene.clock)
        store, notices = OutreachStore(engine, SEAL, scene.clock), NoticeStore(engine, scene.clock)
        for medium, to in ((Medium.SMS, "13800138000"), (Medium.MAIL, "wang@example.com")):
            store.set_recipient(WHO, medium, to)
        lines = {m: Line(m) for m in Medium}
        yield Reach(scene, growth, store, notices, lines, MemorySource(bank))


async def test_offer_goes_by_the_first_open_way_once(reach: Reach) -> None:
    await reach.subscribe(WHO)
    assert reach.ask(WHO) and not reach.ask(WHO)
    await reach.turn()
    await reach.turn(600)
    said = reach.scene.screen()
    assert len(said) == 2 and said[1].startswith("【推荐】") and "别再推荐" in said[1]
    one = reach.found()
    assert (one.state, one.channel) == (Progress.SENT, "wechat")
    assert [c.kind for c in reach.rows(contact)] == ["reserved", "shown"]
    assert not any(line.sent for line in reach.lines.values())


async def test_closed_window_is_not_tried_and_the_next_way_taken(reach: Reach) -> None:
    await reach.subscribe(WHO)
    reach.scene.clock.pass_by(49 * 3600)
    reach.ask(WHO)
    await reach.turn()
    one = reach.found()
    assert one.tried[0] == ("wechat", "window") and one.tried[1] == ("wecom", "no-address")
    assert (one.state, one.channel) == (Progress.SENT, "app")
    assert len(reach.scene.screen()) == 1
    [pushed] = reach.lines[Medium.PUSH].sent
    assert pushed.recipient == WHO and "【推荐】" not in pushed.template.filled(
        pushed.parts
    )  # what it is, the app shows
    told = reach.scene.store.outbox_after(conversation_of(WHO), 0)[-1]
    assert told.payload["message"]["offer"]["decision"] == one.decision


async def test_customers_own_order_counts(reach: Reach) -> None:
    await reach.subscribe(WHO)
    reach.store.set_order(WHO, [Way.MAIL, Way.SMS])
    reach.ask(WHO)
    await reach.turn()
    assert (reach.found().channel, len(reach.lines[Medium.MAIL].sent)) == ("mail", 1)
    assert reach.lines[Medium.MAIL].sent[0].recipient == "wang@example.com"


async def test_refusing_in_wechat_silences_every_way(reach: Reach) -> None:
    await reach.subscribe(WHO)
    reach.wish(WHO)
    reach.ask(WHO)
    await reach.turn()
    one = reach.found()
    assert (one.state, one.reason) == (Progress.REFUSED, "opted_out")
    assert one.tried == (("wechat", "opted_out"),)  # no other way was even thought of
    assert len(reach.scene.screen()) == 1 and not any(line.sent for line in reach.lines.values())
    assert reach.rows(decision)[-1].reason == "opted_out"  # why not is on record


async def test_what_a_visitor_refused_the_customer_refuses(reach: Reach) -> None:
    await reach.scene.say("别再推荐了")
    found = reach.scene.channels.addresses.find("wechat", "main", "o-1")
    assert found
    reach.wish(WHO, owner=session_owner(found.session))
    session, _ = Conversations(reach.growth.engine, reach.scene.clock).join(found.session, WHO)
    reach.scene.channels.addresses.bind(found.id, WHO, session)
    reach.ask(WHO)
    await reach.turn()
    assert (reach.found().state, reach.found().reason) == (Progress.REFUSED, "opted_out")


async def test_refusing_one_way_leaves_the_others(reach: Reach) -> None:
    await reach.subscribe(WHO)
    for of in ("wechat", "push"):
        reach.wish(WHO, WishScope.CHANNEL, of)
    reach.ask(WHO)
    await reach.turn()
    one = reach.found()
    assert ("wechat", "opted_out_channel") in one.tried and ("app", "opted_out_channel") in one.tried
    assert (one.state, one.channel) == (Progress.SENT, "sms")


async def test_unsubscribed_by_sms_or_mail(reach: Reach) -> None:
    reach.notices.refuse(Medium.SMS, recipient_digest(Medium.SMS, "13800138000"), "reply")
    reach.store.set_order(WHO, [Way.SMS, Way.MAIL])
    reach.ask(WHO)
    await reach.turn()
    assert reach.found().tried == (("sms", "unsubscribed"),) and reach.found().channel == "mail"


async def test_quiet_hours_wait_for_the_morning(reach: Reach) -> None:
    reach.scene.clock.now = QUIET
    await reach.subscribe(WHO)
    reach.ask(WHO)
    await reach.turn()
    assert (reach.found().state, reach.found().reason) == (Progress.WAITING, "quiet_hours")
    await reach.turn(9 * 3600)
    assert (reach.found().state, len(reach.scene.screen())) == (Progress.WAITING, 1)
    await reach.turn(3700)
    assert (reach.found().state, reach.found().channel) == (Progress.SENT, "wechat")


async def test_service_messages_need_no_consent_but_wait_for_the_morning(reach: Reach) -> None:
    reach.wish(WHO)
    reach.scene.clock.now = QUIET
    reach.store.set_order(WHO, [Way.SMS])
    said = {"template": "rating_expiring", "parts": {"day": "2026年12月1日"}}
    reach.ask(WHO, "later", Purpose.SERVICE, **said)
    reach.ask(WHO, "now", Purpose.SERVICE, urgent=True, **said)
    await reach.turn()
    assert [reach.found(k).state for k in ("later", "now")] == [Progress.WAITING, Progress.SENT]
    await reach.turn(10.1 * 3600)
    assert reach.found("later").state is Progress.SENT
    assert len(reach.lines[Medium.SMS].sent) == 2


async def test_holdout_gets_nothing_and_is_counted(reach: Reach) -> None:
    who = in_arm("holdout", "C")
    write_customer(reach.growth.engine, customer_of(who))
    await reach.subscribe(who, "o-2")
    reach.ask(who)
    await reach.turn()
    assert (reach.found().state, reach.found().reason) == (Progress.REFUSED, "arm_holdout")
    assert reach.rows(decision)[-1].would_have


async def test_two_replicas_tell_once(reach: Reach) -> None:
    await reach.subscribe(WHO)
    for key in ("k", "k2"):
        reach.ask(WHO, key)
    services = [reach.service() for _ in range(3)]
    claimed = reach.store.claim(reach.store.due()[0])
    assert claimed
    for service in services:
        service._tell(claimed)  # a replica whose lease ran out goes on all the same
    for service in services:
        service.round()
    await reach.turn()
    assert len([s for s in reach.scene.screen() if s.startswith("【推荐】")]) == 1  # the second key finds the day full
    assert reach.found("k2").reason == "day_full"


async def test_killed_between_placing_and_sending(reach: Reach) -> None:
    await reach.subscribe(WHO)
    reach.ask(WHO)
    reach.service().round()  # committed; then the process is gone
    assert len(reach.scene.screen()) == 1
    await reach.turn()
    await reach.turn(120)
    assert len(reach.scene.screen()) == 2
    assert reach.found().state is Progress.SENT


async def test_what_surely_failed_goes_another_way_once_the_reservation_is_over(reach: Reach) -> None:
    await reach.subscribe(WHO)
    reach.scene.platform.faults.plan("/cgi-bin/message/custom/send", Fault(code=45047))
    reach.ask(WHO)
    await reach.turn()
    one = reach.found()
    assert (one.state, one.tried[-1]) == (Progress.WAITING, ("wechat", "failed:45047"))
    await reach.turn(11 * 60)
    assert (reach.found().state, reach.found().channel) == (Progress.SENT, "app")
    await reach.scene.say("在吗")
    assert not any(s.startswith("【推荐】") for s in reach.scene.screen())  # nor does it come with the next message


@pytest.mark.parametrize(
    ("fault", "state", "others"),
    [
        (Unknown("no-answer"), Progress.UNKNOWN, 0),
        (Refused("bad-number"), Progress.SENT, 1),
        (NotSent("busy"), Progress.SENT, 0),
    ],
    ids=["unknown", "refused", "busy"],
)
async def test_what_may_have_arrived_goes_no_other_way(
    reach: Reach, fault: Exception, state: Progress, others: int
) -> None:
    reach.store.set_order(WHO, [Way.SMS, Way.MAIL])
    reach.lines[Medium.SMS].fault = fault
    reach.ask(WHO)
    await reach.turn()
    await reach.turn(11 * 60)
    assert (reach.found().state, len(reach.lines[Medium.MAIL].sent)) == (state, others)


async def test_refused_after_placing_is_taken_back(reach: Reach) -> None:
    reach.store.set_order(WHO, [Way.SMS])
    reach.ask(WHO)
    reach.service().round()
    reach.wish(WHO)
    await reach.turn()
    assert (reach.found().state, reach.found().reason) == (Progress.REFUSED, "opted_out")
    assert reach.lines[Medium.SMS].sent == []
    [row] = reach.rows(notice)
    assert "13800138000" not in str(row) and row.parts == {}


async def test_consent_counts_by_channel(reach: Reach) -> None:
    who = in_arm("treated", "D")
    told = (Consent(For.MARKETING.value, "mail", ConsentState.GRANTED, THEN, "柜面"),)
    write_customer(reach.growth.engine, customer_of(who, consents=told))
    for medium, to in ((Medium.SMS, "13900139000"), (Medium.MAIL, "li@example.com")):
        reach.store.set_recipient(who, medium, to)
    reach.store.set_order(who, [Way.SMS, Way.MAIL])
    reach.ask(who)
    await reach.turn()
    assert reach.found().tried == (("sms", "no_consent"),) and reach.found().channel == "mail"


async def test_too_late_is_not_told(reach: Reach) -> None:
    reach.store.set_order(WHO, [Way.WECHAT])
    reach.ask(WHO)
    await reach.turn()
    assert (reach.found().state, reach.found().reason) == (Progress.WAITING, "no-address")
    await reach.turn(3 * 24 * 3600 + 1)
    assert reach.found().state is Progress.EXPIRED


async def test_numbers_and_words_lie_sealed(reach: Reach) -> None:
    reach.ask(WHO, "s", Purpose.SERVICE, template="rating_expiring", parts={"day": "2026年12月1日"})
    with reach.growth.engine.connect() as sql:
        for name in ("outreach_contact", "outreach_message"):
            stored = str(list(sql.exec_driver_sql(f"SELECT * FROM {name}")))
            assert "13800138000" not in stored and "12月" not in stored
