"""Passwords: the mailed link, one answer for every address, and what a change ends."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from fulfillment.demo.peers import Fault
from orders.accounts import mailing
from orders.accounts.account_mails import mail_password_reset
from orders.models import AccountMail
from tests.accounts.conftest import path_in
from tests.support import cast
from tests.support.signing_in import give_app, sign_in

pytestmark = pytest.mark.django_db

RESET, CHANGE = "/accounts/password/reset/", "/accounts/password/change/"
NEW = "a horse of another colour"
TWICE = {"password1": NEW, "password2": NEW}


def ask(address, **headers):
    return Client(**headers).post(RESET, {"email": address})


def follow(path, browser=None):
    """Open the link and set a new password; the answer to that."""
    browser = browser or Client()
    form = browser.get(path)
    return browser.post(form["Location"] if form.status_code == 302 else path, TWICE)


def test_a_wrong_password_and_a_strange_address_get_the_same_words(ada):
    for address in ("ada@example.com", "nobody@example.com"):
        given = {"login": address, "password": "a guess of nobody"}
        answer = Client().post("/accounts/login/", given)
        assert "E-mail address or password is wrong." in answer.content.decode()


def test_a_mailed_link_sets_a_new_password_once(ada, mails, settings):
    before = sign_in(ada.owner)
    assert ask(" Ada@Example.com ")["Location"] == "/accounts/password/reset/done/"
    (mail,) = mails()
    path = path_in(mail, settings)
    browser = Client()
    first = browser.get(path)
    assert first["Location"].endswith("/set-password/")  # the token is not in the address any more
    assert follow(path, browser)["Location"] == "/accounts/password/new/done/"
    assert before.get("/dashboard/").status_code == 302
    assert sign_in(ada.owner).get("/dashboard/").status_code == 302
    assert sign_in(ada.owner, password=NEW).get("/dashboard/").status_code == 200
    assert "This link has expired" in Client().get(path).content.decode()
    (told,) = mails()
    assert (told.subject, told.recipients) == ("Your password was reset", ["ada@example.com"])
    # Whoever no longer knows the password cannot sign in to change it.
    assert path_in(told, settings) == RESET


def test_a_link_ends_after_an_hour(ada, mails, settings):
    ask("ada@example.com")
    (mail,) = mails()
    with time_machine.travel(timezone.now() + timedelta(minutes=61)):
        assert "This link has expired" in Client().get(path_in(mail, settings)).content.decode()


def test_a_new_password_does_not_replace_the_second_factor(ada, mails, settings):
    give_app(ada.owner)
    ask("ada@example.com")
    (mail,) = mails()
    follow(path_in(mail, settings))
    browser = Client()
    answer = browser.post("/accounts/login/", {"login": "ada@example.com", "password": NEW})
    assert answer["Location"] == "/accounts/2fa/authenticate/"
    assert browser.get("/dashboard/").status_code == 302


def test_every_address_gets_the_same_answer(ada, mails):
    closed = cast.make_user("gone@example.com", "Gone", "staff", seller=ada.seller)
    closed.is_active = False
    closed.save(update_fields=["is_active"])
    answers = [ask(f"{name}@example.com") for name in ("ada", "nobody", "gone")]
    assert {(a.status_code, a["Location"], a.content) for a in answers} == {
        (302, "/accounts/password/reset/done/", b"")
    }
    assert [mail.recipients for mail in mails()] == [["ada@example.com"]]
    assert not AccountMail.objects.filter(settled_at=None).exists()


def test_the_request_asks_for_no_account(ada, django_assert_num_queries):
    """So the time of an answer tells nothing either."""
    ask("somebody@example.com")  # the connection knows from here on whose rows it may see
    statements = []
    for address in ("ada@example.com", "nobody@example.com"):
        with django_assert_num_queries(1) as asked:
            ask(address)
        statements.append(re.sub(r"'[^']*'", "", asked[0]["sql"]))
    assert statements[0] == statements[1]
    assert "orders_user" not in statements[0]


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_HOST": "localhost"},
        {"HTTP_X_FORWARDED_HOST": "evil.example"},
        {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_FORWARDED_PROTO": "https"},
        {"HTTP_FORWARDED": "host=evil.example"},
    ],
)
def test_links_come_from_the_settings_never_from_the_request(ada, mails, settings, headers):
    assert ask("ada@example.com", **headers).status_code == 302
    (mail,) = mails()
    assert path_in(mail, settings).startswith("/accounts/password/new/")
    assert "evil" not in mail.raw.decode()


def test_a_strange_host_is_not_answered(ada, mails):
    assert ask("ada@example.com", HTTP_HOST="evil.example").status_code == 400
    assert mails() == []


def test_one_address_gets_three_links_an_hour_and_nobody_is_told(ada, mails):
    answers = [ask("ada@example.com") for _ in range(5)]
    assert {answer.status_code for answer in answers} == {302}
    assert len(mails()) == 3


def test_a_network_asks_for_so_many_links(settings):
    settings.RATE_SIGN_IN_NETWORK = 2
    codes = [ask(f"{n}@example.com", REMOTE_ADDR="203.0.113.9").status_code for n in range(3)]
    assert codes == [302, 302, 429]
    assert ask("a@example.com", REMOTE_ADDR="198.51.100.9").status_code == 302


def test_forged_requests_use_up_nobodys_links(settings):
    settings.RATE_SIGN_IN_NETWORK = 1
    forged = Client(enforce_csrf_checks=True, REMOTE_ADDR="203.0.113.9")
    codes = [forged.post(RESET, {"email": "a@example.com"}).status_code for _ in range(3)]
    assert codes == [403] * 3
    assert ask("a@example.com", REMOTE_ADDR="203.0.113.9").status_code == 302


def test_a_changed_password_ends_the_other_sessions(ada, mails):
    here, there = sign_in(ada.owner, HTTP_USER_AGENT="Lamp browser"), sign_in(ada.owner)
    answer = here.post(CHANGE, {"oldpassword": cast.PASSWORD, **TWICE})
    assert answer.status_code == 302
    assert here.get("/dashboard/").status_code == 200
    assert there.get("/dashboard/").status_code == 302
    (mail,) = mails()
    assert mail.subject == "Your password was changed"
    assert "Browser: Lamp browser" in mail.text
    assert "From: 127.0.0.1" in mail.text
    assert "(Europe/Berlin)\n" in mail.text


@pytest.mark.parametrize(
    ("posted", "said"),
    [
        ({"oldpassword": "wrong", **TWICE}, "current password"),
        ({"oldpassword": cast.PASSWORD, "password1": "short", "password2": "short"}, "too short"),
        ({"oldpassword": cast.PASSWORD, "password1": NEW, "password2": "x"}, "same password"),
    ],
)
def test_a_change_that_is_wrong_changes_nothing(ada, mails, posted, said):
    browser = sign_in(ada.owner)
    assert said in browser.post(CHANGE, posted).content.decode()
    assert sign_in(ada.owner).get("/dashboard/").status_code == 200
    assert mails() == []


def test_guesses_of_the_present_password_are_counted(ada, settings):
    settings.RATE_SIGN_IN = 2
    browser = sign_in(ada.owner)
    for page, name in ((CHANGE, "oldpassword"), ("/accounts/reauthenticate/", "password")):
        codes = [browser.post(page, {name: "no", **TWICE}).status_code for _ in range(3)]
        assert 429 in codes, page


# The outbox


def test_a_mail_that_the_server_refuses_is_tried_again(ada, smtp_peer, mails):
    smtp_peer.behaviour = lambda mail: Fault(451)
    ask("ada@example.com")
    assert mails() == []
    row = AccountMail.objects.get()
    assert (row.settled_at, row.attempts) == (None, 1)
    smtp_peer.behaviour = None
    with time_machine.travel(timezone.now() + mailing.PAUSES[0] + timedelta(seconds=1)):
        assert len(mails()) == 1
    row.refresh_from_db()
    assert (row.settled_at is None, row.cause) == (False, "")


def test_a_mail_that_never_leaves_is_given_up(ada, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # at port 9: nobody
    mail_password_reset("ada@example.com")
    at = timezone.now()
    for pause in (timedelta(), *mailing.PAUSES):
        at += pause + timedelta(seconds=1)
        with time_machine.travel(at):
            assert mailing.send_account_mails() == 0
    row = AccountMail.objects.get()
    assert (row.attempts, row.cause) == (len(mailing.PAUSES) + 1, "ConnectionRefusedError")
    assert row.settled_at is not None


def test_a_mail_of_yesterday_is_not_sent(ada, mails):
    mail_password_reset("ada@example.com")
    with time_machine.travel(timezone.now() + mailing.TOO_LATE + timedelta(minutes=1)):
        assert mails() == []
    assert AccountMail.objects.get().cause == "unwanted"


def test_settled_mails_are_forgotten(ada, mails):
    mail_password_reset("ada@example.com")
    assert len(mails()) == 1
    with time_machine.travel(timezone.now() + mailing.KEPT + timedelta(minutes=1)):
        mailing.send_account_mails()
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize(
    ("then", "goes_to"),
    [
        ("/dashboard/stock/", "/dashboard/stock/"),
        ("http://testserver/dashboard/stock/", "/"),
        ("//evil.example/", "/"),
        ("https://evil.example/", "/"),
    ],
)
def test_a_sign_in_leads_to_a_page_of_this_site_and_over_no_other_scheme(ada, then, goes_to):
    given = {"login": ada.owner.email, "password": cast.PASSWORD, "next": then}
    assert Client().post("/accounts/login/", given)["Location"] == goes_to


def test_a_cookie_that_cannot_be_stored_is_of_no_session(settings):
    # As cookies are read, its value begins with a NUL.
    written = f'{settings.SESSION_COOKIE_NAME}="\\000{"a" * 20}"'
    for address, status in {"/": 302, "/accounts/login/": 200, "/dashboard/": 302}.items():
        assert Client().get(address, headers={"cookie": written}).status_code == status
