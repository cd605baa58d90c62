"""Who is told of what: event kind -> audience, channels, template. One table."""

from typing import NamedTuple

from notifications.models import Message
from orders.models import Order

CUSTOMER, SELLER = Message.Audience.CUSTOMER, Message.Audience.SELLER
EMAIL, SMS = Message.Channel.EMAIL, Message.Channel.SMS


class Route(NamedTuple):
    """One audience of an event. `template` is a folder of templates/messages/."""

    audience: Message.Audience
    channels: tuple[Message.Channel, ...]
    template: str


def _customer(template: str) -> Route:
    return Route(CUSTOMER, (EMAIL, SMS), template)


def _seller(template: str) -> Route:
    return Route(SELLER, (EMAIL,), template)


ROUTES: dict[str, tuple[Route, ...]] = {
    "order.received": (_customer("confirmed"),),
    "shipment.packed": (_customer("packed"),),
    "shipment.ready": (_customer("ready"),),
    "shipment.handed_over": (_customer("shipped"),),
    "package.out_for_delivery": (_customer("out_for_delivery"),),
    "package.delivered": (_customer("delivered"), _seller("seller_delivered")),
    "package.attempt_failed": (_customer("attempt_failed"), _seller("seller_attempt_failed")),
    "return.requested": (_customer("return_requested"), _seller("seller_return_requested")),
    "return.approved": (_customer("return_approved"),),
    "return.refused": (_customer("return_refused"),),
    "return.received": (_customer("return_received"),),
    "return.closed": (_customer("return_closed"),),
}


def address_of(order: Order, audience: str, channel: str) -> str:
    """Where this audience of an order, whose seller is loaded, is reached; "" is nowhere."""
    if audience == SELLER:
        return order.seller.email if channel == EMAIL else ""
    return {EMAIL: order.email, SMS: order.phone}.get(Message.Channel(channel), "")
