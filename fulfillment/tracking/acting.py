"""What only the second level of the tracking page shows: the address, and who has the parcel."""

from dataclasses import dataclass

from fulfillment.tracking.queries import Tracked
from fulfillment.tracking.wording import acts_in
from orders.models import Order, Package
from orders.states import PackageStatus

CONTACT = ("seller", "email", "country", "language")
ADDRESS = ("customer_name", "company", "street", "postcode", "city", "region")


@dataclass(frozen=True)
class Personal:
    """The address by lines, and where each delivered parcel was left."""

    address: list[str]
    left: list[str]


def order_to_prove(tracked: Tracked) -> Order:
    """The order with the fields by which a customer proves that it is theirs."""
    return Order.objects.only(*CONTACT, "number", "postcode").get(pk=tracked.order.pk)


def personal_part(tracked: Tracked) -> Personal:
    """Load what only a proven customer may see."""
    order = Order.objects.only(*CONTACT, *ADDRESS).get(pk=tracked.order.pk)
    place = " ".join(filter(None, (order.postcode, order.city)))
    lines = (order.customer_name, order.company, *order.street.split("\n"), place, order.region)
    delivered = Package.objects.filter(order=order.pk, status=PackageStatus.DELIVERED)
    rows = delivered.exclude(received_by="").order_by("created_at", "number")
    return Personal([line for line in lines if line], [_left(order, row) for row in rows])


def _left(order: Order, package: Package) -> str:
    say = acts_in(order.language)
    said = {
        Package.HandedTo.NEIGHBOUR: say.left_with,
        Package.HandedTo.SAFE_PLACE: say.left_in,
    }.get(Package.HandedTo(package.handed_to), say.received_by)
    return said.format(who=package.received_by)
