"""The sentences of the tracking page, chosen from rows alone."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from fulfillment.tracking.page.page import describe
from fulfillment.tracking.page.words import Voice, pieces
from fulfillment.tracking.queries import (
    Box,
    Part,
    Tracked,
    TrackedLine,
    TrackedPromise,
    TrackedShipment,
)
from fulfillment.tracking.returned import Found, ReturnedUnits, TrackedReturn
from notifications.languages import phrases
from orders.models import Order, Seller, Warehouse

TODAY = date(2026, 11, 24)
NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)  # in Berlin
LAMP, SHIPMENT, NEXT_SHIPMENT = (UUID(int=number) for number in (1, 2, 3))


@pytest.mark.parametrize(
    ("first", "last", "text"),
    [
        (date(2026, 11, 25), date(2026, 11, 26), "Wednesday 25 – Thursday 26 November"),
        (date(2026, 11, 30), date(2026, 12, 1), "Monday 30 November – Tuesday 1 December"),
        (date(2026, 12, 31), date(2027, 1, 4), "Thursday 31 December – Monday 4 January 2027"),
        (date(2026, 11, 26), date(2026, 11, 26), "Thursday 26 November"),
        (date(2026, 11, 20), date(2026, 11, 26), "by Thursday 26 November"),
        (date(2026, 11, 24), date(2026, 11, 25), "by tomorrow"),
        (date(2026, 11, 25), date(2026, 11, 25), "tomorrow"),
        (date(2026, 11, 20), date(2026, 11, 24), "today"),
    ],
)
def test_days_are_said_as_a_person_would(first, last, text):
    assert Voice("en", TODAY).days(first, last) == text


@pytest.mark.parametrize(
    ("starts", "ends", "text"),
    [
        ((19, 0), (20, 0), "19:00 – 20:00"),
        ((9, 30), (10, 30), "09:30 – 10:30"),
    ],
)
def test_hours_are_said_as_in_messages(starts, ends, text):
    hours = (datetime(2026, 11, 24, *moment, tzinfo=UTC) for moment in (starts, ends))

    assert Voice("en", TODAY).hours(*hours) == text


def test_a_moment_has_its_day_and_hour():
    at = datetime(2026, 11, 24, 19, 22, tzinfo=UTC)

    def said(today):
        return Voice("en", today).moment(at)

    assert said(TODAY) == "today at 19:22"
    assert said(TODAY + timedelta(days=1)) == "yesterday at 19:22"
    assert said(TODAY + timedelta(days=2)) == "Tuesday 24 November at 19:22"
    assert said(date(2027, 1, 2)) == "Tuesday 24 November 2026 at 19:22"


def test_a_headline_breaks_only_where_it_may():
    assert pieces("Arrives today, 19:00 – 20:00, with Cory") == [
        ("Arrives today, ", False),
        ("19:00 – 20:00,", True),
        (" with Cory", False),
    ]
    assert pieces("Arrives Tuesday 24 – Wednesday 25 November") == [
        ("Arrives ", False),
        ("Tuesday 24 –", True),
        (" ", False),
        ("Wednesday 25", True),
        (" November", False),
    ]


def promised(kind, starts, ends, *, shipment=None):
    return TrackedPromise(kind, shipment, None, starts, ends, (ends + timedelta(hours=1)).date())


def box(number, status, units=1, *, shipment=SHIPMENT, **fields):
    given = {
        "courier_name": "", "stops_before": None, "failure": "", "handed_to": "",
        "pickup_point": "", "pickup_until": None, "delivered_at": None,
    } | fields  # fmt: skip
    return Box(UUID(int=100 + number), shipment, status, parts=[Part(LAMP, units)], **given)


def page(boxes, *, status="shipped", promises=(), works=(), now=NOON, returns=(), **counters):
    """The page of an order of three lamps."""
    zeros = dict.fromkeys(
        ("cancelled", "backordered", "shipped", "delivered", "lost", "came_back", "returned"), 0
    )
    seller = Seller(name="Ada's Lamps", return_days=30, warehouse=Warehouse(name="BER"))
    order = Order(
        number="#1001", status=status, city="Berlin", time_zone="Europe/Berlin", seller=seller
    )
    tracked = Tracked(
        order=order,
        lines=[TrackedLine(LAMP, "Lamp", 3, **zeros | counters)],
        boxes=list(boxes),
        works=list(works),
        promises=list(promises),
        history=[],
        returns=list(returns),
        holds=[],
    )
    return describe(tracked, now, can_return=False)


ARRIVES = promised("arrives", NOON + timedelta(days=1), NOON + timedelta(days=2))


def test_the_newest_promise_of_the_parcel_on_its_way_counts():
    sooner = promised("arrives", NOON, NOON + timedelta(days=1), shipment=SHIPMENT)
    older = promised("arrives", NOON, NOON + timedelta(days=6), shipment=SHIPMENT)

    seen = page([box(1, "in_transit", 3)], promises=[sooner, older, ARRIVES], shipped=3)

    assert seen.headline.text == "Arrives by tomorrow"


def test_the_rest_has_the_promise_of_the_order_while_it_has_none_of_its_own():
    first = box(1, "delivered", 2, delivered_at=NOON)
    promises = [promised("arrives", NOON, NOON, shipment=SHIPMENT), ARRIVES]

    seen = page([first], status="partly_delivered", promises=promises, shipped=2, delivered=2)

    assert seen.headline.text == "The rest arrives Wednesday 25 – Thursday 26 November"
    assert seen.counts == "2 of 3 items are delivered; 1 to follow."
    assert [parcel.title for parcel in seen.parcels] == ["Parcel 1 of 2", "Parcel 2 of 2"]
    assert seen.steps == []  # they would go back: one parcel has arrived


def test_what_is_not_in_stock_has_no_date_and_a_line_of_its_own():
    """The promise of the order is about the lamp that is in stock."""
    seen = page([], status="in_progress", promises=[ARRIVES], backordered=2)

    assert seen.headline.text == "Arrives Wednesday 25 – Thursday 26 November"
    assert [(parcel.title, parcel.state, parcel.items[0].quantity) for parcel in seen.parcels] == [
        ("Parcel 1 of 2", "Being prepared", 1),
        ("Parcel 2 of 2", "Not in stock yet", 2),
    ]


REPLACED = msgspec.structs.replace(ARRIVES, revised_at=NOON)


@pytest.mark.parametrize(
    ("boxes", "counters", "text", "step"),
    [
        ([], {"backordered": 3}, "Not in stock yet", "Ordered"),
        (
            [box(1, "delivered", delivered_at=NOON)],
            {"backordered": 2, "shipped": 1, "delivered": 1},
            "The rest is not in stock yet",
            None,
        ),
        (
            [box(1, "delivered", delivered_at=NOON)],
            {"shipped": 1, "delivered": 1},
            "The rest is being prepared",
            None,
        ),
    ],
)
def test_a_promise_that_was_replaced_dates_no_rest(boxes, counters, text, step):
    seen = page(boxes, status="partly_shipped", promises=[REPLACED], **counters)

    assert seen.headline.text == text
    assert next((row.label for row in seen.steps if row.state == "current"), None) == step


def test_parcels_in_three_states_are_counted():
    boxes = [box(1, "delivered", delivered_at=NOON), box(2, "handed_over", shipment=NEXT_SHIPMENT)]

    seen = page(boxes, status="partly_delivered", promises=[ARRIVES], shipped=2, delivered=1)

    assert seen.counts == "1 of 3 items is delivered; 1 is on the way; 1 to follow."


def test_an_hour_that_has_passed_is_owned_up_to():
    door = promised("at_door", NOON - timedelta(hours=2), NOON - timedelta(hours=1))
    car = box(1, "out_for_delivery", 3, courier_name="Cory", stops_before=0)

    seen = page([car], promises=[door, ARRIVES], shipped=3)
    assert seen.headline.text == "Arrives later today, with Cory"
    assert seen.stops == "You are next"
    assert [notice.text for notice in seen.notices] == [
        "It was planned for 10:00 – 11:00. We are sorry: it will still arrive today."
    ]

    later = page([car], promises=[door], shipped=3, now=NOON + timedelta(days=1))
    assert later.headline.text == "Later than planned"
    assert "Cory" not in str(later)
    assert [notice.text for notice in later.notices] == [
        "It was planned for yesterday, 10:00 – 11:00. We are sorry and will keep you updated."
    ]


@pytest.mark.parametrize(
    ("status", "headline", "notice"),
    [
        (
            "returning",
            "We could not deliver your parcel",
            "Your parcel could not be delivered and is on its way back to Ada's Lamps. "
            "Ada's Lamps will contact you about what happens next.",
        ),
        (
            "damaged",
            "There is a problem with your delivery",
            "Your parcel was damaged in transit. We are sorry and will find a solution.",
        ),
        (
            "at_pickup_point",
            "Your parcel is ready to collect",
            "Your parcel is ready to collect at the pickup point.",
        ),
    ],
)
def test_a_parcel_in_trouble_promises_nothing(status, headline, notice):
    seen = page([box(1, status, 3)], promises=[ARRIVES], shipped=3)

    assert seen.headline.text == headline
    assert [notice.text for notice in seen.notices] == [notice]
    assert bool(seen.steps) == (status == "at_pickup_point")


@pytest.mark.parametrize(
    ("until", "when", "notice", "tone"),
    [
        (
            date(2026, 12, 1),
            "until Tuesday 1 December",
            "can be collected until Tuesday 1 December",
            "info",
        ),
        (date(2026, 11, 25), "until tomorrow", "can be collected until tomorrow", "info"),
        (TODAY, "until today", "can be collected today for the last time", "info"),
        (
            date(2026, 11, 23),
            "",
            "could be collected until yesterday and goes back to Ada's Lamps",
            "warn",
        ),
    ],
)
def test_a_pickup_point_has_its_place_and_last_day(until, when, notice, tone):
    waiting = box(
        1, "at_pickup_point", 3, pickup_point="Kiosk Yilmaz, Torstraße 9", pickup_until=until
    )

    seen = page([waiting], promises=[ARRIVES], shipped=3)

    is_over = tone == "warn"
    headline = "Your parcel was not collected" if is_over else "Your parcel is ready to collect"
    assert (seen.headline.text, seen.headline.tone) == (headline, "warn" if is_over else "active")
    assert [(row.text, row.tone) for row in seen.notices] == [
        (f"Your parcel {notice}: Kiosk Yilmaz, Torstraße 9.", tone)
    ]
    assert [(parcel.state, parcel.when) for parcel in seen.parcels] == [
        ("At the pickup point", when)
    ]


@pytest.mark.parametrize(
    ("handed_to", "text"),
    [
        ("receiver", "Delivered"),
        ("", "Delivered"),
        ("neighbour", "Left with a neighbour"),
        ("safe_place", "Left in a safe place"),
    ],
)
def test_a_parcel_left_elsewhere_says_so(handed_to, text):
    there = box(1, "delivered", 3, handed_to=handed_to, delivered_at=NOON)

    seen = page([there], status="delivered", shipped=3, delivered=3)

    assert seen.headline.text == f"{text} today at 12:00"
    assert [parcel.state for parcel in seen.parcels] == [text]


def test_parcels_left_in_two_ways_are_delivered():
    boxes = [
        box(1, "delivered", 1, handed_to="receiver", delivered_at=NOON),
        box(2, "delivered", 2, handed_to="neighbour", delivered_at=NOON),
    ]

    seen = page(boxes, status="delivered", shipped=3, delivered=3)

    assert seen.headline.text == "Delivered today at 12:00"
    assert [parcel.state for parcel in seen.parcels] == ["Delivered", "Left with a neighbour"]


def test_what_came_back_is_told_beside_what_arrived():
    boxes = [box(1, "delivered", 2, delivered_at=NOON), box(2, "returned", 1)]

    seen = page(boxes, status="partly_delivered", shipped=3, delivered=2, came_back=1)

    assert seen.counts == "2 of 3 items are delivered."
    assert [notice.text for notice in seen.notices] == [
        "Parcel 2 could not be delivered and was returned to Ada's Lamps. "
        "Ada's Lamps will contact you about what happens next."
    ]


@pytest.mark.parametrize(
    ("status", "text", "tone", "step"),
    [
        ("partly_delivered", "Part of your order was delivered today at 12:00", "warn", []),
        ("partly_returned", "Part of your order was delivered today at 12:00", "warn", []),
        ("delivered", "Delivered today at 12:00", "good", ["Delivered"]),
        ("replaced", "Part of your order was delivered today at 12:00", "warn", []),
    ],
)
def test_a_part_that_arrived_is_not_the_whole(status, text, tone, step):
    boxes = [box(1, "delivered", 2, delivered_at=NOON), box(2, "lost", 1)]

    seen = page(boxes, status=status, shipped=3, delivered=2, lost=1)

    assert (seen.headline.text, seen.headline.tone) == (text, tone)
    assert [row.label for row in seen.steps if row.state == "current"] == step


def test_a_lost_order_says_so():
    seen = page([box(1, "lost", 3)], status="undelivered", shipped=3, lost=3)

    assert seen.headline.text == "Your order could not be delivered"
    assert seen.steps == []


def test_a_packed_shipment_that_should_have_left_names_no_day():
    leaves = promised("ships", NOON, NOON - timedelta(minutes=1), shipment=SHIPMENT)

    seen = page(
        [box(1, "packed", 3)],
        status="packed",
        promises=[leaves, ARRIVES],
        works=[TrackedShipment(SHIPMENT, "packed")],
    )

    assert seen.headline.detail == "Packed."


def test_cancelled_units_are_mentioned_and_awaited_no_more():
    seen = page([box(1, "in_transit", 2)], promises=[ARRIVES], shipped=2, cancelled=1)

    assert [notice.text for notice in seen.notices] == ["1 item was cancelled."]
    assert [parcel.title for parcel in seen.parcels] == ["Your parcel"]
    assert seen.counts == ""


CHECKING = "We have received it and are checking it. No action needed."
CHECKED = "We have checked it. No action needed."
EMPTY = "The parcel reached us, but it was empty. No action needed."


@pytest.mark.parametrize(
    ("status", "kinds", "received", "to_do"),
    [
        ("received", ["empty"], 0, EMPTY),
        ("closed", ["empty", "empty"], 0, EMPTY),
        ("received", ["empty"], 1, CHECKING),
        ("received", ["empty", "wrong"], 0, CHECKING),
        ("received", ["missing"], 0, CHECKING),
        ("received", [], 1, CHECKING),
        ("closed", ["empty"], 1, CHECKED),
        ("closed", [], 1, CHECKED),
    ],
)
def test_nothing_is_checked_of_an_empty_parcel(status, kinds, received, to_do):
    units = ReturnedUnits(LAMP, 1, 0, received, 0, 0, 0)
    found = [Found(kind, 1, "", "Lamp") for kind in kinds]
    back = TrackedReturn(UUID(int=9), "R-9", status, [units], found)

    (case,) = page([box(1, "delivered", 3, delivered_at=NOON)], returns=[back]).returns

    assert case.to_do == to_do


def test_what_becomes_of_things_found_is_said_as_it_is():
    assert phrases("ja").found_ends["keep"] == "ショップが引き取ります。", "not: held for you"
    assert phrases("es").found_ends["send_back"] == "Se le reenvía el artículo.", "not: refunded"
