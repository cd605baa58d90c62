"""Leads issue badges, give PINs, unlock, enrol and revoke devices, in their own warehouse."""

import pytest
from django.test import Client

from orders.access import Role, Viewer
from orders.accounts.invitations import Place, invite
from orders.keys import token_hash
from orders.models import Event, Invitation
from tests.support import cast
from tests.warehouse.badges.scanners import BADGE, PIN, Scanner, badge_for, by_password
from warehouse.badges.badges import check_pin, issue_badge
from warehouse.badges.pins import check_shape, is_easy, matches, random_pin, renewed
from warehouse.badges.seats import COOKIE
from warehouse.models import Badge, Device

pytestmark = pytest.mark.django_db

PEOPLE, DEVICES = "/warehouse/badges/", "/warehouse/devices/"
SURE = {"sure": "1"}


@pytest.fixture
def lead(lea):
    return by_password(lea)


def test_a_badge_is_shown_once_and_only_hashes_are_kept(lead, lea, pat):
    assert lead.post(f"{PEOPLE}{pat.pk}/badge/").status_code == 422
    answer = lead.post(f"{PEOPLE}{pat.pk}/badge/", SURE)
    code, pin = answer.context["code"], answer.context["pin"]
    badge = Badge.objects.get()
    assert answer.status_code == 201
    assert "no-store" in answer["Cache-Control"]
    assert pin in answer.content.decode()
    assert "data:image/svg+xml;base64," in answer.content.decode()
    assert (bytes(badge.code_hash), badge.is_given_pin) == (token_hash(code), True)
    assert pin not in badge.pin
    page = lead.get(PEOPLE).content.decode()
    assert (code in page, pin in page) == (False, False)
    event = Event.objects.get(kind="badge.issued")
    assert (event.subject_id, event.actor, event.data) == (badge.pk, lea, {})


def test_a_new_badge_ends_the_former_and_a_new_pin_keeps_it(lead, lea, pat, building):
    scanner = Scanner(building, lea)
    _, former = badge_for(pat, building, lea)
    pin = lead.post(f"{PEOPLE}{pat.pk}/pin/", SURE).context["pin"]
    assert scanner.enter(former).status_code == 403
    Badge.objects.update(tries=0, not_before=None)
    assert "Choose your PIN" in scanner.enter(former, pin).content.decode()
    answer = lead.post(f"{PEOPLE}{pat.pk}/badge/", SURE)
    assert scanner.enter(former, pin).status_code == 403
    code, pin = answer.context["code"], answer.context["pin"]
    assert scanner.enter(code, pin, new_pin=PIN, again=PIN).status_code == 302
    assert Badge.objects.count() == 1


def test_a_locked_badge_is_unlocked_and_one_is_withdrawn(lead, lea, pat, building):
    badge, _ = badge_for(pat, building, lea)
    assert lead.post(f"{PEOPLE}{pat.pk}/unlock/").status_code == 409
    Badge.objects.update(tries=5, locked_at=badge.issued_at)
    assert "Locked after wrong PINs on other devices" in lead.get(PEOPLE).content.decode()
    assert lead.post(f"{PEOPLE}{pat.pk}/unlock/").status_code == 302
    assert Badge.objects.get().locked_at is None
    assert lead.post(f"{PEOPLE}{pat.pk}/withdraw/").status_code == 302
    assert lead.post(f"{PEOPLE}{pat.pk}/withdraw/").status_code == 409
    assert lead.post(f"{PEOPLE}{pat.pk}/pin/", SURE).status_code == 409
    assert "Badge withdrawn" in lead.get(PEOPLE).content.decode()


def test_a_lead_enrols_the_device_in_hand_and_is_signed_out_of_it(lead, lea, building):
    assert lead.post(DEVICES, {"name": ""}).status_code == 422
    answer = lead.post(DEVICES, {"name": "Scanner 7"})
    cookie = answer.cookies[COOKIE]
    assert (answer.status_code, answer["Location"]) == (302, BADGE)
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/")
    device = Device.objects.get()
    assert (device.warehouse, bytes(device.token_hash)) == (building, token_hash(cookie.value))
    assert lead.get(PEOPLE)["Location"].startswith(BADGE)
    again = by_password(lea)
    assert again.post(DEVICES, {"name": "Scanner 7"}).status_code == 409
    assert again.post(f"{DEVICES}{device.pk}/revoke/").status_code == 302
    assert again.post(f"{DEVICES}{device.pk}/revoke/").status_code == 409
    assert lead.get(BADGE).status_code == 403
    assert again.post(DEVICES, {"name": "Scanner 7"}).status_code == 302
    assert Event.objects.filter(kind__startswith="device.", actor=lea).count() == 3


def test_people_and_devices_of_another_warehouse_are_not_there(lead, pat):
    elsewhere = cast.make_warehouse("HAM")
    mia = cast.make_user("mia@example.com", "Mia", Role.LEAD, warehouse=elsewhere)
    paul = cast.make_user("paul@example.com", "Paul", Role.PICKER, warehouse=elsewhere)
    issue_badge(paul, warehouse=elsewhere, actor=mia)
    device = Scanner(elsewhere, mia, name="Far away").device
    page = lead.get(PEOPLE).content.decode()
    assert ("Paul" in page, "Far away" in page) == (False, False)
    for act in ("badge", "pin", "unlock", "withdraw"):
        assert lead.post(f"{PEOPLE}{paul.pk}/{act}/", SURE).status_code == 404
    assert lead.post(f"{DEVICES}{device.pk}/revoke/").status_code == 404
    assert lead.post(f"{PEOPLE}{pat.pk}/pin/", SURE).status_code == 404  # Pat has no badge


def test_sellers_and_couriers_get_no_badge(lead, ada, cory):
    for user in (ada.owner, cory):
        assert lead.post(f"{PEOPLE}{user.pk}/badge/", SURE).status_code == 404
    assert not Badge.objects.exists()


def test_a_badge_lets_nobody_in_or_out(lea, building, pat, settings):
    settings.REAUTHENTICATE_SECONDS = 0  # which asks nobody again, and opens no more to a badge
    boss = cast.make_user("boss@example.com", "Boss", Role.LEAD, warehouse=building)
    new = invite("new@example.com", Role.PICKER, Place(warehouse=building), viewer=Viewer.of(boss))
    scanner = Scanner(building, lea)
    scanner.enter(badge_for(lea, building, lea)[1])
    assert scanner.client.get("/warehouse/runs/").status_code == 200
    crew = "/warehouse/people/"
    for url in (
        PEOPLE,
        f"{PEOPLE}{pat.pk}/badge/",
        DEVICES,
        crew,
        f"{crew}{pat.members.get().pk}/remove/",
        f"/warehouse/invited/{new.pk}/withdraw/",
    ):
        sent = {"name": "Mine", "email": "me@example.com", "role": "lead"}
        answer = scanner.client.post(url, SURE | sent)
        answer = scanner.client.get(url) if answer.status_code == 405 else answer
        assert answer.status_code == 409
        assert "Sign in with your password" in answer.content.decode()
    assert "boss@" not in scanner.client.get(crew).content.decode()
    assert (Badge.objects.count(), Device.objects.count()) == (1, 1)
    assert list(Invitation.objects.open()) == [new]
    assert pat.members.exists()


def test_a_stranger_is_sent_to_the_password_where_no_device_is_enrolled():
    assert Client().get(PEOPLE)["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("pin", ["000000", "121212", "123456", "987654", "890123", "210987"])
def test_what_anybody_would_try_first_is_no_pin(pin):
    assert is_easy(pin)


def test_pins_are_bound_to_badge_and_server(settings, pat, building, lea):
    badge, other = badge_for(pat, building, lea)[0], badge_for(lea, building, lea)[0]
    assert matches(PIN, badge.pk, badge.pin)
    assert not matches(PIN, other.pk, badge.pin)
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [settings.SECRET_KEY]
    device = Scanner(building, lea).device
    check_pin(badge, PIN, device=device)  # hashes it anew
    settings.SECRET_KEY_FALLBACKS = []
    assert not matches(PIN, badge.pk, badge.pin)
    badge.refresh_from_db()
    assert matches(PIN, badge.pk, badge.pin)
    assert renewed(PIN, badge.pk, badge.pin) == badge.pin
    check_shape(random_pin())
