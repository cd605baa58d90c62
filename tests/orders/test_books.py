"""The books of orders: each broken rule is found and named."""

import pytest

from orders import books
from orders.models import Return
from tests.support.vandals import vandal_of

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_books, pytest.mark.one_story]

SENT = "id = %(sent_line)s"
SENT_LINE = "Order {sent}, line 1:"


@pytest.fixture
def vandal(db, told):
    with vandal_of(told) as vandal:
        yield vandal


def test_an_order_line_that_counts_wrong_is_found(vandal):
    for change, broken in (
        ("backordered = 1", "a unit is in two places"),
        ("picked = 3", "more is picked than allocated"),
        ("packed = 3", "more is packed than picked"),
        ("shipped = 3", "more is shipped than packed"),
        ("lost = 1", "more journeys end than began"),
        ("returned = 3", "more is returned than delivered"),
        ("replaced = 2", "more is replaced than never came"),
    ):
        with vandal.update("orders_orderline", change, SENT):
            assert books.counters_of_lines() == [vandal.named(f"{SENT_LINE} {broken}")]


def test_a_shipment_that_is_not_where_it_says_is_found(vandal):
    for order, status, broken in (
        ("walk", "released", "units of it are picked"),
        ("walk", "cancelled", "units of it are picked"),
        ("walk", "picked", "units of it are not picked"),
        ("walk", "ready", "units of it are not packed"),
        ("packed", "handed_over", "a box of it is still here"),
    ):
        with vandal.update("orders_shipment", f"status = '{status}'", f"order_id = %({order})s"):
            found = vandal.named(f"Shipment {{{order}}}-1, {status}: {broken}")
            assert books.counters_of_shipments() == [found]


def test_a_shipment_line_that_skips_a_step_is_found(vandal):
    with vandal.update("orders_shipmentline", "packed = 3", "line_id = %(packed_line)s"):
        assert books.counters_of_shipments() == [
            vandal.named(
                "Shipment {packed}-1, packed: its lines count more packed than picked, "
                "or picked than planned"
            )
        ]


def test_a_line_that_differs_from_its_shipments_is_found(vandal):
    for change, broken in (
        ("quantity = 4", "3 allocated, its shipments say 4"),
        ("picked = 2", "1 picked, its shipments say 2"),
        ("packed = 1", "0 packed, its shipments say 1"),
    ):
        with vandal.update("orders_shipmentline", change, "line_id = %(walk_line)s"):
            found = vandal.named(f"Order {{walk}}, line 1: {broken}")
            assert books.lines_equal_shipments() == [found]


def test_a_line_that_differs_from_its_packages_is_found(vandal):
    for counter in ("shipped", "delivered"):
        with vandal.update("orders_orderline", f"{counter} = 1", SENT):
            found = vandal.named(f"{SENT_LINE} 1 {counter}, its packages say 2")
            assert books.lines_equal_packages() == [found]


def test_a_box_with_more_than_was_packed_is_found(vandal):
    part = "(SELECT id FROM orders_shipmentline WHERE line_id = %(packed_line)s)"
    with vandal.update("orders_packageline", "quantity = 3", f"shipment_line_id = {part}"):
        broken = "2 picked, 2 packed, its boxes hold 3, closed ones 3"
        assert books.shipments_equal_packages() == [
            vandal.named(f"Shipment {{packed}}-1, line 1: {broken}")
        ]


def test_a_return_that_counts_wrong_is_found(vandal):
    number = Return.objects.get().number
    for change, broken in (
        ("refused = 1", "more is decided than requested"),
        ("approved = 0", "more is received than approved"),
        ("received = 0", "more is inspected than received"),
        ("written_off = 1", "an inspected unit has no fate or two"),
    ):
        with vandal.update("orders_returnline", change, "true"):
            found = f"Return {number}, Title of LAMP: {broken}"
            assert books.counters_of_returns() == [found]


def test_returned_units_that_nobody_inspected_are_found(vandal):
    with vandal.update("orders_orderline", "returned = 2", SENT):
        broken = "2 delivered, 2 returned, returns say 1 and expect 0 more"
        assert books.lines_equal_returns() == [vandal.named(f"{SENT_LINE} {broken}")]


def test_more_requests_than_deliveries_are_found(vandal):
    with (
        vandal.update("orders_return", "status = 'requested'", "true"),
        vandal.update("orders_orderline", "delivered = 1", SENT),
    ):
        broken = "1 delivered, 1 returned, returns say 1 and expect 1 more"
        assert books.lines_equal_returns() == [vandal.named(f"{SENT_LINE} {broken}")]


def test_a_summary_that_is_not_the_sum_is_found(vandal):
    with vandal.update("orders_order", "status = 'received'", "id = %(sent)s"):
        found = vandal.named("Order {sent} is received, its lines say partly_returned")
        assert books.summaries() == [found]


def test_a_promise_that_is_settled_wrong_is_found(vandal):
    for order, kind, change, broken in (
        ("sent", "ships", "broken_at = now()", "it is settled twice"),
        ("sent", "ships", "kept_at = NULL, is_early = false", "it is open, and nothing is to come"),
        ("sent", "ships", "done_at = NULL", "it is kept, and nothing was done in time"),
        ("sent", "ships", "replaces_id = (SELECT id FROM orders_promise WHERE kind = 'arrives' "
         "LIMIT 1)", "it replaces one of another order or kind"),
    ):  # fmt: skip
        where = f"order_id = %({order})s AND kind = '{kind}'"
        with vandal.update("orders_promise", change, where):
            (found,) = books.promises_are_settled()
            assert found.startswith(vandal.named(f"Order {{{order}}}, promise {kind} of "))
            assert found.endswith(broken)


def test_a_label_that_nobody_can_want_is_found(vandal):
    for status in ("packing", "cancelled"):
        with vandal.update("orders_package", f"status = '{status}'", "order_id = %(sent)s"):
            broken = f"Box {{sent}}-1/1: its label is wanted, and it is {status}"
            assert books.labels_are_wanted() == [vandal.named(broken)]
