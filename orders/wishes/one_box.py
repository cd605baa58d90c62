"""Pickup points of orders that share a box: it goes to one only where all in it chose that one."""

from collections.abc import Mapping
from uuid import UUID

from django.db.models import Q

from orders.models import Package, Wish
from orders.states import PACKAGE_TO_GO_OUT, PackageStatus

TO_COME = (PackageStatus.LABELLED, *PACKAGE_TO_GO_OUT, PackageStatus.OUT_FOR_DELIVERY)


def kept_from_points(points: Mapping[UUID, str]) -> set[UUID]:
    """Of {order id: the pickup point that is chosen}, the orders whose box cannot go there.

    Another order in the box, or in a box of that one, goes to the door or to another point. No
    statement where no point was chosen, one where no box is shared.
    """
    pairs = _sharing(set(points))
    others = {pk for pair in pairs for pk in pair} - points.keys()
    agreed = {**points, **_points_of(others)}
    while (
        differing := {
            pk for pair in pairs for pk in pair if len({agreed.get(one) for one in pair}) > 1
        }
        & agreed.keys()
    ):
        agreed = {pk: point for pk, point in agreed.items() if pk not in differing}
    return points.keys() - agreed.keys()


def _sharing(order_ids: set[UUID]) -> set[tuple[UUID, UUID]]:
    """Pairs of orders in one box that is still to come: of these orders, and of those with them."""
    pairs, asked, ahead = set[tuple[UUID, UUID]](), set[UUID](), order_ids
    while ahead:
        rows = Package.objects.filter(
            Q(order__in=ahead) | Q(inside__order__in=ahead),
            inside__isnull=False,
            status__in=TO_COME,
        )
        pairs |= set(rows.values_list("order", "inside__order"))
        asked |= ahead
        ahead = {pk for pair in pairs for pk in pair} - asked
    return pairs


def _points_of(order_ids: set[UUID]) -> dict[UUID, str]:
    rows = Wish.objects.filter(
        order__in=order_ids, kind=Wish.Kind.PICKUP, ended_at__isnull=True, point__is_active=True
    )
    return dict(rows.values_list("order", "text")) if order_ids else {}
