"""The ledger of promises: what each fact settles, and what an undo opens again."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError

from orders.errors import DomainError
from orders.intake.acceptance import accept_orders
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.transitions import move
from orders.models import Event, Order, Package, Promise
from orders.promises.revisions import revise_promise
from orders.states import PackageStatus
from tests.support import stages
from tests.support.cast import incoming, make_order, make_product, put_stock
from tests.support.stages import packed_shipment, planned_run, ready_shipment, sent_packages
from tests.support.statements import count_statements
from tests.tracking.tracked import AT_THE_DOOR, MONDAY, ON_THE_DAY, out_for_delivery, split_order
from warehouse.couriers.runs import deliver_stop, fail_stop, start_run, take_to_pickup_point
from warehouse.couriers.undelivered import collect_package, send_back, undo_send_back
from warehouse.couriers.undo import undo_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.undo import undo_hand_over, undo_packed

pytestmark = pytest.mark.django_db


def out_with_cory():
    """The warehouse, an order that Cory has in his car, and his run."""
    house = stages.open_house()
    return house, *out_for_delivery(house, {"LAMP": 1})


@pytest.fixture
def on_the_road(once):
    with time_machine.travel(MONDAY, tick=False):
        yield once(out_with_cory)


def outcomes(order):
    """[(kind, of the whole order?, outcome)] of an order's promises, oldest first."""
    rows = Promise.objects.filter(order=order).order_by("made_at", "pk")
    return [(row.kind, row.shipment_id is None, str(row.outcome)) for row in rows]


def kinds(order, prefix="promise."):
    events = Event.objects.filter(order=order, kind__startswith=prefix).order_by("pk")
    return [event.kind for event in events]


def test_hand_over_keeps_one_promise_and_refines_another(monday_house):
    with time_machine.travel(MONDAY, tick=False):
        order = sent_packages(monday_house, {"LAMP": 1})[0].order

    assert outcomes(order) == [
        ("arrives", True, "refined"),
        ("ships", False, "kept"),
        ("arrives", False, "open"),
    ]
    whole, ships, arrives = Promise.objects.filter(order=order).order_by("made_at", "pk")
    assert (arrives.replaces, ships.replaces) == (whole, None)
    assert (ships.kept_at, ships.done_at, whole.revised_at) == (MONDAY, MONDAY, MONDAY)
    assert arrives.carrier == "own"
    assert kinds(order) == []


def test_delivery_within_the_hour_keeps_the_day_and_the_hour(on_the_road):
    house, order, run = on_the_road
    with time_machine.travel(AT_THE_DOOR + timedelta(hours=1), tick=False):
        deliver_stop(run.stops.last(), received_by="Grace", actor=house.cory)

    assert outcomes(order)[2:] == [("arrives", False, "kept"), ("at_door", False, "kept")]
    door = Promise.objects.get(order=order, kind="at_door")
    assert (door.courier, door.carrier, door.is_early) == (house.cory, "own", False)


def test_delivery_before_the_hour_is_kept_and_flagged(on_the_road):
    house, order, run = on_the_road
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.last(), received_by="Grace", actor=house.cory)

    door = Promise.objects.get(order=order, kind="at_door")
    assert (door.outcome, door.kept_at) == (Promise.Outcome.EARLY, AT_THE_DOOR)
    assert door.earliest > AT_THE_DOOR


def test_delivery_after_the_hour_breaks_it_and_the_seller_hears_of_it(on_the_road):
    late = ON_THE_DAY + timedelta(hours=4, minutes=30)
    house, order, run = on_the_road
    with time_machine.travel(late, tick=False):
        deliver_stop(run.stops.last(), received_by="Grace", actor=house.cory)

    door = Promise.objects.get(order=order, kind="at_door")
    assert (door.outcome, door.broken_at, door.done_at) == (Promise.Outcome.BROKEN, late, late)
    event = Event.objects.get(order=order, kind="promise.broken")
    assert (event.subject_id, event.data) == (door.pk, {"promise": str(door.pk)})


def test_an_undone_delivery_opens_the_promises_again(on_the_road):
    house, order, run = on_the_road
    before = outcomes(order)
    with time_machine.travel(AT_THE_DOOR, tick=False):
        stop = deliver_stop(run.stops.last(), received_by="Grace", actor=house.cory)
        undo_stop(stop, actor=house.cory)

    assert outcomes(order) == before
    assert not Promise.objects.filter(order=order, kind="at_door", done_at__isnull=False).exists()


def test_a_courier_at_a_closed_door_broke_nothing(on_the_road):
    house, order, run = on_the_road
    with time_machine.travel(AT_THE_DOOR, tick=False):
        stop = fail_stop(run.stops.last(), reason=Package.Failure.NOT_HOME, actor=house.cory)

    assert outcomes(order)[2:] == [("arrives", False, "open"), ("at_door", False, "missed")]
    assert not Event.objects.filter(kind="promise.at_risk").exists()

    with time_machine.travel(AT_THE_DOOR, tick=False):
        undo_stop(stop, actor=house.cory)
    assert outcomes(order)[2:] == [("arrives", False, "open"), ("at_door", False, "open")]


@pytest.mark.parametrize(
    ("reason", "last", "is_marked"),
    [("not_home", 26, False), ("not_home", 24, True), ("refused", 26, True), ("damaged", 26, True)],
)
def test_a_failed_attempt_is_one_message_to_the_seller(on_the_road, reason, last, is_marked):
    """It is a risk only where nobody was home on the last day, or where no attempt follows."""
    house, order, run = on_the_road
    arrives = Promise.objects.filter(order=order, kind="arrives", settled_at=None)
    latest = datetime(2026, 11, last, 20, tzinfo=UTC)
    arrives.update(earliest=MONDAY, latest=latest, local_on=latest.date())
    with time_machine.travel(AT_THE_DOOR, tick=False):
        fail_stop(run.stops.last(), reason=reason, actor=house.cory)

    assert bool(arrives.get().warned_at) == is_marked
    told = order.messages.filter(audience="seller").values_list("template", flat=True)
    assert list(told) == ["seller_attempt_failed"]


def test_a_parcel_that_is_not_at_the_pickup_point_is_promised_again(on_the_road):
    house, order, run = on_the_road
    before = outcomes(order)
    with time_machine.travel(AT_THE_DOOR, tick=False):
        stop = take_to_pickup_point(
            run.stops.last(), place="Kiosk", until=date(2026, 12, 1), actor=house.cory
        )
        assert outcomes(order)[2:] == [
            ("arrives", False, "released"),
            ("at_door", False, "missed"),
        ]
        undo_stop(stop, actor=house.cory)

    assert outcomes(order) == before
    arrives = Promise.objects.get(order=order, kind="arrives", shipment__isnull=False)
    assert arrives.done_at is None


def test_what_goes_back_is_promised_no_more(on_the_road):
    house, order, run = on_the_road
    with time_machine.travel(AT_THE_DOOR, tick=False):
        fail_stop(run.stops.last(), reason=Package.Failure.REFUSED, actor=house.cory)
        box = send_back(order.packages.get(), actor=house.pat)
        assert outcomes(order)[2:] == [
            ("arrives", False, "released"),
            ("at_door", False, "missed"),
        ]
        undo_send_back(box, actor=house.pat)
        assert outcomes(order)[2:] == [("arrives", False, "open"), ("at_door", False, "missed")]
        move([box], PackageStatus.RETURNING)

    assert outcomes(order)[2] == ("arrives", False, "released")


def test_what_waits_at_a_pickup_point_has_not_arrived(on_the_road):
    house, order, run = on_the_road
    with time_machine.travel(AT_THE_DOOR, tick=False):
        last = run.stops.last()
        take_to_pickup_point(last, place="Kiosk", until=date(2026, 12, 1), actor=house.cory)
        box = order.packages.get()
        send_back(box, actor=house.pat)
        undo_send_back(box, actor=house.pat)
        assert outcomes(order)[2] == ("arrives", False, "released")
        collect_package(box, actor=house.pat)

    arrives = Promise.objects.get(order=order, kind="arrives", shipment__isnull=False)
    assert (arrives.outcome, arrives.done_at) == (Promise.Outcome.RELEASED, None)


def test_of_two_boxes_the_one_still_coming_is_promised(monday_house):
    boxes = [{"LAMP": 1}, {"SHADE": 1}]
    with time_machine.travel(MONDAY, tick=False):
        back, comes = sent_packages(monday_house, {"LAMP": 1, "SHADE": 1}, boxes=boxes)
        move([back], PackageStatus.RETURNING)
        order = back.order
        assert outcomes(order)[2:] == [("arrives", False, "open")]
        run = planned_run(monday_house, [comes])
    with time_machine.travel(AT_THE_DOOR, tick=False):
        start_run(run, actor=monday_house.cory)
        deliver_stop(run.stops.get(), received_by="Grace", actor=monday_house.cory)

    assert outcomes(order)[2] == ("arrives", False, "kept")


def test_an_undone_hand_over_brings_the_older_promise_back(monday_house):
    with time_machine.travel(MONDAY, tick=False):
        other = sent_packages(monday_house, {"LAMP": 1})[0].order
        order = sent_packages(monday_house, {"LAMP": 1})[0].order
        undo_hand_over(order.shipments.get(), actor=monday_house.pat)

    assert outcomes(other) == [
        ("arrives", True, "refined"),
        ("ships", False, "kept"),
        ("arrives", False, "open"),
    ]
    assert outcomes(order) == [
        ("arrives", True, "open"),
        ("ships", False, "open"),
        ("arrives", False, "released"),
    ]
    with time_machine.travel(MONDAY + timedelta(minutes=5), tick=False):
        hand_over(order.packages.all(), actor=monday_house.pat)
    assert outcomes(order) == [
        ("arrives", True, "refined"),
        ("ships", False, "kept"),
        ("arrives", False, "released"),
        ("arrives", False, "open"),
    ]


def test_an_undone_box_withdraws_its_promise(monday_house):
    with time_machine.travel(MONDAY, tick=False):
        shipment = packed_shipment(monday_house, {"LAMP": 1})
        undo_packed(shipment, actor=monday_house.pat)

    assert outcomes(shipment.order) == [("arrives", True, "open"), ("ships", False, "released")]


def test_a_cancelled_order_owes_nothing(monday_house):
    with time_machine.travel(MONDAY, tick=False):
        order = make_order(monday_house.ada, {"LAMP": 1})
        cancel_order(order, actor=None)

    assert outcomes(order) == [("arrives", True, "released")]
    assert kinds(order) == []


def test_nothing_to_ship_is_no_promise(monday_house):
    wanted = incoming({"GIFT CARD": 1})
    wanted.lines[0].ships = False
    (accepted,) = accept_orders(monday_house.ada.channel, [wanted])
    order = Order.objects.get(pk=accepted.order_id)

    assert order.status == "nothing_to_ship"
    assert outcomes(order) == [("arrives", True, "released")]


def test_the_rest_without_stock_has_no_promise(monday_house):
    with time_machine.travel(MONDAY, tick=False):
        order = split_order(monday_house)
    assert outcomes(order)[0] == ("arrives", True, "refined")


def test_the_rest_of_a_split_order_keeps_the_promise_of_the_order(monday_house):
    with time_machine.travel(MONDAY, tick=False):
        order = split_order(monday_house, is_restocked=True)
    assert outcomes(order) == [
        ("arrives", True, "open"),
        ("ships", False, "kept"),
        ("arrives", False, "open"),
    ]
    with time_machine.travel(MONDAY, tick=False):
        cancel_order(order, actor=None)
    assert outcomes(order)[0] == ("arrives", True, "refined")


def test_a_departure_past_the_promise_is_told(monday_house):
    thursday = MONDAY + timedelta(days=3)
    with time_machine.travel(MONDAY, tick=False):
        shipment = ready_shipment(monday_house, {"LAMP": 1})
    with time_machine.travel(thursday, tick=False):
        hand_over(shipment.packages.all(), actor=monday_house.pat)

    order = shipment.order
    assert outcomes(order) == [
        ("arrives", True, "moved"),
        ("ships", False, "broken"),
        ("arrives", False, "open"),
    ]
    whole, _, arrives = Promise.objects.filter(order=order).order_by("made_at", "pk")
    event = Event.objects.get(order=order, kind="promise.moved")
    assert event.subject_id == arrives.pk
    assert event.data == {"promise": str(arrives.pk), "former": str(whole.pk), "reason": "late"}


def test_the_number_of_statements_does_not_grow(monday_house):
    def statements_for(number):
        make_product(monday_house.ada, f"CUP{number}", "Cup")
        boxes = []
        with time_machine.travel(MONDAY, tick=False):
            put_stock(monday_house.ada.products[f"CUP{number}"], number)
            for _ in range(number):
                shipment = ready_shipment(monday_house, {f"CUP{number}": 1})
                boxes += shipment.packages.all()
        later = MONDAY + timedelta(days=5)
        with time_machine.travel(later, tick=False), count_statements() as statements:
            hand_over(boxes, actor=monday_house.pat)
        return len(statements)

    statements_for(1)
    assert statements_for(2) == statements_for(6)


def window(year, month, day, first, last):
    return {
        "earliest": datetime(year, month, day, first, tzinfo=UTC),
        "latest": datetime(year, month, day, last, tzinfo=UTC),
    }


def test_a_later_day_is_told_with_its_reason(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1})
    former = order.promises.get()
    new = revise_promise(
        former, reason="weather", actor=monday_house.ada.owner, **window(2026, 11, 27, 7, 20)
    )

    former.refresh_from_db()
    assert (former.outcome, former.revised_at) == (Promise.Outcome.MOVED, MONDAY)
    assert (new.replaces, new.reason, new.is_open) == (former, "weather", True)
    assert (new.local_on.isoformat(), new.zone) == ("2026-11-27", "Europe/Berlin")
    event = Event.objects.get(kind="promise.moved")
    assert (event.order, event.subject_id) == (order, new.pk)
    assert event.actor == monday_house.ada.owner
    assert event.data == {"promise": str(new.pk), "former": str(former.pk), "reason": "weather"}


def test_a_day_within_the_window_is_told_to_nobody(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1})
    revise_promise(order.promises.get(), reason="other", actor=None, **window(2026, 11, 26, 7, 20))

    assert kinds(order) == ["promise.adjusted"]
    assert outcomes(order) == [("arrives", True, "refined"), ("arrives", True, "open")]


@pytest.mark.parametrize(
    ("shift", "told"), [(30, "promise.adjusted"), (31, "promise.moved"), (-31, "promise.moved")]
)
def test_an_hour_may_shift_by_half_of_one(monday_house, shift, told):
    order, _ = out_for_delivery(monday_house, {"LAMP": 1})
    door = Promise.objects.get(order=order, kind="at_door")
    by = timedelta(minutes=shift)
    with time_machine.travel(ON_THE_DAY, tick=False):
        revise_promise(
            door, earliest=door.earliest + by, latest=door.latest + by, reason="other", actor=None
        )

    assert kinds(order) == [told]


@pytest.mark.parametrize(
    ("days", "reason", "text"),
    [
        ((20, 20), "other", "in the past"),
        ((27, 26), "other", "must end after it starts"),
        ((27, 27), "boredom", "Choose a reason"),
    ],
)
def test_a_senseless_window_is_refused(monday_house, days, reason, text):
    order = make_order(monday_house.ada, {"LAMP": 1})
    first, last = (datetime(2026, 11, day, 20, tzinfo=UTC) for day in days)
    with pytest.raises(DomainError, match=text):
        revise_promise(order.promises.get(), earliest=first, latest=last, reason=reason, actor=None)

    assert outcomes(order) == [("arrives", True, "open")]
    assert kinds(order) == []


def test_a_settled_promise_and_one_that_is_over_do_not_change(monday_house):
    order = sent_packages(monday_house, {"LAMP": 1})[0].order
    ships = order.promises.get(kind="ships")
    arrives = order.promises.get(kind="arrives", shipment__isnull=False)
    new = window(2026, 12, 4, 7, 20)
    with pytest.raises(DomainError, match=r"closed \(kept\)"):
        revise_promise(ships, reason="other", actor=None, **new)
    over = time_machine.travel(arrives.latest, tick=False)
    with over, pytest.raises(DomainError, match="has expired"):
        revise_promise(arrives, reason="other", actor=None, **new)

    assert kinds(order) == []


def test_the_database_settles_a_promise_once(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1})
    with pytest.raises(IntegrityError, match="a_promise_is_settled_once"):
        order.promises.update(broken_at=MONDAY, revised_at=MONDAY)
