"""Fixtures: sign-ins and second factors as in production, and mails with their links."""

import re

import pytest

from fulfillment.serving import rates
from orders.accounts.mailing import send_account_mails
from orders.events.broker import broker

LINK = re.compile(r"https?://\S+")


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    """Sign-ins grow old, owners and leads need a second factor; nothing is counted yet."""
    settings.REAUTHENTICATE_SECONDS = settings.ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
    settings.SECOND_FACTOR_GRACE = 14
    broker().ask(lambda client: [client.delete(key) for key in client.keys(f"{rates.PREFIX}*")])
    rates.local.moments.clear()


@pytest.fixture
def mails(smtp_peer):
    """A function: send what is due; the new mails."""

    def send():
        before = len(smtp_peer.messages)
        send_account_mails()
        return smtp_peer.messages[before:]

    return send


def path_in(mail, settings):
    """The path of the one link of ours to follow in a mail; its host is that of SITE_URL."""
    found = [link.rstrip(".,") for link in LINK.findall(mail.text)]
    (link,) = [link for link in found if link != settings.SITE_URL]
    assert link.startswith(f"{settings.SITE_URL}/")
    return link.removeprefix(settings.SITE_URL)
