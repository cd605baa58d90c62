"""A customer chooses a day on which the promised service delivers, once our couriers have it."""

from datetime import date

import pytest
from django.utils import timezone

from orders.models import Order, Promise, Wish
from orders.wishes.chances import chances_of
from orders.wishes.choosing import TooLate, choose_day
from tests.support.stages import ready_shipment, sent_packages
from warehouse.floor.hand_over import hand_over

pytestmark = pytest.mark.django_db
FRIDAY, SATURDAY, SUNDAY = (date(2026, 11, day) for day in (27, 28, 29))


def by(order, **service):
    """The order as the service promised it: at home, in a day or two."""
    kept = {"id": None, "name": "Own", "carrier": "own", "min": 1, "max": 2, "cut_off": None}
    Order.objects.filter(pk=order.pk).update(service=kept | service)
    return Order.objects.select_related("seller__warehouse").get(pk=order.pk)


def days_of(order):
    return chances_of(order, timezone.now()).days


@pytest.mark.parametrize(
    ("days", "can", "cannot"),
    [
        ("weekdays", {FRIDAY}, {SATURDAY, SUNDAY}),
        ("saturdays", {FRIDAY, SATURDAY}, {SUNDAY}),
        ("all", {FRIDAY, SATURDAY, SUNDAY}, set()),
    ],
)
def test_only_days_of_the_service_can_be_chosen(monday_house, days, can, cannot):
    order = by(sent_packages(monday_house, {"LAMP": 1})[0].order, days=days)

    offered = set(days_of(order))

    assert (can <= offered, cannot & offered) == (True, set())
    for on in cannot:
        with pytest.raises(TooLate):
            choose_day(order, on)
    assert not Wish.objects.exists()
    for on in sorted(can):
        choose_day(order, on)
        promise = Promise.objects.get(order=order, kind="arrives", settled_at=None)
        assert (promise.local_on, promise.reason) == (on, "wished")


def test_a_public_holiday_there_is_no_day_of_the_service(monday_house):
    box = sent_packages(monday_house, {"LAMP": 1})[0]
    order = by(box.order, days="saturdays")
    Order.objects.filter(pk=order.pk).update(country="AT")
    order = Order.objects.select_related("seller__warehouse").get(pk=order.pk)
    Promise.objects.filter(order=order).update(local_on=date(2026, 12, 7))

    assert date(2026, 12, 8) not in days_of(order), "the Immaculate Conception, in Austria"
    assert date(2026, 12, 9) in days_of(order)


def test_no_day_lies_before_the_hand_over_or_the_promised_day(monday_house):
    shipment = ready_shipment(monday_house, {"LAMP": 1})
    order = by(shipment.order, days="all")
    assert days_of(order) == []
    with pytest.raises(TooLate):
        choose_day(order, FRIDAY)

    (box,) = hand_over(shipment.packages.all(), actor=monday_house.pat)

    promise = Promise.objects.get(order=order, kind="arrives", settled_at=None, shipment=shipment)
    first = days_of(order)[0]
    assert first >= promise.local_on > box.handed_over_at.date()
    for on in (box.handed_over_at.date(), date(2026, 11, 22)):
        with pytest.raises(TooLate):
            choose_day(order, on)


def test_what_another_carrier_was_promised_for_has_no_day(monday_house):
    order = by(sent_packages(monday_house, {"LAMP": 1})[0].order, carrier="peer", days="all")

    assert (days_of(order), chances_of(order, timezone.now()).door) == ([], False)
