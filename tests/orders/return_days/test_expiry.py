"""An approved return that nobody hands in expires, and what that means for whom it concerns."""

import csv
import io
from datetime import timedelta

import pytest
from django.utils import timezone

from fulfillment.tracking.wording import acts_in
from notifications.facts import load_facts
from notifications.guards.trimming import trim
from notifications.models import Message
from orders.carriers.base import Seen
from orders.models import Event, Order, Return, ReturnLabel, Seller, Warehouse
from orders.returns.due.days import house_day
from orders.returns.due.expiry import expire, remind
from orders.returns.exchanged import call_off_late
from orders.returns.handling import approve_return, cancel_return, request_return
from orders.returns.labels.following import save_journey
from orders.returns.left import returnable_units
from tests.api.asking import ask
from tests.notifications.saying import said
from tests.orders.return_days.test_last_day import TEXTS, days_left, handed_in
from tests.orders.return_labels.stories import approved, gives, requested, sweep
from tests.orders.test_exchanges import available, exchange, two_lamps
from tests.support.racing import race
from tests.support.stages import open_house, picked
from tests.test_doors import signed_in
from tests.tracking.tracked import look, state
from warehouse.returns.inspection import receive_return

pytestmark = pytest.mark.django_db

PAGO_PAGO = "Pacific/Pago_Pago"  # eleven hours behind UTC, all year


@pytest.fixture
def house(once):
    return once(open_house)


@pytest.fixture
def late(house):
    """A return without a label, that was to be handed in two weeks ago."""
    return days_left(approved(house), -14)


def fresh(asked):
    return Return.objects.get(pk=asked.pk)


def happened(asked, *kinds):
    rows = Event.objects.filter(subject_id=asked.pk, kind__in=[f"return.{kind}" for kind in kinds])
    return list(rows.order_by("pk").values_list("kind", flat=True))


@pytest.mark.parametrize(("left", "expired"), [(-7, 0), (-13, 0), (-14, 1), (-30, 1)])
def test_it_expires_two_weeks_after_its_last_day(house, left, expired):
    asked = days_left(approved(house), left)
    last = asked.hand_in_by

    assert (expire(timezone.now()), expire(timezone.now())) == (expired, 0)

    asked = fresh(asked)
    assert (asked.status, asked.is_expired) == (
        ("cancelled", True) if expired else ("approved", False)
    )
    assert asked.hand_in_by == last
    [part] = asked.lines.all()
    assert (part.is_coming, part.approved) == (not expired, 1 - expired)
    wanted = ["return.cancelled", "return.expired"] * expired
    assert happened(asked, "cancelled", "expired") == wanted


def test_what_a_carrier_would_have_reported_expires_a_week_after_its_last_day(house, carrier_peer):
    gives(house, "peer:label")
    asked = days_left(approved(house), -6)
    sweep()
    assert expire(timezone.now()) == 0
    last = days_left(asked, -7).hand_in_by

    assert expire(timezone.now()) == 1

    event = Event.objects.get(subject_id=asked.pk, kind="return.expired")
    assert event.data == {"hand_in_by": last.isoformat(), "followed": True}
    letter = said(asked.order, "return_expired", now=timezone.now())
    assert f"was not handed in by {last:%a} {last.day} {last:%b}" in letter.text
    [case] = state(asked.order, timezone.now())["returns"]
    assert case["to_do"].startswith("This return expired because the parcel was not handed in by ")
    page = signed_in(house.ada.owner).get(f"/dashboard/orders/{asked.order_id}/").content.decode()
    assert f"Not handed in by {last.day} {last:%b %Y}, and so it expired." in page
    assert f"Not handed in by {last:%a} {last.day} {last:%b}" in page
    assert "has not arrived" not in page


@pytest.mark.parametrize("end", ["requested", "received", "handed_in", "without_a_day"])
def test_what_is_not_awaited_never_expires(house, end):
    asked = requested(house) if end == "requested" else approved(house)
    days_left(asked, -30)
    if end == "received":
        [part] = asked.lines.all()
        receive_return(asked, received={part.pk: 1}, actor=house.pat)
    elif end == "handed_in":
        handed_in(asked)
    elif end == "without_a_day":
        Return.objects.update(hand_in_by=None)
    before = fresh(asked).status

    assert expire(timezone.now()) == 0
    assert (fresh(asked).status, fresh(asked).is_expired) == (before, False)


def test_its_units_may_be_asked_for_again(late):
    [part] = late.lines.all()
    expire(timezone.now())
    order = Order.objects.get(pk=late.order_id)
    assert returnable_units(order) == {part.line_id: 1}

    again = request_return(order, units={part.line_id: 1}, reason="changed_mind")

    assert (again.status, again.hand_in_by) == ("requested", None)
    assert again.pk != late.pk


def test_where_its_goods_came_after_all_the_page_no_longer_says_that_they_have_not(house, late):
    expire(timezone.now())
    [part] = late.lines.all()
    again = request_return(late.order, units={part.line_id: 1}, reason="changed_mind")

    def shown():
        return [case["number"] for case in state(late.order, timezone.now())["returns"]]

    assert shown() == [again.number, late.number]
    approve_return(again, actor=house.ada.owner)
    receive_return(fresh(again), received={again.lines.get().pk: 1}, actor=house.pat)
    assert shown() == [again.number]


def test_what_was_kept_in_exchange_is_free_again(once):
    house, order = once(two_lamps)
    before = available()
    asked = approve_return(exchange(Order.objects.get(pk=order.pk)), actor=house.ada.owner)
    assert available() == before - 1
    days_left(asked, -14)

    assert expire(timezone.now()) == 1

    assert fresh(asked).exchange.status == "cancelled"
    assert available() == before


@pytest.mark.parametrize(
    ("left", "status"), [(0, "approved"), (-13, "approved"), (-14, "cancelled")]
)
def test_what_is_kept_in_exchange_is_kept_until_then(once, left, status):
    house, order = once(two_lamps)
    asked = approve_return(exchange(Order.objects.get(pk=order.pk)), actor=house.ada.owner)
    asked = fresh(asked)
    assert asked.exchange_until == asked.hand_in_by + timedelta(days=14)
    [case] = state(order, timezone.now())["returns"]
    last = asked.hand_in_by + timedelta(days=13)
    assert f"{last.day} {last:%B}" in case["exchange"]
    ada = signed_in(house.ada.owner)
    shown = ada.get(f"/dashboard/orders/{order.pk}/").content.decode()
    assert f"Kept until {last.day} {last:%b %Y}." in shown
    told = ask(house.ada, f"returns/{asked.pk}/").json()
    assert told["exchange_until"] == last.isoformat()
    now = timezone.now() + (asked.hand_in_by - house_day(asked, timezone.now()))
    now -= timedelta(days=left)

    assert call_off_late(now) == 0
    assert expire(now) == (status == "cancelled")

    assert (fresh(asked).status, fresh(asked).exchange.status == "cancelled") == (
        status,
        status == "cancelled",
    )


def test_an_exchange_in_advance_is_left_to_the_seller(once):
    house, order = once(two_lamps)
    Seller.objects.update(exchange_ahead={"days": 10})
    asked = approve_return(exchange(Order.objects.get(pk=order.pk)), actor=house.ada.owner)
    picked(house, asked.exchange)
    days_left(asked, -30)

    assert expire(timezone.now()) == 0


def test_a_label_that_nobody_used_is_voided(house, carrier_peer):
    gives(house, "peer:label")
    days_left(approved(house), -7)
    sweep()
    label = ReturnLabel.objects.get()

    expire(timezone.now())
    sweep()

    assert carrier_peer.voided == [str(label.pk)]
    label.refresh_from_db()
    assert label.state == "void"


def test_it_is_handed_in_or_expired_never_both(house, carrier_peer):
    gives(house, "peer:label")
    asked = days_left(approved(house), -7)
    sweep()
    label = ReturnLabel.objects.select_related("order_return").get()
    now = timezone.now()

    race(lambda: expire(now), lambda: save_journey(label, [Seen("taken", now)]))

    ended = happened(asked, "expired", "handed_in")
    assert len(ended) == 1
    assert fresh(asked).is_expired == (ended == ["return.expired"])


def test_it_is_received_or_expired_never_both(house, late):
    [part] = late.lines.all()

    results, refusals = race(
        lambda: expire(timezone.now()),
        lambda: receive_return(late, received={part.pk: 1}, actor=house.pat),
    )

    row = fresh(late)
    assert (row.status, row.is_expired, bool(refusals)) in [
        ("cancelled", True, True),
        ("received", False, False),
    ]
    assert 0 in results or refusals, "who came second did nothing"


def test_the_customer_is_told_and_nothing_else_leaves(late):
    days_left(late, 2)
    remind(timezone.now())
    days_left(late, -14)
    expire(timezone.now())
    last = late.hand_in_by

    letter = said(late.order, "return_expired", now=timezone.now())
    day = f"{last:%a} {last.day} {last:%b}"
    assert f"has not arrived: the last day to hand it in was {day}." in letter.text
    assert "please contact Ada's Lamps" in letter.text.replace("’", "'")
    for template in ("return_approved", "return_hand_in"):
        [former] = Message.objects.filter(template=template, channel="email")
        assert trim(load_facts([former]))[0].stale
    assert not Message.objects.filter(template="return_refused").exists()


@pytest.mark.parametrize("language", TEXTS)
def test_the_message_says_the_day_in_every_language(late, language):
    Order.objects.filter(pk=late.order_id).update(language=language)
    expire(timezone.now())

    letter = said(late.order, "return_expired", now=timezone.now())

    assert late.number in letter.subject
    assert str(late.hand_in_by.day) in letter.text


def test_the_tracking_page_does_not_say_that_the_customer_cancelled(late):
    expire(timezone.now())
    last = late.hand_in_by

    page = state(late.order, timezone.now())
    [case] = page["returns"]
    history = [entry["text"] for entry in page["history"]]

    assert case["state"] == "Expired"
    assert case["to_do"].startswith("This return expired because its parcel has not arrived.")
    assert "tell the shop, with the proof of posting" in case["to_do"]
    assert f"{last.day} {last:%b}" in case["to_do"]
    assert (case["hand_in"], case["steps"], case["can_cancel"]) == ("", [], False)
    assert "Return expired" in history
    assert "Return cancelled" not in history
    assert "You cancelled" not in look(late.order, now=timezone.now()).content.decode()


@pytest.mark.parametrize("language", ["en", *TEXTS])
def test_who_may_still_return_is_told_to_request_it_anew(house, late, language):
    Order.objects.filter(pk=late.order_id).update(language=language)
    expire(timezone.now())

    def told(days):
        page = state(late.order, timezone.now() + timedelta(days=days))
        return bool(page["return_until"]), page["returns"][0]["to_do"]

    acts = acts_in(language)
    is_open, is_over = told(0), told(house.ada.seller.return_days + 1)

    assert (is_open[0], is_over[0]) == (True, False)
    anew = acts.return_not_come_open.partition("{day}")[2]
    contact = acts.return_not_come.partition("{day}")[2]
    assert (is_open[1].endswith(anew), is_over[1].endswith(contact)) == (True, True)
    assert anew != contact


def test_of_a_gift_nothing_is_requested_on_the_page(late):
    Order.objects.filter(pk=late.order_id).update(is_gift=True)
    expire(timezone.now())

    [case] = state(late.order, timezone.now())["returns"]

    assert "new return" not in case["to_do"]
    assert "please contact the shop" in case["to_do"]


def test_the_seller_reads_since_when_and_never_that_the_customer_cancelled(house, late):
    expire(timezone.now())
    last = late.hand_in_by

    page = signed_in(house.ada.owner).get(f"/dashboard/orders/{late.order_id}/").content.decode()

    assert f"to be handed in by {last.day} {last:%b %Y} and has not arrived, and so" in page
    assert f"Return {late.number} expired" in page
    assert f"To be handed in by {last:%a} {last.day} {last:%b}, has not arrived" in page
    assert "Not handed in" not in page
    assert f"Return {late.number} cancelled" not in page


def test_the_list_and_its_file_tell_it_from_what_was_cancelled(house, late):
    expire(timezone.now())
    client = signed_in(house.ada.owner)

    def listed(state):
        return late.number in client.get("/dashboard/returns/", {"state": state}).content.decode()

    assert (listed("expired"), listed("cancelled"), listed("")) == (True, False, True)
    answer = client.get("/dashboard/returns/export/", {"state": "expired"})
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    [row] = csv.DictReader(io.StringIO(text))
    assert (row["Return"], row["State"]) == (late.number, "Expired")
    assert "No label" in row.values()
    assert "No label" in client.get("/dashboard/returns/", {"state": "expired"}).content.decode()


def test_webhooks_and_the_api_of_events_say_why(late):
    last = late.hand_in_by.isoformat()
    expire(timezone.now())

    rows = Event.objects.filter(subject_id=late.pk).order_by("pk")
    rows = rows.filter(kind__in=["return.cancelled", "return.expired"])
    told = {row.kind: row.data for row in rows}
    assert told == {"return.cancelled": {"expired": True}, "return.expired": {"hand_in_by": last}}


def test_a_day_in_another_zone_is_not_over_yet(house, late):
    """By UTC the weeks are over; where the goods go to it is the evening before."""
    Warehouse.objects.update(time_zone=PAGO_PAGO)
    now = timezone.now().replace(hour=5)
    Return.objects.update(hand_in_by=now.date() - timedelta(days=14))

    assert expire(now) == 0
    assert expire(now + timedelta(hours=7)) == 1


def test_a_program_tells_them_from_those_that_customers_cancelled(house, late):
    other = approved(house)
    cancel_return(other)
    expire(timezone.now())

    def listed(query):
        found = ask(house.ada, f"returns/?status=cancelled{query}").json()["returns"]
        return {row["number"]: row["is_expired"] for row in found}

    both = {late.number: True, other.number: False}
    assert listed("") == both
    assert listed("&is_expired=true") == {late.number: True}
    assert listed("&is_expired=false") == {other.number: False}
    row = ask(house.ada, f"returns/{late.pk}/").json()
    assert (row["status"], row["is_expired"]) == ("cancelled", True)
    assert row["hand_in_by"] == late.hand_in_by.isoformat()
