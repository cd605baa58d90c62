"""Forms about accounts: allauth's with our limits, invitations, and sellers' applications."""

from typing import Any, cast
from uuid import UUID

from allauth.account.forms import ResetPasswordForm as AllauthResetPasswordForm
from allauth.core import context
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.db.models import QuerySet
from django.http import HttpRequest

from fulfillment.accounts.known_devices import who_guesses
from fulfillment.serving.rates import Limit, give_back, take
from orders.access import Role
from orders.accounts.account_mails import mail_password_reset
from orders.models import User
from orders.values.contacts import LONGEST_EMAIL, email
from orders.values.texts import one_line
from orders.values.unfit import Unfit
from orders.words import say, say_count

HOUR, TEN_MINUTES = 3600, 600
RESETS_AN_HOUR = 3  # mails to one address
# A code is valid for half a minute, and for one before and after it.
CODE_SECONDS = 120


class ResetPasswordForm(AllauthResetPasswordForm):
    """Plan the mail without looking for the account: every address gets the same answer."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        address: str = self.cleaned_data["email"]
        if take(Limit("reset", address, RESETS_AN_HOUR, HOUR)) is None:
            mail_password_reset(address)
        return address


class CountedCode(forms.Form):
    """A code of a second factor: guesses are counted over all processes, a code is taken once."""

    user: User
    authenticator: Authenticator

    def clean_code(self) -> str:
        whose = who_guesses(context.request, self.user)
        guesses = Limit("second-factor", whose, settings.RATE_SIGN_IN, TEN_MINUTES)
        if wait := take(guesses):
            raise forms.ValidationError(
                say_count(
                    wait,
                    "Too many wrong codes: try again in {n} second.",
                    "Too many wrong codes: try again in {n} seconds.",
                    n=wait,
                )
            )
        # Counted before, so that a thousand guesses at once are no more than the limit.
        code: str = super().clean_code()  # type: ignore[misc]  # of the form beside this one
        give_back(guesses)
        if self.authenticator.type == Authenticator.Type.TOTP and not _is_first(self.user, code):
            raise forms.ValidationError(say("This code was used already: wait for the next one."))
        return code


class CodeForm(CountedCode, AuthenticateForm):
    """The second step of signing in."""


class CodeAgainForm(CountedCode, ReauthenticateForm):
    """A code instead of the password, where a fresh sign-in is asked."""


def _is_first(user: User, code: str) -> bool:
    digits = "".join(filter(str.isdigit, code))
    return take(Limit("code", f"{user.pk} {digits}", 1, CODE_SECONDS)) is None


class AddressField(forms.CharField):
    """An e-mail address that every mail server takes, in lower case."""

    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max_length=LONGEST_EMAIL, **kwargs)

    def clean(self, value: Any) -> str:
        try:
            return email(super().clean(value)).lower()
        except Unfit as error:
            raise forms.ValidationError(
                say("This is not an e-mail address: {error}.", error=say(str(error)))
            ) from error


class LineField(forms.CharField):
    """A text on one line."""

    def clean(self, value: Any) -> str:
        return one_line(super().clean(value))


class InviteForm(forms.Form):
    """Whom to invite, as what, and where."""

    email = AddressField()
    role = forms.ChoiceField(choices=Role.choices)
    place = forms.UUIDField(required=False)

    def __init__(self, *args: Any, places: QuerySet[Any], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.places = places

    def clean_place(self) -> UUID:
        """The chosen place; without a choice the only one."""
        if chosen := self.cleaned_data["place"]:
            return cast(UUID, chosen)
        known = [row.pk for row in self.places[:2]]
        if len(known) != 1:
            raise forms.ValidationError(say("Choose where this person will work."))
        return cast(UUID, known[0])


class JoinForm(forms.Form):
    """A new account for an invitation; who founds a seller may correct its name."""

    name = LineField(max_length=80)
    password = forms.CharField(max_length=128, strip=False)
    business = LineField(max_length=80, required=False)

    def __init__(self, *args: Any, address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.address = address

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if password := given.get("password"):
            person = User(email=self.address, name=given.get("name", ""))
            try:
                validate_password(password, person)
            except forms.ValidationError as error:
                self.add_error("password", error)
        return given


class ApplicationForm(forms.Form):
    """A business that asks to become a seller."""

    business = LineField(max_length=80)
    name = LineField(max_length=80)
    email = AddressField()
    note = LineField(max_length=500, required=False)


class FoundForm(forms.Form):
    """The operator invites a business, to be founded in a building."""

    business = LineField(max_length=80)
    email = AddressField()
    warehouse = forms.UUIDField()


class BuildingForm(forms.Form):
    warehouse = forms.UUIDField()


class OperatorForm(forms.Form):
    email = AddressField()
