"""Of two parcels at one door one goes to a pickup point: nobody reads or does what is not so."""

from datetime import date

import pytest
import time_machine
from django.utils import timezone

from notifications.models import Message
from orders.errors import DomainError
from orders.models import Order, Package
from orders.promises.tomorrow import announce_tomorrow
from orders.wishes.at_door import wishes_of
from orders.wishes.chances import chances_of
from orders.wishes.choosing import choose_at_door, choose_point, withdraw_wish
from tests.notifications.saying import said
from tests.orders.decisions.test_merging import Town
from tests.support.cast import make_point
from tests.support.stages import planned_run, sent_packages
from tests.test_doors import signed_in
from tests.tracking.test_choices_named import EVENING
from tests.tracking.test_wishes import choose
from tests.tracking.tracked import ON_THE_DAY, proven
from tests.warehouse.couriers.test_pickup_points import KIOSK, WISH, drop, loaded, wishes
from warehouse.couriers.runs import deliver_stop, start_run, take_to_pickup_point
from warehouse.couriers.tomorrow import promise_planned_runs
from warehouse.couriers.undo import undo_stop
from warehouse.models import Stop

pytestmark = pytest.mark.django_db
ON = date(2026, 11, 24)


@pytest.fixture
def kiosk(monday_house):
    return make_point(monday_house.warehouse)


@pytest.fixture
def door(monday_house):
    """Three parcels at Grace's door, the last one of another seller."""
    rows = [
        sent_packages(monday_house, {"LAMP": 1}, postcode="10117"),
        sent_packages(monday_house, {"LAMP": 1}, postcode="10117"),
        sent_packages(monday_house, {"MUG": 1}, postcode="10117", side=monday_house.bo),
    ]
    return [box for boxes in rows for box in boxes]


@pytest.fixture
def run(monday_house, door):
    """Another door, Grace's, and another one."""
    one = sent_packages(monday_house, {"SHADE": 1})
    other = sent_packages(monday_house, {"MUG": 1}, side=monday_house.bo)
    return planned_run(monday_house, one, door, other, on=ON)


def orders_of(boxes):
    return [loaded(box.order) for box in boxes]


def start(house, run):
    with time_machine.travel(ON_THE_DAY, tick=False):
        start_run(run, actor=house.cory)


def tour(run):
    """[the orders of each stop], and [how many stops before it their customers read]."""
    stops = list(run.stops.order_by("position").prefetch_related("packages__order"))
    assert [stop.position for stop in stops] == list(range(1, len(stops) + 1))
    boxes = [sorted(stop.packages.all(), key=lambda box: box.pk) for stop in stops]
    return (
        [[box.order_id for box in rows] for rows in boxes],
        [{box.stops_before for box in rows} for rows in boxes],
    )


def test_what_goes_to_a_point_is_a_stop_of_its_own(monday_house, kiosk, door, run):
    a, b, c = orders_of(door)
    choose_point(a, kiosk.pk)
    with time_machine.travel(EVENING, tick=False):
        promise_planned_runs()
        announce_tomorrow()
        assert f"that you chose ({KIOSK})" in said(a, "delivery_tomorrow", now=EVENING).text
        assert "pickup point" not in said(b, "delivery_tomorrow", now=EVENING).text
    start(monday_house, run)
    (_, at_door, at_kiosk, _), before = tour(run)
    assert (at_door, at_kiosk, before) == ([b.pk, c.pk], [a.pk], [{None}, {1}, {2}, {3}])
    stops = list(run.stops.order_by("position"))
    assert stops[1].window_starts == stops[2].window_starts
    cory = signed_in(monday_house.cory)
    with time_machine.travel(ON_THE_DAY, tick=False):
        shown = cory.get("/courier/", {"stop": stops[1].pk}).content.decode()
        assert KIOSK not in shown
        assert "2 parcels:" in shown
        assert (
            f'required value="{KIOSK}"'
            in cory.get("/courier/", {"stop": stops[2].pk}).content.decode()
        )
        assert drop(cory, stops[2]).status_code == 302
        deliver_stop(stops[1], received_by="Grace", actor=monday_house.cory)
        assert wishes(a) == [WISH]
    rows = Package.objects.filter(pk__in=[box.pk for box in door]).order_by("pk")
    assert [(box.status, box.pickup_point) for box in rows] == [
        ("at_pickup_point", KIOSK), ("delivered", ""), ("delivered", ""),
    ]  # fmt: skip
    assert not Message.objects.filter(order__in=[b, c], template="at_pickup_point").exists()
    with time_machine.travel(ON_THE_DAY, tick=False):
        undo_stop(stops[2], actor=monday_house.cory)
    assert tour(run)[0][2] == [a.pk]


def test_what_is_chosen_on_the_road_leaves_its_stop(monday_house, kiosk, door, run):
    a, b, c = orders_of(door)
    start(monday_house, run)
    assert tour(run)[0][1] == [a.pk, b.pk, c.pk]
    with time_machine.travel(ON_THE_DAY, tick=False):
        choose_at_door(b, "neighbour", "Mrs Pale")
        assert len(tour(run)[0]) == 3, "all of it is brought to this door"
        stale = Stop.objects.prefetch_related("packages").get(run=run, position=2)
        client = proven(a, by_code=True)
        assert choose(a, "pickup", client, point=str(kiosk.pk)).status_code == 302
        (_, at_door, at_kiosk, _), before = tour(run)
        assert (at_door, at_kiosk) == ([b.pk, c.pk], [a.pk])
        assert before == [{None}, {1}, {2}, {3}], "those of other sellers, too"
        with pytest.raises(DomainError, match="A customer has just chosen another place"):
            deliver_stop(stale, received_by="Grace", actor=monday_house.cory)
        withdraw_wish(loaded(a), "pickup")
        assert len(tour(run)[0]) == 4, "it stays a stop, at the same door"
        deliver_stop(run.stops.get(position=1), received_by="Jo", actor=monday_house.cory)
    assert tour(run)[1][1:] == [{0}, {1}, {2}]


def test_of_two_who_chose_a_point_one_goes_home_after_all(monday_house, kiosk, door, run):
    a, b, c = orders_of(door)
    other = make_point(monday_house.warehouse, "Bakery")
    for order, point in ((a, kiosk), (b, kiosk), (c, other)):
        choose_point(order, point.pk)
    start(monday_house, run)
    assert tour(run)[0][1:3] == [[c.pk], [a.pk, b.pk]]
    with time_machine.travel(ON_THE_DAY, tick=False):
        choose_at_door(loaded(b), "safe_place", "Shed")
    assert tour(run)[0][1:4] == [[c.pk], [a.pk], [b.pk]]


@pytest.fixture
def shared(monday_house, kiosk):
    """Two orders of Grace that will go out in one box."""
    town = Town("LAMP", "SHADE", house=monday_house)
    return town, [loaded(order) for order in town.orders]


def test_of_one_box_nothing_is_said_that_the_other_order_did_not_choose(shared, kiosk):
    town, (a, b) = shared
    for order in (a, b):
        choose_point(order, kiosk.pk)
    town.to_hand_over()
    withdraw_wish(loaded(b), "pickup")
    town.hand_over(town.boxes()[0])
    planned_run(town.house, [town.boxes()[-1]], on=ON)
    with time_machine.travel(EVENING, tick=False):
        promise_planned_runs()
        announce_tomorrow()
        assert "pickup point" not in said(a, "delivery_tomorrow", now=EVENING).text
        assert wishes(a) == [f"{WISH} – no longer possible"]
        assert wishes_of([a.pk, b.pk])[a.pk] == []
        assert chances_of(b, timezone.now()).points == [], "it would be one for the other, too"


def test_what_both_chose_for_their_box_is_kept(shared, kiosk):
    town, (a, b) = shared
    for order in (a, b):
        choose_point(order, kiosk.pk)
    town.to_hand_over()
    town.hand_over(town.boxes()[0])
    run = planned_run(town.house, [town.boxes()[-1]], on=ON)
    with time_machine.travel(EVENING, tick=False):
        promise_planned_runs()
        announce_tomorrow()
        for order in (a, b):
            assert KIOSK in said(order, "delivery_tomorrow", now=EVENING).text
            assert wishes(order) == [WISH]
            assert len(wishes_of([order.pk])[order.pk]) == 1
    start(town.house, run)
    with time_machine.travel(ON_THE_DAY, tick=False):
        take_to_pickup_point(run.stops.get(), place=KIOSK, until=date(2026, 12, 1), actor=None)
        assert [wishes(order) for order in (a, b)] == [[WISH], [WISH]]
    assert set(Order.objects.values_list("packages__status", flat=True)) == {"at_pickup_point"}
