"""`manage.py export_person`: all that is kept about a customer of a seller, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from notifications.models import Attempt, Message, Preference, PushSubscription, Suppression
from orders.lifecycle.erasing import PERSONAL, orders_of_person
from orders.models import Event, Order, OrderLine, Package, Return, Seller

ORDER = (*PERSONAL, "id", "number", "reference", "status", "country", "language", "placed_at")
LINE = ("sku", "title", "ordered", "unit_price", "shipped", "delivered", "returned")
PACKAGE = ("number", "carrier", "tracking_number", "delivered_at", "received_by", "handed_to")
MESSAGE = ("id", "template", "channel", "recipient", "status", "reason", "created_at", "settled_at")


class Command(BaseCommand):
    help = "Print all that is kept about a customer of a seller, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        seller, orders = orders_named(options)
        addresses = {text.lower() for row in orders for text in (row.email, row.phone) if text}
        known = {"seller": seller, "recipient__in": addresses}
        found = {
            "orders": [kept_about(order) for order in orders],
            "choices": list(Preference.objects.filter(**known).values("channel", "off", "is_off")),
            "blocked": list(Suppression.objects.filter(**known).values("channel", "recipient")),
        }
        text = json.dumps(found, indent=2, cls=DjangoJSONEncoder, ensure_ascii=False)
        self.stdout.write(text)


def add_person(parser: CommandParser) -> None:
    """The arguments that name a customer."""
    parser.add_argument("seller", help="the short name of the seller (slug)")
    parser.add_argument("--email", default="")
    parser.add_argument("--phone", default="", help="as +4915112345678")
    parser.add_argument("--number", default="", help="of one order")


def orders_named(options: dict[str, Any]) -> tuple[Seller, list[Order]]:
    """The seller, and the orders of the customer; raises CommandError where there is none."""
    seller = Seller.objects.filter(slug=options["seller"]).first()
    if seller is None:
        raise CommandError(f"There is no seller {options['seller']}.")
    named = {name: options[name] for name in ("email", "phone", "number")}
    if not any(named.values()):
        raise CommandError("Name the customer by --email, --phone or --number.")
    if not (orders := list(orders_of_person(seller, **named).order_by("pk"))):
        raise CommandError("No order of this seller has them.")
    return seller, orders


def kept_about(order: Order) -> dict[str, Any]:
    """All that is kept about one order and its customer."""
    of_order = {"order": order}
    messages = Message.objects.filter(**of_order, audience=Message.Audience.CUSTOMER).order_by("pk")
    return {
        **{name: getattr(order, name) for name in ORDER},
        "lines": list(OrderLine.objects.filter(**of_order).order_by("position").values(*LINE)),
        "packages": list(Package.objects.filter(**of_order).order_by("number").values(*PACKAGE)),
        "returns": list(Return.objects.filter(**of_order).values("number", "reason", "comment")),
        "history": list(
            Event.objects.filter(**of_order).order_by("pk").values("kind", "at", "data")
        ),
        "messages": list(messages.values(*MESSAGE)),
        "attempts": list(
            Attempt.objects.filter(message__in=messages).values("message", "started_at", "answer")
        ),
        "browsers": list(
            PushSubscription.objects.filter(**of_order).values("endpoint", "created_at")
        ),
    }
