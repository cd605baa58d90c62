"""Signing in, and where each role starts."""

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import ModelBackend

from orders.models import User


class ViewerBackend(ModelBackend):
    """Signs in by e-mail; loads a user together with the memberships in one statement."""

    def get_user(self, user_id):
        user = User.objects.with_memberships().filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by an operator: nobody signs up."""

    def is_open_for_signup(self, request):
        return False
