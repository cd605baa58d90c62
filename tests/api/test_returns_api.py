"""A program opens returns for customers, decides them and what differs, and reads all refunds."""

import pytest

from orders.models import Discrepancy, Order, OrderChange, Refund, Return
from orders.returns.handling import approve_return, request_return
from orders.returns.refunding import add_goodwill, pay_refund
from orders.returns.rules import add_rule
from orders.shops.base import Cost
from tests.api.asking import all_rows, ask, errors_of
from tests.orders.test_owed import bring_back, in_shop, sold
from tests.support.stages import delivered_order, open_house
from warehouse.returns.arrivals import receive_empty
from warehouse.returns.inspection import receive_return

pytestmark = pytest.mark.django_db


def brought():
    """Two lamps and a shade that were delivered."""
    house = open_house()
    return house, delivered_order(house, {"LAMP": 2, "SHADE": 1})


@pytest.fixture
def told(once):
    return once(brought)


@pytest.fixture
def house(told):
    return told[0]


@pytest.fixture
def order(told):
    return Order.objects.get(pk=told[1].pk)


def line(order, sku="LAMP"):
    return order.lines.get(sku=sku)


def requested(order):
    return request_return(order, units={line(order).pk: 1}, reason="changed_mind")


def actions_of(answer):
    return {one["action"]: one["reason"] for one in answer.json()["allowed_actions"]}


def test_a_return_is_opened_once_under_its_key(house, order):
    body = {
        "order": str(order.pk),
        "lines": [{"line": str(line(order).pk), "quantity": 2}],
        "reason": "damaged",
        "comment": "It flickers.",
    }
    assert errors_of(ask(house.ada, "returns/", body)).keys() == {"Idempotency-Key"}

    first, again = (ask(house.ada, "returns/", body, Idempotency_Key="k") for _ in range(2))

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    told = first.json()
    assert (told["status"], told["comment"], told["lines"][0]["approved"]) == (
        "approved", "It flickers.", 2,
    )  # fmt: skip
    assert Return.objects.count() == 1
    late = ask(house.ada, "returns/", body, Idempotency_Key="l")
    assert late.status_code == 409
    assert "already" in errors_of(late)[""]


@pytest.mark.parametrize(("given", "field"), [
    ({"order": "01a22354-0f7a-7967-9c10-6d34dc8df25a"}, "order"),
    ({"reason": "bored"}, "reason"),
    ({"lines": [{"line": "01a22354-0f7a-7967-9c10-6d34dc8df25a", "quantity": 1}]}, "lines[0].line"),
    ({"wish": "exchange"}, "wish"),
])  # fmt: skip
def test_a_senseless_return_is_refused_at_its_field(house, order, given, field):
    lines = [{"line": str(line(order).pk), "quantity": 1}]
    body = {"order": str(order.pk), "lines": lines, "reason": "damaged", **given}

    refused = ask(house.ada, "returns/", body, Idempotency_Key="k")

    assert (refused.status_code, set(errors_of(refused))) == (422, {field})
    assert not Return.objects.exists()


def test_a_program_decides_until_something_comes_and_is_told_why_not(house, order):
    back = requested(order)
    path = f"returns/{back.pk}"
    assert actions_of(ask(house.ada, f"{path}/")) == {"approve": "", "refuse": ""}
    assert ask(house.bo, f"{path}/approve/", {}).status_code == 404
    assert errors_of(ask(house.ada, f"{path}/refuse/", {"words": " "})).keys() == {"words"}

    for _ in range(2):  # under its key a repeat is no second decision
        refused = ask(house.ada, f"{path}/refuse/", {"words": "Worn."}, Idempotency_Key="r")
        assert (refused.json()["status"], refused.json()["words"]) == ("refused", "Worn.")
    assert ask(house.ada, f"{path}/refuse/", {"words": "Worn."}).status_code == 409
    approved = ask(house.ada, f"{path}/approve/", {"reason": "After all."})
    assert (approved.json()["status"], approved.json()["words"]) == ("approved", "")
    kept = OrderChange.objects.get(event__kind="return.approved", field="reason")
    assert kept.after == "After all."

    receive_return(back, received={back.lines.get().pk: 1}, actor=house.pat)
    told = ask(house.ada, f"{path}/refuse/", {"words": "Worn."})
    assert told.status_code == 409
    assert actions_of(ask(house.ada, f"{path}/"))["refuse"] == errors_of(told)[""]


def test_what_the_policy_refused_is_approved_with_a_reason_only(house, order):
    add_rule(house.ada.seller, {"outcome": "refuse", "words": "Sale."}, actor=None)
    path = f"returns/{requested(order).pk}/approve/"

    assert errors_of(ask(house.ada, path, {})).keys() == {"reason"}
    assert ask(house.ada, path, {"reason": "A good customer."}).json()["status"] == "approved"


def test_what_differs_is_listed_and_decided_once(house, order):
    back = approve_return(requested(order), actor=None)
    receive_empty(back, warehouse=house.warehouse, actor=house.pat)
    (row,) = all_rows(house.ada, f"discrepancies/?status=open&order={order.pk}")
    assert (row["kind"], row["quantity"], row["returned_in"]) == ("empty", 1, str(back.pk))
    path = f"discrepancies/{row['id']}"
    one = ask(house.ada, f"{path}/").json()
    assert one == row | {"choices": ["credit", "no_credit"]}
    assert ask(house.bo, "discrepancies/").json()["discrepancies"] == []
    assert ask(house.bo, f"{path}/").status_code == 404

    assert ask(house.ada, f"{path}/decide/", {"decision": "keep"}).status_code == 409
    for _ in range(2):
        told = ask(house.ada, f"{path}/decide/", {"decision": "no_credit"}, Idempotency_Key="d")
        assert (told.json()["status"], told.json()["choices"]) == ("done", [])
    assert ask(house.ada, f"{path}/decide/", {"decision": "credit"}).status_code == 409
    assert Discrepancy.objects.get().decision == "no_credit"


def test_all_refunds_of_a_return_are_told_the_first_first(house):
    order = sold(house, {"LAMP": 2}, cost=Cost(shipping=490))
    in_shop(order, {"LAMP": 2})
    first = bring_back(house, order, {"LAMP": 1})
    path = f"returns/{first.of_return.pk}/"
    assert len(ask(house.ada, path).json()["refunds"]) == 1
    pay_refund(first, amount=1999, method="payment", actor=house.ada.owner)
    add_goodwill(first, amount=300, reason="Late.", actor=house.ada.owner)

    told = ask(house.ada, path).json()

    assert [(one["status"], one["amount"]) for one in told["refunds"]] == [
        ("paid", 1999), ("owed", 300),
    ]  # fmt: skip
    assert told["refund"] == told["refunds"][-1]
    assert Refund.objects.count() == 2
