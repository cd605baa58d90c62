"""The screens of inbound goods in the browser: readable, big enough, and done by scans alone."""

import pytest
from PIL import Image
from playwright.sync_api import expect

from orders.access import Role
from tests.browser.floor import Phone
from tests.browser.looking import flaws, hindrances
from tests.browser.people import Person
from tests.browser.test_floor_screens import TITLE, overflow, too_small
from tests.support.cast import make_inbound, make_product, make_user, put_stock
from tests.support.stages import open_house
from warehouse.inbound.receiving import receive_units, report_damage
from warehouse.inbound.replenishing import plan_replenishment, set_face
from warehouse.models import Inbound, InboundDamage, Location, Stock

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


class Yard:
    """Goods that are announced, some that wait in the dock, and a pick face that is low."""

    def __init__(self):
        self.house = house = open_house()
        self.lea = make_user("lea@example.com", "Lea", Role.LEAD, warehouse=house.warehouse)
        places = Location.objects.filter(warehouse=house.warehouse)
        places.filter(code="DOCK").update(is_staging=True)
        self.dock = places.get(code="DOCK")
        self.lamp = make_product(house.ada, "LEUCHTE-MESSING-2026", TITLE)
        self.inbound = make_inbound(house.ada, {"LEUCHTE-MESSING-2026": 12, "SHADE": 3})
        vase = make_product(house.ada, "VASE", "Glass vase")
        put_stock(vase, 5, bin_code="DOCK")
        put_stock(vase, 9, bin_code="B-01-1")
        set_face(vase, places.get(code="A-01-1"), minimum=2, target=6, actor=self.lea)
        [self.task] = plan_replenishment(house.warehouse)
        self.vase = vase

    def screens(self):
        """{name: address} of what a lead sees."""
        inbound, vase, place = self.inbound.pk, self.vase.pk, self.dock.pk
        return {
            "home": "/warehouse/",
            "inbounds": "/warehouse/inbound/",
            "inbound": f"/warehouse/inbound/{inbound}/",
            "damaged": f"/warehouse/inbound/{inbound}/damaged/",
            "damaged product": f"/warehouse/inbound/{inbound}/damaged/?product={self.lamp.pk}",
            "close": f"/warehouse/inbound/{inbound}/close/",
            "put away": "/warehouse/put-away/",
            "put away product": f"/warehouse/put-away/?product={vase}&source={place}",
            "refills": "/warehouse/refills/",
            "refill": f"/warehouse/refills/{self.task.pk}/",
            "faces": "/warehouse/faces/",
        }


@pytest.fixture
def yard(db):
    return Yard()


@pytest.fixture
def phone(yard, live_site, browser):
    made = Phone(browser, live_site, yard.lea)
    yield made
    assert made.problems == []
    made.close()


def test_nothing_keeps_anybody_out(yard, phone):
    receive_units(yard.inbound, product=yard.lamp, quantity=9, location=yard.dock, actor=yard.lea)
    report_damage(yard.inbound, product=yard.lamp, units=1, reason="wet", actor=yard.lea)
    wrong = {}
    for name, url in yard.screens().items():
        page = phone.page
        page.goto(url)
        found = [*hindrances(page), *too_small(page)]
        page.set_viewport_size({"width": 320, "height": 640})
        if (over := overflow(page)[0]) > 0:
            found.append(f"{over} px too wide")
        page.set_viewport_size({"width": 360, "height": 640})
        if found:
            wrong[name] = found
    assert wrong == {}


def test_the_work_needs_no_scrolling(yard, phone):
    page, tall = phone.page, {}
    for name in ("inbound", "put away product", "refill"):
        page.goto(yard.screens()[name])
        expect(page.locator(".goal")).to_be_in_viewport(ratio=1)
        expect(page.locator("#code")).to_be_in_viewport(ratio=1)
        if name != "inbound" and (over := overflow(page)[1]) > 0:
            tall[name] = over
    assert tall == {}


def test_goods_come_in_and_are_put_away_by_scans_alone(yard, phone):
    page = phone.page
    page.goto("/warehouse/")
    for code, says in (
        (yard.inbound.number, "0 of 15 units"),
        ("LEUCHTE-MESSING-2026", "1 of 15 units"),
        ("SHADE", "2 of 15 units"),
    ):
        phone.scan(code)
        expect(page.locator(".progress-line")).to_contain_text(says)
    page.goto("/warehouse/put-away/")
    phone.scan("VASE")
    expect(page.locator(".goal-code")).to_have_text("A-01-1")
    phone.scan("A-01-1")
    expect(page.locator("[data-outcome=good]")).to_contain_text("5 × Glass vase put into A-01-1")
    assert Stock.objects.get(product=yard.vase, location__code="A-01-1").on_hand == 5


def test_a_photo_of_damage_is_taken_and_its_seller_sees_it(
    yard, phone, live_site, browser, tmp_path
):
    photo = tmp_path / "photo.jpg"
    Image.new("RGB", (1200, 900), "brown").save(photo)
    page = phone.page
    page.goto(yard.screens()["damaged product"])
    page.locator("#photo").set_input_files(photo)
    page.get_by_role("button", name="Wet", exact=True).click()
    expect(page.locator("[data-outcome=good]")).to_contain_text("Damaged: 1 ×")
    page.get_by_role("link", name="All here").click()
    page.get_by_role("button", name="Close with these differences").click()
    expect(page.locator("[data-outcome=good]")).to_contain_text("is closed: the seller sees")
    damage = InboundDamage.objects.get()
    assert (damage.width, damage.height) == (800, 600)
    assert Inbound.objects.get(pk=yard.inbound.pk).differs

    ada = Person(browser, live_site, yard.house.ada.owner, at_once=True)
    for url in ("/dashboard/", "/dashboard/inbound/", "/dashboard/inbound/new/"):
        ada.go(url)
        assert flaws(ada.page) == [], url
    ada.go(f"/dashboard/inbound/{yard.inbound.pk}/")
    assert flaws(ada.page) == []
    ada.page.get_by_role("link", name="photo").click()
    expect(ada.page.locator("img")).to_have_js_property("naturalWidth", 800)
    ada.context.close()
