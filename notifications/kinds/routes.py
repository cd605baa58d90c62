"""Who is told of what: event kind -> audiences and their kinds of messages, from the records."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from notifications.kinds.catalogue import ALL
from notifications.kinds.record import CUSTOMER, EMAIL, PUSH, SELLER, Kind
from notifications.models import Message
from orders.models import Event, Order

# Several of these that happened to one order at once are told in one message.
TOGETHER = ("shipment.", "package.")


class Route(NamedTuple):
    """One audience of an event: the kind that says it, the special ones in front."""

    audience: Message.Audience
    kinds: tuple[Kind, ...]

    def kind_for(self, event: Event) -> Kind:
        """The kind of message for this event."""
        return next(kind for kind in self.kinds if not kind.when or kind.when.is_true_of(event))


def _routes() -> Mapping[str, tuple[Route, ...]]:
    found: dict[str, dict[Message.Audience, list[Kind]]] = {}
    for kind in sorted(ALL, key=lambda kind: kind.when is None):
        if kind.on:
            found.setdefault(kind.on, {}).setdefault(kind.audience, []).append(kind)
    return {
        event_kind: tuple(
            Route(audience, tuple(audiences[audience]))
            for audience in (CUSTOMER, SELLER)
            if audience in audiences
        )
        for event_kind, audiences in found.items()
    }


ROUTES = _routes()


def kinds_for(event: Event) -> list[Kind]:
    """The kinds of messages that tell this event, at most one an audience."""
    return [route.kind_for(event) for route in ROUTES.get(event.kind, ())]


def shares_message(event: Event) -> bool:
    """Whether others of its kind, order and transaction are told in the same message."""
    return event.kind.startswith(TOGETHER)


def addresses_of(
    order: Order, audience: str, channel: str, *, browsers: Iterable[str] = ()
) -> list[str]:
    """Where this audience of an order, whose seller is loaded, is reached; at most once each.

    `browsers`: those that are told of this order, by the ids of their subscriptions.
    """
    if channel == PUSH:
        return list(browsers) if audience == CUSTOMER else []
    if audience == SELLER:
        return [order.seller.email] if channel == EMAIL and order.seller.email else []
    address = order.email if channel == EMAIL else order.phone
    return [address] if address else []
