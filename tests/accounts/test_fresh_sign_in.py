"""Sessions, and the fresh sign-in that keys, secrets and members ask for."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from notifications.models import Endpoint
from notifications.webhooks.signing import make_secret
from orders.accounts.browsers import browser_named
from orders.accounts.sealing import WEBHOOK_SECRETS
from orders.models import ApiKey, Invitation, User
from tests.support import cast
from tests.support.signing_in import code_at, give_app, sign_in

pytestmark = pytest.mark.django_db

AGAIN, SESSIONS = "/accounts/reauthenticate/", "/accounts/sessions/"
LATER = timedelta(minutes=6)


def guarded_posts(ada):
    """(address, what is posted, whether it happened)."""
    endpoint = Endpoint.objects.create(
        seller=ada.seller, url="https://ada.example/", secret=WEBHOOK_SECRETS.close(make_secret())
    )
    api = ada.seller.api_keys.get()
    settings_page = "/dashboard/settings/"
    former = ada.channel.secret
    return [
        (
            f"{settings_page}keys/",
            {"channel": str(api.channel_id), "name": "Till", "scopes": ["orders"]},
            lambda: ApiKey.objects.filter(name="Till").exists(),
        ),
        (
            f"{settings_page}keys/{api.pk}/revoke/",
            {},
            lambda: ApiKey.objects.get(pk=api.pk).revoked_at is not None,
        ),
        (
            f"{settings_page}channels/{ada.channel.pk}/secret/",
            {"secret": "new-secret-of-the-shop"},
            lambda: type(ada.channel).objects.get(pk=ada.channel.pk).secret != former,
        ),
        (
            f"{settings_page}webhooks/{endpoint.pk}/rotate/",
            {"sure": "on"},
            lambda: Endpoint.objects.get(pk=endpoint.pk).secret != endpoint.secret,
        ),
        (
            f"{settings_page}members/",
            {"email": "ben@example.com", "role": "staff"},
            Invitation.objects.exists,
        ),
    ]


def test_an_old_sign_in_is_asked_again_and_nothing_happens_until_then(ada):
    browser = sign_in(ada.owner)
    posts = guarded_posts(ada)
    with time_machine.travel(timezone.now() + LATER):
        for path, posted, happened in posts:
            answer = browser.post(
                path, posted, HTTP_REFERER="http://testserver/dashboard/settings/"
            )
            assert answer["Location"] == f"{AGAIN}?next=%2Fdashboard%2Fsettings%2F", path
            assert not happened(), path
        assert "Nothing was changed yet" in browser.get(AGAIN).content.decode()
        wrong = browser.post(AGAIN, {"password": "no", "next": "/dashboard/settings/"})
        assert wrong.status_code == 200
        right = {"password": cast.PASSWORD, "next": "/dashboard/settings/"}
        assert browser.post(AGAIN, right)["Location"] == "/dashboard/settings/"
        for path, posted, happened in posts:
            assert browser.post(path, posted).status_code in {200, 201, 302}, path
            assert happened(), path


def test_a_sign_in_of_just_now_is_fresh(ada):
    browser = sign_in(ada.owner)
    for path, posted, happened in guarded_posts(ada):
        browser.post(path, posted)
        assert happened(), path


def test_a_session_without_a_proof_is_not_fresh(ada):
    browser = Client()
    browser.force_login(ada.owner, backend="orders.accounts.sign_in.ViewerBackend")
    path, posted, happened = guarded_posts(ada)[0]
    assert browser.post(path, posted)["Location"].startswith(AGAIN)
    assert not happened()


def test_a_file_with_names_and_addresses_asks_again(ada):
    browser = sign_in(ada.owner)
    files = {what: f"/dashboard/exports/?what={what}" for what in ("orders", "products")}
    rejected = f"/dashboard/imports/{cast.make_import(ada).pk}/rejected/"
    assert browser.get(files["orders"]).status_code == browser.get(rejected).status_code == 200
    with time_machine.travel(timezone.now() + LATER):
        answer = browser.get(files["orders"])
        assert answer["Location"] == f"{AGAIN}?next=%2Fdashboard%2Fexports%2F%3Fwhat%3Dorders"
        assert browser.get(files["products"]).status_code == 200
        assert browser.get(rejected)["Location"].startswith(AGAIN)


def test_the_code_of_an_app_does_instead_of_the_password(ada):
    give_app(ada.owner)
    browser = sign_in(ada.owner)
    browser.post("/accounts/2fa/authenticate/", {"code": code_at()})
    with time_machine.travel(timezone.now() + LATER):
        path, posted, happened = guarded_posts(ada)[0]
        browser.post(path, posted)
        answer = browser.post("/accounts/2fa/reauthenticate/", {"code": code_at(), "next": "/"})
        assert answer["Location"] == "/"
        browser.post(path, posted)
        assert happened()


def test_who_has_an_app_is_asked_for_its_code_not_for_the_password(ada):
    give_app(ada.owner)
    browser = sign_in(ada.owner)
    browser.post("/accounts/2fa/authenticate/", {"code": code_at()})
    with time_machine.travel(timezone.now() + LATER):
        page = "/accounts/2fa/app/remove/"
        answer = browser.get(page, follow=True)
        assert answer.redirect_chain[-1][0].startswith("/accounts/2fa/reauthenticate/")
        known = {"password": cast.PASSWORD, "next": page}
        assert browser.post(AGAIN, known)["Location"].startswith("/accounts/2fa/reauthenticate/")
        assert browser.post(page).status_code == 302
        assert ada.owner.authenticator_set.filter(type="totp").exists()
        again = {"code": code_at(), "next": page}
        assert browser.post("/accounts/2fa/reauthenticate/", again)["Location"] == page
        browser.post(page)
        assert not ada.owner.authenticator_set.exists()


@pytest.mark.parametrize(
    ("referer", "back"),
    [
        ("https://evil.example/dashboard/settings/", "%2Fdashboard%2Fsettings%2F"),
        ("https://evil.example//evil.example/", "%2F"),
        ("", "%2F"),
        ("javascript:alert(1)", "%2F"),
    ],
)
def test_one_comes_back_to_a_page_of_ours(ada, referer, back):
    browser = sign_in(ada.owner)
    with time_machine.travel(timezone.now() + LATER):
        answer = browser.post("/dashboard/settings/keys/", {}, HTTP_REFERER=referer)
    assert answer["Location"] == f"{AGAIN}?next={back}"


def test_accounts_in_the_admin_ask_too_and_take_no_role_away(ada, settings):
    settings.SECOND_FACTOR_GRACE = None
    olga = User.objects.create_superuser("olga@example.com", cast.PASSWORD, name="Olga")
    browser, member = sign_in(olga), ada.owner.members.get()
    page = f"/admin/orders/user/{ada.owner.pk}/change/"
    posted = {
        "email": "ada@example.com", "name": "Eve", "is_active": "on", "members-TOTAL_FORMS": 1,
        "members-INITIAL_FORMS": 1, "members-0-id": member.pk, "members-0-user": ada.owner.pk,
        "members-0-DELETE": "on",
    }  # fmt: skip
    with time_machine.travel(timezone.now() + LATER):
        for path in (page, "/admin/orders/user/add/", f"{page[:-7]}password/"):
            for answer in (browser.get(path), browser.post(path, posted)):
                assert answer["Location"].startswith(AGAIN), path
        assert browser.get("/admin/orders/user/").status_code == 200
    assert "members-0-DELETE" not in browser.get(page).content.decode()
    browser.post(page, posted)
    assert ada.owner.members.get() == member


@pytest.mark.parametrize("path", ["2fa/app/", "2fa/passkeys/add/", "2fa/codes/"])
def test_factors_ask_for_a_fresh_sign_in_too(ada, path):
    give_app(ada.owner) if path == "2fa/codes/" else None
    browser = Client()
    browser.force_login(ada.owner, backend="orders.accounts.sign_in.ViewerBackend")
    assert browser.get(f"/accounts/{path}")["Location"].startswith(AGAIN)


def test_sessions_are_listed_and_the_others_ended(ada):
    agent = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
    here = sign_in(ada.owner, HTTP_USER_AGENT=agent, REMOTE_ADDR="203.0.113.5")
    there = sign_in(ada.owner, HTTP_USER_AGENT="There <b>", REMOTE_ADDR="198.51.100.7")
    unlisted = Client()  # as a session of before the list
    unlisted.force_login(ada.owner, backend="orders.accounts.sign_in.ViewerBackend")
    page = here.get("/accounts/").content.decode()
    for text in ("Firefox on Linux", "203.0.113.5", "198.51.100.7", "There &lt;b&gt;"):
        assert text in page
    assert here.post(SESSIONS).status_code == 302
    assert here.get("/dashboard/").status_code == 200
    for browser in (there, unlisted):
        assert browser.get("/dashboard/").status_code == 302
    assert here.get(SESSIONS)["Location"] == "/accounts/"
    page = here.get("/accounts/").content.decode()
    assert ("203.0.113.5" in page, "198.51.100.7" in page) == (True, False)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        ("Mozilla/5.0 (X11; Linux x86_64) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) Chrome/140.0 Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (iPhone; CPU OS 18 like Mac OS X) Safari/604.1", "Safari on iPhone"),
        ("curl/8.0", "curl/8.0"),
        ("x" * 99, "x" * 60),
        ("", "An unknown browser"),
    ],
)  # fmt: skip
def test_a_browser_has_a_name(agent, name):
    assert browser_named(agent) == name
