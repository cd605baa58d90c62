"""A person's own account, invitations and applications in the language of whoever reads."""

import re

import pytest
from django.test import Client

from orders.access import Viewer
from orders.accounts.invitations import Place, invite
from orders.keys import invitation_tokens
from tests.spoken.test_dashboard import bare
from tests.spoken.test_pages import language_of, speaking
from tests.support.signing_in import give_app

pytestmark = pytest.mark.django_db

ACCOUNT, CODES = "/accounts/", "/accounts/2fa/codes/"
# A browser, an address, a name, languages, what the library calls its ways, and an example.
DATA = {"ada", "example", "Polski", "grace", "name", "Unknown"}
EDITS = r"<code\b.*?</code>|<span class='code'>.*?</span>|<pre\b.*?</pre>"


def unsaid(answer):
    return bare(re.sub(EDITS, " ", answer.content.decode(), flags=re.DOTALL)) - DATA


def test_every_text_of_an_account_comes_from_the_catalogue(ada, brackets):
    client = speaking(ada.owner, "de")

    answers = [
        client.get(ACCOUNT),
        client.get("/accounts/password/change/"),
        client.get("/accounts/2fa/app/"),
        client.post("/accounts/shortcuts/", {"has_shortcuts": "0"}, follow=True),
        client.post("/accounts/numbers/", {"mails_numbers": "1"}, follow=True),
        client.post("/accounts/sessions/", follow=True),
    ]
    give_app(ada.owner)
    answers += [client.get(ACCOUNT), client.get(f"{CODES}new/"), client.get(CODES)]
    answers += [client.get("/accounts/2fa/app/remove/")]

    assert [answer.status_code for answer in answers] == [200] * len(answers)
    assert [unsaid(answer) for answer in answers] == [set()] * len(answers)


def test_an_invitation_is_in_the_language_of_the_browser(ada, brackets):
    place = Place(seller=ada.seller)
    invitation = invite("grace@ada.example", "staff", place, viewer=Viewer.of(ada.owner))
    link = f"/join/{invitation_tokens(invitation.pk)[0]}/"
    german = {"accept-language": "de-AT,de"}

    answers = [
        Client().get(link, headers=german),
        speaking(ada.owner, "de").get(link),
        Client().get("/join/nothing/", headers=german),
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert [language_of(answer) for answer in answers] == ["de", "de", "de"]
    assert [unsaid(answer) for answer in answers] == [set()] * 3


def test_an_application_is_in_the_language_of_the_browser(settings, brackets):
    settings.SELLER_SIGN_UP = "open"
    client, german = Client(), {"accept-language": "de"}
    given = {"business": "B", "name": "N", "email": "no", "note": ""}

    answers = [
        client.get("/sign-up/", headers=german),
        client.post("/sign-up/", given, headers=german),
        client.post("/sign-up/", given | {"email": "g@ada.example"}, headers=german),
    ]

    assert [answer.status_code for answer in answers] == [200, 422, 200]
    assert [unsaid(answer) for answer in answers] == [set()] * 3


def test_the_account_of_a_worker_is_polish(pat):
    page = speaking(pat, "pl").get(ACCOUNT)

    assert language_of(page) == "pl"
    assert "Twoje konto" in page.content.decode()
