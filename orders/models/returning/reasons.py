"""Models: the reasons of returns that a seller lets customers choose."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from orders.models.accounts import Seller
from orders.models.base import Row
from orders.models.returns import Return, ReturnRule


class ReturnReason(Row):
    """A reason of a seller in words of their own, bound to what it means to the portal.

    Policy, numbers and who pays the way back go by `meaning`. Without rows customers choose among
    the meanings themselves. A return keeps the words with which it was requested.
    """

    KIND = "return_reason"
    LONGEST = 60

    class Asks(models.TextChoices):
        NEVER = "never", "Not asked for"
        MAY = "may", "May be added"
        MUST = "must", "Has to be added"

    seller = models.ForeignKey(Seller, on_delete=models.PROTECT, db_index=False)
    position = models.PositiveSmallIntegerField(help_text="Lower stands first.")
    meaning = models.CharField(max_length=20, choices=Return.Reason.choices)
    words = models.JSONField(help_text="By language, as customers read them.")
    skus = ArrayField(  # beginnings; empty for all products
        models.CharField(max_length=ReturnRule.SKU), blank=True, default=list
    )
    photo = models.CharField(max_length=5, choices=Asks.choices, default=Asks.NEVER)
    comment = models.CharField(max_length=5, choices=Asks.choices, default=Asks.MAY)
    is_on = models.BooleanField(default=True)

    class Meta:
        indexes = [models.Index(fields=["seller", "position"], name="return_reason_by_place")]

    def __str__(self) -> str:
        return str(self.words.get("en") or self.get_meaning_display())
