"""By which ways a customer can be reached now, in his order; one that is closed is named with its reason, not tried."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from connectors.channels.addresses import Addresses
from connectors.channels.ports import Adapter
from connectors.channels.records import Address
from connectors.identity.conversations import conversation_of
from connectors.notices.store import Medium, NoticeStore
from connectors.outreach.records import Purpose, Wanted, Way
from connectors.outreach.store import OutreachStore
from connectors.wechat.parsing import CHANNEL as WECHAT
from connectors.wecom.adapters import KF

_CHANNELS = {Way.WECHAT: WECHAT, Way.WECOM: KF}
_MEDIA = {Way.SMS: Medium.SMS, Way.MAIL: Medium.MAIL, Way.APP: Medium.PUSH}


@dataclass(frozen=True, slots=True)
class Route:
    """One way to a customer: an address on a platform or a recipient of notices. `closed` says why it can't be used."""

    way: Way
    session: str = ""
    address: Address | None = None
    medium: Medium | None = None
    recipient: str = ""
    closed: str = ""


class Ways:
    """Looks where customers are. `media` are those that have a provider."""

    def __init__(
        self,
        store: OutreachStore,
        addresses: Addresses,
        adapters: Mapping[tuple[str, str], Adapter],
        *,
        notices: NoticeStore,
        media: Collection[Medium],
    ) -> None:
        self._store = store
        self._addresses = addresses
        self._adapters = adapters
        self._notices = notices
        self._media = frozenset(media)

    def of(self, wanted: Wanted) -> Iterator[Route]:
        """The ways to a customer in his order."""
        for way in self._store.order_of(wanted.customer):
            if way in _CHANNELS:
                yield self._platform(wanted.customer, way)
            else:
                yield self._notice(wanted, way, _MEDIA[way])

    def _platform(self, customer: str, way: Way) -> Route:
        known = [
            (address, adapter)
            for address in self._addresses.of_customer(customer)
            if address.channel == _CHANNELS[way]
            and (adapter := self._adapters.get((address.channel, address.account))) is not None
        ]
        if not known:
            return Route(way, closed="no-address")
        reasons = [(address, self._closed(address, adapter)) for address, adapter in known]
        address, closed = next((r for r in reasons if not r[1]), reasons[0])
        return Route(way, address.session, address, closed=closed)

    def _closed(self, address: Address, adapter: Adapter) -> str:
        if not adapter.unasked:
            return "no-customer-service"
        if not address.following:
            return "not-following"
        return "window" if adapter.limited and self._addresses.left(address.id)[0] == 0 else ""

    def _notice(self, wanted: Wanted, way: Way, medium: Medium) -> Route:
        session = conversation_of(wanted.customer) if way is Way.APP else ""
        if medium not in self._media:
            return Route(way, closed="no-provider")
        who = wanted.customer if way is Way.APP else self._store.recipient(wanted.customer, medium)
        if not who:
            return Route(way, closed="no-recipient")
        if wanted.purpose is Purpose.OFFER and self._notices.refuses(medium, who):
            return Route(way, closed="unsubscribed")
        return Route(way, session, medium=medium, recipient=who)
