"""The first day, promises and numbers of sellers in the language of whoever reads: whole."""

from datetime import timedelta
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from notifications.models import MessageCount
from orders.accounts.demo import begin_demo, demo_of
from orders.models import Promise, Seller
from orders.states import DemoState
from tests.dashboard.test_numbers_page import NOW, TODAY, count
from tests.dashboard.test_returned_pages import back, sent
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import speaking
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db

DEMO, NEWS, PROMISES = "/dashboard/demo/", "/dashboard/news/", "/dashboard/promises/"
NUMBERS, RETURNED = "/dashboard/numbers/", "/dashboard/numbers/returned/"
FACTS = {
    "window": "inside", "ship": "tardy", "cycle": "left", "attempt": "at_once",
    "perfect": "faulty", "fill": "short", "returns": "damaged",
}  # fmt: skip
QUERIES = (
    "days=7", "days=90&by=channel&chart=returns", "first=2026-11-20",
    "first=2026-11-20&last=2026-11-01", "carrier=dhl&by=warehouse",
)  # fmt: skip
WRITTEN = {"Okt", "Nov", "Berlin"}  # days as CLDR writes them, and a name


def test_every_text_of_demo_data_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    pages = [client.get(DEMO)]
    begin_demo(ada.seller.pk)
    demo = demo_of(ada.seller.pk)
    for state in DemoState.values:
        Seller.objects.filter(pk=demo.pk).update(demo_state=state)
        pages.append(client.get(DEMO))
    pages += [client.post(DEMO), client.post(f"{DEMO}remove/", follow=True)]

    assert [page.status_code for page in pages] == [200, 200, 200, 200, 409, 200]
    assert [bare(page.content.decode()) for page in pages] == [set()] * len(pages)


def test_what_is_new_is_english_and_its_frame_is_not(ada, brackets):
    html = speaking(ada.owner, "de").get(NEWS).content.decode()
    frame, *texts = html.split('<ul lang="en" dir="ltr">')

    assert len(texts) > 3
    assert bare(frame + "".join(text.partition("</ul>")[2] for text in texts)) == set()


def test_every_text_of_promises_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    order = make_order(ada, {"LAMP": 1})
    empty, now = client.get(PROMISES), timezone.now()
    Promise.objects.filter(order=order).update(
        released_at=None, kept_at=now, done_at=now, is_early=True
    )
    pages = [empty, client.get(PROMISES)]
    for outcome in ("early", "missed"):
        of = f"?by=kind&of=arrives&outcome={outcome}"
        pages.append(client.get(f"{PROMISES}orders/{of}"))

    assert order.number in pages[2].content.decode()
    assert [bare(page.content.decode()) for page in pages] == [set()] * len(pages)


def test_every_text_of_the_numbers_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    with time_machine.travel(NOW, tick=False):
        pages = [client.get(NUMBERS), client.get(f"{NUMBERS}cover/")]
        order = make_order(ada, {"LAMP": 1})
        for number, outcome in FACTS.items():
            took = {"value": 7_000} if number == "cycle" else {}
            count(order, number, outcome, 30, **took)
            count(order, number, outcome, 40, day=TODAY - timedelta(days=7), **took)
        MessageCount.objects.create(
            seller=ada.seller, day=TODAY, channel="email", outcome="sent", number=3
        )
        pages += [client.get(f"{NUMBERS}?{query}") for query in QUERIES]
        pages += [
            client.get(f"{NUMBERS}rows/?figure={figure}&days=7{part}")
            for figure in ("window", "cycle", "returns")
            for part in ("", f"&carrier=dhl&channel={uuid4()}&warehouse={uuid4()}")
        ]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert "30 ⟦parcels⟧" in pages[2].content.decode()
    assert set().union(*(bare(page.content.decode()) - WRITTEN for page in pages)) == set()


@pytest.mark.breaks_books
def test_every_text_of_returned_units_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")
    with time_machine.travel(NOW, tick=False):
        pages = [client.get(RETURNED)]
        order = sent(ada, {"LAMP": 40}, TODAY - timedelta(days=2))
        done = {"received": 3, "inspected": 3, "restocked": 1, "written_off": 2}
        back(order, 3, reason="damaged", status="closed", **done)
        back(sent(ada, {"LAMP": 40}, TODAY - timedelta(days=100)), 1)
        pages += [
            client.get(RETURNED),
            client.get(f"{RETURNED}rows/?reason=damaged"),
            client.get(f"{RETURNED}rows/?reason=wrong&first=2026-11-20&last=2026-11-20"),
        ]

    assert [page.status_code for page in pages] == [200] * len(pages)
    assert set().union(*(bare(page.content.decode()) - WRITTEN for page in pages)) == set()
