"""The pages of announced goods in the language of whoever reads: whole."""

import pytest

from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import language_of, speaking
from tests.support.cast import make_damage, make_inbound, make_product
from warehouse.inbound.receiving import close_inbound, receive_units
from warehouse.models import Location

pytestmark = pytest.mark.django_db

PAGE = "/dashboard/inbound/"


@pytest.fixture
def closed(ada, pat):
    """An inbound of which a unit is missing, one came damaged, and one came too many."""
    lamp, shade = make_product(ada, "LAMP", "Lamp"), make_product(ada, "SHADE", "Shade")
    inbound = make_inbound(ada, {"LAMP": 4, "SHADE": 1}, reference="4711")
    dock = Location.objects.get(code="DOCK")
    for product, units in ((lamp, 2), (shade, 2)):
        receive_units(inbound, product=product, quantity=units, location=dock, actor=pat)
    make_damage(inbound, lamp, pat)
    return close_inbound(inbound, came=5, actor=pat)


def test_every_text_of_announced_goods_comes_from_the_catalogue(ada, closed, brackets):
    client = speaking(ada.owner, "de")
    given = {
        "reference": "4711",
        "expected_on": "2026-11-24",
        "lines": "LAMP\nLAMP 2\nNO 1\nLAMP 3",
    }
    here = f"{PAGE}{closed.pk}/"

    answers = [
        client.get(PAGE),
        client.get(f"{PAGE}new/"),
        client.get(here),
        client.post(f"{PAGE}new/", given | {"lines": "LAMP 2\nNO 1\nLAMP 3"}),
        client.post(f"{PAGE}new/", given | {"lines": "LAMP 2"}),
        client.post(f"{PAGE}new/", given | {"reference": "4712", "lines": "LAMP 2"}, follow=True),
        client.post(f"{here}cancel/", follow=True),
        client.post(f"{here}settle/", follow=True),
        client.post(f"{here}settle/", follow=True),
    ]

    statuses = [200, 200, 200, 422, 409, 200, 409, 200, 409]
    assert [answer.status_code for answer in answers] == statuses
    assert [bare(answer.content.decode()) for answer in answers] == [set()] * len(answers)


def test_the_state_of_goods_agrees_with_what_they_are(ada, closed):
    page = speaking(ada.owner, "fr").get(f"{PAGE}{closed.pk}/")

    assert language_of(page) == "fr"
    assert "Reçue, avec un écart" in page.content.decode()  # la réception
    assert ">Reçues<" in page.content.decode()  # les unités
