"""A customer of a seller: found by address, phone or order; exported as JSON; erased."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from notifications.delivery.erasing import erase_messages
from notifications.models import Attempt, Message, Preference, PushSubscription, Suppression
from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.erasing import PERSONAL, erase_orders, orders_of_person
from orders.models import (
    Call,
    Charge,
    Event,
    ImportRecord,
    Order,
    OrderChange,
    OrderLine,
    Package,
    Problem,
    Refund,
    Repair,
    Return,
    ReturnLabel,
    ReturnLine,
    Seller,
    SentCopy,
    User,
    Wish,
)
from orders.words import say
from warehouse.models import PackedSerial, ReturnedSerial

ORDER = (*PERSONAL, "id", "number", "reference", "status", "country", "language", "placed_at")
LINE = ("sku", "title", "ordered", "unit_price", "shipped", "delivered", "returned")
PACKAGE = ("number", "carrier", "tracking_number", "delivered_at", "received_by", "handed_to")
RETURN = (
    "number", "reason", "reason_words", "comment", "words", "wish", "is_kept", "exchange__number",
    "exchange_until", "hand_in_by", "is_expired",
)  # fmt: skip
CHARGE = ("discount", "tax", "shipping", "paid", "elsewhere", "owed")
REFUND = (
    "order_return__number", "former_of__number", "status", "currency", "goods", "discount", "tax",
    "shipping", "fee", "difference", "goodwill", "amount", "method", "owed_at", "paid", "paid_at",
    "credit_code",
)  # fmt: skip
MESSAGE = ("id", "template", "channel", "recipient", "status", "reason", "created_at", "settled_at")


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased, and how many blocked addresses stay."""

    orders: int
    messages: int
    blocked: int


def orders_of_customer(
    seller: Seller, *, email: str = "", phone: str = "", number: str = ""
) -> list[Order]:
    """The orders of a customer. Raises DomainError where nobody is named, or nobody is known."""
    if not (email or phone or number):
        raise DomainError(say("Name the customer by e-mail address, phone number or order number."))
    found = orders_of_person(seller, email=email, phone=phone, number=number).order_by("pk")
    if not (orders := list(found)):
        raise DomainError(say("No order of this seller matches."))
    return orders


@transaction.atomic
def export_customer(
    seller: Seller, orders: Sequence[Order], *, actor: User | None
) -> dict[str, Any]:
    """All that is kept about a customer, for JSON; the history says who asked for it."""
    known = {"seller": seller, "recipient__in": addresses_of(orders)}
    found = {
        "orders": [kept_about(order) for order in orders],
        "choices": list(Preference.objects.filter(**known).values("channel", "off", "is_off")),
        "blocked": list(Suppression.objects.filter(**known).values("channel", "recipient")),
    }
    record([Event.of(order, "exported", actor=actor) for order in orders])
    return found


@transaction.atomic
def erase_customer(seller: Seller, orders: Sequence[Order], *, actor: User | None) -> Erased:
    """Erase a customer; quantities, stock and history stay. Raises DomainError for open orders."""
    addresses = {text for order in orders for text in (order.email, order.phone) if text}
    erase_orders(orders, actor=actor)
    messages = erase_messages(seller, [order.pk for order in orders], addresses)
    blocked = Suppression.objects.filter(
        seller=seller, recipient__in=[address.lower() for address in addresses]
    )
    return Erased(len(orders), messages, blocked.count())


def addresses_of(orders: Sequence[Order]) -> set[str]:
    """The addresses and numbers of these orders, in lower case."""
    return {text.lower() for row in orders for text in (row.email, row.phone) if text}


def kept_about(order: Order) -> dict[str, Any]:
    """All that is kept about one order and its customer."""
    of_order = {"order": order}
    messages = Message.objects.filter(**of_order, audience=Message.Audience.CUSTOMER).order_by("pk")
    return {
        **{name: getattr(order, name) for name in ORDER},
        "lines": list(OrderLine.objects.filter(**of_order).order_by("position").values(*LINE)),
        "packages": list(Package.objects.filter(**of_order).order_by("number").values(*PACKAGE)),
        "serials": list(
            PackedSerial.objects.filter(package_line__package__order=order)
            .order_by("pk")
            .values("number", "came_back_at")
        ),
        "returns": list(Return.objects.filter(**of_order).order_by("pk").values(*RETURN)),
        "return_lines": list(
            ReturnLine.objects.filter(order_return__order=order)
            .order_by("pk")
            .values("order_return__number", "line__sku", "requested", "approved", "condition")
        ),
        "return_labels": list(
            ReturnLabel.objects.filter(order_return__order=order)
            .order_by("pk")
            .values("carrier", "tracking_number", "handed_in_at", "arrived_at")
        ),
        "repairs": list(
            Repair.objects.filter(**of_order)
            .order_by("pk")
            .values("quantity", "status", "is_failed", "found_at")
        ),
        "returned_serials": list(
            ReturnedSerial.objects.filter(return_line__order_return__order=order)
            .order_by("pk")
            .values("number", "read_at")
        ),
        "charges": list(Charge.objects.filter(**of_order).values(*CHARGE)),
        "refunds": list(Refund.objects.filter(**of_order).order_by("pk").values(*REFUND)),
        "problems": list(
            Problem.objects.filter(**of_order)
            .order_by("pk")
            .values("kind", "quantity", "words", "reported_at", "answer", "answer_words")
        ),
        "wishes": list(
            Wish.objects.filter(**of_order).order_by("pk").values("kind", "text", "on", "made_at")
        ),
        "history": list(
            Event.objects.filter(**of_order).order_by("pk").values("kind", "at", "data")
        ),
        "changes": list(
            OrderChange.objects.filter(**of_order).order_by("pk").values("field", "before", "after")
        ),
        "messages": list(messages.values(*MESSAGE)),
        "attempts": list(
            Attempt.objects.filter(message__in=messages).values("message", "started_at", "answer")
        ),
        "copies": list(
            SentCopy.objects.filter(message__in=messages.values("pk"))
            .order_by("pk")
            .values("message", "sent_at", "subject", "text", "html")
        ),
        "calls": [
            {"topic": call.topic, "received_at": call.received_at, "body": _readable(call)}
            for call in Call.objects.filter(**of_order).order_by("pk")
        ],
        "files": list(
            ImportRecord.objects.filter(**of_order).order_by("pk").values("file__name", "source")
        ),
        "browsers": list(
            PushSubscription.objects.filter(**of_order).values("endpoint", "created_at")
        ),
    }


def _readable(call: Call) -> str:
    return bytes(call.body).decode(errors="replace")
