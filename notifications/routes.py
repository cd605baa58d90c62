"""Who is told of what: event kind -> audience, channels, template. One table."""

from collections.abc import Iterable
from typing import NamedTuple

from notifications.models import Message
from orders.models import Order

CUSTOMER, SELLER = Message.Audience.CUSTOMER, Message.Audience.SELLER
EMAIL, SMS, PUSH = Message.Channel.EMAIL, Message.Channel.SMS, Message.Channel.PUSH


class Route(NamedTuple):
    """One audience of an event. `template` is a folder of templates/messages/."""

    audience: Message.Audience
    channels: tuple[Message.Channel, ...]
    template: str


def _customer(template: str) -> Route:
    return Route(CUSTOMER, (EMAIL, SMS, PUSH), template)


def _seller(template: str) -> Route:
    return Route(SELLER, (EMAIL,), template)


ROUTES: dict[str, tuple[Route, ...]] = {
    "order.received": (_customer("confirmed"),),
    "shipment.packed": (_customer("packed"),),
    "shipment.ready": (_customer("ready"),),
    "shipment.handed_over": (_customer("shipped"),),
    "package.out_for_delivery": (_customer("out_for_delivery"),),
    "package.delivered": (_customer("delivered"), _seller("seller_delivered")),
    "package.attempt_failed": (_customer("attempt_failed"),),
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
