"""What the tracking page says at each step of an order's way, and of its parts."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from orders.lifecycle.cancel import cancel_order
from orders.models import Promise
from tests.support.cast import make_order, make_product
from tests.support.stages import packed_shipment, planned_run, ready_shipment, sent_packages
from tests.tracking.tracked import (
    AT_THE_DOOR,
    MONDAY,
    ON_THE_DAY,
    look,
    out_for_delivery,
    proven,
    sent_order,
    split_order,
    state,
)
from warehouse.couriers.runs import deliver_stop, fail_stop, start_run
from warehouse.couriers.undo import undo_stop

pytestmark = pytest.mark.django_db


def headline(order, now=MONDAY):
    return state(order, now)["headline"]["text"]


def current_step(order, now=MONDAY):
    return [step["label"] for step in state(order, now)["steps"] if step["state"] == "current"]


def test_an_accepted_order_states_the_promise_of_its_confirmation(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1})

    promise = Promise.objects.get(order=order)
    assert (promise.earliest.isoformat(), promise.local_on.isoformat()) == (
        "2026-11-24T07:00:00+00:00",
        "2026-11-26",
    )
    assert headline(order) == "Arrives Tuesday 24 – Thursday 26 November"
    assert headline(order, MONDAY + timedelta(days=1)) == "Arrives by Thursday 26 November"
    assert current_step(order) == ["Ordered"]
    assert [parcel["state"] for parcel in state(order)["parcels"]] == ["Being prepared"]


def test_a_packed_order_says_when_it_leaves(monday_house):
    order = packed_shipment(monday_house, {"LAMP": 1}).order

    assert state(order)["headline"]["detail"] == "Packed. It leaves our warehouse by tomorrow."
    assert current_step(order) == ["Packed"]


def test_a_ready_order_waits_for_the_courier(monday_house):
    order = ready_shipment(monday_house, {"LAMP": 1}).order

    assert state(order)["headline"]["detail"] == "Packed and waiting for the courier."


def test_a_sent_order_states_the_promise_of_its_shipment(monday_house):
    order = sent_order(monday_house, {"LAMP": 1, "SHADE": 2})

    assert headline(order) == "Arrives Tuesday 24 – Wednesday 25 November"
    assert state(order)["headline"]["detail"] == "On its way to Berlin."
    assert current_step(order) == ["On its way"]
    assert state(order)["parcels"] == [
        {
            "title": "Your parcel",
            "state": "On its way",
            "when": "arrives Tuesday 24 – Wednesday 25 November",
            "tone": "active",
            "items": [
                {"quantity": 1, "title": "Title of LAMP", "note": "", "parts": [], "picture": ""},
                {"quantity": 2, "title": "Title of SHADE", "note": "", "parts": [], "picture": ""},
            ],
            "note": "",
            "open_hours": "",
            "carrier": "Our own couriers",
            "number": order.packages.get().tracking_number,
            "link": "",
        }
    ]


def test_on_the_day_the_hour_the_courier_and_the_stops_before_are_told(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})

    assert headline(order, ON_THE_DAY) == "Arrives today, 20:00 – 21:00, with Cory"
    assert state(order, ON_THE_DAY)["stops"] == "1 stop away"
    assert current_step(order, ON_THE_DAY) == ["Out for delivery"]

    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.first(), received_by="A neighbour", actor=monday_house.cory)

    assert state(order, AT_THE_DOOR)["stops"] == "You are next"


def test_the_first_stop_is_next_only_within_an_hour_of_its_window(monday_house):
    mine = sent_packages(monday_house, {"LAMP": 1})
    run, order = planned_run(monday_house, mine), mine[0].order
    at = {hour: datetime(2026, 11, 24, hour, 0, tzinfo=UTC) for hour in (7, 17)}
    with time_machine.travel(at[7], tick=False):
        start_run(run, actor=monday_house.cory)

    assert headline(order, at[7]) == "Arrives today, 19:00 – 20:00, with Cory"
    assert [state(order, at[7])["stops"], state(order, at[17])["stops"]] == ["", "You are next"]
    just_before = at[17] - timedelta(seconds=1)
    assert state(order, just_before)["stops"] == ""
    with time_machine.travel(just_before, tick=False):
        page = proven(order).get(f"/track/{order.token}/delivery/").content.decode()
        assert "Possible until 6:00" in page.replace("\u202f", " ")
        assert 'value="place"' in page
    with time_machine.travel(at[17], tick=False):
        page = proven(order).get(f"/track/{order.token}/delivery/").content.decode()
        assert 'value="place"' not in page


def test_a_delivered_order_says_when_and_forgets_the_courier(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.last(), received_by="Mrs Canary", actor=monday_house.cory)

    page = look(order, now=AT_THE_DOOR).content.decode()
    assert headline(order, AT_THE_DOOR) == "Delivered today at 19:22"
    assert headline(order, AT_THE_DOOR + timedelta(days=3)) == (
        "Delivered Tuesday 24 November at 19:22"
    )
    assert current_step(order, AT_THE_DOOR) == ["Delivered"]
    assert state(order, AT_THE_DOOR)["return_until"] == "Thursday 24 December"
    assert "Return an item" in page
    assert "Cory" not in page
    assert "Canary" not in page


def test_a_failed_attempt_says_why_and_what_follows(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(AT_THE_DOOR, tick=False):
        fail_stop(run.stops.last(), reason="not_home", actor=monday_house.cory)

    seen = state(order, AT_THE_DOOR)
    assert seen["headline"]["text"] == "We could not deliver your parcel"
    assert seen["notices"] == [
        {
            "text": "Nobody was home. Your parcel is safe with us. "
            "We will write to you as soon as a new delivery day is set.",
            "tone": "warn",
        }
    ]
    assert current_step(order, AT_THE_DOOR) == ["Out for delivery"]
    assert seen["history"][0]["text"] == "Could not be delivered: nobody was home"


def test_a_broken_promise_is_said_in_its_own_words(monday_house):
    order = sent_order(monday_house, {"LAMP": 1})

    seen = state(order, MONDAY + timedelta(days=4))
    assert seen["headline"]["text"] == "Later than planned"
    assert seen["notices"] == [
        {
            "text": "It should have arrived by Wednesday 25 November. "
            "We are sorry and will keep you updated.",
            "tone": "warn",
        }
    ]


def test_an_order_without_address_asks_for_it(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1}, street="", city="", country="")

    assert headline(order) == "We need your address"


def test_a_cancelled_order_says_so(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1})
    cancel_order(order, actor=monday_house.ada.owner)

    seen = state(order)
    assert seen["headline"]["text"] == "Your order was cancelled"
    assert (seen["steps"], seen["parcels"]) == ([], [])


def test_a_split_order_shows_each_unit_in_exactly_one_parcel(monday_house):
    seen = state(split_order(monday_house))

    assert seen["counts"] == "2 of 3 items are on their way; 1 to follow."
    assert [(parcel["title"], parcel["state"]) for parcel in seen["parcels"]] == [
        ("Parcel 1 of 2", "On its way"),
        ("Parcel 2 of 2", "Not in stock yet"),
    ]
    assert [
        [(item["quantity"], item["title"]) for item in parcel["items"]]
        for parcel in seen["parcels"]
    ] == [[(1, "Title of LAMP"), (1, "Title of VASE")], [(1, "Title of VASE")]]
    assert seen["notices"] == [
        {"text": "1 item is not in stock yet. We will ship it as soon as we can.", "tone": "info"}
    ]
    assert seen["history"][0]["text"] == "Parcel 1: left our warehouse"


def test_an_undone_delivery_is_corrected_in_the_history(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1})
    with time_machine.travel(AT_THE_DOOR, tick=False):
        stop = deliver_stop(
            run.stops.last(), received_by="Mr. B", handed_to="neighbour", actor=monday_house.cory
        )
        undo_stop(stop, actor=monday_house.cory)

    assert [(entry["text"], entry["is_undone"]) for entry in state(order)["history"][:3]] == [
        ("Correction: “Left with a neighbour” was a mistake", False),
        ("Left with a neighbour", True),
        ("Out for delivery", False),
    ]
    assert "<s>Left with a neighbour</s>" in look(order).content.decode()


@pytest.mark.parametrize(
    ("reason", "counted", "step"),
    [
        ("not_home", "1 of 3 items is not delivered yet; 2 to follow.", ["Out for delivery"]),
        ("refused", "1 of 3 items is not delivered; 2 to follow.", []),
    ],
)
def test_a_failed_part_is_not_on_its_way(monday_house, reason, counted, step):
    make_product(monday_house.ada, "VASE", "Vase")
    lines = {"LAMP": 1, "VASE": 2}
    order, run = out_for_delivery(monday_house, lines, boxes=[{"LAMP": 1}])
    with time_machine.travel(AT_THE_DOOR, tick=False):
        fail_stop(run.stops.last(), reason=reason, actor=monday_house.cory)

    seen = state(order, AT_THE_DOOR)
    assert (seen["headline"]["text"], seen["counts"]) == (
        "We could not deliver your parcel",
        counted,
    )
    assert current_step(order, AT_THE_DOOR) == step


def test_two_boxes_to_one_door_share_the_promise_of_the_door(monday_house):
    order, _ = out_for_delivery(
        monday_house, {"LAMP": 2, "SHADE": 1}, boxes=[{"LAMP": 2}, {"SHADE": 1}]
    )

    seen = state(order, ON_THE_DAY)
    assert [(parcel["title"], parcel["when"]) for parcel in seen["parcels"]] == [
        ("Parcel 1 of 2", "today, 20:00 – 21:00"),
        ("Parcel 2 of 2", "today, 20:00 – 21:00"),
    ]
    assert seen["counts"] == "All 3 items are on their way, in 2 parcels."
    assert seen["history"][0]["text"] == "Out for delivery"
