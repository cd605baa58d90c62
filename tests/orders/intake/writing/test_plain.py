"""The short text of the intake's statement: it writes what the whole one writes, or nothing."""

import pytest

from notifications.models import Delivery, Endpoint, Message
from orders.intake import plain
from orders.intake.acceptance import accept_orders
from orders.models import Event, Hold, Order, OrderLine, Promise, SkuAlias
from orders.shops.base import IncomingLine
from tests.support.cast import incoming, make_kit, make_product
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db

# What is another one in each order: ids, references, tokens and moments.
OWN = {
    *("id", "order_id", "event_id", "promise_id", "subject_id", "kit_line_id", "transaction_id"),
    *("reference", "number", "tracking_hash", "data", "payload", "webhook_id", "zone_moment"),
}


@pytest.fixture
def lamp(ada):
    make_product(ada, "CUP", "Cup")
    make_kit(ada, "BOX", "Box", {"CUP": 2})
    return make_product(ada, "LAMP", "Desk lamp")


def taken(side, orders):
    """How many statements it takes to accept orders of which none was taken before."""
    with count_statements() as statements:
        results = accept_orders(side.channel, orders)
    assert all(result.is_new for result in results)
    return len(statements)


def rows_of(order):
    """What was written of an order, but for what no two orders share."""
    found = Order.objects.get(reference=order.reference)
    return {
        model.__name__: [
            {
                name: value
                for name, value in row.items()
                if name not in OWN and not hasattr(value, "hour")
            }
            for row in model.objects.filter(**key(model, found)).order_by(in_turn(model)).values()
        ]
        for model in (Order, OrderLine, Promise, Hold, Event, Message, Delivery)
    }


def key(model, order):
    return {"pk": order.pk} if model is Order else {"order": order}


def in_turn(model):
    """Ids of lines of parts are in no order."""
    return "position" if model is OrderLine else "pk"


def unknown():
    return incoming({"LAMP": 1, "NEW": 1})


def with_title_alone():
    order = incoming({"LAMP": 1})
    order.lines.append(IncomingLine(sku="", title="A card", quantity=1, ships=False))
    return order


@pytest.mark.parametrize(
    "make",
    [
        lambda: incoming({"LAMP": 2, "CUP": 1}),
        lambda: incoming({"LAMP": 2}, is_gift=True, note="Ring twice", priority=5),
        lambda: incoming({"LAMP": 2}, is_held=True),
        lambda: incoming({"LAMP": 2}, is_pickup=True, street="", city=""),
    ],
)
def test_a_plain_order_takes_one_statement_and_the_rows_are_those_of_the_whole(ada, lamp, make):
    orders = [make(), make()]

    assert taken(ada, orders[:1]) == 1
    assert plain.tried.is_due(ada.channel.pk)
    plain.tried.was_in_vain(ada.channel.pk)
    assert taken(ada, orders[1:]) == 1

    assert rows_of(orders[0]) == rows_of(orders[1])
    assert len(rows_of(orders[0])["Message"]) == 2


@pytest.mark.parametrize(
    ("make", "written"),
    [
        (unknown, {"Hold": 1, "OrderLine": 2}),
        (with_title_alone, {"Hold": 0, "OrderLine": 2}),
        (lambda: incoming({"lamp": 1}), {"Hold": 0, "OrderLine": 1}),
        (lambda: incoming({"LICHT": 1}), {"Hold": 0, "OrderLine": 1}),
        (lambda: incoming({"BOX": 1}), {"Hold": 0, "OrderLine": 2}),
    ],
)
def test_what_is_not_plain_is_written_once_by_the_whole_text(ada, lamp, make, written):
    SkuAlias.objects.create(seller=ada.seller, channel=ada.channel, sku="licht", product=lamp)
    orders = [make(), make()]

    assert taken(ada, orders[:1]) == 2
    assert taken(ada, orders[1:]) == 1  # it was in vain just now

    assert rows_of(orders[0]) == rows_of(orders[1])
    found = rows_of(orders[0])
    assert {name: len(found[name]) for name in written} == written
    assert Order.objects.count() == 2


def test_an_endpoint_of_the_seller_hears_of_each_order(ada, bo, lamp):
    assert taken(ada, [incoming({"LAMP": 1})]) == 1
    Endpoint.objects.create(seller=ada.seller, url="https://ada.example/", secret="s")
    heard = incoming({"LAMP": 1})

    assert taken(ada, [heard]) == 2
    assert len(rows_of(heard)["Delivery"]) == 1
    make_product(bo, "TEA", "Tea")
    assert taken(bo, [incoming({"TEA": 1})]) == 1


def test_an_order_without_an_address_is_not_tried_at_all(ada, lamp):
    lost = incoming({"LAMP": 1}, street="", city="")

    assert taken(ada, [lost]) == 1

    assert [hold["reason"] for hold in rows_of(lost)["Hold"]] == ["no_address"]
    assert plain.tried.is_due(ada.channel.pk)


def test_of_orders_together_all_are_written_or_none(ada, lamp):
    orders = [incoming({"LAMP": 1}), unknown(), incoming({"LAMP": 3})]

    assert taken(ada, orders) == 2

    assert [len(rows_of(order)["Hold"]) for order in orders] == [0, 1, 0]
    assert Event.objects.filter(kind="order.received").count() == 3


def test_a_known_order_is_no_reason_to_ask_twice(ada, lamp):
    known, new = incoming({"LAMP": 1}), incoming({"LAMP": 1})
    accept_orders(ada.channel, [known])

    results = accept_orders(ada.channel, [known, new])

    assert [result.is_new for result in results] == [False, True]
    assert plain.tried.is_due(ada.channel.pk)
    assert Order.objects.count() == 2


def test_a_channel_is_tried_again_after_a_while(ada, lamp, monkeypatch):
    accept_orders(ada.channel, [unknown()])
    assert not plain.tried.is_due(ada.channel.pk)
    monkeypatch.setattr(plain, "AGAIN_SECONDS", 0)
    assert taken(ada, [incoming({"LAMP": 1})]) == 1


def test_a_process_remembers_few_channels(monkeypatch):
    monkeypatch.setattr(plain, "MOST_CHANNELS", 2)
    tried = plain.Tried()
    for number in range(3):
        tried.was_in_vain(number)
    assert [tried.is_due(number) for number in range(3)] == [True, True, False]
