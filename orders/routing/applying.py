"""Apply the routing rules to new orders: before the intake's statement, and in its transaction."""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from uuid import UUID

from orders.events.recording import record
from orders.lifecycle.aliases import meant_by
from orders.lifecycle.transitions import summarize_orders
from orders.models import Event, Hold, Order, RoutingRule, SalesChannel
from orders.routing.matching import Decided, Traits, beginning, decide
from orders.services.choosing import needs_weight, weights_of
from orders.shops.base import IncomingOrder
from orders.values.texts import one_line

Decisions = Mapping[str, Decided]
NOTHING: Decisions = MappingProxyType({})


def route(channel: SalesChannel, incoming: Sequence[IncomingOrder]) -> list[Decisions]:
    """What the rules decide of each order, set in it; nothing, and no statement, without rules.

    What the order itself says, its priority and how it ships, is not decided by a rule.
    """
    if not channel.seller.has_rules:
        return [NOTHING] * len(incoming)
    rules = list(
        RoutingRule.objects.filter(
            seller=channel.seller_id, is_active=True, deleted_at__isnull=True
        ).order_by("position", "pk")
    )
    products = _products(channel, incoming, rules)
    return [_routed(channel, order, rules, products) for order in incoming]


def grams_of(channel: SalesChannel, incoming: Sequence[IncomingOrder]) -> list[int]:
    """What each order weighs; 0, and no statement, where no service of the seller asks for it."""
    if not needs_weight(channel.seller):
        return [0] * len(incoming)
    meant = meant_by(channel, {line.sku for order in incoming for line in order.lines})
    weights = weights_of(product.pk for product in meant.values())
    grams = {sku: weights.get(product.pk, 0) for sku, product in meant.items()}
    return [
        sum(grams.get(one_line(line.sku), 0) * line.quantity for line in order.lines if line.ships)
        for order in incoming
    ]


def keep_routed(
    orders: Sequence[Order], decisions: Sequence[Decisions], new_ids: Collection[UUID]
) -> None:
    """Write the holds and the history of new orders that rules decided about.

    Called in the transaction of the intake's statement: three inserts, however many orders. Each
    has its seller loaded.
    """
    decided = [
        (order, made)
        for order, made in zip(orders, decisions, strict=True)
        if made and order.pk in new_ids
    ]
    holds = [
        Hold(
            seller_id=order.seller_id,
            order=order,
            reason=Hold.Reason.SELLER,
            detail=made["hold"].value,
        )
        for order, made in decided
        if "hold" in made
    ]
    Hold.objects.bulk_create(holds)
    record([_routing(order, made) for order, made in decided])
    record([Event.of(hold, "opened", reason=hold.reason) for hold in holds])
    summarize_orders([hold.order_id for hold in holds])


def _products(
    channel: SalesChannel, incoming: Sequence[IncomingOrder], rules: Sequence[RoutingRule]
) -> dict[str, UUID]:
    """{SKU: product}, where a rule asks for one."""
    if not any(rule.product_id for rule in rules):
        return {}
    skus = {line.sku for order in incoming for line in order.lines}
    return {sku: product.pk for sku, product in meant_by(channel, skus).items()}


def _routed(
    channel: SalesChannel,
    order: IncomingOrder,
    rules: Sequence[RoutingRule],
    products: Mapping[str, UUID],
) -> Decisions:
    made = decide(rules, _traits(channel, order, products))
    if order.priority:
        made.pop("priority", None)
    if order.ships_as:
        made.pop("ships_as", None)
    if not any(line.ships for line in order.lines):
        made.pop("hold", None)  # nothing of it waits for anything
    if "priority" in made:
        order.priority = made["priority"].value
    if "ships_as" in made:
        order.ships_as = made["ships_as"].value
    if "hold" in made:
        order.is_held = True
    return made


def _traits(channel: SalesChannel, order: IncomingOrder, products: Mapping[str, UUID]) -> Traits:
    named = (products.get(one_line(line.sku)) for line in order.lines)
    return Traits(
        country=order.country.upper(),
        postcode=beginning(order.postcode),
        channel_id=channel.pk,
        currency=order.currency.upper(),
        value=sum(line.unit_price * line.quantity for line in order.lines),
        units=sum(line.quantity for line in order.lines if line.ships),
        products=frozenset(product for product in named if product),
        is_gift=order.is_gift,
        has_note=bool(one_line(order.note)),
    )


def _routing(order: Order, made: Decisions) -> Event:
    """What was decided; the words of a hold stand in the hold, not in the event."""
    before = {"priority": 0, "ships_as": order.seller.ships_as}
    open_ones = [effect for effect in made if effect in before]
    return Event.of(
        order,
        "routed",
        rules={effect: str(decided.rule.pk) for effect, decided in made.items()},
        fields=open_ones,
        before={effect: before[effect] for effect in open_ones},
        after={effect: made[effect].value for effect in open_ones},
    )
