"""What allauth asks us about second factors and sessions."""

import base64
import hashlib
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.adapter import DefaultUserSessionsAdapter
from allauth.usersessions.models import UserSession
from cryptography.fernet import Fernet, MultiFernet
from django.conf import settings
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.base_user import AbstractBaseUser

from fulfillment.serving.clients import address_in
from orders.accounts.members import end_sessions

PURPOSE = b"second factors:"


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets are encrypted; passkeys are of the host of SITE_URL, never of the request's."""

    def encrypt(self, text: str) -> str:
        return _box().encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return _box().decrypt(encrypted_text.encode()).decode()

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:
        number = Authenticator.objects.filter(user=user, type=type).count() + 1
        return f"Passkey {number}"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": site_host(), "name": "Fulfillment"}


class SessionsAdapter(DefaultUserSessionsAdapter):
    """Sign out elsewhere: also sessions that the list does not know, as those of before it."""

    def end_sessions(self, sessions: Iterable[UserSession]) -> None:
        super().end_sessions(sessions)
        request: Any = context.request
        end_sessions(request.user)
        update_session_auth_hash(request, request.user)
        UserSession.objects.create_from_request(request)


def renewed(encrypted_text: str) -> str:
    """The same secret, encrypted with the present SECRET_KEY."""
    return _box().rotate(encrypted_text.encode()).decode()


def site_host() -> str:
    """The host of SITE_URL, without its port."""
    return urlsplit(settings.SITE_URL).hostname or ""


def has_passkeys() -> bool:
    """Whether browsers make passkeys for this site: they need a name, not an address."""
    return address_in(site_host()) is None


def _box() -> MultiFernet:
    keys = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return MultiFernet([Fernet(_derived(key)) for key in keys])


def _derived(key: str) -> bytes:
    """A Fernet key of this purpose only: other uses of SECRET_KEY stay safe."""
    return base64.urlsafe_b64encode(hashlib.sha256(PURPOSE + key.encode()).digest())
