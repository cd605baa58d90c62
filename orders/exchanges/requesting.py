"""A customer requests an exchange: a return, and an order on hold whose stock is reserved at once.

The order costs nothing and waits for the return (`orders/returns/exchanged.py`). Of a product of
which too little is there nothing is promised: the request is refused as a whole.
"""

from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.module_loading import import_string

from orders.errors import Refusal
from orders.exchanges.differences import price_gaps
from orders.intake.acceptance import accept_orders
from orders.lifecycle.holds import hold_order
from orders.models import Hold, KitPart, Order, OrderLine, Product, Return
from orders.problems.answering import COPIED, replacement_channel
from orders.returns.ahead import send_ahead
from orders.returns.exchanged import surcharge_of
from orders.returns.handling import request_return
from orders.returns.policy import local_day
from orders.returns.terms import BOTH, CREDIT, EXCHANGE, REPAIR
from orders.shops.base import IncomingLine, IncomingOrder
from orders.states import RETURN_OPEN, ReturnStatus, ShippingRule
from orders.values.money import plain

MOST_OFFERED = 50  # products of one line: more than a person looks through


def exchanges_of(order: Order, line_ids: Iterable[UUID]) -> dict[UUID, list[Product]]:
    """{order line id: the products for which its units may be exchanged, the same one first}.

    None where the seller exchanges nothing, where it has no address, of kits and of their parts.
    """
    seller = order.seller
    if seller.exchange_days is None or order.is_gift or not order.has_address:
        return {}
    lines = OrderLine.objects.filter(
        pk__in=list(line_ids), product__is_active=True, is_kit=False, kit_line__isnull=True
    )
    kits = KitPart.objects.filter(seller=order.seller_id).values("kit")
    found = {}
    for line in lines.select_related("product").exclude(product__in=kits):
        if line.product is not None:
            found[line.pk] = [line.product, *_alike(line.product, seller.exchange_skus)]
    return found


@transaction.atomic(savepoint=False)
def request_exchange(
    order: Order,
    *,
    units: Mapping[UUID, int],
    wanted: Mapping[UUID, UUID],
    wish: str = "",
    shown_gaps: Mapping[tuple[UUID, UUID], int] | None = None,
    **asked_for: Any,
) -> Return:
    """Request a return of {order line id: units}, some of them for {order line id: product id}.

    `wish`: CREDIT for what is refunded of it, REPAIR for all of it; `asked_for`: the rest of what
    `request_return` takes.
    `shown_gaps`: what the form said that each costs more, 0 where it said nothing; the price of
    one that is not in it, or is another by now, was not shown.
    Raises DomainError as that does; Refusal where a product is not to be had. What a rule of the
    policy refuses is exchanged for nothing.
    """
    if missing := [pk for pk in wanted if not units.get(pk)]:
        title = OrderLine.objects.filter(pk__in=missing, order=order).values_list("title").first()
        raise Refusal(
            "no_units",
            "Choose how many you send back of what you exchange.",
            title=title[0] if title else "",
        )
    if wanted and wish == REPAIR:
        raise Refusal("repair_alone", "What is repaired comes back: exchange nothing with it.")
    if wanted:
        wish = BOTH if wish == CREDIT else EXCHANGE
    asked = request_return(order, units=dict(units), wish=wish, **asked_for)
    if not wanted or asked.status not in RETURN_OPEN:
        return asked
    order = Order.objects.select_related("seller__warehouse").get(pk=order.pk)
    chosen = _chosen_lines(order, units, wanted)
    gaps = price_gaps(order, {line.pk: [product] for line, product, _ in chosen})
    others = [(line.pk, product.pk) for line, product, _ in chosen if product.pk != line.product_id]
    if shown_gaps is not None and any(shown_gaps.get(pk) != gaps.get(pk, 0) for pk in others):
        raise Refusal("price", "What you want does not cost what was shown: look again.")
    asked.price_gaps = {str(line): gap for (line, _), gap in sorted(gaps.items())}
    _keep(order, asked, chosen)
    if asked.status == ReturnStatus.APPROVED:  # by a rule, before it was kept
        send_ahead(asked, actor=None)
    return asked


def _alike(product: Product, beginnings: Iterable[str]) -> list[Product]:
    """Other products whose SKU begins with the same of these."""
    mine = [Q(sku__startswith=text) for text in beginnings if product.sku.startswith(text)]
    if not mine:
        return []
    alike = mine[0]
    for other in mine[1:]:
        alike |= other
    rows = Product.objects.filter(alike, seller=product.seller_id, is_active=True)
    rows = rows.exclude(pk=product.pk).exclude(pk__in=KitPart.objects.values("kit"))
    return list(rows.order_by("title", "sku")[: MOST_OFFERED - 1])


def _chosen_lines(
    order: Order, units: Mapping[UUID, int], chosen: Mapping[UUID, UUID]
) -> list[tuple[OrderLine, Product, int]]:
    offered = exchanges_of(order, chosen)
    lines = OrderLine.objects.filter(pk__in=chosen, order=order).order_by("position")
    found = []
    for line in lines:
        products = {product.pk: product for product in offered.get(line.pk, ())}
        product = products.get(chosen[line.pk])
        if product is None:
            raise Refusal("no_exchange", "This product is not exchanged.")
        found.append((line, product, units[line.pk]))
    return found


def _keep(order: Order, asked: Return, chosen: list[tuple[OrderLine, Product, int]]) -> None:
    """Write the order that waits for the return, and reserve its stock."""
    incoming = IncomingOrder(
        reference=f"exchange-{asked.pk}",
        number=f"{order.number[:50]}-X{_count(order) + 1}",
        placed_at=timezone.now(),
        lines=[
            IncomingLine(sku=product.sku, title=product.title, quantity=number)
            for _, product, number in chosen
        ],
        ships_as=ShippingRule.COMPLETE,
        is_held=True,
        exchange=str(asked.pk),
        **{name: getattr(order, name) for name in COPIED},
    )
    (accepted,) = accept_orders(replacement_channel(order, None), [incoming])
    kept = Order.objects.get(pk=accepted.order_id)
    lines = list(OrderLine.objects.filter(order=kept, kit_line=None).order_by("position"))
    for row, (line, _, _) in zip(lines, chosen, strict=True):
        row.replaces = line
        row.save(update_fields=["replaces"])
    hold_order(
        kept, reason=Hold.Reason.EXCHANGE, detail=f"Return {asked.number} has to come", actor=None
    )
    asked.exchange = kept
    if more := surcharge_of(asked):
        detail = f"{plain(more, order.currency)} more than what comes back"
        hold_order(kept, reason=Hold.Reason.SURCHARGE, detail=detail, actor=None)
    import_string(settings.ALLOCATE_NOW)(kept.pk)
    for row in OrderLine.objects.filter(order=kept).order_by("position"):
        if row.ships and row.allocated < row.ordered:
            raise Refusal("stock", f"{row.title}: too few are in stock.", title=row.title)
    asked.exchange = Order.objects.get(pk=kept.pk)
    days = timedelta(days=order.seller.exchange_days or 0)
    asked.exchange_until = local_day(order, timezone.now()) + days
    asked.save(update_fields=["exchange", "exchange_until", "price_gaps"])


def _count(order: Order) -> int:
    return Return.objects.filter(order=order, exchange__isnull=False).count()
