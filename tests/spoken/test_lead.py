"""Screens of a lead, each wholly in one language: board, runs, points, people, places."""

import pytest
from babel.dates import get_month_names
from django.utils import timezone

from orders.access import Role
from orders.models import Invitation, Member, PickupPoint
from tests.spoken.test_floor import bare, sender
from tests.spoken.test_pages import speaking
from tests.support.cast import make_order, make_user
from tests.support.stages import open_house, sent_packages
from tests.warehouse.walking import take
from warehouse.badges.devices import enrol_device
from warehouse.models import Cart, Location
from warehouse.stock.allocation import allocate_due

pytestmark = pytest.mark.django_db

BOARD, PLAN, POINTS = "/warehouse/board/", "/warehouse/runs/plan/", "/warehouse/points/"
PLACES, LABELS = "/warehouse/locations/", "/warehouse/labels/"
BADGES, DEVICES = "/warehouse/badges/", "/warehouse/devices/"
NUMBERS = ("due", "to-pick", "picked", "on-hold", "missed", "picks", "shorts", "put-back")


@pytest.fixture
def house():
    return open_house()


@pytest.fixture
def lead(house):
    return make_user("lea@example.com", "Lea", Role.LEAD, warehouse=house.warehouse)


@pytest.fixture
def client(lead):
    return speaking(lead, "de")


def texts_of(house, answers, *names):
    people = (house.ada.seller, house.bo.seller, house.pat, house.cory, "Lea")
    months = get_month_names("abbreviated", locale="de").values()
    return bare(answers, house.warehouse, *people, *names, *months)


def test_every_text_of_the_board_comes_from_the_catalogue(house, client, brackets):
    empty = client.get(BOARD)
    Location.objects.filter(code="A-01-1").update(zone="A")
    type(house.warehouse).objects.update(picks_by_zone=True)
    orders = [make_order(house.ada, {"LAMP": 1}) for _ in range(3)]
    allocate_due()
    take(house.warehouse, house.pat)

    answers = [empty, client.get(BOARD), client.get(f"{BOARD}?still=1")]
    answers += [client.get(f"{BOARD}rows/?of={of}") for of in NUMBERS]

    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert texts_of(house, answers, *orders) == set()


def test_every_text_of_a_run_to_plan_comes_from_the_catalogue(house, client, brackets):
    empty = client.get(PLAN)
    [parcel] = sent_packages(house, {"LAMP": 1})
    order, sends = parcel.order, sender(client, PLAN)
    given = {"courier": str(house.cory.pk), "on": timezone.localdate().isoformat()}
    answers = [
        empty,
        client.get(PLAN),
        sends(PLAN, **given),
        sends(PLAN, **given, **{f"hour_{order.pk}": "4"}),
        sends(PLAN, **(given | {"on": "2020-01-01"}), **{f"hour_{order.pk}": "9"}),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 409, 409, 409]
    names = (order, order.customer_name, order.street, order.city)
    assert texts_of(house, answers, *names) == set()


def test_every_text_of_a_pickup_point_comes_from_the_catalogue(house, client, brackets):
    sends = sender(client, f"{POINTS}add/")
    kiosk = {
        "name": "Kiosk", "street": "Torstraße 9", "postcode": "10119", "city": "Berlin",
        "country": "DE", "days_kept": "7", "day_0": "9:00",
    }  # fmt: skip
    answers = [
        client.get(POINTS),
        client.get(f"{POINTS}add/"),
        sends(f"{POINTS}add/", **(kiosk | {"name": ""})),
        sends(f"{POINTS}add/", **(kiosk | {"postcode": "x"})),
        sends(f"{POINTS}add/", **(kiosk | {"country": "1"})),
        sends(f"{POINTS}add/", **kiosk),
        sends(f"{POINTS}add/", **kiosk),
    ]
    mine = f"{POINTS}{PickupPoint.objects.get().pk}/"
    answers += [
        client.get(mine),
        sends(mine, **(kiosk | {"day_1": "9:00"})),
        sends(f"{mine}close/"),
        sends(f"{mine}close/"),
        sends(mine, **kiosk),
    ]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [200, 200, 409, 409, 409, 200, 409, 200, 200, 200, 409, 409]
    assert texts_of(house, answers, *kiosk.values(), "Mo", "Di") == set()


def test_a_lead_reads_the_board_in_polish(house, lead):
    make_order(house.ada, {"LAMP": 2})
    allocate_due()

    page = speaking(lead, "pl").get(BOARD)

    assert page.headers["Content-Language"] == "pl"
    assert "Do wysłania, według terminu" in page.content.decode()


def test_every_text_of_badges_and_devices_comes_from_the_catalogue(house, client, lead, brackets):
    mine = f"{BADGES}{house.pat.pk}/"
    sure = {"sure": "1"}
    answers = [
        client.get(BADGES),
        client.post(f"{mine}badge/", sure),
        client.get(BADGES),
        client.post(f"{mine}pin/", sure),
        client.post(f"{mine}unlock/"),
        client.post(f"{mine}withdraw/", follow=True),
        client.post(f"{mine}pin/", sure),
        client.post(DEVICES, {"name": ""}),
    ]
    device, _ = enrol_device(house.warehouse, name="Lea", actor=lead)
    answers += [
        client.post(DEVICES, {"name": "Lea"}),
        client.get(BADGES),
        client.post(f"{DEVICES}{device.pk}/revoke/", follow=True),
    ]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [200, 201, 200, 201, 409, 200, 409, 422, 409, 200, 200]
    assert texts_of(house, answers) == set()


def test_every_text_of_the_people_comes_from_the_catalogue(house, client, lead, brackets):
    grace = {"email": "grace@example.com", "role": "picker", "place": str(house.warehouse.pk)}
    people = "/warehouse/people/"
    member = Member.objects.get(user=house.pat)
    answers = [
        client.get(people),
        client.post(people, grace | {"email": "no"}),
        client.post(people, grace | {"role": ""}),
        client.post(people, grace, follow=True),
        client.post(f"{people}{member.pk}/remove/", follow=True),
        client.post(f"/warehouse/invited/{Invitation.objects.get().pk}/withdraw/", follow=True),
    ]

    assert [answer.status_code for answer in answers] == [200, 422, 422, 200, 200, 200]
    addresses = ("grace@example.com", "lea@example.com", "pat@example.com", "cory@example.com")
    assert texts_of(house, answers, *addresses) == set()


def test_every_text_of_locations_comes_from_the_catalogue(house, client, brackets):
    here = Location.objects.get(code="A-01-1")
    mine, new = f"{PLACES}{here.pk}/", f"{PLACES}new/"
    sends = sender(client, mine)
    type(house.warehouse).objects.update(picks_by_zone=True)
    Cart.objects.create(warehouse=house.warehouse, code="C-01-01", slots=2)
    rack = {
        "zone": "B", "first_aisle": "1", "last_aisle": "1", "bays": "2", "kind": "shelf",
        "use": "waits", "pickers": "all",
    }  # fmt: skip
    answers = [
        client.get(PLACES),
        client.get(f"{PLACES}?begins=Z"),
        client.get(f"{PLACES}?kind=dock"),
        client.get(new),
        client.get(new, rack),
        client.get(new, rack | {"zone": "C"}),
        client.get(new, rack | {"zone": "-", "bays": "0"}),
        client.get(new, rack | {"zone": "DO"}),
        client.get(new, rack | {"first_aisle": "2"}),
        client.get(new, rack | {"last_aisle": "999", "bays": "999"}),
        sends(new, **rack),
        sends(new, **(rack | {"bays": "3"})),
        client.get(mine),
        sends(mine, kind="bin", use="waits", walk_position="1", zone=""),
        sends(mine, kind="bin", use="stock", walk_position="1", zone="A"),
        sends(f"{mine}close/", closed="yes"),
        sends(f"{mine}delete/"),
        sends(f"{mine}block/", blocked="on", note="Lea"),
    ]
    mine = f"{PLACES}{Location.objects.get(code='B-01-01').pk}/"
    answers += [
        client.get(mine),
        sends(f"{mine}close/", closed="yes"),
        client.get(PLACES),
        sends(f"{mine}close/", closed="no"),
        sends(f"{mine}delete/"),
    ]

    statuses = [answer.status_code for answer in answers]
    refused = [number for number, status in enumerate(statuses) if status != 200]
    assert ([statuses[number] for number in refused], refused) == (
        [409] * 7, [5, 7, 8, 9, 13, 15, 16],
    )  # fmt: skip
    assert texts_of(house, answers, "Brass lamp", "Linen shade", "Blue mug") == set()


def test_every_text_of_label_sheets_comes_from_the_catalogue(house, client, brackets):
    kinds = ("locations", "totes", "carts", "cells", "products", "commands")
    answers = [client.get(LABELS, {"what": kind}) for kind in kinds]
    answers += [
        client.get(LABELS, {"what": "locations", "begins": "Z", "zone": "A"}),
        client.get(LABELS, {"what": "locations", "skip": "-1"}),
        client.get(f"{LABELS}file/", {"what": "carts", "format": "pdf"}),
        client.get(f"{LABELS}file/", {"what": "commands", "format": "pdf", "paper": "a4-24"}),
    ]

    statuses = [answer.status_code for answer in answers]
    assert statuses == [200] * 8 + [409, 200]
    assert answers.pop()["Content-Type"] == "application/pdf"
    assert texts_of(house, answers, "Brass lamp", "Linen shade", "Blue mug") == set()
