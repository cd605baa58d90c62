"""Orders are found by phone, postcode, product and without accents, each by an index; filters."""

from datetime import timedelta

import pytest
from django.test import Client

from orders.models import Order, Return
from orders.returns.handling import request_return
from tests.support import cast
from tests.support.stories import deliver, make_ready, ship

pytestmark = pytest.mark.django_db

LIST = "/dashboard/orders/"


@pytest.fixture
def shop(ada):
    """Ada with fifty lamps."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 50)
    return ada


@pytest.fixture
def client(shop):
    browser = Client()
    browser.force_login(shop.owner)
    return browser


def found(client, **query):
    answer = client.get(LIST, query)
    assert answer.status_code == 200
    return [order.number for order in answer.context["page"].rows]


def titled(shop, title, **fields):
    """An order of one line with this title."""
    order = cast.make_order(shop, {"LAMP": 1}, **fields)
    order.lines.update(title=title)
    return order.number


def test_a_name_is_found_without_its_accents_and_with_others(shop, client):
    number = titled(shop, "Lamp", customer_name="Jérôme Müller-Łuczak")
    for text in ("jerome", "MULLER", "Jérôme", "muller jérome", "luczak", "müller-luczak"):
        assert found(client, q=text) == [number], text
    for text in ("jer_me", "j%me", "jerome zuse", "(jerome", "je\\rome", "muller＊"):
        assert found(client, q=text) == [], text


def test_a_product_is_found_by_words_of_its_title(shop, client):
    number = titled(shop, "Crème brûlée torch, 100% steel")
    titled(shop, "Desk lamp")
    for text in ("creme brulee", "torch", "100%", "Brûlée steel"):
        assert found(client, q=text) == [number], text
    assert found(client, q="creme lamp") == []


@pytest.mark.parametrize(
    "text",
    [
        "+49 151 2345 9999",
        "0151/2345-9999",
        "0049 (151) 23459999",
        "23459999",
        "59999",
        "١٥١٢٣٤٥٩٩٩٩",
    ],
)
def test_a_phone_is_found_in_any_form_and_by_its_last_digits(shop, client, text):
    number = titled(shop, "Lamp", phone="+4915123459999")
    titled(shop, "Lamp", phone="+4915123459998")
    assert found(client, q=text) == [number]


def test_few_digits_and_those_in_the_middle_find_no_phone(shop, client):
    titled(shop, "Lamp", phone="+4915123459999")
    for text in ("9999", "2345999", "00000", "+"):
        assert found(client, q=text) == [], text


def test_a_postcode_is_found_with_blanks_or_without(shop, client):
    number = titled(shop, "Lamp", postcode="SW1A 1AA", country="GB", city="London")
    titled(shop, "Lamp")
    for text in ("SW1A 1AA", "sw1a1aa"):
        assert found(client, q=text) == [number], text
    assert found(client, q="SW1A") == []
    assert found(client, q="10117") == [Order.objects.get(postcode="10117").number]


def test_a_return_is_found_by_its_number(shop, client, building, pat, pia, lea, cory):
    order = cast.make_order(shop, {"LAMP": 1})
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    request_return(order, units={order.lines.get().pk: 1}, reason="damaged")
    titled(shop, "Lamp")
    assert found(client, q=Return.objects.get().number.lower()) == [order.number]


def test_another_sellers_orders_are_not_found(shop, client, bo):
    cast.make_product(bo, "TEA", "Green tea")
    theirs = cast.make_order(bo, {"TEA": 1}, phone="+4915123459999", postcode="10999")
    for text in ("23459999", "10999", "Title of TEA", "Grace"):
        assert found(client, q=text) == [], text
    assert Order.objects.filter(pk=theirs.pk).exists()


def test_filters_of_goods_and_destination_narrow_the_list(shop, client, building, pat, pia):
    sent = cast.make_order(shop, {"LAMP": 1})
    make_ready(building, pat, pia)
    abroad = cast.make_order(shop, {"LAMP": 3}, country="FR", city="Lyon", postcode="69001")
    other = cast.make_order(shop, {"VASE": 2})
    yen = cast.make_order(shop, {"LAMP": 1}, currency="JPY")  # 1,999 yen
    assert found(client, country="FR") == [abroad.number]
    assert found(client, sku="VASE") == [other.number]
    assert found(client, carrier="own") == [sent.number]
    assert found(client, service=sent.service["id"]) == [
        row.number for row in (yen, other, abroad, sent) if row.service["id"] == sent.service["id"]
    ]
    assert found(client, value_from="50") == [yen.number, abroad.number]
    assert found(client, value_from="39.98", value_to="59.97") == [other.number, abroad.number]
    assert found(client, value_to="19.99") == [sent.number]
    chips = client.get(LIST, {"country": "FR", "sku": "VASE", "late": "1"}).context["chips"]
    assert [(chip.text, chip.without) for chip in chips] == [
        ("Country: France", "sku=VASE&late=1"),
        ("SKU: VASE", "country=FR&late=1"),
        ("Late", "country=FR&sku=VASE"),
    ]


@pytest.mark.breaks_books  # writes rows that no action would
def test_late_are_those_that_should_have_left_and_have_not(shop, client, building, pat, pia):
    late, punctual, held = (cast.make_order(shop, {"LAMP": 1}) for _ in range(3))
    for order in (late, held):
        Order.objects.filter(pk=order.pk).update(ship_by=cast.MONDAY - timedelta(days=9))
    Order.objects.filter(pk=punctual.pk).update(ship_by="2100-01-01T00:00Z")
    Order.objects.filter(pk=held.pk).update(status="on_hold")
    assert found(client, late="1") == [late.number]
    assert found(client, sort="ship_by")[-1] == punctual.number
    assert found(client, sort="oldest") == found(client)[::-1]
    ship(building, pat, pia)
    assert found(client, late="1", status="on_the_way") == []


def test_go_to_opens_the_only_order_that_it_finds(shop, client):
    order, _ = (cast.make_order(shop, {"LAMP": 1}, phone=f"+4915112345{end}") for end in (678, 679))
    answer = client.get(LIST, {"q": "0151 12345678", "open": "1"})
    assert (answer.status_code, answer.url) == (
        302,
        f"{LIST}{order.pk}/?list=1&q=0151+12345678",
    )
    assert client.get(LIST, {"q": "0151 12345678"}).status_code == 200
    both = client.get(LIST, {"q": "LAMP", "open": "1"})
    assert (both.status_code, "?list=1&amp;q=LAMP" in both.content.decode()) == (200, True)
    assert client.get(LIST, {"q": "nobody", "open": "1"}).status_code == 200
