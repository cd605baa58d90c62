"""Products of which clearly more comes back than usual: found anew each hour, seller by seller."""

import logging
from datetime import timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone

from orders.access import Viewer
from orders.models import ManyReturns, Seller
from orders.numbers.counting import Period
from orders.numbers.figures import FEW
from orders.numbers.returned import Back, units_back
from orders.statements import is_outage
from orders.words import say
from orders.words.writing import decimal

log = logging.getLogger(__name__)

# What arrived in the last days is compared with what arrived in the days before.
DAYS, USUAL_DAYS = 28, 90
TIMES, FEWEST_BACK = 2, 5
COUNTS = ("delivered", "returned", "usual_delivered", "usual_returned")


def find_many_returns() -> None:
    """Write down the products of each seller of which it is so now."""
    for pk in list(Seller.objects.order_by("pk").values_list("pk", flat=True)):
        try:
            _find(pk)
        except Exception as error:
            if is_outage(error):
                raise
            log.exception("the returns of seller %s cannot be compared", pk)  # the others' can


def is_many(now: Back, usual: Back) -> bool:
    """Whether clearly more of a product comes back than usual, and enough arrived to say so."""
    if min(now.delivered, usual.delivered) < FEW or now.units < FEWEST_BACK:
        return False
    return now.units * usual.delivered >= TIMES * usual.units * now.delivered


def said(returned: int, delivered: int, usual_returned: int, usual_delivered: int) -> str:
    """“15.0 % returned, 6 of 40; usually 5.0 %, 5 of 100”."""
    now, usual = 100 * returned / delivered, 100 * usual_returned / usual_delivered
    return say(
        "{now} % returned, {returned} of {delivered}; "
        "usually {usual} %, {usual_returned} of {usual_delivered}",
        now=decimal(now),
        returned=returned,
        delivered=delivered,
        usual=decimal(usual),
        usual_returned=usual_returned,
        usual_delivered=usual_delivered,
    )


@transaction.atomic(savepoint=False)
def _find(pk: UUID) -> None:
    """Those that stay keep since when they are known."""
    seller = Seller.objects.select_related("warehouse").get(pk=pk)
    zone = seller.warehouse.time_zone
    viewer = Viewer(seller_ids=frozenset({pk}), zone=zone)
    today = timezone.localdate(timezone=ZoneInfo(zone))
    lately = Period(today - timedelta(days=DAYS - 1), today)
    former = Period(lately.first - timedelta(days=USUAL_DAYS), lately.first - timedelta(days=1))
    now, usual = units_back(viewer, lately), units_back(viewer, former)
    rows = [
        ManyReturns(
            seller_id=pk,
            product_id=product,
            delivered=back.delivered,
            returned=back.units,
            usual_delivered=usual[product].delivered,
            usual_returned=usual[product].units,
        )
        for product, back in now.items()
        if product and product in usual and is_many(back, usual[product])
    ]
    kept = [row.product_id for row in rows]
    ManyReturns.objects.filter(seller=pk).exclude(product__in=kept).delete()
    ManyReturns.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["product"], update_fields=COUNTS
    )
