"""Each task from the first page to its end: without an error, in no more clicks than elsewhere.

The suite does one of them; script/tasks does all twelve and prints the table of docs/dashboard.md.
"""

import os

import pytest

from tests.browser.dashboard.tasks.counting import HEAD, Hand
from tests.browser.dashboard.tasks.shopify import SHOPIFY
from tests.browser.dashboard.tasks.twelve import TASKS, Town
from tests.browser.people import Person
from tests.support import cast

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

DONE = TASKS if os.environ.get("PROOFS") == "whole" else ["Print the slips of ten orders"]


@pytest.fixture(scope="module")
def table():
    """The rows of the table, printed when all are done."""
    rows = [HEAD]
    yield rows
    print("\n" + "\n".join(rows))


@pytest.fixture
def town(ada, building, pat, pia, lea, cory, smtp_peer, sms_peer):
    """Goods, and customers with other numbers."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 60)
    return Town(ada, building, pat, pia, lea, cory)


@pytest.mark.parametrize("task", DONE)
def test_a_task_is_done_in_no_more_clicks_than_elsewhere(task, town, table, live_site, browser):
    story = TASKS[task](town)
    next(story)
    ada = Person(browser, live_site, town.ada.owner, width=1280, height=800)
    ada.go("/dashboard/")
    hand = Hand(ada.page)
    with pytest.raises(StopIteration):
        story.send(hand)
    ada.close()
    table.append(hand.row(task))
    assert hand.errors == []
    assert SHOPIFY[task].clicks is None or hand.acts <= SHOPIFY[task].clicks, hand.row(task)


def test_every_task_is_compared():
    assert TASKS.keys() == SHOPIFY.keys()
    assert len(TASKS) == 12
