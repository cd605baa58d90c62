"""The checklist of a new seller ticks itself, and can be put away; what is new can be read."""

import pytest
from django.test import Client

from fulfillment.dashboard.queries.first_day import first_day
from fulfillment.dashboard.queries.news import news, read_changelog
from notifications.models.settings import MessageSettings
from orders.access import Role, Viewer
from orders.keys import new_id
from orders.models import Seller
from tests.support import cast
from tests.support.stories import ship

pytestmark = pytest.mark.django_db

HOME = "/dashboard/"


@pytest.fixture
def client(ada):
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def done(side):
    """The names of the steps that are ticked, or None where there is no checklist."""
    found = first_day(Viewer.of(side.owner).through(Role.OWNER))
    return found and [step.name for step in found.steps if step.is_done]


def test_each_step_is_ticked_by_its_fact(ada, client, building, pat, pia):
    Seller.objects.filter(pk=ada.seller.pk).update(services_version=None)
    assert done(ada) == []
    cast.make_product(ada, "LAMP", "Brass lamp")
    assert done(ada) == ["product"]
    cast.put_stock(ada.products["LAMP"], 2)
    assert done(ada) == ["product", "stock"]
    Seller.objects.filter(pk=ada.seller.pk).update(services_version=new_id())
    MessageSettings.objects.filter(seller=ada.seller).update(accent="#123456")
    assert done(ada) == ["product", "stock", "service", "look"]
    ada.seller.api_keys.update(last_used_at=cast.MONDAY)
    cast.make_order(ada, {"LAMP": 1})
    assert done(ada) == ["channel", "product", "stock", "service", "look", "order"]
    assert "6 of 7" in client.get(HOME).content.decode()
    ship(building, pat, pia)
    assert done(ada) is None
    assert "Your first parcel" not in client.get(HOME).content.decode()


def test_facts_of_another_seller_tick_nothing(ada, bo):
    cast.make_product(bo, "TEA", "Green tea")
    assert (done(ada), done(bo)) == (["service"], ["product", "service"])


def test_it_is_put_away_for_good_and_only_ones_own(ada, bo, client):
    page = client.get(HOME).content.decode()
    assert '<a href="/dashboard/products/">Enter your products</a>' in page
    assert client.get("/dashboard/checklist/").status_code == 405
    assert client.post("/dashboard/checklist/").headers["Location"] == HOME
    away = Seller.objects.get(pk=ada.seller.pk).checklist_away_at
    assert away is not None
    assert "Your first parcel" not in client.get(HOME).content.decode()
    client.post("/dashboard/checklist/")
    assert Seller.objects.get(pk=ada.seller.pk).checklist_away_at == away
    assert done(bo) == ["service"]


def test_what_is_new_is_the_changelog_for_users(client):
    text = client.get("/dashboard/news/").content.decode()
    assert "This version" in text
    assert 'href="/dashboard/news/"' in client.get(HOME).content.decode()
    entries = [entry for version in news() for group in version.groups for entry in group.entries]
    assert len(entries) > 100
    assert not [entry for entry in entries if entry.startswith("<code>script/")]


def test_entries_are_read_with_their_lines_and_marks_and_no_html():
    (version,) = read_changelog(
        "# Changelog\n\n## Unreleased\n\n### Added\n\n- Under *Stock*, `SKU`\n  <b>x</b> "
        "[docs](d.md)\n- `script/bench` says more.\n\n### Fixed\n\n- One.\n"
    )
    assert version.name == "This version"
    assert [(group.heading, group.entries) for group in version.groups] == [
        ("New", ["Under <em>Stock</em>, <code>SKU</code> &lt;b&gt;x&lt;/b&gt; docs"]),
        ("Mended", ["One."]),
    ]
