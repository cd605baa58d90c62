"""What is no longer true when its turn comes is not sent, and the row says why."""

import pytest

from notifications.delivery.sending import send_due
from notifications.kinds.journeys import ENDED
from notifications.models import MessageSettings
from orders.events.recording import record
from orders.lifecycle.cancel import cancel_order
from orders.models import Event, Package, Shipment
from orders.states import PackageStatus
from tests.notifications.saying import mail_of, state, tries
from tests.support.cast import make_order
from tests.support.stages import open_house, ready_shipment, sent_packages, started_run
from warehouse.couriers.runs import deliver_stop, fail_stop
from warehouse.floor.hand_over import hand_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once, smtp_peer, sms_peer):
    return once(open_house)


def one_parcel():
    """The warehouse, and the boxes of an order that was handed over."""
    house = open_house()
    return house, sent_packages(house, {"LAMP": 1}, phone="", number="1001")


@pytest.fixture
def shipped(once, smtp_peer, sms_peer):
    return once(one_parcel)


def message(order, template):
    return order.messages.get(template=template, channel="email", audience="customer")


def subjects(smtp_peer):
    return [mail.subject.strip().split(":")[0] for mail in smtp_peer.messages]


def test_nothing_but_that_is_sent_for_a_cancelled_order(house, smtp_peer):
    order = make_order(house.ada, {"LAMP": 1}, phone="")
    cancel_order(order, actor=house.ada.owner)
    send_due()
    assert state(mail_of(order)) == ("suppressed", "The order was cancelled.")
    assert (tries(mail_of(order)), mail_of(order).attempts_made) == ([], 0)
    assert subjects(smtp_peer) == [f"Order {order.number} was cancelled"]


@pytest.mark.breaks_books  # writes rows that no action would
def test_nothing_is_sent_for_a_cancelled_shipment(house, smtp_peer):
    shipment = ready_shipment(house, {"LAMP": 1}, phone="", number="1001")
    Shipment.objects.filter(pk=shipment.pk).update(status="cancelled")
    send_due()
    reason = f"{shipment.number} was cancelled."
    assert state(message(shipment.order, "packed")) == ("suppressed", reason)
    assert state(message(shipment.order, "ready")) == ("suppressed", reason)
    assert subjects(smtp_peer) == ["Order #1001 is confirmed"]


def test_a_parcel_that_has_left_is_not_told_as_packed_or_ready(house, smtp_peer):
    MessageSettings.objects.update(calm=False)
    shipment = ready_shipment(house, {"LAMP": 1}, phone="", number="1001")
    hand_over(shipment.packages.all(), actor=house.pat)
    while send_due():
        pass
    reason = f"Outdated: parcel {shipment.packages.get().number}: handed over."
    assert state(message(shipment.order, "packed")) == ("superseded", reason)
    assert state(message(shipment.order, "ready")) == ("superseded", reason)
    assert subjects(smtp_peer) == ["Order #1001 is confirmed", "Order #1001 is on its way"]


def test_of_two_boxes_only_the_one_that_still_waits_is_ready(house, smtp_peer, sms_peer):
    MessageSettings.objects.update(calm=False)
    shipment = ready_shipment(
        house, {"LAMP": 1, "SHADE": 2}, boxes=[{"LAMP": 1}, {"SHADE": 2}], number="1001"
    )
    gone, waits = shipment.packages.order_by("number")
    hand_over([gone], actor=house.pat)
    while send_due():
        pass
    _, packed, ready = smtp_peer.messages
    assert packed.subject.strip().startswith("Part of order #1001 is packed: ships by ")
    assert ready.subject == "Part of order #1001 is ready to ship"
    for mail in (packed, ready):
        assert (
            "In this parcel:\n- 2 × Title of SHADE\n\n"
            "Already shipped in a separate parcel:\n- 1 × Title of LAMP\n" in mail.text
        )
    assert waits.tracking_number in ready.text
    assert gone.tracking_number not in ready.text
    assert "part of order #1001 is ready to ship: 2x Title of SHADE. " in sms_peer.messages[-1].text


def test_of_two_boxes_a_delivered_one_is_not_on_its_way(house, smtp_peer):
    MessageSettings.objects.update(calm=False)
    shipment = ready_shipment(
        house,
        {"LAMP": 2, "SHADE": 1},
        boxes=[{"LAMP": 1}, {"LAMP": 1, "SHADE": 1}],
        number="1001",
        phone="",
    )
    arrives, travels = hand_over(shipment.packages.order_by("number"), actor=house.pat)
    deliver_stop(started_run(house, [arrives]).stops.get(), received_by="Grace", actor=house.cory)
    while send_due():
        pass
    [mail] = [mail for mail in smtp_peer.messages if "on its way" in mail.subject]
    assert mail.subject.strip().startswith("Part of order #1001 is on its way: arrives ")
    assert (
        "In this parcel:\n- 1 × Title of LAMP\n- 1 × Title of SHADE\n\n"
        "Already shipped in a separate parcel:\n- 1 × Title of LAMP\n" in mail.text
    )
    assert travels.tracking_number in mail.text
    assert arrives.tracking_number not in mail.text


def test_a_delivered_parcel_is_not_announced(shipped, smtp_peer):
    house, packages = shipped
    order = packages[0].order
    run = started_run(house, packages)
    deliver_stop(run.stops.get(), received_by="Grace", actor=house.cory)
    send_due()
    reason = f"Outdated: parcel {packages[0].number}: delivered."
    assert state(message(order, "shipped")) == ("superseded", reason)
    assert state(message(order, "out_for_delivery")) == ("superseded", reason)
    assert [subject for subject in subjects(smtp_peer) if "delivered" in subject] == [
        "Order #1001 was delivered",
        "Order #1001 was delivered",
    ]


def test_a_parcel_that_came_back_is_not_announced(shipped, smtp_peer):
    house, packages = shipped
    run = started_run(house, packages)
    fail_stop(run.stops.get(), reason="not_home", actor=house.cory)
    send_due()
    order = packages[0].order
    reason = f"Outdated: parcel {packages[0].number}: attempt failed."
    assert state(message(order, "out_for_delivery")) == ("superseded", reason)
    assert state(message(order, "attempt_failed")) == ("sent", "")


def test_of_two_parcels_the_one_still_coming_is_announced(house, smtp_peer):
    packages = sent_packages(
        house, {"LAMP": 1, "SHADE": 1}, boxes=[{"LAMP": 1}, {"SHADE": 1}], phone="", number="1001"
    )
    started_run(house, packages)
    Package.objects.filter(pk=packages[0].pk).update(status="delivered")
    send_due()
    text = next(mail.text for mail in smtp_peer.messages if " between " in mail.subject)
    assert "In this parcel:\n- 1 × Title of SHADE\n" in text
    assert "In this parcel:\n- 1 × Title of LAMP\n" not in text


@pytest.mark.breaks_books  # writes rows that no action would
@pytest.mark.parametrize("ended", sorted(ENDED))
def test_what_has_ended_is_neither_on_its_way_nor_coming_tomorrow(shipped, smtp_peer, ended):
    _, (box,) = shipped
    record([Event.of(box, "due_tomorrow")])
    Package.objects.filter(pk=box.pk).update(status=ended)

    send_due()

    reason = f"Outdated: parcel {box.number}: {PackageStatus(ended).label.lower()}."
    assert state(message(box.order, "shipped")) == ("superseded", reason)
    assert state(message(box.order, "delivery_tomorrow")) == ("superseded", reason)
    assert not [text for text in subjects(smtp_peer) if "on its way" in text or "arrives" in text]
