"""Who is told of what: event kind -> audience, channels, template. One table."""

from typing import NamedTuple

from notifications.models import Message

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
    "package.attempt_failed": (_customer("attempt_failed"),),
    "return.requested": (_customer("return_requested"), _seller("seller_return_requested")),
    "return.approved": (_customer("return_approved"),),
    "return.refused": (_customer("return_refused"),),
    "return.received": (_customer("return_received"),),
    "return.closed": (_customer("return_closed"),),
}
