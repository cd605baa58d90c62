"""Notices: what of an order is not used as it came, though the order was taken."""

from collections.abc import Mapping, Sequence

from orders.models import Order
from orders.shops.base import IncomingOrder
from orders.values.contacts import email
from orders.values.unfit import Unfit

NO_PHONE = "expected a number like +4915112345678; it was left out, so there are no text messages"
NO_MAIL = "{expected}; nothing is sent to it until it is corrected"
Notice = Mapping[str, str]  # the path of a field, as the API calls it, and what is to be said of it


def notices_of(incoming: IncomingOrder, order: Order) -> list[Notice]:
    """What is wrong with the contact of an order, as its answer says; [] where all is used."""
    found = []
    try:
        email(order.email)
    except Unfit as error:
        found.append(("customer.email", NO_MAIL.format(expected=error)))
    if incoming.phone.strip() and not order.phone:
        found.append(("customer.phone", NO_PHONE))
    return [{"field": field, "problem": problem} for field, problem in found]


def in_words(notices: Sequence[Notice]) -> str:
    """Notices as sentences, for the outcome of a shop's call."""
    words = {"customer.email": "E-mail", "customer.phone": "Phone"}
    return " ".join(f"{words[one['field']]}: {one['problem']}." for one in notices)
