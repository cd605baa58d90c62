"""*Go to* finds every page that one can open without a row, for owner, staff and operator."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from orders.access import Role
from tests.support import cast
from torture.at_doors.addresses import routes, template
from torture.at_doors.door_table import DOORS, OWNER, SELLER

pytestmark = pytest.mark.django_db

GO = "/dashboard/go/"
# Pages that one comes to from another, which is found.
LED_TO = {
    "dashboard_announce": "from Inbound",
    "dashboard_upload": "from Import",
    "dashboard_add_return_reason": "from Return reasons",
    "dashboard_add_webhook": "from Webhooks",
    "dashboard_jump": "is this page",
    "dashboard_number_rows": "from a figure of Numbers",
    "dashboard_returned_rows": "from a figure of Returned units",
    "dashboard_promise_orders": "from a figure of Promises",
    "message_sender": "leads to Messages",
}
LINKS = re.compile(r'<a[^>]* href="(/[^"]*)"')


def visit(user, path):
    browser = Client()
    browser.force_login(user)
    return browser.get(path)


def found(user):
    """The addresses to which *Go to* leads this person."""
    page = visit(user, GO).content.decode()
    return set(LINKS.findall(page[page.index("data-jump>") : page.index("</main>")]))


def is_page(answer):
    """Something to read, or a way to it: no act, no file, nothing of a row."""
    shows = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    return shows or answer.status_code == 302


@pytest.mark.parametrize("role", [Role.OWNER, Role.STAFF])
def test_every_page_without_a_row_is_found(ada, role):
    user = cast.make_user("sam@example.com", "Sam", role, seller=ada.seller)
    mine = [name for name in routes() if DOORS[name] in (SELLER, OWNER) and role in DOORS[name]]
    paths = {name: reverse(name) for name in mine if "<" not in template(name)}
    pages = {name for name, path in paths.items() if is_page(visit(user, path))}
    links = found(user)
    assert {name for name in pages if paths[name] not in links} == LED_TO.keys() & pages
    assert len(pages) > len(LED_TO)


@pytest.mark.parametrize("role", [Role.OWNER, Role.STAFF, Role.OPERATOR])
def test_every_page_of_the_bar_is_found_and_opens(ada, role):
    seller = None if role == Role.OPERATOR else ada.seller
    user = cast.make_user("sam@example.com", "Sam", role, seller=seller)
    page = visit(user, GO).content.decode()
    bar = set(LINKS.findall(page[page.index("<nav") : page.index("</header>")]))
    assert bar - found(user) == {GO}, "the search of the bar is this page"
    assert [path for path in found(user) if visit(user, path).status_code not in (200, 302)] == []
