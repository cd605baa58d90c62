"""Who is told of what: event kind -> audience, channels, template. One table."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple

from notifications.models import Message
from orders.models import Event, Order

CUSTOMER, SELLER = Message.Audience.CUSTOMER, Message.Audience.SELLER
EMAIL, SMS, PUSH = Message.Channel.EMAIL, Message.Channel.SMS, Message.Channel.PUSH


class Route(NamedTuple):
    """One audience of an event. `template` is a folder of templates/messages/.

    `unless`: (name, {value: template}) for an event whose data says something special.
    """

    audience: Message.Audience
    channels: tuple[Message.Channel, ...]
    template: str
    unless: tuple[str, Mapping[str, str]] | None = None

    def template_for(self, event: Event) -> str:
        """The template of this event."""
        if self.unless is None:
            return self.template
        name, others = self.unless
        return others.get(str(event.data.get(name)), self.template)


def _customer(template: str, unless: tuple[str, Mapping[str, str]] | None = None) -> Route:
    return Route(CUSTOMER, (EMAIL, SMS, PUSH), template, unless)


def _seller(template: str) -> Route:
    return Route(SELLER, (EMAIL,), template)


# Who took the parcel, where it was not the receiver.
LEFT_ELSEWHERE = dict.fromkeys(("neighbour", "safe_place"), "delivered_to_neighbour")

ROUTES: dict[str, tuple[Route, ...]] = {
    "order.received": (_customer("confirmed"),),
    "order.backordered": (_customer("backordered"),),
    "order.cancelled": (_customer("cancelled"),),
    "promise.moved": (_customer("delayed"),),
    "promise.at_risk": (_seller("seller_at_risk"),),
    "promise.broken": (_seller("seller_broken"),),
    "shipment.packed": (_customer("packed"),),
    "shipment.ready": (_customer("ready"),),
    "shipment.handed_over": (_customer("shipped"),),
    "package.out_for_delivery": (_customer("out_for_delivery"),),
    "package.due_tomorrow": (_customer("delivery_tomorrow"),),
    "package.delivered": (
        _customer("delivered", ("to", LEFT_ELSEWHERE)),
        _seller("seller_delivered"),
    ),
    "package.attempt_failed": (_customer("attempt_failed"), _seller("seller_attempt_failed")),
    "package.at_pickup_point": (_customer("at_pickup_point"),),
    "package.returning": (_customer("returning"), _seller("seller_returning")),
    "return.requested": (_customer("return_requested"), _seller("seller_return_requested")),
    "return.approved": (_customer("return_approved"),),
    "return.refused": (_customer("return_refused"),),
    "return.received": (_customer("return_received"),),
    "return.closed": (_customer("return_closed"),),
}


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
