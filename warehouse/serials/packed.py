"""Serial numbers of the units in boxes: which are missing, kept with their unit, free again."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db import IntegrityError, transaction
from django.db.models import F, OuterRef, QuerySet, Sum
from django.utils import timezone

from orders.errors import DomainError
from orders.models import Discrepancy, OrderLine, Package, PackageLine, Product, Shipment
from orders.states import PACKAGE_IN_HOUSE, DiscrepancyStatus, PackageStatus
from orders.words import say
from warehouse.models import PackedSerial

# Of a line of a box, and of a line of a shipment in its open box: the serial numbers, as packed.
OF_BOX_LINE = ArraySubquery(
    PackedSerial.objects.filter(package_line=OuterRef("pk")).order_by("pk").values("number")
)
IN_OPEN_BOX = ArraySubquery(
    PackedSerial.objects.filter(
        package_line__shipment_line=OuterRef("pk"),
        package_line__package__status=PackageStatus.PACKING,
    )
    .order_by("pk")
    .values("number")
)


def missing(product: Product | None, units: int, numbers: Sequence[str]) -> int:
    """How many of these units still need a serial number; none of a product that has none."""
    return max(units - len(numbers), 0) if product and product.is_serial_tracked else 0


def serial_asked(lines: Iterable[Any]) -> Any:
    """The first of these lines of which a unit in the open box lacks its serial number, or None."""
    return next((one for one in lines if missing(one.line.product, one.in_box, one.numbers)), None)


def lines_of(box: Any) -> QuerySet[Any]:
    """The lines of a box with their `numbers`."""
    return with_numbers(PackageLine.objects.filter(package=box))


def with_numbers(rows: QuerySet[Any]) -> QuerySet[Any]:
    """Lines of boxes with their `numbers`, as they were packed."""
    rows = rows.annotate(numbers=OF_BOX_LINE)
    return rows.select_related("shipment_line__line__product").order_by("pk")


def refuse_missing(lines: Iterable[Any]) -> None:
    """Raise DomainError where a unit in these `lines_of` a box has no serial number."""
    for row in lines:
        product = row.shipment_line.line.product
        if missing(product, row.quantity, row.numbers):
            told = "Scan the serial number of {title} first: the box cannot be closed without it."
            raise DomainError(say(told, title=product.title))


def keep_in_box(box: Package, line: Any, number: str) -> None:
    """`keep_serial` of a unit of this shipment line."""
    row = PackageLine.objects.get(package=box, shipment_line=line)
    keep_serial(row, line.line.product, number)


def keep_serial(row: PackageLine, product: Product, number: str) -> None:
    """Keep the serial number of a unit in an open box. Raises DomainError where it is elsewhere."""
    serial = PackedSerial(seller_id=row.seller_id, product=product, package_line=row, number=number)
    if _insert(serial):
        return
    rows = PackedSerial.objects.filter(product=product, number=number, came_back_at=None)
    other = rows.select_related("package_line__package__order").first()
    if other and other.package_line.package_id == row.package_id:
        raise DomainError(say("{number} is already in the box.", number=number))
    if other and not _came_back_unread(other):
        raise DomainError(_elsewhere(other, product))
    rows.update(came_back_at=timezone.now())
    if not _insert(serial):
        raise DomainError(say("{number} is being packed elsewhere.", number=number))


def free_serials(shipment: Shipment) -> None:
    """Free the serial numbers of a shipment whose boxes are cancelled: its units are put back."""
    PackedSerial.objects.filter(package_line__package__shipment=shipment).delete()


def _insert(serial: PackedSerial) -> bool:
    """Insert the row; False where the unit is in another box, also of who packs it at once."""
    try:
        with transaction.atomic():
            serial.save(force_insert=True)
    except IntegrityError:
        return False
    return True


def _came_back_unread(serial: PackedSerial) -> bool:
    """Whether more units of its product came back of the order than serial numbers were read."""
    order, product = serial.package_line.package.order_id, serial.product_id
    kept = Discrepancy.objects.filter(
        order=order,
        product=product,
        decision=Discrepancy.Decision.KEEP,
        status=DiscrepancyStatus.DONE,
    )
    aside = kept.aggregate(units=Sum("quantity", default=0))["units"]
    lines = OrderLine.objects.filter(order=order, product=product)
    back = lines.aggregate(units=Sum(F("returned") + F("came_back"), default=0))["units"]
    read = PackedSerial.objects.filter(
        package_line__package__order=order, product=product, came_back_at__isnull=False
    )
    return bool(aside + back > read.count())


def _elsewhere(serial: PackedSerial, product: Product) -> str:
    box = serial.package_line.package
    told = "Serial number {number} of {title} left with order {order} and has not come back."
    if box.status in PACKAGE_IN_HOUSE:
        told = "Serial number {number} of {title} is in box {box} of order {order}."
    return say(told, number=serial, title=product.title, order=box.order, box=box)
