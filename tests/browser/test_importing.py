"""A file of orders in a real browser, with a real worker: uploaded, checked, imported."""

import pytest
from playwright.sync_api import expect

from orders.models import Order
from tests.browser.looking import flaws
from tests.browser.people import Person
from tests.orders.files.test_order_files import GRACE, numbered

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_a_file_becomes_orders_while_one_looks_on(live_site, celery_worker_process, browser, ada):
    seller = Person(browser, live_site, ada.owner)
    page = seller.page
    seller.go("/dashboard/imports/new/")
    assert flaws(page) == []
    file = f"{numbered(400)}\nBAD,{GRACE},LAMP,,none,1,EUR"
    upload = {"name": "orders.csv", "mimeType": "text/csv", "buffer": file.encode()}
    page.set_input_files("#file", files=[upload])
    seller.press("Upload")
    assert flaws(page) == []
    seller.press("Check the file")
    expect(page.get_by_role("button", name="Import 400 orders")).to_be_visible(timeout=20_000)
    assert flaws(page) == []
    seller.press("Import 400 orders")
    expect(page.get_by_text("Done", exact=True)).to_be_visible(timeout=30_000)
    expect(page.locator("dl.numbers")).to_contain_text("Created400")
    assert Order.objects.count() == 400
    seller.go("/dashboard/imports/")
    assert flaws(page) == []
    seller.close()
