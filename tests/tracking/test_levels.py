"""The second level of a tracking link: who proves to be the customer sees and may do more."""

import re
from dataclasses import fields
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.test import Client

from fulfillment.tracking.levels import MOST_CODES, MOST_WRONG, normal_postcode
from fulfillment.tracking.wording import ACTS
from orders.accounts.mailing import send_account_mails
from orders.models import AccountMail, Order
from tests.support.cast import make_order
from tests.tracking.test_tracking import CANARIES
from tests.tracking.tracked import AT_THE_DOOR, out_for_delivery, proven
from warehouse.couriers.runs import deliver_stop

pytestmark = pytest.mark.django_db
PERSON = ("Zanzibar", "Canary Wharf 17", "Backyard", "99817", "Mrs Pale, no. 9")
NEVER = ("canary@mail", "555123456", "19.99", "door is 4711")  # on no level


def shown(order, client):
    urls = (f"/track/{order.token}/", f"/track/{order.token}/state.json")
    return [client.get(url).content.decode() for url in urls]


def verify(order, client, then="", **given):
    return client.post(f"/track/{order.token}/verify/{then}", given)


@pytest.fixture
def order(monday_house):
    """A lamp that a neighbour has; with a name, an address and a neighbour to be kept secret."""
    order, run = out_for_delivery(monday_house, {"LAMP": 1}, **CANARIES)
    with time_machine.travel(AT_THE_DOOR, tick=False):
        deliver_stop(
            run.stops.last(),
            received_by="Mrs Pale, no. 9",
            handed_to="neighbour",
            actor=monday_house.cory,
        )
        yield Order.objects.get(pk=order.pk)


def test_the_postcode_opens_the_second_level(order, monday_house):
    client = Client()
    for page in shown(order, client):
        assert not [word for word in (*PERSON, *NEVER) if word in page]
        assert order.packages.get().tracking_number in page, "which is no secret"
    for wrong in ("99818", "", "\x00", "9" * 5000, "<b>", "998 17 5"):
        answer = verify(order, client, postcode=wrong)
        assert (answer.status_code, client.cookies.keys() - {"csrftoken"}) == (422, set())
        assert "That is not the postcode of this order." in answer.content.decode()
    answer = verify(order, client, "?then=return", postcode=" D-99 817")

    assert (answer.status_code, answer.url) == (302, f"/track/{order.token}/return/")
    cookie = client.cookies["track_proof"]
    assert (cookie["path"], cookie["max-age"], cookie["httponly"], cookie["samesite"]) == (
        f"/track/{order.token}/", 3600, True, "Lax",
    )  # fmt: skip
    for page in shown(order, client):
        assert not [word for word in PERSON if word not in page]
        assert not [word for word in NEVER if word in page]
    another = make_order(monday_house.ada, {"LAMP": 1}, street="Elsewhere 1")
    assert not [page for page in shown(another, client) if "Elsewhere" in page]
    with time_machine.travel(AT_THE_DOOR + timedelta(seconds=3601), tick=False):
        assert not [page for page in shown(order, client) if "Zanzibar" in page]
    asked = Client().get(f"/track/{order.token}/return/")
    assert asked.url == f"/track/{order.token}/verify/?then=return", "actions need it too"
    assert verify(order, Client(), "?then=//evil.example", postcode="99817").url == (
        f"/track/{order.token}/"
    )


def test_a_code_by_mail_opens_it_once_for_the_browser_that_asked(order):
    client = Client()
    answer = verify(order, client, send="1")
    assert answer.url == f"/track/{order.token}/verify/?sent=1"
    row = AccountMail.objects.get()
    assert row.email == "", "the address is looked up when the mail leaves"
    send_account_mails()
    (letter,) = mail.outbox
    code = re.search(r"\d{6}", letter.body)[0]
    assert (letter.to, letter.subject) == (
        ["canary@mail.example"], f"{code} is your code for order {order.number}",
    )  # fmt: skip
    assert "nobody can cancel the order or change its address." in letter.body
    assert AccountMail.objects.get().facts == {}, "nothing is kept of it"
    assert code not in repr(row.facts)

    assert verify(order, Client(), code=code).status_code == 422, "another browser"
    wrong = f"{(int(code) + 1) % 10**6:06}"
    assert verify(order, client, code=wrong).status_code == 422
    assert verify(order, client, code=f" {code[:3]} {code[3:]}").status_code == 302
    assert "Zanzibar" in shown(order, client)[1]
    late = Client()
    for number in range(MOST_CODES):
        assert verify(order, late, send="1").status_code == (302 if number < 2 else 429)
    send_account_mails()
    code = re.search(r"\d{6}", mail.outbox[-1].body)[0]
    with time_machine.travel(AT_THE_DOOR + timedelta(seconds=601), tick=False):
        assert verify(order, late, code=code).status_code == 422


def test_many_wrong_answers_lock_the_order_whoever_asks(order, monday_house):
    for _ in range(MOST_WRONG):
        assert verify(order, Client(), postcode="1").status_code == 422
    locked = verify(order, Client(REMOTE_ADDR="203.0.113.7"), postcode="99817")
    assert locked.status_code == 429
    assert "Too many attempts. Please try again later." in locked.content.decode()
    # A mailed code still opens it: whoever has only the link locks nobody out.
    assert verify(order, Client(), code="123456").status_code == 422
    other = make_order(monday_house.ada, {"LAMP": 1}, postcode="10115")
    assert verify(other, Client(), postcode="10115").status_code == 302
    bare = make_order(monday_house.ada, {"LAMP": 1}, postcode="", country="IE")
    assert verify(bare, Client(), postcode="").status_code == 422, "only by a code"
    assert "Zanzibar" in shown(order, proven(order))[0], "who is in stays in"


def test_postcodes_are_compared_as_people_write_them():
    same = {
        ("DE", "10115"): ("10 115", "D-10115", "DE10115", "１０１１５"),
        ("GB", "SW1A 1AA"): ("sw1a1aa", "SW1A-1AA"),
        ("US", "10001"): ("10001-1234", "100011234"),
        ("LV", "LV-1010"): ("1010", "lv 1010"),
        ("SA", "12345"): ("١٢٣٤٥",),
        ("JP", "100-0001"): ("〒100-0001", "１０００００１"),
    }
    for (country, kept), given in same.items():
        for text in given:
            assert normal_postcode(text, country) == normal_postcode(kept, country), text
    assert normal_postcode("10115", "DE") != normal_postcode("10116", "DE")
    assert normal_postcode("BT1 1AA", "GB") != normal_postcode("B1 1AA", "GB")


def test_each_language_says_all_with_the_same_facts():
    english = ACTS["en"]
    for language, acts in ACTS.items():
        for field in fields(acts):
            text, said = getattr(acts, field.name), getattr(english, field.name)
            assert text.strip(), (language, field.name)
            facts = [sorted(re.findall(r"\{\w+\}", each)) for each in (text, said)]
            assert facts[0] == facts[1], (language, field.name)
            is_same = text == said and language != "en"
            assert not is_same or field.name in ("direction", "date", "colon", "error"), (
                language,
                field.name,
            )


def test_a_chosen_language_stays_through_the_proof(order):
    client, path = Client(), f"/track/{order.token}/"
    page = client.get(f"{path}verify/?then=delivery&lang=de").content.decode()
    assert "?then=delivery&amp;lang=fr" in page
    proven(order, client)
    assert '<html lang="de"' in client.get(f"{path}delivery/").content.decode()
    assert '<html lang="ja"' in client.get("/track/?lang=ja").content.decode()
    assert '<html lang="ja"' in client.get("/track/?sent=1").content.decode()
