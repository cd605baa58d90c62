"""The hand-over: parcels scanned onto the list, counted, given to the carrier."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine

from orders.lifecycle.holds import hold_order
from orders.models import Event, Package
from tests.support.cast import MONDAY
from tests.support.stages import open_house, packed_shipment, ready_shipment, sent_packages
from tests.warehouse.screens.floor import Worker, minute_after
from warehouse.models import Manifest

pytestmark = pytest.mark.django_db

DISPATCH = "/warehouse/dispatch/"
HAND_OVER = f"{DISPATCH}hand-over/"


def two_parcels():
    """The warehouse, and two parcels that are ready."""
    house = open_house()
    shipments = [ready_shipment(house, {"LAMP": 1}), ready_shipment(house, {"SHADE": 1})]
    return house, [shipment.packages.get() for shipment in shipments]


@pytest.fixture
def told(once):
    yield from minute_after(once, two_parcels)


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def parcels(told):
    return told[1]


def states():
    return sorted(Package.objects.values_list("status", flat=True))


def test_scanned_and_counted_parcels_leave(pia, parcels):
    first, second = parcels
    page = pia.opens(DISPATCH)
    assert "Scanned 0 of 2" in page.text
    assert f"Ready, not on the list {first.tracking_number} Grace Hopper, Berlin" in page.text

    screen = pia.sends(DISPATCH, code=first.tracking_number)
    assert (screen.kind, screen.says) == ("good", f"Parcel 1: {first.tracking_number}")
    screen = pia.sends(DISPATCH, code=second.tracking_number)
    assert "Scanned for Own couriers 2 of 2" in screen.text
    assert "Ready, not on the list" not in screen.text

    screen = pia.sends(HAND_OVER, counted=2)
    assert screen.says == "Handed over to Own couriers: 2 parcels."
    assert "No parcels to hand over." in screen.text
    assert states() == ["handed_over", "handed_over"]


def test_what_was_not_scanned_stays(pia, parcels):
    pia.sends(DISPATCH, code=parcels[0].tracking_number)

    screen = pia.sends(HAND_OVER, counted=1, rest="later")

    assert screen.says == "Handed over to Own couriers: 1 parcel."
    assert f"Ready, not on the list {parcels[1].tracking_number}" in screen.text
    assert states() == ["handed_over", "labelled"]


def test_the_count_must_match(pia, parcels):
    pia.sends(DISPATCH, code=parcels[0].tracking_number)

    screen = pia.sends(HAND_OVER, counted=2)

    assert (screen.status, screen.kind) == (409, "alarm")
    assert screen.says == "You counted 2. Scanned: 1. Count again or scan the missing parcels."
    assert "Scanned for Own couriers 1 of 2" in screen.text
    assert states() == ["labelled", "labelled"]


def test_why_parcels_stay_is_still_chosen_after_a_wrong_count(pia, parcels):
    pia.sends(DISPATCH, code=parcels[0].tracking_number)

    screen = pia.sends(HAND_OVER, counted=5, rest="not_found")

    assert screen.status == 409
    assert '<option value="not_found" selected>' in screen.html
    assert screen.html.count(" selected>") == 1
    assert " selected>" not in pia.opens(DISPATCH).html


def test_who_leaves_parcels_here_says_why(pia, parcels):
    pia.sends(DISPATCH, code=parcels[0].tracking_number)
    assert "Why does 1 parcel stay?" in pia.opens(DISPATCH).text

    refused = pia.sends(HAND_OVER, counted=1)

    words = "Own couriers: 2 parcels are ready, 1 are scanned. Scan the rest, or say why they stay."
    assert (refused.status, refused.says) == (409, words)
    assert states() == ["labelled", "labelled"]
    assert not Manifest.objects.exists()
    wrong = pia.sends(HAND_OVER, counted=1, rest="lazy")
    assert wrong.says == "Why the others stay: choose one of those on the screen."
    said = pia.sends(HAND_OVER, counted=1, rest="not_found")
    assert "1 of 2 parcels · Not found" in said.text
    made = Manifest.objects.get()
    assert (made.handed_over, made.expected, made.rest) == (1, 2, "not_found")
    event = Event.objects.get(kind="manifest.closed")
    assert (event.subject_id, event.actor, event.data) == (
        made.pk,
        pia.user,
        {"parcels": 1, "expected": 2, "rest": "not_found"},
    )


def test_the_manifest_lists_what_the_carrier_took(pia, lea, parcels):
    for parcel in reversed(parcels):
        pia.sends(DISPATCH, code=parcel.tracking_number)
    pia.sends(HAND_OVER, counted=2, rest="later")
    made = Manifest.objects.get()

    page = lea.opens(f"/warehouse/manifests/{made.pk}/")

    first, second = parcels
    assert made.rest == "", "nothing stayed"
    assert "Own couriers · Mon 23 Nov 2026, 10:01" in page.text
    assert "Warehouse BER. 2 parcels handed over by Pia." in page.text
    assert f"1 {second.tracking_number} Grace Hopper, Berlin" in page.text
    assert f"2 {first.tracking_number} Grace Hopper, Berlin" in page.text
    assert "stayed" not in page.text
    pia.sends(f"{DISPATCH}{first.shipment_id}/undo/")
    assert f"2 {first.tracking_number} Taken back" in lea.opens(page.url).text


def test_a_void_label_is_refused(pia, parcels):
    old = parcels[0]
    for _ in range(2):
        pia.sends(f"/warehouse/pack/{old.shipment_id}/undo/")

    refused = pia.sends(DISPATCH, code=old.tracking_number)

    assert (refused.status, refused.says) == (
        409,
        f"Label {old.tracking_number} is void: scan the parcel's new label.",
    )
    assert "0 of 1" in refused.text


def test_what_waits_for_another_carrier_is_neither_expected_nor_taken(pia, parcels, carrier_peer):
    first, second = parcels
    Package.objects.filter(pk=second.pk).update(carrier="peer")
    pia.sends(DISPATCH, code=first.tracking_number)

    refused = pia.sends(DISPATCH, code=second.tracking_number)

    assert refused.status == 409
    assert "hand over this list first" in refused.says
    assert "Scanned for Own couriers 1 of 1" in refused.text
    assert pia.sends(HAND_OVER, counted=1).says == "Handed over to Own couriers: 1 parcel."


def test_what_stayed_is_first_on_the_next_morning(house, pia, pat, parcels):
    assert "Left here" not in pia.opens("/warehouse/").text
    with time_machine.travel(MONDAY + timedelta(days=1), tick=True):
        held = parcels[1]
        home = pia.opens("/warehouse/").text
        assert "Left here 2 labelled before today, not handed over" in home
        assert "Left here" not in pat.opens("/warehouse/").text, "a picker hands nothing over"
        listed = f"{parcels[0].tracking_number} Since yesterday or longer · Grace Hopper"
        assert listed in pia.opens(DISPATCH).text
        seller = Worker(house.ada.owner)
        page = seller.opens("/dashboard/").text
        assert f"Parcel {held.tracking_number} got its label on Mon 23 Nov, 10:00" in page
        assert page.index("Labelled, not handed over") < page.index(held.tracking_number)
        hold_order(held.order, reason="seller", actor=None)
        assert "Left here 1 labelled before today" in pia.opens("/warehouse/").text


def test_an_empty_list_is_not_handed_over(pia, parcels):
    screen = pia.sends(HAND_OVER, counted=0)

    assert (screen.status, screen.says) == (409, "The list is empty: scan a parcel first.")
    assert states() == ["labelled", "labelled"]


def test_a_parcel_that_somebody_else_handed_over_is_named(pia, lea, parcels):
    first, second = (parcel.tracking_number for parcel in parcels)
    lea.sends(DISPATCH, code=first)
    pia.sends(DISPATCH, code=first)
    pia.sends(HAND_OVER, counted=1, rest="later")

    said = lea.sends(HAND_OVER, counted=1, rest="later")
    lea.sends(DISPATCH, code=second)

    gone = f"Somebody else dealt with {first} (handed over) meanwhile."
    assert (said.status, said.says) == (409, f"{gone} The list is empty now.")
    assert (
        lea.sends(HAND_OVER, counted=1, rest="later").says
        == "Handed over to Own couriers: 1 parcel."
    )


def test_a_list_of_which_a_parcel_is_gone_is_counted_again(pia, lea, parcels):
    first, second = (parcel.tracking_number for parcel in parcels)
    for code in (first, second):
        lea.sends(DISPATCH, code=code)
    pia.sends(DISPATCH, code=first)
    pia.sends(HAND_OVER, counted=1, rest="later")

    said = lea.sends(HAND_OVER, counted=2)

    assert said.says == (f"Somebody else dealt with {first} (handed over) meanwhile. Count again.")
    assert states() == ["handed_over", "labelled"]


def test_a_parcel_is_on_the_list_once(pia, parcels):
    code = parcels[0].tracking_number
    pia.sends(DISPATCH, code=code)

    screen = pia.sends(DISPATCH, code=code)

    assert (screen.status, screen.says) == (409, f"Parcel {code} is already on the list.")
    assert "1 of 2" in screen.text


def test_a_scan_sent_twice_is_no_second_parcel(pia, parcels):
    sent = {"code": parcels[0].tracking_number, "client_id": uuid4(), "sequence": 1}

    first, again = pia.sends(DISPATCH, **sent), pia.sends(DISPATCH, **sent)

    assert first.says == again.says == f"Parcel 1: {parcels[0].tracking_number}"
    assert "1 of 2" in again.text


def test_a_hand_over_sent_twice_happens_once(pia, parcels):
    pia.sends(DISPATCH, code=parcels[0].tracking_number)
    sent = {"counted": 1, "rest": "later", "client_id": uuid4(), "sequence": 2}

    first, again = pia.sends(HAND_OVER, **sent), pia.sends(HAND_OVER, **sent)

    assert first.says == again.says == "Handed over to Own couriers: 1 parcel."
    assert states() == ["handed_over", "labelled"]


def test_only_a_ready_parcel_leaves(house, pia, parcels):
    gone = sent_packages(house, {"LAMP": 1})[0]
    bare = packed_shipment(house, {"LAMP": 1})
    pia.sends(f"/warehouse/pack/{bare.pk}/labels/")
    unfinished = bare.packages.get()

    says = [
        pia.sends(DISPATCH, code=code).says
        for code in (gone.tracking_number, unfinished.tracking_number, "OC123")
    ]

    assert says == [
        f"Parcel {gone.tracking_number} is handed over: it cannot be handed over.",
        f"Parcel {unfinished.tracking_number} is packed: it cannot be handed over.",
        "You scanned OC123. Expected: the tracking number of a ready parcel.",
    ]
    assert "0 of 2" in pia.opens(DISPATCH).text


def test_the_list_can_be_started_again(pia, parcels):
    pia.sends(DISPATCH, code=parcels[0].tracking_number)

    assert "0 of 2" in pia.sends(f"{DISPATCH}clear/").text


def test_a_held_parcel_is_named_and_taken_off(house, pia, parcels):
    held, free = parcels
    for parcel in parcels:
        pia.sends(DISPATCH, code=parcel.tracking_number)
    hold_order(held.order, reason="seller", detail="Call first", actor=None)

    refused = pia.sends(HAND_OVER, counted=2)

    assert (refused.status, refused.says) == (
        409,
        f"Parcel {held.tracking_number} is on hold (Requested by seller: Call first): "
        "take it off the list and set it aside.",
    )
    last_first = f"On the list {free.tracking_number} Grace Hopper · {free.shipment} Take off"
    assert last_first in refused.text
    assert f"{held.tracking_number} On hold · Grace Hopper" in refused.text
    left = pia.sends(f"{DISPATCH}clear/", package=held.pk)
    assert "Scanned for Own couriers 1 of 1" in left.text, "the held one is not expected"
    assert pia.sends(HAND_OVER, counted=1).says == "Handed over to Own couriers: 1 parcel."
    assert states() == ["handed_over", "labelled"]


def test_the_packer_sees_name_and_town_only(pia, parcels):
    page = pia.opens(DISPATCH)

    for secret in ("grace@example.com", "+4915112345678", "Unter den Linden", "10117"):
        assert secret not in page.html
