"""The books of goods: each broken rule is found and named."""

import pytest

from tests.support.vandals import vandal_of
from warehouse import books

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_books, pytest.mark.one_story]

LAMP = "product_id = %(lamp)s"
IN_BIN = f"{LAMP} AND on_hand = 15"
IN_TOTE = """
product_id = %(lamp)s AND location_id = (SELECT id FROM warehouse_location WHERE code = 'T-2')
"""
ON_SHELF = "location_id = (SELECT id FROM warehouse_location WHERE code = 'A-02-1')"
WALK = "shipment_line_id = (SELECT id FROM orders_shipmentline WHERE line_id = %(walk_line)s)"


@pytest.fixture
def vandal(db, told):
    """In its house 20 lamps came, 2 left, 1 returned; 5 are promised, 3 of them in totes."""
    with vandal_of(told) as vandal:
        yield vandal


def test_a_movement_too_many_is_found(vandal):
    received = f"{LAMP} AND reason = 'received'"
    with vandal.update("warehouse_stockmovement", "quantity = 21", received):
        assert books.ledger_equals_stock() == ["LAMP in A-01-1: 15 on hand, the ledger says 16"]


def test_stock_without_a_movement_is_found(vandal):
    with vandal.delete("warehouse_stockmovement", "reason = 'restocked'"):
        assert books.ledger_equals_stock() == ["LAMP in A-02-1: 1 on hand, the ledger says 0"]


def test_a_movement_without_stock_is_found(vandal):
    with vandal.delete("warehouse_stock", ON_SHELF):
        assert books.ledger_equals_stock() == ["LAMP in A-02-1: 0 on hand, the ledger says 1"]


def test_stock_of_another_lot_is_found(vandal):
    with vandal.update("warehouse_stock", "lot = 'L7'", ON_SHELF):
        assert sorted(books.ledger_equals_stock()) == [
            "LAMP in A-02-1 lot L7: 1 on hand, the ledger says 0",
            "LAMP in A-02-1: 0 on hand, the ledger says 1",
        ]


def test_supply_that_differs_from_what_lies_there_is_found(vandal):
    for change, broken in (
        ("on_hand = 20", "20 on hand, its places hold 19"),
        ("reserved = 20", "19 on hand, 20 promised"),
        ("reserved = 4", "5 pinned, 4 promised"),
    ):
        with vandal.update("warehouse_supply", change, LAMP):
            assert books.supply_equals_stock() == [f"LAMP in BER: {broken}"]


def test_supply_that_differs_from_its_reservations_is_found(vandal):
    with vandal.update("warehouse_supply", "reserved = 6", LAMP):
        assert books.supply_equals_reservations() == [
            "LAMP in BER: 6 reserved, its reservations say 5"
        ]


def test_a_shipment_without_reservation_is_found(vandal):
    with vandal.delete("warehouse_reservation", "line_id = %(packed_line)s"):
        assert books.reservations_equal_shipments() == [
            vandal.named("Order {packed}, line 1: 0 reserved, its shipments wait for 2")
        ]


def test_a_reservation_of_another_number_is_found(vandal):
    with vandal.update("warehouse_reservation", "quantity = 4", "line_id = %(walk_line)s"):
        assert books.reservations_equal_shipments() == [
            vandal.named("Order {walk}, line 1: 4 reserved, its shipments wait for 3")
        ]


def test_a_reservation_without_shipment_is_found(vandal):
    with vandal.delete("orders_shipmentline", "line_id = %(walk_line)s"):
        assert books.reservations_equal_shipments() == [
            vandal.named("Order {walk}, line 1: 3 reserved, its shipments wait for 0")
        ]


def test_pins_that_nobody_needs_or_has_are_found(vandal):
    for pinned in (1, 16):
        with vandal.update("warehouse_stock", f"pinned = {pinned}", IN_BIN):
            assert books.pins_equal_stops() == [
                f"LAMP in A-01-1: {pinned} of 15 pinned, pickers are sent to 2"
            ]


def test_a_tote_that_holds_something_else_is_found(vandal):
    for change, broken in (
        ("pinned = 0", "1 on hand, 0 pinned, picked and not handed over are 1"),
        ("on_hand = 2, pinned = 2", "2 on hand, 2 pinned, picked and not handed over are 1"),
    ):
        with vandal.update("warehouse_stock", change, IN_TOTE):
            assert books.totes_hold_what_is_picked() == [f"LAMP in tote T-2: {broken}"]


def test_a_walk_that_differs_from_its_shipment_is_found(vandal):
    for change, broken in (
        ("quantity = 4", "1 of 3 picked, its walk says 1 of 4"),
        ("picked = 2", "1 of 3 picked, its walk says 2 of 3"),
        ("short = 3", "1 of 3 picked, its walk says 1 of 0"),
    ):
        with vandal.update("warehouse_pickline", change, WALK):
            found = vandal.named(f"Shipment {{walk}}-1, line 1: {broken}")
            assert books.walks_equal_shipments() == [found]


def test_a_walk_that_goes_on_without_its_shipment_is_found(vandal):
    with vandal.update("orders_shipment", "status = 'released'", "order_id = %(walk)s"):
        assert books.open_walks_are_picking() == [
            vandal.named("Shipment {walk}-1 is released, its walk is open")
        ]


def test_a_shipment_in_picking_without_a_walk_is_found(vandal):
    with vandal.update("warehouse_picklist", "status = 'done'", "true"):
        assert books.open_walks_are_picking() == [
            vandal.named("Shipment {walk}-1 is picking, its walk is done")
        ]
