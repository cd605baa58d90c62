"""What an accepted order is stored as: cut, cleaned, within limits, known again by its channel."""

import pytest

from orders.intake.acceptance import accept_orders, problems_of
from orders.lifecycle.quantities import COUNTERS
from orders.models import Hold, Order, SalesChannel
from orders.shops.base import IncomingLine
from tests.support.cast import incoming, make_product

pytestmark = pytest.mark.django_db

LONG = "x" * 999
LONGEST = {
    "number": 60, "customer_name": 120, "company": 120, "street": 250, "postcode": 20, "city": 100,
    "region": 100, "note": 500,
}  # fmt: skip


def accepted(side, sold, *, channel=None):
    [result] = accept_orders(channel or side.channel, [sold])
    return Order.objects.get(pk=result.order_id)


def test_a_long_text_is_cut_to_its_column(ada):
    sold = incoming({}, **dict.fromkeys(LONGEST, LONG), email=f" {LONG}")
    sold.lines.append(IncomingLine(sku=LONG, title=LONG, quantity=1))

    order = accepted(ada, sold)

    assert {name: len(getattr(order, name)) for name in LONGEST} == LONGEST
    assert len(order.email) == 254
    line = order.lines.get()
    assert (len(line.sku), len(line.title)) == (80, 250)
    assert len(Hold.objects.get().detail) == 80


def test_what_is_no_sign_becomes_one_space(ada):
    name = "A\tB\x01C\x1fD\x7fE\x85F\u2028G\u2029H  I"

    order = accepted(ada, incoming({"LAMP": 1}, customer_name=name))

    assert order.customer_name == "A B C D E F G H I"


def test_a_street_keeps_its_lines_but_no_empty_one(ada):
    order = accepted(ada, incoming({"LAMP": 1}, street=" Linden 1 \n\n c/o  Grace\r\n"))

    assert order.street == "Linden 1\nc/o Grace"


def test_nothing_has_happened_to_a_new_line(ada):
    make_product(ada, "LAMP", "Desk lamp")

    line = accepted(ada, incoming({"LAMP": 3})).lines.get()

    assert {name: getattr(line, name) for name in COUNTERS} == dict.fromkeys(COUNTERS, 0) | {
        "ordered": 3
    }
    assert (line.order.shipments_made, line.order.token_revision, line.position) == (0, 1, 1)


def test_the_same_reference_in_another_channel_is_another_order(ada):
    api = SalesChannel.objects.get(seller=ada.seller, kind="api")
    sold = incoming({"LAMP": 1})
    first, second = accepted(ada, sold), accepted(ada, sold, channel=api)
    assert first != second

    for channel, order in ((ada.channel, first), (api, second)):
        [again] = accept_orders(channel, [sold])
        assert (again.order_id, again.is_new) == (order.pk, False)
    assert Order.objects.count() == 2


@pytest.mark.parametrize(
    ("reference", "sold", "problems"),
    [
        ("r" * 120, [("LAMP", "", 1)], []),
        ("r" * 121, [("LAMP", "", 1)], [("reference", "expected 1 to 120 characters")]),
        (" ", [("LAMP", "", 1)], [("reference", "expected 1 to 120 characters")]),
        ("r", [], [("lines", "expected at least one line")]),
        ("r", [("LAMP", "", 1)] * 2000, []),
        ("r", [("LAMP", "", 1)] * 2001, [("lines", "expected at most 2000 lines")]),
        ("r", [("", "Lamp", 1_000_000)], []),
        ("r", [("", "Lamp", 1_000_001)], [("lines[0].quantity", "expected 1 to 1000000")]),
        ("r", [("", "Lamp", 0)], [("lines[0].quantity", "expected 1 to 1000000")]),
        ("r", [("", "", 1)], [("lines[0].sku", "expected a SKU or a title")]),
    ],
)
def test_what_makes_no_sense_is_named(reference, sold, problems):
    order = incoming({}, reference=reference)
    order.lines += [IncomingLine(sku=sku, title=title, quantity=n) for sku, title, n in sold]

    assert problems_of(order) == problems
