"""Authentication: the backend that loads memberships, and allauth's adapter with our mails."""

from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from orders.accounts.account_mails import mail_change
from orders.accounts.browsers import browser_named
from orders.accounts.fresh_sign_in import is_fresh
from orders.accounts.going_back import is_page_of_ours
from orders.accounts.second_factor import has_second_factor
from orders.accounts.signed_in import person_with
from orders.models import User

# The ways of allauth to prove again who one is.
CODE, PASSKEY = "mfa_reauthenticate", "mfa_reauthenticate:webauthn"


class ViewerBackend(ModelBackend):
    """Authenticate by e-mail; load the user with the memberships in one statement."""

    def get_user(self, user_id: Any) -> User | None:
        user = person_with(user_id)
        return user if user and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    """allauth's adapter: no sign-up, our own mails, and a sign-in of just now is fresh."""

    error_messages: ClassVar = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "E-mail address or password is wrong.",
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def is_safe_url(self, url: str | None) -> bool:
        """Whether to go on there after a sign-in: a page of this site, never another's or http."""
        return is_page_of_ours(url)

    def is_ajax(self, request: HttpRequest) -> bool:
        """Scripts fetch the challenge of a passkey; a password or a code is a form of a page.

        Asked by a script, allauth answers those with other status codes than the limits know.
        """
        return request.path_info == reverse("mfa_login_webauthn")

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        return not is_fresh(self.request)

    def get_reauthentication_methods(self, user: User) -> list[dict[str, Any]]:
        """Who has a second factor proves that: a password alone must not remove it."""
        known: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        if not user.is_authenticated or not has_second_factor(user):
            return known
        words = {CODE: "Use a code", PASSKEY: "Use a passkey"}
        methods = [way | {"description": words[way["id"]]} for way in known if way["id"] in words]
        # Recovery codes alone are a way, but not the first one to offer.
        has_app = Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()
        return methods if has_app else methods[::-1]

    def send_notification_mail(
        self, template_prefix: str, user: User, context: Any = None, email: str | None = None
    ) -> None:
        """Plan the mail `password_changed`, `totp_activated`, ...: the last part of the prefix."""
        mail_change(
            user,
            template_prefix.rpartition("/")[2],
            at=timezone.now(),
            address=self.request.META.get("REMOTE_ADDR", ""),
            browser=browser_named(self.request.headers.get("User-Agent", "")),
        )

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Refuse: a mail with a link made from the request's Host is none of ours."""
        raise NotImplementedError(f"{template_prefix} has no account mail of ours.")
