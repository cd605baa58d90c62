"""What of a new order is not used: the order is taken, and its answer says so by field."""

from itertools import count

import pytest

from orders.models import Order
from tests.api.asking import ask, errors_of
from tests.support.cast import make_product

pytestmark = pytest.mark.django_db
NOT_SENT = "nothing is sent to it until it is corrected"
keys = count()


def send(side, customer, *, key=None):
    body = {
        "reference": f"A-{next(keys)}" if key is None else key,
        "customer": customer,
        "address": {"street": "Linden 1", "city": "Berlin", "postcode": "1", "country": "DE"},
        "lines": [{"sku": "LAMP", "quantity": 1}],
    }
    return ask(side, "orders/", body, Idempotency_Key=key or body["reference"])


@pytest.fixture
def lamp(ada):
    return make_product(ada, "LAMP", "Brass lamp")


def test_an_email_address_that_is_none_is_told_and_kept(ada, lamp):
    first = send(ada, {"email": " grace@@example "}, key="once")

    assert first.status_code == 201
    told = {
        "field": "customer.email",
        "problem": f"expected an address like name@example.com; {NOT_SENT}",
    }
    assert first.json()["notices"] == [told]
    order = Order.objects.get()
    assert (order.email, order.status) == ("grace@@example", "received")
    assert send(ada, {"email": " grace@@example "}, key="once").json() == first.json()
    shown = ask(ada, f"orders/{order.pk}/").json()
    assert shown["customer"]["email"] == "grace@@example"


def test_each_flaw_of_the_contact_has_its_notice(ada, lamp):
    both = send(ada, {"email": "gr\u00e2ce@example.com", "phone": "call me"}).json()["notices"]
    assert [one["field"] for one in both] == ["customer.email", "customer.phone"]
    assert both[0]["problem"].startswith("expected only ASCII before the @")
    good = send(ada, {"email": "grace@example.com", "phone": "+4915112345678"})
    assert "notices" not in good.json()


def test_one_that_is_too_long_to_be_kept_is_refused(ada, lamp):
    answer = send(ada, {"email": "x" * 255})
    assert (answer.status_code, list(errors_of(answer))) == (422, ["customer.email"])
    assert not Order.objects.exists()
