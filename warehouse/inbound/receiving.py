"""Receive announced goods: sound units into the books, damaged ones noted, differences said."""

from collections.abc import Iterable
from typing import NamedTuple

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from orders.catalogue.pictures import drawn_again
from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import move
from orders.models import Event, Product, User
from orders.words import predicate, say, state
from warehouse.models import Inbound, InboundDamage, InboundLine, Location
from warehouse.states import INBOUND_OPEN, InboundStatus
from warehouse.stock.holdings import refuse_kits
from warehouse.stock.lots import NO_LOT, GivenLot
from warehouse.stock.receiving import receive_stock, take_back


class Sums(NamedTuple):
    """Units of an inbound over all its lines."""

    announced: int
    received: int
    damaged: int
    over: int
    short: int

    @property
    def came(self) -> int:
        return self.received + self.damaged

    @property
    def differ(self) -> bool:
        """Whether something came otherwise than it was announced."""
        return bool(self.over or self.short or self.damaged)


def sums_of(lines: Iterable[InboundLine]) -> Sums:
    """Add up the lines of an inbound; units of one product do not make up for another's."""
    rows = list(lines)
    names = Sums._fields
    return Sums(*(sum(getattr(row, name) for row in rows) for name in names))


@transaction.atomic(savepoint=False)
def receive_units(
    inbound: Inbound,
    *,
    product: Product,
    quantity: int,
    location: Location,
    lot: GivenLot = NO_LOT,
    actor: User | None,
) -> InboundLine:
    """Post sound units of an inbound to a location; units that nobody announced come too."""
    current = _begin(inbound, actor)
    line = _line(current, product)
    receive_stock(
        location=location,
        product=product,
        quantity=quantity,
        lot=lot,
        subject_id=line.pk,
        actor=actor,
    )
    return _count(line, "received", quantity)


@transaction.atomic(savepoint=False)
def report_damage(
    inbound: Inbound,
    *,
    product: Product,
    units: int,
    reason: str,
    photo: bytes = b"",
    actor: User,
) -> InboundDamage:
    """Note units that arrived damaged: they never come into the books.

    Raises InvalidInput for a photo that is none.
    """
    image, size = drawn_again(photo) if photo else (None, (None, None))
    if units < 1:
        raise DomainError(say("Report at least one damaged unit."))
    current = _begin(inbound, actor)
    refuse_kits([product.pk])
    line = _count(_line(current, product), "damaged", units)
    damage = InboundDamage.objects.create(
        seller_id=current.seller_id,
        line=line,
        units=units,
        reason=reason,
        reported_by=actor,
        image=image,
        width=size[0],
        height=size[1],
    )
    _record_damage(current, damage, "damaged", actor)
    return damage


@transaction.atomic(savepoint=False)
def withdraw_damage(damage: InboundDamage, *, actor: User) -> None:
    """Take back what this person reported damaged by mistake."""
    inbound = _lock(damage.line.inbound)
    found = InboundDamage.objects.filter(pk=damage.pk, reported_by=actor)
    if not found.delete()[0]:
        raise DomainError(say("Only what you reported yourself can be undone, once."))
    _record_damage(inbound, damage, "damaged_undone", actor)
    take_back(inbound, damage.line, "damaged", damage.units, actor=actor)


@transaction.atomic(savepoint=False)
def close_inbound(inbound: Inbound, *, came: int, actor: User | None) -> Inbound:
    """Say that nothing more comes; `came`: the units that the screen had shown as arrived.

    From now on the seller sees what came otherwise. Raises DomainError where more was scanned
    since, or nothing was.
    """
    current = _lock(inbound)
    lines = list(current.lines.order_by("pk"))
    sums = sums_of(lines)
    if sums.came != came:
        raise DomainError(
            say(
                "{came} units have arrived by now, not {seen}: look again.",
                came=sums.came,
                seen=came,
            )
        )
    if not came or current.status != InboundStatus.RECEIVING:
        raise DomainError(
            say(
                "Nothing of {current} was received yet: there is nothing to close.", current=current
            )
        )
    units = {
        str(line.product_id): {
            "announced": line.announced, "received": line.received, "damaged": line.damaged,
        }
        for line in lines
    }  # fmt: skip
    changes = {"closed_at": timezone.now(), "differs": sums.differ}
    return move([current], InboundStatus.CLOSED, actor=actor, changes=changes, units=units)[0]


def _begin(inbound: Inbound, actor: User | None) -> Inbound:
    """The inbound, row-locked; with its first unit it is being received."""
    current = _lock(inbound)
    if current.status == InboundStatus.ANNOUNCED:
        return move([current], InboundStatus.RECEIVING, actor=actor)[0]
    return current


def _lock(inbound: Inbound) -> Inbound:
    current = Inbound.objects.select_for_update(no_key=True).get(pk=inbound.pk)
    if current.status not in INBOUND_OPEN:
        raise DomainError(
            say(
                "{current} is {status}.",
                current=current,
                status=predicate(state(current)),
            )
        )
    return current


def _line(inbound: Inbound, product: Product) -> InboundLine:
    """The line of a product, made where nobody announced it. Under the lock of the inbound."""
    if product.seller_id != inbound.seller_id:
        raise DomainError(
            say("{title} is not of the seller of {inbound}.", title=product.title, inbound=inbound)
        )
    last = inbound.lines.aggregate(last=Max("position"))["last"] or 0
    line, _ = InboundLine.objects.get_or_create(
        inbound=inbound,
        product=product,
        defaults={"seller_id": inbound.seller_id, "position": last + 1},
    )
    return line


def _count(line: InboundLine, counter: str, units: int) -> InboundLine:
    InboundLine.objects.filter(pk=line.pk).update(**{counter: F(counter) + units})
    line.refresh_from_db(fields=[counter])
    return line


def _record_damage(inbound: Inbound, damage: InboundDamage, what: str, actor: User) -> None:
    data = {"product": str(damage.line.product_id), "reason": damage.reason}
    record([Event.of(inbound, what, actor=actor, units=damage.units, **data)])
