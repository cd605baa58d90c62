"""Photograph twelve pages of the dashboard for docs/dashboard.md.

While `script/server --no-demo` runs, `. var/env` and `DATABASE_URL=$MIGRATION_DATABASE_URL python
manage.py seed --orders 2000` print who to sign in as, and a password: this is given both.
"""

import os
import re
import sys
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).resolve().parents[3] / "docs" / "screenshots" / "dashboard"
SITE = "http://127.0.0.1:8000"
DESK = {"width": 1280, "height": 800}
FIRST_ORDER = "table.grid tbody a"
# Name -> the page, and what is opened there first.
TOUR = {
    "attention": ("/dashboard/", ""),
    "orders": ("/dashboard/orders/", ""),
    "order": ("/dashboard/orders/", FIRST_ORDER),
    "returns": ("/dashboard/returns/", ""),
    "products": ("/dashboard/products/", ""),
    "stock": ("/dashboard/stock/", ""),
    "numbers": ("/dashboard/numbers/", ""),
    "promises": ("/dashboard/promises/", ""),
    "settings": ("/dashboard/settings/", ""),
    "services": ("/dashboard/settings/services/", ""),
    "look": ("/dashboard/messages/look/", ""),
    "texts": ("/dashboard/messages/texts/", ""),
}


def main(email: str, password: str) -> None:
    """Sign in, and keep a picture of each page."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=os.environ.get("CHROMIUM"))
        page = browser.new_context(base_url=SITE, viewport=DESK, color_scheme="light").new_page()
        sign_in(page, email, password)
        for name, (path, opened) in TOUR.items():
            page.goto(path)
            if opened:
                page.locator(opened).first.click()
                page.wait_for_load_state()
            page.screenshot(path=FOLDER / f"{name}.png")
            print(f"{name}: {page.title()}")
        browser.close()


def sign_in(page: Page, email: str, password: str) -> None:
    page.goto("/accounts/login/")
    page.get_by_label(re.compile("e-?mail", re.I)).fill(email)
    page.get_by_label(re.compile("password", re.I)).fill(password)
    page.get_by_role("button", name="Sign in", exact=True).click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)


if __name__ == "__main__":
    main(*sys.argv[1:])
