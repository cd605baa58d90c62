"""What customers and sellers read, word for word."""

from datetime import UTC, datetime

import pytest
from django.conf import settings

from orders.lifecycle.labelling import label_packages
from orders.lifecycle.transitions import summarize_orders
from orders.models import Order, Shipment
from orders.returns.handling import approve_return, request_return
from tests.notifications.saying import at_ten, link_of, said
from tests.support.cast import MONDAY, make_order, make_product, put_stock
from tests.support.stages import (
    delivered_order,
    open_house,
    packed_shipment,
    ready_shipment,
    sent_packages,
    started_run,
)
from warehouse.couriers.runs import fail_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.floor.picking import confirm_pick, take_next_pick_list
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

ASK = "Questions? Reply to this e-mail to reach Ada's Lamps at help-ada@example.com.\n"
MORNING = datetime(2026, 11, 24, 7, 0, tzinfo=UTC)


def foot(order):
    """How every mail to Grace ends."""
    link = link_of(order)
    return f"Track your order:\n{link}\n\nManage your updates:\n{link}updates/\n\n" + ASK


@pytest.fixture
def house(once):
    with at_ten:
        yield once(open_house)


def two_lamps():
    """The warehouse, and a parcel of two lamps that was handed over."""
    house = open_house()
    return house, sent_packages(house, {"LAMP": 2}, number="1001")


@pytest.fixture
def shipped(once):
    with at_ten:
        yield once(two_lamps)


def brought():
    """An order of two lamps that Cory brought, and the warehouse."""
    house = open_house()
    return house, delivered_order(house, {"LAMP": 2}, number="1001")


@pytest.fixture
def delivered(once):
    with at_ten:
        yield once(brought)


def test_an_order_of_many_long_titles_is_written_all_the_same(house):
    order = make_order(house.ada, {f"SKU-{number}": 1 for number in range(150)}, number="#1001")
    order.lines.update(title="ş" * 225)
    order.holds.update(released_at=order.created_at)
    summarize_orders([order.pk])
    mail = said(order, "confirmed")
    assert mail.text.count("- 1 × şş") == 100
    assert "\n- 50 more\n\n" in mail.text
    assert "50 more</li>" in mail.html
    text = said(order, "confirmed", "sms").text
    assert text.endswith(f"149 more. {link_of(order)}")


def test_an_order_is_confirmed(house):
    order = make_order(house.ada, {"LAMP": 2, "SHADE": 1}, number="#1001")
    mail = said(order, "confirmed")
    assert mail.subject == "Order #1001 is confirmed: arrives Tue 24 – Thu 26 Nov"
    assert mail.text == (
        "Hello Grace,\n\n"
        "Thank you for your order #1001. "
        "We have received it. You can follow every step on its tracking page.\n\n"
        "It arrives between Tue 24 and Thu 26 Nov.\n\n"
        "You ordered:\n- 2 × Title of LAMP\n- 1 × Title of SHADE\n\n" + foot(order)
    )
    assert (mail.sender_name, mail.reply_to) == ("Ada's Lamps", "help-ada@example.com")
    assert said(order, "confirmed", "sms").text == (
        "Ada's Lamps: order #1001 is confirmed, arrives Tue 24 - Thu 26 Nov: "
        f"2x Title of LAMP + 1 more. {link_of(order)}"
    )


def test_a_packed_order_says_by_when_it_ships(house):
    shipment = packed_shipment(house, {"LAMP": 2}, number="1001")
    mail = said(shipment.order, "packed")
    assert mail.subject == "Order #1001 is packed: ships by Tue 24 Nov"
    assert mail.text == (
        "Hello Grace,\n\n"
        "Your order #1001 is packed.\n\nIt ships by Tue 24 Nov.\n\n"
        "In this parcel:\n- 2 × Title of LAMP\n\n" + foot(shipment.order)
    )
    assert said(shipment.order, "packed", "sms").text == (
        "Ada's Lamps: order #1001 is packed, ships by Tue 24 Nov: 2x Title of LAMP. "
        + link_of(shipment.order)
    )


def test_two_boxes_are_counted(house):
    shipment = packed_shipment(house, {"LAMP": 2}, boxes=[{"LAMP": 1}, {"LAMP": 1}], number="1001")
    assert "In these 2 parcels:\n- 2 × Title of LAMP\n" in said(shipment.order, "packed").text


def test_a_ready_order_waits_for_the_courier(house):
    shipment = ready_shipment(house, {"LAMP": 2}, number="1001")
    mail = said(shipment.order, "ready")
    assert mail.subject == "Order #1001 is ready to ship"
    tracking = shipment.packages.get().tracking_number
    assert mail.text == (
        "Hello Grace,\n\n"
        "Your order #1001 is ready to ship and waiting for the courier. "
        "The tracking page shows when it is on its way.\n\n"
        "In this parcel:\n- 2 × Title of LAMP\n\n"
        f"Tracking number: {tracking} (our own courier)\n\n" + foot(shipment.order)
    )
    assert said(shipment.order, "ready", "sms").text == (
        f"Ada's Lamps: order #1001 is ready to ship: 2x Title of LAMP. {link_of(shipment.order)}"
    )


def test_a_shipped_order_says_between_which_days_it_arrives(shipped):
    _, (package,) = shipped
    mail = said(package.order, "shipped")
    assert mail.subject == "Order #1001 is on its way: arrives Tue 24 – Wed 25 Nov"
    assert mail.text == (
        "Hello Grace,\n\n"
        "Your order #1001 is on its way.\n\nIt arrives between Tue 24 and Wed 25 Nov.\n\n"
        "In this parcel:\n- 2 × Title of LAMP\n\n"
        f"Tracking number: {package.tracking_number} (our own courier)\n\n" + foot(package.order)
    )
    assert said(package.order, "shipped", "sms").text == (
        "Ada's Lamps: order #1001 is on its way, arrives Tue 24 - Wed 25 Nov: 2x Title of LAMP. "
        + link_of(package.order)
    )


def test_the_day_of_delivery_has_an_hour_and_a_name(shipped):
    house, packages = shipped
    started_run(house, packages)
    order = packages[0].order
    mail = said(order, "out_for_delivery", now=MORNING)
    to_change = f"Change the delivery:\n{link_of(order)}delivery/\n\n"
    assert mail.subject == "Order #1001 arrives today between 19:00 and 20:00"
    assert mail.text == (
        "Hello Grace,\n\n"
        "Your order #1001 arrives today between 19:00 and 20:00, with Cory.\n\n"
        "Not at home? Name a neighbour or a safe place on the tracking page in good time.\n\n"
        "In this parcel:\n- 2 × Title of LAMP\n\n"
        f"Tracking number: {packages[0].tracking_number} (our own courier)\n\n"
        + foot(order).replace("Manage", f"{to_change}Manage")
    )
    assert said(order, "out_for_delivery", "sms", now=MORNING).text == (
        "Ada's Lamps: order #1001 arrives today between 19:00 and 20:00, with Cory: "
        "2 items. Not in? " + link_of(order)
    )


def test_two_boxes_at_one_door_are_one_message(house):
    packages = sent_packages(
        house, {"LAMP": 2, "SHADE": 1}, boxes=[{"LAMP": 2}, {"SHADE": 1}], number="1001"
    )
    started_run(house, packages)
    order = packages[0].order
    assert order.messages.filter(template="out_for_delivery").count() == 2
    text = said(order, "out_for_delivery", now=MORNING).text
    assert "arrives today between 19:00 and 20:00, with Cory." in text
    assert "In these 2 parcels:\n- 2 × Title of LAMP\n- 1 × Title of SHADE\n" in text


def test_a_delivered_order_says_when_and_to_whom(delivered):
    _, order = delivered
    tracking = order.packages.get().tracking_number
    mail = said(order, "delivered")
    assert mail.subject == "Order #1001 was delivered"
    assert mail.text == (
        "Hello Grace,\n\n"
        "Your order #1001 was delivered at 10:00 today.\n\n"
        "Received by: Grace\n\n"
        "In this parcel:\n- 2 × Title of LAMP\n\n"
        f"Tracking number: {tracking} (our own courier)\n\n"
        "Want to return something? Use the tracking page of your order. "
        "Something wrong? Contact Ada's Lamps at help-ada@example.com.\n\n" + foot(order)
    )
    assert said(order, "delivered", "sms").text == (
        f"Ada's Lamps: order #1001 was delivered at 10:00 today: 2x Title of LAMP. {link_of(order)}"
    )


def test_the_seller_hears_of_the_delivery(delivered):
    _, order = delivered
    mail = said(order, "seller_delivered")
    assert (mail.recipient, mail.sender_name, mail.reply_to) == (
        "shop-ada@example.com",
        "Fulfillment",
        "",
    )
    assert mail.subject == "Order #1001 was delivered"
    assert mail.text == (
        "Order #1001 was delivered at 10:00 today (customer's local time).\n\n"
        "Received by: Grace\n\n"
        "In this parcel:\n- 2 × Title of LAMP\n\n"
        f"Tracking number: {order.packages.get().tracking_number} (our own courier)\n\n"
        f"View order in your dashboard:\n{settings.SITE_URL}/dashboard/orders/{order.pk}/\n\n"
        "You are receiving this e-mail as Ada's Lamps.\n"
    )


def test_a_failed_attempt_says_why(shipped):
    house, packages = shipped
    run = started_run(house, packages)
    fail_stop(run.stops.get(), reason="not_home", actor=house.cory)
    order = packages[0].order
    mail = said(order, "attempt_failed")
    assert mail.subject == "Delivery attempt failed for order #1001: nobody was home"
    assert (
        "We tried to deliver your order #1001 but could not: nobody was home.\n\n"
        "Your parcel is safe with us. "
        "We will write to you as soon as a new delivery day is set. You can choose the day on the "
        "tracking page until it goes out again, or name a neighbour or a safe place.\n"
    ) in mail.text
    assert said(order, "attempt_failed", "sms").text == (
        "Ada's Lamps: order #1001 not delivered, nobody was home: 2x Title of LAMP. "
        f"Update follows. {link_of(order)}"
    )


def split_order(house):
    """Two lamps are there, the vase comes later: the order leaves in two shipments."""
    make_product(house.ada, "VASE", "Glass vase")
    first = packed_shipment(house, {"LAMP": 2, "VASE": 1}, boxes=[{"LAMP": 2}], number="1001")
    return Order.objects.get(pk=first.order_id), first


def test_a_part_says_what_is_in_it_and_what_follows(house):
    order, _ = split_order(house)
    mail = said(order, "packed")
    assert mail.subject == "Part of order #1001 is packed: ships by Tue 24 Nov"
    assert mail.text == (
        "Hello Grace,\n\n"
        "Part of your order #1001 is packed.\n\nIt ships by Tue 24 Nov.\n\n"
        "In this parcel:\n- 2 × Title of LAMP\n\n"
        "On backorder:\n- 1 × Title of VASE\n\n" + foot(order)
    )
    assert said(order, "packed", "sms").text == (
        "Ada's Lamps: part of order #1001 is packed, ships by Tue 24 Nov: 2 items; "
        f"rest to follow. {link_of(order)}"
    )


@pytest.mark.breaks_books  # writes rows that no action would
def test_nothing_is_promised_for_an_order_without_goods(house):
    order = make_order(house.ada, {"LAMP": 1}, number="1001")
    order.lines.update(ships=False)
    mail = said(order, "confirmed")
    assert mail.subject == "Order #1001 is confirmed"
    assert "arrives" not in mail.text


def test_a_late_message_names_the_day(shipped):
    house, packages = shipped
    started_run(house, packages)
    mail = said(packages[0].order, "out_for_delivery", now=MONDAY)
    assert mail.subject == "Order #1001 arrives tomorrow between 19:00 and 20:00"


def test_a_nameless_customer_is_greeted(house):
    order = make_order(house.ada, {"LAMP": 1}, customer_name="")
    assert said(order, "confirmed").text.startswith("Hello,\n\n")


def test_a_return_is_told_step_by_step(delivered):
    house, order = delivered
    asked = request_return(order, units={order.lines.get().pk: 1}, reason="damaged")
    rma = asked.number
    mail = said(order, "return_requested")
    assert mail.subject == f"Return {rma} of order #1001: request received"
    assert said(order, "return_requested", "sms").text == (
        f"Ada's Lamps: return request {rma} of order #1001 received: 1 item. "
        f"Do not send it yet. {link_of(order)}"
    )
    told = said(order, "seller_return_requested")
    assert told.subject == f"Return {rma} of order #1001 needs your decision"
    assert told.text.startswith(
        "The customer of order #1001 wants to return part of it. Reason: arrived damaged.\n\n"
        "Please decide by Wed 25 Nov.\n\n"
        f"Approve or refuse return {rma} in your dashboard.\n\n"
        "In this return:\n- 1 × Title of LAMP\n"
    )
    approve_return(asked, actor=house.ada.owner)
    mail = said(order, "return_approved")
    assert mail.subject == f"Return {rma} of order #1001 is approved: please ship it"
    assert mail.text == (
        "Hello Grace,\n\n"
        f"Your return {rma} of order #1001 is approved. "
        f"Please write {rma} on the parcel and send it to this address.\n\n"
        "Ada's Lamps\nWarehouse BER\nBerlin\nGermany\n\n"
        "Please hand your parcel in by Wed 23 Dec.\n\n"
        "Once we have received and checked your parcel, Ada's Lamps refunds you.\n\n"
        "In this return:\n- 1 × Title of LAMP\n\n" + foot(order)
    )
    assert said(order, "return_approved", "sms").text == (
        f"Ada's Lamps: return {rma} of order #1001 is approved: 1x Title of LAMP. "
        f"Where to send it: {link_of(order)}"
    )


def test_the_second_parcel_says_what_went_before(house):
    order, first = split_order(house)
    label_packages(first, actor=house.pat)
    hand_over(mark_ready(first, actor=house.pat).packages.all(), actor=house.pat)
    mail = said(order, "shipped")
    assert mail.subject == "Part of order #1001 is on its way: arrives Tue 24 – Wed 25 Nov"
    assert (
        "In this parcel:\n- 2 × Title of LAMP\n\nOn backorder:\n- 1 × Title of VASE\n"
    ) in mail.text
    put_stock(house.ada.products["VASE"], 1)
    second = next_packed_shipment(house, "VASE")
    assert second.order_id == order.pk
    mail = said(order, "packed", nth=1)
    assert (
        "In this parcel:\n- 1 × Title of VASE\n\n"
        "Already shipped in a separate parcel:\n- 2 × Title of LAMP\n"
    ) in mail.text
    assert said(order, "packed", "sms", nth=1).text == (
        "Ada's Lamps: part of order #1001 is packed, ships by Tue 24 Nov: 1x Title of VASE. "
        + link_of(order)
    )


def next_packed_shipment(house, sku):
    """The shipment that the next walk picks, one unit of a product, packed."""
    allocate_due()
    walk = take_next_pick_list(warehouse=house.warehouse, actor=house.pat)
    stop = walk.lines.get()
    place = {"location_code": stop.stock.location.code, "product_code": sku}
    confirm_pick(stop, **place, quantity=1, actor=house.pat)
    box = pack_unit(walk.shipment, code=sku, actor=house.pat)
    close_package(box, actor=house.pat)
    return Shipment.objects.get(pk=walk.shipment_id)
