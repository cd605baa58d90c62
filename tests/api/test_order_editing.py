"""Orders are edited by the API: fields and units; what is wrong is named as it was sent."""

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from orders.models import Event, Hold, Order
from tests.api.asking import ask, errors_of
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db


def path_of(order, what):
    return f"orders/{order.pk}/{what}/"


def test_fields_change_and_what_is_left_out_stays(ada, bo, lamp):
    order = make_order(ada, {"LAMP": 2})
    change = {
        "address": {"street": "Chausseestr. 2", "name": "Ada Byron"},
        "customer": {"name": "Grace Hopper", "email": "new@example.com"},
        "gift": True, "priority": 5, "ships_as": "together", "reason": "She rang.",
    }  # fmt: skip
    told = ask(ada, path_of(order, "edit"), change).json()
    assert (told["address"]["street"], told["address"]["city"]) == ("Chausseestr. 2", "Berlin")
    assert (told["gift"], told["priority"], told["ships_as"]) == (True, 5, "together")
    order.refresh_from_db()
    assert (order.customer_name, order.buyer_name) == ("Ada Byron", "Grace Hopper")
    assert (order.email, order.phone) == ("new@example.com", "+4915112345678")
    event = Event.objects.get(order=order, kind="order.edited")
    assert event.data["after"]["priority"] == 5
    answer = ask(ada, path_of(order, "edit"), change)
    assert (answer.status_code, answer.json()["detail"]) == (
        409, f"Nothing of order {order} was changed.",
    )  # fmt: skip
    assert ask(bo, path_of(order, "edit"), change).status_code == 404


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"address": {"country": "XX"}}, "address.country"),
        ({"address": {"postcode": "ABC"}}, "address.postcode"),
        ({"address": {"street": ""}}, "address.street"),
        ({"customer": {"email": "nobody"}}, "customer.email"),
        ({"customer": {"phone": "12"}}, "customer.phone"),
        ({"priority": 999}, "priority"),
        ({"ships_as": "never"}, "ships_as"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_what_is_wrong_is_named_as_it_was_sent(ada, lamp, change, field):
    order = make_order(ada, {"LAMP": 2})
    answer = ask(ada, path_of(order, "edit"), change)
    assert (answer.status_code, *errors_of(answer)) == (422, field)
    assert not Event.objects.filter(order=order, kind="order.edited").exists()


def test_units_change_all_or_nothing(ada, lamp, shade):
    order = make_order(ada, {"LAMP": 2, "SHADE": 2})
    lamps, shades = order.lines.all()
    wanted = {
        "lines": [{"line": str(lamps.pk), "quantity": 3}, {"line": str(shades.pk), "quantity": 1}],
        "add": [{"sku": "STAR", "quantity": 1}],
    }
    told = ask(ada, path_of(order, "units"), wanted).json()
    assert [(row["sku"], row["ordered"], row["cancelled"]) for row in told["lines"]] == [
        ("LAMP", 3, 0), ("SHADE", 2, 1), ("STAR", 1, 0),
    ]  # fmt: skip
    assert Hold.objects.get(order=order).reason == "unknown_sku"
    twice = {"lines": [{"line": str(lamps.pk), "quantity": 9}] * 2}
    answer = ask(ada, path_of(order, "units"), twice)
    assert (answer.status_code, *errors_of(answer)) == (422, "lines[1].line")
    wrong = {"lines": [{"line": str(lamps.pk), "quantity": 9}], "add": [{"sku": "", "quantity": 1}]}
    answer = ask(ada, path_of(order, "units"), wrong)
    assert (answer.status_code, *errors_of(answer)) == (422, "add[0].sku")
    assert Order.objects.get(pk=order.pk).lines.get(sku="LAMP").ordered == 3


def test_a_hold_ends_when_it_was_said_to(ada, lamp):
    order = make_order(ada, {"LAMP": 1})
    answer = ask(ada, path_of(order, "hold"), {"until": "2020-01-01T00:00:00Z"})
    assert (answer.status_code, answer.json()["type"].partition("#")[2]) == (409, "conflict")
    assert ask(ada, path_of(order, "hold"), {"until": "2020-01-01"}).status_code == 422
    ends = (timezone.now() + timedelta(days=9)).replace(microsecond=0)
    (held,) = ask(ada, path_of(order, "hold"), {"until": ends.isoformat()}).json()["holds"]
    assert datetime.fromisoformat(held["until"]) == ends
