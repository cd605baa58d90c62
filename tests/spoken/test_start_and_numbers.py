"""The first day, promises and numbers of sellers in the language of whoever reads: whole."""

import pytest
from django.utils import timezone

from orders.accounts.demo import begin_demo, demo_of
from orders.models import Promise, Seller
from orders.states import DemoState
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import speaking
from tests.support.cast import make_order

pytestmark = pytest.mark.django_db

DEMO, NEWS, PROMISES = "/dashboard/demo/", "/dashboard/news/", "/dashboard/promises/"


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
