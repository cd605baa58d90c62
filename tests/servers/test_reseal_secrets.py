"""`manage.py reseal_secrets`: after it the former SECRET_KEY is not needed any more."""

from io import StringIO

import pytest
from cryptography.fernet import InvalidToken
from django.core.management import CommandError, call_command

from notifications.models import Endpoint
from orders.accounts.connections import save_secret, valid_secrets
from orders.accounts.sealing import WEBHOOK_SECRETS, Seal
from orders.models import SalesChannel

pytestmark = pytest.mark.django_db


def reseal():
    out = StringIO()
    call_command("reseal_secrets", stdout=out)
    return out.getvalue()


def test_secrets_are_encrypted_with_the_present_key(ada, bo, settings):
    former = settings.SECRET_KEY
    save_secret(ada.channel, secret="new words", actor=None)
    hook = Endpoint.objects.create(
        seller=ada.seller, url="https://ada.example/", secret=WEBHOOK_SECRETS.close("whsec_x")
    )
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "n" * 50, [former]
    assert "2 shops, 1 webhooks" in reseal()
    settings.SECRET_KEY_FALLBACKS = []
    hook.refresh_from_db()
    assert WEBHOOK_SECRETS.open(hook.secret) == "whsec_x"
    assert valid_secrets(SalesChannel.objects.get(pk=ada.channel.pk)) == ["new words", "hush"]
    assert valid_secrets(SalesChannel.objects.get(pk=bo.channel.pk)) == ["hush"]


def test_what_no_key_opens_is_named_and_left(ada, bo):
    lost = Seal(b"another purpose, as of a lost key").close("words")
    SalesChannel.objects.filter(pk=ada.channel.pk).update(secret=lost)
    with pytest.raises(CommandError, match=str(ada.channel.pk)):
        reseal()
    assert SalesChannel.objects.get(pk=ada.channel.pk).secret == lost
    assert valid_secrets(SalesChannel.objects.get(pk=bo.channel.pk)) == ["hush"]


def test_a_secret_of_one_purpose_is_no_secret_of_another(ada):
    with pytest.raises(InvalidToken):
        WEBHOOK_SECRETS.open(ada.channel.secret)
