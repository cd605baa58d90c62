"""Screens of returns, corrections and undelivered parcels, each wholly in one language."""

import re

import pytest
from django.utils import translation

from orders.access import Role
from orders.models import Return, ReturnLine
from orders.returns.handling import approve_return, cancel_return, request_return
from tests.spoken.test_pages import speaking, unmarked
from tests.support.cast import make_user
from tests.support.stages import delivered_order, open_house, sent_packages

pytestmark = pytest.mark.django_db

RETURNS, ADJUST = "/warehouse/returns/", "/warehouse/adjust/"
LANGUAGES = {"Deutsch", "English", "Français", "Español", "Polski", "Fulfillment"}


@pytest.fixture
def house():
    return open_house()


@pytest.fixture
def back(house):
    """Three lamps of Ada's are to come back."""
    order = delivered_order(house, {"LAMP": 3})
    units = {line.pk: line.ordered for line in order.lines.all()}
    asked = request_return(order, units=units, reason="too_large")
    return approve_return(asked, actor=house.ada.owner)


@pytest.fixture
def lea(house):
    return make_user("lea@example.com", "Lea", Role.LEAD, warehouse=house.warehouse)


def sender(client, page):
    """Sends a form as the page at this address would: each with a key of its own."""

    def sends(url, **data):
        html = client.get(page).content.decode()
        sent = dict(re.findall(r'name="(client_id|sequence|worker)" value="([^"]*)"', html))
        return client.post(url, sent | data, follow=True)

    return sends


def bare(answers, *names):
    """The words of these pages that no catalogue has, but for names of things and people."""
    html = " ".join(answer.content.decode().replace("option", "choice") for answer in answers)
    return unmarked(html) - LANGUAGES - set(re.findall(r"\w+", " ".join(map(str, names))))


def test_every_text_of_a_return_comes_from_the_catalogue(house, back, brackets):
    client = speaking(house.pat, "de")
    line, mine = ReturnLine.objects.get(order_return=back), f"{RETURNS}{back.pk}/"
    sends = sender(client, mine)
    lamp = {"line": str(line.pk)}
    answers = [
        client.get(RETURNS),
        client.get(f"{RETURNS}unannounced/"),
        sends(RETURNS, code="nobody"),
        client.get(mine),
        sends(f"{mine}count/", **{f"received_{line.pk}": "2"}),
        client.get(f"{mine}?line={line.pk}&grade=b"),
        sends(mine, code="LAMP", **lamp),
        sends(mine, code="A-01-1", scanned="LAMP", counted="1", grade="c", **lamp),
        sends(mine, code="A-01-1", scanned="LAMP", counted="1", **lamp),
        sends(f"{mine}undo/", **lamp),
        sends(f"{mine}undo/", **lamp),
        sends(f"{mine}write-off/", quantity="1", worn="on", **lamp),
        sends(f"{mine}write-off/", quantity="5", **lamp),
        sends(f"{mine}finish/"),
    ]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [200, 200, 409, 200, 200, 200, 200, 409, 200, 200, 409, 200, 409, 409]
    titles = (line.line.product.title, line.line.title)
    people = (house.ada.seller, house.bo.seller, house.pat)
    assert bare(answers, house.warehouse, *people, *titles, "nobody") == set()


def test_every_text_of_a_correction_comes_from_the_catalogue(house, lea, brackets):
    client = speaking(lea, "de")
    sends = sender(client, ADJUST)
    answers = [
        client.get(ADJUST),
        client.get("/warehouse/move/"),
        client.get("/warehouse/corrections/"),
        sends(ADJUST, code="nobody"),
        sends(ADJUST, code="A-01-1"),
        sends("/warehouse/move/", code="A-01-1"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 409, 200, 200]
    assert bare(answers, house.warehouse, lea, "nobody") == set()


def test_every_text_of_an_undelivered_parcel_comes_from_the_catalogue(house, lea, brackets):
    client = speaking(lea, "de")
    [parcel] = sent_packages(house, {"LAMP": 1})
    sends = sender(client, "/warehouse/lost/")
    answers = [
        client.get("/warehouse/undelivered/"),
        client.get("/warehouse/lost/"),
        sends("/warehouse/lost/", code="nobody", reason="stolen"),
        sends("/warehouse/lost/", code=parcel.tracking_number, reason="stolen"),
        sends(f"/warehouse/lost/{parcel.pk}/found/"),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 409, 200, 200]
    order = parcel.order
    names = (house.warehouse, house.ada.seller, lea, order.customer_name, order.city, "nobody")
    assert bare(answers, *names) == set()


def test_a_wrong_scan_at_a_return_is_told_in_the_language_of_the_worker(house, back):
    client = speaking(house.pat, "pl")

    answer = sender(client, RETURNS)(RETURNS, code="nobody")

    said = " ".join(re.sub(r"<[^>]*>", " ", answer.content.decode()).split())
    assert answer.status_code == 409
    assert "Oczekiwano: zwrot, zamówienie, paczka lub nazwisko." in said


GRADES = {
    "en": ["As new", "Used", "Damaged"],
    "de": ["Wie neu", "Gebraucht", "Beschädigt"],
    "fr": ["Comme neuf", "Usagé", "Abîmé"],
    "es": ["Como nuevo", "Usado", "Dañado"],
    "pl": ["Jak nowy", "Używany", "Uszkodzony"],
}


@pytest.mark.parametrize("language", GRADES)
def test_the_grades_of_a_unit_are_called_as_the_trade_calls_them(house, back, language):
    client, mine = speaking(house.pat, language), f"{RETURNS}{back.pk}/"
    [line] = back.lines.all()
    sender(client, mine)(f"{mine}count/", **{f"received_{line.pk}": "2"})

    page = sender(client, mine)(mine, code="LAMP", line=str(line.pk)).content.decode()

    assert re.findall(r"<strong>[ABC]</strong> <span>([^<]*)</span>", page) == GRADES[language]


def test_the_state_of_a_return_agrees_with_its_word(house, back):
    cancel_return(back)
    client, mine = speaking(house.pat, "pl"), f"{RETURNS}{back.pk}/"

    refused = sender(client, RETURNS)(f"{mine}count/", **{f"received_{back.lines.get().pk}": "1"})

    assert refused.status_code == 409
    said = " ".join(re.sub(r"<[^>]*>", " ", refused.content.decode()).split())
    assert f"Zwrot {back} ma stan: anulowany: nie może być przyjęty." in said
    Return.objects.update(is_expired=True)
    assert ">Wygasły<" in client.get(mine).content.decode()
    assert "Anulowany" not in client.get(mine).content.decode()
    line = ReturnLine(condition="as_new")
    with translation.override("pl"):
        assert line.condition_said == "Otwarty, ale jak nowy"
