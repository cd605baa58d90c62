"""POST /api/v1/orders/bulk/: an answer for each row, good rows stored, none twice."""

import json

import pytest

from fulfillment.api.orders import bulk
from orders.models import Order, OrderLine
from tests.api.asking import ask, errors_of
from tests.support.cast import make_kit, make_product
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db


def row(reference, **fields):
    address = {"street": "Linden 1", "postcode": "10117", "city": "Berlin", "country": "DE"}
    lines = [{"sku": "LAMP", "quantity": 1}]
    return {"reference": reference, "address": address, "lines": lines} | fields


def results(answer):
    assert answer.status_code == 200, answer.content
    told = answer.json()["results"]
    assert [one["row"] for one in told] == list(range(1, len(told) + 1))
    return told


def test_each_row_has_its_own_answer_and_good_ones_are_stored(ada, bo, lamp):
    first = row("A-1")
    sent = [
        first,
        row("A-2", lines=[]),
        row("A-3", priority=101, currency="euros"),
        first,
        "no order",
        row("A-6", number="\u0000"),
        row("A-7", lines=[{"sku": "NOBODY", "quantity": 2}]),
    ]
    told = results(ask(ada, "orders/bulk/", sent))
    assert [one["status"] for one in told] == [201, 422, 422, 200, 422, 400, 201]
    assert told[0]["order"] == told[3]["order"]
    assert told[0]["order"]["reference"] == "A-1"
    fields = [[error["field"] for error in one["errors"]] for one in told]
    assert fields == [[], ["lines"], ["currency", "priority"], [], [""], [""], []]
    assert sorted(Order.objects.values_list("reference", "status")) == [
        ("A-1", "received"), ("A-7", "on_hold"),
    ]  # fmt: skip
    again = results(ask(ada, "orders/bulk/", sent))
    assert [one["status"] for one in again] == [200, 422, 422, 200, 422, 400, 200]
    assert Order.objects.count() == 2
    assert results(ask(bo, "orders/bulk/", [first]))[0]["status"] == 201


def test_a_line_of_ndjson_is_a_row(ada, lamp):
    body = b"\r\n".join([json.dumps(row("A-1")).encode(), b"", b"{broken", b"[1]", b"\xff"]) + b"\n"
    told = results(ask(ada, "orders/bulk/", body))
    assert [one["status"] for one in told] == [201, 400, 422, 400]
    assert "not JSON" in told[1]["errors"][0]["problem"]


def test_a_thousand_rows_are_one_statement(ada, lamp):
    ask(ada, "orders/")  # notes the use of the key
    sent = [row(f"A-{number}") for number in range(bulk.MOST)]
    with count_statements() as statements:
        told = results(ask(ada, "orders/bulk/", sent))
    assert len(statements) == 2  # the key, the orders
    assert {one["status"] for one in told} == {201}
    assert OrderLine.objects.count() == bulk.MOST
    (last,) = results(ask(ada, "orders/bulk/", sent[-1:]))
    assert last["order"] == told[-1]["order"]


def test_what_is_no_list_or_too_much_is_refused_whole(ada, lamp):
    refused = {
        b"": 422,
        b"[]": 422,
        b"[{},": 400,
        b"[" * 5000: 400,
        b"[{}\x00]": 400,
        json.dumps([{}] * (bulk.MOST + 1)).encode(): 422,
        b"\n".join([b"{}"] * (bulk.MOST + 1)): 422,
    }
    for body, status in refused.items():
        answer = ask(ada, "orders/bulk/", body)
        assert (answer.status_code, *errors_of(answer)) == (status, ""), body[:20]
    many = [{"sku": "LAMP", "quantity": 1}] * 1999
    answer = ask(ada, "orders/bulk/", [row(f"A-{n}", lines=many) for n in range(11)])
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert "20000 lines" in answer.json()["detail"]
    make_kit(ada, "BOX", parts={make_product(ada, f"P-{n}", "Part").sku: 1 for n in range(20)})
    kits = [{"sku": "box", "quantity": 1}] * 1001
    answer = ask(ada, "orders/bulk/", [row("A-1", lines=kits)])
    assert (answer.status_code, Order.objects.count()) == (422, 0)
    assert "counts as its parts" in answer.json()["detail"]
    padded = json.dumps([row("A-1")]).encode() + b" " * 2**21
    assert ask(ada, "orders/bulk/", padded).status_code == 200
    assert ask(ada, "orders/bulk/", padded + b" " * 2**23).status_code == 413
