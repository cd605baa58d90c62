"""POST of an action on an order, once under its key; allowed_actions says what they would say."""

import pytest
from django.db import transaction

from fulfillment.api.orders.actions import Address, _hold_of, _postal
from fulfillment.api.orders.described import describe_order, orders_to_describe
from orders.access import Viewer
from orders.decisions.merge import merged_of, send_apart, send_together, why_not_apart
from orders.decisions.split import (
    join_shipment,
    joinable_of,
    split_shipment,
    splittable_of,
)
from orders.decisions.uncancel import undo_cancellation
from orders.errors import DomainError
from orders.lifecycle.address import enter_address
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.edit import edit_order
from orders.lifecycle.edit_lines import add_lines
from orders.lifecycle.holds import hold_order, release_hold
from orders.models import Event, Hold, IdempotencyKey, Order, Shipment, Warehouse
from orders.shops.base import IncomingLine
from orders.states import SHIPMENT_NOT_BEGUN
from tests.api.asking import ask, errors_of
from tests.support import stages
from tests.support.cast import make_order, make_second_warehouse, put_stock
from tests.support.racing import race
from warehouse.stock.allocation import allocate_due
from warehouse.stock.moving import movable_of, send_from

pytestmark = pytest.mark.django_db

CANCEL_PROBLEMS = {"units", "lines[0].line", "lines[0].quantity"}
NEW_ADDRESS = {"street": "Chausseestr. 2", "postcode": "10115", "city": "Berlin", "country": "de"}


def events_of(order):
    return list(Event.objects.filter(order=order).order_by("pk").values_list("kind", flat=True))


def test_an_order_is_held_released_addressed_and_cancelled(ada, lamp):
    order = make_order(ada, {"LAMP": 2}, street="", city="")
    path = f"orders/{order.pk}"
    told = ask(ada, f"{path}/hold/", {"detail": "Grace\nasked."}).json()
    reasons = {hold["reason"]: hold for hold in told["holds"]}
    assert (told["status"], reasons["seller"]["detail"]) == ("on_hold", "Grace asked.")

    answer = ask(ada, f"{path}/release/", {})
    assert (answer.status_code, *errors_of(answer)) == (422, "hold")
    answer = ask(ada, f"{path}/release/", {"hold": str(order.pk)})
    assert (answer.status_code, *errors_of(answer)) == (422, "hold")
    answer = ask(ada, f"{path}/release/", {"hold": reasons["no_address"]["id"]})
    assert (answer.status_code, answer.json()["type"].partition("#")[2]) == (409, "conflict")
    told = ask(ada, f"{path}/release/", {"hold": reasons["seller"]["id"]}).json()
    assert [hold["reason"] for hold in told["holds"]] == ["no_address"]

    told = ask(ada, f"{path}/address/", NEW_ADDRESS).json()
    assert (told["holds"], told["address"]["country"]) == ([], "DE")
    assert told["customer"]["name"] == "Grace Hopper"
    told = ask(ada, f"{path}/cancel/", b"").json()
    assert (told["status"], told["lines"][0]["cancelled"]) == ("cancelled", 2)
    answer = ask(ada, f"{path}/cancel/", {})
    assert (answer.status_code, answer.json()["detail"]) == (
        409, f"Order {order} has nothing left to cancel.",
    )  # fmt: skip


def test_units_of_lines_are_cancelled(ada, bo, lamp, shade):
    order = make_order(ada, {"LAMP": 5, "SHADE": 1})
    path = f"orders/{order.pk}/cancel/"
    lamps, shades = order.lines.all()
    told = ask(ada, path, {"lines": [{"line": str(lamps.pk), "quantity": 2}]}).json()
    assert [(line["ordered"], line["cancelled"]) for line in told["lines"]] == [(5, 2), (1, 0)]

    twice = {"lines": [{"line": str(lamps.pk), "quantity": 1}] * 2}
    assert errors_of(ask(ada, path, twice)) == {"lines[1].line": "is given twice"}
    foreign = make_order(bo, {"TEA": 1}).lines.get()
    answer = ask(ada, path, {"lines": [{"line": str(foreign.pk), "quantity": 1}]})
    assert (answer.status_code, *errors_of(answer)) == (422, "lines[0].line")
    many = {
        "lines": [{"line": str(lamps.pk), "quantity": 1}, {"line": str(shades.pk), "quantity": 2}]
    }
    answer = ask(ada, path, many)
    assert (answer.status_code, answer.json()["detail"]) == (
        409, "Title of SHADE: 1 can be cancelled, not 2.",
    )  # fmt: skip
    # A client that found no line to cancel does not mean all of them.
    answer = ask(ada, path, {"lines": []})
    assert errors_of(answer) == {"lines": "expected 1 to 2000 lines, got 0"}
    assert [line.cancelled for line in order.lines.all()] == [2, 0]


def test_what_an_action_does_not_take_is_refused_by_field(ada, bo, lamp):
    order = make_order(ada, {"LAMP": 2})
    wrong = {
        "address": ({"street": " ", "country": "Germany"}, {"city", "country"}),
        "cancel": ({"units": 1, "lines": [{"quantity": 0}]}, CANCEL_PROBLEMS),
        "hold": ({"detail": "x" * 251}, {"detail"}),
        "release": ({"hold": "all"}, {"hold"}),
    }
    for action, (body, fields) in wrong.items():
        answer = ask(ada, f"orders/{order.pk}/{action}/", body)
        assert (answer.status_code, {*errors_of(answer)}) == (422, fields), action
        assert ask(ada, f"orders/{order.pk}/{action}/", b"{").status_code == 400
        assert ask(bo, f"orders/{order.pk}/{action}/", {}).status_code == 404
        assert ask(ada, f"orders/{order.pk}/{action}/").status_code == 405
    blank = NEW_ADDRESS | {"street": " \u200b", "city": "\n"}
    answer = ask(ada, f"orders/{order.pk}/address/", blank)
    assert {*errors_of(answer)} == {"street", "city"}
    assert events_of(order) == ["order.received"]


def test_an_action_happens_once_under_its_key(ada, lamp):
    order = make_order(ada, {"LAMP": 2})
    path = f"orders/{order.pk}/hold/"
    answers, _ = race(*[lambda: ask(ada, path, {}, Idempotency_Key="one")] * 3)
    assert [answer.status_code for answer in answers] == [200] * 3
    assert Hold.objects.count() == 1
    assert ask(ada, path, {}).status_code == 409
    refused = ask(ada, path, {}, Idempotency_Key="two")
    ask(ada, f"orders/{order.pk}/release/", {})
    again = ask(ada, path, {}, Idempotency_Key="two")
    assert (again.status_code, again.content) == (409, refused.content)
    other = ask(ada, f"orders/{order.pk}/cancel/", {}, Idempotency_Key="one")
    assert (other.status_code, *errors_of(other)) == (422, "Idempotency-Key")
    assert ask(ada, path, {}, Idempotency_Key="x" * 201).status_code == 400
    assert ask(ada, path, {}, Idempotency_Key="").status_code == 400
    assert Order.objects.get().status == "received"


def test_a_kept_answer_holds_no_address(ada, lamp):
    order = make_order(ada, {"LAMP": 2}, street="", city="")
    for _ in range(2):
        answer = ask(ada, f"orders/{order.pk}/address/", NEW_ADDRESS, Idempotency_Key="a")
        assert answer.json()["address"]["street"] == "Chausseestr. 2"
    assert "Chaussee" not in str(IdempotencyKey.objects.get().answer)
    assert events_of(order).count("order.address_entered") == 1


def _split(order):
    shipment = splittable_of(order, None)
    split_shipment(shipment, {shipment.lines.first().line_id: 1}, actor=None)


def _merge(order):
    open_ones = Shipment.objects.filter(status__in=SHIPMENT_NOT_BEGUN, is_apart=False)
    others = Order.objects.filter(shipments__in=open_ones).exclude(pk=order.pk)
    send_together([order, *others], actor=None)


def _unmerge(order):
    shipments = list(order.shipments.all())
    if merged_of(shipments) is None:
        raise DomainError(why_not_apart(order, shipments))
    send_apart(merged_of(shipments), actor=None)


def other_house(order):
    return Warehouse.objects.exclude(pk=order.seller.warehouse_id).get(served__seller=order.seller)


ACTIONS = {
    "cancel": lambda order: cancel_order(order, actor=None),
    "uncancel": lambda order: undo_cancellation(order, actor=None),
    "hold": lambda order: hold_order(order, reason=Hold.Reason.SELLER, actor=None),
    "release": lambda order: release_hold(_hold_of(order, None), actor=None),
    "address": lambda order: enter_address(
        order, address=_postal(Address(**NEW_ADDRESS), order), actor=None
    ),
    "edit": lambda order: edit_order(order, {"email": "new@example.com"}, actor=None),
    "units": lambda order: add_lines(order, [IncomingLine("NEW", "New", 1)], actor=None),
    "split": _split,
    "join": lambda order: join_shipment(joinable_of(order, None), actor=None),
    "merge": _merge,
    "unmerge": _unmerge,
    "move": lambda order: send_from(movable_of(order, None), other_house(order), actor=None),
}


def why_not(order, act):
    """What an action says to an order, which stays as it is; "" where it would do it."""
    try:
        with transaction.atomic():
            act(order)
            transaction.set_rollback(True)
    except DomainError as error:
        return str(error)
    return ""


def test_allowed_actions_are_what_the_actions_say(monday_house):
    house = monday_house
    stages.delivered_order(house, {"LAMP": 1})
    stages.sent_packages(house, {"LAMP": 1})
    stages.ready_shipment(house, {"LAMP": 1})
    stages.packed_shipment(house, {"LAMP": 1})
    stages.picked_shipment(house, {"LAMP": 1, "SHADE": 1})
    ada = house.ada
    two, *others = [make_order(ada, {"LAMP": 2}) for _ in range(3)]
    allocate_due()
    leipzig = make_second_warehouse(ada.seller)
    for sku in ("LAMP", "SHADE"):
        put_stock(ada.products[sku], 99, warehouse=leipzig)
    _split(two)
    send_together([two, others[0]], actor=None)
    cancel_order(make_order(ada, {"LAMP": 1}), actor=None)
    hold_order(make_order(ada, {"LAMP": 1}), reason=Hold.Reason.SELLER, actor=None)
    make_order(ada, {"NOBODY": 1})
    make_order(ada, {"LAMP": 1}, street="")
    make_order(ada, {"LAMP": 999})
    make_order(ada, {"LAMP": 1})
    make_order(ada, {"LAMP": 1})

    viewer = Viewer(roles=frozenset({"api_key"}), seller_ids=frozenset({ada.seller.pk}))
    orders = list(orders_to_describe(viewer))
    assert len(orders) == 15
    seen = set()
    for order in orders:
        told = {one.action: one for one in describe_order(order).allowed_actions}
        for name, act in ACTIONS.items():
            reason = why_not(Order.objects.get(pk=order.pk), act)
            assert (told[name].reason, told[name].allowed) == (reason, not reason), order.status
            seen.add((name, told[name].allowed))
    assert len(seen) == 24, "each action is allowed to one, and refused to another"


def test_a_shipment_is_sent_from_another_warehouse(ada, bo, lamp, shade):
    put_stock(lamp, 9)
    order = make_order(ada, {"LAMP": 2})
    allocate_due()
    path = f"orders/{order.pk}/move/"
    alone = ask(ada, path, {"warehouse": ada.seller.warehouse.code})
    assert (alone.status_code, alone.json()["detail"]) == (
        409, "All orders of this seller leave one warehouse.",
    )  # fmt: skip
    leipzig = make_second_warehouse(ada.seller)
    short = ask(ada, path, {"warehouse": "LEJ"})
    assert (short.status_code, short.json()["detail"]) == (
        409, "Leipzig has 0 of 2 Title of LAMP.",
    )  # fmt: skip
    put_stock(lamp, 9, warehouse=leipzig)
    for code in ("", "HAM", "x" * 21):
        assert {*errors_of(ask(ada, path, {"warehouse": code}))} == {"warehouse"}
    stranger = {"warehouse": "LEJ", "shipment": str(order.pk)}
    assert ask(ada, path, stranger).status_code == 409
    assert ask(bo, path, {"warehouse": "LEJ"}).status_code == 404
    answers = [ask(ada, path, {"warehouse": "lej", "reason": "Flooded."}) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 409]
    assert order.shipments.get().warehouse == leipzig
    assert events_of(order).count("shipment.moved") == 1
