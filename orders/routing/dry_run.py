"""Try routing rules on past orders: which would have been decided otherwise. Writes nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg, BoolOr
from django.db.models import DecimalField, F, Q, Sum
from django.db.models.functions import Cast

from orders.models import Order, OrderLine, RoutingRule, Seller
from orders.routing.matching import Decided, Traits, beginning, decide

MOST_TRIED, MOST_SHOWN = 1_000, 50
# Of the sum of an order: a price in the largest units, of as many units as lines may have.
MONEY: "DecimalField[Any, Any]" = DecimalField(max_digits=40, decimal_places=0)


class Sold(NamedTuple):
    """What was sold with an order, as the routing rules see it; of no line, nothing."""

    value: int = 0
    units: int = 0
    products: Collection[UUID] = ()
    ships: bool = False


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
    rows = Order.objects.filter(seller=seller).order_by("-created_at", "-pk")
    orders = list(rows[:MOST_TRIED])
    sums = _sums(orders, {rule.product_id for rule in (*before, *after) if rule.product_id})
    for order in orders:
        sold = sums.get(order.pk, Sold())
        traits = _traits(order, sold)
        differences = _differences(
            seller, _decide(before, traits, sold), _decide(after, traits, sold)
        )
        if differences:
            changed += 1
            if changed <= MOST_SHOWN:
                found.append((order, differences))
    return Tried(len(orders), changed, found)


def with_rule(rules: Sequence[RoutingRule], rule: RoutingRule) -> list[RoutingRule]:
    """The rules with this one in its place, behind the others where it is new."""
    others = [row for row in rules if row.pk != rule.pk]
    return sorted([*others, rule], key=lambda row: row.position)


def _sums(orders: Iterable[Order], asked_for: Collection[UUID]) -> dict[UUID, Sold]:
    """What was sold with each order, summed by the database: its lines may be 2,000 each.

    `asked_for`: the products of which rules ask. A kit counts as it was sold, as in the intake.
    """
    lines = OrderLine.objects.filter(order__in=orders, kit_line__isnull=True).order_by()
    ships = Q(ships=True) | Q(is_kit=True)
    rows = lines.values_list("order").annotate(
        value=Sum(Cast("unit_price", MONEY) * F("ordered")),
        units=Sum("ordered", filter=ships, default=0),
        products=ArrayAgg("product", filter=Q(product__in=asked_for), distinct=True, default=[]),
        ships=BoolOr(ships),
    )
    return {pk: Sold(int(value), *rest) for pk, value, *rest in rows}


def _traits(order: Order, sold: Sold) -> Traits:
    return Traits(
        country=order.country,
        postcode=beginning(order.postcode),
        channel_id=order.channel_id,
        currency=order.currency,
        value=sold.value,
        units=sold.units,
        products=frozenset(sold.products),
        is_gift=order.is_gift,
        has_note=bool(order.note),
    )


def _decide(rules: Iterable[RoutingRule], traits: Traits, sold: Sold) -> dict[str, Decided]:
    made = decide(rules, traits)
    if not sold.ships:
        made.pop("hold", None)  # nothing of it waits for anything
    return made


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
