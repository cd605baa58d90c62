"""A warehouse's whole day at its screens: goods come, twelve orders on a cart, all on one van."""

from contextlib import closing

import pytest
from playwright.sync_api import expect

from fulfillment.demo.people import Crew, pack
from orders.lifecycle.cancel import cancel_order, cancel_units
from orders.models import Package, Shipment
from tests.browser.people import Leader
from tests.support.cast import make_inbound, make_order
from tests.support.pictures import barcodes_in
from warehouse.documents.label import package_label
from warehouse.floor.carts.rows import add_cart
from warehouse.models import Inbound, Location, Run
from warehouse.stock.allocation import allocate_due

pytestmark = [
    pytest.mark.django_db, pytest.mark.slow, pytest.mark.usefixtures("in_the_morning")
]  # fmt: skip

LAMPS, HOUR = 9, 19


def test_a_whole_day(phone, browser, live_site, ada, building, lamp, shade, pat, pia, lea, cory):
    Location.objects.filter(code="DOCK").update(is_staging=True)
    add_cart(building, code="CART7", slots=12)
    device = phone(pat)

    goods_come(device, make_inbound(ada, {"LAMP": 11, "SHADE": 3}))
    they_are_put_away(device)
    orders = [make_order(ada, {"LAMP": 1}) for _ in range(LAMPS)]
    orders += [make_order(ada, lines) for lines in ({"LAMP": 2}, {"SHADE": 2}, {"SHADE": 1})]
    allocate_due()
    twelve_are_picked(device, orders)

    bench = phone(pia)
    one_is_too_light(bench)
    for shipment in Shipment.objects.filter(status="picked"):
        pack(shipment, Crew(building, pat, pia))
    numbers = all_are_handed_over(bench)
    with closing(Leader(browser, live_site, lea, at_once=True)) as leader:
        leader.plan_run(cory, HOUR)
    van_is_loaded(phone(cory), numbers)

    assert Run.objects.get().status == "started"
    statuses = Package.objects.values_list("status", flat=True)
    assert list(statuses) == ["out_for_delivery"] * (LAMPS + 2)


def goods_come(device, inbound):
    """The inbound is scanned at home, then what came, a whole case at a time."""
    device.page.goto("/warehouse/")
    device.scan(inbound.number)
    for sku, units, came in (("LAMP", "11", 11), ("SHADE", "3", 14)):
        device.page.get_by_label("Units per scan").fill(units)
        device.page.locator("#code").focus()
        device.scan(sku)
        expect(device.page.locator(".progress-line")).to_contain_text(f"{came} of 14 units")
    device.page.get_by_role("link", name="All here").click()
    device.page.get_by_role("button", name="Close").click()
    expect(device.page.locator("[data-outcome=good]")).to_contain_text("is closed")
    assert Inbound.objects.get().status == "closed"


def they_are_put_away(device):
    """Each product goes where its screen says."""
    device.page.goto("/warehouse/put-away/")
    for sku, place in (("LAMP", "A-01-1"), ("SHADE", "A-02-1")):
        device.scan(sku)
        expect(device.page.locator(".goal-code")).to_have_text(place)
        device.scan(place)
        expect(device.page.locator("[data-outcome=good]")).to_contain_text(f"put into {place}")


def twelve_are_picked(device, orders):
    """One becomes smaller and one is cancelled on the way, and a shade is missing."""
    page = device.page
    page.goto("/warehouse/pick/")
    device.scan("CART7")
    expect(page.locator(".goal-code")).to_have_text("A-01-1")
    *lamps, _short, cancelled = orders
    cancel_units(lamps[-1], {lamps[-1].lines.get().pk: 1}, actor=None)
    device.scan("A-01-1")
    device.answered("Location A-01-1")
    for _ in lamps:
        device.scan("LAMP")
        expect(page.locator(".goal-step")).to_have_text("Put into slot")
        device.scan(device.text(".goal-code"))
        device.answered("Picked 1 × Brass lamp")
    device.scan("A-02-1")
    device.answered("Location A-02-1")
    page.get_by_role("link", name="Report short").click()
    page.get_by_label("Units found").fill("1")
    page.get_by_role("button", name="Wrong product in location").click()
    device.answered("Reported: 1 × Linen shade found")
    cancel_order(cancelled, actor=None)
    device.scan("A-02-1")
    expect(page.locator(".outcome-alarm")).to_contain_text("there is nothing left to pick")
    expect(page.locator(".goal-step")).to_contain_text("Done. Take to packing")


def one_is_too_light(bench):
    """The cart opens its first slot; the scale finds what the eye does not."""
    page, said = bench.page, bench.page.locator("[data-outcome=good]")
    page.goto("/warehouse/pack/")
    bench.scan("CART7")
    expect(page.get_by_text("Slot CART7-1")).to_be_visible()
    bench.scan("LAMP")
    expect(said).to_contain_text("In the box: 1 × Brass lamp")
    for grams, outcome in ((60, "Not closed: look into it"), (260, "closed.")):
        page.get_by_label("Weight in grams").fill(str(grams))
        page.get_by_role("button", name="Close box").click()
        expect(page.locator("[data-outcome]")).to_contain_text(outcome)
    page.get_by_role("button", name="Make label").click()
    page.get_by_role("button", name="Mark as ready").click()
    expect(said).to_contain_text("is ready.")


def all_are_handed_over(bench):
    """What a scanner reads off each label is on the manifest."""
    page, numbers = bench.page, []
    page.goto("/warehouse/dispatch/")
    for package in Package.objects.filter(status="labelled").order_by("pk"):
        [(_, number)] = barcodes_in(package_label(package, file_format="png"))
        bench.scan(number)
        numbers.append(number)
        expect(page.locator(".goal-code")).to_contain_text(f"{len(numbers)} of")
    page.get_by_label("Parcels counted").fill(str(len(numbers)))
    page.get_by_role("button", name="Hand over to").click()
    page.get_by_role("link", name="Open the manifest").click()
    expect(page.locator("main .code")).to_have_text(numbers)
    return numbers


def van_is_loaded(van, numbers):
    """Every parcel is scanned onto the van, which then drives off."""
    van.page.goto("/courier/")
    for on_van, number in enumerate(numbers, start=1):
        van.scan(number)
        van.answered(f"{number} is on the van ({on_van}).")
    van.page.get_by_role("button", name="Start run").click()
    expect(van.page.get_by_text("Stop 1 of")).to_be_visible()
