"""Returned units by product and reason, beside a second count of random lines; the list."""

import csv
import io
import random
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from uuid import uuid4

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.db import connection

from orders.models import (
    ManyReturns,
    Order,
    OrderLine,
    Package,
    PackageLine,
    Refund,
    Return,
    ReturnLine,
    Shipment,
    ShipmentLine,
)
from orders.numbers.many_returns import find_many_returns, is_many
from orders.numbers.returned import Back
from tests.support.cast import make_order, make_product
from tests.test_doors import signed_in

pytestmark = [pytest.mark.django_db, pytest.mark.breaks_books]

NOW = datetime(2026, 11, 24, 9, tzinfo=UTC)
TODAY = date(2026, 11, 24)
PAGE, ROWS, FILE = (
    "/dashboard/numbers/returned/", "/dashboard/numbers/returned/rows/",
    "/dashboard/numbers/returned/export/",
)  # fmt: skip
LIST = "/dashboard/returns/"
DAYS = "?first=2026-11-01&last=2026-11-24"
REASONS = ("too_large", "damaged", "undeliverable", "unannounced")
STATES = ("requested", "approved", "refused", "cancelled", "received", "closed")
# The same as the page, said once more in SQL: units of lines that arrived last in these days.
SECOND = """
WITH arrived AS (
    SELECT line.id, line.product_id, line.delivered, max(box.delivered_at) AS at
    FROM orders_orderline line
    JOIN orders_shipmentline part ON part.line_id = line.id
    JOIN orders_packageline packed ON packed.shipment_line_id = part.id
    JOIN orders_package box ON box.id = packed.package_id
    WHERE line.seller_id = %(seller)s AND line.delivered > 0
    GROUP BY line.id
),
inside AS (
    SELECT * FROM arrived
    WHERE (at AT TIME ZONE 'Europe/Berlin')::date BETWEEN %(first)s AND %(last)s
)
SELECT inside.product_id, 'delivered', sum(inside.delivered) FROM inside GROUP BY 1
UNION ALL
SELECT inside.product_id, r.reason,
    sum(CASE r.status WHEN 'closed' THEN back.received ELSE back.requested + back.unexpected END)
FROM inside JOIN orders_returnline back ON back.line_id = inside.id
JOIN orders_return r ON r.id = back.order_return_id
WHERE r.status IN ('requested', 'approved', 'received', 'closed') AND r.reason <> 'undeliverable'
GROUP BY 1, 2
"""


@pytest.fixture(autouse=True)
def at_nine():
    with time_machine.travel(NOW, tick=False):
        yield


def sent(side, units, *days, **fields):
    """An order of {SKU: units}, a parcel of all its lines on each of these days, all delivered."""
    order = make_order(side, units, **fields)
    lines = list(OrderLine.objects.filter(order=order).order_by("position"))
    of = {"seller": side.seller}
    shipment = Shipment.objects.create(
        **of, order=order, warehouse=side.seller.warehouse, number=f"{order.number}-1", ship_by=NOW
    )
    parts = [
        ShipmentLine.objects.create(**of, shipment=shipment, line=line, quantity=line.ordered)
        for line in lines
    ]
    for place, day in enumerate(days):
        at = datetime(day.year, day.month, day.day, 11, tzinfo=UTC)
        box = Package.objects.create(
            **of, order=order, shipment=shipment, number=f"{order.number}-{place}",
            status="delivered", handed_to="receiver", handed_over_at=at, delivered_at=at,
        )  # fmt: skip
        for part in parts:
            PackageLine.objects.create(**of, package=box, shipment_line=part, quantity=1)
    with connection.cursor() as cursor:
        # All the way at once: the counters of a line rise together.
        cursor.execute(
            "UPDATE orders_orderline SET allocated = ordered, picked = ordered, packed = ordered,"
            " shipped = ordered, delivered = ordered, backordered = 0 WHERE order_id = %s",
            [order.pk],
        )
    return order


def back(order, units, *, reason="too_large", status="approved", sku=None, **counted):
    """A return of so many units of a line, as far as it is said."""
    line = order.lines.get(sku=sku) if sku else order.lines.order_by("position")[0]
    row = Return.objects.create(
        seller=order.seller, order=order, number=f"RMA-{uuid4().hex[:8]}", reason=reason,
        status=status,
    )  # fmt: skip
    ReturnLine.objects.create(
        seller=order.seller, order_return=row, line=line, requested=units,
        approved=0 if status in ("requested", "refused", "cancelled") else units,
        refused=units if status == "refused" else 0, **counted,
    )  # fmt: skip
    return row


@pytest.fixture(autouse=True)
def goods(ada, bo, lamp):
    make_product(bo, "MUG", "Blue mug")


@pytest.fixture
def client(ada):
    return signed_in(ada.owner)


def products(page):
    return {row.sku: row for row in page.context["found"].products}


def test_a_share_is_of_the_units_that_arrived(ada, client):
    order = sent(ada, {"LAMP": 40}, date(2026, 11, 10))
    back(order, 3)
    back(order, 1, reason="damaged", status="closed", received=1, inspected=1, written_off=1)
    back(order, 9, status="refused")
    back(order, 9, reason="undeliverable", status="received", received=9)
    former = sent(ada, {"LAMP": 20}, date(2026, 10, 20))
    back(former, 1)

    page = client.get(PAGE + DAYS)

    row = products(page)["LAMP"]
    assert (row.now, row.before) == ((4, 40, "10.0 %"), (1, 20, "5.0 %"))
    assert row.reasons == [("too_large", "Too large", 3), ("damaged", "Arrived damaged", 1)]
    found = page.context["found"]
    assert (found.total, found.change, found.direction) == (
        (4, 40, "10.0 %"), "+5.0 points, 5.0 % before", "worse",
    )  # fmt: skip
    assert [(one.code, one.now.value, one.before.value) for one in found.reasons] == [
        ("too_large", "7.5 %", "5.0 %"), ("damaged", "2.5 %", "0.0 %"),
    ]  # fmt: skip
    assert (found.inspected, found.fates[2]) == (1, (1, "written off"))
    [bar] = found.bars
    assert (bar.now, bar.before) == (480.0, 240.0)


def test_under_twenty_units_no_share_is_said(ada, client):
    back(sent(ada, {"LAMP": 19}, date(2026, 11, 10)), 2)
    page = client.get(PAGE + DAYS)
    assert products(page)["LAMP"].now == (2, 19, "Too few to say")
    assert page.context["found"].bars == []
    assert "10.5" not in page.content.decode()


def test_a_line_counts_on_the_day_of_its_last_parcel(ada, client):
    sent(ada, {"LAMP": 2}, date(2026, 10, 30), date(2026, 11, 2))
    sent(ada, {"LAMP": 3}, date(2026, 10, 31))
    assert products(client.get(PAGE + DAYS))["LAMP"].now.delivered == 2
    until = client.get(f"{PAGE}?first=2026-10-30&last=2026-10-31")
    assert products(until)["LAMP"].now.delivered == 3


def test_what_can_be_sold_again_is_at_its_price(ada, client):
    order = sent(ada, {"LAMP": 5}, date(2026, 11, 10))
    back(
        order, 4, status="closed", received=4, inspected=4, restocked=2, refurbished=1,
        written_off=1,
    )  # fmt: skip
    page = client.get(PAGE + DAYS)
    assert page.context["found"].sold_again == [(3, "59.97 EUR")]
    assert "59.97 EUR" in page.content.decode()


def test_refunds_have_quantiles_from_twenty_on(ada, client):
    order = sent(ada, {"LAMP": 30}, date(2026, 11, 10))
    for hours in range(1, 21):
        Return.objects.filter(pk=back(order, 1).pk).update(created_at=NOW - timedelta(hours=hours))
    rows = Return.objects.order_by("-created_at")
    for number, row in enumerate(rows[:19]):
        paid(row, number)
    assert client.get(PAGE + DAYS).context["found"].median == "Too few to say"
    paid(rows[19], 19)
    found = client.get(PAGE + DAYS).context["found"]
    assert (found.median, found.nine_of_ten) == ("10 h 00 min", "18 h 00 min")
    assert found.paid.number == 20


def paid(row, number):
    Refund.objects.create(
        seller=row.seller, order=row.order, order_return=row, currency="EUR", goods=100,
        amount=100, status="paid", paid=100, paid_at=NOW, shop_refund=f"r{number}",
    )  # fmt: skip


def test_who_returns_often_is_found_by_address_and_not_when_erased(ada, client):
    for email in ("Often@example.com", "often@example.com", "often@example.com"):
        back(sent(ada, {"LAMP": 1}, date(2026, 11, 10), email=email), 1)
    for _ in range(3):
        gone = sent(ada, {"LAMP": 1}, date(2026, 11, 10), email="gone@example.com")
        back(gone, 1)
        Order.objects.filter(pk=gone.pk).update(email="")
    back(sent(ada, {"LAMP": 1}, date(2026, 11, 10), email="once@example.com"), 1)
    page = client.get(PAGE + DAYS)
    assert [(one.email, one.returns, one.orders) for one in page.context["found"].often] == [
        ("often@example.com", 3, 3)
    ]
    assert "gone@example.com" not in page.content.decode()


def test_numbers_equal_a_second_count_of_random_lines(ada, bo, client):
    rng = random.Random(11)  # noqa: S311 - the same lines each time
    skus = ["LAMP"]
    for number in range(3):
        make_product(ada, f"R-{number}", f"Random {number}")
        skus.append(f"R-{number}")
    for _ in range(40):
        chosen = rng.sample(skus, rng.randint(1, 3))
        days = [date(2026, 10, 20) + timedelta(days=rng.randint(0, 34)) for _ in range(2)]
        order = sent(ada, {sku: rng.randint(4, 9) for sku in chosen}, *days[: rng.randint(1, 2)])
        for sku in chosen:
            for _ in range(rng.randint(0, 2)):
                random_return(rng, order, sku)
    sent(bo, {"MUG": 3}, date(2026, 11, 10))

    page, told = client.get(PAGE + DAYS), Counter()
    for row in page.context["found"].products:
        told[row.pk, "delivered"] += row.now.delivered
        told.update({(row.pk, code): units for code, _, units in row.reasons})
    with connection.cursor() as cursor:
        values = {"seller": ada.seller.pk, "first": "2026-11-01", "last": "2026-11-24"}
        cursor.execute(SECOND, values)
        second = Counter({(pk, what): int(units) for pk, what, units in cursor.fetchall()})
    assert len(told) > 8, "there is something to compare"
    assert told == +second

    for row in page.context["found"].products:  # each number leads to as many units
        for code, _, units in row.reasons:
            rows = client.get(f"{ROWS}{DAYS}&product={row.pk}&reason={code}")
            assert sum(one.units for one in rows.context["page"].rows) == units
            assert rows.context["total"] == units
    lines = list(csv.DictReader(io.StringIO(client.get(FILE + DAYS).content.decode("utf-8-sig"))))
    of_products = [line for line in lines if line["By"] == "product"]
    assert sum(int(line["Units returned"]) for line in of_products) == int(
        lines[0]["Units returned"]
    )
    assert lines[0]["By"] == "total"
    assert int(lines[0]["Units arrived"]) == sum(
        units for (_, what), units in second.items() if what == "delivered"
    )


def random_return(rng, order, sku):
    units, status = rng.randint(1, 2), rng.choice(STATES)
    came = rng.randint(0, units) if status == "closed" else units
    is_there = status in ("received", "closed")
    back(
        order, units, sku=sku, reason=rng.choice(REASONS), status=status,
        received=came if is_there else 0,
    )  # fmt: skip


def test_the_list_filters_and_its_file_has_the_same_rows(ada, client):
    first = back(sent(ada, {"LAMP": 2}, date(2026, 11, 10)), 1, status="requested")
    late = back(sent(ada, {"LAMP": 2}, date(2026, 11, 10), country="AT"), 2, reason="damaged")

    def numbers(query):
        return [row.number for row in client.get(LIST + query).context["page"].rows]

    assert numbers("") == [late.number, first.number]
    assert numbers("?state=requested") == [first.number]
    assert numbers("?reason=damaged") == numbers("?country=AT") == [late.number]
    assert numbers("?sku=LAMP&state=approved") == [late.number]
    assert numbers("?sku=SHADE") == numbers("?late=1") == numbers("?since=2026-11-25") == []
    assert numbers("?state=odd") == [late.number, first.number]

    file = b"".join(client.get(f"{LIST}export/?reason=damaged").streaming_content)
    [line] = csv.DictReader(io.StringIO(file.decode("utf-8-sig")))
    assert (line["Return"], line["SKU"], line["Units requested"], line["Country"]) == (
        late.number, "LAMP", "2", "AT",
    )  # fmt: skip


def test_ticked_returns_are_approved_each_by_itself(ada, bo, client):
    mine = [
        back(sent(ada, {"LAMP": 2}, date(2026, 11, 10)), 1, status="requested") for _ in range(2)
    ]
    done = back(sent(ada, {"LAMP": 2}, date(2026, 11, 10)), 1, status="refused")
    strange = back(sent(bo, {"MUG": 2}, date(2026, 11, 10)), 1, status="requested")

    given = {"row": [str(row.pk) for row in (*mine, done, strange)], "query": "state=requested"}
    answer = client.post(f"{LIST}approve/", given)

    assert answer["Location"] == f"{LIST}?state=requested"
    told = [str(message) for message in get_messages(answer.wsgi_request)]
    assert told[0] == "2 returns are approved; their customers are notified."
    assert (len(told), done.number in told[1]) == (2, True)
    states = dict(Return.objects.values_list("pk", "status"))
    assert [states[row.pk] for row in mine] == ["approved", "approved"]
    assert (states[done.pk], states[strange.pk]) == ("refused", "requested")


def test_another_seller_sees_none_of_it(ada, bo):
    back(sent(ada, {"LAMP": 30}, date(2026, 11, 10)), 3)
    other = signed_in(bo.owner)
    assert other.get(PAGE + DAYS).context["found"].products == []
    assert other.get(ROWS + DAYS).context["total"] == 0
    assert other.get(LIST).context["page"].rows == []


def attention(client, query=""):
    page = client.get(f"/dashboard/{query}")
    groups = {group.kind: group for band in page.context["bands"] for group in band.groups}
    return groups.get("many_returns")


def test_a_product_over_its_usual_share_needs_attention_until_it_is_snoozed(ada, client, lamp):
    order = sent(ada, {"LAMP": 40}, date(2026, 11, 10))
    for _ in range(6):
        row = back(order, 1)
    usual = sent(ada, {"LAMP": 80}, date(2026, 10, 20))
    for _ in range(6):
        back(usual, 1)
    find_many_returns()

    group = attention(client)
    assert [entry.why for entry in group.rows] == [
        "15.0 % returned, 6 of 40; usually 7.5 %, 6 of 80"
    ]
    found = ManyReturns.objects.get()
    link = f"/dashboard/numbers/returned/rows/?product={lamp.pk}&amp;days=28"
    assert link in client.get("/dashboard/").content.decode()

    client.post(f"/dashboard/attention/many_returns/{lamp.pk}/", {"until": "2026-11-26"})
    assert attention(client) is None
    assert attention(client, "?snoozed=1").total == 1

    find_many_returns()  # the same again: still snoozed, and known since then
    assert ManyReturns.objects.get().since == found.since
    assert attention(client) is None
    Return.objects.filter(pk=row.pk).update(status="cancelled")
    find_many_returns()
    assert not ManyReturns.objects.exists()


@pytest.mark.parametrize(
    ("now", "usual", "is_many_now"),
    [
        ((6, 40), (6, 80), True),  # exactly twice
        ((6, 41), (6, 80), False),
        ((4, 20), (0, 80), False),  # fewer than five
        ((5, 20), (0, 20), True),
        ((5, 19), (0, 80), False),  # too few arrived
        ((5, 20), (0, 19), False),  # or had arrived before
    ],
)
def test_many_are_twice_the_usual_share_of_enough_units(now, usual, is_many_now):
    def units(returned, delivered):
        return Back(delivered, Counter({"damaged": returned}))

    assert is_many(units(*now), units(*usual)) is is_many_now
