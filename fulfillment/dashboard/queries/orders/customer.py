"""What customer and shop of an order want and report, and which order it replaces."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple
from uuid import UUID

from orders.intake.differences import in_words
from orders.models import Hold, Order, Problem, Repair, Return, ShopOrder, Wish
from orders.problems.answering import former_order


class ShopWants(NamedTuple):
    """What the shop wants of an order that waits for that: in words, and as the page shows it."""

    pk: UUID
    words: str
    seen: str


def shop_wants(order: Order, holds: Sequence[Hold]) -> ShopWants | None:
    """Load it where an open hold waits for it; else no statement."""
    if all(hold.reason != Hold.Reason.SHOP for hold in holds):
        return None
    found = ShopOrder.objects.filter(order=order, differs_at__isnull=False).first()
    if found is None:
        return None
    return ShopWants(found.pk, in_words(found.differences), json.dumps(found.differences))


@dataclass(frozen=True, slots=True)
class CustomerSays:
    """The wishes in force, the reported problems, and of a replacement what it is for."""

    wishes: list[Wish]
    problems: list[Problem]
    replaces: Order | None
    exchange_for: Return | None
    repair: Repair | None  # whose units it brings back


def customer_says(order: Order) -> CustomerSays:
    """Load it, in five statements; what was erased is no wish."""
    wishes = order.wishes.filter(ended_at__isnull=True).select_related("point").order_by("pk")
    problems = order.problems.select_related("line", "package", "replacement")
    going_back = Repair.objects.filter(sent_as=order).select_related("order", "order_return")
    return CustomerSays(
        wishes=[row for row in wishes if row.on or row.text],
        problems=list(problems.order_by("-reported_at", "-pk")),
        replaces=former_order(order),
        exchange_for=Return.objects.filter(exchange=order).first(),
        repair=going_back.first(),
    )
