"""An order in several parcels: the page says which one failed, and when only a part arrives."""

from datetime import timedelta

import pytest
import time_machine

from fulfillment.tracking.languages import WORDS
from notifications.channels.base import END_OF_ISOLATE, ISOLATE
from notifications.languages import LANGUAGES
from orders.wishes.choosing import choose_day
from tests.support.stages import planned_run, sent_packages
from tests.tracking.tracked import AT_THE_DOOR, MONDAY, ON_THE_DAY, look, state
from warehouse.couriers.lost import mark_lost
from warehouse.couriers.runs import deliver_stop, fail_stop, start_run

pytestmark = pytest.mark.django_db

LATER = AT_THE_DOOR + timedelta(hours=2)  # 21:22 in Berlin
LOST = (
    "Parcel 1 was lost in transit. We are sorry: Ada's Lamps decides what happens next "
    "and will contact you."
)
DAMAGED = (
    "Parcel 1 was damaged in transit and will not be delivered. We are sorry: Ada's Lamps "
    "decides what happens next and will contact you."
)
NOT_HOME = (
    "Nobody was home. Parcel 2 is safe with us. We will write to you as soon as a new "
    "delivery day is set."
)


def lamp_and_shades(house):
    """The parcels of one order: a lamp, and two shades."""
    return sent_packages(house, {"LAMP": 1, "SHADE": 2}, boxes=[{"LAMP": 1}, {"SHADE": 2}])


def out(house, box, *, days=0):
    """Cory's run with this parcel, which he has in his car; his hour is 19:00 to 20:00."""
    starts = ON_THE_DAY + timedelta(days=days)
    with time_machine.travel(starts - timedelta(hours=9), tick=False):
        run = planned_run(house, [box], on=starts.date())
    with time_machine.travel(starts, tick=False):
        start_run(run, actor=house.cory)
    return run


def fails(house, box, reason, *, days=0):
    run = out(house, box, days=days)
    with time_machine.travel(AT_THE_DOOR + timedelta(days=days), tick=False):
        fail_stop(run.stops.get(), reason=reason, actor=house.cory)


def arrives(house, run, **given):
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory, **given)


def is_lost(house, box):
    with time_machine.travel(MONDAY + timedelta(days=1), tick=False):
        mark_lost(box, reason="stolen", actor=house.pat)


def said(page):
    return [notice["text"] for notice in page["notices"]]


def shown(page):
    return [(parcel["title"], parcel["state"], parcel["when"]) for parcel in page["parcels"]]


def test_a_parcel_that_failed_is_named_beside_the_one_that_arrives(monday_house):
    lamp, shades = lamp_and_shades(monday_house)
    fails(monday_house, lamp, "damaged")
    out(monday_house, shades, days=1)

    page = state(lamp.order, ON_THE_DAY + timedelta(days=1))

    assert page["headline"]["text"] == (
        "Part of your order arrives today, 19:00 – 20:00, with Cory"
    )
    assert said(page) == [DAMAGED]


def test_each_parcel_that_failed_says_why(monday_house):
    lamp, shades = lamp_and_shades(monday_house)
    fails(monday_house, lamp, "damaged")
    fails(monday_house, shades, "not_home", days=1)

    assert said(state(lamp.order, AT_THE_DOOR + timedelta(days=1))) == [DAMAGED, NOT_HOME]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_names_the_parcel(language):
    words = WORDS[language]
    texts = [*words.failures.values(), words.new_day, *words.trouble.values()]

    assert [text for text in texts if "{parcel}" not in text] == []
    assert len({*words.at_door.values(), *words.later_today.values()}) == 6
    assert len({words.arrives, words.part_arrives, words.rest_arrives}) == 3
    assert not {*words.part_done.values()} & {*words.done.values()}


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, "Part of your order was delivered today at 19:22"),
        (
            {"handed_to": "neighbour"},
            "Part of your order was left with a neighbour today at 19:22",
        ),
    ],
)
def test_a_part_that_arrived_is_not_the_whole(monday_house, given, text):
    lamp, shades = lamp_and_shades(monday_house)
    is_lost(monday_house, lamp)
    arrives(monday_house, out(monday_house, shades), **given)

    page = state(lamp.order, AT_THE_DOOR)

    assert page["headline"] == {"text": text, "detail": "In Berlin.", "tone": "warn"}
    assert (page["counts"], page["steps"]) == ("2 of 3 items are delivered.", [])
    assert said(page) == [LOST]


def test_a_part_on_the_van_is_said_to_be_one(monday_house):
    lamp, shades = lamp_and_shades(monday_house)
    run = out(monday_house, lamp)

    first = state(lamp.order, ON_THE_DAY)["headline"]["text"]
    arrives(monday_house, run)
    out(monday_house, shades, days=1)
    second = state(lamp.order, ON_THE_DAY + timedelta(days=1))["headline"]["text"]

    assert (first, second) == (
        "Part of your order arrives today, 19:00 – 20:00, with Cory",
        "The rest arrives today, 19:00 – 20:00, with Cory",
    )


def test_after_a_loss_nothing_is_the_rest(monday_house):
    """The one that comes is a part, also where nothing else will."""
    lamp, shades = lamp_and_shades(monday_house)
    is_lost(monday_house, lamp)
    out(monday_house, shades)

    page = state(lamp.order, ON_THE_DAY)

    assert page["headline"]["text"] == (
        "Part of your order arrives today, 19:00 – 20:00, with Cory"
    )
    assert said(page) == [LOST]


def test_what_arrives_after_a_loss_is_a_part(monday_house):
    """Before the van leaves, too; of what nothing is lost it is the whole."""
    lamp, shades = lamp_and_shades(monday_house)
    before = state(lamp.order, ON_THE_DAY)["headline"]["text"]
    is_lost(monday_house, lamp)
    after = state(shades.order, ON_THE_DAY)["headline"]["text"]

    assert (before, after) == (
        "Arrives by tomorrow",
        "Part of your order arrives by tomorrow",
    )


def test_a_chosen_day_is_said_while_another_parcel_is_out(monday_house):
    lamp, shades = lamp_and_shades(monday_house)
    fails(monday_house, lamp, "not_home")
    next_day = ON_THE_DAY + timedelta(days=1)
    out(monday_house, shades, days=1)
    follows = NOT_HOME.replace("Parcel 2", "Parcel 1")
    assert said(state(lamp.order, next_day)) == [follows]

    friday = (next_day + timedelta(days=2)).date()
    with time_machine.travel(next_day, tick=False):
        choose_day(lamp.order, friday)
    page = state(lamp.order, next_day)

    assert said(page) == [
        "Nobody was home. Parcel 1 is safe with us. New delivery day: Friday 27 November."
    ]
    assert shown(page)[0] == (
        "Parcel 1 of 2", "Could not be delivered", "arrives Friday 27 November",
    )  # fmt: skip
    assert page["headline"]["text"].endswith("arrives today, 19:00 – 20:00, with Cory")

    after = state(lamp.order, next_day + timedelta(days=4))
    assert follows in said(after), "the day is over, and no other one is set"


def test_a_day_from_before_the_attempt_is_none_that_is_set(monday_house):
    """Another parcel of the shipment has a day; this one failed on it."""
    lamp, _ = lamp_and_shades(monday_house)
    with time_machine.travel(MONDAY + timedelta(hours=3), tick=False):
        choose_day(lamp.order, (MONDAY + timedelta(days=3)).date())
    fails(monday_house, lamp, "not_home", days=2)

    page = state(lamp.order, AT_THE_DOOR + timedelta(days=2))
    assert said(page) == [NOT_HOME.replace("Parcel 2", "Parcel 1")]
    assert shown(page)[0][2] == ""


def test_an_arabic_notice_of_one_parcel_keeps_its_direction(monday_house):
    """Isolated as a name is, its full stop would stand at the wrong end."""
    lamp, _ = lamp_and_shades(monday_house)
    out(monday_house, lamp)

    (notice,) = said(look(lamp.order, "state.json?lang=ar", LATER).json())

    assert notice == (
        f"الطرد {ISOLATE}1{END_OF_ISOLATE}: كان الموعد 19:00 – 20:00. نعتذر عن ذلك: سيصل اليوم."
    )


def test_an_hour_that_is_over_is_said_of_no_parcel(monday_house):
    lamp, _ = lamp_and_shades(monday_house)
    out(monday_house, lamp)
    until = ("Parcel 1 of 2", "Out for delivery", "today, 19:00 – 20:00")

    assert shown(state(lamp.order, ON_THE_DAY))[0] == until

    page = state(lamp.order, LATER)
    assert page["headline"]["text"] == "Part of your order arrives later today, with Cory"
    assert shown(page)[0] == ("Parcel 1 of 2", "Out for delivery", "")
    assert said(page) == [
        "Parcel 1: it was planned for 19:00 – 20:00. We are sorry: it will still arrive today."
    ]
