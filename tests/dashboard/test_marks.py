"""Marks on matters that need attention: taken by a person, snoozed as they were seen."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from fulfillment.dashboard.queries.worklist import worklist
from orders.access import Viewer
from orders.lifecycle.cancel import cancel_order
from orders.models import MatterMark, Package
from tests.support import cast
from tests.support.stories import go_out, ship
from warehouse.couriers.runs import fail_stop
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

HOME = "/dashboard/"


@pytest.fixture(autouse=True)
def monday():
    """Ten in the morning where the goods lie."""
    with time_machine.travel(cast.MONDAY):
        yield


@pytest.fixture
def shop(ada):
    """Ada with fifty lamps."""
    cast.make_product(ada, "LAMP", "Brass lamp")
    cast.put_stock(ada.products["LAMP"], 50)
    return ada


@pytest.fixture
def client(ada):
    """Ada's browser."""
    browser = Client()
    browser.force_login(ada.owner)
    return browser


def mark_of(kind, subject):
    return f"{HOME}attention/{kind}/{subject.pk}/"


def found_matter(side, kind):
    (matter,) = worklist(Viewer.of(side.owner), timezone.now())[kind]
    return matter


def test_a_matter_is_snoozed_for_all_and_comes_back(shop, client):
    order = cast.make_order(shop, {"NOBODY": 1})
    cast.make_order(shop, {"NOTHING": 1})
    mark = f"{HOME}attention/held/{order.holds.get().pk}/"
    client.post(mark, {"until": "2026-11-25"})
    text = client.get(HOME).content.decode()
    assert order.number not in text and "1 snoozed</a>" in text
    assert order.number in client.get(HOME, {"snoozed": "1"}).content.decode()
    with time_machine.travel("2026-11-25 06:01Z"):  # after seven in the morning, in Berlin
        client.force_login(shop.owner)
        assert order.number in client.get(HOME).content.decode()
    client.post(mark, {"wake": "1"})
    assert order.number in client.get(HOME).content.decode()


@pytest.mark.parametrize(
    ("day", "status", "said"),
    [
        ("2026-11-20", 409, "Choose a day after today, within 92 days."),
        ("2028-01-01", 409, "Choose a day after today, within 92 days."),
        ("soon", 422, "Enter a day, such as 2026-12-24."),
        ("", 422, "Choose the day on which it comes back."),
    ],
)
def test_a_refused_day_of_a_snooze_stands_in_its_field(shop, client, day, status, said):
    order = cast.make_order(shop, {"NOBODY": 1})
    answer = client.post(mark_of("held", order.holds.get()), {"until": day})
    assert answer.status_code == status
    text = answer.content.decode()
    assert f'value="{day}" aria-invalid="true"' in text
    assert f'id="refused-until">{said}</p>' in text
    assert text.count('<details class="matter-mark" open>') == 1


def test_a_snooze_does_not_hide_what_happens_later(shop, client, building, pat, pia, cory):
    order = cast.make_order(shop, {"LAMP": 1})
    run = go_out(building, cory, ship(building, pat, pia), leader=pia)
    fail_stop(run.stops.get(), reason="not_home", actor=cory)
    package = Package.objects.get(order=order)
    mark = mark_of("attempt_failed", package)
    seen = found_matter(shop, "attempt_failed").since.isoformat()
    client.post(mark, {"until": "2026-12-24", "since": seen})
    text = client.get(HOME).content.decode()
    assert order.number not in text and "One matter is snoozed until its day." in text
    with time_machine.travel("2026-11-24 12:00Z"):
        client.force_login(shop.owner)
        run = go_out(building, cory, [package], leader=pia)
        fail_stop(run.stops.get(), reason="address_wrong", actor=cory)
        text = client.get(HOME).content.decode()
        assert order.number in text and "snoozed</a>" not in text
        stale = client.post(mark, {"until": "2026-12-24", "since": seen})
        assert stale.status_code == 409
        assert "More has happened since you opened this page." in stale.content.decode()
        client.post(mark, {"take": "1"})  # whoever takes it has not snoozed it
        assert order.number in client.get(HOME).content.decode()
        client.post(mark, {"until": "2026-12-24"})
        assert order.number not in client.get(HOME).content.decode()


def test_what_is_late_soon_is_snoozed_too(shop, client):
    """It is a matter since a moment that is still to come."""
    order = cast.make_order(shop, {"LAMP": 1})
    allocate_due()
    order.shipments.update(ship_by=timezone.now() + timedelta(hours=2))
    shipment = order.shipments.get()
    client.post(mark_of("late", shipment), {"until": "2026-11-25"})
    assert order.number not in client.get(HOME).content.decode()


def test_the_page_denies_no_matter_that_is_snoozed(shop, client):
    order = cast.make_order(shop, {"NOBODY": 1})
    assert "Nothing is snoozed" in client.get(HOME, {"snoozed": "1"}).content.decode()
    client.post(mark_of("held", order.holds.get()), {"until": "2026-11-25"})
    text = client.get(HOME).content.decode()
    assert "No action needed now" in text and "No order is blocked or at risk." not in text
    assert "One matter is snoozed until its day. Nothing else is blocked or at risk." in text
    cancel_order(order, actor=shop.owner)
    text = client.get(HOME).content.decode()
    assert "No order is blocked or at risk." in text and "snoozed" not in text


def test_a_matter_is_taken_and_given_back(shop, client, bo):
    order = cast.make_order(shop, {"NOBODY": 1})
    mark = f"{HOME}attention/held/{order.holds.get().pk}/"
    for _ in range(2):  # a double click
        client.post(mark, {"take": "1"})
    (entry,) = client.get(HOME).context["bands"][0].groups[0].rows
    assert entry.mark.owner == shop.owner
    assert "Give it back" in client.get(HOME).content.decode()
    client.post(mark, {"take": "0"})
    (entry,) = client.get(HOME).context["bands"][0].groups[0].rows
    assert entry.mark.owner is None
    thief = Client()
    thief.force_login(bo.owner)
    assert thief.post(mark, {"take": "1"}).status_code == 404
    assert client.post(mark.replace("held", "late"), {"take": "1"}).status_code == 404


def test_a_matter_of_a_colleague_is_taken_only_by_who_saw_that_it_is_theirs(shop, client):
    order = cast.make_order(shop, {"NOBODY": 1})
    mark = mark_of("held", order.holds.get())
    abe = cast.make_user("abe@example.com", "Abe", "staff", seller=shop.seller)
    colleague = Client()
    colleague.force_login(abe)
    colleague.post(mark, {"take": "1", "owner": ""})
    stale = client.post(mark, {"take": "1", "owner": ""})
    assert stale.status_code == 409
    assert "Abe sees to it by now." in stale.content.decode()
    client.post(mark, {"take": "0"})
    assert MatterMark.objects.get().owner == abe
    assert f'name="owner" value="{abe.pk}"' in client.get(HOME).content.decode()
    client.post(mark, {"take": "1", "owner": abe.pk})
    assert MatterMark.objects.get().owner == shop.owner
