"""`manage.py export_person`: all that is kept about a customer of a seller, as JSON."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.serializers.json import DjangoJSONEncoder

from fulfillment.privacy.customers import export_customer, orders_of_customer
from orders.errors import DomainError
from orders.models import Order, Seller


class Command(BaseCommand):
    help = "Print all that is kept about a customer of a seller, as JSON."

    def add_arguments(self, parser: CommandParser) -> None:
        add_person(parser)

    def handle(self, *args: Any, **options: Any) -> None:
        seller, orders = orders_named(options)
        found = export_customer(seller, orders, actor=None)
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
    try:
        return seller, orders_of_customer(seller, **named)
    except DomainError as error:
        raise CommandError(str(error)) from None
