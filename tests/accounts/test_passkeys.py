"""Passkeys: added, asked as second factor, used alone, and of no other site."""

import json
from datetime import timedelta

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.test import Client
from django.utils import timezone

from tests.support.passkey import Passkey, options_in
from tests.support.signing_in import give_app, sign_in

pytestmark = pytest.mark.django_db

SITE = "https://portal.example"
ADD, ASK = "/accounts/2fa/passkeys/add/", "/accounts/2fa/authenticate/"
AGAIN = "/accounts/2fa/passkeys/reauthenticate/"
LOGIN, REMOVE = "/accounts/2fa/passkeys/login/", "/accounts/2fa/passkeys/remove/"


@pytest.fixture(autouse=True)
def _a_site_with_a_name(settings):
    """Browsers make passkeys for names only."""
    settings.SITE_URL = SITE
    settings.ALLOWED_HOSTS = ["portal.example", "testserver"]


@pytest.fixture
def passkey(ada):
    """Ada's passkey, added on its page."""
    key, browser = Passkey(SITE), sign_in(ada.owner)
    options = options_in(browser.get(ADD).content.decode())
    assert options["creation_options"]["publicKey"]["rp"]["id"] == "portal.example"
    posted = {"name": "Laptop", "passwordless": "on", "credential": key.made(options)}
    assert browser.post(ADD, posted).status_code == 302
    return key


def alone(key):
    """The answer to a sign-in with the passkey alone, and the browser."""
    browser = Client()
    options = browser.get(LOGIN, HTTP_ACCEPT="application/json").json()
    return browser.post(LOGIN, {"credential": key.used(options)}), browser


def second(user, key):
    """The answer to the passkey after the password."""
    browser = sign_in(user)
    options = options_in(browser.get(ASK).content.decode())
    return browser.post(ASK, {"credential": key.used(options)})


def test_a_passkey_is_asked_after_the_password(ada, passkey):
    assert sign_in(ada.owner).get("/dashboard/").status_code == 302
    assert second(ada.owner, passkey)["Location"] == "/"


def test_a_passkey_alone_signs_in(ada, passkey):
    answer, browser = alone(passkey)
    assert answer.status_code == 302
    assert browser.get("/dashboard/").status_code == 200


def test_a_passkey_is_asked_before_codes_where_there_is_no_app(ada, passkey):
    _, browser = alone(passkey)
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        answer = browser.get(ADD, follow=True)
        assert answer.redirect_chain[-1][0].startswith(AGAIN)
        page = answer.content.decode()
        assert "Use a code" in page
        credential = passkey.used(options_in(page))
        posted = {"credential": credential, "next": ADD}
        assert browser.post(AGAIN, posted)["Location"] == ADD
        assert browser.get(ADD).status_code == 200


def test_a_closed_account_has_no_way_in(ada, passkey):
    ada.owner.is_active = False
    ada.owner.save(update_fields=["is_active"])
    answer, browser = alone(passkey)
    assert answer["Location"] == "/accounts/inactive/"
    assert "This account is closed" in browser.get("/accounts/inactive/").content.decode()
    assert browser.get("/dashboard/").status_code == 302


@pytest.mark.parametrize("origin", ["https://evil.example", "http://portal.example", "x"])
def test_another_site_gets_nothing_from_it(ada, passkey, origin):
    passkey.origin = origin
    assert second(ada.owner, passkey).status_code == 200
    answer, browser = alone(passkey)
    assert answer["Location"] == "/accounts/login/"
    assert browser.get("/dashboard/").status_code == 302


def test_a_signature_of_before_is_of_no_use(ada, passkey):
    browser = Client()
    options = browser.get(LOGIN, HTTP_ACCEPT="application/json").json()
    used = passkey.used(options)
    assert browser.post(LOGIN, {"credential": used})["Location"] == "/"
    later = Client()
    later.get(LOGIN, HTTP_ACCEPT="application/json")
    assert later.post(LOGIN, {"credential": used})["Location"] == "/accounts/login/"


def test_a_passkey_is_removed_by_its_owner_only(ada, bo, passkey):
    row = Authenticator.objects.get(type="webauthn")
    assert sign_in(bo.owner).post(REMOVE, {"passkey": row.pk}).status_code == 404
    browser = sign_in(ada.owner)
    options = options_in(browser.get(ASK).content.decode())
    browser.post(ASK, {"credential": passkey.used(options)})
    assert "Laptop" in browser.get("/accounts/").content.decode()
    assert browser.post(REMOVE, {"passkey": row.pk})["Location"] == "/accounts/"
    assert not Authenticator.objects.exists()  # recovery codes alone are of no use


def test_a_site_without_a_name_offers_none(ada, settings):
    settings.SITE_URL = "http://127.0.0.1:8000"
    assert "asskey" not in sign_in(ada.owner).get("/accounts/").content.decode()
    assert "asskey" not in Client().get("/accounts/login/").content.decode()


STRANGE = [
    "", "x", "5", "null", "[]", "{}", '"x"', '{"response": []}', '{"response": {}}',
    '{"response": {"userHandle": null}}', '{"response": {"userHandle": "AA"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", '
    '"authenticatorData": "AA", "signature": "AA", "userHandle": "AA"}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"authenticatorData": "AA", "signature": "AA", "userHandle": "_w"}}',
    '{"id": 1, "rawId": 2, "type": 3, "response": {"clientDataJSON": 4, "attestationObject": 5}}',
    '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30", '
    '"attestationObject": "AA"}}',
]  # fmt: skip


@pytest.mark.parametrize("credential", STRANGE)
def test_a_strange_credential_is_refused_not_broken(ada, credential):
    give_app(ada.owner)
    stranger, half, inside = Client(), sign_in(ada.owner), Client()
    inside.force_login(ada.owner, backend="orders.accounts.sign_in.ViewerBackend")
    stranger.get(LOGIN, HTTP_ACCEPT="application/json")
    assert stranger.post(LOGIN, {"credential": credential})["Location"] == "/accounts/login/"
    half.get(ASK)
    assert half.post(ASK, {"credential": credential}).status_code == 200
    inside.get(ADD)
    assert inside.post(ADD, {"name": "x", "credential": credential}).status_code in {200, 302}
    assert Authenticator.objects.filter(type="webauthn").count() == 0


def test_a_signed_part_that_is_changed_is_refused(ada, passkey):
    browser = Client()
    options = browser.get(LOGIN, HTTP_ACCEPT="application/json").json()
    used = json.loads(passkey.used(options))
    signature = used["response"]["signature"]
    used["response"]["signature"] = ("A" if signature[9] != "A" else "B").join(
        (signature[:9], signature[10:])
    )
    answer = browser.post(LOGIN, {"credential": json.dumps(used)})
    assert answer["Location"] == "/accounts/login/"


@pytest.mark.parametrize(
    "credential", ["0", "false", "x", "1e400", "{}", "[]", '{"id": 5}', "null"]
)
def test_what_is_no_answer_of_a_passkey_is_refused(ada, credential):
    browser = sign_in(ada.owner)
    for _ in range(2):  # also after the page has asked for one
        answer = browser.post(ADD, {"name": "Laptop", "credential": credential})
        assert (answer.status_code, answer.context["form"].is_valid()) == (200, False)
        browser.get(ADD)
    assert Client().post(LOGIN, {"credential": credential}).status_code == 302
    assert not Authenticator.objects.exists()


@pytest.mark.parametrize("credential", ["0", "x", "{}", '{"id": 5}', "null"])
def test_nor_is_it_in_the_place_of_one(ada, passkey, credential):
    browser = sign_in(ada.owner)
    browser.get(ASK)
    assert browser.post(ASK, {"credential": credential}).status_code == 200
    assert browser.get("/dashboard/").status_code == 302


def test_who_has_no_passkey_is_not_asked_for_one(ada):
    assert sign_in(ada.owner).get(AGAIN)["Location"] == "/accounts/"
