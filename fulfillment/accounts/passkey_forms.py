"""allauth's forms of passkeys with a field that takes whatever somebody sends in place of one."""

import struct
from collections.abc import Callable
from typing import Any

from allauth.mfa.webauthn import forms as allauth_forms
from django import forms
from fido2.webauthn import AuthenticationResponse, RegistrationResponse

from orders.words import say

# What the library's parsers raise for JSON that is no answer of a browser.
UNREADABLE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


class CredentialField(forms.JSONField):
    """The browser's answer about a passkey, as JSON that can be parsed."""

    def __init__(self, parse: Callable[[Any], object]) -> None:
        super().__init__(widget=forms.HiddenInput)
        self.parse = parse

    def clean(self, value: Any) -> Any:
        """Raises ValidationError for what is none."""
        given = super().clean(value)
        try:
            self.parse(given)
        except UNREADABLE:
            raise forms.ValidationError(
                say("This is no answer of a passkey: try again."), code="invalid"
            ) from None
        return given


class AddPasskeyForm(allauth_forms.AddWebAuthnForm):
    """A new passkey."""

    credential = CredentialField(RegistrationResponse.from_dict)


class AskPasskeyForm(allauth_forms.AuthenticateWebAuthnForm):
    """A passkey after the password."""

    credential = CredentialField(AuthenticationResponse.from_dict)


class PasskeyAgainForm(allauth_forms.ReauthenticateWebAuthnForm):
    """A passkey of somebody who is signed in."""

    credential = CredentialField(AuthenticationResponse.from_dict)


class PasskeyAloneForm(allauth_forms.LoginWebAuthnForm):
    """A passkey instead of a password."""

    credential = CredentialField(AuthenticationResponse.from_dict)
