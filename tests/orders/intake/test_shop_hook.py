"""The door where shops call: signed, kept as it came, and one order however often it comes."""

import json
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from orders.accounts.connections import drop_former_secret, save_secret
from orders.accounts.sealing import SHOP_SECRETS
from orders.errors import DomainError
from orders.intake.calls import dismiss_call, retry_call, work_off_calls
from orders.models import Call, Event, Hold, Order, SalesChannel
from tests.orders.intake.shop_calls import call, outcomes
from tests.orders.intake.shopify_payloads import shop_line, shop_order, sign
from tests.support.cast import make_seller, make_warehouse
from tests.support.databases import superuser
from tests.support.servers import DATABASE
from tests.support.statements import count_statements


@pytest.fixture
def channel(db):
    return make_seller("Ada's Lamps", "ada@example.com", make_warehouse()).channel


def test_a_wrong_signature_is_refused_and_nothing_is_stored(channel):
    answer = call(channel, shop_order(), signature=sign(b"another body"))

    assert answer.status_code == 401
    assert Order.objects.count() == 0
    assert (Event.objects.count(), Call.objects.count()) == (0, 0)


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
    assert Call.objects.count() == 5


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


def test_a_call_is_kept_as_it_came_and_answered_before_it_is_read(channel):
    body = json.dumps(shop_order()).encode()
    with count_statements() as statements:  # the channel, and the insert
        answer = call(channel, body)

    kept = Call.objects.get()
    assert (answer.status_code, answer.json()) == (200, {"call": str(kept.pk), "status": "kept"})
    assert (bytes(kept.body), kept.topic, kept.state) == (body, "orders/create", "waiting")
    assert (len(statements), Order.objects.count()) == (2, 0)


def test_an_order_is_accepted_once_however_often_it_comes(channel):
    later = shop_order(note="changed since", updated_at="2026-11-23T11:00:00+01:00")
    told = outcomes(channel, shop_order(), later)

    order = Order.objects.get()
    assert told == ["Order accepted.", "Note edited."]
    assert (order.number, order.reference, order.note) == ("#1001", "5001", "changed since")
    assert Event.objects.filter(order=order, kind="order.received").count() == 1
    assert set(Call.objects.values_list("order", flat=True)) == {order.pk}


def test_the_same_reference_from_two_shops_is_two_orders(channel):
    other = make_seller(
        "Bo's Books", "bo@example.com", channel.seller.warehouse, owner="Bo Berg"
    ).channel

    outcomes(channel, shop_order())
    outcomes(other, shop_order())

    assert Order.objects.filter(reference="5001").count() == 2


def test_what_concerns_no_order_of_ours_is_ignored_with_its_reason(channel):
    gone = shop_order(id=2, admin_graphql_api_id=None, cancelled_at="2026-11-23T11:00:00Z")
    empty = shop_order(id=3, admin_graphql_api_id=None, line_items=[shop_line(current_quantity=0)])

    assert outcomes(channel, shop_order(test=True), gone, empty) == [
        "Ignored: test notification.",
        "It was over in the shop before we heard of it: nothing to send.",
        "Nothing of it is for us to send.",
    ]
    assert Order.objects.count() == 0


def test_what_cannot_be_read_is_kept_with_every_problem_and_can_be_tried_again(channel):
    body = shop_order(line_items=[shop_line(quantity=-1), shop_line(price="five")], created_at=None)
    outcomes(channel, body)

    kept = Call.objects.get()
    assert (kept.state, kept.problems) == (
        "refused",
        [
            ["line_items[0].quantity", "expected a whole number from 0 to 1000000, got -1"],
            ["created_at", "expected a date and time, got nothing"],
            ["line_items[1].price", "expected an amount of money like 12.30"],
        ],
    )
    assert not Order.objects.exists()
    retry_call(kept)
    with pytest.raises(DomainError, match="already"):
        retry_call(kept)
    work_off_calls()
    kept.refresh_from_db()
    assert (kept.state, len(kept.problems)) == ("refused", 3)
    dismiss_call(kept, actor_name="Ada")
    kept.refresh_from_db()
    assert (kept.state, kept.outcome) == ("dismissed", "Dismissed by Ada.")


NOT_JSON = [
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
]


def test_what_is_no_json_is_kept_with_the_reason(channel):
    for body in NOT_JSON:
        assert call(channel, body).status_code == 200
    work_off_calls()

    found = Call.objects.values_list("state", "problems")
    assert len(found) == len(NOT_JSON)
    assert [state for state, _ in found if state != "refused"] == []
    assert [path for _, ((path, told),) in found if path or not told.startswith("The ")] == []
    assert Order.objects.count() == 0


@pytest.fixture
def no_shop_orders():
    """A database that takes no row of the table by which calls are merged."""
    table = "ALTER TABLE orders_shoporder"
    with superuser(DATABASE) as database:
        database.execute(f"{table} ADD CONSTRAINT broken CHECK (reference = '') NOT VALID")
        yield
        database.execute(f"{table} DROP CONSTRAINT broken")


def test_an_error_of_ours_is_tried_again_and_then_shown(channel, no_shop_orders):
    call(channel, shop_order())
    call(channel, shop_order(id=2, admin_graphql_api_id=None))
    for minutes in range(0, 60, 10):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            assert work_off_calls() == 2

    assert work_off_calls() == 0
    assert set(Call.objects.values_list("state", "tries")) == {("refused", 6)}
    assert "IntegrityError at orders/intake/agreement.py" in Call.objects.first().problems[0][1]


def test_a_body_above_one_megabyte_is_refused(channel):
    answer = call(channel, b" " * (1024 * 1024 + 1))

    assert answer.status_code == 413
    assert answer.json() == {"errors": [{"field": "", "problem": "The body is larger than 1 MB."}]}


def test_a_look_is_refused(channel):
    assert Client().get(f"/hooks/shops/{channel.pk}/").status_code == 405


def test_an_order_that_ships_without_an_address_is_held(channel):
    outcomes(channel, shop_order(shipping_address=None))

    assert list(
        Hold.objects.filter(reason="no_address").values_list("order__reference", flat=True)
    ) == ["5001"]


def test_an_order_of_gift_cards_only_has_nothing_to_ship(channel):
    outcomes(
        channel, shop_order(line_items=[shop_line(gift_card=True, sku="")], shipping_address=None)
    )

    assert Order.objects.get().status == "nothing_to_ship"
    assert Hold.objects.count() == 0
