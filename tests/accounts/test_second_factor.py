"""The second factor: set up, asked at sign-in, compulsory after a date, and hard to guess."""

import re
from datetime import timedelta
from io import StringIO
from ipaddress import ip_network

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from orders.access import Role
from orders.models import Member, User
from tests.support import cast
from tests.support.signing_in import SECRET, code_at, give_app, sign_in

pytestmark = pytest.mark.django_db

ACCOUNT, APP, ASK = "/accounts/", "/accounts/2fa/app/", "/accounts/2fa/authenticate/"
PERSONAL_DATA = "/dashboard/personal-data/"
CODES = "/accounts/2fa/codes/"
IN_15_DAYS = timedelta(days=15)


def second_step(user, code):
    """The answer to a code, after the right password."""
    return sign_in(user).post(ASK, {"code": code})


def test_an_app_is_set_up_and_asked_from_then_on(ada, mails):
    browser = sign_in(ada.owner)
    page = browser.get(APP).content.decode()
    secret = re.search(r"<span class='code'>(\w{32})</span>", page)[1]
    answer = browser.post(APP, {"code": code_at(secret=secret)})
    assert answer["Location"] == CODES
    codes = re.findall(r'<li class="code">(\d{8})</li>', browser.get(CODES).content.decode())
    assert len(set(codes)) == 10
    assert codes[0] not in browser.get(CODES).content.decode()  # shown once
    assert mails()[0].subject == "An authenticator app was added"

    stranger = sign_in(ada.owner)
    assert stranger.get("/dashboard/")["Location"].startswith("/accounts/login/")
    assert stranger.post(ASK, {"code": "000000"}).status_code == 200
    assert stranger.get("/dashboard/").status_code == 302
    assert stranger.post(ASK, {"code": code_at(1, secret)})["Location"] == "/"
    assert stranger.get("/dashboard/").status_code == 200


def test_secrets_are_kept_encrypted(ada):
    codes = give_app(ada.owner)
    kept = str(list(Authenticator.objects.values_list("data", flat=True)))
    assert SECRET not in kept
    assert not any(code in kept for code in codes)


def test_a_code_is_taken_once_and_a_recovery_code_too(ada):
    recovery = give_app(ada.owner)
    for code in (code_at(), recovery[0]):
        assert second_step(ada.owner, code).status_code == 302, code
        cache.clear()  # allauth's own mark is in the process that saw the code
        assert second_step(ada.owner, code).status_code == 200, code
    assert second_step(ada.owner, recovery[1]).status_code == 302


@pytest.mark.parametrize(("steps", "status"), [(-2, 200), (-1, 302), (1, 302), (2, 200)])
def test_a_clock_may_be_half_a_minute_off(ada, steps, status):
    give_app(ada.owner)
    with time_machine.travel(timezone.now(), tick=False):
        assert second_step(ada.owner, code_at(steps)).status_code == status


def test_guesses_of_a_code_are_counted_by_account(ada, settings):
    give_app(ada.owner)
    settings.RATE_SIGN_IN = 3
    for number in range(3):
        browser = sign_in(ada.owner, REMOTE_ADDR=f"203.0.{number}.1")
        assert "Incorrect code" in browser.post(ASK, {"code": "000000"}).content.decode()
    browser = sign_in(ada.owner, REMOTE_ADDR="198.51.100.1")
    answer = browser.post(ASK, {"code": code_at()})
    assert answer.status_code == 200
    assert "Too many wrong codes: try again in" in answer.content.decode()


def test_guesses_elsewhere_lock_nobody_out_of_a_browser_or_network_of_his_own(ada, settings):
    recovery = give_app(ada.owner)
    own = sign_in(ada.owner, REMOTE_ADDR="198.51.100.1")
    assert own.post(ASK, {"code": recovery[0]}).status_code == 302
    settings.RATE_SIGN_IN = 3
    thief = sign_in(ada.owner, REMOTE_ADDR="203.0.113.1")
    thief.cookies["known_device"] = own.cookies["known_device"].value[:-1] + "x"
    for _ in range(4):
        said = thief.post(ASK, {"code": "000000"}).content.decode()
    assert "Too many wrong codes" in said

    beside = sign_in(ada.owner, REMOTE_ADDR="198.51.100.9")
    assert beside.post(ASK, {"code": recovery[1]}).status_code == 302
    UserSession.objects.all().delete()
    own.post("/accounts/logout/")
    own.post("/accounts/login/", {"login": ada.owner.email, "password": cast.PASSWORD})
    for _ in range(2):
        assert own.post(ASK, {"code": "000000"}).status_code == 200
    assert own.post(ASK, {"code": recovery[2]}).status_code == 302


def test_only_who_shows_the_second_factor_makes_a_browser_known(ada):
    before = sign_in(ada.owner)  # with the password, which somebody else may know
    assert "known_device" not in before.post(ASK, {"code": "000000"}).cookies
    recovery = give_app(ada.owner)
    own = sign_in(ada.owner)
    assert "known_device" in own.post(ASK, {"code": recovery[0]}).cookies
    del own.cookies["known_device"]
    assert "known_device" not in own.post(ASK, {"code": "000000"}).cookies


def test_right_codes_use_up_nothing(ada, settings):
    recovery = give_app(ada.owner)
    settings.RATE_SIGN_IN = 2
    assert [second_step(ada.owner, code).status_code for code in recovery[:5]] == [302] * 5


# Compulsory


def user_of(role, ada, building):
    if role in (Role.OWNER, Role.STAFF):
        return cast.make_user(f"{role}@example.com", "Kim", role, seller=ada.seller)
    if role != Role.OPERATOR:
        return cast.make_user(f"{role}@example.com", "Kim", role, warehouse=building)
    user = User.objects.create_superuser("operator@example.com", cast.PASSWORD, name="Kim")
    Member.objects.create(user=user, role=role)
    return user


HOMES = {
    Role.OWNER: "/dashboard/",
    Role.STAFF: "/dashboard/",
    Role.LEAD: "/warehouse/",
    Role.PICKER: "/warehouse/",
    Role.COURIER: "/courier/",
    Role.OPERATOR: "/dashboard/",
}
COMPELLED = {Role.OWNER, Role.LEAD, Role.OPERATOR}


@pytest.mark.parametrize("role", HOMES)
def test_after_the_grace_every_page_leads_to_the_set_up(role, ada, building):
    user, home = user_of(role, ada, building), HOMES[role]
    browser = sign_in(user)
    assert browser.get(home).status_code == 200
    with time_machine.travel(timezone.now() + IN_15_DAYS - timedelta(days=2)):
        assert sign_in(user).get(home).status_code == 200
    with time_machine.travel(timezone.now() + IN_15_DAYS):
        late = sign_in(user)
        for answer in (late.get(home), late.post(home)):
            leads = answer.status_code == 302 and answer["Location"] == ACCOUNT
            assert leads == (role in COMPELLED)
        assert late.get(ACCOUNT).status_code == 200
        give_app(user)
        assert late.get(home).status_code == 200


def test_the_page_says_until_when(ada):
    with time_machine.travel("2026-12-01 09:00 +0000"):
        browser = sign_in(ada.owner)
        assert "by Tuesday, 15 December" in browser.get("/dashboard/").content.decode()
        assert "by Tuesday, 15 December 2026, 10:00" in browser.get(ACCOUNT).content.decode()
    with time_machine.travel("2026-12-10 09:00 +0000"):  # not 14 days from here
        browser = sign_in(ada.owner)
        assert "by Tuesday, 15 December" in browser.get("/dashboard/").content.decode()
    with time_machine.travel("2026-12-16 09:00 +0000"):
        page = sign_in(ada.owner).get("/dashboard/", follow=True).content.decode()
        assert "It was due on Tuesday, 15 December 2026" in page
        assert "API keys keep working" in page


def test_a_lead_is_told_on_the_home_of_the_floor_only(lea):
    browser = sign_in(lea)
    pages = [browser.get(path).content.decode() for path in ("/warehouse/", "/warehouse/receive/")]
    assert ["needs a second factor by" in page for page in pages] == [True, False]


def test_owners_see_who_has_none_yet(ada, settings):
    cast.make_user("sam@example.com", "Sam", Role.STAFF, seller=ada.seller)
    ann = cast.make_user("ann@example.com", "Ann", Role.OWNER, seller=ada.seller)
    give_app(ann)
    browser = sign_in(ada.owner)
    page = browser.get("/dashboard/settings/members/").content.decode()
    assert page.count("No second factor yet") == 1
    settings.SECOND_FACTOR_GRACE = None
    page = browser.get("/dashboard/settings/members/").content.decode()
    assert "No second factor yet" not in page


def test_api_keys_go_on_working(ada):
    cast.make_product(ada, "LAMP", "Brass lamp")
    sign_in(ada.owner).get("/dashboard/")
    with time_machine.travel(timezone.now() + IN_15_DAYS):
        assert sign_in(ada.owner).get("/dashboard/").status_code == 302
        key = {"HTTP_AUTHORIZATION": f"Bearer {ada.api_key}"}
        assert Client().get("/api/v1/events/", **key).status_code == 200


def test_no_grace_is_no_duty(ada, settings):
    settings.SECOND_FACTOR_GRACE = None
    browser = sign_in(ada.owner)
    with time_machine.travel(timezone.now() + timedelta(days=10)):
        assert "second factor by" not in browser.get("/dashboard/").content.decode()
    ada.owner.refresh_from_db()
    assert ada.owner.second_factor_by is None


def test_a_page_asks_for_no_more_statements(ada, django_assert_num_queries, settings):
    browser = sign_in(ada.owner)
    browser.get("/dashboard/stock/")
    settings.SECOND_FACTOR_GRACE = None
    with django_assert_num_queries(30, exact=False) as without:
        browser.get("/dashboard/stock/")
    settings.SECOND_FACTOR_GRACE = 14
    with django_assert_num_queries(len(without)):
        browser.get("/dashboard/stock/")


# The admin


@pytest.fixture
def olga(db):
    """Olga runs the portal."""
    return User.objects.create_superuser("olga@example.com", cast.PASSWORD, name="Olga")


def test_the_admin_does_not_wait_for_the_date(olga):
    browser = sign_in(olga)
    for path in ("/admin/", "/admin/orders/order/", "/operator/sellers/", PERSONAL_DATA):
        assert browser.get(path)["Location"] == ACCOUNT, path
    assert "<em>Admin</em> open only once you have one." in browser.get(ACCOUNT).content.decode()
    give_app(olga)
    assert browser.get("/admin/").status_code == 200
    assert second_step(olga, code_at()).status_code == 302


def test_the_admin_has_a_policy(olga):
    browser = sign_in(olga)
    give_app(olga)
    policies = {
        path: dict(
            part.strip().split(" ", 1)
            for part in browser.get(path)["Content-Security-Policy"].split(";")
        )
        for path in ("/admin/", "/accounts/")
    }
    admin = policies["/admin/"]
    assert admin["script-src"] == "'self' 'unsafe-eval'"
    assert admin["style-src"] == "'self' 'unsafe-inline'"
    assert (admin["default-src"], admin["frame-ancestors"]) == ("'none'", "'none'")
    assert policies["/accounts/"]["script-src"] == "'self'"


@pytest.mark.parametrize(
    ("networks", "address", "status"),
    [
        ("", "203.0.113.1", 302),
        ("10.0.0.0/8,2001:db8::/32", "10.1.2.3", 302),
        ("10.0.0.0/8,2001:db8::/32", "2001:db8::1", 302),
        ("10.0.0.0/8,2001:db8::/32", "203.0.113.1", 404),
        ("127.0.0.1/32", "10.1.2.3", 404),
    ],
)
def test_the_operators_pages_answer_chosen_networks(settings, olga, networks, address, status):
    settings.ADMIN_NETWORKS = networks_of(networks)
    for path in ("/admin/", "/admin/login/", "/operator/people/", PERSONAL_DATA):
        assert Client(REMOTE_ADDR=address).get(path).status_code == status, path
    assert Client(REMOTE_ADDR=address).get("/accounts/login/").status_code == 200


def test_a_claimed_address_opens_no_admin(settings):
    settings.ADMIN_NETWORKS = networks_of("10.0.0.0/8")
    stranger = Client(REMOTE_ADDR="203.0.113.1", HTTP_X_FORWARDED_FOR="10.1.2.3")
    assert stranger.get("/admin/").status_code == 404


def networks_of(text):
    return [ip_network(part) for part in text.split(",") if part]


# The command line


def test_lost_factors_are_removed_and_the_person_told(ada, mails):
    give_app(ada.owner)
    browser = sign_in(ada.owner)
    browser.post(ASK, {"code": code_at()})
    call_command("second_factor", "remove", "Ada@Example.com", stdout=StringIO())
    assert browser.get("/dashboard/").status_code == 302
    assert sign_in(ada.owner).get("/dashboard/").status_code == 200
    assert [mail.subject for mail in mails()] == ["Your second factors were removed"]
    with pytest.raises(CommandError, match=r"Nobody signs in as nobody@example\.com"):
        call_command("second_factor", "remove", "nobody@example.com")


def test_after_a_change_of_the_key_factors_work_and_are_encrypted_anew(ada, settings):
    recovery = give_app(ada.owner)
    former, settings.SECRET_KEY = settings.SECRET_KEY, "only-for-tests-" + "1" * 40
    settings.SECRET_KEY_FALLBACKS = [former]
    assert second_step(ada.owner, code_at()).status_code == 302
    out = StringIO()
    call_command("second_factor", "renew", stdout=out)
    assert out.getvalue() == "Encrypted anew: 2.\n"
    settings.SECRET_KEY_FALLBACKS = []
    assert second_step(ada.owner, code_at(1)).status_code == 302
    assert second_step(ada.owner, recovery[0]).status_code == 302
