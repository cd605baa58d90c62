"""`/api/v1/inbound/`: announced once, read with what arrived, called off in time."""

from uuid import uuid4

import pytest

from orders.models import Event
from tests.api.asking import all_rows, ask, errors_of
from tests.support.cast import make_kit, make_product
from warehouse.inbound.receiving import close_inbound, receive_units, report_damage
from warehouse.models import Inbound, Location

pytestmark = pytest.mark.django_db

BODY = {
    "reference": "PO-77",
    "expected_on": "2026-11-24",
    "lines": [{"sku": "LAMP", "quantity": 12}, {"sku": "SHADE", "quantity": 3}],
}


@pytest.fixture
def goods(ada):
    make_product(ada, "LAMP", "Brass lamp")
    make_product(ada, "SHADE", "Linen shade")
    return ada


def test_goods_are_announced_and_read(goods, bo):
    answer = ask(goods, "inbound/", BODY)
    told = answer.json()

    lamp = goods.products["LAMP"]
    assert answer.status_code == 201
    assert told["number"].startswith("IN-")
    assert (told["status"], told["differs"], told["closed_at"]) == ("announced", False, None)
    assert told["lines"][0] == {
        "sku": "LAMP", "product": str(lamp.pk), "announced": 12, "received": 0, "damaged": 0,
    }  # fmt: skip
    assert ask(goods, f"inbound/{told['id']}/").json() == told
    assert ask(bo, f"inbound/{told['id']}/").status_code == 404
    assert [row["id"] for row in all_rows(goods, "inbound/?status=announced")] == [told["id"]]
    assert all_rows(goods, "inbound/?reference=PO-78") == []
    assert all_rows(bo, "inbound/") == []
    event = Event.objects.get(kind="inbound.announced")
    assert event.data["units"][str(lamp.pk)] == 12


def test_a_key_announces_once_whatever_happens(goods):
    key = {"Idempotency_Key": str(uuid4())}

    first, again = ask(goods, "inbound/", BODY, **key), ask(goods, "inbound/", BODY, **key)
    other = ask(goods, "inbound/", BODY | {"reference": "PO-78"}, **key)
    keyless = ask(goods, "inbound/", BODY)

    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json() == again.json()
    assert (other.status_code, keyless.status_code) == (422, 409)
    number = first.json()["number"]
    assert errors_of(keyless) == {"": f"PO-77 is announced already, as {number}."}
    assert Inbound.objects.count() == 1


def test_every_mistake_is_named(goods, bo):
    make_product(bo, "MUG", "Blue mug")
    make_kit(goods)
    lines = [("MUG", 1), ("LAMP", 1), ("BOX", 1), ("LAMP", 2)]

    refused = ask(
        goods, "inbound/", BODY | {"lines": [{"sku": sku, "quantity": n} for sku, n in lines]}
    )

    assert refused.status_code == 422
    assert errors_of(refused) == {
        "lines[0].sku": "expected the SKU of a product of this seller",
        "lines[2].sku": "is a kit, which has no stock of its own: announce its parts",
        "lines[3].sku": "is announced twice: add its units up",
    }
    for field, wrong in {
        "lines": {"lines": []},
        "lines[0].quantity": {"lines": [{"sku": "LAMP", "quantity": 0}]},
        "expected_on": {"expected_on": "1969-12-31"},
        "reference": {"reference": " "},
    }.items():
        answer = ask(goods, "inbound/", BODY | wrong)
        assert (answer.status_code, *errors_of(answer)) == (422, field), wrong
    assert not Inbound.objects.exists()


def test_what_is_called_off_may_be_announced_again(goods):
    first = ask(goods, "inbound/", BODY).json()

    cancelled = ask(goods, f"inbound/{first['id']}/cancel/", {})
    again = ask(goods, f"inbound/{first['id']}/cancel/", {})
    second = ask(goods, "inbound/", BODY)

    assert (cancelled.status_code, cancelled.json()["status"]) == (200, "cancelled")
    assert (again.status_code, second.status_code) == (409, 201)
    assert second.json()["id"] != first["id"]


def test_a_repeat_under_a_key_answers_with_the_inbound_that_it_made(goods):
    key = {"Idempotency_Key": str(uuid4())}
    told = ask(goods, "inbound/", BODY, **key).json()
    cancelled = ask(goods, f"inbound/{told['id']}/cancel/", {}).json()
    other = ask(goods, "inbound/", BODY).json()
    assert ask(goods, "inbound/", BODY, **key).json() == cancelled
    assert other["id"] != told["id"]


def test_what_arrived_is_told_and_cannot_be_called_off(goods, pat):
    told = ask(goods, "inbound/", BODY).json()
    inbound, lamp = Inbound.objects.get(), goods.products["LAMP"]
    dock = Location.objects.get(code="DOCK")
    receive_units(inbound, product=lamp, quantity=10, location=dock, actor=pat)
    report_damage(inbound, product=lamp, units=1, reason="wet", actor=pat)
    late = ask(goods, f"inbound/{told['id']}/cancel/", {})
    close_inbound(inbound, came=11, actor=pat)

    found = ask(goods, f"inbound/{told['id']}/").json()

    assert late.status_code == 409
    assert (found["status"], found["differs"]) == ("closed", True)
    assert [(line["announced"], line["received"], line["damaged"]) for line in found["lines"]] == [
        (12, 10, 1),
        (3, 0, 0),
    ]
