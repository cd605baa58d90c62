"""Try routing rules on past orders: which would have been decided otherwise. Writes nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Prefetch

from orders.models import Order, OrderLine, RoutingRule, Seller
from orders.routing.matching import Decided, Traits, beginning, decide

MOST_TRIED, MOST_SHOWN = 1_000, 50


class Difference(NamedTuple):
    """An effect of an order as the rules decide it now, and as they would."""

    effect: str
    before: Any
    after: Any
    rule: RoutingRule | None  # which decides it then; None: the rule that did decides no more


@dataclass(frozen=True, slots=True)
class Tried:
    """What a change of the rules would have done; `orders` are the newest of them."""

    total: int
    changed: int
    orders: Sequence[tuple[Order, Sequence[Difference]]]


def try_rules(
    seller: Seller, present: Iterable[RoutingRule], wanted: Iterable[RoutingRule]
) -> Tried:
    """Compare two lists of rules over the last orders of a seller; two statements."""
    before, after = list(present), list(wanted)
    changed, found = 0, []
    orders = _orders(seller)
    for order in orders:
        traits = _traits(order)
        differences = _differences(seller, decide(before, traits), decide(after, traits))
        if differences:
            changed += 1
            if changed <= MOST_SHOWN:
                found.append((order, differences))
    return Tried(len(orders), changed, found)


def with_rule(rules: Sequence[RoutingRule], rule: RoutingRule) -> list[RoutingRule]:
    """The rules with this one in its place, behind the others where it is new."""
    others = [row for row in rules if row.pk != rule.pk]
    return sorted([*others, rule], key=lambda row: row.position)


def _orders(seller: Seller) -> list[Order]:
    lines = OrderLine.objects.only("order", "product", "unit_price", "ordered", "ships")
    rows = Order.objects.filter(seller=seller).order_by("-created_at", "-pk")
    return list(rows.prefetch_related(Prefetch("lines", lines))[:MOST_TRIED])


def _traits(order: Order) -> Traits:
    lines = list(order.lines.all())
    return Traits(
        country=order.country,
        postcode=beginning(order.postcode),
        channel_id=order.channel_id,
        currency=order.currency,
        value=sum(line.unit_price * line.ordered for line in lines),
        units=sum(line.ordered for line in lines if line.ships),
        products=frozenset(line.product_id for line in lines if line.product_id),
        is_gift=order.is_gift,
        has_note=bool(order.note),
    )


def _differences(
    seller: Seller, before: dict[str, Decided], after: dict[str, Decided]
) -> list[Difference]:
    usual: dict[str, Any] = {"priority": 0, "ships_as": seller.ships_as, "hold": ""}
    found = []
    for effect, default in usual.items():
        old = before[effect].value if effect in before else default
        new = after[effect].value if effect in after else default
        if old != new:
            rule = after[effect].rule if effect in after else None
            found.append(Difference(effect, old, new, rule))
    return found
