"""Published orders of marketplaces without an adapter: read by a mapping, or kept with a reason."""

import json

import pytest

from orders.accounts.connections import save_mapping
from orders.models import Call, SalesChannel
from orders.shops.mapped.mapping import DEFAULT, checked
from tests.orders.intake.shop_calls import outcomes
from tests.support.real_data import real_data

pytestmark = [pytest.mark.django_db, pytest.mark.real_data]

EBAY = {
    "reference": "orders.0.orderId",
    "placed_at": "orders.0.creationDate",
    "changed_at": "orders.0.lastModifiedDate",
    "currency": "orders.0.pricingSummary.total.currency",
    "buyer": "orders.0.buyer.buyerRegistrationAddress.fullName",
    "email": "orders.0.buyer.buyerRegistrationAddress.email",
    "lines": "orders.0.lineItems",
    "line_id": "lineItemId",
    "price": "lineItemCost.value",
    "paid": "orders.0.orderPaymentStatus=PAID",
} | {
    name: f"orders.0.fulfillmentStartInstructions.0.shippingStep.shipTo.{path}"
    for name, path in {
        "receiver": "fullName",
        "street": "contactAddress.addressLine1",
        "city": "contactAddress.city",
        "postcode": "contactAddress.postalCode",
        "country": "contactAddress.countryCode",
    }.items()
}
# It has a row for each unit, and moments in milliseconds.
UNICOMMERCE = {
    "reference": "code",
    "number": "displayOrderCode",
    "placed_at": "displayOrderDateTime",
    "changed_at": "updated",
    "currency": "currencyCode",
    "email": "notificationEmail",
    "phone": "addresses.0.phone",
    "receiver": "addresses.0.name",
    "street": "addresses.0.addressLine1",
    "street2": "addresses.0.addressLine2",
    "city": "addresses.0.city",
    "postcode": "addresses.0.pincode",
    "region": "addresses.0.state",
    "country": "addresses.0.country",
    "lines": "saleOrderItems",
    "sku": "itemSku",
    "title": "itemName",
    "quantity": "",
    "price": "sellingPrice",
    "cancelled": "status=CANCELLED",
}
SQUARESPACE = {
    "reference": "result.0.id",
    "number": "result.0.orderNumber",
    "placed_at": "result.0.createdOn",
    "email": "result.0.customerEmail",
    "lines": "result.0.lineItems",
}
OF_ROWS = {name: UNICOMMERCE[name] for name in ("sku", "title", "quantity", "price")}
IN_ANSWER = {name: f"saleOrderDTO.{path}" for name, path in UNICOMMERCE.items()} | OF_ROWS
BY_DEFAULT = {name: DEFAULT[name] for name in ("signature_header", "sku", "title", "quantity")}
HELD = ["unknown_sku"]
MASKED = (
    "Order accepted. E-mail: expected an address like name@example.com; nothing is sent to it "
    "until it is corrected."
)
OUTCOMES = {
    "ebay/getOrders_page_oss.json": (EBAY, MASKED, {"": 2}, HELD),
    "squarespace/orders_page_outline.json": (
        SQUARESPACE, "Nothing of it is for us to send.", {}, [],
    ),
    "unicommerce/order-SO5841.json": (
        IN_ANSWER, "Order accepted.", {"TT-WV-001005.Black.6": 1, "MC-100": 1}, HELD,
    ),
    "unicommerce/order-SO5905.json": (
        IN_ANSWER, "Order accepted.", {"TITANIUM_WATCH": 2, "MC-100": 1}, HELD,
    ),
    "unicommerce/order-SO6008-order.json": (
        UNICOMMERCE, "Order accepted.", {"TITANIUM_WATCH": 1}, HELD,
    ),
    "unicommerce/order-SO6022-order.json": (UNICOMMERCE, "Order accepted.", {"BOOK": 2}, HELD),
}  # fmt: skip


def here(order):
    """The units of an order by SKU, and why it waits."""
    if order is None:
        return {}, []
    units = {}
    for line in order.lines.all():
        units[line.sku] = units.get(line.sku, 0) + line.ordered
    return units, sorted(order.holds.values_list("reason", flat=True))


def test_orders_are_read_where_their_seller_says_the_values_stand(ada):
    SalesChannel.objects.filter(pk=ada.channel.pk).update(kind="json")
    ada.channel.refresh_from_db()
    found = {}
    for name, (mapping, *_) in OUTCOMES.items():
        wanted = checked(BY_DEFAULT | mapping)
        channel = save_mapping(ada.channel, mapping=wanted, actor=ada.owner)
        (told,) = outcomes(channel, json.loads((real_data("orders") / name).read_text()))
        kept = Call.objects.latest("received_at")
        problems = [": ".join(problem) for problem in kept.problems]
        found[name] = (mapping, told or ", ".join(problems), *here(kept.order))
    assert found == OUTCOMES


def test_what_is_no_order_is_kept_with_the_places_where_nothing_stands(ada):
    SalesChannel.objects.filter(pk=ada.channel.pk).update(kind="json")
    ada.channel.refresh_from_db()
    channel = save_mapping(ada.channel, mapping=checked(DEFAULT | UNICOMMERCE), actor=ada.owner)
    folder = real_data("orders/unicommerce")
    others = [path for path in sorted(folder.glob("*.json")) if not path.name.startswith("order-")]
    assert len(others) == 8
    for path in others:
        assert outcomes(channel, json.loads(path.read_text())) == [""], path.name
        problems = dict(Call.objects.latest("received_at").problems)
        assert "saleOrderItems" in problems, path.name
