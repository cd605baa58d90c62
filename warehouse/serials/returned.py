"""Serial numbers of returned units: read, compared with those that were sent, taken back."""

from typing import NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db import transaction
from django.db.models import BooleanField, ExpressionWrapper, F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, ReturnLine, User
from orders.states import ReturnStatus
from orders.words import predicate, say, state
from warehouse.models import PackedSerial, ReturnedSerial

# Of a line of a return: {number, was_sent} of each unit that was read.
OF_RETURN_LINE = ArraySubquery(
    ReturnedSerial.objects.filter(return_line=OuterRef("pk"))
    .order_by("pk")
    .values(
        read=JSONObject(
            number="number",
            was_sent=ExpressionWrapper(Q(sent__isnull=False), output_field=BooleanField()),
        )
    )
)


class Serials(NamedTuple):
    """Of a line of a return: what was sent and is not back yet, and what was read on its units."""

    sent: list[str]
    read: list[ReturnedSerial]

    @property
    def others(self) -> list[str]:
        """Those that are not of the order; none where no unit was packed with one."""
        known = self.sent or any(row.sent_id for row in self.read)
        return [row.number for row in self.read if row.sent_id is None] if known else []


def serials_of(line: ReturnLine) -> Serials:
    """The serial numbers of a line of a return."""
    sent = _sent(line).filter(came_back_at=None).order_by("pk")
    read = ReturnedSerial.objects.filter(return_line=line).order_by("pk")
    return Serials(list(sent.values_list("number", flat=True)), list(read))


def has_serials(line: ReturnLine) -> bool:
    """Whether units of this line have serial numbers: they were sent with one, or should be."""
    product = line.line.product
    return bool(product and product.is_serial_tracked) or _sent(line).exists()


@transaction.atomic(savepoint=False)
def read_serial(line: ReturnLine, number: str, *, actor: User) -> ReturnedSerial:
    """Keep the serial number of a returned unit; one that was sent may be packed again.

    Another one is kept all the same, and decides nothing.
    """
    lock_orders([line.order_id])
    current = ReturnLine.objects.select_related("order_return").get(pk=line.pk)
    _refuse_unless_here(current)
    rows = ReturnedSerial.objects.filter(return_line=current)
    if rows.filter(number=number).exists():
        raise DomainError(say("Serial number {number} is read already.", number=number))
    if rows.count() >= current.received:
        raise DomainError(say("Each received unit has its serial number already."))
    latest = F("came_back_at").desc(nulls_first=True)
    sent = _sent(line).filter(number=number).order_by(latest).first()
    if sent and not sent.came_back_at:
        PackedSerial.objects.filter(pk=sent.pk).update(came_back_at=timezone.now())
    row = ReturnedSerial.objects.create(
        seller_id=current.seller_id, return_line=current, number=number, sent=sent
    )
    facts = {"serial": number, "was_sent": sent is not None}
    record([Event.of(current, "serial_read", actor=actor, **facts)])
    return row


@transaction.atomic(savepoint=False)
def forget_serial(line: ReturnLine, number: str, *, actor: User) -> None:
    """Take back a serial number that was read by mistake. Raises DomainError when too late."""
    lock_orders([line.order_id])
    current = ReturnLine.objects.select_related("order_return").get(pk=line.pk)
    _refuse_unless_here(current)
    row = ReturnedSerial.objects.filter(return_line=current, number=number).first()
    if row is None:
        raise DomainError(say("Serial number {number} is not read on this return.", number=number))
    if row.sent_id:
        mine = PackedSerial.objects.filter(pk=row.sent_id)
        mine = mine.exclude(returned__in=ReturnedSerial.objects.exclude(pk=row.pk))
        again = PackedSerial.objects.filter(product__in=mine.values("product"), number=number)
        if again.filter(came_back_at=None).exists():
            raise DomainError(
                say("Serial number {number} is packed again: it stays as it is.", number=number)
            )
        mine.update(came_back_at=None)
    row.delete()
    facts = {"serial": number, "was_sent": row.sent_id is not None}
    record([Event.of(current, "serial_forgotten", actor=actor, **facts)])


def _sent(line: ReturnLine) -> QuerySet[PackedSerial]:
    """Those of its product that left with its order, whichever line they were packed for."""
    return PackedSerial.objects.filter(
        package_line__package__order=line.order_id, product=line.line.product_id
    )


def _refuse_unless_here(line: ReturnLine) -> None:
    if line.order_return.status != ReturnStatus.RECEIVED:
        present = predicate(state(line.order_return))
        raise DomainError(
            say(
                "Return {order_return} is {present}: it cannot be inspected.",
                order_return=line.order_return,
                present=present,
            )
        )
