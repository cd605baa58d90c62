"""The pictures of the README: one per audience, of a busy day. KEEP_SCREENSHOTS=1 replaces them."""

import os
from pathlib import Path

import pytest
from django.conf import settings

from orders.models import OrderLine
from orders.returns.handling import request_return
from tests.browser.people import Person, Picker
from tests.support import cast
from tests.support.stories import deliver, go_out, make_ready, ship
from warehouse.stock.allocation import allocate_due

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PHONE, DESK = (360, 640), (1280, 800)
PNG = b"\x89PNG"


@pytest.fixture
def folder(tmp_path):
    """Where the pictures go: away, unless somebody wants them kept."""
    kept = Path(settings.BASE_DIR) / "docs" / "screenshots"
    return kept if os.environ.get("KEEP_SCREENSHOTS") else tmp_path


@pytest.fixture
def day(ada, building, pat, pia, lea, cory):
    """Orders at every station; the first one is out for delivery, by Cory."""
    cast.make_product(ada, "LAMP-BRASS", "Desk lamp, brass")
    cast.make_product(ada, "SHADE-LINEN", "Linen shade, 30 cm")
    cast.put_stock(ada.products["LAMP-BRASS"], 9)
    cast.put_stock(ada.products["SHADE-LINEN"], 9, bin_code="B-01-1")
    back = cast.make_order(ada, {"SHADE-LINEN": 1}, customer_name="Alan Kay")
    deliver(building, cory, ship(building, pat, pia), leader=lea)
    request_return(back, units={back.lines.get().pk: 1}, reason="too_large")
    out = cast.make_order(ada, {"LAMP-BRASS": 1, "SHADE-LINEN": 1})
    go_out(building, cory, ship(building, pat, pia), leader=lea)
    cast.make_order(ada, {"LAMP-BRASS": 1}, customer_name="Radia Perlman")
    make_ready(building, pat, pia)
    cast.make_order(ada, {"LAMP-COPPER": 1}, customer_name="Mary Jackson")
    cast.make_order(ada, {"SHADE-LINEN": 20}, customer_name="Barbara Liskov")
    cast.make_order(ada, {"LAMP-BRASS": 2}, customer_name="Ken Thompson", is_gift=True)
    allocate_due()
    for product in ada.products.values():
        OrderLine.objects.filter(product=product).update(title=product.title)
    OrderLine.objects.filter(sku="LAMP-COPPER").update(title="Desk lamp, copper")
    return out


def picture(person, path, file):
    if path:
        person.go(path)
    person.page.emulate_media(color_scheme="light", reduced_motion="reduce")
    person.page.screenshot(path=file)
    assert file.read_bytes().startswith(PNG)


def test_there_is_a_picture_for_everybody(day, folder, live_site, browser, ada, pat, cory):
    folder.mkdir(parents=True, exist_ok=True)
    seller = Person(browser, live_site, ada.owner, width=DESK[0], height=DESK[1])
    picture(seller, "/dashboard/", folder / "seller.png")
    seller.close()
    picker = Picker(browser, live_site, pat)
    picker.go("/warehouse/pick/")
    picker.press("Start next pick list")
    picker.sees("1 of")
    picture(picker, "", folder / "warehouse.png")
    picker.close()
    courier = Person(browser, live_site, cory)
    picture(courier, "/courier/", folder / "courier.png")
    picture(courier, f"/track/{day.token}/", folder / "customer.png")
    courier.close()
