"""Badge and PIN open the floor on an enrolled device, to their person, and nothing else."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from orders.access import Role
from orders.models import Event, Member, User
from tests.support import cast
from tests.support.racing import race
from tests.warehouse.badges.scanners import BADGE, LOCK, OUT, PIN, Scanner, badge_for, by_password
from warehouse.badges.badges import issue_badge, unlock_badge, withdraw_badge
from warehouse.badges.devices import revoke_device
from warehouse.badges.seats import COOKIE
from warehouse.models import Badge, BadgeDevice, Device

pytestmark = pytest.mark.django_db

HOME = "/warehouse/"


@pytest.fixture
def scanner(building, lea):
    return Scanner(building, lea)


@pytest.fixture
def code(pat, building, lea):
    return badge_for(pat, building, lea)[1]


def is_in(scanner):
    return scanner.client.get(HOME).status_code == 200


def later(**span):
    return time_machine.travel(timezone.now() + timedelta(**span), tick=False)


def test_badge_and_pin_sign_in_as_the_person(scanner, code, pat):
    asked = scanner.client.get(HOME)
    assert (asked.status_code, asked["Location"]) == (302, f"{BADGE}?next=%2Fwarehouse%2F")
    assert "Scan your badge" in scanner.client.get(BADGE).content.decode()
    step = scanner.enter(code, "", next="/warehouse/pick/")
    assert "Your PIN" in step.content.decode()
    answer = scanner.enter(code, next="/warehouse/pick/")
    assert (answer.status_code, answer["Location"]) == (302, "/warehouse/pick/")
    home = scanner.client.get(HOME)
    assert home.wsgi_request.user == pat
    assert "Lock" in home.content.decode()
    device = Device.objects.get()
    assert (device.worker, device.locked_at) == (pat, None)
    assert Badge.objects.get().last_used_at is not None


def test_a_device_that_is_not_enrolled_takes_no_badge(code):
    answer = Client().post(BADGE, {"badge": code, "pin": PIN})
    assert answer.status_code == 403
    assert "takes no badges" in answer.content.decode()
    stranger = Client()
    stranger.cookies[COOKIE] = "made up"
    assert stranger.post(BADGE, {"badge": code, "pin": PIN}).status_code == 403
    assert Badge.objects.get().tries == 0


@pytest.mark.parametrize("next_url", ["https://evil.example/", "//evil.example", "/dashboard/"])
def test_a_sign_in_leads_to_the_floor_only(scanner, code, next_url):
    assert scanner.enter(code, next=next_url)["Location"] == HOME


def test_unknown_badges_and_wrong_pins_are_told_alike(scanner, code):
    unknown, wrong = scanner.enter("FB" + "1" * 24), scanner.enter(code, "999888")
    texts = [answer.content.decode() for answer in (unknown, wrong)]
    assert (unknown.status_code, wrong.status_code) == (403, 403)
    assert all("Badge or PIN is wrong." in text for text in texts)
    assert not is_in(scanner)


def test_each_wrong_pin_costs_more_time_and_the_fifth_locks(scanner, code, lea, pat):
    waits, now = [], timezone.now()
    for number in range(5):
        with time_machine.travel(now, tick=False):
            assert scanner.enter(code, f"99988{number}").status_code == 403
            early = scanner.enter(code)
            waits.append(early.get("Retry-After"))
            assert early.status_code == (429 if number < 4 else 423)
        now += timedelta(minutes=1)
    assert waits == ["2", "3", "5", "9", None]
    with later(days=1):
        assert scanner.enter(code).status_code == 423
    badge = Badge.objects.get()
    assert Event.objects.filter(kind="badge.locked", subject_id=badge.pk).count() == 1
    assert not is_in(scanner)
    unlock_badge(badge, actor=lea)
    assert scanner.enter(code).status_code == 302


def test_guesses_elsewhere_lock_nobody_out_where_they_work(building, lea, pat, code, scanner):
    assert scanner.enter(code).status_code == 302
    stranger, other = (Scanner(building, lea, name=name) for name in ("Stranger", "Other"))
    now = timezone.now()
    for number in range(5):
        with later(minutes=number + 1):
            assert stranger.enter(code, f"99988{number}").status_code == 403
    with later(hours=1):
        # Nor does another device that nobody has signed in on give the guesser five more tries.
        assert stranger.enter(code).status_code == other.enter(code).status_code == 423
        assert scanner.enter(code).status_code == 302
        assert scanner.client.post(LOCK).status_code == 200
        assert scanner.unlock(PIN).status_code == 302
        # And who guesses there locks the badge there alone.
        unlock_badge(Badge.objects.get(), actor=lea)
        assert other.enter(code).status_code == 302
    for number in range(5):
        with later(hours=2, minutes=number):
            assert scanner.enter(code, f"99988{number}").status_code == 403
    with later(hours=3):
        assert scanner.enter(code).status_code == 423
        assert other.enter(code).status_code == 302
        badge = Badge.objects.get()
        assert badge.locked_on == ["Scanner 7"]
        unlock_badge(badge, actor=lea)
        assert scanner.enter(code).status_code == 302
    assert Event.objects.filter(kind="badge.locked", at__gte=now).count() == 2


def test_a_badge_that_was_locked_on_a_lost_device_is_locked_no_more(scanner, code, lea):
    assert scanner.enter(code).status_code == 302
    BadgeDevice.objects.update(tries=5, locked_at=timezone.now())
    assert Badge.objects.get().state == "locked"
    revoke_device(scanner.device, actor=lea)
    assert (Badge.objects.get().state, BadgeDevice.objects.count()) == ("active", 0)


def test_a_right_pin_forgets_the_wrong_ones(scanner, code):
    scanner.enter(code, "999888")
    with later(seconds=5):
        assert scanner.enter(code).status_code == 302
    badge = Badge.objects.get()
    assert (badge.tries, badge.not_before, badge.locked_at) == (0, None, None)


def test_guesses_at_once_are_no_more_than_one(building, lea, code):
    scanners = [Scanner(building, lea, name=f"Scanner {number}") for number in range(6)]
    answers, _ = race(*[lambda s=s: s.enter(code, "999888").status_code for s in scanners])
    assert sorted(answers) == [403, 429, 429, 429, 429, 429]
    assert Badge.objects.get().tries == 1


def test_who_was_given_a_pin_chooses_another_one_first(scanner, pat, building, lea):
    _, code, given = issue_badge(pat, warehouse=building, actor=lea)
    assert "Choose your PIN" in scanner.enter(code, given).content.decode()
    assert not is_in(scanner)
    for new, again, problem in [
        (PIN, "204817", "differ"),
        ("123456", "123456", "easy to guess"),
        ("12345", "12345", "6 digits"),
        (given, given, "other than"),
    ]:
        answer = scanner.enter(code, given, new_pin=new, again=again)
        assert answer.status_code == 422
        assert problem in answer.content.decode()
    assert scanner.enter(code, given, new_pin=PIN, again=PIN).status_code == 302
    assert is_in(scanner)
    assert scanner.enter(code, given).status_code == 403  # the lead's no longer works


@pytest.mark.parametrize(
    "url",
    [
        "/dashboard/", "/dashboard/settings/keys/", "/admin/", "/courier/", "/accounts/login/",
        "/dev/outbox/",
    ],
)  # fmt: skip
def test_nothing_but_the_floor_opens_to_a_badge(scanner, code, pat, ada, building, url):
    """Also where the person owns a business, drives, and operates the portal."""
    Member.objects.create(user=pat, role=Role.OWNER, seller=ada.seller)
    Member.objects.create(user=pat, role=Role.COURIER, warehouse=building)
    pat.is_superuser = pat.is_staff = True
    pat.save()
    scanner.enter(code)
    refused = scanner.client.get(url)
    assert refused.status_code == 403
    assert "A badge opens the screens of the warehouse only." in refused.content.decode()
    home = scanner.client.get(HOME)
    viewer = home.wsgi_request.viewer
    assert (viewer.roles, viewer.seller_ids, viewer.courier_id) == ({"picker"}, set(), None)
    assert scanner.client.get("/warehouse/pack/").status_code == 403  # an operator might
    assert scanner.client.get("/")["Location"] == HOME


def test_roles_of_another_warehouse_do_not_come_along(scanner, code, pat):
    other = cast.make_warehouse("HAM")
    Member.objects.create(user=pat, role=Role.LEAD, warehouse=other)
    scanner.enter(code)
    viewer = scanner.client.get(HOME).wsgi_request.viewer
    assert (viewer.roles, viewer.warehouse_ids) == ({"picker"}, {scanner.device.warehouse_id})
    elsewhere = Scanner(cast.make_warehouse("MUC"), pat)
    assert "no role in this warehouse" in elsewhere.enter(code).content.decode()


def test_the_next_badge_ends_the_session_before(scanner, code, pia, building, lea):
    scanner.enter(code)
    pats = scanner.client.cookies["sessionid"].value
    _, pias = badge_for(pia, building, lea, pin="975310")
    assert scanner.enter(pias, "975310").status_code == 302
    assert scanner.client.get(HOME).wsgi_request.user == pia
    scanner.client.cookies["sessionid"] = pats
    assert scanner.client.get(HOME).status_code == 302


def test_a_stolen_session_is_worth_nothing_on_another_device(scanner, code, building, lea):
    scanner.enter(code)
    other = Scanner(building, lea, name="Scanner 8")
    other.client.cookies["sessionid"] = scanner.client.cookies["sessionid"].value
    assert other.client.get(HOME)["Location"].startswith(BADGE)
    without = Client()
    without.cookies["sessionid"] = scanner.client.cookies["sessionid"].value
    assert without.get(HOME).status_code == 302


def test_who_is_no_longer_active_is_out(scanner, code, pat):
    scanner.enter(code)
    User.objects.filter(pk=pat.pk).update(is_active=False)
    assert scanner.client.get(HOME)["Location"].startswith(BADGE)
    assert scanner.enter(code).status_code == 403


@pytest.mark.parametrize("end", ["revoke", "withdraw", "reissue", "leave"])
def test_what_ends_a_seat_ends_the_session(scanner, code, pat, lea, building, end):
    scanner.enter(code)
    assert is_in(scanner)
    badge = Badge.objects.get()
    if end == "revoke":
        revoke_device(scanner.device, actor=lea)
    elif end == "withdraw":
        withdraw_badge(badge, actor=lea)
    elif end == "leave":
        assert scanner.client.post(OUT)["Location"] == BADGE
    else:
        issue_badge(pat, warehouse=building, actor=lea)
    assert is_in(scanner) == (end == "reissue")  # who has a new badge may finish
    assert scanner.enter(code).status_code == (302 if end == "leave" else 403)


def test_a_password_session_knows_no_seat(pat):
    client = by_password(pat)
    for url in (OUT, "/warehouse/lock/", "/warehouse/unlock/"):
        assert client.post(url)["Location"] == HOME
    assert client.get(HOME).status_code == 200
