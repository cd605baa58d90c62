"""The whole story: from a shop's call to the door, with every message that was sent on the way."""

import base64
import hmac
import json
import re
from contextlib import closing
from zoneinfo import ZoneInfo

import pytest
import requests
from django.core.management import call_command
from playwright.sync_api import expect

from orders.models import Call, Order, Package, Promise, Shipment, Warehouse
from tests.browser.people import Courier, Leader, Packer, Person, Picker
from tests.orders.intake.shopify_payloads import shop_line, shop_order
from tests.support import cast
from tests.support.real_data import real_data
from tests.support.waiting import wait_until

pytestmark = [
    pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("in_the_morning")
]  # fmt: skip

HOUR = 19
SMS = (
    "is confirmed, arrives ",
    "is packed, ships by ",
    "is ready to ship: ",
    "is on its way, arrives ",
    "arrives today between 19:00 and 20:00, with Cory",
    "was delivered at ",
)


@pytest.fixture
def stage(live_site, celery_worker_process, smtp_peer, sms_peer, browser, ada, pat, pia, lea, cory):
    """Everybody at their screen, and the servers that receive what is sent."""
    people = {"pat": pat, "pia": pia, "lea": lea, "cory": cory}
    return Stage(live_site, smtp_peer, sms_peer, browser, ada, people)


class Stage:
    """One shop, its people, and what the mail and SMS servers received."""

    def __init__(self, site, mails, texts, browser, side, people):
        self.site, self.mails, self.texts = site, mails, texts
        self.browser, self.side, self.people = browser, side, people

    def shop_calls(self, order):
        """The shop's webhook, signed over the raw bytes; returns the stored order."""
        body = json.dumps(order).encode()
        signature = base64.b64encode(hmac.digest(b"hush", body, "sha256")).decode()
        answer = requests.post(
            f"{self.site}/hooks/shops/{self.side.channel.pk}/",
            data=body,
            headers={"X-Shopify-Topic": "orders/create", "X-Shopify-Hmac-Sha256": signature},
            timeout=20,
        )
        assert answer.status_code == 200, answer.text
        kept = Call.objects.filter(pk=answer.json()["call"], order__isnull=False)
        return wait_until(lambda: kept.select_related("order").first()).order

    def person(self, kind, name):
        return closing(kind(self.browser, self.site, self.people[name]))

    def released(self, order, number):
        """The shipment with this number of the order, once the worker has allocated it."""
        return wait_until(
            lambda: Shipment.objects.filter(
                order=order, status="released", number=f"{order.number}-{number}"
            ).first()
        )

    def send_out(self, order, number, skus, *, stops):
        """Pick, pack, hand over, plan, drive off and deliver one shipment at the screens."""
        shipment = self.released(order, number)
        with self.person(Picker, "pat") as pat:
            pat.pick(stops)
        with self.person(Packer, "pia") as pia:
            pia.pack(shipment, skus)
            packages = list(Package.objects.filter(shipment=shipment))
            pia.hand_over(packages)
        with self.person(Leader, "lea") as lea:
            lea.plan_run(self.people["cory"], HOUR)
        with self.person(Courier, "cory") as cory:
            cory.start()
            yield packages
            cory.deliver("Bob, at the door")
            cory.sees("done")

    def mails_to(self, address):
        return [mail.message for mail in self.mails.messages if address in mail.recipients]

    def to_customer(self, order):
        return [mail["Subject"].strip() for mail in self.mails_to(order.email)]

    def to_seller(self, order):
        return [mail["Subject"].strip() for mail in self.mails_to(order.seller.email)]

    def by_sms(self, order):
        return [text.text for text in self.texts.messages if text.to == order.phone]


def spans(order, kind):
    """The promises of a kind in order, as (first day, last day) or (hour, hour) at the door."""
    zone = ZoneInfo(order.time_zone)
    found = Promise.objects.filter(order=order, kind=kind).order_by("made_at", "id")
    return [(row.earliest.astimezone(zone), row.latest.astimezone(zone)) for row in found]


def day(moment):
    return f"{moment:%a} {moment.day} {moment:%b}"


def days(span):
    first, last = span
    if first.date() == last.date():
        return day(first)
    opening = f"{first:%a} {first.day}" if first.month == last.month else day(first)
    return f"{opening} – {day(last)}"


@pytest.fixture
def in_kentucky(building, in_the_morning):
    """The customer of the real order lives there, and our own couriers drive where we are."""
    Warehouse.objects.update(country="US", city="Louisville")


@pytest.mark.real_data
def test_a_real_shop_order_becomes_a_delivered_parcel(in_kentucky, stage):
    listed = json.loads(real_data("orders/shopify/rest_2022-10/order_01.json").read_text())
    payload = listed["orders"][0] | {"refunds": []}  # as it was when it came
    for line in payload["line_items"]:
        line["fulfillable_quantity"] = line["quantity"]
        cast.put_stock(cast.make_product(stage.side, line["sku"], line["title"]), 5)

    order = stage.shop_calls(payload)
    skus = [line.sku for line in order.lines.all()]
    way = stage.send_out(order, 1, skus, stops=3)
    next(way)
    assert_tracking_page_says(stage, order, "Cory")
    list(way)

    wait_until(lambda: len(stage.to_seller(order)) == 1)
    wait_until(lambda: len(stage.by_sms(order)) == 6)
    (arrives, arrives_shipped), (ships,) = spans(order, "arrives"), spans(order, "ships")
    assert stage.to_customer(order) == [
        f"Order #1001 is confirmed: arrives {days(arrives)}",
        f"Order #1001 is packed: ships by {day(ships[1])}",
        "Order #1001 is ready to ship",
        f"Order #1001 is on its way: arrives {days(arrives_shipped)}",
        "Order #1001 arrives today between 19:00 and 20:00",
        "Order #1001 was delivered",
    ]
    texts = stage.by_sms(order)
    for text, beginning in zip(texts, SMS, strict=True):
        assert text.startswith(f"Ada's Lamps: order #1001 {beginning}"), text
        assert text.endswith(f"{stage.site}/track/{order.token}/")
        assert len(text) <= 160  # one segment; none has a character that counts twice
    assert stage.to_seller(order) == ["Order #1001 was delivered"]
    order.refresh_from_db()
    assert order.status == "delivered"
    assert_seller_sees_the_story(stage, order)
    call_command("check_books")


def test_a_split_order_is_told_parcel_by_parcel(stage):
    lamp = cast.make_product(stage.side, "LAMP", "Desk lamp")
    shade = cast.make_product(stage.side, "SHADE", "Linen shade")
    cast.put_stock(lamp, 5)

    order = stage.shop_calls(
        shop_order(line_items=[shop_line(sku="LAMP", title="Desk lamp", quantity=2),
                               shop_line(sku="SHADE", title="Linen shade", quantity=1)])
    )  # fmt: skip
    list(stage.send_out(order, 1, ["LAMP", "LAMP"], stops=1))
    cast.put_stock(shade, 1, bin_code="B-01-1")
    list(stage.send_out(order, 2, ["SHADE"], stops=1))

    wait_until(lambda: len(stage.to_seller(order)) == 2)
    delivered = "Part of order #1001 was delivered"
    wait_until(lambda: stage.to_customer(order).count(delivered) == 2)
    ships = spans(order, "ships")
    all_of_it, lamps, rest, shade_comes = spans(order, "arrives")
    first, second = (
        [
            f"Part of order #1001 is packed: ships by {day(leaves[1])}",
            "Part of order #1001 is ready to ship",
            f"Part of order #1001 is on its way: arrives {days(comes)}",
            "Part of order #1001 arrives today between 19:00 and 20:00",
            delivered,
        ]
        for leaves, comes in zip(ships, (lamps, shade_comes), strict=True)
    )
    confirmed, *later = stage.to_customer(order)
    # Whether the allocator was faster: then nobody knows a date for all of it any more.
    assert confirmed in (
        "Order #1001 is confirmed",
        f"Order #1001 is confirmed: arrives {days(all_of_it)}",
    )
    goods = {
        "In stock, ships first": ["2 × Desk lamp"],
        "On backorder": ["1 × Linen shade"],
    }
    # It is told once: with the confirmation, where the allocator was faster than that.
    is_told = goods_of(stage.mails_to(order.email)[0]) == goods
    apart = [] if is_told else ["Part of order #1001 is on backorder"]
    assert later == [
        *apart,
        *first,
        f"Part of order #1001 arrives {days(rest)}",
        *second,
    ]
    mails = stage.mails_to(order.email)[len(apart) :]
    first, second = mails[1], mails[7]
    assert goods_of(stage.mails_to(order.email)[len(apart)]) == goods
    assert goods_of(first) == {
        "In this parcel": ["2 × Desk lamp"],
        "On backorder": ["1 × Linen shade"],
    }
    assert goods_of(second) == {
        "In this parcel": ["1 × Linen shade"],
        "Already shipped in a separate parcel": ["2 × Desk lamp"],
    }
    assert Order.objects.get().status == "delivered"
    call_command("check_books")


def goods_of(mail):
    """The lists of goods in a mail's text, by their headings."""
    lists, heading = {}, ""
    for line in mail.get_body(("plain",)).get_content().splitlines():
        if line.startswith("- "):
            lists.setdefault(heading, []).append(line.removeprefix("- "))
        elif line.endswith(":"):
            heading = line.removesuffix(":").partition(", expected")[0]
    return lists


def assert_tracking_page_says(stage, order, name):
    page = stage.browser.new_page()
    page.goto(f"{stage.site}/track/{order.token}/")
    expect(page.get_by_role("heading", level=1)).to_contain_text(name)
    assert order.customer_name.split()[-1] not in page.content()
    page.close()


def assert_seller_sees_the_story(stage, order):
    owner = Person(stage.browser, stage.site, stage.side.owner, width=1280, height=800)
    with closing(owner) as ada:
        ada.go(f"/dashboard/orders/{order.pk}/")
        ada.sees(order.number)
        ada.sees(re.compile("delivered", re.I))
