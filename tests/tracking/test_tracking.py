"""The tracking page over HTTP: who sees it, and what nobody learns from a link."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
import time_machine
from django.contrib.staticfiles import finders
from django.test import Client

from orders.keys import token_hash, tracking_token
from orders.models import Order, Package
from tests.support.cast import make_order, make_product, put_stock
from tests.support.stages import delivered_order, ready_shipment
from tests.support.statements import count_statements
from tests.tracking.tracked import (
    AT_THE_DOOR,
    MONDAY,
    ON_THE_DAY,
    look,
    out_for_delivery,
    sent_order,
    split_order,
)
from warehouse.couriers.runs import deliver_stop
from warehouse.floor.hand_over import hand_over

pytestmark = pytest.mark.django_db

CANARIES = {
    "customer_name": "Grace Zanzibar-Hopper",
    "email": "canary@mail.example",
    "phone": "+4930555123456",
    "street": "Canary Wharf 17\nBackyard",
    "company": "Canary Holding",
    "postcode": "99817",
    "note": "The code of the canary door is 4711",
}
DRAWN = re.compile(r"\b[0-9a-z]{26,}\b")  # addresses of pages, versions, request IDs


def everything_shown(order, now):
    """The page and its JSON, with what they tell of the headers; drawn lots may spell anything."""
    answers = [look(order, what, now) for what in ("", "state.json", "verify/", "return/")]
    shown = "".join(answer.content.decode() + str(answer.headers) for answer in answers)
    return DRAWN.sub("", shown)


def test_neither_page_nor_json_holds_a_word_about_the_person(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 1}, **CANARIES)
    before = everything_shown(order, ON_THE_DAY)
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.last(), received_by="Canary Zanzibar", actor=monday_house.cory)
    after = everything_shown(order, AT_THE_DOOR)

    price = ("19.99", "1999", "19,99", "EUR")
    for shown in (before, after):
        for secret in (*price, "anary", "ANARY", "Zanzibar", "Grace", "99817", "555123", "4711"):
            assert secret not in shown
    assert "Title of LAMP" in before
    assert "Castro" not in before
    assert "Courier" not in before


def test_a_gift_does_not_say_what_it_is(monday_house):
    order, run = out_for_delivery(monday_house, {"LAMP": 2}, is_gift=True)
    before = everything_shown(order, ON_THE_DAY)
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(run.stops.last(), received_by="Grace", actor=monday_house.cory)
    after = everything_shown(order, AT_THE_DOOR)

    assert "LAMP" not in before + after
    assert "2 items, a gift" in before


def test_titles_of_shops_are_text_not_markup(monday_house):
    product = make_product(monday_house.ada, "EVIL", "Evil")
    put_stock(product, 1)
    order = make_order(monday_house.ada, {"<script>alert(1)</script>": 1})

    page = look(order).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page


def test_the_page_takes_at_most_three_statements(monday_house):
    open_order = sent_order(monday_house, {"LAMP": 1, "SHADE": 2})
    delivered = delivered_order(monday_house, {"LAMP": 1})
    urls = [f"/track/{order.token}/" for order in (open_order, delivered)]
    client = Client()
    client.get(urls[0])

    counted = []
    for url in (*urls, *(f"{url}state.json" for url in urls)):
        with time_machine.travel(AT_THE_DOOR, tick=False), count_statements() as statements:
            assert client.get(url).status_code == 200
        counted.append(len(statements))

    # Whose order it is, the page, and what can be returned.
    assert counted == [2, 3, 2, 3]


def test_wrong_malformed_foreign_and_dead_links_look_alike(monday_house):
    with time_machine.travel(MONDAY, tick=False):
        order = delivered_order(monday_house, {"LAMP": 1})
    Package.objects.filter(order=order).update(delivered_at=AT_THE_DOOR)
    dead_at = AT_THE_DOOR + timedelta(days=90, seconds=1)
    assert look(order, now=AT_THE_DOOR + timedelta(days=90)).status_code == 200
    assert look(order, now=dead_at).status_code == 404
    revoked = make_order(monday_house.ada, {"LAMP": 1})
    old_token = revoked.token
    Order.objects.filter(pk=revoked.pk).update(
        token_revision=2, tracking_hash=token_hash(tracking_token(revoked.pk, 2))
    )
    paths = [
        f"/track/{path}"
        for token in (order.token, old_token, "a" * 32, "x", "%00", "ä" * 32, str(order.pk))
        for path in (f"{token}/", f"{token}/state.json", f"{token}/return/")
    ]

    with time_machine.travel(dead_at, tick=False):
        answers = [Client().get(path) for path in paths]

    def kept(answer):
        headers = {name: text for name, text in answer.headers.items() if name != "X-Request-ID"}
        return (answer.status_code, answer.content, sorted(headers.items()))

    assert len({str(kept(answer)) for answer in answers}) == 1
    assert answers[0].status_code == 404
    assert b"We could not find this order" in answers[0].content
    assert look(revoked).status_code == 200


@pytest.mark.breaks_books  # writes rows that no action would
def test_a_link_lives_while_something_is_still_to_come(monday_house):
    order = split_order(monday_house)
    Package.objects.filter(order=order).update(
        status="delivered", delivered_at=MONDAY - timedelta(days=200)
    )

    assert look(order).status_code == 200


@pytest.mark.parametrize("what", ["", "state.json"])
def test_no_cache_no_search_engine_and_no_other_site_learns_the_link(monday_house, what):
    answer = look(make_order(monday_house.ada, {"LAMP": 1}), what)

    assert answer.headers["Cache-Control"] == "private, no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["X-Robots-Tag"] == "noindex"
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "unsafe" not in answer.headers["Content-Security-Policy"]
    assert not answer.cookies


@pytest.mark.parametrize("what", ["x.css", "state.json/x.css", "return/x.js", "state.css"])
def test_a_path_that_a_cache_might_keep_is_not_found(monday_house, what):
    assert look(make_order(monday_house.ada, {"LAMP": 1}), what).status_code == 404


def test_only_looking_is_allowed(monday_house):
    token = make_order(monday_house.ada, {"LAMP": 1}).token

    assert Client().post(f"/track/{token}/").status_code == 405
    assert Client().delete(f"/track/{token}/state.json").status_code == 405
    assert Client().head(f"/track/{token}/").status_code == 200


def test_the_script_gets_304_until_something_changes(monday_house):
    shipment = ready_shipment(monday_house, {"LAMP": 1})
    etag = look(shipment.order, "state.json").headers["ETag"]
    page = look(shipment.order).content.decode()

    same = look(shipment.order, "state.json", If_None_Match=etag)
    hand_over(shipment.packages.all(), actor=monday_house.pat)
    changed = look(shipment.order, "state.json", If_None_Match=etag)

    assert (same.status_code, same.content) == (304, b"")
    assert same.headers["Cache-Control"] == "private, no-store"
    assert changed.status_code == 200
    assert changed.headers["ETag"] != etag
    assert unescape(re.search(r'data-etag="([^"]*)"', page)[1]) == etag


def test_times_are_those_of_the_place_of_delivery(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1}, country="US", city="Austin")
    at = datetime(2026, 11, 24, 1, 30, tzinfo=UTC)  # in New York it is Monday, 20:30
    assert order.time_zone == "America/New_York"

    page = look(order, now=at).content.decode()

    assert re.search(r'As of <span id="checked">20:30</span>', page)


def test_the_page_is_light_and_asks_nobody_else(monday_house):
    order, _ = out_for_delivery(
        monday_house, {"LAMP": 2, "SHADE": 1}, boxes=[{"LAMP": 2}, {"SHADE": 1}]
    )
    page = look(order, now=ON_THE_DAY).content
    files = re.findall(rb'(?:src|href)="/static/([^"]+)"', page)

    sizes = [len(page)]
    for name in files:
        with open(finders.find(name.decode()), "rb") as file:
            sizes.append(len(file.read()))

    assert sorted(files) == [b"logo.svg", b"track.css", b"track.js"]
    assert sum(sizes) < 60 * 1024
    assert not re.findall(rb'(?:src|href|action)="(?:https?:)?//', page)


def test_the_colours_are_those_of_the_other_pages():
    def tokens(name):
        with open(finders.find(name)) as file:
            light, dark = file.read().split("prefers-color-scheme: dark", 1)
        found = (dict(re.findall(r"^\s*(--[\w-]+): (.+);$", part, re.M)) for part in (light, dark))
        return tuple(found)

    for own, shared in zip(tokens("track.css"), tokens("theme.css"), strict=True):
        ours = {name: value for name, value in own.items() if name in shared}
        assert ours == {name: shared[name] for name in ours}
        assert len(ours) > 18
