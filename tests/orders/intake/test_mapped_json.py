"""A shop of any other make: its JSON is read where its seller says that the values stand."""

import hmac
import json
from datetime import UTC, datetime

import pytest

from orders.accounts.connections import save_mapping
from orders.errors import InvalidInput
from orders.models import Order, SalesChannel
from orders.shops.base import IncomingLine, IncomingOrder, Payload, Units
from orders.shops.mapped.adapter import MappedJson
from orders.shops.mapped.mapping import DEFAULT, checked
from tests.orders.intake.mapped_payloads import BAZAAR, OF_BAZAAR, mapped_order, report
from tests.orders.intake.shop_calls import call, outcomes
from tests.orders.intake.shopify_payloads import sign


def problems_of(body, mapping=None):
    with pytest.raises(InvalidInput) as refused:
        report(body, mapping)
    return dict(refused.value.problems)


def test_without_a_mapping_an_order_is_read_as_the_api_takes_it():
    found = report(mapped_order())

    assert found.order == IncomingOrder(
        reference="5001",
        number="#1001",
        placed_at=datetime(2026, 11, 23, 9, 0, tzinfo=UTC),
        lines=[IncomingLine(sku="LAMP", title="Lamp", quantity=2, unit_price=1999)],
        customer_name="Grace Hopper",
        buyer_name="Ada Byron",
        email="ada@example.com",
        phone="+49 151 12345678",
        company="Navy",
        street="Unter den Linden 1\n3rd floor",
        postcode="10117",
        city="Berlin",
        region="BE",
        country="DE",
        language="de",
        currency="EUR",
        note="Ring twice",
    )
    assert found.at == datetime(2026, 11, 23, 9, 0, 5, tzinfo=UTC)
    assert (found.lines, found.payment, found.is_cancelled) == ({"1": Units(2, 2)}, "", False)


def test_a_mapping_says_where_the_values_stand():
    found = report(BAZAAR, OF_BAZAAR)

    assert (found.order.reference, found.order.number, found.order.postcode) == (
        "77",
        "77",
        "10117",
    )
    assert (found.order.country, found.order.buyer_name) == ("DE", "")
    assert [(line.sku, line.title, line.quantity) for line in found.order.lines] == [
        ("LAMP", "LAMP", 2), ("X-1", "X-1", 1),
    ]  # fmt: skip
    assert list(found.lines) == ["#1", "#2"]
    assert (found.payment, found.is_cancelled) == ("paid", False)


@pytest.mark.parametrize(
    ("condition", "value", "is_met"),
    [
        ("state=void,gone", "Gone", True), ("state=void", "open", False), ("state=1", 1, True),
        ("state=", "", True), ("state=void", None, False), ("state", True, True),
        ("state", "yes", True), ("state", "1", True), ("state", False, False),
        ("state", "paid", False), ("state", None, False), ("other", True, False), ("", True, False),
    ],
)  # fmt: skip
def test_a_condition_is_true_or_one_of_its_words(condition, value, is_met):
    found = report(mapped_order(state=value), {"paid": condition, "cancelled": condition})

    assert found.is_cancelled is is_met
    assert found.payment == ("" if not condition else "paid" if is_met else "unpaid")


def test_a_signature_is_hexadecimal_or_base64():
    body = b'{"a":1}'
    digits = hmac.digest(b"hush", body, "sha256").hex()
    shop = MappedJson({"signature_header": "X-Shop-Sign"})
    for given, secret, is_valid in (
        (digits, "hush", True), (digits.upper(), "hush", True), (f"sha256={digits}", "hush", True),
        (sign(body), "hush", True), (f"sha256={sign(body)}", "hush", True),
        (digits, "other", False), (digits[:-1], "hush", False), ("", "hush", False),
        (sign(body, ""), "", False), (hmac.digest(b"", body, "sha256").hex(), "", False),
        ("\u0661" * 64, "hush", False),
    ):  # fmt: skip
        assert shop.verify(Payload(body, {"x-shop-sign": given}), secret) is is_valid
    assert not shop.verify(Payload(body, {"x-signature": digits}), "hush")
    assert not shop.verify(Payload(b"", {"x-shop-sign": digits}), "hush")


def test_a_mapping_is_checked_field_by_field():
    assert checked(DEFAULT) == DEFAULT
    with pytest.raises(InvalidInput) as refused:
        checked(
            DEFAULT
            | {"reference": "", "sku": "", "city": "a..b", "email": "a b", "note": "x." * 99 + "x",
               "paid": "=paid", "cancelled": "a.b=x y", "signature_header": "X Sign"}
        )  # fmt: skip
    assert [name for name, _ in refused.value.problems] == [
        "signature_header", "reference", "email", "city", "note", "paid",
    ]  # fmt: skip


def test_every_problem_is_told_by_where_it_stands():
    body = json.loads(json.dumps(BAZAAR))
    body["sale"] |= {"no": None, "at": "2026-11-23T09:00:00"}
    body["to"][0] |= {"land": "Germany", "town": [], "road": "x" * 601}
    body["basket"]["rows"] += [{"units": 1.5}, 7, {"article": "L", "units": "many"}]

    assert list(problems_of(body, OF_BAZAAR)) == [
        "basket.rows[3]", "sale.at", "sale.no", "to.0.road", "to.0.town", "to.0.land",
        "basket.rows[2].article", "basket.rows[2].units", "basket.rows[4].units",
    ]  # fmt: skip
    assert list(problems_of(mapped_order(lines={}))) == ["lines"]
    assert list(problems_of(mapped_order(lines=[{}] * 2001))) == ["lines"]
    assert list(problems_of(mapped_order(placed_at=None))) == ["placed_at"]
    assert list(problems_of([])) == ["body"]


@pytest.mark.django_db
def test_an_order_comes_in_by_the_mapping_of_its_channel(ada):
    channel = ada.channel
    SalesChannel.objects.filter(pk=channel.pk).update(kind="json")
    channel.refresh_from_db()
    assert outcomes(channel, mapped_order()) == ["Order accepted."]
    mapped = save_mapping(channel, mapping=OF_BAZAAR, actor=ada.owner)
    void = BAZAAR | {"sale": BAZAAR["sale"] | {"state": "void"}}

    assert call(channel, BAZAAR).status_code == 401  # signed in the header of before
    assert outcomes(mapped, BAZAAR, void) == ["Order accepted.", "Units cancelled."]
    assert dict(Order.objects.values_list("reference", "status")) == {
        "5001": "on_hold", "77": "cancelled",
    }  # fmt: skip
