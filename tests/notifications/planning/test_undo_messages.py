"""Undone in time, nobody hears of it; undone later, everybody who was told is told once more."""

import pytest

from notifications.delivery.claims import claim
from notifications.delivery.sending import send_due
from notifications.models import Message
from orders.models import Package
from tests.notifications.saying import make_due
from tests.support.cast import make_order, make_product, put_stock
from tests.support.stages import open_house, ready_shipment, sent_packages, started_run
from tests.support.stories import make_ready
from warehouse.couriers.runs import deliver_stop
from warehouse.couriers.undo import undo_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import mark_ready
from warehouse.floor.undo import undo_hand_over, undo_ready

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once, smtp_peer, sms_peer, settings):
    settings.UNDO_HOLD_SECONDS = 60
    return once(open_house)


def told(order, *templates, channel="email"):
    rows = Message.objects.filter(order=order, channel=channel, template__in=templates)
    return list(rows.order_by("pk").values_list("template", "status", "reason"))


def let_go(order):
    """The hold of everything is over."""
    make_due(*order.messages.filter(status="held"))
    send_due()


def test_a_worker_s_message_is_held(house, smtp_peer):
    order = ready_shipment(house, {"LAMP": 1}).order
    send_due()
    held = [
        ("packed", "held", "Waiting in case it is undone."),
        ("ready", "held", "Waiting in case it is undone."),
    ]
    assert told(order, "packed", "ready") == held
    let_go(order)
    assert [row[1] for row in told(order, "packed", "ready")] == ["sent", "sent"]


def test_undone_in_time_nothing_is_sent(house, smtp_peer):
    shipment = ready_shipment(house, {"LAMP": 1})
    order = shipment.order
    undo_ready(shipment, actor=house.pat)
    assert told(order, "ready", "correction") == [
        ("ready", "suppressed", "Undone before it was sent.")
    ]
    mark_ready(shipment, actor=house.pat)
    let_go(order)
    assert [row[1] for row in told(order, "ready", "correction")] == ["suppressed", "sent"]


def test_undone_too_late_it_is_corrected_once_per_channel(house, smtp_peer, sms_peer):
    packages = sent_packages(house, {"LAMP": 1}, number="1001")
    order, shipment = packages[0].order, packages[0].shipment
    let_go(order)
    undo_hand_over(shipment, actor=house.pat)
    send_due()
    assert told(order, "correction") == [("correction", "sent", "")]
    assert told(order, "correction", channel="sms") == [("correction", "sent", "")]
    assert smtp_peer.messages[-1].subject == "Correction: order #1001 has not left yet"
    assert "We told you that your order #1001 was on its way." in smtp_peer.messages[-1].text
    assert "sorry, our mistake. Order #1001 has not left yet." in sms_peer.messages[-1].text
    hand_over(shipment.packages.all(), actor=house.pat)
    let_go(order)
    assert [row[1] for row in told(order, "shipped")] == ["sent", "sent"]
    assert told(order, "correction") == [("correction", "sent", "")]


def test_what_is_being_sent_is_corrected_behind_it(house, smtp_peer):
    packages = sent_packages(house, {"LAMP": 1}, phone="")
    order = packages[0].order
    send_due()
    order.messages.filter(template__in=("packed", "ready")).update(
        status="suppressed", cause="shop_choice", reason="-"
    )
    make_due(*order.messages.filter(status="held"))
    claim("w1")
    undo_hand_over(packages[0].shipment, actor=house.pat)
    assert [row[:2] for row in told(order, "shipped", "correction")] == [
        ("shipped", "claimed"),
        ("correction", "planned"),
    ]
    assert claim("w2") == []
    order.messages.filter(template="shipped").update(
        status="failed", cause="refused", reason="refused", claimed_by="", claimed_until=None
    )
    send_due()
    reason = "The message to correct was never sent."
    assert told(order, "correction") == [("correction", "suppressed", reason)]


def test_of_two_shipments_handed_over_together_only_one_is_taken_back(house, smtp_peer):
    vase = make_product(house.ada, "VASE", "Tall vase")
    order = make_order(house.ada, {"LAMP": 1, "VASE": 1}, phone="", number="1001")
    (first,) = make_ready(house.warehouse, house.pat, house.pat)
    put_stock(vase, 1)
    (second,) = make_ready(house.warehouse, house.pat, house.pat)
    hand_over(Package.objects.filter(order=order), actor=house.pat)
    undo_hand_over(second, actor=house.pat)
    let_go(order)
    assert [row[1] for row in told(order, "shipped", "correction")] == ["sent"]
    text = smtp_peer.messages[-1].text
    here, _, later = text.partition("To follow")
    assert ("LAMP" in here, "VASE" in here, "VASE" in later) == (True, False, True)
    assert first.order_id == order.pk


def test_a_delivery_taken_back_is_corrected_for_the_seller_too(house, smtp_peer):
    packages = sent_packages(house, {"LAMP": 1}, number="1001", phone="")
    order = packages[0].order
    run = started_run(house, packages)
    stop = run.stops.get()
    deliver_stop(stop, received_by="Grace", actor=house.cory)
    let_go(order)
    undo_stop(stop, actor=house.cory)
    send_due()
    subjects = [mail.subject for mail in smtp_peer.messages[-2:]]
    assert subjects == ["Correction: order #1001 is not delivered yet"] * 2
    assert [row[1] for row in told(order, "correction", "seller_correction")] == ["sent", "sent"]


def test_said_twice_in_the_hold_it_is_sent_once(house, smtp_peer):
    packages = sent_packages(house, {"LAMP": 1}, phone="")
    order = packages[0].order
    run = started_run(house, packages)
    stop = run.stops.get()
    deliver_stop(stop, received_by="Grace", actor=house.cory)
    undo_stop(stop, actor=house.cory)
    deliver_stop(stop, received_by="Hedy", actor=house.cory)
    let_go(order)
    assert [row[1] for row in told(order, "delivered")] == ["suppressed", "sent"]
    assert "Hedy" in smtp_peer.messages[-1].text
