"""Fields of an order are edited while they still matter; the history keeps old and new values."""

import pytest
import time_machine
from django.utils import timezone

from notifications.models import Message
from orders.errors import DomainError, InvalidInput, Outdated
from orders.lifecycle.address import PostalAddress, enter_address
from orders.lifecycle.edit import edit_order, fixed_fields
from orders.lifecycle.erasing import erase_orders
from orders.lifecycle.fingerprint import ADDRESS, CONTENTS, HANDLING, fingerprint
from orders.lifecycle.labelling import label_packages
from orders.models import Event, Hold, LabelRequest, Order, OrderChange, Promise, Shipment
from tests.support.cast import MONDAY, make_order, put_stock
from tests.support.racing import race
from tests.support.stages import delivered_order, open_house, packed_shipment
from tests.warehouse.walking import ordered, take

pytestmark = pytest.mark.django_db

HAMBURG = {"street": "Jungfernstieg 1", "postcode": "20095", "city": "Hamburg"}


def fresh(order):
    return Order.objects.get(pk=order.pk)


def edits(order):
    return Event.objects.filter(order=order, kind="order.edited").order_by("pk")


def kept(event):
    """{field: (before, after)} of the texts beside an event."""
    rows = OrderChange.objects.filter(event=event)
    return {row.field: (row.before, row.after) for row in rows}


def test_the_history_has_old_and_new_values(ada, lamp):
    order = make_order(ada, {"LAMP": 1}, note="Ring twice")

    changed = edit_order(
        order,
        {**HAMBURG, "priority": "20", "is_gift": True, "note": "Ring\nonce", "language": "en"},
        actor=ada.owner,
        reason="She called",
    )

    assert (changed.city, changed.priority, changed.note) == ("Hamburg", 20, "Ring once")
    [event] = edits(order)
    assert event.actor == ada.owner
    assert event.data == {
        "fields": ["city", "is_gift", "note", "postcode", "priority", "street"],
        "before": {"priority": 0, "is_gift": False},
        "after": {"priority": 20, "is_gift": True},
    }
    assert kept(event) == {
        "street": (order.street, "Jungfernstieg 1"),
        "postcode": (order.postcode, "20095"),
        "city": ("Berlin", "Hamburg"),
        "note": ("Ring twice", "Ring once"),
        "reason": ("", "She called"),
    }


def test_what_is_edited_goes_with_the_person(db):
    order = delivered_order(open_house(), {"LAMP": 1})
    edit_order(order, {"email": "new@example.com"}, actor=None, reason="Grace wrote")
    [event] = edits(order)
    assert kept(event)["email"] == ("grace@example.com", "new@example.com")
    assert "example.com" not in str(event.data)

    erase_orders([order], actor=None)

    assert kept(event) == {"email": ("", ""), "reason": ("", "")}
    with pytest.raises(DomainError, match="its contact can no longer change"):
        edit_order(order, {"email": "back@example.com"}, actor=None)


def test_an_invalid_value_is_refused_by_its_field(ada, lamp):
    order = make_order(ada, {"LAMP": 1})
    for changes, problems in (
        (
            {"country": "XX", "postcode": "ABC"},
            [("country", "expected a country, as two letters like DE")],
        ),
        ({"postcode": "ABC"}, [("postcode", "expected a postcode of DE like 26133")]),
        ({"postcode": ""}, [("postcode", "expected a postcode like 26133")]),
        ({"city": " ", "street": "\n"}, [("street", NEEDED), ("city", NEEDED)]),
        ({"email": "grace"}, [("email", "expected an address like name@example.com")]),
        ({"phone": "12"}, [("phone", "expected a phone number like +4915112345678")]),
        ({"language": "Klingon"}, [("language", "expected a language like en or de-AT")]),
        ({"priority": "101"}, [("priority", "expected a whole number from -100 to 100")]),
        ({"note": "x" * 5001}, [("note", "expected at most 5000 characters")]),
    ):
        with pytest.raises(InvalidInput) as refused:
            edit_order(order, changes, actor=ada.owner)
        assert refused.value.problems == problems
    with pytest.raises(DomainError, match=f"Nothing of order {order} was changed"):
        edit_order(order, {"city": " Berlin ", "phone": order.phone}, actor=ada.owner)
    assert not edits(order).exists()
    # What is not of the address may change, though that is one we would not take today.
    Order.objects.filter(pk=order.pk).update(postcode="ABC", country="XX")
    assert edit_order(order, {"priority": 1}, actor=ada.owner).priority == 1


NEEDED = "needed for a parcel"


def test_what_can_no_longer_change_is_refused_with_its_reason(monday_house):
    house = monday_house
    shipment = packed_shipment(house, {"LAMP": 1})
    order = shipment.order
    packed = f"Order {order} is packed: gift and note can no longer change."
    assert fixed_fields(fresh(order)) == dict.fromkeys(CONTENTS, packed)
    with pytest.raises(DomainError) as refused:
        edit_order(order, {"note": "Wrap it"}, actor=house.ada.owner)
    assert str(refused.value) == packed

    label_packages(shipment, actor=house.pat)

    fixed = fixed_fields(fresh(order))
    assert set(fixed) == {*CONTENTS, *ADDRESS}
    with pytest.raises(DomainError) as refused:
        edit_order(order, {**HAMBURG, "priority": 3}, actor=house.ada.owner)
    assert str(refused.value) == (
        f"Order {order} already has a label: its address can no longer change."
    )
    assert (fresh(order).city, fresh(order).priority) == ("Berlin", 0)

    sent = delivered_order(house, {"LAMP": 1})
    assert set(fixed_fields(fresh(sent))) == {*CONTENTS, *ADDRESS, *HANDLING}
    assert edit_order(sent, {"phone": "+4930123456"}, actor=None).phone == "+4930123456"
    assert fixed_fields(make_order(house.ada, {"LAMP": 1})) == {}


def test_a_label_that_is_asked_for_is_unwanted_after_a_new_address(db):
    house = open_house()
    shipment = packed_shipment(house, {"LAMP": 1})
    asked = LabelRequest.objects.create(
        seller_id=shipment.seller_id,
        package=shipment.packages.get(),
        carrier="own",
        due_at=timezone.now(),
    )

    edit_order(shipment.order, {"email": "new@example.com"}, actor=house.ada.owner)
    asked.refresh_from_db()
    assert asked.unwanted_at is None
    edit_order(shipment.order, HAMBURG, actor=house.ada.owner)
    asked.refresh_from_db()
    assert asked.unwanted_at is not None


def test_an_address_that_is_entered_is_one(ada, lamp):
    order = make_order(ada, {"LAMP": 1}, street="", city="", postcode="")
    wrong = PostalAddress(
        customer_name="Grace", street="High St 1", postcode="ABC", city="Nowhere", country="XX"
    )
    with pytest.raises(InvalidInput) as refused:
        enter_address(order, address=wrong, actor=ada.owner)
    assert refused.value.problems == [("country", "expected a country, as two letters like DE")]
    assert Hold.objects.filter(order=order, released_at__isnull=True).exists()

    edit_order(order, HAMBURG, actor=ada.owner)

    assert not Hold.objects.filter(order=order, released_at__isnull=True).exists()


def test_priority_goes_to_shipments_that_nobody_picks_yet(ada, building, lamp, pat):
    put_stock(lamp, 2)
    picked, waiting = ordered(ada, {"LAMP": 1}), ordered(ada, {"LAMP": 1})
    take(building, pat)
    for order in (picked, waiting):
        edit_order(order, {"priority": 5}, actor=ada.owner)
    rows = Shipment.objects.order_by("number").values_list("status", "priority")
    assert list(rows) == [("picking", 0), ("released", 5)]


def test_another_country_has_its_own_hours(ada, lamp):
    with time_machine.travel(MONDAY, tick=False):
        order = make_order(ada, {"LAMP": 1})
        before = Promise.objects.get(order=order)
        new = {"country": "JP", "postcode": "1000001", "city": "Tokyo", "street": "1-1"}
        edit_order(order, new, actor=ada.owner)

    assert fresh(order).time_zone == "Asia/Tokyo"
    after = Promise.objects.get(order=order, settled_at__isnull=True)
    assert (after.replaces, after.zone, after.local_on) == (before, "Asia/Tokyo", before.local_on)
    # The days are the same: no message.
    told = Event.objects.filter(order=order, kind__startswith="promise.")
    assert [event.kind for event in told] == ["promise.adjusted"]


def test_what_waits_goes_to_the_new_address(ada, lamp):
    order = make_order(ada, {"LAMP": 1}, phone="+4915112345678")
    mail, text = Message.objects.filter(order=order).order_by("channel")
    Message.objects.filter(pk=mail.pk).update(status="retrying", attempts_made=1)
    left = Message.objects.create(
        seller=ada.seller, order=order, event=mail.event, template="packed", audience="customer",
        channel="email", recipient="grace@example.com", revision=9, status="sent",
    )  # fmt: skip

    edit_order(order, {"email": "new@example.com", "phone": "", "language": "de"}, actor=ada.owner)

    for row in (mail, text, left):
        row.refresh_from_db()
    assert (mail.recipient, mail.language, mail.revision) == ("new@example.com", "de", 2)
    assert (text.status, text.cause) == ("suppressed", "no_address")
    assert left.recipient == "grace@example.com"


def test_nobody_overwrites_what_they_have_not_seen(ada, lamp):
    order = make_order(ada, {"LAMP": 1})
    seen = fingerprint(order, list(order.lines.all()))

    done, refusals = race(
        lambda: edit_order(order, {"note": "One"}, actor=ada.owner, seen=seen),
        lambda: edit_order(order, {"note": "Two"}, actor=ada.owner, seen=seen),
    )

    assert len(done) == 1
    assert fresh(order).note == done[0].note
    assert refusals == [
        f"Ada Ahlgren has changed order {order} since you opened this page. "
        "Look at what is there now, and save again."
    ]
    with pytest.raises(Outdated):
        edit_order(order, {"priority": 1}, actor=ada.owner, seen=seen)
    now = fingerprint(fresh(order), list(order.lines.all()))
    assert edit_order(order, {"priority": 1}, actor=ada.owner, seen=now).priority == 1
