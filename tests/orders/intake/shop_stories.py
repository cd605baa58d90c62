"""A story of a shop, for properties: what it does with an order, and what the warehouse does."""

from orders.intake.differences import settle_again
from orders.models import Hold, Order, ShopOrder
from tests.orders.intake.shop_calls import at, outcomes, refund, sold
from tests.support.stages import picked
from warehouse.floor.putting_back import put_back
from warehouse.stock.allocation import allocate_due

NO_SHADE = {"quantity": 2, "current_quantity": 0}
# What a shop does with an order, in its order; the refund comes by itself and in the order.
STORY = (
    ("orders/create", at(1, financial_status="pending", line_items=sold(LAMP=3, SHADE=2))),
    ("orders/paid", at(2, line_items=sold(LAMP=3, SHADE=2))),
    (
        "orders/updated",
        at(3, line_items=sold(LAMP=4, SHADE=NO_SHADE)),
    ),
    ("refunds/create", refund(1, LAMP=1)),
    (
        "orders/updated",
        at(
            4,
            line_items=sold(
                LAMP={"quantity": 4, "current_quantity": 3},
                SHADE=NO_SHADE,
            ),
            refunds=[refund(1, LAMP=1)],
        ),
    ),
    ("orders/cancelled", at(5, cancelled_at="2026-11-23T12:00:00Z", line_items=sold(LAMP=3))),
)
BY_HAND = ("allocate", "pick")


def renumbered(body, number):
    """The same body about another order."""
    if "refund_line_items" in body:
        return body | {"order_id": number}
    return body | {"id": number, "admin_graphql_api_id": f"gid://shopify/Order/{number}"}


def play(house, steps, number):
    """Let the shop and the warehouse do these steps with the order of this number."""
    for step in steps:
        order = Order.objects.filter(reference=f"{number}").first()
        if step == "allocate":
            allocate_due()
        elif step == "pick" and order and order.shipments.filter(status="released").exists():
            picked(house, order)
        elif step not in BY_HAND:
            topic, body = step
            outcomes(house.ada.channel, renumbered(body, number), topic=topic)


def put_all_back(house, number):
    """The warehouse puts back what is picked and no longer wanted; then all waits as it was."""
    known = ShopOrder.objects.get(reference=f"{number}")
    for shipment in known.order.shipments.filter(status="picked") if known.order else ():
        put_back(shipment, actor=house.pat)
    settle_again()
    allocate_due()


def ended(number):
    """What is left of an order, and what became of it; one that never came is a cancelled one."""
    order = Order.objects.filter(reference=f"{number}").first()
    if order is None:
        return {}, "cancelled", []
    lines = {
        line.sku: (line.allocated, line.picked)
        for line in order.lines.all()
        if line.ordered > line.cancelled
    }
    holds = Hold.objects.filter(order=order, released_at__isnull=True)
    return lines, order.status, [str(hold) for hold in holds]
