"""The wishes of customers, for those who plan a run and those who stand at the door."""

from collections import defaultdict
from collections.abc import Iterable
from uuid import UUID

from orders.models import Package, Wish
from orders.wishes.one_box import kept_from_points


def wishes_of(order_ids: Iterable[UUID]) -> dict[UUID, list[Wish]]:
    """{order id: its wishes in force}; what was erased is none.

    Nor is a pickup point that has closed, or that another order in the same box did not choose: the
    parcel goes to the door. One statement, and more only where pickup points were chosen.
    """
    rows = Wish.objects.select_related("point").filter(
        order__in=set(order_ids), ended_at__isnull=True
    )
    rows = rows.exclude(point__is_active=False)
    found: dict[UUID, list[Wish]] = defaultdict(list)
    for row in rows.order_by("pk"):
        if row.on or row.text:
            found[row.order_id].append(row)
    points = {pk: text for pk, rows in found.items() if (text := point_among(rows))}
    for pk in kept_from_points(points):
        found[pk] = [row for row in found[pk] if row.kind != Wish.Kind.PICKUP]
    return found


def point_among(wishes: Iterable[Wish]) -> str:
    """The pickup point among the wishes of an order, "" where none is chosen."""
    return next((wish.text for wish in wishes if wish.kind == Wish.Kind.PICKUP), "")


def wishes_at(packages: Iterable[Package]) -> list[Wish]:
    """What is to be done with these parcels at their door."""
    found = wishes_of(row.order_id for row in packages)
    return [wish for wishes in found.values() for wish in wishes if not wish.on]
