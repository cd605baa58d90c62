"""A seller who ships from a warehouse no more, and a warehouse that is closed."""

import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from orders.access import Role, Viewer
from orders.accounts.buildings import add_building, remove_building, shift_building, why_not_removed
from orders.errors import DomainError
from orders.models import (
    Event,
    Member,
    Order,
    Return,
    Seller,
    SellerWarehouse,
    Shipment,
    User,
    Warehouse,
)
from orders.returns.buildings import building_for
from tests.balance import findings
from tests.support.cast import (
    make_inbound,
    make_order,
    make_second_warehouse,
    make_user,
    put_stock,
)
from tests.support.stories import deliver, ship
from tests.warehouse.stock.test_several_warehouses import order_page, signed_in
from warehouse.corrections.correcting import Change, correct
from warehouse.inbound.announcing import cancel_inbound
from warehouse.models import Location
from warehouse.stock.allocation import allocate_due
from warehouse.stock.receiving import receive_stock

pytestmark = pytest.mark.django_db
URL = "/admin/orders"


@pytest.fixture
def leipzig(ada):
    return make_second_warehouse(ada.seller)


@pytest.fixture
def crew(leipzig):
    """Who picks, packs, drives and leads in Leipzig."""
    roles = (Role.PICKER, Role.PACKER, Role.COURIER, Role.LEAD)
    return [
        make_user(f"{role}@lej.example.com", role.title(), role, warehouse=leipzig)
        for role in roles
    ]


def row_of(ada, warehouse):
    return SellerWarehouse.objects.select_related("seller", "warehouse").get(
        seller=ada.seller, warehouse=warehouse
    )


def take_away(product, warehouse, worker):
    """The last unit there is taken out of the books."""
    place = Location.objects.get(warehouse=warehouse, code="A-01-1")
    correct(Change(product, place, -1, "lost", ""), actor=worker)


def text_of(response):
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode())))


def remove(client, row):
    return client.post(reverse("dashboard_remove_building", args=[row.pk]), follow=True)


def test_what_is_to_be_done_before_is_said(ada, lamp, leipzig, crew):
    picker, packer, courier, lead = crew
    put_stock(lamp, 3, warehouse=leipzig)
    order = make_order(ada, {"LAMP": 2})
    allocate_due()
    inbound = make_inbound(ada, {"LAMP": 4}, warehouse="LEJ")
    row, client = row_of(ada, leipzig), signed_in(ada.owner)
    wanted = [
        "1 shipment has still to leave it.",
        "3 units are in stock there: send them, or have them taken out of the books.",
        "1 inbound to it is announced or being received.",
    ]
    assert why_not_removed(row) == wanted
    page = text_of(client.get(reverse("dashboard_buildings")))
    assert all(reason in page for reason in wanted)
    assert "Take it off the list" not in page
    refused = remove(client, row)
    assert refused.status_code == 409
    assert f"Leipzig stays on the list. {' '.join(wanted)}" in text_of(refused)
    assert row_of(ada, leipzig).removed_at is None

    cancel_inbound(inbound, actor=ada.owner)
    packages = ship(leipzig, picker, packer)
    take_away(lamp, leipzig, picker)
    assert why_not_removed(row) == ["1 parcel is out with its couriers, and might come back."]
    deliver(leipzig, courier, packages, leader=lead)
    coming = Return.objects.create(
        seller=ada.seller, order=order, warehouse=leipzig, number="R-1", reason="damaged"
    )
    assert why_not_removed(row) == ["1 return to it is not finished."]
    Return.objects.filter(pk=coming.pk).update(status="refused")
    assert "Take it off the list" in text_of(client.get(reverse("dashboard_buildings")))
    assert findings() == []


def test_a_warehouse_is_left_and_its_history_stays(ada, lamp, leipzig, crew):
    picker, packer, courier, lead = crew
    put_stock(lamp, 1, warehouse=leipzig)
    order = make_order(ada, {"LAMP": 1})
    allocate_due()
    deliver(leipzig, courier, ship(leipzig, picker, packer), leader=lead)
    row, client = row_of(ada, leipzig), signed_in(ada.owner)

    told = remove(client, row)

    assert "You no longer ship from Leipzig." in text_of(told)
    row = row_of(ada, leipzig)
    assert row.removed_at <= timezone.now()
    assert (row.is_paused, row.takes_returns) == (True, False)
    event = Event.objects.filter(kind="seller.warehouses_changed").latest("pk")
    assert (event.actor, event.data["removed"]) == (ada.owner, True)
    assert remove(client, row).status_code == 404
    assert "From Leipzig" in order_page(client, order)
    viewer = Viewer.of(User.objects.get(pk=picker.pk))
    assert Shipment.objects.visible_to(viewer).filter(order=order).exists()


def test_nothing_new_comes_to_a_warehouse_that_was_left(ada, lamp, leipzig, building, lea):
    remove_building(row_of(ada, leipzig), actor=ada.owner)
    place = Location.objects.get(warehouse=leipzig, code="A-01-1")
    with pytest.raises(DomainError, match="its seller keeps nothing in Leipzig any more"):
        receive_stock(location=place, product=lamp, quantity=1, actor=lea)
    put_stock(lamp, 1)
    order = make_order(ada, {"LAMP": 1})
    allocate_due()
    assert [row.warehouse for row in order.shipments.all()] == [building]
    assert building_for(Order.objects.get(pk=order.pk), []) == building.pk
    page = text_of(signed_in(ada.owner).get(reverse("dashboard_buildings")))
    assert "Leipzig" not in page
    form = text_of(signed_in(ada.owner).get(reverse("dashboard_announce")))
    assert "Leipzig" not in form

    row = add_building(ada.seller, leipzig, actor=None)
    assert (row.removed_at, row.is_paused, row.position) == (None, False, 1)
    assert SellerWarehouse.objects.filter(seller=ada.seller).count() == 2


def test_the_usual_warehouse_and_one_that_is_gone_are_refused(ada, leipzig, building):
    usual, other = row_of(ada, building), row_of(ada, leipzig)
    with pytest.raises(DomainError, match="move another one to the first place"):
        remove_building(usual, actor=ada.owner)
    shift_building(other, steps=-1, actor=ada.owner)
    usual = row_of(ada, building)
    remove_building(usual, actor=ada.owner)
    assert Seller.objects.get(pk=ada.seller.pk).warehouse == leipzig
    for act in (
        lambda: remove_building(usual, actor=None),
        lambda: shift_building(usual, steps=-1, actor=None),
    ):
        with pytest.raises(DomainError, match="is no longer on the list"):
            act()


def acted(client, model, row, action):
    posted = {"action": action, "_selected_action": [str(row.pk)]}
    return text_of(client.post(f"{URL}/{model}/", posted, follow=True))


def test_the_operator_closes_a_warehouse_that_nobody_needs(ada, lamp, leipzig, crew):
    olga = User.objects.create_superuser("olga@example.com", "x", name="Olga")
    client = Client()
    client.force_login(olga, backend="orders.accounts.sign_in.ViewerBackend")
    put_stock(lamp, 1, warehouse=leipzig)
    said = acted(client, "warehouse", leipzig, "close")
    assert (
        "Leipzig stays open. These sellers ship from it: Ada's Lamps. "
        "People have 4 roles there: take them away. 1 unit is in stock there" in said
    )
    take_away(lamp, leipzig, crew[0])
    Member.objects.filter(warehouse=leipzig).delete()
    said = acted(client, "sellerwarehouse", row_of(ada, leipzig), "take_off")
    assert "Leipzig: Taken off the list." in said

    before = Warehouse.objects.get(pk=leipzig.pk)
    assert "Leipzig: Closed." in acted(client, "warehouse", leipzig, "close")

    with pytest.raises(DomainError, match="Leipzig is closed: open it first"):
        add_building(ada.seller, before, actor=olga)  # as it was when a page was read
    new = {"name": "Cy's Cups", "slug": "cy", "email": "cy@example.com", "warehouse": leipzig.pk}
    refused = client.post(f"{URL}/seller/add/", new)
    assert "Select a valid choice" in str(refused.context["adminform"].form.errors["warehouse"])
    person = client.get(f"{URL}/user/{olga.pk}/change/").context["inline_admin_formsets"][0]
    assert leipzig not in person.formset.empty_form.fields["warehouse"].queryset
    leipzig.refresh_from_db()
    assert leipzig.closed_at <= timezone.now()
    with pytest.raises(DomainError, match="Leipzig is closed: open it first"):
        add_building(ada.seller, leipzig, actor=olga)
    assert "Leipzig: Opened again." in acted(client, "warehouse", leipzig, "open_again")
    posted = {"seller": str(ada.seller.pk), "warehouse": str(leipzig.pk)}
    assert client.post(f"{URL}/sellerwarehouse/add/", posted).status_code == 302
    assert row_of(ada, leipzig).removed_at is None
