"""The list of orders: found by what people know of them, page by page, in four statements."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client

from fulfillment.keyset import PAGE_SIZE
from orders.models import Order, Package
from tests.support import cast
from tests.support.statements import count_statements
from tests.support.stories import make_ready, ship
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

LIST = "/dashboard/orders/"


@pytest.fixture(autouse=True)
def monday():
    """Ten in the morning where the goods lie."""
    with time_machine.travel(cast.MONDAY):
        yield


@pytest.fixture
def shop(ada):
    """Ada with fifty lamps."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 50)
    return ada


@pytest.fixture
def client(shop):
    """Ada's browser."""
    browser = Client()
    browser.force_login(shop.owner)
    return browser


def numbers(client, **query):
    """Numbers of the orders on the page that this query shows."""
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return [order.number for order in answer.context["page"].rows]


def make_orders(shop, how_many):
    """Orders of two lines each, one second apart; the oldest first."""
    made = []
    for number in range(how_many):
        order = cast.make_order(shop, {"LAMP": 1, f"X{number}": 2})
        moment = cast.MONDAY + timedelta(seconds=number)
        Order.objects.filter(pk=order.pk).update(created_at=moment)
        made.append(order.number)
    return made


@pytest.mark.parametrize("how_many", [5, 60])
def test_a_page_takes_four_statements(shop, client, how_many):
    make_orders(shop, how_many)
    client.get(LIST)  # reads the person by the session; the next ones read both at once
    with count_statements() as asked:
        answer = client.get(LIST)
    assert len(asked) == 4
    assert len(answer.context["page"].rows) == min(how_many, PAGE_SIZE)
    assert answer.context["total"] == str(how_many)
    with count_statements() as asked:
        client.get(LIST, {"q": "Grace", "status": "on_hold", "since": "2026-11-01"})
    assert len(asked) == 4


def test_pages_show_every_order_once_there_and_back(shop, client):
    made = make_orders(shop, 2 * PAGE_SIZE + 3)[::-1]
    # Orders of the same moment: their ids decide.
    Order.objects.filter(number__in=made[:5]).update(created_at=cast.MONDAY + timedelta(days=1))
    walked, cursors, cursor = [], [], ""
    while True:
        page = client.get(LIST, {"page": cursor}).context["page"]
        walked.append([order.number for order in page.rows])
        cursors.append(page.previous)
        if not page.next:
            break
        cursor = page.next
    assert [len(rows) for rows in walked] == [PAGE_SIZE, PAGE_SIZE, 3]
    assert sorted(number for rows in walked for number in rows) == sorted(made)
    assert walked[1] + walked[2] == made[PAGE_SIZE:]
    assert numbers(client, page=cursors[2]) == walked[1]
    assert numbers(client, page=cursors[1]) == walked[0]
    assert cursors[0] == ""


@pytest.mark.parametrize("cursor", ["a", "azzzz", "b!!", "x" * 3000, "aWzEsMl0", "a\x00"])
def test_a_cursor_nobody_issued_shows_the_first_page(shop, client, cursor):
    assert numbers(client, page=cursor) == []
    order = cast.make_order(shop, {"LAMP": 1})
    assert numbers(client, page=cursor) == [order.number]


def test_an_order_is_found_by_what_people_know_of_it(shop, client, building, pat, pia):
    wanted = cast.make_order(
        shop,
        {"LAMP": 1},
        number="#9001",
        reference="gid-77",
        email="joan@example.org",
        customer_name="Joan Clarke",
    )
    cast.make_order(shop, {"BULB": 1}, customer_name="Mary Jackson", email="mary@example.org")
    make_ready(building, pat, pia)
    parcel = Package.objects.get(order=wanted).tracking_number
    spaced = " ".join((parcel[:4], parcel[4:].lower()))
    for text in (
        "#9001",
        "9001",
        "90",
        "#9",
        "gid-77",
        "JOAN@example.org",
        parcel,
        spaced,
        "LAMP",
        "clark",
        "clarke joan",
    ):
        assert numbers(client, q=text) == ["#9001"], text
    for text in ("001", "gid", "LA", "%", "' OR 1=1 --", "Zuse", "Jo.n", "Joan Z"):
        assert numbers(client, q=text) == [], text


def test_a_number_is_found_by_its_beginning_in_any_case(shop, client):
    cast.make_order(shop, {"LAMP": 1}, number="#RV6")
    cast.make_order(shop, {"LAMP": 1}, number="RV_7")
    for text, found in {
        "rv6": ["#RV6"],
        "RV": ["#RV6", "RV_7"],
        "#rv": ["#RV6"],
        "rv%": [],
    }.items():
        assert sorted(numbers(client, q=text)) == found, text


def test_a_packed_order_is_due_when_it_was_promised(shop, client, building, pat, pia):
    order = cast.make_order(shop, {"LAMP": 1})
    make_ready(building, pat, pia)
    promise = order.promises.get(kind="ships")
    promise.latest = order.ship_by - timedelta(hours=3)
    promise.save(update_fields=["latest"])

    assert client.get(LIST).context["page"].rows[0].due_at == promise.latest
    page = client.get(f"{LIST}{order.pk}/").context["page"]
    assert [shipment.due_at for shipment in page.shipments] == [promise.latest]


def test_search_stays_with_the_seller(shop, client, bo):
    cast.make_product(bo, "TEA", "Green tea")
    theirs = cast.make_order(bo, {"TEA": 1}, customer_name="Joan Clarke", reference="gid-1")
    for text in (theirs.number, "gid-1", "grace@example.com", "TEA", "Joan Clarke"):
        assert numbers(client, q=text) == [], text
    assert numbers(client, channel=str(bo.channel.pk)) == []


def test_filters_narrow_the_list(shop, client):
    cast.make_product(shop, "NONE", "Out of stock")
    held = cast.make_order(shop, {"NOBODY": 1})
    lacking = cast.make_order(shop, {"LAMP": 1, "NONE": 1})
    going = cast.make_order(shop, {"LAMP": 1})
    allocate_due()
    old = cast.make_order(shop, {"LAMP": 1})
    Order.objects.filter(pk=old.pk).update(created_at=cast.MONDAY - timedelta(days=3))
    assert numbers(client, status="on_hold") == [held.number]
    assert set(numbers(client, status="to_ship")) == {lacking.number, going.number, old.number}
    assert set(numbers(client, status="in_progress")) == {lacking.number, going.number}
    assert numbers(client, until="2026-11-20") == [old.number]
    assert len(numbers(client, since="2026-11-23")) == 3
    assert numbers(client, since="2026-11-20", until="2026-11-20", status="received") == [
        old.number
    ]
    assert len(numbers(client, channel=str(shop.channel.pk))) == 4


def test_a_day_begins_at_midnight_where_the_goods_lie(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    just_after = cast.MONDAY.replace(hour=23, minute=30) - timedelta(days=1)  # 00:30 in Berlin
    Order.objects.filter(pk=order.pk).update(created_at=just_after)
    assert numbers(client, since="2026-11-23") == [order.number]
    assert numbers(client, until="2026-11-22") == []


def test_what_is_no_filter_is_named_and_left_out(shop, client):
    order = cast.make_order(shop, {"LAMP": 1})
    query = {"status": "nonsense", "since": "soon", "channel": "1", "seller__slug": "x"}
    answer = client.get(LIST, query)
    assert [row.number for row in answer.context["page"].rows] == [order.number]
    text = answer.content.decode()
    assert "From: Enter a valid date." in text
    assert "nonsense is not one of the available choices" in text


@pytest.mark.breaks_books  # writes rows that no action would
def test_a_late_order_says_so_until_it_has_left(shop, client, building, pat, pia):
    order = cast.make_order(shop, {"LAMP": 1})
    Order.objects.filter(pk=order.pk).update(ship_by=cast.MONDAY - timedelta(hours=1))
    late = '<span class="pill" data-status="late">Late</span>'
    assert late in client.get(LIST).content.decode()
    ship(building, pat, pia)
    assert late not in client.get(LIST).content.decode()


def test_what_waits_for_nobody_knows_what_is_due_at_no_hour(shop, client):
    dates = "[0-9]+ [A-Z][a-z]{2}, [0-9]{2}:[0-9]{2}"
    cell = f'data-label="Ship by"><span><time class="text-nowrap" datetime="[^"]*">{dates}'
    cast.make_order(shop, {"NOBODY": 1})
    cast.make_product(shop, "OUT", "Out of stock")
    lacking = cast.make_order(shop, {"OUT": 1})
    allocate_due()
    assert Order.objects.get(pk=lacking.pk).status == "backordered"
    assert not re.search(cell, client.get(LIST).content.decode())
    cast.make_order(shop, {"LAMP": 1})
    assert re.search(cell, client.get(LIST).content.decode())


def test_names_from_outside_stay_text(shop, client):
    cast.make_order(shop, {"LAMP": 1}, customer_name="<script>alert(1)</script>", city="<b>")
    text = client.get(LIST).content.decode()
    assert "<script>alert" not in text
    assert "<bdi>&lt;b&gt;</bdi>" in text


def test_everybody_without_orders_is_told_where_they_come_from(shop, client):
    assert "Orders appear here as soon as" in client.get(LIST).content.decode()
    assert "Try fewer words" in client.get(LIST, {"q": "nothing"}).content.decode()


@pytest.mark.parametrize("path", [LIST, "/dashboard/returns/"])
def test_a_country_is_chosen_by_its_name_in_the_language_of_the_reader(client, path):
    chosen = re.compile(r'<option value="(\w*)" selected>([^<]*)')

    for country, language, name in (("DE", "de", "Deutschland"), ("AT", "fr", "Autriche")):
        answer = client.get(path, {"country": country}, headers={"accept-language": language})
        assert (country, name) in chosen.findall(answer.content.decode())
    unfiltered = client.get(path).content.decode()
    assert unfiltered.count('<option value="DE">Germany</option>') == 1
    assert all(code != "DE" for code, _ in chosen.findall(unfiltered))
