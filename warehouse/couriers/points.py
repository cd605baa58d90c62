"""The pickup points of a warehouse: added, changed and closed by its lead."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from orders.errors import DomainError
from orders.events.recording import record
from orders.lifecycle.transitions import lock_orders
from orders.models import Event, PickupPoint, User, Warehouse
from orders.models.shipments import PLACE
from orders.states import OrderStatus
from orders.values.postal import delivery_country, postcode
from orders.values.texts import one_line
from orders.values.unfit import Unfit
from orders.wishes.chances import delivery_chances
from orders.words import say

MOST_POINTS = 200
# Nothing of these orders is to come any more.
OVER = (OrderStatus.DELIVERED, OrderStatus.RETURNED, OrderStatus.CANCELLED)
ADDRESS = ("name", "street", "postcode", "city", "country")
FIELDS = (*ADDRESS, "hours", "days_kept")


@transaction.atomic(savepoint=False)
def add_point(warehouse: Warehouse, given: Mapping[str, Any], *, actor: User | None) -> PickupPoint:
    """Add a pickup point to those of a warehouse. Raises DomainError where a value is wrong."""
    house = Warehouse.objects.select_for_update(no_key=True).get(pk=warehouse.pk)
    if PickupPoint.objects.filter(warehouse=house, is_active=True).count() >= MOST_POINTS:
        raise DomainError(say("A warehouse has at most {most} pickup points.", most=MOST_POINTS))
    point = PickupPoint(warehouse=house, **_checked(given))
    _refuse_another(point)
    point.save(force_insert=True)
    _record(point, "added", FIELDS, actor)
    return point


@transaction.atomic(savepoint=False)
def change_point(
    point: PickupPoint, given: Mapping[str, Any], *, actor: User | None
) -> PickupPoint:
    """Write what a pickup point is; whatever customers have chosen keeps its name and address.

    Raises DomainError where that would change, or a value is wrong.
    """
    Warehouse.objects.select_for_update(no_key=True).get(pk=point.warehouse_id)
    current = _locked(point)
    if not current.is_active:
        raise DomainError(say("{point} is closed: add it anew.", point=current))
    values = _checked(given)
    changed = [name for name in FIELDS if getattr(current, name) != values[name]]
    if set(changed) & set(ADDRESS) and current.wishes.exists():
        raise DomainError(
            say(
                "Customers have chosen {point}: its name and address stay. "
                "Close it and add another one.",
                point=current,
            )
        )
    for name in changed:
        setattr(current, name, values[name])
    _refuse_another(current)
    if changed:
        current.save(update_fields=changed)
        _record(current, "changed", changed, actor)
    return current


@transaction.atomic(savepoint=False)
def close_point(point: PickupPoint, *, actor: User | None) -> PickupPoint:
    """Offer it no more, for good; whose parcel was to go there is told that it comes to the door.

    What waits there already is collected there.
    """
    wishes = point.wishes.filter(ended_at__isnull=True).exclude(order__status__in=OVER)
    lock_orders(wishes.values_list("order", flat=True))
    current = _locked(point)
    if not current.is_active:
        raise DomainError(say("{point} is closed already.", point=current))
    chosen = list(wishes.select_related("order__seller__warehouse").order_by("order"))
    chances = delivery_chances([wish.order for wish in chosen], timezone.now())
    current.is_active = False
    current.save(update_fields=["is_active"])
    _record(current, "closed", (), actor)
    told = [wish.order for wish in chosen if chances[wish.order_id].point == wish.text]
    record([Event.of(order, "point_closed", actor=actor) for order in told])
    return current


def _locked(point: PickupPoint) -> PickupPoint:
    return PickupPoint.objects.select_for_update(no_key=True).get(pk=point.pk)


def _refuse_another(point: PickupPoint) -> None:
    same = {name: getattr(point, name) for name in ("name", "street", "postcode", "city")}
    others = PickupPoint.objects.filter(warehouse=point.warehouse_id, is_active=True, **same)
    if others.exclude(pk=point.pk).exists():
        raise DomainError(say("{point} is on the list already, with this address.", point=point))


def _checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The values as they are kept. Raises DomainError for the first one that is wrong."""
    values = {name: one_line(str(given[name])) for name in ADDRESS}
    for name in ("name", "street", "city"):
        if not values[name]:
            raise DomainError(say("Enter the name, the street and the town."))
    try:
        values["country"] = delivery_country(values["country"])
        values["postcode"] = postcode(values["postcode"], values["country"])
    except Unfit as error:
        raise DomainError(say("The address is wrong: {problem}.", problem=error)) from error
    if not values["country"]:
        raise DomainError(say("Enter the country, as two letters like DE."))
    label = PickupPoint(**values).label
    if label[PLACE:]:
        raise DomainError(
            say(
                "Name and address have at most {most} characters, not {n}.",
                most=PLACE,
                n=len(label),
            )
        )
    return values | {
        "hours": [one_line(text) for text in given["hours"]],
        "days_kept": given["days_kept"],
    }


def _record(point: PickupPoint, what: str, fields: Sequence[str], actor: User | None) -> None:
    told = {"fields": list(fields)} if fields else {}
    kind = f"{point.KIND}.{what}"
    record([Event(kind=kind, subject_id=point.pk, actor=actor, data=told)])
