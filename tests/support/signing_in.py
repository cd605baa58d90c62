"""Sign in as people do: password, then the code of an app."""

import time

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client

from fulfillment.accounts.adapters import SecondFactorAdapter
from tests.support.cast import PASSWORD

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
LOGIN = "/accounts/login/"
STEP = 30


def sign_in(user, *, password=PASSWORD, **client):
    """A browser that has given the password; a second factor may still be asked."""
    browser = Client(**client)
    browser.post(LOGIN, {"login": user.email, "password": password})
    return browser


def give_app(user):
    """An authenticator app with SECRET, and recovery codes, as the pages would set them up."""
    secret = SecondFactorAdapter().encrypt(SECRET)
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": secret})
    return RecoveryCodes.activate(user).get_unused_codes()


def code_at(steps=0, secret=SECRET):
    """The code that the app shows now, or so many half minutes from now."""
    return format_hotp_value(hotp_value(secret, int(time.time()) // STEP + steps))
