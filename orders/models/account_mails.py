"""Model of the outbox of account mails."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from orders.models.accounts import User
from orders.models.base import Row
from orders.models.invitations import Invitation


class AccountMail(Row):
    """A mail to a person about the account: an invitation, a new password, a new second factor.

    It holds no token: the link is made when the mail leaves.
    """

    SELLER_PATH = None

    kind = models.CharField(max_length=40)
    email = models.EmailField()
    user = models.ForeignKey(
        User, on_delete=models.CASCADE, null=True, blank=True, related_name="account_mails"
    )
    invitation = models.ForeignKey(
        Invitation, on_delete=models.CASCADE, null=True, blank=True, related_name="account_mails"
    )
    facts = models.JSONField(default=dict)
    created_at = models.DateTimeField(default=timezone.now)
    due_at = models.DateTimeField(
        default=timezone.now, help_text="When it is tried next; while it is tried, its lease."
    )
    attempts = models.PositiveSmallIntegerField(default=0)
    settled_at = models.DateTimeField(null=True, blank=True)
    cause = models.CharField(
        max_length=80, blank=True, help_text="Why it was not sent: a code; empty if it was."
    )

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], name="account_mail_due", condition=Q(settled_at=None)),
            models.Index(fields=["settled_at"], name="account_mail_settled"),
        ]

    def __str__(self) -> str:
        return self.kind
