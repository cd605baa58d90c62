"""Every screen of the floor: readable, big enough, on one page, and no field keeps a scan."""

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from orders.access import Role
from orders.models import Order, Product
from orders.returns.handling import approve_return, request_return
from tests.browser.floor import Phone
from tests.browser.looking import hindrances
from tests.support import examples
from tests.support.cast import make_order, make_product, make_user, put_stock
from tests.support.stages import open_house, packed_shipment, picked_shipment, ready_shipment
from tests.support.stories import deliver, go_out
from warehouse.couriers.plan_checks import StopPlan
from warehouse.couriers.runs import fail_stop, plan_run, take_to_pickup_point
from warehouse.couriers.undelivered import send_back
from warehouse.floor.hand_over import hand_over
from warehouse.floor.packing import pack_unit
from warehouse.floor.picking import take_next_pick_list
from warehouse.models import Location
from warehouse.returns.inspection import receive_return
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

BIG = 48  # px: a thumb in a glove
SMALLEST = {"a", "button", "input", "select", "summary"}
TITLE = "Schreibtischleuchte mit Gelenkarm, Messing poliert, dimmbar, mit Textilkabel 2 m"
COLOURS = """selector => {
  const luminance = (colour) => {
    const parts = colour.match(/[\\d.]+/g).slice(0, 3).map((part) => {
      const value = part / 255;
      return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2];
  };
  const element = document.querySelector(selector);
  let ground = element;
  while (getComputedStyle(ground).backgroundColor.endsWith(" 0)")) ground = ground.parentElement;
  const pair = [getComputedStyle(element).color, getComputedStyle(ground).backgroundColor];
  const [dark, light] = pair.map(luminance).sort((one, other) => one - other);
  return (light + 0.05) / (dark + 0.05);
}"""


class Floor:
    """A warehouse with something to pick and to pack; its longest titles are long."""

    def __init__(self):
        self.house = house = open_house()
        self.lea = make_user("lea@example.com", "Lea", Role.LEAD, warehouse=house.warehouse)
        make_product(house.ada, "LEUCHTE-MESSING-2026", TITLE)
        put_stock(house.ada.products["LEUCHTE-MESSING-2026"], 60)
        self.goods = {"LEUCHTE-MESSING-2026": 2, "LAMP": 1}
        self.picked = picked_shipment(house, self.goods)
        pack_unit(self.picked, code="LAMP", actor=house.pat)
        make_order(house.ada, self.goods)
        allocate_due()
        self.walk = take_next_pick_list(warehouse=house.warehouse, actor=self.lea)


class BusyFloor(Floor):
    """Work at every station."""

    def __init__(self):
        super().__init__()
        house = self.house
        self.delivered = self.sent()
        deliver(house.warehouse, house.cory, self.delivered, leader=self.lea)
        self.undelivered()
        self.run = go_out(house.warehouse, house.cory, self.sent() + self.sent(), leader=self.lea)
        self.sent()
        self.ready = ready_shipment(house, self.goods)
        self.packed = packed_shipment(house, self.goods)

    def sent(self):
        shipment = ready_shipment(self.house, self.goods)
        return hand_over(shipment.packages.all(), actor=self.house.pat)

    def undelivered(self):
        """A parcel of each kind on the lead's list."""
        boxes = self.sent() + self.sent() + self.sent()
        run = go_out(self.house.warehouse, self.house.cory, boxes, leader=self.lea)
        at_kiosk, failed, back = run.stops.all()
        until = run.on + timedelta(days=7)
        place = "Kiosk am Rosenthaler Platz, Torstraße 125, 10119 Berlin"
        take_to_pickup_point(at_kiosk, place=place, until=until, actor=self.house.cory)
        for stop in (failed, back):
            fail_stop(stop, reason="not_home", actor=self.house.cory)
        send_back(back.packages.get(), actor=self.lea)

    def coming_back(self):
        order = self.delivered[0].order
        units = {line.pk: line.ordered for line in order.lines.all()}
        asked = request_return(order, units=units, reason="not_as_shown")
        return approve_return(asked, actor=self.lea)

    def arrived(self):
        coming = self.coming_back()
        return receive_return(
            coming, received={line.pk: line.approved for line in coming.lines.all()}, actor=self.lea
        )

    def planned(self):
        """The next run of somebody who has not started it."""
        carl = make_user("carl@example.com", "Carl", Role.COURIER, warehouse=self.house.warehouse)
        zone = ZoneInfo(self.house.warehouse.time_zone)
        now = timezone.localtime(timezone=zone)
        day = now.date() + timedelta(days=now.hour >= 19)
        starts = datetime.combine(day, time(19), zone)
        stop = StopPlan(self.sent(), starts, starts + timedelta(hours=1))
        plan_run(
            warehouse=self.house.warehouse,
            courier=carl,
            on=starts.date(),
            stops=[stop],
            actor=self.lea,
        )
        return carl

    def screens(self):
        """[(name, who, address)] of all that a worker may see."""
        bin_1 = Location.objects.get(code="A-01-1")
        lamp = self.house.ada.products["LEUCHTE-MESSING-2026"]
        line = self.walk.lines.first()
        lead = {
            "home": "/warehouse/",
            "receive": "/warehouse/receive/",
            "receive into": f"/warehouse/receive/?location={bin_1.pk}",
            "receive what": f"/warehouse/receive/?product={lamp.pk}",
            "pick": "/warehouse/pick/",
            "pick list": f"/warehouse/pick/{self.walk.pk}/",
            "short": f"/warehouse/pick/{self.walk.pk}/short/{line.pk}/",
            "pack": "/warehouse/pack/",
            "label": "/warehouse/label/",
            "pack units": f"/warehouse/pack/{self.picked.pk}/",
            "pack papers": f"/warehouse/pack/{self.packed.pk}/",
            "pack done": f"/warehouse/pack/{self.ready.pk}/",
            "dispatch": "/warehouse/dispatch/",
            "runs": "/warehouse/runs/",
            "plan": "/warehouse/runs/plan/",
            "run": f"/warehouse/runs/{self.run.pk}/",
            "undelivered": "/warehouse/undelivered/",
            "inspect": f"/warehouse/returns/{self.arrived().pk}/",
            "returns": "/warehouse/returns/",
            "unannounced": "/warehouse/returns/unannounced/",
            "boxes": "/warehouse/cartons/",
            "totes": "/warehouse/totes/",
            "carts": "/warehouse/carts/",
            "waves": "/warehouse/waves/",
            "board": "/warehouse/board/",
            "board rows": "/warehouse/board/rows/?of=due",
            "workplace": "/warehouse/workplace/",
            "badges": "/warehouse/badges/",
        }
        return [(name, self.lea, url) for name, url in lead.items()] + [
            ("courier", self.house.cory, "/courier/"),
            ("courier before", self.planned(), "/courier/"),
        ]


@pytest.fixture
def floor(once):
    return once(Floor)


@pytest.fixture
def busy_floor(once):
    return once(BusyFloor)


@pytest.fixture
def phone(live_site, browser):
    phones = []

    def of(user, **options):
        phones.append(Phone(browser, live_site, user, **options))
        return phones[-1]

    yield of
    for made in phones:
        assert made.problems == []
        made.close()


def too_small(page):
    """What is there to be pressed or filled in, and smaller than a thumb."""
    found = page.evaluate(
        "names => [...document.querySelectorAll(names)]"
        ".filter((element) => element.checkVisibility())"
        ".map((element) => [element.outerHTML.slice(0, 90), element.getBoundingClientRect()])"
        ".filter(([, box]) => box.width > 2).map(([html, box]) => [html, box.width, box.height])",
        ", ".join(f"main {name}" for name in sorted(SMALLEST)),
    )
    return [row for row in found if min(row[1:]) < BIG]


def overflow(page):
    return page.evaluate(
        "[document.documentElement.scrollWidth - innerWidth,"
        " document.documentElement.scrollHeight - innerHeight]"
    )


def test_nothing_keeps_anybody_out(busy_floor, phone):
    """Big enough for a thumb in a glove; on the smallest screen; by day, and some by night.

    All by night with PROOFS=whole: they have one style sheet.
    """
    devices, hindered, small, wide = {}, {}, {}, {}
    for number, (name, user, url) in enumerate(busy_floor.screens()):
        by_night = number % examples(3, 1) == 0
        if user not in devices:
            devices[user] = phone(user)
        page = devices[user].page
        page.goto(url)
        if found := hindrances(page, ("light", "dark") if by_night else ("light",)):
            hindered[name] = found
        if found := too_small(page):
            small[name] = found
        page.set_viewport_size({"width": 320, "height": 640})
        if (over := overflow(page)[0]) > 0:
            wide[name] = over
        page.set_viewport_size({"width": 360, "height": 640})
    assert hindered == {}
    assert small == {}
    assert wide == {}


def test_picking_packing_and_receiving_need_no_scrolling(floor, phone):
    device, tall = phone(floor.lea), {}
    page = device.page

    def look(name, code=""):
        if code:
            device.scan(code)
            page.locator("[data-outcome]").wait_for()
        if (over := overflow(page)[1]) > 0:
            tall[name] = over
        page.wait_for_timeout(700)  # an alarm that nobody can have seen yet stays beside the next

    page.goto(f"/warehouse/pick/{floor.walk.pk}/")
    look("location")
    look("wrong location", "X-99-9")
    look("product", page.locator(".goal-code").inner_text())
    page.locator(".goal-reached").wait_for()
    look("wrong product", "4006381333931000")
    page.goto(f"/warehouse/pack/{floor.picked.pk}/")
    look("units")
    page.goto("/warehouse/receive/?location=" + str(Location.objects.get(code="DOCK").pk))
    look("receive")
    look("received", "LEUCHTE-MESSING-2026")
    look("wrong code", "NONSENSE-1")
    assert tall == {}

    # A long note has three lines, and the rest on a tap: the work stays in sight.
    Product.objects.update(picker_note="Check the screws: six for each hook. " * 13)
    Order.objects.update(note="Ring twice, the bell is broken. " * 15)
    for url in (f"/warehouse/pick/{floor.walk.pk}/", f"/warehouse/pack/{floor.picked.pk}/"):
        page.goto(url)
        expect(page.locator("#code")).to_be_in_viewport(ratio=1)
        note = page.locator(".note-long > summary").first
        assert note.bounding_box()["height"] < 65
        note.click()
        assert note.bounding_box()["height"] > 150


def test_code_and_quantity_are_read_from_afar(floor, phone):
    device = phone(floor.lea)
    device.page.goto(f"/warehouse/pick/{floor.walk.pk}/")

    contrasts = contrasts_of(device.page, ".goal-code", ".goal-quantity")
    device.scan(device.page.locator(".goal-code").inner_text())
    device.page.locator(".goal-reached").wait_for()
    contrasts += contrasts_of(device.page, ".goal-code", ".goal-quantity")
    device.scan("WRONG-1")
    device.page.locator(".outcome-alarm").wait_for()
    contrasts += contrasts_of(device.page, ".outcome-alarm")

    assert min(contrasts) >= 7
    assert len(contrasts) == 10


def contrasts_of(page, *selectors):
    """Of each, by day and by night."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        found += [page.evaluate(COLOURS, selector) for selector in selectors]
    return found


# Buttons that differ in their words alone take a scan alike: one of each kind, and the first thing
# of a screen; of the fields that keep what is typed, one of each kind on each screen.
KINDS = """fields => fields.map(field => JSON.stringify(
    [field.tagName, field.type, field.className, field.readOnly,
      [...field.attributes].map(one => one.name).sort(), field.form && field.form.className]))"""
TYPED = ('["INPUT"', '["SELECT"')
FIELDS = "main :is(input, select, button, a, summary):visible"


def test_no_field_keeps_what_was_scanned(busy_floor, phone):
    """Whatever has the focus: the scan is taken as one, and every field is as it was."""
    devices, number, tried = {}, 0, set()
    for name, user, url in busy_floor.screens():
        if user not in devices:
            devices[user] = phone(user)
        device, page = devices[user], devices[user].page
        page.goto(url)
        fields = page.locator(FIELDS)
        for place, kind in enumerate(dict.fromkeys(fields.evaluate_all(KINDS))):
            if place and kind in tried and not kind.startswith(TYPED):
                continue
            tried.add(kind)
            if kind not in (now := fields.evaluate_all(KINDS)):
                page.goto(url)  # the answer to the last scan has no such field
                now = fields.evaluate_all(KINDS)
            before = values(page)
            number += 1
            fields.nth(now.index(kind)).focus()
            device.scan(f"ZZZ-{number}")
            page.locator(".outcome-alarm", has_text=f"ZZZ-{number}").wait_for()
            assert page.url.endswith(url), f"{name}: {kind}"
            after = values(page)  # an answer may bring a field of its own: how many of them
            assert [field for field in after if field in before] == before, f"{name}: {kind}"
            assert not any("ZZZ" in value for _, value in after), f"{name}: {kind}"
            # Somebody has seen the alarm: the next scan does not wait for *Go on*.
            page.locator(".floor-name").click()
    assert number > len(devices)


def values(page):
    return page.evaluate(
        "[...document.querySelectorAll('main :is(input:not([type=hidden]), select)')]"
        ".map((field) => [field.name, field.value])"
    )
