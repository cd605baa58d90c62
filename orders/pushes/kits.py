"""Kits that a shop is told of: whole ones, with the parcel in which their last part leaves."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from uuid import UUID

from orders.lifecycle.kits import as_sold
from orders.models import OrderLine, PackageLine, Push

PARCELS = (Push.What.SENT, Push.What.UNSENT)


def count_kits(pushes: Iterable[Push]) -> None:
    """Set the kits of new pushes, in the order of their events: those that were not told before.

    The link of the shop is locked, so that no kit is counted twice.
    """
    new = [push for push in pushes if push.what in PARCELS]
    sold = _kits_sent({push.order_id for push in new if push.what == Push.What.SENT})
    if not sold:
        return
    told: dict[UUID, dict[UUID, Counter[str]]] = defaultdict(dict)
    earlier = Push.objects.filter(order__in=sold, what__in=PARCELS).order_by("made_at", "pk")
    for push in earlier:
        _tell(told[push.order_id], push)
    for push in [push for push in new if push.order_id in sold]:
        if push.what == Push.What.SENT:
            before = sum(told[push.order_id].values(), Counter())
            push.kits = dict(sold[push.order_id] - before)
        _tell(told[push.order_id], push)


def units_of(push: Push) -> tuple[dict[str, int], bool]:
    """({the shop's id of a line: units} of a parcel, whether it holds parts of kits)."""
    units: Counter[str] = Counter()
    has_parts = False
    rows = PackageLine.objects.filter(package=push.subject_id)
    for row in rows.select_related("shipment_line__line"):
        line = row.shipment_line.line
        has_parts = has_parts or line.kit_line_id is not None
        # What was added here is of no line of the shop.
        if line.shop_line:
            units[line.shop_line] += row.quantity
    if has_parts:
        units.update(_sent_with(push))
    return dict(units), has_parts


def _kits_sent(order_ids: Iterable[UUID]) -> dict[UUID, Counter[str]]:
    """{order: {the shop's id of a line: kits of which all parts have left}} of orders with kits."""
    ids = list(order_ids)
    if not ids:
        return {}
    kits = OrderLine.objects.filter(order__in=ids, is_kit=True)
    found: dict[UUID, Counter[str]] = {}
    rows = OrderLine.objects.filter(order__in=kits.values("order"))
    for line in as_sold(rows):
        if line.is_kit and line.shop_line:
            found.setdefault(line.order_id, Counter())[line.shop_line] += line.shipped
    return found


def _tell(told: dict[UUID, Counter[str]], push: Push) -> None:
    if push.what == Push.What.SENT:
        told[push.subject_id] = Counter(push.kits)
    else:
        told.pop(push.subject_id, None)


def _sent_with(push: Push) -> dict[str, int]:
    """The kits that are told with the parcel of a push."""
    sent = Push.objects.filter(
        subject_id=push.subject_id, what=Push.What.SENT, made_at__lte=push.made_at
    )
    last = sent.order_by("-made_at", "-pk").first()
    return last.kits if last else {}
