"""Strange query strings and forms: a page is shown, or what they name is not there; no 500."""

import base64
import json
from itertools import product

import pytest
from django.test import Client

from notifications.models import Endpoint
from orders.models import Order, Promise
from tests.support import cast

pytestmark = pytest.mark.django_db

FAR, NEAR = "9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"


def cursor(value, pk="0190b1c2-0000-7000-8000-000000000000", direction="a"):
    """A cursor with a place that no page of ours has named."""
    return direction + base64.urlsafe_b64encode(json.dumps([value, pk]).encode()).decode()


CURSORS = [
    "garbage", "a", "\x00", "aé", "a" * 5000, cursor(FAR), cursor(NEAR), cursor("garbage"),
    cursor(None), cursor([]), cursor({}), cursor(5), cursor(10**30), cursor("x\x00"),
    cursor("\ud800"), cursor("2026-11-23"), cursor("LAMP", pk=5), cursor("LAMP", pk=[]),
    cursor(FAR, pk="x"), "a" + base64.urlsafe_b64encode(b"[1e400, 1e400]").decode(),
    "b" + base64.urlsafe_b64encode(b"[" * 5000).decode(),
]  # fmt: skip


@pytest.fixture
def side(ada):
    """Ada with a product, and an order whose promise is settled."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 1)
    order = cast.make_order(ada, {"LAMP": 1})
    done = {"kept_at": order.created_at, "done_at": order.created_at}
    Promise.objects.filter(order=order).update(**done)
    return ada


@pytest.fixture
def client(side):
    browser = Client()
    browser.force_login(side.owner)
    return browser


def test_a_strange_cursor_is_the_first_page(side, client):
    lamp = side.products["LAMP"].pk
    pages = (
        "/dashboard/orders/?",
        "/dashboard/stock/?",
        "/dashboard/products/?",
        f"/dashboard/products/{lamp}/?",
        "/dashboard/promises/orders/?by=kind&of=arrives&outcome=kept&",
        "/dashboard/messages/suppressed/?",
    )
    for page, place in product(pages, CURSORS):
        path, _, query = page.partition("?")
        given = dict(part.split("=") for part in query.split("&") if part)
        assert client.get(path, given | {"page": place}).status_code == 200, (page, place)


@pytest.mark.parametrize("name", ["since", "until"])
@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "9000-01-01", "x", "\x00", ""])
def test_a_day_that_nobody_can_mean_filters_nothing(client, name, day):
    answer = client.get("/dashboard/orders/", {name: day})

    assert answer.status_code == 200
    assert len(answer.context["page"].rows) == 1


@pytest.mark.parametrize("seller", ["abc", "", "\x00", "0" * 40, "{" * 36])
@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("messages/", {"digest_above": 20, "sms_daily_cap": 9}),
        ("messages/sender/", {"address": "a@shop.example"}),
        ("messages/suppressed/", {"channel": "email", "recipient": "a@b.example"}),
        ("settings/webhooks/add/", {"url": "https://shop.example/"}),
    ],
)
def test_a_seller_that_is_no_id_is_not_there(client, page, form, seller):
    assert client.post(f"/dashboard/{page}", form | {"seller": seller}).status_code == 404


@pytest.mark.parametrize("moment", ["0001-01-01T00:00", "9999-12-31T23:59", "x", "\x00"])
def test_a_period_that_nobody_can_mean_is_refused(side, client, moment):
    endpoint = Endpoint.objects.create(seller=side.seller, url="https://a.example/", secret="")

    answer = client.post(
        f"/dashboard/settings/webhooks/{endpoint.pk}/replay/",
        {"since": moment, "until": "2026-11-23T10:00"},
        follow=True,
    )

    assert answer.status_code == 200
    assert "Enter a start and an end" in answer.content.decode()


def test_the_address_of_a_button_says_so_to_whoever_opens_it(side, client):
    order = Order.objects.get()
    answer = client.get(f"/dashboard/orders/{order.pk}/cancel/")
    assert (answer.status_code, answer["Allow"]) == (405, "POST")
    assert "This address only takes what a button sends" in answer.content.decode()
