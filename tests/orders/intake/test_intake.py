"""Orders through the API: accepted once, refused with every problem, nothing half stored."""

import json
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client
from django.utils import timezone

from notifications.models import Message
from orders.intake.acceptance import accept_orders
from orders.models import ApiKey, Event, Hold, IdempotencyKey, Order, OrderLine, Promise
from tests.support.cast import incoming, make_product
from tests.support.statements import count_statements

pytestmark = pytest.mark.django_db

ORDER = {
    "reference": "A-1",
    "number": "#1001",
    "placed_at": "2026-11-23T09:00:00Z",
    "customer": {"name": "Grace Hopper", "email": "grace@example.com", "phone": "0151 12345678"},
    "address": {
        "street": "Unter den Linden 1",
        "postcode": "10117",
        "city": "Berlin",
        "country": "DE",
    },
    "currency": "EUR",
    "lines": [{"sku": "LAMP", "quantity": 2, "unit_price": 1999}],
}
TABLES = (Order, OrderLine, Promise, Event, Message, Hold, IdempotencyKey)


def post(side, order, *, once="once-1", **headers):
    """Send an order with Ada's key; a text is sent as it is."""
    body = order if isinstance(order, str | bytes) else json.dumps(order)
    given = {"Authorization": f"Bearer {side.api_key}", "Idempotency-Key": once} | headers
    return Client().post(
        "/api/v1/orders/", data=body, content_type="application/json", headers=given
    )


def rows():
    return [model.objects.count() for model in TABLES]


@pytest.fixture
def lamp(ada):
    return make_product(ada, "LAMP", "Desk lamp")


def test_a_new_order_is_stored_with_all_that_belongs_to_it(ada, lamp):
    answer = post(ada, ORDER)

    order = Order.objects.get()
    assert answer.status_code == 201
    assert answer.json() == {
        "id": str(order.pk),
        "number": "#1001",
        "reference": "A-1",
        "tracking_url": f"{settings.SITE_URL}/track/{order.token}/",
    }
    assert (order.status, order.phone, order.time_zone) == (
        "received",
        "+4915112345678",
        "Europe/Berlin",
    )
    line = order.lines.get()
    assert (line.product, line.title, line.ordered, line.unit_price) == (lamp, "Desk lamp", 2, 1999)
    assert order.promises.get().kind == "arrives"
    event = order.events.get()
    assert (event.kind, event.data) == ("order.received", {"promise": str(order.promises.get().pk)})
    assert sorted(order.messages.values_list("channel", "recipient")) == [
        ("email", "grace@example.com"),
        ("sms", "+4915112345678"),
    ]
    assert rows() == [1, 1, 1, 1, 2, 0, 1]


def test_the_buyer_is_greeted_and_the_receiver_is_on_the_label(ada, lamp):
    post(ada, ORDER | {"address": ORDER["address"] | {"name": "Ida Rhodes"}})
    order = Order.objects.get()
    assert (order.customer_name, order.buyer_name, order.first_name) == (
        "Ida Rhodes", "Grace Hopper", "Grace",
    )  # fmt: skip
    post(ada, ORDER | {"reference": "A-2"}, once="once-2")
    order = Order.objects.get(reference="A-2")
    assert (order.customer_name, order.buyer_name) == ("Grace Hopper", "")


def test_a_phone_number_that_is_none_is_told_and_left_out(ada, lamp):
    told = [
        {
            "field": "customer.phone",
            "problem": "expected a number like +4915112345678; it was left out, so there are no "
            "text messages",
        }
    ]
    strange = ORDER | {"customer": ORDER["customer"] | {"phone": "call me"}}
    first = post(ada, strange)
    assert (first.status_code, first.json()["notices"]) == (201, told)
    order = Order.objects.get()
    assert (order.phone, list(order.messages.values_list("channel", flat=True))) == ("", ["email"])
    assert post(ada, strange).json() == first.json()

    many = [strange | {"reference": "A-2"}, ORDER | {"reference": "A-3"}]
    bulk = Client().post(
        "/api/v1/orders/bulk/",
        data=json.dumps(many),
        content_type="application/json",
        headers={"Authorization": f"Bearer {ada.api_key}"},
    )
    assert [row["order"].get("notices") for row in bulk.json()["results"]] == [told, None]


def test_a_new_order_costs_two_statements(ada, lamp):
    post(ada, ORDER | {"reference": "first"}, once="first")

    with count_statements() as statements:
        post(ada, ORDER)

    assert len(statements) == 2, statements


def test_a_replay_costs_a_third_statement_and_gets_the_same_answer(ada, lamp):
    first = post(ada, ORDER)
    before = rows()

    with count_statements() as statements:
        again = post(ada, ORDER)

    assert len(statements) == 3, statements
    assert (again.status_code, again.json()) == (200, first.json())
    assert rows() == before


def test_the_same_order_under_another_key_is_one_order(ada, lamp):
    first = post(ada, ORDER)
    before = rows()

    again = post(ada, ORDER, once="once-2")

    assert (again.status_code, again.json()) == (200, first.json())
    assert rows() == [*before[:-1], 2]  # and its key
    assert IdempotencyKey.objects.get(key="once-2").status == 200


OTHER = ORDER | {"reference": "A-2"}
STORED = {"stored": ORDER, "of a known order": ORDER | {"note": "known"}}
REFUSED = {
    "refused": ORDER | {"lines": []},
    "refused for its values": ORDER | {"placed_at": "0001-01-01T00:00:00+14:00"},
    "no JSON": "{",
}


@pytest.mark.parametrize("first", [*STORED, *REFUSED])
@pytest.mark.parametrize("other", [OTHER, ORDER | {"note": "x"}, ORDER | {"lines": []}, "[", "]"])
def test_a_key_used_for_another_request_is_refused(ada, lamp, first, other):
    post(ada, ORDER, once="earlier") if first == "of a known order" else None
    given = (STORED | REFUSED)[first]
    answered = post(ada, given)
    before = rows()

    answer = post(ada, other if other != given else OTHER)
    again = post(ada, given)

    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"
    assert rows() == before
    assert again.content == answered.content
    assert again.status_code == (200 if first in STORED else answered.status_code)


@pytest.mark.parametrize("number", ["", " ", "\u200b"])
def test_an_order_without_a_number_to_be_seen_is_called_by_its_reference(ada, lamp, number):
    assert post(ada, ORDER | {"number": number}).status_code == 201
    assert Order.objects.get().number == ORDER["reference"]


def test_a_reference_that_nobody_can_see_is_refused(ada, lamp):
    answer = post(ada, ORDER | {"reference": "\u200b"})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "reference"


def test_the_keys_of_two_sellers_have_nothing_to_do_with_each_other(ada, bo, lamp):
    assert [post(side, ORDER).status_code for side in (ada, bo)] == [201, 201]
    assert [post(side, ORDER | {"lines": []}, once="2").status_code for side in (ada, bo)] == [
        422,
        422,
    ]


def test_of_different_requests_at_once_under_one_key_one_is_answered(ada, lamp):
    make = [ORDER | {"reference": f"A-{number % 4}"} for number in range(24)]
    make += [ORDER | {"lines": []}, ORDER | {"reference": ""}] * 4

    def call(order):
        try:
            return post(ada, order).status_code, json.dumps(order)
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(call, make))

    kept = IdempotencyKey.objects.get()
    taken = {order for status, order in answers if status in (200, 201)}
    assert len(taken) == Order.objects.count() == (1 if kept.status < 400 else 0)


def test_a_key_that_cannot_be_stored_is_refused(ada, lamp):
    assert [post(ada, ORDER, once=key).status_code for key in ("a\x00", "k" * 201)] == [400, 400]


def test_a_hundred_calls_at_once_are_one_order(ada, lamp):
    def call(_):
        try:
            return post(ada, ORDER).status_code
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        statuses = list(pool.map(call, range(100)))

    assert statuses.count(201) == 1
    assert statuses.count(200) == 99
    assert rows() == [1, 1, 1, 1, 2, 0, 1]


def test_an_unknown_sku_is_kept_and_holds_the_order(ada, lamp):
    answer = post(
        ada, ORDER | {"lines": [*ORDER["lines"], {"sku": "??", "quantity": 1, "title": "Odd"}]}
    )

    order = Order.objects.get()
    assert answer.status_code == 201
    assert order.status == "on_hold"
    assert list(order.holds.values_list("reason", "detail")) == [("unknown_sku", "??")]
    assert list(order.lines.values_list("sku", "title", "product__sku")) == [
        ("LAMP", "Desk lamp", "LAMP"),
        ("??", "Odd", None),
    ]


def test_another_sellers_sku_is_unknown(ada, bo):
    make_product(bo, "LAMP", "Bo's lamp")

    post(ada, ORDER)

    assert Order.objects.get().lines.get().product is None


@pytest.mark.parametrize("missing", ["street", "city", "country"])
def test_an_order_of_the_api_without_an_address_is_held(ada, lamp, missing):
    given = {name: text for name, text in ORDER["address"].items() if name != missing}
    assert post(ada, ORDER | {"address": given}).status_code == 201
    nowhere = {name: value for name, value in ORDER.items() if name != "address"}
    assert post(ada, nowhere | {"reference": "A-2"}, once="once-2").status_code == 201
    found = Order.objects.values_list("status", "holds__reason")
    assert list(found) == [("on_hold", "no_address")] * 2


def test_an_order_without_an_address_is_held(ada, lamp):
    accept_orders(ada.channel, [incoming({"LAMP": 1}, street="", city="")])

    order = Order.objects.get()
    assert (order.status, order.holds.get().reason) == ("on_hold", "no_address")


def test_a_refused_order_names_every_problem_and_stores_only_its_key(ada, lamp):
    answer = post(
        ada,
        {
            "number": 7,
            "customer": {"email": "nowhere", "password": "x"},
            "address": {"street": "", "country": "Germany"},
            "lines": [{"sku": "LAMP", "quantity": 0}, {"quantity": "2"}],
            "seller": "bo",
        },
    )

    assert answer.status_code == 422
    assert {error["field"]: error["problem"] for error in answer.json()["errors"]} == {
        "seller": "unknown field",
        "reference": "is required",
        "address.country": "expected two letters like DE",
        "lines[0].quantity": "expected a whole number >= 1",
        "lines[1].sku": "is required",
        "lines[1].quantity": "expected a whole number, got a text",
        "number": "expected a text, got a whole number",
        "customer.password": "unknown field",
    }
    assert rows() == [0, 0, 0, 0, 0, 0, 1]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "{",
        '{"a": NaN}',
        "[" * 100_000,
        '"\\ud800"',
        b"\xff\xfe",
        json.dumps(ORDER | {"note": "a\x00b"}),
    ],
    ids=["empty", "cut", "nan", "deep", "surrogate", "bytes", "nul"],
)
def test_what_is_no_json_is_refused(ada, lamp, body):
    answer = post(ada, body)

    assert answer.status_code == 400
    assert "JSON" in answer.json()["errors"][0]["problem"]
    assert rows() == [0, 0, 0, 0, 0, 0, 1]


def test_a_large_body_is_refused(ada):
    answer = post(ada, json.dumps(ORDER | {"note": "x" * 1024 * 1024}))

    assert answer.status_code == 413
    assert rows() == [0] * len(TABLES)


@pytest.mark.parametrize("header", ["", "Bearer nobody", "Basic YTpi"])
def test_without_a_key_nobody_enters(ada, header):
    answer = post(ada, ORDER, Authorization=header)

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"] == 'Bearer realm="api"'
    assert rows() == [0] * len(TABLES)


def test_a_revoked_key_stops_at_once(ada, lamp):
    assert post(ada, ORDER).status_code == 201
    ApiKey.objects.update(revoked_at=timezone.now())

    assert post(ada, ORDER | {"reference": "A-2"}, once="once-2").status_code == 401
    assert Order.objects.count() == 1


def test_a_call_without_idempotency_key_is_refused(ada, lamp):
    answer = post(ada, ORDER, once="")

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["field"] == "Idempotency-Key"


def test_a_thousand_orders_cost_one_statement(ada, lamp):
    orders = [incoming({"LAMP": 1}) for _ in range(1000)]

    with count_statements() as statements:
        results = accept_orders(ada.channel, orders)

    assert len(statements) == 1
    assert [result.is_new for result in results] == [True] * 1000
    assert rows() == [1000, 1000, 1000, 1000, 2000, 0, 0]


def test_line_breaks_in_a_name_become_spaces(ada, lamp):
    customer = ORDER["customer"] | {"name": "Grace\r\nBcc: all@example.com"}

    post(ada, ORDER | {"customer": customer})

    assert Order.objects.get().customer_name == "Grace Bcc: all@example.com"


def test_the_answer_says_where_an_order_is_and_hides_another_sellers(ada, bo, lamp):
    order_id = post(ada, ORDER).json()["id"]

    mine = Client().get(
        f"/api/v1/orders/{order_id}/", headers={"Authorization": f"Bearer {ada.api_key}"}
    )
    other = Client().get(
        f"/api/v1/orders/{order_id}/", headers={"Authorization": f"Bearer {bo.api_key}"}
    )

    assert (mine.status_code, mine.json()["status"], mine.json()["lines"][0]["ordered"]) == (
        200,
        "received",
        2,
    )
    assert other.status_code == 404
