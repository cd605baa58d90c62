"""The door where shops call: signed, and one order however often it comes."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from orders.accounts.connections import drop_former_secret, save_secret
from orders.accounts.sealing import SHOP_SECRETS
from orders.errors import DomainError
from orders.models import Event, Hold, Order, SalesChannel
from tests.orders.intake.shopify_payloads import shop_line, shop_order, sign
from tests.support.cast import make_seller, make_warehouse
from tests.support.statements import count_statements


@pytest.fixture
def channel(db):
    return make_seller("Ada's Lamps", "ada@example.com", make_warehouse()).channel


def call(channel, body, *, signature=None, topic="orders/create"):
    body = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Client(enforce_csrf_checks=True).post(
        f"/hooks/shops/{channel.pk}/",
        body,
        content_type="application/json",
        headers={"X-Shopify-Hmac-Sha256": signature or sign(body), "X-Shopify-Topic": topic},
    )


def test_a_wrong_signature_is_refused_and_nothing_is_stored(channel):
    answer = call(channel, shop_order(), signature=sign(b"another body"))

    assert answer.status_code == 401
    assert Order.objects.count() == 0
    assert Event.objects.count() == 0


def test_unknown_closed_and_other_channels_are_refused_alike(channel):
    closed = SalesChannel.objects.create(
        seller=channel.seller,
        kind="shopify",
        name="Old",
        secret=SHOP_SECRETS.close("hush"),
        is_active=False,
    )
    api = SalesChannel.objects.get(seller=channel.seller, kind="api")
    SalesChannel.objects.filter(pk=api.pk).update(secret=SHOP_SECRETS.close("hush"))
    unknown = SalesChannel(secret=SHOP_SECRETS.close("hush"))

    answers = [call(door, shop_order()) for door in (closed, api, unknown)]

    assert {(answer.status_code, answer.content) for answer in answers} == {
        (401, b'{"errors": [{"field": "", "problem": "Unknown channel or wrong signature."}]}')
    }
    assert Order.objects.count() == 0


def test_two_secrets_are_valid_while_one_is_changed(channel):
    body = json.dumps(shop_order()).encode()
    both = [sign(body), sign(body, "new words")]

    def statuses():
        return [call(channel, body, signature=signature).status_code for signature in both]

    assert statuses() == [200, 401]
    save_secret(channel, secret="new words", overlap=timedelta(days=1), actor=None)
    assert statuses() == [200, 200]
    with time_machine.travel(timezone.now() + timedelta(hours=25)):
        assert statuses() == [401, 200]
    drop_former_secret(channel, actor=None)
    assert statuses() == [401, 200]
    with pytest.raises(DomainError, match="no former secret"):
        drop_former_secret(channel, actor=None)
    assert Order.objects.count() == 1


def test_a_secret_that_leaked_is_replaced_without_overlap(channel):
    body = json.dumps(shop_order()).encode()
    save_secret(channel, secret="new words", overlap=timedelta(0), actor=None)
    assert call(channel, body).status_code == 401
    assert call(channel, body, signature=sign(body, "new words")).status_code == 200
    with pytest.raises(DomainError, match="at most 30 days"):
        save_secret(channel, secret="newer", overlap=timedelta(days=31), actor=None)
    channel.refresh_from_db()
    assert SHOP_SECRETS.open(channel.secret) == "new words"


@pytest.mark.parametrize("kept", ["", "gAAAAABnobodyhasthiskey"])
def test_a_secret_that_cannot_be_read_opens_nothing(channel, kept):
    SalesChannel.objects.filter(pk=channel.pk).update(secret=kept)
    body = json.dumps(shop_order()).encode()
    for secret in ("", "hush"):
        assert call(channel, body, signature=sign(body, secret)).status_code == 401
    assert Order.objects.count() == 0


def test_a_secret_of_before_is_read_as_it_is_until_it_is_encrypted(channel):
    SalesChannel.objects.filter(pk=channel.pk).update(secret="hush")
    assert call(channel, shop_order()).status_code == 200
    renewed, unreadable = SHOP_SECRETS.renew_all(SalesChannel.objects.filter(pk=channel.pk))
    assert (renewed, unreadable) == (1, [])
    channel.refresh_from_db()
    assert "hush" not in channel.secret
    assert call(channel, shop_order()).status_code == 200


def test_an_order_is_accepted_once_however_often_it_comes(channel):
    first = call(channel, shop_order())
    again = call(channel, shop_order(note="changed since"))

    order = Order.objects.get()
    assert first.json() == {"order": str(order.pk), "status": "accepted", "why": ""}
    assert again.json() == {"order": str(order.pk), "status": "already accepted", "why": ""}
    assert (first.status_code, again.status_code) == (200, 200)
    assert (order.number, order.reference, order.note) == ("#1001", "5001", "")
    assert Event.objects.filter(order=order, kind="order.received").count() == 1
    with count_statements() as statements:  # the channel; one that writes everything
        call(channel, shop_order(id=2, admin_graphql_api_id=None))
    assert len(statements) == 2


def test_the_same_reference_from_two_shops_is_two_orders(channel):
    other = make_seller(
        "Bo's Books", "bo@example.com", channel.seller.warehouse, owner="Bo Berg"
    ).channel

    call(channel, shop_order())
    call(other, shop_order())

    assert Order.objects.filter(reference="5001").count() == 2


def test_other_topics_are_left_alone(channel):
    answer = call(channel, shop_order(), topic="orders/paid")

    assert answer.status_code == 202
    assert answer.json() == {
        "order": None,
        "status": "ignored",
        "why": "only new orders are taken here",
    }
    assert Order.objects.count() == 0


def test_a_test_notification_is_ignored(channel):
    answer = call(channel, shop_order(test=True, cancelled_at="2021-12-31T19:00:00-05:00"))

    assert answer.status_code == 200
    assert answer.json() == {"order": None, "status": "ignored", "why": "test notification"}
    assert Order.objects.count() == 0


def test_every_problem_is_answered_by_field_path(channel):
    order = shop_order(
        line_items=[shop_line(quantity=-1), shop_line(price="five")], created_at=None
    )

    answer = call(channel, order)

    assert answer.status_code == 422
    assert answer.json() == {
        "errors": [
            {"field": "created_at", "problem": "expected a date and time, got nothing"},
            {
                "field": "line_items[0].quantity",
                "problem": "expected a whole number from 0 to 1000000, got -1",
            },
            {"field": "line_items[1].price", "problem": "expected an amount of money like 12.30"},
        ]
    }
    assert Order.objects.count() == 0


@pytest.mark.parametrize(
    "body",
    [
        b'{"id": 1',
        b"{'id': 1}",
        b'{"id": NaN}',
        b'{"note": "\\u0000"}',
        b'{"\\u0000": 1}',
        b'{"note": "\\ud800 alone"}',
        b'{"note": "\xed\xa0\x80"}',
        b'{"note": "\xff"}',
        b'{"id": 9223372036854775808}',
        b'{"id": ' + b"9" * 5000 + b"}",
        b'{"price": 1e99999999999999999999}',
        b"[" * 33 + b"]" * 33,
        b'{"a":' * 100_000,
        b"[" * 500_000,
        b'\xef\xbb\xbf{"id": 1}',
        b"not json",
    ],
)
def test_what_is_no_json_is_refused_with_a_text(channel, body):
    answer = call(channel, body)

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["problem"].startswith("The ")
    assert Order.objects.count() == 0


def test_a_body_above_one_megabyte_is_refused(channel):
    answer = call(channel, b" " * (1024 * 1024 + 1))

    assert answer.status_code == 413
    assert answer.json() == {"errors": [{"field": "", "problem": "The body is larger than 1 MB."}]}


def test_a_look_is_refused(channel):
    assert Client().get(f"/hooks/shops/{channel.pk}/").status_code == 405


def test_an_order_that_ships_without_an_address_is_held(channel):
    call(channel, shop_order(shipping_address=None))

    assert list(
        Hold.objects.filter(reason="no_address").values_list("order__reference", flat=True)
    ) == ["5001"]


def test_an_order_of_gift_cards_only_has_nothing_to_ship(channel):
    call(channel, shop_order(line_items=[shop_line(gift_card=True, sku="")], shipping_address=None))

    assert Order.objects.get().status == "nothing_to_ship"
    assert Hold.objects.count() == 0
