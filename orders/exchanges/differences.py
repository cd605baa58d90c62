"""What a product that is wanted in exchange costs more or less than what comes back, by unit.

By the price of the product, where its seller says one in the currency of the order, and what the
order cost: both with the share that the line has of the order's discount and tax. The same product
is exchanged evenly, and so is what has no price on one side. Nothing moves money here.
"""

from collections.abc import Iterable, Mapping
from uuid import UUID

from orders.models import Charge, Order, OrderLine, Product
from orders.returns.shares import split


def price_gaps(
    order: Order, wanted: Mapping[UUID, Iterable[Product]]
) -> dict[tuple[UUID, UUID], int]:
    """{(order line id, product id): by how much a unit costs more}; below 0 less, of none even."""
    rows = OrderLine.objects.filter(order=order, kit_line=None).order_by("position", "pk")
    sold = list(rows) if wanted else []
    charge = Charge.objects.filter(order=order, is_known=True).first()
    prices = [row.unit_price * row.ordered for row in sold]
    off = split(min(charge.discount, sum(prices)), prices) if charge else [0] * len(sold)
    on = split(charge.tax, prices) if charge else [0] * len(sold)
    found = {}
    for row, price, less, more in zip(sold, prices, off, on, strict=True):
        for product in wanted.get(row.pk, ()):
            is_known = price and product.price and product.price_currency == order.currency
            if is_known and product.pk != row.product_id:
                gap = product.price - row.unit_price
                share = abs(gap) * (price - less + more) // price
                if share:
                    found[row.pk, product.pk] = share if gap > 0 else -share
    return found
