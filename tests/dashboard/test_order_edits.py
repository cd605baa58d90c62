"""The seller edits an order, cancels units and holds until a day; what is refused says where."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client

from orders.lifecycle.edit import edit_order
from orders.models import Event, Hold, Order
from tests.support import cast
from tests.warehouse.walking import ordered, scan, take

pytestmark = pytest.mark.django_db

FIELDS = (
    "customer_name", "company", "street", "postcode", "city", "region", "country", "email", "phone",
    "buyer_name", "language", "note", "priority", "ships_as",
)  # fmt: skip


@pytest.fixture
def client(ada):
    browser = Client()
    browser.force_login(ada.owner)
    return browser


@pytest.fixture
def order(ada, lamp, shade):
    cast.put_stock(lamp, 5)
    cast.put_stock(shade, 5)
    return ordered(ada, {"LAMP": 3, "SHADE": 1})


def page(order, name=""):
    return f"/dashboard/orders/{order.pk}/{name}"


def shown(answer):
    return answer.content.decode()


def seen(answer):
    return re.search(r'name="seen" value="(\w+)"', shown(answer))[1]


def filled(order, **changes):
    """What the page's form sends."""
    return {name: getattr(order, name) for name in FIELDS} | changes


def counts(order):
    return list(order.lines.values_list("sku", "ordered", "allocated", "cancelled"))


def test_an_order_is_edited_and_the_history_says_what(order, client):
    opened = client.get(page(order, "edit/"))
    assert opened.status_code == 200
    sent = filled(
        order, city="Potsdam", postcode="14467", priority="20", is_gift="on",
        reason="She called", seen=seen(opened),
    )  # fmt: skip

    answer = client.post(page(order, "edit/"), sent)

    assert answer.headers["Location"] == page(order)
    changed = Order.objects.get(pk=order.pk)
    assert (changed.city, changed.priority, changed.is_gift) == ("Potsdam", 20, True)
    history = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown(client.get(page(order)))))
    for words in (
        "Order changed · Ada Ahlgren City: Berlin Potsdam Gift: no yes Postcode: 10117 14467 "
        "Priority: Normal Urgent “She called”",
    ):
        assert words in history


def test_a_wrong_value_is_refused_at_its_field_and_stays(order, client):
    wrong = filled(order, country="XX", postcode="ABC", city="Nowhere")
    answer = client.post(page(order, "edit/"), wrong)
    assert answer.status_code == 422
    text = shown(answer)
    assert 'id="id_country-error">Expected a country, as two letters like DE.<' in text
    assert 'value="Nowhere"' in text

    answer = client.post(page(order, "edit/"), filled(order, postcode="ABC", phone="12"))
    assert 'id="id_postcode-error">Expected a postcode of DE like 26133.<' in shown(answer)
    assert 'id="id_phone-error">Expected a phone number' in shown(answer)
    assert Order.objects.get(pk=order.pk).city == "Berlin"


def test_what_a_colleague_saved_meanwhile_is_not_overwritten(order, client, ada):
    opened = client.get(page(order, "edit/"))
    edit_order(order, {"street": "Elsewhere 2"}, actor=ada.owner)

    sent = dict(opened.context["form"].was()) | filled(order, note="Ring", city="Here")
    answer = client.post(page(order, "edit/"), sent | {"seen": seen(opened)})

    assert answer.status_code == 412
    text = shown(answer)
    assert f"Ada Ahlgren has changed order {order} since you opened this page" in text
    assert "The order now" in text
    assert "Elsewhere 2" in text
    assert ">Ring</textarea>" in text
    # What nobody touched is as the colleague saved it.
    assert ">Elsewhere 2</textarea>" in text
    differs = re.findall(r"The order now has:</strong> <bdi>(.*?)</bdi>", text)
    assert differs == ["Berlin", "nothing"]
    assert Order.objects.get(pk=order.pk).note == ""
    # Who has seen it now may save.
    form = answer.context["form"]
    given = {name: form[name].value() or "" for name in FIELDS}
    again = client.post(page(order, "edit/"), given | {"seen": seen(answer)})
    assert again.status_code == 302
    saved = Order.objects.get(pk=order.pk)
    assert (saved.street, saved.city, saved.note) == ("Elsewhere 2", "Here", "Ring")


def test_products_are_changed_on_one_form(order, client):
    opened = client.get(page(order, "edit/"))
    lamps, shades = (f"units-{line.pk}" for line in order.lines.all())
    sent = {lamps: 4, shades: 0, "sku": "SHADE", "quantity": 2, "seen": seen(opened)}
    for wrong, words in (
        ({"sku": "NOBODY"}, "No product with the SKU NOBODY."),
        ({lamps: -1}, "0 or more."),
    ):
        answer = client.post(page(order, "units/"), sent | wrong)
        assert answer.status_code == 422
        assert words in shown(answer)

    assert client.post(page(order, "units/"), sent).status_code == 302

    assert counts(order) == [("LAMP", 4, 3, 0), ("SHADE", 1, 0, 1), ("SHADE", 2, 0, 0)]
    stale = client.post(page(order, "units/"), sent)
    assert stale.status_code == 412
    history = shown(client.get(page(order)))
    assert "2 × Linen shade" in history
    assert "1 × Title of LAMP" in history


def test_units_are_cancelled_from_the_order_page(order, client, building, pat):
    scan(take(building, pat).lines.get(position=1), pat, quantity=1)
    lamps, shades = (f"units-{line.pk}" for line in order.lines.all())
    opened = client.get(page(order))
    assert 'max="2"' in shown(opened)
    for wrong, status, words in (
        ({lamps: 3}, 422, "At most 2 can be cancelled."),
        ({lamps: 0}, 409, f"Choose the units of order {order} to cancel."),
    ):
        answer = client.post(page(order, "cancel-units/"), wrong)
        assert answer.status_code == status
        assert words in shown(answer)

    sent = {lamps: 2, shades: 1, "reason": "Too many", "seen": seen(opened)}
    assert client.post(page(order, "cancel-units/"), sent).status_code == 302

    assert counts(order) == [("LAMP", 3, 1, 2), ("SHADE", 1, 0, 1)]
    assert client.post(page(order, "cancel-units/"), sent).status_code == 412
    assert "2 × Title of LAMP, 1 × Title of SHADE · “Too many”" in shown(client.get(page(order)))


def test_a_hold_until_a_day_begins_where_the_goods_lie(ada, client, lamp):
    with time_machine.travel(cast.MONDAY, tick=False):
        order = cast.make_order(ada, {"LAMP": 1})
        friday = (cast.MONDAY + timedelta(days=4)).date()
        sent = {"detail": "Away till Friday", "until_on": friday.isoformat()}
        assert client.post(page(order, "hold/"), sent).status_code == 302

        until = Hold.objects.get(order=order).until
        assert until == datetime(friday.year, friday.month, friday.day, tzinfo=ZoneInfo(
            ada.seller.warehouse.time_zone
        ))  # fmt: skip
        text = shown(client.get(page(order)))
        assert "The order goes on by itself on Fri" in text
        assert "“Away till Friday”" in text
        assert client.post(page(order, "hold/"), {"until_on": "2020-01-01"}).status_code == 409
        # Nothing is left to decide until then.
        assert page(order) not in shown(client.get("/dashboard/"))
    with time_machine.travel(until + timedelta(minutes=1), tick=False):
        client.force_login(ada.owner)
        assert page(order) in shown(client.get("/dashboard/"))


def test_a_missing_address_that_is_none_is_refused_at_the_order(ada, client, lamp):
    order = cast.make_order(ada, {"LAMP": 1}, street="", city="", postcode="")
    sent = {"customer_name": "G", "street": "High St", "postcode": "ABC", "city": "B"}
    answer = client.post(page(order, "address/"), sent | {"country": "DE"})
    assert answer.status_code == 422
    assert 'id="a-postcode-error">Expected a postcode of DE like 26133.<' in shown(answer)
    assert 'value="ABC"' in shown(answer)
    assert not Event.objects.filter(kind="order.address_entered").exists()
