"""What becomes a kit while orders still have it as it was: no unit waits for ever."""

import threading

import pytest
from django.db import connection, transaction

from orders.catalogue.products import add_part
from orders.decisions.uncancel import undo_cancellation
from orders.errors import DomainError, InvalidInput
from orders.intake.linking import link_what_is_known
from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.lifecycle.edit_lines import add_units
from orders.lifecycle.labelling import label_packages
from orders.models import DeadLetter, Hold, KitPart, Order, OrderLine, Return, ReturnLine
from tests.support import cast
from tests.support.stages import open_house, picked, started_run
from warehouse.couriers.runs import deliver_stop
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import close_package, mark_ready, pack_unit
from warehouse.models import Supply
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db


def sent(house, order, **units):
    """Boxes of an order, handed over to the couriers."""
    shipment = picked(house, order)
    for sku, number in units.items():
        box = pack_unit(shipment, code=sku, quantity=number, actor=house.pat)
    close_package(box, actor=house.pat)
    label_packages(shipment, actor=house.pat)
    mark_ready(shipment, actor=house.pat)
    return list(hand_over(shipment.packages.all(), actor=house.pat))


def refusal(action, *args, error=DomainError, **given):
    with pytest.raises(error) as refused:
        action(*args, **given)
    return str(refused.value)


def test_units_of_what_became_a_kit_are_refused_where_they_would_wait_for_ever():
    house = open_house()
    lamp = house.ada.products["LAMP"]
    never_begun = cast.make_order(house.ada, {"LAMP": 1})
    cancel_order(never_begun, actor=None)
    order = cast.make_order(house.ada, {"LAMP": 20, "SHADE": 21})  # of which there are 20
    allocate_due()
    line = order.lines.get(sku="LAMP")
    cancel_units(order, {line.pk: 1}, actor=None)
    boxes = sent(house, order, LAMP=19, SHADE=20)
    boxes += sent(house, cast.make_order(house.ada, {"LAMP": 1}), LAMP=1)
    assert Supply.objects.get(product=lamp).on_hand == 0

    def become_kit():
        return refusal(add_part, lamp, "SHADE", 1, actor=None, error=InvalidInput)

    assert "under way, or come back" in become_kit(), "a hand-over that is undone needs stock"
    run = started_run(house, boxes)
    for stop in run.stops.all():
        deliver_stop(stop, received_by="Grace", actor=house.cory)
    key = {"seller": house.ada.seller, "order": order}
    back = Return.objects.create(number="R-1", reason="damaged", **key)
    ReturnLine.objects.create(seller=house.ada.seller, order_return=back, line=line, requested=1)
    assert "under way, or come back" in become_kit(), "what is returned needs stock"
    Return.objects.update(status="closed")

    add_part(lamp, "SHADE", 1, actor=None)
    told = "has become a kit since: add it to the order as a new line."
    assert told in refusal(undo_cancellation, order, actor=None)
    assert told in refusal(add_units, order, {line.pk: 1}, actor=None)
    undo_cancellation(never_begun, actor=None)
    allocate_due()
    assert not OrderLine.objects.filter(product=lamp, backordered__gt=0).exists()
    assert list(never_begun.lines.order_by("position").values_list("sku", "ships")) == [
        ("LAMP", False),
        ("SHADE", True),
    ]


def test_no_product_becomes_a_kit_while_stock_is_shared_out(ada, lamp, shade):
    said = []

    def become_kit():
        try:
            said.append(refusal(add_part, lamp, "SHADE", 1, actor=None, error=InvalidInput))
        finally:
            connection.close()

    other = threading.Thread(target=become_kit)
    with transaction.atomic():
        cast.make_order(ada, {"LAMP": 1})  # there is none: it is backordered
        allocate_due()
        other.start()
        other.join(timeout=0.5)
        assert other.is_alive()
    other.join(timeout=20)
    assert "orders wait for it as it is" in said[0]


def test_a_kit_of_too_many_parts_waits_for_a_person_and_says_why(boxes):
    KitPart.objects.filter(part__sku="JAM").update(units=1000)
    cast.make_order(boxes, {"BOX": 1001})
    detail = "BOX (a kit with too many parts for one line)"
    assert list(Hold.objects.values_list("reason", "detail")) == [("unknown_sku", detail)]
    assert (link_what_is_known(), DeadLetter.objects.count()) == (0, 0)
    KitPart.objects.filter(part__sku="JAM").update(units=900)
    assert link_what_is_known() == 1
    assert Order.objects.get().holds.filter(released_at__isnull=True).count() == 0
