"""The floor in other languages, on a phone: understood, whole words, nothing beyond the edge."""

import pytest

from tests.browser.looking import hindrances
from tests.browser.test_floor_screens import BusyFloor
from tests.support.cast import put_stock
from tests.warehouse.walking import ordered

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BEYOND = "() => document.documentElement.scrollWidth - window.innerWidth"
# Words of a label or a button that stick out of it: they are cut, or lie over their neighbour.
CUT = """() => [...document.querySelectorAll('.btn, .scan-label, .goal-step, .door-name')]
    .filter(part => part.offsetWidth && part.scrollWidth > part.clientWidth + 1
        && getComputedStyle(part).display !== 'inline')
    .map(part => part.innerText)"""
SAID = {
    "pl": {
        "start": "Zacznij następną listę", "go": "Idź do", "place": "Zeskanuj lokalizację",
        "there": "Lokalizacja A-01-1", "product": "Zeskanuj produkt",
        "wrong": "Zeskanowano TEA. Oczekiwano: LAMP Brass lamp z A-01-1.",
        "picked": "Pobrano 1 × Brass lamp", "done": "Zanieś do pakowania", "on": "Dalej",
    },
    "de": {
        "start": "Nächste Pickliste beginnen", "go": "Gehen zu", "place": "Platz scannen",
        "there": "Platz A-01-1", "product": "Artikel scannen",
        "wrong": "Sie haben TEA gescannt. Erwartet: LAMP Brass lamp von A-01-1.",
        "picked": "Gepickt: 1 × Brass lamp", "done": "Zum Packen bringen", "on": "Weiter",
    },
}  # fmt: skip


@pytest.mark.parametrize("language", SAID)
def test_a_pick_in_another_language(language, ada, pat, lamp, phone):
    said = SAID[language]
    put_stock(lamp, 5)
    ordered(ada, {"LAMP": 1})
    pat.language = language
    pat.save(update_fields=["language"])
    device = phone(pat)
    page = device.page

    page.goto("/warehouse/")
    looked_at(page, language)
    page.goto("/warehouse/pick/")
    looked_at(page, language)
    page.get_by_role("button", name=said["start"]).click()
    page.get_by_text(said["go"]).wait_for()
    looked_at(page, language)
    assert page.locator(".scan-label").inner_text() == said["place"]

    device.scan("A-01-1")
    device.answered(said["there"])
    assert page.locator(".scan-label").inner_text() == said["product"]
    device.scan("TEA")
    device.answered(said["wrong"])
    looked_at(page, language)
    device.scan("LAMP")
    go_on, done = page.get_by_role("button", name=said["on"]), page.get_by_text(said["done"])
    go_on.or_(done).first.wait_for()
    if go_on.is_visible():  # it came right after the alarm, and waits
        go_on.click()
    done.wait_for()
    looked_at(page, language)


@pytest.mark.parametrize("language", SAID)
def test_returns_and_the_pages_of_the_lead_in_another_language(language, db, phone):
    floor = BusyFloor()
    lea, back = floor.lea, floor.arrived()
    lea.language = language
    lea.save(update_fields=["language"])
    page = phone(lea).page

    for name in (
        "returns/", "returns/unannounced/", f"returns/{back.pk}/",
        f"returns/{back.pk}/?line={back.lines.first().pk}&grade=b",
        "adjust/", "move/", "corrections/", "undelivered/", "lost/",
        "faces/", "lots/", "waves/", "walks/", f"walks/{floor.walk.pk}/",
        "totes/", "cartons/", "carts/", "walls/",
    ):  # fmt: skip
        page.goto(f"/warehouse/{name}")
        looked_at(page, language)


def looked_at(page, language):
    page.wait_for_load_state("load")
    assert page.locator("html").get_attribute("lang") == language
    assert page.evaluate(BEYOND) <= 0
    assert page.evaluate(CUT) == []
    assert hindrances(page) == []
