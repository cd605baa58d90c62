"""What the shop edits in an order: followed while it matters, else kept as a difference."""

from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from orders.errors import DomainError, InvalidInput
from orders.intake.differences import ADDED, EDITED, Difference, note
from orders.lifecycle.edit import differences, edit_order
from orders.lifecycle.edit_lines import add_lines, add_units
from orders.models import Order, OrderLine, ShopOrder
from orders.shops.base import IncomingOrder, OrderReport, Units, still_to_send
from orders.values.contacts import phone

REASON = "Changed in the shop."
NAMES = {
    "address": ("customer_name", "company", "street", "postcode", "city", "region", "country"),
    "contact": ("buyer_name", "email", "phone"),
    "note": ("note", "is_gift"),
}


def hashes_of(incoming: IncomingOrder) -> dict[str, str]:
    """What a report says of each group of fields, so that a change shows and no text is kept."""
    return {group: _hash([getattr(incoming, name) for name in NAMES[group]]) for group in NAMES}


def follow_fields(known: ShopOrder, before: dict[str, str], incoming: IncomingOrder) -> list[str]:
    """Edit what the shop has changed since its last report; what was edited here alone stays.

    Returns the groups of fields that were edited.
    """
    edited = []
    changed = [
        group for group, said in hashes_of(incoming).items() if before.get(group, said) != said
    ]
    for group in changed:
        order = Order.objects.get(in_shop=known)
        values = {name: getattr(incoming, name) for name in NAMES[group]}
        if group == "contact":  # as of a new order: a number that nobody can call is none
            values["phone"] = phone(incoming.phone, incoming.country or order.country)
        try:
            with transaction.atomic():  # a savepoint: what is refused leaves nothing behind
                if differences(order, values):
                    edit_order(order, values, actor=None, reason=REASON)
                    edited.append(group)
        except InvalidInput as error:
            told = "; ".join(f"{name}: {text}" for name, text in error.problems)
            said = f"The {group} ({told[:150]}; what was there stays)"
            note(known, [Difference(EDITED, said, known.version)])
        except DomainError:
            note(known, [Difference(EDITED, f"The {group}", known.version)])
    return edited


def follow_added(known: ShopOrder, before: dict[str, Any], report: OrderReport) -> bool:
    """Add the units and lines that the shop has added since its last report; whether any were."""
    has_added = False
    if not before or known.order is None:
        return False
    here = {
        line.shop_line: line
        for line in OrderLine.objects.filter(order=known.order).exclude(shop_line="")
    }
    for incoming in report.order.lines:
        units = report.lines.get(incoming.shop_line)
        if units is None:
            continue
        earlier = before.get(incoming.shop_line)
        more = min(units.bought - (Units(*earlier).bought if earlier else 0), still_to_send(units))
        if more <= 0:
            continue
        try:
            with transaction.atomic():
                if line := here.get(incoming.shop_line):
                    add_units(known.order, {line.pk: more}, actor=None, reason=REASON)
                else:
                    incoming.quantity = more
                    add_lines(known.order, [incoming], actor=None, reason=REASON)
        except DomainError:
            said = Difference(ADDED, f"{more} × {incoming.title}", known.version)
            note(known, [said])
        else:
            there = known.taken.get(incoming.shop_line, 0)
            known.taken = known.taken | {incoming.shop_line: there + more}
            known.save(update_fields=["taken"])
            has_added = True
    return has_added


def _hash(values: list[Any]) -> str:
    return salted_hmac("orders.intake.edits", repr(values), algorithm="sha256").hexdigest()[:32]
