"""The packing bench: what may go into a box, and what a closed box means for its shipment."""

import pytest

from orders.errors import DomainError, WrongScan
from orders.intake.acceptance import accept_orders
from orders.lifecycle.holds import hold_order
from orders.lifecycle.labelling import label_packages
from orders.models import Event, Hold, Order, OrderLine, Package, PackageLine, Promise, Shipment
from orders.shops.base import IncomingLine
from tests.support.cast import incoming, make_order
from tests.support.racing import race
from tests.support.stages import LAMP_CODE, open_house, packed_shipment, picked, picked_shipment
from warehouse.floor.packing import (
    close_package,
    empty_package,
    lines_to_pack,
    mark_ready,
    pack_unit,
    put_in_box,
    start_packing,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def house(once):
    return once(open_house)


def one_lamp():
    """The warehouse, and a picked shipment of one lamp."""
    house = open_house()
    return house, picked_shipment(house, {"LAMP": 1})


def two_lamps():
    """The same with two lamps."""
    house = open_house()
    return house, picked_shipment(house, {"LAMP": 2})


def lamps_and_shade():
    """The same with two lamps and a shade."""
    house = open_house()
    return house, picked_shipment(house, {"LAMP": 2, "SHADE": 1})


def one_box():
    """The warehouse, and a packed shipment of one box."""
    house = open_house()
    return house, packed_shipment(house, {"LAMP": 1})


def contents(package):
    """{SKU: units} in a box."""
    rows = PackageLine.objects.filter(package=package)
    return dict(rows.values_list("shipment_line__line__sku", "quantity"))


def packed_counts(order):
    return dict(OrderLine.objects.filter(order=order).values_list("sku", "packed"))


def test_a_box_is_opened_once(once):
    house, shipment = once(one_lamp)

    box = start_packing(shipment, actor=house.pat)
    again = start_packing(shipment, actor=house.pat)

    assert again == box
    assert box.number == f"{shipment.number}/1"
    assert box.status == "packing"
    assert Event.objects.get(kind="package.opened").actor == house.pat


def test_a_unit_is_packed_by_sku_or_barcode(house):
    shipment = picked_shipment(house, {"LAMP": 3})

    pack_unit(shipment, code="lamp", actor=house.pat)
    box = pack_unit(shipment, code=LAMP_CODE, quantity=2, actor=house.pat)

    assert contents(box) == {"LAMP": 3}
    assert packed_counts(shipment.order) == {"LAMP": 0}, "an open box is not packed yet"


def test_a_wrong_product_is_refused(once):
    house, shipment = once(lamps_and_shade)
    box = pack_unit(shipment, code="LAMP", actor=house.pat)

    with pytest.raises(WrongScan) as refusal:
        pack_unit(shipment, code="MUG", actor=house.pat)

    assert str(refusal.value) == (
        "You scanned MUG Blue mug. Expected: 1 × LAMP Brass lamp and 1 × SHADE Linen shade."
    )
    assert contents(box) == {"LAMP": 1}


def test_a_unit_too_many_is_refused(once):
    house, shipment = once(lamps_and_shade)
    box = pack_unit(shipment, code="LAMP", quantity=2, actor=house.pat)

    with pytest.raises(WrongScan) as refusal:
        pack_unit(shipment, code="LAMP", actor=house.pat)

    assert str(refusal.value) == (
        "You scanned LAMP: all of it is in the box. Expected: 1 × SHADE Linen shade."
    )
    assert contents(box) == {"LAMP": 2}


def test_more_units_than_expected_are_refused(once):
    house, shipment = once(two_lamps)

    with pytest.raises(WrongScan) as refusal:
        pack_unit(shipment, code="LAMP", quantity=3, actor=house.pat)

    assert str(refusal.value) == "You scanned 3 × LAMP. Expected: 2 × LAMP Brass lamp."
    assert not Package.objects.exists(), "a refused scan opens no box"


def test_a_scan_after_the_last_unit_says_to_close_the_box(once):
    house, shipment = once(one_lamp)
    pack_unit(shipment, code="LAMP", actor=house.pat)

    with pytest.raises(WrongScan, match="Expected: no more units, close the box"):
        pack_unit(shipment, code="SHADE", actor=house.pat)


@pytest.mark.parametrize("quantity", [0, -1])
def test_no_unit_is_refused(once, quantity):
    house, shipment = once(one_lamp)

    with pytest.raises(DomainError, match="Scan at least one unit"):
        pack_unit(shipment, code="LAMP", quantity=quantity, actor=house.pat)

    assert not Package.objects.exists()


def test_units_of_two_lines_with_one_product_fill_both(house):
    wanted = incoming({"LAMP": 2})
    wanted.lines.append(IncomingLine(sku="LAMP", title="Another lamp", quantity=1))
    [accepted] = accept_orders(house.ada.channel, [wanted])
    shipment = picked(house, Order.objects.get(pk=accepted.order_id))

    box = pack_unit(shipment, code="LAMP", quantity=3, actor=house.pat)

    assert sorted(box.lines.values_list("quantity", flat=True)) == [1, 2]


def test_what_remains_is_counted(house):
    shipment = picked_shipment(house, {"LAMP": 3, "SHADE": 1})
    pack_unit(shipment, code="LAMP", quantity=2, actor=house.pat)

    rows = [(row.line.sku, row.in_box, row.to_pack) for row in lines_to_pack(shipment)]

    assert rows == [("LAMP", 2, 1), ("SHADE", 0, 1)]


def test_an_open_box_is_emptied_to_start_over(once):
    house, shipment = once(two_lamps)
    box = pack_unit(shipment, code="LAMP", quantity=2, actor=house.pat)

    empty_package(box, actor=house.pat)

    assert contents(box) == {}
    assert pack_unit(shipment, code="LAMP", quantity=2, actor=house.pat) == box
    assert Event.objects.filter(kind="package.emptied", subject_id=box.pk).count() == 1


def test_an_empty_box_is_neither_closed_nor_emptied(once):
    house, shipment = once(one_lamp)
    box = start_packing(shipment, actor=house.pat)

    with pytest.raises(DomainError, match="is empty: scan a unit into it first"):
        close_package(box, actor=house.pat)
    with pytest.raises(DomainError, match="is already empty"):
        empty_package(box, actor=house.pat)

    assert Package.objects.get().status == "packing"


def test_the_last_unit_packs_the_shipment(once):
    house, shipment = once(two_lamps)
    box = pack_unit(shipment, code="LAMP", quantity=2, actor=house.pat)

    closed = close_package(box, weight_grams=740, actor=house.pat)

    assert (closed.status, closed.weight_grams) == ("packed", 740)
    shipment.refresh_from_db()
    assert shipment.status == "packed"
    assert packed_counts(shipment.order) == {"LAMP": 2}
    shipment.order.refresh_from_db()
    assert shipment.order.status == "packed"
    promise = Promise.objects.get(kind=Promise.Kind.SHIPS, shipment=shipment)
    event = Event.objects.get(kind="shipment.packed")
    assert event.data == {"promise": str(promise.pk)}
    assert event.actor == house.pat


def test_a_full_box_is_followed_by_another(once):
    house, shipment = once(two_lamps)
    first = pack_unit(shipment, code="LAMP", actor=house.pat)

    close_package(first, actor=house.pat)
    second = pack_unit(shipment, code="LAMP", actor=house.pat)

    shipment.refresh_from_db()
    assert shipment.status == "picked", "one unit is not in a closed box"
    assert second.number == f"{shipment.number}/2"
    close_package(second, actor=house.pat)
    shipment.refresh_from_db()
    assert shipment.status == "packed"
    assert Event.objects.filter(kind="shipment.packed").count() == 1


def test_a_closed_box_stays_as_it_is(once):
    house, shipment = once(one_box)
    box = shipment.packages.get()

    for change in (close_package, empty_package):
        with pytest.raises(DomainError, match="is packed: it can no longer be changed"):
            change(box, actor=house.pat)

    assert contents(box) == {"LAMP": 1}
    assert packed_counts(shipment.order) == {"LAMP": 1}


def test_only_a_picked_shipment_is_packed(house):
    order = make_order(house.ada, {"LAMP": 1})
    shipment = Shipment.objects.create(
        seller=order.seller, order=order, warehouse=house.warehouse, number="x-1",
        ship_by=order.ship_by,
    )  # fmt: skip

    with pytest.raises(
        DomainError, match="Shipment x-1 is planned: only a picked shipment can be packed"
    ):
        start_packing(shipment, actor=house.pat)

    assert not Package.objects.exists()


def test_a_shipment_is_ready_when_every_box_is_labelled(house):
    shipment = packed_shipment(house, {"LAMP": 2}, boxes=[{"LAMP": 1}, {"LAMP": 1}])

    with pytest.raises(DomainError, match=f"Box {shipment.number}/1 has no label yet"):
        mark_ready(shipment, actor=house.pat)
    label_packages(shipment, actor=house.pat)
    ready = mark_ready(shipment, actor=house.pat)

    assert ready.status == "ready"
    assert Event.objects.get(kind="shipment.ready").actor == house.pat


def test_a_shipment_on_hold_does_not_get_ready(once):
    house, shipment = once(one_box)
    label_packages(shipment, actor=house.pat)
    hold_order(shipment.order, reason=Hold.Reason.SELLER, detail="Call first", actor=None)

    with pytest.raises(DomainError, match=r"is on hold \(Requested by seller: Call first\)"):
        mark_ready(shipment, actor=house.pat)

    shipment.refresh_from_db()
    assert shipment.status == "packed"


def test_a_scan_reads_under_the_lock_whether_its_order_is_on_hold(once):
    house, shipment = once(two_lamps)
    before = put_in_box(shipment, code="LAMP", actor=house.pat)
    hold_order(shipment.order, reason=Hold.Reason.SELLER, actor=None)

    after = put_in_box(shipment, code="LAMP", actor=house.pat)

    held = [[line.is_held for line in packed.lines] for packed in (before, after)]
    assert held == [[False], [True]]


def test_two_packers_open_one_box(once):
    house, shipment = once(one_lamp)

    results, refusals = race(*[lambda: start_packing(shipment, actor=house.pat)] * 2)

    assert refusals == []
    assert results[0] == results[1]
    assert Package.objects.count() == 1


def test_two_packers_pack_the_last_unit_once(once):
    house, shipment = once(one_lamp)
    start_packing(shipment, actor=house.pat)

    results, refusals = race(*[lambda: pack_unit(shipment, code="LAMP", actor=house.pat)] * 2)

    assert len(results) == 1
    assert refusals == [
        "You scanned LAMP: all of it is in the box. Expected: no more units, close the box."
    ]
    assert contents(Package.objects.get()) == {"LAMP": 1}


def test_two_packers_close_a_box_once(once):
    house, shipment = once(one_lamp)
    box = pack_unit(shipment, code="LAMP", actor=house.pat)

    results, refusals = race(*[lambda: close_package(box, actor=house.pat)] * 2)

    assert len(results) == 1
    assert refusals == [f"Box {box} is packed: it can no longer be changed."]
    assert packed_counts(shipment.order) == {"LAMP": 1}
    assert Event.objects.filter(kind="shipment.packed").count() == 1
