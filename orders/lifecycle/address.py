"""Enter the address of an order that came without one."""

from dataclasses import asdict, dataclass

from django.db import transaction

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.holds import NEEDS_ADDRESS, release_hold
from orders.lifecycle.label_requests import discard_labels
from orders.lifecycle.transitions import lock_order
from orders.models import Event, Hold, Order, Package, User
from orders.states import PackageStatus
from orders.zones import zone_of


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where an order goes; `country` is ISO 3166 alpha-2, `street` may have several lines."""

    customer_name: str
    street: str
    postcode: str
    city: str
    country: str
    company: str = ""
    region: str = ""


@transaction.atomic(savepoint=False)
def enter_address(order: Order, *, address: PostalAddress, actor: User | None) -> Order:
    """Enter the postal address of an order and release its `no_address` hold.

    Raises DomainError once a box has a label: the label would show another address.
    """
    order = lock_order(order.pk)
    boxes = Package.objects.filter(order=order).exclude(status=PackageStatus.CANCELLED)
    if boxes.exclude(tracking_number="").exists():
        raise DomainError(f"Order {order} already has a label: its address can no longer change.")
    discard_labels(Package.objects.filter(order=order))  # label requests with the old address
    for field, text in asdict(address).items():
        setattr(order, field, text)
    warehouse = order.seller.warehouse
    order.time_zone = zone_of(address.country, warehouse.country, warehouse.time_zone)
    order.save(update_fields=[*asdict(address), "time_zone"])
    record([Event.of(order, "address_entered", actor=actor)])
    waiting = Hold.objects.filter(order=order, reason__in=NEEDS_ADDRESS, released_at__isnull=True)
    for hold in waiting:
        release_hold(hold, actor=actor)
    return Order.objects.get(pk=order.pk)
