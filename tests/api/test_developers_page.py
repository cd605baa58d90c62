"""/developers/ in a browser: the schema is shown under the portal's own Content-Security-Policy."""

import re

import pytest
from playwright.sync_api import expect

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def test_the_page_shows_every_operation_with_nothing_from_elsewhere(live_site, page):
    told, asked = [], []
    page.on("console", lambda message: told.append(message.text))
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{live_site}/developers/")
    expect(page.locator(".opblock-summary-path").first).to_be_visible(timeout=20_000)
    assert told == []
    foreign = [url for url in asked if not url.startswith((live_site, "data:"))]
    assert foreign == []
    schema = page.request.get(f"{live_site}/api/v1/openapi.json").json()
    expect(page.locator(".opblock")).to_have_count(sum(map(len, schema["paths"].values())))
    page.get_by_text("Read an order").click()
    expect(page.get_by_text(re.compile("Needs the scope"))).to_be_visible()
