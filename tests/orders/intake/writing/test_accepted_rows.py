"""What an accepted order is stored as: whole, cleaned, within limits, known by its channel."""

from datetime import UTC, datetime
from uuid import UUID

import pytest
import time_machine
from django.db import IntegrityError, connection

from notifications.models import Message
from orders.intake.acceptance import accept_orders, problems_of
from orders.lifecycle.quantities import COUNTERS
from orders.models import Event, Hold, Order, SalesChannel, Seller, Service
from orders.models.base import unsaved
from orders.services.editing import add_service
from orders.shops.base import IncomingLine
from orders.values.moments import MOMENT
from tests.support.cast import MONDAY, incoming, make_product

pytestmark = pytest.mark.django_db

# What a shop may send, and is kept to the last letter: the number of the flat is at the end.
LONGEST = {
    "number": 60, "customer_name": 600, "company": 255, "street": 600, "postcode": 255, "city": 255,
    "region": 255, "note": 5000, "email": 254,
}  # fmt: skip


def accepted(side, sold, *, channel=None):
    [result] = accept_orders(channel or side.channel, [sold])
    return Order.objects.get(pk=result.order_id)


def test_a_long_text_is_kept_whole_or_refused(ada):
    longest = {name: "x" * most for name, most in LONGEST.items()}
    sold = incoming({}, **longest)
    sold.lines.append(IncomingLine(sku="s" * 255, title="t" * 600, quantity=1))

    order = accepted(ada, sold)

    assert {name: getattr(order, name) for name in LONGEST} == longest
    line = order.lines.get()
    assert (line.sku, line.title) == ("s" * 255, "t" * 600)
    assert len(Hold.objects.get().detail) == 250
    for name, most in LONGEST.items():
        problem = f"expected at most {most} characters, got {most + 1}"
        assert problems_of(incoming({"LAMP": 1}, **{name: "x" * (most + 1)})) == [(name, problem)]


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("placed_at", datetime(1, 1, 1, tzinfo=UTC), MOMENT),
        ("placed_at", datetime(9999, 12, 31, tzinfo=UTC), MOMENT),
        ("country", "Germany", "expected two letters like DE"),
        ("language", "deu-ABCDE", "expected a language like en or de-AT"),
        ("currency", "euro", "expected three capital letters like EUR"),
    ],
)
def test_whoever_has_read_an_order_what_cannot_be_kept_is_refused(name, value, problem):
    assert problems_of(incoming({"LAMP": 1}, **{name: value})) == [(name, problem)]


@pytest.mark.parametrize(
    ("model", "columns"),
    [
        ("order", {"placed_at": "0001-01-01T00:00:00+14:00"}),
        ("order", {"placed_at": "infinity"}),
        ("order", {"ship_by": "9999-12-31T23:59:59-14:00"}),
        ("order", {"country": "de"}),
        ("order", {"language": "German"}),
        ("orderline", {"ordered": 1_000_001}),
        ("orderline", {"unit_price": -1}),
        ("promise", {"latest": "9999-12-31T23:59:59-14:00"}),
        ("promise", {"local_on": "9999-12-31"}),
        ("seller", {"language": "German"}),
        ("warehouse", {"country": "??"}),
    ],
)
def test_a_row_that_nobody_can_read_cannot_exist(ada, model, columns):
    accepted(ada, incoming({"LAMP": 1}))
    ((name, value),) = columns.items()

    with pytest.raises(IntegrityError, match="violates check constraint"), connection.cursor() as c:
        c.execute(f"UPDATE orders_{model} SET {name} = %s", [value])  # noqa: S608


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
        ("r", [(" \n", "\u200b", 1)], [("lines[0].sku", "expected a SKU or a title")]),
    ],
)
def test_what_makes_no_sense_is_named(reference, sold, problems):
    order = incoming({}, reference=reference)
    order.lines += [IncomingLine(sku=sku, title=title, quantity=n) for sku, title, n in sold]

    assert problems_of(order) == problems


def test_a_row_that_is_made_quickly_is_as_its_model_makes_it(ada):
    columns = {"seller_id": ada.seller.pk, "language": "de"}
    for model, given in ((Order, columns), (Message, columns), (Event, {"kind": "order.received"})):
        made, usual = unsaved(model, **given), model(**given)
        for row in (made, usual):
            for name in ("id", "created_at", "next_attempt_at", "placed_at"):
                if isinstance(vars(row).get(name), datetime | UUID):
                    vars(row)[name] = type(vars(row)[name])
        kept = {name: value for name, value in vars(usual).items() if name != "_state"}
        assert {name: value for name, value in vars(made).items() if name != "_state"} == kept
        assert (made._state.adding, made._state.db) == (True, None)
    assert unsaved(Event).data is not unsaved(Event).data
    assert unsaved(Order).pk != unsaved(Order).pk


@pytest.mark.parametrize("postcodes", ["", "10"])
@time_machine.travel(MONDAY, tick=False)
def test_orders_that_come_together_are_as_each_alone(ada, postcodes):
    near = {"country": "DE", "postcodes": postcodes, "days_min": 1, "days_max": 1}
    far = {"country": "FR", "postcodes": "", "days_min": 3, "days_max": 5}
    given = {"name": "Van", "days": "weekdays", "carrier": "own"}
    Service.objects.filter(seller=ada.seller).delete()
    add_service(ada.seller, given, [near, far], actor=ada.owner)
    ada.channel.seller = Seller.objects.select_related("warehouse").get(pk=ada.seller.pk)
    places = (
        {}, {"postcode": "80331"}, {"country": "FR"}, {"country": "AU"}, {"city": ""}, {},
        {"country": "AU", "city": "Sydney"}, {"is_pickup": True}, {"country": "FR", "street": "x"},
    )  # fmt: skip

    def stored(results):
        rows = Order.objects.in_bulk([result.order_id for result in results])
        orders = [rows[result.order_id] for result in results]
        promised = ("earliest", "latest", "local_on", "zone", "released_at")
        return [
            (
                order.status, order.service, order.ship_by,
                order.promises.values_list(*promised).get(),
                list(order.holds.order_by("reason").values_list("reason", "detail")),
            )
            for order in orders
        ]  # fmt: skip

    together = stored(accept_orders(ada.channel, [incoming({"A": 1}, **place) for place in places]))
    alone = [accept_orders(ada.channel, [incoming({"A": 1}, **place)])[0] for place in places]

    assert together == stored(alone)
    assert (together[0] == together[1]) is not bool(postcodes)
    assert together[0][1] != together[2][1]
