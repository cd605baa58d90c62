"""Whose language a page speaks: the person's, the browser's, and English where a page lacks it."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client
from django.utils.html import strip_tags

from orders.models import Product
from tests.support.cast import make_product, put_stock
from tests.support.signing_in import sign_in
from tests.warehouse.walking import ordered, take
from warehouse.models import Printer

pytestmark = pytest.mark.django_db

HOME, LOGIN = "/warehouse/", "/accounts/login/"


def speaking(person, language):
    person.language = language
    person.save(update_fields=["language"])
    return sign_in(person)


def language_of(response):
    return re.search(r'<html lang="(\w+)"', response.content.decode())[1]


def test_a_worker_reads_the_floor_in_the_language_that_she_chose(pat):
    client = sign_in(pat)
    before = client.get(HOME).content.decode()

    chosen = client.post("/warehouse/language/", {"language": "pl", "next": HOME})
    home = client.get(HOME)

    pat.refresh_from_db()
    assert (chosen.status_code, chosen["Location"], pat.language) == (302, HOME, "pl")
    assert "Scan any code" in before
    assert (language_of(home), home["Content-Language"]) == ("pl", "pl")
    assert "Zeskanuj dowolny kod" in home.content.decode()
    assert "Scan any code" not in home.content.decode()


def test_a_page_that_lacks_the_language_is_english_as_a_whole(ada):
    client = speaking(ada.owner, "pl")

    orders = client.get("/dashboard/orders/")

    assert (orders.status_code, language_of(orders)) == (200, "en")
    assert "Zamówienia" not in orders.content.decode()
    assert client.get("/accounts/").headers["Content-Language"] == "pl"


def test_before_sign_in_the_browser_says_and_keeps_the_language():
    client = Client()
    asked = client.get(LOGIN, headers={"accept-language": "pl-PL,pl;q=0.9,en;q=0.5"})
    client.post("/language/", {"language": "de", "next": LOGIN})
    chosen = client.get(LOGIN, headers={"accept-language": "pl"})

    assert language_of(asked) == "pl"
    assert language_of(chosen) == "de"
    assert "Passwort vergessen?" in chosen.content.decode()


@pytest.mark.parametrize("language", ["xx", "", "de-AT", "../de"])
def test_a_language_that_nobody_speaks_changes_nothing(pat, language):
    client = sign_in(pat)

    answer = client.post("/warehouse/language/", {"language": language, "next": "//evil.example/"})

    pat.refresh_from_db()
    assert (answer.status_code, pat.language) == (302, "")
    assert answer["Location"] == "/"


@pytest.mark.parametrize("back", ["25:00", "5", "home", "javascript:1", "https://evil.example/"])
def test_who_chose_a_language_goes_on_at_a_page_of_this_site(client, back):
    answer = client.post("/language/", {"language": "de", "next": back})

    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_an_alarm_is_in_the_language_of_who_scanned(ada, pat, lamp):
    put_stock(lamp, 5)
    ordered(ada, {"LAMP": 1})
    walk = take(ada.seller.warehouse, pat)
    line = walk.lines.get()
    client = speaking(pat, "de")
    page = client.get(f"/warehouse/pick/{walk.pk}/").content.decode()
    sent = dict(re.findall(r'name="(client_id|sequence|worker)" value="([^"]*)"', page))

    answer = client.post(
        f"/warehouse/pick/{walk.pk}/", sent | {"line": str(line.pk), "code": "B-09-9"}
    )
    said = " ".join(strip_tags(answer.content.decode()).split())

    assert answer.status_code == 409
    assert "Sie haben B-09-9 gescannt." in said
    assert f"Erwartet: Platz {line.stock.location}." in said


def test_a_lot_is_said_in_the_language_of_who_picks(ada, pat):
    jam = make_product(ada, "JAM", "Plum jam", barcode="4006381333931")
    Product.objects.filter(pk=jam.pk).update(is_lot_tracked=True)
    jam.refresh_from_db()
    put_stock(jam, 2, lot="A7", expires_on=date(2098, 9, 30))
    put_stock(jam, 2, lot="B8", expires_on=date(2099, 9, 30))
    ordered(ada, {"JAM": 1})
    walk = take(ada.seller.warehouse, pat)
    client, url = speaking(pat, "pl"), f"/warehouse/pick/{walk.pk}/"
    page = client.get(url).content.decode()
    sent = dict(re.findall(r'name="(client_id|sequence|worker)" value="([^"]*)"', page))
    stop = walk.lines.get()
    sent |= {"line": str(stop.pk), "location": "A-01-1", "quantity": "1"}

    answer = client.post(url, sent | {"code": "(01)04006381333931(10)B8"})
    said = " ".join(strip_tags(answer.content.decode()).split())

    assert "Partia A7, ważna do 30 Wrz 2098" in " ".join(strip_tags(page).split())
    assert answer.status_code == 409
    assert "Zeskanowano partię B8 (JAM)." in said
    assert "Oczekiwano: partia A7, ważna do 30 Wrz 2098, JAM Plum jam." in said


def test_every_text_of_a_page_comes_from_the_catalogue(ada, pat, lamp, brackets):
    put_stock(lamp, 5)
    ordered(ada, {"LAMP": 2})
    walk = take(ada.seller.warehouse, pat)
    client = speaking(pat, "de")
    line = walk.lines.get()
    pages = [HOME, "/warehouse/pick/", f"/warehouse/pick/{walk.pk}/", "/warehouse/receive/"]
    pages += [f"/warehouse/pick/{walk.pk}/short/{line.pk}/", "/warehouse/counts/"]
    pages += ["/warehouse/scans/refused/", "/warehouse/inbound/", "/warehouse/put-away/"]
    data = {"Fulfillment", "Brass", "lamp", "LAMP", "Pat", "Petrov", "Deutsch", "English"}
    data |= {"Français", "Español", "Polski", *re.findall(r"\w+", str(walk.warehouse))}

    bare = {page: unmarked(client.get(page).content.decode()) - data for page in pages}

    assert bare == {page: set() for page in pages}


def test_every_text_of_the_printers_comes_from_the_catalogue(lea, building, brackets):
    client = speaking(lea, "de")
    printers, given = "/warehouse/printers/", {"name": "Pat", "prints": "both", "labels": "zpl"}

    answers = [client.get(printers), client.post(printers, given), client.post(printers, given)]
    mine = f"{printers}{Printer.objects.get().pk}/"
    answers += [
        client.post(printers, given | {"name": ""}),
        client.get(printers),
        client.post(f"{mine}remove/", follow=True),
        client.post(f"{mine}remove/"),
    ]

    assert [answer.status_code for answer in answers] == [200, 201, 422, 422, 200, 200, 409]
    html = " ".join(answer.content.decode().replace("option", "choice") for answer in answers)
    code = re.compile(r"<(code|pre)\b.*?</\1>", re.DOTALL)
    data = {"Fulfillment", "Deutsch", "English", "Français", "Español", "Polski", "Pat", "Lea"}
    data |= set(re.findall(r"\w+", f"{building} {lea}"))
    assert unmarked(code.sub(" ", html)) - data == set()


def unmarked(html):
    """The words of a page that no bracket holds: neither names of things nor codes."""
    html = re.sub(r"<(script|template|style)\b.*?</\1>", " ", html, flags=re.DOTALL)
    text = re.sub(r"⟦[^⟦⟧]*(?:⟦[^⟦⟧]*⟧[^⟦⟧]*)*⟧", " ", re.sub(r"<[^>]*>", " ", unescape(html)))
    return set(re.findall(r"[^\W\d_]{3,}", re.sub(r"\S*\d\S*|[A-Z]{2,}\b", " ", text)))
