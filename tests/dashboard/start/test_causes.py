"""Equal causes under *Needs attention*: one row, one act for all, opened to its orders."""

import re

import pytest
from django.test import Client

from orders.decisions.bulk_work import work_on_bulk_jobs
from orders.lifecycle.cancel import cancel_order
from orders.lifecycle.holds import hold_order
from orders.models import Hold, MatterMark, OrderLine
from tests.support import cast
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

HOME = "/dashboard/"


@pytest.fixture
def shop(ada):
    """Ada with nine lamps."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 9)
    return ada


@pytest.fixture
def client(shop):
    browser = Client()
    browser.force_login(shop.owner)
    return browser


def rows(client, kind):
    bands = client.get(HOME).context["bands"]
    return [row for band in bands for group in band.groups if group.kind == kind
            for row in group.rows]  # fmt: skip


def shown(client):
    return re.sub(r"\s+", " ", client.get(HOME).content.decode())


def test_orders_that_wait_for_one_sku_are_one_row_and_one_answer(shop, client):
    orders = [cast.make_order(shop, {"LMP": 1}) for _ in range(3)]
    alone = cast.make_order(shop, {"OTHER": 1})
    many, one = rows(client, "held")
    assert [entry.matter.order_id for entry in many.alike] == [order.pk for order in orders]
    assert (one.alike, one.matter.order_id) == ((), alone.pk)
    page = shown(client)
    assert "3 orders" in page
    assert page.count('name="sku"') == 2
    assert all(f'href="/dashboard/orders/{order.pk}/"' in page for order in orders)
    line = orders[0].lines.get()
    client.post(f"/dashboard/lines/{line.pk}/link/", {"sku": "LAMP", "back": "attention"})
    assert OrderLine.objects.filter(product=shop.products["LAMP"]).count() == 3
    assert [row.matter.order_id for row in rows(client, "held")] == [alone.pk]


def test_a_refused_answer_stands_at_its_field_in_the_row(shop, client):
    lines = [cast.make_order(shop, {"LMP": 1}).lines.get() for _ in range(2)]
    for line in lines:
        path = f"/dashboard/lines/{line.pk}/link/"
        answer = client.post(path, {"sku": "LAMPE", "back": "attention"})
        text = answer.content.decode()
        assert answer.status_code == 422
        assert text.count("You have no product with the SKU LAMPE.") == 1
        assert text.count('aria-invalid="true"') == 1
        assert 'value="LAMPE"' in text


def test_a_refused_answer_to_a_row_that_has_gone_is_a_notice(shop, client):
    order = cast.make_order(shop, {"LMP": 1})
    line = order.lines.get()
    cancel_order(order, actor=shop.owner)
    path = f"/dashboard/lines/{line.pk}/link/"
    text = client.post(path, {"sku": "LAMPE", "back": "attention"}).content.decode()
    assert text.count("You have no product with the SKU LAMPE.") == 1
    assert 'aria-invalid="true"' not in text


def test_other_skus_and_other_channels_are_other_causes(shop, client):
    cast.make_order(shop, {"LMP": 1})
    cast.make_order(shop, {"LMP": 1, "BULB": 1})
    cast.make_order(shop, {"lmp": 1, "bulb": 2})
    assert [len(row.alike) for row in rows(client, "held")] == [0, 2]


def test_orders_on_hold_for_one_reason_are_released_together(shop, client):
    orders = [cast.make_order(shop, {"LAMP": 1}) for _ in range(3)]
    for order, why in zip(orders, ("Wait", "Wait", "Ask"), strict=True):
        client.post(f"/dashboard/orders/{order.pk}/hold/", {"detail": why})
    assert [len(row.alike) for row in rows(client, "held")] == [2, 0]
    page = client.get(HOME).content.decode()
    form = page[page.index('name="act" value="release"') :]
    chosen = re.findall(r'name="order" value="([^"]+)"', form[: form.index("</form>")])
    assert chosen == [str(order.pk) for order in orders[:2]]
    sent = {"act": "release", "order": chosen}
    asked = client.post("/dashboard/orders/bulk/", sent)
    assert "Release: 2 orders" in asked.content.decode()
    client.post("/dashboard/orders/bulk/begin/", sent)
    work_on_bulk_jobs()
    open_ones = Hold.objects.filter(released_at__isnull=True)
    assert [hold.order for hold in open_ones] == [orders[2]]


WAITS = {
    "payment": ("Not paid. The shop says: <bdi>partly paid</bdi>.", "The shop says of the payment"),
    "clearance": (
        "The shop has not cleared them: <bdi>partly paid</bdi>.",
        "The shop has not cleared it",
    ),
    "shop_hold": ("The shop holds them: <bdi>partly paid</bdi>.", "The shop holds it"),
    "warehouse": (
        "The warehouse stopped them: <bdi>partly paid</bdi>.",
        "The warehouse stopped it",
    ),
}


@pytest.mark.parametrize("reason", WAITS)
def test_holds_that_end_one_by_one_have_a_button_for_each(shop, client, reason):
    orders = [cast.make_order(shop, {"LAMP": 1}) for _ in range(2)]
    holds = [hold_order(one, reason=reason, detail="partly paid", actor=None) for one in orders]
    (row,) = rows(client, "held")
    page = shown(client)
    assert (len(row.alike), WAITS[reason][0] in page) == (2, True)
    for hold in holds:
        assert page.count(f'action="/dashboard/holds/{hold.pk}/release/"') == 1
    client.post(f"/dashboard/holds/{holds[0].pk}/release/", {"back": "attention"})
    page = shown(client)
    assert WAITS[reason][1] in page
    assert "by you" not in page
    assert page.count(f'action="/dashboard/holds/{holds[1].pk}/release/"') == 1


def test_orders_short_of_one_product_are_one_row_with_their_units(shop, client):
    cast.make_product(shop, "NONE", "Out of stock")
    for _ in range(2):
        order = cast.make_order(shop, {"NONE": 2})
        order.lines.update(title="Out of stock")
    allocate_due()
    (row,) = rows(client, "backordered")
    assert (len(row.alike), row.units) == (2, 4)
    assert "stock of <bdi>Out of stock</bdi>: 4 units short in all." in shown(client)


def test_what_only_has_the_same_name_is_another_cause(shop, client):
    """Two products are called alike, and one order lacks much of another one as well."""
    for sku in ("S", "M", "BIG"):
        cast.make_product(shop, sku, "T-shirt")
    for lines in ({"S": 1}, {"S": 2}, {"M": 1}, {"S": 1, "BIG": 50}):
        cast.make_order(shop, lines)
    allocate_due()
    found = [(len(row.alike), row.units or row.matter.units) for row in rows(client, "backordered")]
    assert found == [(2, 3), (0, 1), (0, 51)]
    assert "2 orders" in (page := shown(client))
    assert "stock of <bdi>T-shirt</bdi>: 3 units short in all." in page


@pytest.mark.parametrize(
    ("reason", "said", "act"),
    [
        ("warehouse", "The warehouse stopped it: Box torn.", "Release hold"),
        ("clearance", "The shop has not cleared it: Box torn.", "Release hold"),
        ("payment", "The shop says of the payment: Box torn.", "Send without payment"),
        ("shop_hold", "The shop holds it: Box torn.", "Release hold"),
        ("seller", "Put on hold by you: Box torn.", "Release hold"),
    ],
)
def test_each_order_on_hold_says_who_holds_it_and_can_go_on(shop, client, reason, said, act):
    first, second = (cast.make_order(shop, {"LAMP": 1}) for _ in range(2))
    hold = hold_order(first, reason=reason, detail="Box torn", actor=None)
    assert said in re.sub(r"<[^>]+>", "", shown(client))
    other = hold_order(second, reason=reason, detail="Box torn", actor=None)
    assert [len(row.alike) for row in rows(client, "held")] == [2]
    page = shown(client)
    if reason == "seller":
        assert "Release all" in page
        return
    for one in (hold, other):
        assert f'action="/dashboard/holds/{one.pk}/release/"' in page
    assert page.count(act) == 2


def test_each_order_of_a_row_is_taken_and_snoozed_by_itself(shop, client):
    first, _ = (cast.make_order(shop, {"LMP": 1}) for _ in range(2))
    hold = first.holds.get()
    client.post(f"/dashboard/attention/held/{hold.pk}/", {"take": "1"})
    assert MatterMark.objects.get().subject_id == hold.pk
    refused = client.post(f"/dashboard/attention/held/{hold.pk}/", {"until": "soon"})
    assert refused.status_code == 422
    assert '<details class="alike" open>' in refused.content.decode()
