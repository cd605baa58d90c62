"""What will miss its deadline is marked for its seller, and the mark taken off again."""

from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from fulfillment.dashboard.queries.worklist import worklist
from orders.access import Viewer
from orders.models import Shipment
from tests.support.cast import MONDAY, make_order
from tests.warehouse.walking import pick_all, scan, take
from warehouse.stock.allocation import allocate_due
from warehouse.tasks import foresee_lateness

pytestmark = pytest.mark.django_db


@pytest.fixture
def orders(house):
    """Ada's order of two lines and two of Bo's, all due in two hours and a bit."""
    ada, bo = house.ada, house.bo
    made = [make_order(ada, {"LAMP": 1, "SHADE": 1}), *(make_order(bo, {"MUG": 1}) for _ in "12")]
    allocate_due()
    Shipment.objects.update(ship_by=MONDAY + timedelta(hours=2, minutes=5))
    return made


def listed(side):
    matters = worklist(Viewer.of(side.owner), timezone.now())
    return {kind: sorted(matter.number for matter in rows) for kind, rows in matters.items()}


def test_what_is_late_at_this_pace_is_told_two_hours_before(house, orders):
    """Two lines were picked in the last hour: four of six are picked in two hours."""
    with time_machine.travel(timezone.now() - timedelta(minutes=59, seconds=59), tick=False):
        pick_all(take(house.warehouse, house.pat), house.pat)
    extra = [make_order(house.bo, {"MUG": 1}) for _ in range(4)]
    allocate_due()
    Shipment.objects.filter(order__in=extra).update(ship_by=MONDAY + timedelta(hours=2, minutes=5))

    foresee_lateness()

    marked = Shipment.objects.filter(will_miss_since__isnull=False).values_list("order", flat=True)
    assert set(marked) == {order.pk for order in extra[2:]}
    assert listed(house.bo)["will_miss"] == [order.number for order in extra[2:]]
    assert not {extra[2].number, extra[3].number} & set(listed(house.bo)["late"])
    assert "will_miss" not in listed(house.ada), "each seller sees the own ones"


def test_the_mark_is_taken_off_when_it_goes_faster(house, orders):
    Shipment.objects.update(ship_by=MONDAY + timedelta(hours=1, minutes=5))
    foresee_lateness()
    assert listed(house.bo) == {"will_miss": [order.number for order in orders[1:]]}
    assert listed(house.ada) == {"will_miss": [orders[0].number]}

    pick_all(take(house.warehouse, house.pat), house.pat)
    foresee_lateness()

    assert "will_miss" not in listed(house.ada), "it is picked"
    assert "will_miss" not in listed(house.bo), "two lines in no time say nothing yet"
    with time_machine.travel(timezone.now() + timedelta(minutes=30), tick=False):
        foresee_lateness()
        assert "will_miss" not in listed(house.bo), "four lines an hour are enough for two"


def test_one_pick_at_the_beginning_of_a_shift_alarms_nobody(house, orders):
    """Seven lines due in six hours; one line of an hour that has just begun is picked."""
    extra = [make_order(house.bo, {"MUG": 1}) for _ in range(4)]
    allocate_due()
    Shipment.objects.update(ship_by=MONDAY + timedelta(hours=6))
    scan(take(house.warehouse, house.pat).lines.first(), house.pat)
    foresee_lateness()
    assert not Shipment.objects.filter(will_miss_since__isnull=False).exists()

    with time_machine.travel(timezone.now() + timedelta(minutes=50), tick=False):
        foresee_lateness()  # one line in 50 minutes: the last is picked after six hours
    assert listed(house.bo)["will_miss"] == [extra[3].number]


def test_nobody_picks_and_there_is_time(house, orders):
    foresee_lateness()

    assert not Shipment.objects.filter(will_miss_since__isnull=False).exists()
    assert "will_miss" not in listed(house.ada)
