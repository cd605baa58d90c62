"""A walk without a connection: its screen goes on, and each scan is applied once later."""

import time

import pytest
from playwright.sync_api import expect

from orders.lifecycle.cancel import cancel_order
from orders.models import Barcode
from tests.browser.floor import ALARM_HERTZ
from tests.browser.offline.test_waiting import is_kept
from tests.browser.people import enter
from tests.browser.test_floor import page_seen
from tests.support.cast import make_order, make_product, put_stock
from tests.support.waiting import wait_until
from warehouse.floor.pausing import give_walk
from warehouse.models import Location, PickLine, PickList, Scan
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

IS_KEPT = "(names) => names.some((name) => name.startsWith('floor page'))"
STOPS = 15
PLACES = [f"C-{number:02}-1" for number in range(1, STOPS + 1)]
SKUS = [f"HOOK-{number:02}" for number in range(1, STOPS + 1)]
THIRTY = [code for stop in zip(PLACES, SKUS, strict=True) for code in stop]


@pytest.fixture
def order(ada, building):
    """One unit of each of fifteen hooks, each in a place of its own."""
    for number, (place, sku) in enumerate(zip(PLACES, SKUS, strict=True), start=10):
        Location.objects.create(
            warehouse=building, code=place, kind=Location.Kind.BIN, walk_position=number
        )
        put_stock(make_product(ada, sku, f"Hook {sku[-2:]}"), 5, bin_code=place)
    made = make_order(ada, dict.fromkeys(SKUS, 1))
    allocate_due()
    return made


@pytest.fixture
def walker(phone, pat, order):
    """Pat's phone at the first stop; its service worker has the page."""
    device = phone(pat)
    begin(device)
    yield device
    known = ("ERR_FAILED", "403")
    device.problems = [text for text in device.problems if not any(word in text for word in known)]


def begin(device):
    device.page.goto("/warehouse/pick/")
    device.page.keyboard.press("Enter")
    device.page.wait_for_url("**/warehouse/pick/*-*/")
    device.page.evaluate("navigator.serviceWorker.ready.then(() => 1)")
    device.page.wait_for_function("navigator.serviceWorker.controller")
    device.page.wait_for_function(f"() => caches.keys().then({IS_KEPT})")


def at_place(device, code):
    expect(device.page.locator(".goal-code")).to_have_text(code)


def walk_on(device, codes):
    """Scan what the screen asks for, and see that it goes on."""
    for code in codes:
        device.scan(code)
        words = f"Location {code}" if code in PLACES else f"Picked 1 × Hook {code[-2:]}"
        device.answered(f"{words}, not yet sent")


def applied():
    """The codes that changed something, in the order in which they did."""
    rows = Scan.objects.filter(is_refused=False).order_by("at")
    return list(rows.values_list("code", flat=True))


def test_thirty_scans_with_a_reload_in_the_middle(walker, order):
    walker.lose_connection()
    walk_on(walker, THIRTY[:15])
    expect(walker.page.locator("[data-waiting]")).to_have_text("No connection: 15 scans wait.")
    is_kept(walker, 15)

    walker.page.reload()
    expect(walker.page.locator("[data-waiting]")).to_contain_text("15 scans wait")
    at_place(walker, PLACES[7])
    walk_on(walker, THIRTY[15:])
    expect(walker.page.get_by_text("All is scanned, not all is sent.")).to_be_visible()
    assert applied() == []
    walker.find_connection()

    expect(walker.page.get_by_text("Done. Take to packing:")).to_be_visible(timeout=60_000)
    assert applied() == THIRTY
    assert list(PickLine.objects.values_list("picked", flat=True)) == [1] * STOPS
    assert order.shipments.get().status == "picked"
    is_kept(walker, 0)
    waited = Scan.objects.filter(is_refused=True).exclude(outcome__startswith="No answer at first")
    assert not waited.exists()


def test_a_wrong_scan_is_refused_without_the_server(walker):
    walker.lose_connection()
    walk_on(walker, [PLACES[0]])
    walker.scan(SKUS[3])
    walker.answered(f"You scanned {SKUS[3]}. Expected: {SKUS[0]} Hook 01 from {PLACES[0]}.")
    assert walker.hertz() >= ALARM_HERTZ
    page_seen(walker)
    walk_on(walker, [SKUS[0]])
    at_place(walker, PLACES[1])
    walker.scan(SKUS[7])  # nobody answers this alarm, and it stops nothing that was scanned before
    walker.answered(f"You scanned {SKUS[7]}. Expected: location {PLACES[1]}.")
    walker.find_connection()

    wait_until(lambda: applied() == THIRTY[:2])
    told = Scan.objects.filter(outcome__startswith="You scanned").order_by("sequence")
    wait_until(lambda: told.count() == 2)
    assert told[0].outcome.startswith(f"You scanned {SKUS[3]}. Expected: {SKUS[0]}")
    assert list(PickLine.objects.filter(picked=1).values_list("position", flat=True)) == [1]


def test_a_burst_after_a_wrong_scan_goes_nowhere(walker):
    walker.lose_connection()
    walk_on(walker, [PLACES[0]])
    begins = time.time()
    for place, code in enumerate((SKUS[3], SKUS[0], PLACES[1])):
        walker.scan(code, at=begins + place * 0.08)
    walker.answered(f"You scanned {PLACES[1]} right after an alarm. Not saved: scan it again.")
    expect(walker.page.locator("[data-standing] li")).to_have_count(2)
    at_place(walker, PLACES[0])
    page_seen(walker)
    walk_on(walker, [SKUS[0], PLACES[1]])
    walker.find_connection()

    wait_until(lambda: applied() == THIRTY[:3])
    wait_until(lambda: Scan.objects.filter(outcome__contains="right after an alarm").count() == 2)
    assert list(PickLine.objects.filter(picked=1).values_list("position", flat=True)) == [1]


def test_cases_and_numbers_count_as_they_do_on_the_server(phone, pat, ada, building, lamp):
    Barcode.objects.create(seller=ada.seller, product=lamp, code="14006381333938", units=6)
    put_stock(lamp, 20)
    made = make_order(ada, {"LAMP": 12})
    allocate_due()
    device = phone(pat)
    begin(device)

    device.lose_connection()
    device.scan("A-01-1")
    device.answered("Location A-01-1, not yet sent")
    device.scan("14006381333938")
    device.answered("Picked 6 × Brass lamp, not yet sent")
    device.scan("A-02-1")
    device.answered("You scanned A-02-1. Expected: LAMP Brass lamp from A-01-1.")
    page_seen(device)
    device.page.get_by_label("Units picked").fill("2")
    device.scan("lamp")
    device.answered("Picked 2 × Brass lamp, not yet sent")
    expect(device.page.locator("[data-units]")).to_have_text("4")
    device.scan("0104006381333931")
    device.answered("Picked 4 × Brass lamp, not yet sent")
    device.find_connection()

    expect(device.page.get_by_text("Done. Take to packing:")).to_be_visible()
    assert [line.picked for line in PickLine.objects.all()] == [12]
    assert made.shipments.get().status == "picked"


def test_a_server_that_hangs_holds_up_nobody(walker):
    walker.page.route("**/warehouse/pick/**", lambda _route: None)
    walker.scan(PLACES[0])
    walker.answered(f"Location {PLACES[0]}, not yet sent")
    walk_on(walker, THIRTY[1:5])
    walker.page.unroute("**/warehouse/pick/**")

    wait_until(lambda: applied() == THIRTY[:5])
    at_place(walker, PLACES[2])
    expect(walker.page.locator("[data-waiting]")).to_be_hidden()


def test_the_walk_was_given_to_somebody_else_meanwhile(walker, lea):
    walker.lose_connection()
    walk_on(walker, THIRTY[:4])
    give_walk(PickList.objects.get(), lea, actor=lea)
    walker.find_connection()

    walker.answered(f"This pick list belongs to {lea.name}.")
    expect(walker.page.get_by_text("Not saved yet, scanned after it: 3.")).to_be_visible()
    page_seen(walker)
    walker.page.get_by_role("button", name="Go on").click()
    expect(walker.page.get_by_text("Not saved yet, scanned after it: 2.")).to_be_visible()

    assert applied() == []
    told = Scan.objects.filter(outcome=f"This pick list belongs to {lea.name}.")
    assert list(told.order_by("at").values_list("code", flat=True)) == THIRTY[:2]


def test_the_walk_was_cancelled_meanwhile(walker, order):
    walker.lose_connection()
    walk_on(walker, THIRTY[:4])
    cancel_order(order, actor=None, reason="changed mind")
    walker.find_connection()

    expect(walker.page.get_by_text("Not saved yet, scanned after it: 3.")).to_be_visible()
    page_seen(walker)
    walker.page.get_by_role("button", name="Do not save").click()

    is_kept(walker, 0)
    dropped = Scan.objects.filter(outcome__startswith="Not saved after an alarm")
    wait_until(lambda: dropped.count() == 3)
    assert applied() == []
    assert not PickLine.objects.filter(picked__gt=0).exists()
    walker.page.goto("/warehouse/scans/refused/")
    for code in THIRTY[1:4]:
        expect(walker.page.get_by_text(f"Not saved after an alarm: {code}.")).to_be_visible()


def test_what_sellers_write_stays_text_on_the_kept_screen(phone, pat, ada, building):
    form = "<form id=evil method=post action=/accounts/logout/><button>Go on</button></form>"
    title, note = f"Hook </script>{form} & co", f"<!--<script>\u2028{form}"
    hook = make_product(ada, "HOOK", title)
    hook.picker_note = note
    hook.save(update_fields=["picker_note"])
    Barcode.objects.create(seller=ada.seller, product=hook, code="</script><b id=evil>", units=1)
    put_stock(hook, 5)
    make_order(ada, {"HOOK": 2})
    allocate_due()
    device = phone(pat)
    begin(device)

    device.lose_connection()
    device.page.reload()

    expect(device.page.locator("[data-kept]")).to_have_count(1)
    expect(device.page.locator("#evil")).to_have_count(0)
    expect(device.page.locator("[data-goods]")).to_have_text(title)
    device.scan("A-01-1")
    device.answered("Location A-01-1, not yet sent")
    expect(device.page.locator("main [data-ahead-note]")).to_contain_text("<!--<script>")
    device.scan("</script><b id=evil>")
    device.answered(f"Picked 2 × {title}, not yet sent")
    expect(device.page.locator("#evil")).to_have_count(0)
    device.find_connection()
    expect(device.page.get_by_text("Done. Take to packing:")).to_be_visible(timeout=60_000)


def test_nobody_else_sees_the_walk_that_was_kept(walker, live_site, pia):
    address = walker.page.url
    enter(walker.context, live_site, pia)
    walker.page.goto("/warehouse/")
    wait_until(lambda: not walker.page.evaluate(f"caches.keys().then({IS_KEPT})"))

    walker.lose_connection()
    walker.page.goto(address)

    expect(walker.page.get_by_role("heading", name="No answer")).to_be_visible()
    expect(walker.page.get_by_text(PLACES[0])).to_have_count(0)
    walker.find_connection()


def test_a_walk_that_is_done_is_not_kept(phone, pat, ada, lamp):
    put_stock(lamp, 5)
    make_order(ada, {"LAMP": 1})
    allocate_due()
    device = phone(pat)
    begin(device)
    device.scan("A-01-1")
    device.answered("Location A-01-1")
    device.scan("LAMP")
    expect(device.page.get_by_text("Done. Take to packing:")).to_be_visible()
    device.page.wait_for_function(f"() => caches.keys().then((names) => !({IS_KEPT})(names))")

    device.lose_connection()
    device.page.reload()

    expect(device.page.get_by_role("heading", name="No answer")).to_be_visible()
    device.find_connection()


def test_a_sign_out_leaves_no_walk(walker):
    address = walker.page.url
    walker.page.goto("/warehouse/")
    walker.page.get_by_role("button", name="Sign out").click()
    walker.page.wait_for_url("**/accounts/login/**")
    walker.lose_connection()
    walker.page.goto(address)

    expect(walker.page.get_by_role("heading", name="No answer")).to_be_visible()
    walker.find_connection()


def test_where_totes_are_scanned_they_are_offline_too(phone, pat, order, building):
    type(building).objects.filter(pk=building.pk).update(scans_totes=True)
    Location.objects.create(warehouse=building, code="TOTE-1", kind=Location.Kind.TOTE)
    device = phone(pat)
    device.page.goto("/warehouse/pick/")
    device.scan("TOTE-1")
    device.page.wait_for_url("**/warehouse/pick/*-*/")
    at_place(device, PLACES[0])

    device.lose_connection()
    codes = [PLACES[0], SKUS[0], "TOTE-1", PLACES[1]]
    for code in codes:
        device.scan(code)
        expect(device.page.locator(".outcome p")).to_contain_text("not yet sent")
        device.page.wait_for_timeout(100)
    device.find_connection()

    wait_until(lambda: applied() == ["TOTE-1", *codes])
    assert PickList.objects.get().lines.filter(picked=1).count() == 1
