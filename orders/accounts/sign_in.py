"""Authentication: the backend that loads memberships, and allauth without sign-up."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from orders.models import User
from orders.row_security import ALL_SELLERS, seeing


class ViewerBackend(ModelBackend):
    """Authenticate by e-mail; load the user with the memberships in one statement."""

    def get_user(self, user_id: Any) -> User | None:
        # The memberships decide what the viewer sees, so they are read before there is a viewer.
        with seeing(ALL_SELLERS):
            user = User.objects.with_memberships().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    """allauth adapter without sign-up: an operator creates the accounts."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
