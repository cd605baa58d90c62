"""Routes: event kind -> audiences and kinds of messages; and the addresses of an audience."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from notifications.channels import CHANNELS
from notifications.channels.base import Reach
from notifications.kinds.catalogue import ALL
from notifications.kinds.record import CUSTOMER, SELLER, Kind
from notifications.models import Message
from orders.models import Event, Order

# Prefixes of events that share a message with others of their kind, order and transaction.
SHARING = ("shipment.", "package.")


class Route(NamedTuple):
    """One audience of an event: its kinds of messages, those with a condition first."""

    audience: Message.Audience
    kinds: tuple[Kind, ...]

    def kind_for(self, event: Event) -> Kind | None:
        """The kind of message for this event; None where none says what it says."""
        return next((kind for kind in self.kinds if _is_about(kind, event)), None)


def _is_about(kind: Kind, event: Event) -> bool:
    if kind.unless and kind.unless.is_true_of(event):
        return False
    return not kind.when or kind.when.is_true_of(event)


def _routes() -> Mapping[str, tuple[Route, ...]]:
    found: dict[str, dict[Message.Audience, list[Kind]]] = {}
    for kind in sorted(ALL, key=lambda kind: kind.when is None):
        for event_kind in filter(None, (kind.on, *kind.also_on)):
            found.setdefault(event_kind, {}).setdefault(kind.audience, []).append(kind)
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
    """Return the kinds of messages of an event, at most one for each audience."""
    found = (route.kind_for(event) for route in ROUTES.get(event.kind, ()))
    return [kind for kind in found if kind]


def shares_message(event: Event) -> bool:
    """Whether events of its kind, order and transaction are combined in one message."""
    return event.kind.startswith(SHARING)


def addresses_of(
    order: Order, audience: str, channel: str, *, browsers: Iterable[str] = ()
) -> list[str]:
    """Return the addresses of an audience over a channel; the seller must be loaded.

    `browsers`: the ids of the push subscriptions of this order.
    """
    reach = CHANNELS[channel].reach
    if reach == Reach.BROWSERS:
        return list(browsers) if audience == CUSTOMER else []
    if audience == SELLER:
        return [order.seller.email] if reach == Reach.EMAIL and order.seller.email else []
    address = order.email if reach == Reach.EMAIL else order.phone
    return [address] if address else []
