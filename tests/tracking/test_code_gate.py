"""What moves goods or money needs the mailed code: the postcode stands on every parcel."""

import re

import pytest
from django.core import mail
from django.test import Client

from fulfillment.tracking.levels import MOST_WRONG_OF_CODE
from orders.accounts.mailing import send_account_mails
from orders.errors import DomainError
from orders.models import AccountMail, Event, Order
from orders.wishes.choosing import call_off
from tests.support.cast import make_order, put_stock
from tests.support.racing import race
from tests.tracking.tracked import proven
from tests.warehouse.walking import ordered, pick_all, take
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db
PLACE = {"place": "neighbour", "where": "Thief Lane 5"}
ADDRESS = {"street": "Thief Lane 5", "postcode": "20095", "city": "Hamburg"}


@pytest.fixture
def order(monday_house):
    order = make_order(monday_house.ada, {"LAMP": 1}, email="mine@example.com", postcode="10115")
    allocate_due()
    return Order.objects.get(pk=order.pk)


def send(order, client, act, **given):
    fields = {"address": ADDRESS, "place": PLACE}.get(act, {"sure": "1"})
    return client.post(f"/track/{order.token}/delivery/", {"act": act} | fields | given)


def by_postcode(order):
    """A browser that knows the link and the postcode, as whoever has seen the parcel does."""
    client = Client()
    url = f"/track/{order.token}/verify/"
    assert client.post(url, {"postcode": order.postcode}).status_code == 302
    return client


def mailed_code():
    send_account_mails()
    return re.search(r"\d{6}", mail.outbox[-1].body)[0]


def another(code):
    return f"{(int(code) + 1) % 10**6:06}"


def is_as_it_was(order):
    now = Order.objects.get(pk=order.pk)
    is_same = (now.street, now.status) == (order.street, order.status)
    return is_same and not now.wishes.exists()


@pytest.mark.parametrize("act", ["place", "address", "call_off"])
def test_the_postcode_alone_moves_nothing(order, act):
    client = by_postcode(order)
    page = client.get(f"/track/{order.token}/delivery/").content.decode()
    assert "Anyone could know the postcode." in page
    assert "E-mail me a code" in page
    for code in ("", "123456"):
        refused = send(order, client, act, code=code)
        assert refused.status_code == (422 if code else 403)
        said = "This code is wrong" if code else "have a code e-mailed to you first"
        assert said in refused.content.decode()
    assert is_as_it_was(order)
    assert not AccountMail.objects.exists()


def test_what_was_typed_stays_while_the_code_is_mailed(order):
    client = by_postcode(order)
    asked = send(order, client, "address", send="1")
    assert asked.status_code == 202
    assert all(typed in asked.content.decode() for typed in ADDRESS.values())
    assert "We have sent a code to the e-mail address" in asked.content.decode()
    code = mailed_code()
    assert mail.outbox[-1].to == ["mine@example.com"]
    assert 'name="code"' in client.get(f"/track/{order.token}/delivery/").content.decode()
    wrong = send(order, client, "address", code=another(code))
    assert wrong.status_code == 422
    assert "Thief Lane 5" in wrong.content.decode()
    assert is_as_it_was(order)

    assert send(order, client, "address", code=f"{code[:3]} {code[3:]}").status_code == 302

    assert Order.objects.get(pk=order.pk).street == "Thief Lane 5"
    assert send(order, client, "call_off").status_code == 302, "for an hour it need not ask again"
    assert Order.objects.get(pk=order.pk).status == "cancelled"


def test_a_code_is_of_one_browser_one_order_and_one_time(order, monday_house):
    other = make_order(monday_house.ada, {"LAMP": 1}, email="other@example.com")
    client = by_postcode(order)
    send(order, client, "address", send="1")
    asked, code = client.cookies["track_code"].value, mailed_code()
    foreign = proven(other)
    foreign.cookies["track_code"] = asked
    assert send(other, foreign, "call_off", code=code).status_code == 422, "of another order"
    assert send(order, by_postcode(order), "call_off", code=code).status_code == 422
    assert is_as_it_was(order)
    assert send(order, client, "address", code=code).status_code == 302
    changed = Order.objects.get(pk=order.pk)
    again = by_postcode(changed)
    again.cookies["track_code"] = asked
    assert send(order, again, "call_off", code=code).status_code == 422, "used up"
    assert is_as_it_was(changed)
    assert is_as_it_was(other)
    stolen = proven(other, by_code=True)
    assert "/verify/" in send(order, stolen, "call_off").url, "the proof of another order"
    assert is_as_it_was(changed)


@pytest.mark.parametrize("act", ["place", "address", "call_off"])
def test_a_second_press_is_answered_as_the_first(order, act):
    client = by_postcode(order)
    send(order, client, act, send="1")
    code, before = mailed_code(), dict(client.cookies)
    first = send(order, client, act, code=code)
    client.cookies.clear()
    client.cookies.update(before)  # the browser left before it had the answer
    second = send(order, client, act, code=code)
    assert (first.status_code, second.status_code) == (302, 302)
    assert first.url == second.url
    other = {"where": "Elsewhere", "street": "Elsewhere 1", "sure": ""}
    assert send(order, client, act, code=code, **other).status_code == 422
    kinds = ("order.wished", "order.address_changed", "order.called_off")
    assert Event.objects.filter(order=order, kind__in=kinds).count() == 1


def test_the_postcode_leaves_the_proof_by_code(order):
    client = proven(order, by_code=True)
    url = f"/track/{order.token}/verify/"
    assert client.post(url, {"postcode": order.postcode}).status_code == 302
    assert send(order, client, "address").status_code == 302


def test_five_wrong_codes_are_the_last(order):
    client = by_postcode(order)
    send(order, client, "call_off", send="1")
    code = mailed_code()
    for _ in range(MOST_WRONG_OF_CODE):
        assert send(order, client, "call_off", code=another(code)).status_code == 422
    locked = send(order, client, "call_off", code=code)
    assert locked.status_code == 429
    assert "Too many attempts." in locked.content.decode()
    assert is_as_it_was(order)


def test_without_an_address_for_a_code_only_the_shop_changes_it(order):
    Order.objects.filter(pk=order.pk).update(email="")
    client = by_postcode(order)
    page = client.get(f"/track/{order.token}/delivery/").content.decode()
    assert "this order has no e-mail address to send a code to" in page
    assert not {"place", "address", "call_off"} & set(re.findall(r'name="act" value="(\w+)"', page))
    assert send(order, client, "call_off", send="1").status_code == 403
    assert send(order, client, "place", send="1").status_code == 403
    assert send(order, client, "address", code="123456").status_code == 403
    assert is_as_it_was(order)
    assert not AccountMail.objects.exists()


def test_calling_off_and_picking_at_once_is_one_of_both(ada, building, lamp, pat):
    put_stock(lamp, 9)
    for _ in range(4):
        order = ordered(ada, {"LAMP": 1})
        walk = take(building, pat)
        results, refusals = race(
            lambda order=order: call_off(order), lambda walk=walk: pick_all(walk, pat)
        )
        order.refresh_from_db()
        is_off = order.status == "cancelled"
        assert (len(results), len(refusals)) == (1, 1)
        assert is_off != bool(order.lines.get().picked)
        told = Event.objects.filter(order=order, kind="order.called_off")
        assert told.exists() == is_off, "and nobody is told of what did not happen"
        with pytest.raises(DomainError):
            call_off(order)
