"""Hold an order, release a hold, link a line to a product: what lets an order go on."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.aliases import keep_alias, learn, refuse_alias, same_unknown
from orders.lifecycle.kits import unpack_kits
from orders.lifecycle.transitions import (
    lock_order,
    lock_orders,
    move,
    summarize_orders,
)
from orders.models import (
    Event,
    Hold,
    Order,
    OrderLine,
    Product,
    Return,
    SalesChannel,
    Shipment,
    ShopOrder,
    SkuAlias,
    User,
)
from orders.prepared import PreparedQuery, parameter
from orders.services.choosing import choose_again, has_limits, is_beyond, is_reached
from orders.states import ShipmentStatus, ShippingRule
from orders.values.texts import one_line
from orders.words import predicate, say, say_later, state

# Such a hold ends only where there is an address to send to.
NEEDS_ADDRESS = (Hold.Reason.NO_ADDRESS, Hold.Reason.PICKUP)
# Of a shipment: a unit of its order lacks stock, and nothing of that order leaves without it.
WAITS_FOR_THE_REST = ~Q(order__ships_as=ShippingRule.AS_AVAILABLE) & Exists(
    OrderLine.objects.filter(
        order=OuterRef("order"), ships=True, ordered__gt=F("allocated") + F("cancelled")
    )
)
AWAITING = PreparedQuery(lambda: Shipment.objects.filter(WAITS_FOR_THE_REST, pk=parameter(1)))
# Of a shipment: an open hold stops it, or all of its order.
IS_HELD = Exists(
    Hold.objects.filter(
        Q(shipment__isnull=True) | Q(shipment=OuterRef("pk")),
        order=OuterRef("order"),
        released_at__isnull=True,
    )
)
LINE_IS_HELD = Exists(  # and of a line of one
    Hold.objects.filter(
        Q(shipment__isnull=True) | Q(shipment=OuterRef("shipment")),
        order=OuterRef("shipment__order"),
        released_at__isnull=True,
    )
)
# Of a shipment: its order waits on hold until units that the shop has cancelled are put back.
IS_UNWANTED = Exists(
    Hold.objects.filter(
        order=OuterRef("order"),
        reason=Hold.Reason.SHOP,
        released_at__isnull=True,
        order__in_shop__differences__contains=[[ShopOrder.TO_PUT_BACK]],
    )
)
UNREACHED = say_later("edit the address, or add a destination under Settings, Services.")
NOT_FROM_THERE = say_later(
    "bring units to another warehouse, edit the address, or add a service that goes there from it."
)
AWAITED_NAMED = 3  # a scanner's screen is small: further lines are only counted
LONGEST = timedelta(days=366)  # a later end is most likely a typing error


@transaction.atomic(savepoint=False)
def hold_order(
    order: Order,
    *,
    reason: str,
    detail: str = "",
    until: datetime | None = None,
    actor: User | None,
) -> Hold:
    """Put an order on hold: nothing of it is picked or handed over until the hold is released.

    With `until` it is released by itself at that moment.
    """
    order = lock_order(order.pk)
    _check_end(until)
    if not has_units_to_leave(order):
        present = predicate(state(order))
        raise DomainError(
            say(
                "Order {order} is {present}: there is nothing to put on hold.",
                order=order,
                present=present,
            )
        )
    if held := Hold.objects.filter(order=order, reason=reason, released_at__isnull=True).first():
        raise DomainError(say("Order {order} is already on hold: {held}.", order=order, held=held))
    hold = Hold.objects.create(
        seller_id=order.seller_id,
        order=order,
        reason=reason,
        detail=detail,
        until=until,
        opened_by=actor,
    )
    ends = {"ends_at": until.isoformat()} if until else {}
    record([Event.of(hold, "opened", actor=actor, reason=reason, **ends)])
    summarize_orders([order.pk])
    return hold


def _check_end(until: datetime | None) -> None:
    """Raise DomainError unless a hold may end then: in the future, and within a year."""
    if until is None:
        return
    now = timezone.now()
    if not now < until <= now + LONGEST:
        raise DomainError(
            say("A hold ends by itself after now, and within {days} days.", days=LONGEST.days)
        )


@transaction.atomic(savepoint=False)
def release_hold(hold: Hold, *, actor: User | None) -> Hold:
    """Release a hold; without another open hold the order's planned shipments are released too.

    An exchange that waited for its price may leave in advance then, with a day for its return.
    """
    lock_orders([hold.order_id, *_exchanged_by(hold)])
    hold = Hold.objects.select_related("order").get(pk=hold.pk)
    if hold.released_at:
        raise DomainError(say("The hold of order {order} is already released.", order=hold.order))
    if refusal := why_not_released(hold.order, hold):
        raise DomainError(refusal)
    if hold.reason == Hold.Reason.PICKUP and hold.order.service is None:
        _choose_first(hold.order_id, actor=actor)
    [hold] = close_holds([hold], actor=actor)
    release_shipments([hold.order_id], actor=actor)
    summarize_orders([hold.order_id])
    return hold


def _exchanged_by(hold: Hold) -> list[UUID]:
    """The order of whose return this is the exchange, where the hold waits for its price."""
    if hold.reason != Hold.Reason.SURCHARGE:
        return []
    return list(Return.objects.filter(exchange=hold.order_id).values_list("order", flat=True))


def is_unpaid(order: Order) -> bool:
    """Whether nothing was paid for it, as far as is known: a cancellation leaves no refund."""
    holds = Hold.objects.filter(order=order, reason=Hold.Reason.PAYMENT, released_at__isnull=True)
    not_taken = ShopOrder.NOT_TAKEN - {ShopOrder.Payment.REFUNDED}
    shop = ShopOrder.objects.filter(order=order, payment__in=not_taken)
    return holds.exists() or shop.exists()


def why_not_released(order: Order, hold: Hold) -> str:
    """What has to be mended before a hold can end; "" where nothing has to."""
    if hold.reason in NEEDS_ADDRESS and not order.has_address:
        return say("Order {order} has no complete address: enter it first.", order=order)
    if hold.reason == Hold.Reason.NO_SERVICE and not is_reached(order):
        return f"{hold.detail.rstrip('.')}: {UNREACHED}"
    if hold.reason == Hold.Reason.NO_SERVICE and is_beyond(order):
        return f"{hold.detail.rstrip('.')}: {NOT_FROM_THERE}"
    if hold.reason == Hold.Reason.SURCHARGE and _is_undecided(order):
        return say("Decide first, with its return, about what the exchange costs more.")
    return ""


def _is_undecided(order: Order) -> bool:
    """Whether a part of an order in exchange costs more, and nothing is decided of that."""
    rows = Return.objects.filter(exchange=order, surcharge_decision="")
    gaps = rows.values_list("price_gaps", flat=True).first()
    if not gaps:
        return False
    kept = OrderLine.objects.filter(order=order, ordered__gt=F("cancelled"))
    return any(gaps.get(str(pk), 0) > 0 for pk in kept.values_list("replaces", flat=True))


@transaction.atomic(savepoint=False)
def link_line(line: OrderLine, *, product: Product, actor: User | None) -> OrderLine:
    """Link a line with an unknown SKU to a product, and what the channel calls the same.

    From then on the channel means the product by this SKU: `link_what_is_known` links the rest
    where many wait. The last unknown line of an order releases its hold.
    """
    same = same_unknown(OrderLine.objects.select_related("order").get(pk=line.pk))
    rows = OrderLine.objects.select_related("order").filter(pk__in=[line.pk, *same])
    lock_orders(row.order_id for row in rows)
    by_id = {row.pk: row for row in rows.all()}
    line = by_id[line.pk]
    if line.product_id:
        raise DomainError(say("{title} is already linked to a product.", title=line.title))
    if product.seller_id != line.seller_id:
        raise DomainError(say("{sku} belongs to another seller.", sku=product.sku))
    learn(line, product, actor=actor)
    link_rows([(row, product) for row in by_id.values() if row.product_id is None], actor=actor)
    line.product = product
    return line


def link_rows(meant: Sequence[tuple[OrderLine, Product]], *, actor: User | None) -> None:
    """Link lines of locked orders to their products; the last of an order releases its hold."""
    for row, product in meant:
        row.product = product
    OrderLine.objects.bulk_update([row for row, _ in meant], ["product"])
    unpack_kits(row for row, _ in meant)
    record(
        [
            Event.of(
                row.order, "line_linked", actor=actor, line=str(row.pk), product=str(product.pk)
            )
            for row, product in meant
        ]
    )
    for order_id in sorted({row.order_id for row, _ in meant}):
        release_sku_holds(order_id, actor=actor)


@transaction.atomic(savepoint=False)
def name_product(
    product: Product, channel: SalesChannel, sku: str, *, actor: User | None
) -> tuple[SkuAlias, int]:
    """Say that a channel means a product by this SKU, and link the lines that wait for it.

    Returns the alias and how many lines waited: a few hundred are linked here, the rest by
    `link_what_is_known`. Raises InvalidInput: sku or channel.
    """
    refuse_alias(product, channel, sku)
    held = Hold.objects.filter(
        seller=product.seller_id, reason=Hold.Reason.UNKNOWN_SKU, released_at__isnull=True
    )
    waiting = OrderLine.objects.filter(
        order__in=held.values("order"),
        order__channel=channel,
        sku__iexact=one_line(sku),
        product__isnull=True,
        ships=True,
        ordered__gt=F("cancelled"),
    )
    number = waiting.count()
    # Orders are locked before the alias is written, as where a line is linked.
    if line := waiting.order_by("order_id", "pk").first():
        link_line(line, product=product, actor=actor)
    return keep_alias(product, channel, sku, actor=actor), number


def release_sku_holds(order_id: UUID, *, actor: User | None) -> None:
    """Release the `unknown_sku` holds of a locked order once all lines to send have a product."""
    wanted = Q(ships=True, product__isnull=True, ordered__gt=F("cancelled"))
    if OrderLine.objects.filter(wanted, order=order_id).exists():
        return
    follow_goods(order_id, actor=actor)
    holds = Hold.objects.filter(order=order_id, reason=Hold.Reason.UNKNOWN_SKU)
    for hold in holds.filter(released_at__isnull=True):
        release_hold(hold, actor=actor)


def follow_goods(order_id: UUID, *, actor: User | None) -> None:
    """Choose the service of a locked order again where what is wanted of it may need another."""
    order = Order.objects.select_related("seller__warehouse").get(pk=order_id)
    if not order.has_address or (is_reached(order) and not has_limits(order.seller)):
        return
    former = order.service
    refusal = choose_again(order, keep=True)
    if order.service != former:
        order.save(update_fields=["service"])
    follow_service(order, refusal, actor=actor)


def _choose_first(order_id: UUID, *, actor: User | None) -> None:
    """Choose the service of an order that was to be collected, and is sent after all."""
    order = Order.objects.select_related("seller__warehouse").get(pk=order_id)
    refusal = choose_again(order)
    order.save(update_fields=["service"])
    follow_service(order, refusal, actor=actor)


def follow_service(order: Order, refusal: str, *, actor: User | None) -> None:
    """Hold a locked order that no service takes, with this reason, and no other any longer.

    One whose units lie where no service brings them from waits until the allocator has others.
    """
    if not refusal and is_beyond(order):
        return
    held = Hold.objects.filter(
        order=order, reason=Hold.Reason.NO_SERVICE, released_at__isnull=True
    ).first()
    detail = refusal[: Hold._meta.get_field("detail").max_length]
    if held and not refusal:
        release_hold(held, actor=actor)
    elif held and held.detail != detail:
        held.detail = detail
        held.save(update_fields=["detail"])
    elif refusal and not held and has_units_to_leave(order):
        hold_order(order, reason=Hold.Reason.NO_SERVICE, detail=detail, actor=actor)


@transaction.atomic(savepoint=False)
def release_shipments(order_ids: Iterable[UUID], *, actor: User | None = None) -> list[Shipment]:
    """Release the planned shipments of these orders that no open hold stops.

    What ships all together waits until each unit of its order has stock.
    """
    ids = list(order_ids)
    lock_orders(ids)
    holds = Hold.objects.filter(order__in=ids, released_at__isnull=True)
    held = list(holds.values_list("order_id", "shipment_id"))
    planned = Shipment.objects.filter(order__in=ids, status=ShipmentStatus.PLANNED)
    whole_orders = [order_id for order_id, shipment_id in held if not shipment_id]
    stopped = [shipment_id for _, shipment_id in held if shipment_id]
    free = planned.exclude(order__in=whole_orders).exclude(pk__in=stopped)
    free = free.exclude(WAITS_FOR_THE_REST)
    return move(free, ShipmentStatus.RELEASED, actor=actor)


def awaited(shipment: Shipment) -> str:
    """The units without stock for which nothing of its order leaves: “2 × Lamp”; "" of others."""
    if not AWAITING(shipment.pk):
        return ""
    lines = OrderLine.objects.filter(order=shipment.order_id, ships=True)
    lacking = lines.annotate(units=F("ordered") - F("allocated") - F("cancelled"))
    name = Coalesce("product__title", "title")
    rows = list(lacking.filter(units__gt=0).order_by("position").values_list("units", name))
    named = [f"{units} × {title}" for units, title in rows[:AWAITED_NAMED]]
    if more := len(rows) - len(named):
        named.append(f"{more} more")
    return ", ".join(named)


def ended_with_its_order(hold: Hold) -> bool:
    """Whether a hold ended because all of its order was cancelled: nobody has let it go."""
    ended = Event.objects.filter(order=hold.order_id, kind="hold.released", subject_id=hold.pk)
    cancellations = Event.objects.filter(order=hold.order_id, kind="order.cancelled")
    return cancellations.filter(transaction_id__in=ended.values("transaction_id")).exists()


def has_units_to_leave(order: Order) -> bool:
    """Whether a unit of the order is still to be handed over."""
    here = Q(ordered__gt=F("cancelled") + F("shipped"))
    return OrderLine.objects.filter(here, order=order, ships=True).exists()


def close_holds(holds: Iterable[Hold], *, actor: User | None) -> list[Hold]:
    """Mark open holds released, with an event each."""
    now = timezone.now()
    open_holds = list(holds)
    for hold in open_holds:
        hold.released_at, hold.released_by = now, actor
    Hold.objects.bulk_update(open_holds, ["released_at", "released_by"])
    record([Event.of(hold, "released", actor=actor, reason=hold.reason) for hold in open_holds])
    return open_holds
