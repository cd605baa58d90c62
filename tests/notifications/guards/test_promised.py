"""What a message says of promises when its turn comes: the window that holds, or none."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from notifications.delivery.sending import send_due
from notifications.facts import load_facts
from notifications.guards.outdated import outdated_guard
from notifications.guards.trimming import trim
from notifications.models import Message
from orders.lifecycle.transitions import move
from orders.models import Order, Promise
from orders.promises.revisions import revise_promise
from orders.promises.tomorrow import announce_tomorrow
from orders.promises.watching import watch_promises
from orders.states import PackageStatus
from tests.notifications.saying import at_ten, mail_of, said, state
from tests.support.cast import make_order, make_product, put_stock
from tests.support.stages import (
    open_house,
    packed_shipment,
    planned_run,
    ready_shipment,
    sent_packages,
    started_run,
)
from tests.support.statements import count_statements
from warehouse.couriers.tomorrow import promise_planned_runs
from warehouse.floor.hand_over import hand_over
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

OVER = ("superseded", "Its date has passed, was kept or was replaced.")
UNHEARD = ("superseded", "The recipient was never sent the previous date.")


@pytest.fixture
def house(once, smtp_peer, sms_peer):
    with at_ten:
        yield once(open_house)


def one_parcel():
    """The warehouse, and the boxes of an order that was handed over."""
    house = open_house()
    return house, sent_packages(house, {"LAMP": 1}, number="1001", phone="")


@pytest.fixture
def shipped(once, smtp_peer, sms_peer):
    with at_ten:
        yield once(one_parcel)


def berlin(day, hour, minute=0):
    """A moment of November 2026 in Berlin, which is one hour ahead."""
    return datetime(2026, 11, day, hour - 1, minute, tzinfo=UTC)


def revise(promise, first, last):
    """Another window of days for the same thing, in November."""
    return revise_promise(
        promise, earliest=berlin(first, 8), latest=berlin(last, 21), reason="weather", actor=None
    )


def watch(at):
    with time_machine.travel(at, tick=False):
        watch_promises()


def mails(order, template):
    return list(order.messages.filter(template=template, channel="email").order_by("pk"))


def test_a_waiting_confirmation_states_the_window_that_holds(house):
    order = make_order(house.ada, {"LAMP": 1}, number="1001")
    revise(order.promises.get(), 26, 26)
    assert said(order, "confirmed").subject == "Order #1001 is confirmed: arrives Thu 26 Nov"


def test_a_window_that_was_replaced_or_is_over_is_not_stated(house):
    order = sent_packages(house, {"LAMP": 1}, number="1001")[0].order
    assert said(order, "confirmed").subject == "Order #1001 is confirmed"
    assert said(order, "shipped", now=berlin(25, 21)).subject == "Order #1001 is on its way"
    arrives = "Order #1001 is on its way: arrives Tue 24 – Wed 25 Nov"
    assert said(order, "shipped", now=berlin(25, 20)).subject == arrives


def test_news_of_a_date_states_the_one_it_was_narrowed_to(house, smtp_peer):
    order = make_order(house.ada, {"LAMP": 1}, number="1001", phone="")
    send_due()
    later = revise(order.promises.get(), 27, 28)
    revise(later, 28, 28)
    send_due()
    (delayed,) = mails(order, "delayed")
    assert state(delayed) == ("sent", "")
    assert smtp_peer.messages[-1].subject == "New date for order #1001: Sat 28 Nov"


def test_news_of_a_date_gives_way_to_newer_news(house, smtp_peer):
    order = make_order(house.ada, {"LAMP": 1}, number="1001", phone="")
    send_due()
    first = revise(order.promises.get(), 27, 28)
    second = revise(first, 28, 29)
    revise(second, 29, 29)
    send_due()
    assert [state(row) for row in mails(order, "delayed")] == [OVER, ("sent", "")]
    assert smtp_peer.messages[-1].subject == "New date for order #1001: Sun 29 Nov"


def departure_moved(house):
    """A packed order whose departure moved, and not its arrival."""
    order = packed_shipment(house, {"LAMP": 1}, number="1001", phone="").order
    Promise.objects.filter(kind="arrives").update(latest=berlin(30, 21), local_on="2026-11-30")
    return order


def one_moved():
    return departure_moved(open_house())


@pytest.fixture
def moved(once, smtp_peer, sms_peer):
    with at_ten:
        yield once(one_moved)


@pytest.mark.breaks_books  # writes rows that no action would
def test_a_departure_that_nobody_heard_of_is_not_delayed(moved):
    Message.objects.filter(template="packed").update(status="suppressed")
    watch(berlin(24, 17))
    with time_machine.travel(berlin(24, 17), tick=False):
        send_due()
    assert [state(row) for row in mails(moved, "delayed")] == [UNHEARD]


@pytest.mark.breaks_books  # writes rows that no action would
@pytest.mark.parametrize("status", ["sent", "delivered", "unknown", "held"])
def test_a_departure_that_was_told_is_delayed(moved, status):
    Message.objects.filter(template="packed").update(status=status)
    Message.objects.filter(order=moved, template="confirmed").update(status="sent")
    watch(berlin(24, 17))
    Message.objects.filter(template="packed", status="held").update(
        next_attempt_at="2100-01-01T00:00Z"
    )
    with time_machine.travel(berlin(24, 17), tick=False):
        send_due()
    waits = status == "held"  # the packed one goes first
    assert [state(row) for row in mails(moved, "delayed")] == [("planned" if waits else "sent", "")]


def ships_by(order, first, last):
    return revise_promise(
        order.promises.get(kind="ships", settled_at=None),
        earliest=berlin(first, 8),
        latest=berlin(last, 18),
        reason="other",
        actor=None,
    )


@pytest.mark.parametrize("is_told_first", [True, False])
def test_a_departure_that_was_narrowed_without_a_word_is_delayed(moved, smtp_peer, is_told_first):
    if is_told_first:
        send_due()
    ships_by(moved, 24, 24)
    send_due()
    watch(berlin(24, 17))
    with time_machine.travel(berlin(24, 17), tick=False):
        send_due()
    assert [state(row) for row in mails(moved, "delayed")] == [("sent", "")]
    told = "Your order #1001 was due to ship by Tue 24 Nov. That has changed"
    assert told in smtp_peer.messages[-1].text


@pytest.mark.breaks_books  # writes rows that no action would
def test_a_departure_told_by_a_later_mail_is_delayed(moved):
    (packed,) = mails(moved, "packed")
    speaker = mail_of(moved)
    Message.objects.filter(pk=speaker.pk).update(
        status="sent", template="packed", event=packed.event, revision=2
    )
    Message.objects.filter(pk=packed.pk).update(status="superseded", superseded_by=speaker)
    watch(berlin(24, 17))
    with time_machine.travel(berlin(24, 17), tick=False):
        send_due()
    assert [state(row) for row in mails(moved, "delayed")] == [("sent", "")]


def test_a_delay_of_the_rest_lists_the_rest(house):
    vase = make_product(house.ada, "VASE", "Glass vase")
    lines = {"LAMP": 2, "VASE": 2}
    shipment = ready_shipment(house, lines, boxes=[{"LAMP": 2}], number="1001")
    put_stock(vase, 1)
    allocate_due()
    hand_over(shipment.packages.all(), actor=house.pat)
    order = Order.objects.get(pk=shipment.order_id)
    revise(order.promises.get(shipment=None), 28, 28)
    mail = said(order, "delayed")
    assert mail.subject == "New date for part of order #1001: Sat 28 Nov"
    assert (
        "To follow in a separate parcel:\n- 1 × Title of VASE\n\n"
        "On backorder:\n- 1 × Title of VASE\n\n"
        "Already shipped in a separate parcel:\n- 2 × Title of LAMP\n"
    ) in mail.text


def test_a_delay_of_all_lists_all(house):
    order = make_order(house.ada, {"LAMP": 2}, number="1001")
    revise(order.promises.get(), 28, 28)
    assert "You ordered:\n- 2 × Title of LAMP\n" in said(order, "delayed").text


def test_the_seller_hears_of_a_new_date_where_there_is_one(house):
    order = sent_packages(house, {"LAMP": 1}, number="1001")[0].order
    watch(berlin(26, 1))
    assert said(order, "seller_broken").text.startswith(
        "Order #1001 was promised to arrive between Tue 24 and Wed 25 Nov. "
        "This promise was not kept.\n\n"
        "The customer has been given a new date. "
        "The order is listed on the first page of your dashboard.\n"
    )


def test_the_seller_hears_of_no_date_for_a_damaged_parcel(house):
    (box,) = sent_packages(house, {"LAMP": 1}, number="1001")
    move([box], PackageStatus.DAMAGED)
    watch(berlin(25, 21))
    assert said(box.order, "seller_broken").text.startswith(
        "Order #1001 was promised to arrive between Tue 24 and Wed 25 Nov. "
        "This promise was not kept.\n\nThe order is listed on the first page of your dashboard.\n"
    )


def test_the_evening_before_says_the_day(shipped):
    _, (box,) = shipped
    order = box.order
    evening = berlin(24, 18)
    with time_machine.travel(evening, tick=False):
        announce_tomorrow()
    mail = said(order, "delivery_tomorrow", now=evening)
    assert mail.subject == "Order #1001 arrives tomorrow"
    assert "Your order #1001 arrives tomorrow.\n" in mail.text


def test_an_announcement_states_the_day_of_a_tour_planned_since(shipped, smtp_peer):
    house, boxes = shipped
    with time_machine.travel(berlin(24, 18), tick=False):
        announce_tomorrow()
        planned_run(house, boxes, on=date(2026, 11, 25))
        assert promise_planned_runs() == 1
        send_due()
    (announced,) = mails(boxes[0].order, "delivery_tomorrow")
    assert state(announced) == ("sent", "")
    assert smtp_peer.messages[-1].subject == "Order #1001 arrives tomorrow"


def test_news_of_a_date_that_has_passed_is_not_sent(house):
    order = make_order(house.ada, {"LAMP": 1}, number="1001", phone="")
    revise(order.promises.get(), 27, 28)
    (news,) = mails(order, "delayed")
    for moment, stale in ((berlin(28, 20, 59), None), (berlin(28, 21), OVER)):
        with time_machine.travel(moment, tick=False):
            (fact,) = trim(load_facts([news]))
        assert (fact.stale and (fact.stale.status, fact.stale.reason)) == stale


def test_what_is_out_already_is_not_announced(shipped):
    house, boxes = shipped
    started_run(house, boxes)
    Promise.objects.filter(kind="at_door").update(
        earliest=berlin(25, 8), latest=berlin(25, 21), local_on="2026-11-25"
    )
    with time_machine.travel(berlin(24, 18), tick=False):
        assert announce_tomorrow() == 0


@pytest.mark.breaks_books  # writes rows that no action would
def test_a_batch_asks_once_who_heard(house):
    for _ in range(3):
        departure_moved(house)
    Message.objects.filter(template="packed").update(status="suppressed")
    watch(berlin(24, 17))
    facts = load_facts(list(Message.objects.filter(template="delayed", channel="email")))
    with time_machine.travel(berlin(24, 17), tick=False), count_statements() as statements:
        found = outdated_guard(trim(facts))
    assert [(verdict.status, verdict.reason) for verdict in found.values()] == [UNHEARD] * 3
    assert len(statements) == 1


def window_moved(order, at, first, last):
    """Another window is promised for the door: hours of one day of November, in Berlin."""
    with time_machine.travel(at, tick=False):
        window = order.promises.get(kind="at_door", settled_at=None)
        revise_promise(window, earliest=first, latest=last, reason="late", actor=None)


@pytest.mark.breaks_books  # writes rows that no action would
@pytest.mark.parametrize(
    ("sent_at", "moved_at", "day", "became", "says"),
    [
        (
            berlin(24, 18),
            berlin(24, 19),
            24,
            ("sent", ""),
            "was due to arrive today between 19:00 and 20:00. That has changed",
        ),
        # The first mail left when the window was over, so it named none.
        (berlin(24, 20, 5), berlin(24, 19, 55), 24, UNHEARD, ""),
        (berlin(24, 20, 5), berlin(24, 19, 55), 25, ("sent", ""), "There is a new date for your"),
        (None, berlin(24, 19), 24, UNHEARD, ""),
    ],
)
def test_only_a_window_that_was_told_has_changed(
    shipped, smtp_peer, sent_at, moved_at, day, became, says
):
    house, boxes = shipped
    order = boxes[0].order
    send_due()
    started_run(house, boxes)
    told = mails(order, "out_for_delivery")[0]
    status = "sent" if sent_at else "suppressed"
    Message.objects.filter(pk=told.pk).update(status=status, settled_at=sent_at)
    window_moved(order, moved_at, berlin(day, 20), berlin(day, 21))
    with time_machine.travel(berlin(24, 20, 10), tick=False):
        send_due()
    (delayed,) = mails(order, "delayed")
    assert state(delayed) == became
    assert says in smtp_peer.messages[-1].text
